"""Calls about labeling sessions: listed, also those of all projects, made, read, changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from labeling.model import Mode, Part, Role, Status, Type
from labeling.server.api.answers import Answer, AnswerModel, moment, reply, tagged_reply
from labeling.server.api.deps import (
    BodyBytes,
    Call,
    Edit,
    IfMatch,
    Manage,
    SignedIn,
    View,
    WhileWaiting,
)
from labeling.server.api.description import takes, tells
from labeling.server.rules.bodies import ChangeBody, PersonBody, SessionBody
from labeling.server.rules.preconditions import entity_tag, expected_tags
from labeling.server.rules.progress import progress
from labeling.server.rules.queries import SessionsQuery, Word, words
from labeling.server.rules.reading import read_body, read_session
from labeling.server.storage.ids import DbRow

router = APIRouter()
SESSIONS = "/projects/{project_id}/annotations"
SESSION = SESSIONS + "/{annotation_id}"


class AnySessionTold(AnswerModel):
    """What is told of a session of either mode, there or not yet."""

    finished: AwareDatetime | None
    document_count: int
    document_group_id: int | None
    organization_id: int
    user_id: int | None
    project_id: int
    name: str
    progress: float
    status: Status
    mode: Mode
    type: Type
    description: str | None


class SessionTold(AnySessionTold):
    """What is told of a labeling session."""

    model_id: int | None


class SessionFields(SessionTold):
    created: AwareDatetime
    uuid: str
    id: int


class PlannedFields(AnswerModel):
    """What a manager is told besides."""

    part: Part | None = Field(None)
    plan: str | None = Field(None)
    blind: bool | None = Field(None)


class NamedSessionAnswer(SessionFields):
    classes: list[str]
    labels: list[str]


class SessionAnswer(NamedSessionAnswer, PlannedFields):
    """A session; its part in which plan, and whether it is blind, for a manager only."""


class CountedSessionAnswer(SessionAnswer):
    """A session among those of its project, with how many of its documents are done."""

    annotated_count: int


class ListedUserAnswer(AnswerModel):
    id: int
    email: str
    name: str | None


class ListedSessionAnswer(SessionFields):
    """A session among those of all projects: without its lists of names, with its owner and its last save."""

    project: str
    annotated_count: int
    user: ListedUserAnswer | None
    changed: AwareDatetime | None
    changed_by: ListedUserAnswer | None


class ListedSessionsAnswer(AnswerModel):
    count: int
    limit: int | None
    offset: int
    has_more: bool
    total: int
    sessions: list[ListedSessionAnswer]
    users: list[ListedUserAnswer]


def session_answer(row: DbRow, role: Role | None = None) -> Answer:
    """A session as it is sent to somebody with the role in its project; its progress in percent."""
    return _told(row, SessionAnswer if role is Role.MANAGER else NamedSessionAnswer)


def _told(row: DbRow, shape: type[SessionFields]) -> Answer:
    return {
        **{name: row[name] for name in shape.model_fields if name in row},
        "created": moment(row["created"]),
        "finished": moment(row["finished"]),
        "document_group_id": row["group_id"],
        "organization_id": 1,
        "progress": progress(row["document_count"], row["annotated_count"]),
    }


def _listed(row: DbRow) -> Answer:
    return {
        **_told(row, ListedSessionAnswer),
        "user": _user(row["user_id"], row["email"], row["owner"]),
        "changed": moment(row["at"]),
        "changed_by": _user(row["by_id"], row["by_email"], row["by_name"]),
    }


def _user(number: int | None, email: str | None, name: str | None) -> Answer | None:
    return None if number is None else {"id": number, "email": email, "name": name}


@router.get("/sessions", **tells(ListedSessionsAnswer, 400, 401))
def all_sessions(call: SignedIn, query: Annotated[SessionsQuery, Query()]) -> Response:
    """The labeling sessions of all projects in which the caller has a role, and who owns any of them."""
    page = call.store.listing.of_caller(call.caller, query)
    answer = {
        "count": len(page.sessions),
        "limit": query.limit,
        "offset": query.offset,
        "has_more": query.offset + len(page.sessions) < page.total,
        "total": page.total,
        "sessions": [_listed(row) for row in page.sessions],
        "users": page.owners,
    }
    return reply(answer)


@router.get(SESSIONS, **tells(list[CountedSessionAnswer], 400, 401, 403, 404))
def sessions(call: View, mode: Word = "", status: Word = "") -> Response:
    """The labeling sessions of a project; `mode` and `status` take any combination, separated by commas."""
    found = call.store.sessions.of_project(call.caller, call.project_id, words(mode), words(status))
    role = call.caller.role
    return reply([{**session_answer(row, role), "annotated_count": row["annotated_count"]} for row in found])


@router.post(SESSIONS, **tells(SessionAnswer, 400, 401, 403, 404, 415, status=201), **takes(SessionBody))
def create_session(call: Edit, raw: BodyBytes, go_on: WhileWaiting) -> Response:
    """Create a labeling session; nothing is stored where the caller hangs up before it is whole."""
    parts = read_session(raw)
    row = call.store.sessions.create(call.caller, call.project_id, parts, go_on)
    return reply(session_answer(row, call.caller.role), 201)


@router.get(SESSION, **tells(SessionAnswer, 401, 403, 404, tagged=True))
def session(call: View) -> Response:
    """One labeling session."""
    row = call.store.sessions.read(call.at)
    return _tagged(call, row)


@router.put(SESSION, **tells(SessionAnswer, 400, 401, 403, 404, 412, 415, tagged=True), **takes(ChangeBody))
def update_session(call: Edit, raw: BodyBytes, if_match: IfMatch = None) -> Response:
    """Change a labeling session: what is absent stays; documents are matched by id or text, never removed."""
    expected, change = expected_tags(if_match), read_body(raw, ChangeBody)
    row = call.store.sessions.update(call.caller, call.at, change, expected)
    return _tagged(call, row)


def _tagged(call: Call, row: DbRow) -> Response:
    return tagged_reply(session_answer(row, call.caller.role), entity_tag(row))


@router.put(
    SESSION + "/person",
    **tells(SessionAnswer, 400, 401, 403, 404, 412, 415, tagged=True),
    **takes(PersonBody),
)
def hand_over(call: Manage, raw: BodyBytes, if_match: IfMatch = None) -> Response:
    """Hand a labeling session over to somebody with a role in the project."""
    expected, user_id = expected_tags(if_match), read_body(raw, PersonBody).user_id
    return _tagged(call, call.store.assignments.hand_over(call.caller, call.at, user_id, expected))


@router.delete(SESSION, **tells(None, 400, 401, 403, 404, 412, status=204))
def delete_session(call: Manage, if_match: IfMatch = None) -> Response:
    """Delete a labeling session; its status is DELETING until all of it is gone. Its documents stay."""
    call.store.long_work.delete_session(call.caller, call.at, expected_tags(if_match))
    return Response(status_code=204)
