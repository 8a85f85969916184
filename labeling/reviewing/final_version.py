"""The final version of what several people tagged: a session over the same documents, made at first use."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from labeling.agreement.shared import Counted, Shared, SharedText, compared, shared
from labeling.agreement.tags import TaggedText, tagged_text
from labeling.draft.document import Loaded
from labeling.model import Document, NewSession, Session, Status, shape_of, unique
from labeling.reviewing.decisions import ToDecide, to_decide
from labeling.store.review_values import PlanSession, StoredPlan, Who

E_MAIL = re.compile(r"(\S+)@[^\s@]+\.\S+")
BETWEEN = " · "
"""Stands between a plan's name and a person's in the name of a session."""
DECIDED = "decided"
"""What the name of a final version ends in."""


class DecideRow(NamedTuple):
    """A document of the final version, by its key and place there, and what people have of it. `there`: its
    key and place in each session that has it, by the session's lasting name."""

    key: str
    position: int
    text: str
    sides: ToDecide
    there: Mapping[str, tuple[str, int]]


class AloneText(NamedTuple):
    """A document that only one session (by its lasting name) has, and that is not in the final version."""

    session: str
    document: TaggedText


class NotComparable(NamedTuple):
    """What is left out: how many documents are not done by enough people, or not in the final version; and
    those that one person alone has done."""

    not_done: int = 0
    not_in: int = 0
    alone: tuple[AloneText, ...] = ()


def tagged_texts(items: Iterable[Loaded]) -> tuple[TaggedText, ...]:
    """What is compared of the documents of a session; what cannot be read is left out."""
    return tuple(tagged_text(item.document, item.position) for item in items if not item.document.fault)


def documents_to_decide(
    sessions: Sequence[Sequence[TaggedText]], finished: Sequence[bool], counted: Counted, fewest: int = 2
) -> tuple[SharedText, ...]:
    """The documents that at least so many of the sessions count (`counted`) as done."""
    return tuple(
        text
        for text in shared(sessions).texts
        if sum(one is not None for one in compared(text, counted, finished)) >= fewest
    )


def rows_to_decide(
    sessions: Sequence[tuple[Session, Sequence[Loaded]]],
    final: Sequence[Loaded],
    counted: Counted,
    fewest: int = 2,
    texts: Sequence[Sequence[TaggedText]] | None = None,
    each: Callable[[Sequence[SharedText]], Iterable[SharedText]] = iter,
) -> tuple[tuple[DecideRow, ...], NotComparable]:
    """Each document of the final version with what counts of it in the sessions, in its order; and what is
    left out. Of the documents that are shared, so many people must have done one; of a document that one
    person alone has, that person. `texts`: what is compared of the sessions, where it is known; `each` goes
    through the documents and may tell how far it is."""
    finished = [is_finished(session) for session, _ in sessions]
    if texts is None:
        texts = [tagged_texts(items) for _, items in sessions]
    side_by_side: Shared = shared([*texts, tagged_texts(final)])
    keys = [{item.position: item.key for item in items} for _, items in sessions]
    by_position = {item.position: item for item in final}
    rows, not_done, not_in, alone = [], 0, 0, list[AloneText]()
    for text in each(side_by_side.texts):
        *theirs, mine = text.by_person
        given = compared(SharedText(text.text, tuple(theirs)), counted, finished)
        names = [
            (session.lasting_name, one.tags)
            for (session, _), one in zip(sessions, given, strict=True)
            if one is not None
        ]
        have = sum(one is not None for one in theirs)
        if not names or len(names) < min(have, fewest):
            not_done += have >= fewest
        elif mine is None and have == 1:
            alone += [
                AloneText(session.lasting_name, one)
                for (session, _), one in zip(sessions, given, strict=True)
                if one is not None
            ]
        elif mine is None:
            not_in += 1
        else:
            item = by_position[mine.position]
            there = {
                session.lasting_name: (known[one.position], one.position)
                for (session, _), one, known in zip(sessions, theirs, keys, strict=True)
                if one is not None
            }
            rows.append(DecideRow(item.key, item.position, text.text, to_decide(names), there))
    return tuple(sorted(rows, key=lambda row: row.position)), NotComparable(not_done, not_in, tuple(alone))


def is_finished(session: Session) -> bool:
    return session.status == Status.FINISHED


def final_session(
    name: str, sessions: Sequence[Session], texts: Sequence[SharedText], *, by_ids: bool
) -> NewSession:
    """The session that is the final version: the classes and labels of all, the documents without tags.

    `by_ids`: they are named by their ids, which is the same document; else by their texts.
    """
    shape = shape_of(sessions[0].type)
    parts: dict[str, object] = {"name": name}
    if shape.classes:
        parts["classes"] = unique(name for session in sessions for name in session.classes)
    if shape.labels:
        parts["labels"] = unique(name for session in sessions for name in session.labels)
    ids = [_id_of(text) for text in texts]
    if by_ids and None not in ids:
        parts["document_ids"] = tuple(ids)
    else:
        parts["documents"] = tuple(Document(text=text.text) for text in texts)
    return NewSession.model_validate(parts)


def _id_of(text: SharedText) -> int | None:
    return next((one.id for one in text.by_person if one is not None and one.id is not None), None)


def final_name(sessions: Sequence[Session], taken: Iterable[str]) -> str:
    """`Round one + Round two decided`, `Plan 1 · ann + ben decided`: what all names begin with is said once,
    of an e-mail what stands before the @. With a number where a session is called so already."""
    base = f"{named_together(sessions)} {DECIDED}"
    names = set(taken)
    return next(
        name for n in range(1, len(names) + 2) if (name := base if n == 1 else f"{base} {n}") not in names
    )


def named_together(sessions: Sequence[Session]) -> str:
    """`Plan 1 · ann + ben + 10 more`."""
    names = [session.name or f"Session {session.id}" for session in sessions]
    short = [E_MAIL.sub(r"\1", name) for name in names]
    if len(set(short)) < len(set(names)):
        short = names
    begins = {name.partition(BETWEEN)[0] for name in short}
    shared = f"{begins.pop()}{BETWEEN}" if len(begins) == 1 else ""
    if not all(name.startswith(shared) for name in short):
        shared = ""
    said = shared + " + ".join(name.removeprefix(shared) for name in short[:2])
    return said[:150] + (f" + {len(sessions) - 2} more" if len(sessions) > 2 else "")


def plan_of(
    plans: Iterable[StoredPlan], sessions: Iterable[Session]
) -> tuple[StoredPlan, PlanSession | None] | None:
    """The plan with exactly these sessions as work, and its final version where one is planned."""
    wanted = {session.lasting_name for session in sessions}
    for plan in plans:
        work = {one.session for one in plan.sessions if one.part == "WORK" and one.session is not None}
        if work == wanted:
            return plan, next((one for one in plan.sessions if one.part == "DECIDED"), None)
    return None


def plan_for(
    id_: str, project: int, sessions: Sequence[Session], seed: int, by: Who, people: Mapping[int, Who]
) -> StoredPlan:
    """A plan of sessions that no plan ties together; `people`: whose each is, by its id."""
    return StoredPlan(
        id_,
        str(project),
        " + ".join(session.name or f"Session {session.id}" for session in sessions),
        seed,
        by,
        tuple(
            PlanSession(
                at,
                people.get(session.id, Who("")),
                "WORK",
                session.lasting_name,
                session.id,
            )
            for at, session in enumerate(sessions, start=1)
        ),
        {"made_for": DECIDED},
    )


def lanes(seed: int, document: str, people: int) -> tuple[int, ...]:
    """The order in which people stand below a document, by their indexes: another one in each document."""
    return tuple(random.Random(f"{seed}:{document}").sample(range(people), people))
