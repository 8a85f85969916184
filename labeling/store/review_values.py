"""What the review store holds, as frozen values. Moments are in UTC; bodies are JSON objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from labeling.draft.decided import Decision

Part = Literal["WORK", "GOLD", "DECIDED", "CHECK"]
NoteKind = Literal["question", "unsure", "send back", "decided otherwise", "remark"]
LEADS = ""
"""Whom a note waits for that waits for any lead."""
EMPTY: Mapping[str, Any] = MappingProxyType({})


class ReviewKey(NamedTuple):
    """A session: `session` is its lasting name."""

    project: str
    session: str


class Who(NamedTuple):
    """A person as drafts name them, and as the screen does; both empty: deleted, or nobody."""

    person: str
    name: str = ""


NOBODY = Who("")


class PlanSession(NamedTuple):
    """A session of a plan, by its number there. Without `session` (its lasting name) it is yet to be made."""

    number: int
    who: Who
    part: Part = "WORK"
    session: str | None = None
    session_id: int | None = None
    body: Mapping[str, Any] = EMPTY


class StoredPlan(NamedTuple):
    id: str
    project: str
    name: str
    seed: int
    by: Who
    sessions: tuple[PlanSession, ...] = ()
    body: Mapping[str, Any] = EMPTY
    created: datetime | None = None
    updated: datetime | None = None


class HandedIn(NamedTuple):
    """A document (by its key) as somebody first called it done."""

    document: str
    by: Who
    body: Mapping[str, Any]
    at: datetime | None = None


class StoredDecision(NamedTuple):
    """What is decided at a place of a document, or that nothing is any more (None).

    `at`: since when it is stored here; `made`: when it was decided, where that was elsewhere.
    """

    document: str
    place: str
    person: str
    how: str
    decision: Decision | None
    at: datetime
    made: datetime | None = None


class KeptDecision(NamedTuple):
    """The same as it is stored, to be read (`labeling.store.review_rows.decision_from`) when it is needed:
    most of very many never are. `body` is JSON, None where nothing is decided there any more; `at` in
    seconds since 1970."""

    document: str
    place: str
    body: str | None
    at: float


class NotePost(NamedTuple):
    number: int
    by: Who
    at: datetime
    words: str


class StoredNote(NamedTuple):
    """A note on a document, or on a span (code points) of it.

    `waits_for` is a person or LEADS; `closed` says how it was closed, nothing while it is open. `body` may
    hold what the note is about: a decision that went otherwise.
    """

    id: str
    key: ReviewKey
    document: str
    kind: NoteKind
    by: Who
    span: tuple[int, int] | None = None
    waits_for: str = LEADS
    closed: str = ""
    body: Mapping[str, Any] = EMPTY
    posts: tuple[NotePost, ...] = ()
    created: datetime | None = None
    updated: datetime | None = None


class SessionRecord(NamedTuple):
    """All that is decided in a session, what was taken back included, and the notes on it."""

    key: ReviewKey
    decisions: tuple[StoredDecision, ...] = ()
    notes: tuple[StoredNote, ...] = ()


class TakenIn(NamedTuple):
    """What came of records from elsewhere: how many decisions and notes are new here or newer than what was
    here, how many were here as they are, and how many are newer here and stayed."""

    decisions: int = 0
    notes: int = 0
    known: int = 0
    newer_decisions: int = 0
    newer_notes: int = 0


class StoredVerdict(NamedTuple):
    """What was said of an item of a work list or a sample (`list`)."""

    list: str
    item: str
    document: str
    outcome: str
    by: Who
    body: Mapping[str, Any] = EMPTY
    at: datetime | None = None


class StoredSample(NamedTuple):
    id: str
    key: ReviewKey
    by: Who
    body: Mapping[str, Any]
    created: datetime | None = None
    updated: datetime | None = None


class DocumentState(NamedTuple):
    """A document in a save or a copy of a session."""

    document: str
    body: Mapping[str, Any]


class OwnSave(NamedTuple):
    """A save that this app proved, or a copy of a session: `body` is about the whole."""

    number: int
    by: Who
    body: Mapping[str, Any] = EMPTY
    at: datetime | None = None
