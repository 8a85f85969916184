"""What waits for a lead, the longest wait first: the queue that the page Review begins with. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from labeling.model import Session, Status
from labeling.phrases import ago, count_of
from labeling.store.review_values import StoredNote, StoredPlan

Go = Literal["notes", "decide", "overtaken", "assign", "lists", "sample"]
"""Where a line leads: to the noted documents, to what is to be decided or was overtaken, to the page Assign,
to the work lists, to the sample check."""


class WaitingLine(NamedTuple):
    """A line of the queue: what waits, since when if that is known, and where to go: in which session, or
    over which ones that are `compared`."""

    words: str
    since: datetime | None
    go: Go
    session: int | None = None
    compared: tuple[int, ...] = ()


class ToDecideCounts(NamedTuple):
    """Of the final version of a plan's sessions: how many places are open (those that were overtaken
    included), how many decisions were overtaken. `documents`: where there is no final version yet, those that
    two or more people have done."""

    plan: str
    sessions: tuple[int, ...]
    final: int | None = None
    open: int = 0
    overtaken: int = 0
    documents: int = 0


class SampleUnderWay(NamedTuple):
    """A sample of a session that is not over: documents looked at, and when that began."""

    session: int
    looked_at: int
    since: datetime | None


def waiting(
    sessions: Sequence[Session],
    *,
    notes: Iterable[StoredNote] = (),
    plans: Sequence[StoredPlan] = (),
    decide: Iterable[ToDecideCounts] = (),
    suspects: Mapping[int, int] | None = None,
    under_way: Iterable[SampleUnderWay] = (),
    checked: Iterable[int] = (),
) -> tuple[WaitingLine, ...]:
    """All lines. `notes`: the open ones that wait for this lead; `suspects`: how many rows of the work lists
    are open, by session, where they were looked for; `checked`: sessions of which a sample was checked."""
    lines = [
        *_notes(sessions, notes),
        *(line for one in decide for line in _to_decide(one)),
        *_out_of_work(sessions, plans),
        *(_sample(sessions, one) for one in under_way),
        *_suspects(sessions, suspects or {}),
        *_unchecked(_not_known(sessions, plans), {*checked}),
    ]
    return tuple(sorted(lines, key=lambda line: (line.since is None, line.since or 0, line.words)))


def in_words(line: WaitingLine, now: datetime) -> str:
    """With how long it waits."""
    return line.words if line.since is None else f"{line.words} · {_waits(line.since, now)}"


def _waits(when: datetime, now: datetime) -> str:
    """`for 3 hours`, or `since 02 Nov 2026`."""
    words = ago(when, now)
    return f"for {words.removesuffix(' ago')}" if words.endswith(" ago") else f"since {words[3:]}"


def _name(sessions: Sequence[Session], number: int | None) -> str:
    found = next((one for one in sessions if one.id == number), None)
    return "" if found is None else found.name or f"Session {found.id}"


def _notes(sessions: Sequence[Session], notes: Iterable[StoredNote]) -> Iterator[WaitingLine]:
    ids = {one.lasting_name: one.id for one in sessions}
    by_session: dict[int, list[StoredNote]] = defaultdict(list)
    for note in notes:
        if note.key.session in ids:
            by_session[ids[note.key.session]].append(note)
    for number, waiting_ in by_session.items():
        since = min((one.created for one in waiting_ if one.created is not None), default=None)
        words = f"{count_of(len(waiting_), 'note')} unanswered in {_name(sessions, number)}"
        yield WaitingLine(words, since, "notes", number)


def _to_decide(counts: ToDecideCounts) -> Iterator[WaitingLine]:
    there = counts.sessions
    if counts.open:
        words = f"{count_of(counts.open, 'place')} to decide in {counts.plan}"
        yield WaitingLine(words, None, "decide", compared=there)
    if counts.overtaken:
        words = f"{count_of(counts.overtaken, 'decision')} overtaken in {counts.plan}"
        yield WaitingLine(words, None, "overtaken", compared=there)
    if counts.documents:
        done = f"{count_of(counts.documents, 'document')} done by two or more people in {counts.plan}"
        yield WaitingLine(f"{done}: nobody has begun to decide", None, "decide", compared=there)


def _out_of_work(sessions: Sequence[Session], plans: Iterable[StoredPlan]) -> Iterator[WaitingLine]:
    """People of a plan all of whose sessions are finished, since the last of them was."""
    by_name = {one.lasting_name: one for one in sessions}
    work: dict[str, list[Session | None]] = defaultdict(list)
    for plan in plans:
        for part in plan.sessions:
            if part.part == "WORK" and (part.who.person or part.who.name):
                work[part.who.name or part.who.person].append(by_name.get(part.session or ""))
    for person, theirs in work.items():
        finished = [one.finished for one in theirs if one is not None and one.status == Status.FINISHED]
        if finished and len(finished) == len(theirs):
            since = max((one for one in finished if one is not None), default=None)
            yield WaitingLine(f"{person} is out of work", since, "assign")


def _sample(sessions: Sequence[Session], one: SampleUnderWay) -> WaitingLine:
    where = _name(sessions, one.session)
    words = f"A sample of {where} is under way: {count_of(one.looked_at, 'document')} looked at"
    return WaitingLine(words, one.since, "sample", one.session)


def _suspects(sessions: Sequence[Session], suspects: Mapping[int, int]) -> Iterator[WaitingLine]:
    for number, count in suspects.items():
        if count and (name := _name(sessions, number)):
            yield WaitingLine(f"{count_of(count, 'suspect')} in {name}", None, "lists", number)


def _not_known(sessions: Sequence[Session], plans: Sequence[StoredPlan]) -> Sequence[Session]:
    """Without those that hold a plan's known answers, which a lead made."""
    known = {part.session for plan in plans for part in plan.sessions if part.part == "GOLD"}
    return [one for one in sessions if one.lasting_name not in known]


def _unchecked(sessions: Sequence[Session], checked: set[int]) -> Iterator[WaitingLine]:
    for one in sessions:
        if one.status == Status.FINISHED and one.document_count and one.id not in checked:
            words = f"{_name(sessions, one.id)} is finished: how many errors are left?"
            yield WaitingLine(words, one.finished, "sample", one.id)
