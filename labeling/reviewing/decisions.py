"""The places of a document as they stand to be decided, and the steps on the final version that decide them.

Pure. A decision stands on the tags that it was made on: where people have others by now it is overtaken, and
what it put into the final version stays until somebody keeps it or decides anew.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal, NamedTuple

from labeling.agreement.kinds import PlaceKind, kinds
from labeling.agreement.places import TagPlace, places
from labeling.agreement.proposal import NOTHING, Proposal, propose
from labeling.agreement.tags import PlacedTag
from labeling.draft.decided import Decision, How, Vote
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, DecisionEdit, DoneEdit, Edit, NamesEdit, Refused, between
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import FIELDS, Scheme
from labeling.editing.table import with_tags
from labeling.editing.tagging import SpanIndex, tag_problem
from labeling.model import Unit
from labeling.phrases import count_of, quote, tag_in_words

State = Literal["open", "agreed", "decided", "overtaken"]
FOLLOWING: Collection[How] = ("agreed", "majority", "single")
"""How something came into the final version that nobody looked at: it follows until the document is done."""


class PlaceStanding(NamedTuple):
    """A place, and how far its decision is.

    `place` is None where nobody has anything any more that was decided once. `decision`: the one that stands
    here, or that is overtaken. `agreed`: everybody has the same, and it is not in the final version yet.
    """

    key: str
    place: TagPlace | None
    votes: tuple[Vote, ...]
    kinds: frozenset[PlaceKind]
    state: State
    decision: Decision | None = None

    @property
    def missing(self) -> tuple[int, int]:
        """(k, n): so many of those who have the document have no tag here."""
        return sum(vote.tag is None for vote in self.votes), len(self.votes)

    @property
    def proposal(self) -> Proposal:
        """What most of them have here."""
        return NOTHING if self.place is None else propose(self.place.tags)

    @property
    def span(self) -> tuple[int, int]:
        """From where the first of its tags starts to where the last one ends (code points)."""
        if self.place is not None:
            return self.place.start, self.place.end
        return (0, 0) if self.decision is None else self.decision.span

    @property
    def is_single(self) -> bool:
        """Whether one person alone has the document, whom nobody could contradict."""
        return len(self.votes) == 1

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "overtaken")


class ToDecide(NamedTuple):
    """What several sessions have of one document: (lasting name, tags) of each that counts, and its places as
    far as they do not depend on what is decided."""

    names: tuple[str, ...]
    placed: tuple[TagPlace, ...]
    keys: tuple[str, ...]
    kinds: tuple[frozenset[PlaceKind], ...]

    def votes(self, at: int) -> tuple[Vote, ...]:
        """What each has at a place; of very many places few are ever asked for."""
        tags = self.placed[at].tags
        return tuple(
            Vote(session=name, tag=None if tag is None else _unit(tag))
            for name, tag in zip(self.names, tags, strict=True)
        )


def to_decide(sessions: Sequence[tuple[str, Sequence[PlacedTag]]]) -> ToDecide:
    """Put what each session (by its lasting name) has of a document side by side."""
    names = tuple(name for name, _ in sessions)
    placed = places([tags for _, tags in sessions])
    return ToDecide(names, placed, _keys(names, placed), kinds(placed, [True] * len(names)))


def standing(
    document: ToDecide, decisions: Mapping[str, Decision], *, is_done: bool
) -> tuple[PlaceStanding, ...]:
    """The places of a document, with what is decided (by the decisions' places), in the order of the text.

    `is_done`: the final version of the document is called done, so that what nobody looked at stays as well.
    """
    if not decisions:
        return tuple(_standing(document, at, None, is_done=is_done) for at in range(len(document.keys)))
    known = {key for key in document.keys if key in decisions}
    lost = [one for key, one in decisions.items() if key not in known]
    of_place = _followed(document, [at for at, key in enumerate(document.keys) if key not in known], lost)
    found = [
        _standing(document, at, decisions.get(key) or of_place.get(at), is_done=is_done)
        for at, key in enumerate(document.keys)
    ]
    if not lost:
        return tuple(found)
    followed = {one.place for one in of_place.values()}
    for decision in lost:
        # Nobody has anything there any more; where that was decided there is nothing left to do.
        if decision.place not in followed and decision.outcome:
            votes = tuple(Vote(session=name) for name in document.names)
            kind = frozenset({PlaceKind.MISSING})
            found.append(PlaceStanding(decision.place, None, votes, kind, "overtaken", decision))
    return tuple(sorted(found, key=lambda one: one.span))


def states_by_place(document: ToDecide, decided: Collection[str]) -> tuple[State, ...] | None:
    """The state of each place, by the places that something is `decided` at alone: a place's key is made of
    what people have there, so a decision under it was made on just that. None where something was decided on
    what they had once: that takes the decisions (`standing`)."""
    if not decided:
        return tuple("agreed" if PlaceKind.AGREED in of else "open" for of in document.kinds)
    if not set(document.keys).issuperset(decided):
        return None
    return tuple(
        "decided" if key in decided else "agreed" if PlaceKind.AGREED in of else "open"
        for key, of in zip(document.keys, document.kinds, strict=True)
    )


def _standing(document: ToDecide, at: int, decision: Decision | None, *, is_done: bool) -> PlaceStanding:
    place, votes, of = document.placed[at], document.votes(at), document.kinds[at]
    is_agreed = PlaceKind.AGREED in of
    state: State = "agreed" if is_agreed else "open"
    if decision is not None:
        if decision.votes == votes or (is_agreed and _outcome_of(place) == decision.outcome):
            state = "decided"
        elif is_done or decision.how not in FOLLOWING:
            state = "overtaken"
    return PlaceStanding(
        document.keys[at],
        place,
        votes,
        of,
        state,
        decision,
    )


def _followed(document: ToDecide, free: Sequence[int], lost: Sequence[Decision]) -> dict[int, Decision]:
    """For decisions whose tags are no longer as they were: the place of today that each is about."""
    fits = []
    for at in free:
        place, votes = document.placed[at], set(document.votes(at))
        for nth, decision in enumerate(lost):
            start, end = decision.span
            common = min(end, place.end) - max(start, place.start)
            if common > 0:
                same = len(votes.intersection(decision.votes))
                union = max(end, place.end) - min(start, place.start)
                fits.append((-same, -common / union, at, nth))
    found: dict[int, Decision] = {}
    taken: set[int] = set()
    for _, _, at, nth in sorted(fits):
        if at not in found and nth not in taken:
            found[at] = lost[nth]
            taken.add(nth)
    return found


def _keys(names: Sequence[str], placed: Iterable[TagPlace]) -> tuple[str, ...]:
    """What names each place: made of what each has there, as JSON of [[session, tag or null], …]."""
    times: Counter[str] = Counter()
    keys = []
    for place in placed:
        said = ", ".join(
            f"[{_json_of(name)}, {'null' if tag is None else _json_of_tag(tag)}]"
            for name, tag in zip(names, place.tags, strict=True)
        )
        key = hashlib.sha256(f"[{said}]".encode()).hexdigest()[:16]
        times[key] += 1
        keys.append(f"{key}#{times[key]}")
    return tuple(keys)


_json_of = lru_cache(maxsize=4096)(json.dumps)
"""Of names: of few, again and again."""


def _json_of_tag(tag: PlacedTag) -> str:
    return f"[{tag.start}, {tag.end}, {_json_of(tag.class_)}, {_json_of(tag.label)}]"


def _unit(tag: PlacedTag) -> Unit:
    return (tag.start, tag.end, tag.class_, tag.label)


def _outcome_of(place: TagPlace) -> tuple[Unit, ...]:
    return tuple(_unit(tag) for tag in dict.fromkeys(tag for _, tag in place.given))


# Steps on the final version


class Decided(NamedTuple):
    """What is to be decided at a place."""

    where: PlaceStanding
    outcome: tuple[PlacedTag, ...]
    how: How


def decide(
    document: DraftDocument,
    draft: Draft,
    what: Sequence[Decided],
    step: str,
    others: Iterable[Decision] = (),
) -> Change | Refused:
    """The step that decides places of a document; `document` is its final version as the draft has it.

    What was decided there before goes out of it, unless `others` of its decisions want it there; what is
    decided now comes in. `step` begins new keys.
    """
    edits = deciding(document, draft, what, step, others)
    return edits if isinstance(edits, Refused) else Change(_in_words(document, what), edits)


def decide_many(
    documents: Sequence[DraftDocument],
    draft: Draft,
    what: Mapping[str, Sequence[Decided]],
    step: str,
    name: str,
) -> Change | Refused:
    """The step that decides places of many documents, by their keys."""
    come = [_unit(tag) for places in what.values() for one in places for tag in one.outcome]
    naming = naming_for(draft, come)
    scheme = scheme_with(draft.scheme, naming)
    edits: list[Edit] = [*naming]
    for at, document in enumerate(documents):
        found = _deciding(document, scheme, what.get(document.key, ()), f"{step}.{at}", ())
        if isinstance(found, Refused):
            return found
        edits += found
    return Change(name, tuple(edits))


def deciding(
    document: DraftDocument,
    draft: Draft,
    what: Sequence[Decided],
    step: str,
    others: Iterable[Decision] = (),
) -> tuple[Edit, ...] | Refused:
    """The edits of such a step."""
    naming = naming_for(draft, [_unit(tag) for one in what for tag in one.outcome])
    found = _deciding(document, scheme_with(draft.scheme, naming), what, step, others)
    return found if isinstance(found, Refused) else (*naming, *found)


def _deciding(
    document: DraftDocument, scheme: Scheme, what: Sequence[Decided], step: str, others: Iterable[Decision]
) -> tuple[Edit, ...] | Refused:
    """The same where the session has all names already."""
    come = [_unit(tag) for one in what for tag in one.outcome]
    gone: Counter[Unit] = Counter(
        unit for one in what if one.where.decision is not None for unit in one.where.decision.outcome
    )
    for unit in (*come, *(unit for one in others for unit in one.outcome)):
        gone.pop(unit, None)
    after = with_units(document, scheme, gone, come, step)
    if isinstance(after, Refused):
        return after
    return (
        *between(document, after),
        *(
            DecisionEdit(
                document=document.key,
                before=one.where.decision,
                after=Decision(
                    place=one.where.key,
                    votes=one.where.votes,
                    outcome=tuple(_unit(tag) for tag in one.outcome),
                    how=one.how,
                ),
            )
            for one in what
        ),
    )


def with_units(
    document: DraftDocument, scheme: Scheme, gone: Counter[Unit], come: Iterable[Unit], step: str
) -> tuple[DraftSegment, ...] | Refused:
    """The segments of a document without some tags and with others; `step` begins new keys."""
    left, new = _without(document, gone), dict.fromkeys(come)
    index = SpanIndex(document if left is document.segments else replace(document, segments=left))
    for at, unit in enumerate(new):
        if why := tag_problem(unit[2:], scheme):
            return Refused(why)
        tagged = index.tagged(unit[:2], unit[2:], f"{step}-{at}", scheme)
        if isinstance(tagged, Refused):
            return tagged
        if tagged is not None:
            index.put(tagged)
    return index.segments if new else left


def keep(document: DraftDocument, where: PlaceStanding) -> Change | Refused:
    """The step that lets an overtaken decision stand, whatever people have now."""
    decision = where.decision
    if decision is None:
        return Refused("nothing is decided there")
    kept = decision.model_copy(update={"place": where.key, "votes": where.votes})
    edit = DecisionEdit(document=document.key, before=decision, after=kept)
    return Change(f"Keep what was decided at {quote(document.text, *where.span)}", (edit,))


def as_edited(document: DraftDocument, where: PlaceStanding, others: Iterable[Decision]) -> Change | Refused:
    """The step that says: what stands in the final version where the place is was made by hand."""
    start, end = where.span
    owned = Counter(unit for one in others for unit in one.outcome)
    here = Counter(
        unit
        for segment in document.segments
        for unit in segment.finished().units
        if any(unit[2:]) and unit[0] < end and start < unit[1]
    )
    outcome = tuple(sorted((here - owned).elements(), key=lambda unit: (unit[:2], unit[2] or "")))
    decision = Decision(place=where.key, votes=where.votes, outcome=outcome, how="edited")
    edit = DecisionEdit(document=document.key, before=where.decision, after=decision)
    words = ", ".join(tag_in_words(unit[2:]) for unit in outcome) or "nothing"
    return Change(f"Decide {quote(document.text, start, end)}: {words}, by hand", (edit,))


def done_with(documents: Iterable[DraftDocument]) -> Change:
    """The step that calls the final versions of documents done."""
    edits = tuple(
        DoneEdit(document=one.key, before=one.done, after=True) for one in documents if not one.done
    )
    return Change(f"{count_of(len(edits), 'document')} decided", edits)


def _without(document: DraftDocument, gone: Counter[Unit]) -> tuple[DraftSegment, ...]:
    """The segments without some tags; a segment whose last tag goes, goes."""
    if not gone:
        return document.segments
    left, after = Counter(gone), list[DraftSegment]()
    for segment in document.segments:
        rows = []
        for key, tag in segment.rows:
            unit = (segment.segment.start, segment.segment.end, *tag.names)
            if segment.raw is None and left[unit] > 0:
                left[unit] -= 1
            else:
                rows.append((key, tag))
        if len(rows) == len(segment.rows):
            after.append(segment)
        elif rows:
            after.append(with_tags(segment, rows))
    return tuple(after)


def naming_for(draft: Draft, units: Iterable[Unit]) -> tuple[NamesEdit, ...]:
    """The edits that put names of tags into the lists of a session that lacks them, where it takes others."""
    tags = list(units)
    used = {"classes": [unit[2] for unit in tags], "labels": [unit[3] for unit in tags]}
    edits = []
    for field in FIELDS:
        before: tuple[str, ...] = getattr(draft, field)
        addable = draft.scheme.addable(field)
        lacking = [name for name in dict.fromkeys(used[field]) if name is not None and name not in before]
        lacking = [name for name in lacking if addable is None or name in addable]
        if lacking:
            edits.append(NamesEdit(field=field, before=before, after=(*before, *lacking)))
    return tuple(edits)


def scheme_with(scheme: Scheme, naming: Iterable[NamesEdit]) -> Scheme:
    """The scheme after these edits."""
    lists = {edit.field: edit.after for edit in naming}
    return replace(
        scheme, classes=lists.get("classes", scheme.classes), labels=lists.get("labels", scheme.labels)
    )


def _in_words(document: DraftDocument, what: Sequence[Decided]) -> str:
    if len(what) != 1:
        return f"Decide {count_of(len(what), 'place')} of document {document.position + 1}"
    [one] = what
    words = ", ".join(tag_in_words(tag.names) for tag in one.outcome) or "nothing here"
    return f"Decide {quote(document.text, *one.where.span)}: {words}"
