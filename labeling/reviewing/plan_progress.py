"""How far a plan is: which documents of it each person has, which of them are done, which sessions only hold
what is dealt out, and which are to be compared. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from labeling.agreement.deal import Why
from labeling.model import Document, Session, Status
from labeling.reviewing.plans import Plan, PlanPart, dealt_count, is_dealt
from labeling.store.review_values import StoredPlan

FIRST_WORDS = 80
"""Code points of a document that stand for it."""


class PartState(NamedTuple):
    """A document in a person's session: its place there (from 0), and whether it is done; None: not said."""

    position: int
    is_done: bool | None


@dataclass(frozen=True)
class PartProgress:
    """How far a session of a plan is, by the indexes of its documents; `again`: what came a second time.

    `session` is None where it is not made yet, or gone. `words`: how each document begins.
    """

    part: PlanPart
    session: Session | None = None
    first: Mapping[int, PartState] = field(default_factory=dict)
    again: Mapping[int, PartState] = field(default_factory=dict)
    words: Mapping[int, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many documents there are to do."""
        return len(self.first) + len(self.again)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(one.is_done is True for held in (self.first, self.again) for one in held.values())

    @property
    def done_indexes(self) -> frozenset[int]:
        """The documents that are done, whatever comes a second time."""
        return frozenset(index for index, one in self.first.items() if one.is_done)

    @property
    def says_done(self) -> bool:
        """Whether the server tells which are done."""
        return all(one.is_done is not None for one in self.first.values())


class PairProgress(NamedTuple):
    """Two people's sessions, the documents that were dealt to both, and how many both have done."""

    left: PlanPart
    right: PlanPart
    shared: int
    done: int


def progress_of(
    plan: Plan, part: PlanPart, session: Session, documents: Iterable[tuple[str, Document]]
) -> PartProgress:
    """How far a session is, from its documents with their keys. All of a finished one are done."""
    dealt = plan.dealt_by_key(part)
    first, again, words = dict[int, PartState](), dict[int, PartState](), dict[int, str]()
    for position, (key, document) in enumerate(documents):
        if (one := dealt.get(key)) is None:
            continue
        is_done = True if session.status == Status.FINISHED else document.annotated
        held = again if one.why is Why.AGAIN else first
        held[one.document] = PartState(position, is_done)
        words[one.document] = " ".join(document.text[:FIRST_WORDS].split())
    return PartProgress(part, session, first, again, words)


def pairs_of(progress: Sequence[PartProgress]) -> tuple[PairProgress, ...]:
    """Every two people, each with all their sessions, and how far what they share is."""
    found = []
    for left, right in combinations(progress, 2):
        if left.part.who == right.part.who:
            continue
        shared = {one.document for one in left.part.documents if one.why is Why.SHARED} & right.part.indexes
        both = shared & left.done_indexes & right.done_indexes
        found.append(PairProgress(left.part, right.part, len(shared), len(both)))
    return tuple(found)


def pools(plans: Iterable[StoredPlan], sessions: Iterable[Session]) -> tuple[Session, ...]:
    """The sessions that only hold documents which plans deal out: nobody works in them, so nothing of them is
    left to do. What somebody has begun, or was given, is none."""
    kept = [plan for plan in plans if is_dealt(plan)]
    held = {part.session for plan in kept for part in plan.sessions}
    return tuple(
        session
        for session in sessions
        if session.lasting_name not in held
        and not session.progress
        and not session.annotated_count
        and any(_is_pool(plan, session) for plan in kept)
    )


def _is_pool(plan: StoredPlan, session: Session) -> bool:
    """Whether a plan took all its documents from there, as far as that is known without reading them."""
    source: Mapping[str, object] = plan.body.get("source", {})
    if source.get("kind") == "session":
        return source.get("number") == session.id
    is_makers = session.user_id is None or str(session.user_id) == plan.by.person
    if not is_makers or session.mode != "ANNOTATION":
        return False
    if source.get("kind") == "group":
        return source.get("number") == session.document_group_id
    was_there = session.created is None or plan.created is None or session.created <= plan.created
    return was_there and session.document_count <= dealt_count(plan)


def known_together(plans: Iterable[StoredPlan], sessions: Sequence[Session]) -> tuple[int, ...]:
    """The ids of the sessions to be compared, where there is but one answer: the only plan's in which people
    work, or the only two of a project without plans."""
    kept = [*plans]
    ids = {
        session.lasting_name: session.id
        for session in sessions
        if session.document_count and not session.is_busy
    }
    planned = [
        tuple(
            sorted(
                {ids[part.session] for part in plan.sessions if part.part == "WORK" and part.session in ids}
            )
        )
        for plan in kept
    ]
    known = {one for one in planned if len(one) > 1} if kept else {tuple(sorted(ids.values()))}
    [only] = known if len(known) == 1 else [()]
    return only if kept or len(only) == 2 else ()
