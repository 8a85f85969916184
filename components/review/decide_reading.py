"""What there is to decide: the sessions side by side, read once, with what is decided by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from components.shell.desk import Desk
from labeling.agreement.kinds import PlaceKind
from labeling.agreement.shared import Counted
from labeling.draft.decided import Decision
from labeling.draft.edits import DecisionEdit
from labeling.model import Session
from labeling.reviewing.decisions import PlaceStanding, State, standing, states_by_place
from labeling.reviewing.final_version import DecideRow, NotComparable
from labeling.reviewing.side_by_side import SideBySide
from labeling.store.review import ReviewStore
from labeling.store.review_rows import decision_from
from labeling.store.review_values import ReviewKey, StoredPlan

OPEN, OVERTAKEN, AGREED, DECIDED = "open", "overtaken", "agreed", "decided"
FILTERS = (OPEN, OVERTAKEN, *(k.value for k in PlaceKind if k != PlaceKind.AGREED), AGREED, DECIDED)
"""What can be listed, by its word in the address."""


def admitted_by(kinds: Iterable[PlaceKind], state: State, *, is_single: bool) -> Iterator[str]:
    """By what a place is listed. The kinds are about what is open."""
    is_agreed = PlaceKind.AGREED in kinds and not is_single
    if is_agreed:
        yield AGREED
    if state in (OPEN, OVERTAKEN):
        yield OPEN
        yield from (kind.value for kind in kinds if kind != PlaceKind.AGREED)
    if state == OVERTAKEN or (state == DECIDED and not is_agreed):
        yield state


def admits(place: PlaceStanding, what: str) -> bool:
    """Whether a place is among those that are asked for."""
    return what in admitted_by(place.kinds, place.state, is_single=place.is_single)


@dataclass
class DecideReading:
    """The documents of a final version with what each session has of them, as they were read `at` a time.

    `moments` are when each place was decided, by document and place, in seconds since 1970; `done`: the marks
    of the final version. A decision is kept as JSON until it is asked for: of very many few ever are.
    `shared`: what other tabs may have as well, while this one has it.
    """

    sessions: tuple[Session, ...]
    counted: Counted
    plan: StoredPlan
    final: Session
    rows: tuple[DecideRow, ...]
    left_out: NotComparable
    done: dict[str, bool]
    at: datetime
    shared: SideBySide | None = None
    moments: dict[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_key = {row.key: row for row in self.rows}
        self._last = -1.0
        self._decided: dict[str, dict[str, Decision | str]] = {}
        self._places: dict[str, tuple[PlaceStanding, ...]] = {}
        self._counts: dict[str, Counter[str]] = {}
        self._total: Counter[str] = Counter()

    def refresh(self, desk: Desk, review: ReviewStore) -> None:
        """Take in what was decided since, here or by others, and which documents are done."""
        key = key_of(self.final)
        last = review.decided_last(key)
        if last != self._last:
            for one in review.decided_since(key, max(self._last, 0.0), self.moments):
                self._put(one.document, one.place, one.body)
                self.moments[one.document, one.place] = one.at
            self._last = last
        kept = desk.kept
        # What the store could not take yet is decided all the same.
        for edit in (edit for step in kept.unstored for edit in step.edits):
            if isinstance(edit, DecisionEdit):
                if edit.before is not None:
                    self._put(edit.document, edit.before.place, None)
                if edit.after is not None:
                    self._put(edit.document, edit.after.place, edit.after)
        for name, document in kept.draft.documents.items():
            if bool(document.done) != self.done.get(name):
                self.done[name] = bool(document.done)
                self._forget(name)

    def places(self, row: DecideRow) -> tuple[PlaceStanding, ...]:
        """The places of a document as they stand now."""
        if row.key not in self._places:
            decided = self.decided(row.key)
            self._places[row.key] = standing(row.sides, decided, is_done=self.done.get(row.key, False))
        return self._places[row.key]

    def decided(self, document: str) -> dict[str, Decision]:
        """What is decided in a document, by place."""
        kept = self._decided.get(document, {})
        found = {place: decision_from(one) if isinstance(one, str) else one for place, one in kept.items()}
        kept.update(found)
        return found

    @property
    def is_begun(self) -> bool:
        """Whether anything was ever decided."""
        return bool(self._decided)

    def counts(self) -> Counter[str]:
        """How many places there are of each kind."""
        for row in self.rows if len(self._counts) < len(self.by_key) else ():
            if row.key not in self._counts:
                counts = Counter(self._admitted(row))
                self._counts[row.key] = counts
                self._total.update(counts)
        return self._total

    def _admitted(self, row: DecideRow) -> Iterator[str]:
        """By what the places of a document are listed."""
        sides, states = row.sides, states_by_place(row.sides, self._decided.get(row.key, ()))
        is_single = len(sides.names) == 1
        if states is not None:
            for kinds, state in zip(sides.kinds, states, strict=True):
                yield from admitted_by(kinds, state, is_single=is_single)
            return
        for place in self.places(row):
            yield from admitted_by(place.kinds, place.state, is_single=place.is_single)

    def listed(self, what: str) -> Iterator[DecideRow]:
        """The documents with a place that is asked for, in order."""
        self.counts()
        return iter([row for row in self.rows if self._counts[row.key][what]])

    def others(self, document: str, place: PlaceStanding) -> list[Decision]:
        """The other decisions of a document."""
        decided = self.decided(document).values()
        return [one for one in decided if place.decision is None or one.place != place.decision.place]

    def is_settled(self, row: DecideRow) -> bool:
        """Whether nothing of a document is left to be decided."""
        return all(place.state == DECIDED for place in self.places(row))

    @property
    def names(self) -> Mapping[str, str]:
        """What each session is called where it is said whose tag it was, by its lasting name."""
        people = {one.session: one.who.name for one in self.plan.sessions if one.session is not None}
        return {
            session.lasting_name: people.get(session.lasting_name) or session.name or f"Session {session.id}"
            for session in self.sessions
        }

    def _put(self, document: str, place: str, decision: Decision | str | None) -> None:
        known = self._decided.setdefault(document, {})
        if known.get(place) == decision:
            return
        if decision is None:
            known.pop(place, None)
        else:
            known[place] = decision
        self._forget(document)

    def _forget(self, document: str) -> None:
        self._places.pop(document, None)
        self._total.subtract(self._counts.pop(document, ()))


def key_of(session: Session) -> ReviewKey:
    """How the review store knows a session."""
    return ReviewKey(str(session.project_id), session.lasting_name)


def behind(rows: Sequence[DecideRow], position: int, way: int = 1) -> DecideRow | None:
    """The next of some documents from a place on, or the one before; from the end it goes on at the start."""
    if not rows:
        return None
    later = [row for row in rows if (row.position > position if way > 0 else row.position < position)]
    found = later or [row for row in rows if row.position != position]
    return (found[0] if way > 0 else found[-1]) if found else None
