"""Calls about documents: those of a project, those of a session, and the mark that one is annotated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from labeling.server.api.answers import Answer, AnswerModel, OpenAnswerModel, moment, reply, tagged_reply
from labeling.server.api.deps import BodyBytes, Edit, IfMatch, View
from labeling.server.api.description import takes, tells
from labeling.server.api.projects import ClassAnswer, LabelAnswer
from labeling.server.api.sessions import SESSION, SessionFields, session_answer
from labeling.server.rules.bodies import StatusBody, read_body
from labeling.server.rules.preconditions import entity_tag, expected_tags
from labeling.server.rules.queries import Details, DocumentQuery, ProjectDocumentQuery
from labeling.server.storage.documents import EVERYTHING
from labeling.server.storage.ids import DbRow

router = APIRouter()
DOCUMENT = SESSION + "/documents/{document_id}"


class TagAnswer(OpenAnswerModel):
    id: int
    class_: str | None = Field(alias="class")
    label: str | None


class SegmentAnswer(OpenAnswerModel):
    id: int
    text: str
    span: tuple[int, int]
    tags: list[TagAnswer] = Field([])


class DocumentAnswer(AnswerModel):
    id: int
    text: str
    annotated: bool
    position: int
    meta: dict[str, Any] = Field({})
    segments: list[SegmentAnswer] = Field([])


class SessionPageAnswer(SessionFields):
    classes: list[ClassAnswer]
    labels: list[LabelAnswer]
    documents: list[DocumentAnswer]
    offset: int
    limit: int | None
    count: int
    has_more: bool
    total: int


class ProjectDocumentAnswer(AnswerModel):
    id: int
    text: str
    meta: dict[str, Any] = Field({})
    segments: list[SegmentAnswer] = Field([])


class ProjectDocumentPageAnswer(AnswerModel):
    count: int
    limit: int | None
    offset: int
    has_more: bool
    documents: list[ProjectDocumentAnswer]


class DocumentStatusAnswer(AnswerModel):
    name: str
    created: AwareDatetime
    annotation_id: int
    document_id: int


@router.get("/projects/{project_id}/documents", **tells(ProjectDocumentPageAnswer, 400, 401, 403, 404))
def project_documents(call: View, query: Annotated[ProjectDocumentQuery, Query()]) -> Response:
    """The documents of a project, or those of one of its sessions or groups, page by page.

    Segments are those of the session that is named; without one there are none.
    """
    page = call.store.documents.of_project(call.project_id, query)
    answer = {
        "count": len(page.documents),
        "limit": query.limit,
        "offset": query.offset,
        "has_more": page.has_more,
        "documents": page.documents,
    }
    return reply(answer)


@router.get(SESSION + "/documents", **tells(SessionPageAnswer, 400, 401, 403, 404, tagged=True))
def documents(call: View, query: Annotated[DocumentQuery, Query()]) -> Response:
    """The documents of a labeling session, page by page; `total` counts those that the filters admit."""
    page = call.store.documents.of_session(call.at, query)
    count = len(page.documents)
    answer = {
        **session_answer(page.session),
        "classes": _class_objects(page.session["classes"], page.classes),
        "labels": _label_objects(page.session["labels"], page.labels),
        "documents": page.documents,
        "offset": query.offset,
        "limit": query.limit,
        "count": count,
        "has_more": query.offset + count < page.total,
        "total": page.total,
    }
    return tagged_reply(answer, entity_tag(page.session))


def _class_objects(names: Iterable[str], known: Iterable[DbRow]) -> list[Answer]:
    """The session's classes as objects; one that its project lacks has a name only."""
    by_name = {item["name"]: item for item in known}
    return [
        by_name.get(name, {"id": None, "name": name, "example": None, "description": None}) for name in names
    ]


def _label_objects(names: Iterable[str], known: Iterable[DbRow]) -> list[Answer]:
    by_name = {item["name"]: item for item in known}
    return [by_name.get(name, {"id": None, "name": name}) for name in names]


@router.get(DOCUMENT, **tells(DocumentAnswer, 401, 403, 404))
def document(call: View, details: Annotated[Details, Query(default_factory=lambda: EVERYTHING)]) -> Response:
    """One document of a labeling session, with everything unless `details` asks for less."""
    return reply(call.store.documents.read(call.at, call.document_id, details))


@router.post(
    DOCUMENT + "/statuses",
    **tells(DocumentStatusAnswer, 400, 401, 403, 404, 412, 415, status=201),
    **takes(StatusBody),
)
def mark_annotated(call: Edit, raw: BodyBytes, if_match: IfMatch = None) -> Response:
    """Mark a document as annotated."""
    expected = expected_tags(if_match)
    read_body(raw, StatusBody)
    since = call.store.sessions.mark_annotated(call.at, call.document_id, expected)
    answer = {
        "name": "ANNOTATED",
        "created": moment(since),
        "annotation_id": call.session_id,
        "document_id": call.document_id,
    }
    return reply(answer, 201)
