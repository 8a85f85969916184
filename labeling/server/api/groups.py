"""Calls about the groups of a project's documents."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import AwareDatetime

from labeling.server.api.answers import Answer, AnswerModel, moment, reply
from labeling.server.api.deps import View
from labeling.server.api.description import tells
from labeling.server.storage.ids import DbRow

router = APIRouter()


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


@router.get("/projects/{project_id}/groups", **tells(list[GroupAnswer], 401, 403, 404))
def groups(call: View) -> Response:
    """The document groups of a project."""
    return reply([group_answer(row) for row in call.store.groups.of_project(call.project_id)])
