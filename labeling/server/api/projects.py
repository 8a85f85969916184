"""Calls about projects: their types, who is in them, what their tags say."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from labeling.model import Role, Type
from labeling.server.api.answers import Answer, AnswerModel, moment, reply
from labeling.server.api.deps import BodyBytes, Manage, ManageAlways, SignedIn, View
from labeling.server.api.description import takes, tells
from labeling.server.api.names import ClassAnswer, LabelAnswer, class_objects, label_objects
from labeling.server.rules.bodies import CloneBody, ProjectBody, ProjectChangeBody
from labeling.server.rules.queries import JobsQuery, TagsQuery
from labeling.server.rules.reading import read_body
from labeling.server.storage.ids import DbRow
from labeling.server.storage.tables import JobStatus

router = APIRouter()
PROJECT = "/projects/{project_id}"

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
    description: str | None


class PermissionAnswer(AnswerModel):
    id: int
    model: str
    role: Role


class NamedTagAnswer(AnswerModel):
    class_: str | ClassAnswer | None = Field(alias="class")
    label: str | LabelAnswer | None


class TagsAnswer(AnswerModel):
    count: int
    limit: int | None
    offset: int
    total: int
    tags: list[NamedTagAnswer]


class JobAnswer(AnswerModel):
    id: int
    kind: str
    annotation_id: int | None
    status: JobStatus
    progress: float
    error: str | None
    created: AwareDatetime
    ended: AwareDatetime | None


def job_answer(row: DbRow) -> Answer:
    """A job as it is sent; its progress in percent."""
    return {
        **{name: row[name] for name in ("id", "kind", "status", "error")},
        "annotation_id": row["session_id"],
        "progress": int(row["progress"] * 1000) / 10,
        "created": moment(row["created"]),
        "ended": moment(row["ended"]),
    }


def project_answer(row: DbRow) -> Answer:
    """A project as it is sent."""
    return {
        **{name: row[name] for name in ProjectAnswer.model_fields if name in row},
        "id": row["project_id"],
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


@router.get(PROJECT, **tells(ProjectAnswer, 401, 403, 404))
def project(call: View) -> Response:
    """One project."""
    return reply(project_answer(call.store.projects.read(call.caller, call.project_id)))


@router.put(PROJECT, **tells(ProjectAnswer, 400, 401, 403, 404, 415), **takes(ProjectChangeBody))
def change_project(call: Manage, raw: BodyBytes) -> Response:
    """Change a project's name."""
    body = read_body(raw, ProjectChangeBody)
    return reply(project_answer(call.store.projects.change(call.caller, call.project_id, body)))


@router.delete(PROJECT, **tells(None, 401, 403, 404, status=204))
def delete_project(call: ManageAlways) -> Response:
    """Delete a project with all that is in it. It is gone at once; what it held is taken away by and by."""
    call.store.long_work.delete_project(call.caller, call.project_id)
    return Response(status_code=204)


@router.post(
    PROJECT + "/clone", **tells(ProjectAnswer, 400, 401, 403, 404, 415, status=201), **takes(CloneBody)
)
def clone_project(call: Manage, raw: BodyBytes) -> Response:
    """Clone a project, all that is in it, under another name. Its status is CLONING until that is done."""
    name = read_body(raw, CloneBody).name
    row = call.store.long_work.clone_project(call.caller, call.project_id, name)
    return reply(project_answer(row), 201)


@router.get(PROJECT + "/jobs", **tells(list[JobAnswer], 400, 401, 403, 404))
def jobs(call: View, query: Annotated[JobsQuery, Query()]) -> Response:
    """What is done in a project by and by, the newest first: how far it is, or why it failed."""
    found = call.store.jobs.of_project(call.caller, call.project_id, ended=query.ended)
    return reply([job_answer(row) for row in found])


@router.get(PROJECT + "/permissions", **tells(list[PermissionAnswer], 401, 403, 404))
def permissions(call: Manage) -> Response:
    """Who has a role in the project: the id of each person, and the role."""
    return reply([{**row, "model": "project"} for row in call.store.projects.roles(call.project_id)])


@router.get(PROJECT + "/tags", **tells(TagsAnswer, 400, 401, 403, 404))
def project_tags(call: View, query: Annotated[TagsQuery, Query()]) -> Response:
    """The pairs of a class and a label that tags in the project's sessions have, each once."""
    found, total = call.store.projects.tags(call.caller, call.project_id, query)
    classes = class_objects(call.store.classes.of_project(call.project_id)) if query.classes else _as_named
    labels = label_objects(call.store.labels.of_project(call.project_id)) if query.labels else _as_named
    tags = [{"class": classes(row["class_"]), "label": labels(row["label"])} for row in found]
    answer = {"count": len(tags), "limit": query.limit, "offset": query.offset, "total": total, "tags": tags}
    return reply(answer)


def _as_named(name: str | None) -> str | None:
    return name
