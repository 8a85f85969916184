"""What is decided and noted in a project, as a file: for another installation over the same server. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from labeling.draft.decided import Decision, How
from labeling.errors import Invalid
from labeling.model import Session
from labeling.phrases import count_of
from labeling.store.review_values import (
    NoteKind,
    NotePost,
    ReviewKey,
    SessionRecord,
    StoredDecision,
    StoredNote,
    TakenIn,
    Who,
)

FORMAT, VERSION = "Tagwright notes and decisions", 1
DAMAGED = "This file is damaged: it cannot be read as notes and decisions."


class _Filed(BaseModel):
    model_config = ConfigDict(frozen=True)


class FiledDecision(_Filed):
    """`decision`: None where it was taken back."""

    document: str = Field(min_length=1)
    place: str = Field(min_length=1)
    person: str
    how: How
    at: AwareDatetime
    decision: Decision | None


class FiledPost(_Filed):
    by: Who
    at: AwareDatetime
    words: str


class FiledNote(_Filed):
    id: str = Field(min_length=1)
    document: str = Field(min_length=1)
    kind: NoteKind
    by: Who
    span: tuple[int, int] | None = None
    waits_for: str
    closed: str
    body: dict[str, Any]
    posts: tuple[FiledPost, ...] = ()
    created: AwareDatetime
    updated: AwareDatetime

    @model_validator(mode="after")
    def _is_on_a_span(self) -> FiledNote:
        if self.span is not None and not 0 <= self.span[0] <= self.span[1] < 2**53:
            raise ValueError("no span")
        return self


class FiledSession(_Filed):
    """`session` is its lasting name."""

    session: str = Field(min_length=1)
    name: str
    decisions: tuple[FiledDecision, ...] = ()
    notes: tuple[FiledNote, ...] = ()


class ReviewFile(_Filed):
    """Records of the sessions of a project."""

    format: Literal["Tagwright notes and decisions"]
    version: Literal[1]
    project: str
    sessions: tuple[FiledSession, ...]


class ReadFile(NamedTuple):
    """What a file holds about sessions that are here, and how many that it names are not."""

    records: tuple[SessionRecord, ...]
    missing: int


def review_file(project: int, sessions: Sequence[Session], records: Iterable[SessionRecord]) -> bytes:
    """A file of all records: JSON, in ASCII, so that half an emoji in a text is kept as well."""
    names = {session.lasting_name: session.name for session in sessions}
    filed = [
        FiledSession(
            session=record.key.session,
            name=names.get(record.key.session, ""),
            decisions=tuple(map(_filed_decision, record.decisions)),
            notes=tuple(map(_filed_note, record.notes)),
        )
        for record in records
        if record.decisions or record.notes
    ]
    whole = ReviewFile(format=FORMAT, version=VERSION, project=str(project), sessions=tuple(filed))
    return json.dumps(whole.model_dump(), indent=1, default=_plain).encode()


def read_review_file(raw: bytes, project: int, sessions: Iterable[Session]) -> ReadFile:
    """What is in a file about sessions of a project. Raises Invalid for what is no such file, for one of
    another project, and for one about no session that is there."""
    try:
        value: Any = json.loads(raw)
    except (ValueError, RecursionError):
        raise Invalid("This file is no JSON: it cannot be read as notes and decisions.") from None
    if not isinstance(value, Mapping) or value.get("format") != FORMAT:
        raise Invalid("This file holds no notes and decisions that Tagwright saved.")
    if isinstance(value.get("version"), int) and value["version"] > VERSION:
        raise Invalid("This file was made by a newer version of Tagwright.")
    try:
        found = ReviewFile.model_validate(value)
    except (ValidationError, RecursionError):
        raise Invalid(DAMAGED) from None
    if found.project != str(project):
        raise Invalid("This file is about another project.")
    here = {session.lasting_name: session for session in sessions}
    about = [one for one in found.sessions if _is_of(one, here.get(one.session))]
    if found.sessions and not about:
        raise Invalid("None of the sessions that this file is about is in this project.")
    records = tuple(_record(project, one) for one in about)
    return ReadFile(records, len(found.sessions) - len(about))


def _is_of(filed: FiledSession, here: Session | None) -> bool:
    # Without a uuid, another server may have another session under that number.
    return here is not None and (here.uuid is not None or here.name == filed.name)


def taken_in_words(came: TakenIn, missing: int) -> str:
    """What came of a file, and what of it stayed out."""
    new = [
        count_of(count, what) for count, what in ((came.decisions, "decision"), (came.notes, "note")) if count
    ]
    words = [f"{' and '.join(new)} came in." if new else "Nothing in it is new here."]
    if came.known:
        words.append(f"{came.known:,} {'was' if came.known == 1 else 'were'} here already.")
    if came.newer_decisions or came.newer_notes:
        kept = [
            count_of(count, what)
            for count, what in ((came.newer_decisions, "decision"), (came.newer_notes, "note"))
            if count
        ]
        is_one = came.newer_decisions + came.newer_notes == 1
        words.append(f"{' and '.join(kept)} {'is' if is_one else 'are'} newer here and stayed.")
    if missing:
        words.append(
            f"{count_of(missing, 'session')} that it is about {'is' if missing == 1 else 'are'} not here."
        )
    return " ".join(words)


def _filed_decision(one: StoredDecision) -> FiledDecision:
    own = {name: getattr(one, name) for name in ("document", "place", "person", "how", "decision")}
    return FiledDecision.model_validate({**own, "at": one.made or one.at})


def _filed_note(note: StoredNote) -> FiledNote:
    posts = [{"by": one.by, "at": one.at, "words": one.words} for one in note.posts]
    return FiledNote.model_validate({**note._asdict(), "body": dict(note.body), "posts": posts})


def _record(project: int, filed: FiledSession) -> SessionRecord:
    key = ReviewKey(str(project), filed.session)
    return SessionRecord(
        key,
        tuple(
            StoredDecision(one.document, one.place, one.person, one.how, one.decision, one.at)
            for one in {(one.document, one.place): one for one in filed.decisions}.values()
        ),
        tuple(_note(key, one) for one in {one.id: one for one in filed.notes}.values()),
    )


def _note(key: ReviewKey, filed: FiledNote) -> StoredNote:
    return StoredNote(
        *(filed.id, key, filed.document, filed.kind, filed.by, filed.span, filed.waits_for, filed.closed),
        filed.body,
        tuple(NotePost(at, one.by, one.at, one.words) for at, one in enumerate(filed.posts, start=1)),
        filed.created,
        filed.updated,
    )


def _plain(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
