"""Calls about labeling sessions: listed, made, read, changed."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import AwareDatetime

from labeling.model import Mode, Status, Type
from labeling.server.api import parameters
from labeling.server.api.answers import Answer, AnswerModel, moment, reply, tagged_reply
from labeling.server.api.deps import BodyBytes, EditProject, EditSession, ViewProject, ViewSession
from labeling.server.api.description import takes, tells
from labeling.server.api.parameters import IfMatch, Word
from labeling.server.rules.bodies import ChangeBody, SessionBody, read_body
from labeling.server.rules.preconditions import entity_tag, expected_tags
from labeling.server.rules.progress import progress
from labeling.server.storage.ids import DbRow

router = APIRouter()
SESSIONS = "/projects/{project_id}/annotations"
SESSION = SESSIONS + "/{annotation_id}"


class SessionFields(AnswerModel):
    created: AwareDatetime
    finished: AwareDatetime | None
    document_count: int
    document_group_id: int | None
    organization_id: int
    user_id: int | None
    project_id: int
    uuid: str
    id: int
    name: str
    progress: float
    model_id: int | None
    status: Status
    mode: Mode
    type: Type
    description: str | None


class SessionAnswer(SessionFields):
    classes: list[str]
    labels: list[str]


def session_answer(row: DbRow) -> Answer:
    """A session as it is sent; its progress in percent."""
    return {
        "created": moment(row["created"]),
        "finished": moment(row["finished"]),
        "document_count": row["document_count"],
        "document_group_id": row["group_id"],
        "organization_id": 1,
        "user_id": row["user_id"],
        "project_id": row["project_id"],
        "uuid": row["uuid"],
        "id": row["id"],
        "name": row["name"],
        "progress": progress(row["document_count"], row["annotated_count"]),
        "model_id": row["model_id"],
        "status": row["status"],
        "mode": row["mode"],
        "type": row["type"],
        "description": row["description"],
        "classes": row["classes"],
        "labels": row["labels"],
    }


@router.get(SESSIONS, **tells(list[SessionAnswer], 401, 403, 404))
def sessions(call: ViewProject, mode: Word = None, status: Word = None) -> Response:
    """The labeling sessions of a project; `mode` and `status` take any combination, separated by commas."""
    modes, statuses = parameters.words(mode), parameters.words(status)
    found = call.store.sessions.of_project(call.project_id, modes, statuses)
    return reply([session_answer(row) for row in found])


@router.post(SESSIONS, **tells(SessionAnswer, 400, 401, 403, 404, status=201), **takes(SessionBody))
def create_session(call: EditProject, raw: BodyBytes) -> Response:
    """Create a labeling session."""
    body = read_body(raw, SessionBody)
    return reply(session_answer(call.store.sessions.create(call.caller, call.project_id, body)), 201)


@router.get(SESSION, **tells(SessionAnswer, 401, 403, 404, tagged=True))
def session(call: ViewSession) -> Response:
    """One labeling session."""
    row = call.store.sessions.read(call.at)
    return tagged_reply(session_answer(row), entity_tag(row))


@router.put(SESSION, **tells(SessionAnswer, 400, 401, 403, 404, 412, tagged=True), **takes(ChangeBody))
def update_session(call: EditSession, raw: BodyBytes, if_match: IfMatch = None) -> Response:
    """Change a labeling session: what is absent stays; documents are matched by id or text, never removed."""
    expected, change = expected_tags(if_match), read_body(raw, ChangeBody)
    row = call.store.sessions.update(call.at, change, expected)
    return tagged_reply(session_answer(row), entity_tag(row))
