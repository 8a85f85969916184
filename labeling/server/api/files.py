"""Calls about files: a session made of one, and sessions given as one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError, to_json

from labeling.errors import Invalid
from labeling.formats import BY_NAME, FORMATS, file_name, read, session_name
from labeling.formats.columns import guess
from labeling.formats.imported import Imported, imported
from labeling.formats.together import TOGETHER, WholeSession
from labeling.model import Document, Role, Session, shape_of, unique
from labeling.phrases import count_of
from labeling.server.api.answers import Answer, file_reply, reply
from labeling.server.api.deps import Edit, View, WhileWaiting
from labeling.server.api.description import gives_file, takes, tells
from labeling.server.api.sessions import (
    SESSION,
    SESSIONS,
    PlannedFields,
    SessionAnswer,
    SessionTold,
    session_answer,
)
from labeling.server.api.uploads import FORM, UploadBody, UploadForm
from labeling.server.rules.bodies import SessionBody
from labeling.server.rules.reading import SessionParts, checked_documents, read_body
from labeling.server.storage.documents import WholeSession as StoredSession
from labeling.server.storage.ids import DbRow

router = APIRouter()
SAID = 5
"""Refused rows that a refusal names."""
WRITTEN = tuple(format_.name for format_ in FORMATS if format_.write)
DEFAULT = "csv"


class PreviewAnswer(SessionTold, PlannedFields):
    """A session that would be made: it has no id yet."""

    created: None
    uuid: None
    id: None
    classes: list[str]
    labels: list[str]


def _one_of(names: Collection[str], why_not: Callable[[object], str]) -> tuple[object, object]:
    """How a format is named in a query; `why_not` says what stands against another word."""

    def known(value: object) -> object:
        if value not in names:
            raise PydanticCustomError("format", "{words}", {"words": why_not(value)})
        return value

    return BeforeValidator(known), WithJsonSchema({"type": "string", "enum": list(names)})


def _no_format(value: object) -> str:
    return f"must be one of {', '.join(WRITTEN)}"


def _not_together(value: object) -> str:
    which = f"all sessions in one file are given as {', '.join(TOGETHER)}"
    return f"{which}; {value} takes one session" if value in WRITTEN else which


OneFormat = Annotated[str, Query(), *_one_of(WRITTEN, _no_format)]
AllFormat = Annotated[str, Query(), *_one_of(tuple(TOGETHER), _not_together)]


@router.post(
    SESSIONS + "/upload",
    **tells(SessionAnswer | PreviewAnswer, 400, 401, 403, 404, 409, 415, 429),
    **takes(UploadBody, FORM),
)
def upload(call: Edit, form: UploadForm, go_on: WhileWaiting) -> Response:
    """Make a labeling session of a file, all of it or nothing. With `show_preview` nothing is stored, and
    the answer has no id."""
    project = call.store.projects.read(call.caller, call.project_id)
    parts, is_trial = _session_parts(form, project), bool(form.show_preview)
    row = call.store.sessions.add(call.caller, call.project_id, parts, go_on, is_trial=is_trial)
    answer = session_answer(row, call.caller.role)
    unmade: Answer = dict.fromkeys(("created", "uuid", "id", "document_group_id")) if is_trial else {}
    return reply({**answer, **unmade})


def _session_parts(form: UploadBody, project: DbRow) -> SessionParts:
    """What the file makes, read as the page New session reads it. Raises Invalid."""
    source, shape = form.source, shape_of(project["type"])
    records = read(source, form.answers)
    if records.problem:
        raise Invalid(f"file: {records.problem}")
    found = imported(records, guess(records, shape), shape, project["labels"])
    _refuse_part(found, records.unit)
    body: Answer = {"name": form.name.strip() or session_name(records, source.name)}
    if shape.classes:
        body["classes"] = unique((*project["classes"], *records.classes, *found.classes))
    if shape.labels and not shape.project_labels_only:
        body["labels"] = unique((*project["labels"], *records.labels, *found.labels))
    documents = checked_documents(document.to_json() for document in found.documents)
    return SessionParts(read_body(to_json(body), SessionBody), documents)


def _refuse_part(found: Imported, unit: str) -> None:
    """Raises Invalid unless all that is in the file becomes documents."""
    if count := len(found.refused):
        rows = [f"{unit} {row.number}: {row.reason}" for row in found.refused[:SAID]]
        more = [f"and {count - SAID:,} more"] if count > SAID else []
        every = len(found.documents) + count
        said = f"{count_of(count, unit)} of {every:,} cannot be taken, so nothing was stored"
        raise Invalid(f"file: {said}. {'; '.join([*rows, *more])}.")
    if not found.documents:
        raise Invalid("file: There are no documents in it.")


@router.get(
    SESSIONS + "/download",
    **gives_file((BY_NAME[name].mime for name in TOGETHER), 400, 401, 403, 404),
)
def download_all(call: View, request: Request, format: AllFormat = DEFAULT) -> Response:
    """All sessions of a project in one file."""
    chosen = BY_NAME[format]
    with call.store.documents.whole_project(call.caller, call.project_id) as whole:
        named = Session(
            id=call.project_id, project_id=call.project_id, name=f"{whole.project['name']} sessions"
        )
        parts = TOGETHER[format](_with_documents(one, call.caller.role) for one in whole.sessions)
        return file_reply(request, file_name(named, chosen.suffix), chosen.mime, parts)


@router.get(
    SESSION + "/download",
    **gives_file((BY_NAME[name].mime for name in WRITTEN), 400, 401, 403, 404),
)
def download(call: View, request: Request, format: OneFormat = DEFAULT) -> Response:
    """A labeling session with all its documents, as a file."""
    chosen = BY_NAME[format]
    assert chosen.write is not None
    with call.store.documents.whole_session(call.at) as whole:
        session, documents = _with_documents(whole, call.caller.role)
        name, parts = file_name(session, chosen.suffix), chosen.write(session, documents)
        return file_reply(request, name, chosen.mime, parts)


def _with_documents(whole: StoredSession, role: Role | None) -> WholeSession:
    session = Session.model_validate(session_answer(whole.session, role))
    return session, map(Document.model_validate, whole.documents)
