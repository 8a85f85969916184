"""What of the lead's queue only the documents themselves tell: places to decide and suspects, counted beside
the screen, and kept until they are counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from labeling.agreement.shared import Counted
from labeling.checking.suspects import gathered
from labeling.checking.work_lists import find_each
from labeling.documents.reader import Reader
from labeling.draft.decided import Decision
from labeling.draft.document import Loaded
from labeling.model import Session
from labeling.reviewing.beside import TellWhat
from labeling.reviewing.decisions import standing
from labeling.reviewing.final_version import documents_to_decide, is_finished, rows_to_decide, tagged_texts
from labeling.reviewing.search import SessionToSearch
from labeling.reviewing.waiting import ToDecideCounts
from labeling.reviewing.work_lists import open_suspects, standings
from labeling.store.review import ReviewStore
from labeling.store.review_values import ReviewKey, StoredPlan
from labeling.studio.client import LabelingClient

STEP = 200
"""Documents between two words on how far it is."""


class PlanToCount(NamedTuple):
    """A plan with the sessions that people work in, and its final version where there is one."""

    name: str
    work: tuple[Session, ...]
    final: Session | None


class QueueCounts(NamedTuple):
    """`suspects`: open rows of the work lists, by session. `at`: when the documents were read (UTC)."""

    to_decide: tuple[ToDecideCounts, ...]
    suspects: Mapping[int, int]
    at: datetime

    def to_body(self) -> dict[str, Any]:
        return {
            "to_decide": [list(one) for one in self.to_decide],
            "suspects": {str(number): count for number, count in self.suspects.items()},
            "at": self.at.isoformat(),
        }

    @classmethod
    def from_body(cls, body: object) -> QueueCounts | None:
        """None where it is nothing of the kind."""
        if not isinstance(body, dict):
            return None
        try:
            return cls(
                tuple(
                    ToDecideCounts(str(name), tuple(map(int, work)), final, int(a), int(b), int(c))
                    for name, work, final, a, b, c in body["to_decide"]
                ),
                {int(number): int(count) for number, count in body["suspects"].items()},
                datetime.fromisoformat(body["at"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return None


def plans_to_count(plans: Iterable[StoredPlan], sessions: Iterable[Session]) -> tuple[PlanToCount, ...]:
    """The plans in which two or more sessions of work are there."""
    known = {one.lasting_name: one for one in sessions if not one.is_busy}
    found = []
    for plan in plans:
        parts = [(one.part, known[one.session]) for one in plan.sessions if one.session in known]
        work = tuple(session for part, session in parts if part == "WORK")
        if len(work) > 1:
            final = next((session for part, session in parts if part == "DECIDED"), None)
            found.append(PlanToCount(plan.name, work, final))
    return tuple(found)


def count_queue(
    api: LabelingClient,
    review: ReviewStore,
    plans: Sequence[PlanToCount],
    searched: Sequence[SessionToSearch],
    tell: TellWhat,
) -> QueueCounts:
    """Read the sessions, each once, and count. `searched`: in which suspects are looked for.

    Raises LabelingError, NotKept among them.
    """
    at = datetime.now(UTC)
    wanted = {one.session.id: one.session for one in searched}
    wanted |= {one.id: one for plan in plans for one in (*plan.work, *([plan.final] if plan.final else []))}
    read = _read(api, wanted.values(), tell)
    to_decide = []
    for number, plan in enumerate(plans):
        tell("Comparing the tags", number, len(plans))
        to_decide.append(_to_decide(review, plan, read))
    suspects = {}
    for number, one in enumerate(searched):
        tell("Looking for suspects", number, len(searched))
        suspects[one.session.id] = _suspects(review, one, read[one.session.id])
    return QueueCounts(tuple(to_decide), suspects, at)


def _read(api: LabelingClient, sessions: Iterable[Session], tell: TellWhat) -> dict[int, list[Loaded]]:
    those = list(sessions)
    total, count = sum(one.document_count for one in those), 0
    read: dict[int, list[Loaded]] = {}
    for session in those:
        items = read[session.id] = []
        for one in Reader(api, session).each_said():
            items.append(one)
            count += 1
            if count % STEP == 0:
                tell("Reading the documents", count, total)
    return read


def _to_decide(review: ReviewStore, plan: PlanToCount, read: Mapping[int, list[Loaded]]) -> ToDecideCounts:
    ids = tuple(one.id for one in plan.work)
    if plan.final is None:
        texts = [tagged_texts(read[number]) for number in ids]
        documents = documents_to_decide(texts, [is_finished(one) for one in plan.work], Counted.DONE)
        return ToDecideCounts(plan.name, ids, documents=len(documents))
    items = read[plan.final.id]
    rows, _ = rows_to_decide([(one, read[one.id]) for one in plan.work], items, Counted.DONE)
    decided: dict[str, dict[str, Decision]] = {}
    for one in review.decisions(_key(plan.final)):
        if one.decision is not None:
            decided.setdefault(one.document, {})[one.place] = one.decision
    done = {item.key: bool(item.document.annotated) for item in items}
    states = Counter(
        place.state
        for row in rows
        for place in standing(row.sides, decided.get(row.key, {}), is_done=done.get(row.key, False))
    )
    count = states["open"] + states["overtaken"]
    return ToDecideCounts(plan.name, ids, plan.final.id, count, states["overtaken"])


def _suspects(review: ReviewStore, one: SessionToSearch, items: Sequence[Loaded]) -> int:
    number = one.session.id
    seen = gathered([(number, one.draft.view(item)) for item in items])
    lists = {name: tuple(rows) for name, rows in find_each(seen, {number: one.draft.scheme})}
    return open_suspects(standings(lists, {number: review.verdicts(_key(one.session))}, lambda row: True))


def _key(session: Session) -> ReviewKey:
    return ReviewKey(str(session.project_id), session.lasting_name)
