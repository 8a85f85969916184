"""Calls about projects: their types, classes and labels."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import AwareDatetime

from labeling.model import Role, Type
from labeling.server.api.answers import Answer, AnswerModel, moment, reply
from labeling.server.api.deps import BodyBytes, SignedIn, View
from labeling.server.api.description import takes, tells
from labeling.server.rules.bodies import ProjectBody, read_body
from labeling.server.storage.ids import DbRow

router = APIRouter()

TYPES: tuple[Answer, ...] = tuple(
    {"id": number, "name": str(name), "description": text}
    for number, (name, text) in enumerate(
        {
            Type.ABSA: "Pairs of a topic and a sentiment, any number for each segment.",
            Type.CLASS: "No, one or more classes for each text.",
            Type.LABEL: "Exactly one label for each text.",
            Type.CLASSLABEL: "Pairs of a class and a label, any number for each segment.",
        }.items(),
        start=1,
    )
)


class TypeAnswer(AnswerModel):
    id: int
    name: Type
    description: str


class ClassAnswer(AnswerModel):
    id: int | None
    name: str
    example: str | None
    description: str | None


class LabelAnswer(AnswerModel):
    id: int | None
    name: str


class ProjectAnswer(AnswerModel):
    id: int
    name: str
    type: Type
    status: str
    created: AwareDatetime
    classes: list[str]
    labels: list[str]
    models: list[dict[str, Any]]
    role: Role


def project_answer(row: DbRow) -> Answer:
    """A project as it is sent."""
    return {
        **{name: row[name] for name in ProjectAnswer.model_fields if name in row},
        "id": row["project_id"],
        "status": "CREATED",
        "created": moment(row["created"]),
        "models": [],
    }


@router.get("/types", **tells(list[TypeAnswer], 401))
def types(call: SignedIn) -> Response:
    """The types that a project can have."""
    return reply(TYPES)


@router.get("/projects", **tells(list[ProjectAnswer], 401))
def projects(call: SignedIn) -> Response:
    """The projects in which the caller has a role."""
    return reply([project_answer(found) for found in call.store.projects.of_caller(call.caller)])


@router.post("/projects", **tells(ProjectAnswer, 400, 401, 415, status=201), **takes(ProjectBody))
def add_project(call: SignedIn, raw: BodyBytes) -> Response:
    """Create a project; the caller becomes its manager."""
    return reply(project_answer(call.store.projects.add(call.caller, read_body(raw, ProjectBody))), 201)


@router.get("/projects/{project_id}", **tells(ProjectAnswer, 401, 403, 404))
def project(call: View) -> Response:
    """One project."""
    return reply(project_answer(call.store.projects.read(call.caller, call.project_id)))


@router.get("/projects/{project_id}/classes", **tells(list[ClassAnswer], 401, 403, 404))
def classes(call: View) -> Response:
    """The classes of a project."""
    return reply(call.store.projects.classes(call.project_id))


@router.get("/projects/{project_id}/labels", **tells(list[LabelAnswer], 401, 403, 404))
def labels(call: View) -> Response:
    """The labels of a project."""
    return reply(call.store.projects.labels(call.project_id))
