"""Calls about the groups of a project's documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from labeling.server.api.answers import Answer, AnswerModel, moment, reply
from labeling.server.api.deps import BodyBytes, Edit, View
from labeling.server.api.description import takes, tells
from labeling.server.api.documents import ProjectDocumentAnswer
from labeling.server.rules.bodies import GroupBody, GroupChangeBody
from labeling.server.rules.queries import Query as DocumentsQuery
from labeling.server.rules.reading import read_body
from labeling.server.storage.ids import DbRow

router = APIRouter()
GROUPS = "/projects/{project_id}/groups"
GROUP = GROUPS + "/{group_id}"


class GroupAnswer(AnswerModel):
    id: int
    name: str
    project_id: int
    document_count: int
    created: AwareDatetime
    source: str
    status: str | None


def group_answer(row: DbRow) -> Answer:
    """A group as it is sent."""
    return {**row, "created": moment(row["created"]), "status": None}


@router.get(GROUPS, **tells(list[GroupAnswer], 401, 403, 404))
def groups(call: View) -> Response:
    """The document groups of a project."""
    return reply([group_answer(row) for row in call.store.groups.of_project(call.caller, call.project_id)])


@router.post(GROUPS, **tells(GroupAnswer, 400, 401, 403, 404, 415, status=201), **takes(GroupBody))
def add_group(call: Edit, raw: BodyBytes) -> Response:
    """Make a group of documents: of those of the project that are named, and of new ones."""
    return reply(group_answer(call.store.groups.add(call.project_id, read_body(raw, GroupBody))), 201)


@router.get(GROUP, **tells(GroupAnswer, 401, 403, 404))
def group(call: View) -> Response:
    """One group of documents."""
    return reply(group_answer(call.store.groups.read(call.project_id, call.path["group_id"])))


@router.put(GROUP, **tells(GroupAnswer, 400, 401, 403, 404, 415), **takes(GroupChangeBody))
def change_group(call: Edit, raw: BodyBytes) -> Response:
    """Change a group's name, and add documents to it."""
    body, group_id = read_body(raw, GroupChangeBody), call.path["group_id"]
    return reply(group_answer(call.store.groups.change(call.project_id, group_id, body)))


@router.get(GROUP + "/documents", **tells(list[ProjectDocumentAnswer], 400, 401, 403, 404))
def documents(call: View, query: Annotated[DocumentsQuery, Query()]) -> Response:
    """The documents of a group."""
    return reply(call.store.documents.in_group(call.caller, call.project_id, call.path["group_id"], query))
