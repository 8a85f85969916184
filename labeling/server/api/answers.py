"""What the server answers: the objects that are sent, and their shapes for the OpenAPI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from labeling.model import Mode, Role, Status, Type
from labeling.server.rules.preconditions import entity_tag
from labeling.server.rules.progress import progress

Answer = dict[str, Any]


class Shape(BaseModel):
    """Shapes are for the OpenAPI alone: answers are built as plain objects, which is many times faster."""

    model_config = ConfigDict(extra="forbid")


class OpenShape(BaseModel):
    """The shape of an object that carries whatever further keys its author gave it."""

    model_config = ConfigDict(extra="allow")


class ErrorBody(Shape):
    status: str = Field(pattern="^fail$")
    message: str


class HealthAnswer(Shape):
    status: str


class InfoAnswer(Shape):
    version: str
    abilities: list[str]


class LoginAnswer(Shape):
    status: str
    message: str
    auth_token: str


class LogoutAnswer(Shape):
    status: str
    message: str


class PersonAnswer(Shape):
    status: str
    id: int
    email: str


class TypeAnswer(Shape):
    id: int
    name: Type
    description: str


class ClassAnswer(Shape):
    id: int | None
    name: str
    example: str | None
    description: str | None


class LabelAnswer(Shape):
    id: int | None
    name: str


class ProjectAnswer(Shape):
    id: int
    name: str
    type: Type
    status: str
    created: AwareDatetime
    classes: list[str]
    labels: list[str]
    models: list[dict[str, Any]]
    role: Role


class GroupAnswer(Shape):
    id: int
    name: str
    project_id: int
    document_count: int
    created: AwareDatetime
    source: str
    status: str | None


class TagAnswer(OpenShape):
    id: int
    class_: str | None = Field(alias="class")
    label: str | None


class SegmentAnswer(OpenShape):
    id: int
    text: str
    span: tuple[int, int]
    tags: list[TagAnswer] = []


class DocumentAnswer(Shape):
    id: int
    text: str
    annotated: bool
    position: int
    meta: dict[str, Any] = {}
    segments: list[SegmentAnswer] = []


class SessionFields(Shape):
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


class SessionPageAnswer(SessionFields):
    classes: list[ClassAnswer]
    labels: list[LabelAnswer]
    documents: list[DocumentAnswer]
    offset: int
    limit: int | None
    count: int
    has_more: bool
    total: int


class ProjectDocumentAnswer(Shape):
    id: int
    text: str
    meta: dict[str, Any] = {}
    segments: list[SegmentAnswer] = []


class ProjectDocumentPageAnswer(Shape):
    count: int
    limit: int | None
    offset: int
    has_more: bool
    documents: list[ProjectDocumentAnswer]


class DocumentStatusAnswer(Shape):
    name: str
    created: AwareDatetime
    annotation_id: int
    document_id: int


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


def moment(when: datetime | None) -> str | None:
    """RFC 3339 in UTC with Z, the one style of all dates."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


class Stated(NamedTuple):
    """An answer about a session, and the entity tag of the state that it shows."""

    answer: Answer
    tag: str


def stated(row: Mapping[str, Any]) -> Stated:
    return Stated(session_answer(row), tag_of(row))


def tag_of(row: Mapping[str, Any]) -> str:
    return entity_tag(row["uuid"], row["version"])


def session_answer(row: Mapping[str, Any]) -> Answer:
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


def project_answer(
    row: Mapping[str, Any], classes: Sequence[str], labels: Sequence[str], role: Role
) -> Answer:
    return {
        "id": row["project_id"],
        "name": row["name"],
        "type": row["type"],
        "status": "CREATED",
        "created": moment(row["created"]),
        "classes": list(classes),
        "labels": list(labels),
        "models": [],
        "role": role.value,
    }


def group_answer(row: Mapping[str, Any]) -> Answer:
    return {
        "id": row["id"],
        "name": row["name"],
        "project_id": row["project_id"],
        "document_count": row["document_count"],
        "created": moment(row["created"]),
        "source": row["source"],
        "status": None,
    }


def class_objects(names: Iterable[str], known: Iterable[Answer]) -> list[Answer]:
    """The session's classes as objects; one that its project lacks has a name only."""
    by_name = {item["name"]: item for item in known}
    return [
        by_name.get(name, {"id": None, "name": name, "example": None, "description": None}) for name in names
    ]


def label_objects(names: Iterable[str], known: Iterable[Answer]) -> list[Answer]:
    by_name = {item["name"]: item for item in known}
    return [by_name.get(name, {"id": None, "name": name}) for name in names]
