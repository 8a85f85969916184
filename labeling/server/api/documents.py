"""Calls about documents: those of a project, those of a session, their single tags and marks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from labeling.errors import Invalid
from labeling.model import Origin
from labeling.server.api.answers import Answer, AnswerModel, OpenAnswerModel, moment, reply, tagged_reply
from labeling.server.api.deps import BodyBytes, Call, Edit, IfMatch, Manage, View
from labeling.server.api.description import takes, tells
from labeling.server.api.names import ClassAnswer, LabelAnswer, class_objects, label_objects
from labeling.server.api.sessions import SESSION, PlannedFields, SessionFields, session_answer
from labeling.server.rules.bodies import DocumentTextBody, StatusBody, TagBody, TagChangeBody
from labeling.server.rules.preconditions import entity_tag, expected_tags
from labeling.server.rules.queries import (
    Details,
    DocumentQuery,
    OneDocumentQuery,
    ProjectDocumentQuery,
    TakeOutQuery,
)
from labeling.server.rules.reading import read_body
from labeling.server.storage.documents import EVERYTHING
from labeling.server.storage.tagging import tag_in

router = APIRouter()
DOCUMENT = SESSION + "/documents/{document_id}"
SEGMENT = DOCUMENT + "/segments/{segment_id}"
TAG = SEGMENT + "/tags/{tag_id}"
PROJECT_DOCUMENT = "/projects/{project_id}/documents/{document_id}"


class TagAnswer(OpenAnswerModel):
    id: int
    class_: str | None = Field(alias="class")
    label: str | None
    origin: Origin | None = None


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


class SessionPageAnswer(SessionFields, PlannedFields):
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


class DocumentTextAnswer(AnswerModel):
    id: int
    text: str


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


class SegmentStatusAnswer(DocumentStatusAnswer):
    segment_id: int


@router.get("/projects/{project_id}/documents", **tells(ProjectDocumentPageAnswer, 400, 401, 403, 404))
def project_documents(call: View, query: Annotated[ProjectDocumentQuery, Query()]) -> Response:
    """The documents of a project, or those of one of its sessions or groups, page by page.

    Segments are those of the session that is named; without one there are none.
    """
    page = call.store.documents.of_project(call.caller, call.project_id, query)
    answer = {
        "count": len(page.documents),
        "limit": query.limit,
        "offset": query.offset,
        "has_more": page.has_more,
        "documents": page.documents,
    }
    return reply(answer)


@router.get(PROJECT_DOCUMENT, **tells(ProjectDocumentAnswer, 400, 401, 403, 404))
def project_document(call: View, query: Annotated[OneDocumentQuery, Query()]) -> Response:
    """One document of a project. Segments are those of the session that is named; without one there are
    none."""
    return reply(call.store.documents.in_project(call.caller, call.project_id, call.document_id, query))


@router.put(PROJECT_DOCUMENT, **tells(DocumentTextAnswer, 400, 401, 403, 404, 415), **takes(DocumentTextBody))
def change_text(call: Edit, raw: BodyBytes) -> Response:
    """Put a document's text right, as long as no segment stands on it in any session."""
    text = read_body(raw, DocumentTextBody).text
    call.store.texts.change(call.caller, call.project_id, call.document_id, text)
    return reply({"id": call.document_id, "text": text})


@router.delete(PROJECT_DOCUMENT, **tells(None, 400, 401, 403, 404, status=204))
def delete_document(call: Manage) -> Response:
    """Delete a document, as long as no segment stands on it in any session."""
    call.store.texts.remove(call.caller, call.project_id, call.document_id)
    return Response(status_code=204)


@router.get(SESSION + "/documents", **tells(SessionPageAnswer, 400, 401, 403, 404, tagged=True))
def documents(call: View, query: Annotated[DocumentQuery, Query()]) -> Response:
    """The documents of a labeling session, page by page; `total` counts those that the filters admit."""
    page = call.store.documents.of_session(call.at, query)
    count = len(page.documents)
    answer = {
        **session_answer(page.session, call.caller.role),
        "classes": list(map(class_objects(page.classes), page.session["classes"])),
        "labels": list(map(label_objects(page.labels), page.session["labels"])),
        "documents": page.documents,
        "offset": query.offset,
        "limit": query.limit,
        "count": count,
        "has_more": query.offset + count < page.total,
        "total": page.total,
    }
    return tagged_reply(answer, entity_tag(page.session))


@router.get(DOCUMENT, **tells(DocumentAnswer, 401, 403, 404))
def document(call: View, details: Annotated[Details, Query(default_factory=lambda: EVERYTHING)]) -> Response:
    """One document of a labeling session, with everything unless `details` asks for less."""
    return reply(call.store.documents.read(call.at, call.document_id, details))


@router.delete(DOCUMENT, **tells(None, 400, 401, 403, 404, 412, status=204))
def take_out(call: Manage, query: Annotated[TakeOutQuery, Query()], if_match: IfMatch = None) -> Response:
    """Take a document out of a labeling session; it stays in the project. With tags on it only when that is
    said."""
    expected, with_tags = expected_tags(if_match), query.with_tags is True
    call.store.assignments.take_out(call.caller, call.at, call.document_id, expected, with_tags=with_tags)
    return Response(status_code=204)


@router.post(
    DOCUMENT + "/statuses",
    **tells(DocumentStatusAnswer, 400, 401, 403, 404, 412, 415, status=201),
    **takes(StatusBody),
)
def mark_annotated(call: Edit, raw: BodyBytes, if_match: IfMatch = None) -> Response:
    """Mark a document as annotated."""
    expected = expected_tags(if_match)
    read_body(raw, StatusBody)
    since = call.store.tagging.mark_document(call.caller, call.at, call.document_id, expected)
    return reply(_status_answer(call, since), 201)


def _status_answer(call: Call, since: datetime) -> Answer:
    return {
        "name": "ANNOTATED",
        "created": moment(since),
        "annotation_id": call.at.session_id,
        "document_id": call.document_id,
    }


@router.post(
    SEGMENT + "/statuses",
    **tells(SegmentStatusAnswer, 400, 401, 403, 404, 412, 415, status=201),
    **takes(StatusBody),
)
def mark_segment(call: Edit, raw: BodyBytes, if_match: IfMatch = None) -> Response:
    """Mark a segment as annotated; with the last of its segments a document is marked too."""
    expected = expected_tags(if_match)
    read_body(raw, StatusBody)
    since = call.store.tagging.mark_segment(call.caller, call.place, expected)
    return reply({**_status_answer(call, since), "segment_id": call.place.segment_id}, 201)


@router.get(SEGMENT + "/tags", **tells(list[TagAnswer], 401, 403, 404))
def tags(call: View) -> Response:
    """The tags of a segment."""
    return reply(call.store.tagging.of_segment(call.place))


@router.post(
    SEGMENT + "/tags", **tells(TagAnswer, 400, 401, 403, 404, 412, 415, status=201), **takes(TagBody)
)
def add_tag(call: Edit, raw: BodyBytes, if_match: IfMatch = None) -> Response:
    """Give a segment one more tag."""
    expected, body = expected_tags(if_match), read_body(raw, TagBody)
    if not any(body.names):
        raise Invalid("body: needs a class, a label or both")
    return reply(call.store.tagging.add(call.caller, call.place, body, expected), 201)


@router.get(TAG, **tells(TagAnswer, 401, 403, 404))
def tag(call: View) -> Response:
    """One tag of a segment."""
    return reply(tag_in(call.store.tagging.of_segment(call.place), call.path["tag_id"]))


@router.put(TAG, **tells(TagAnswer, 400, 401, 403, 404, 412, 415), **takes(TagChangeBody))
def change_tag(call: Edit, raw: BodyBytes, if_match: IfMatch = None) -> Response:
    """Change a tag; what is absent stays."""
    expected, body, tag_id = expected_tags(if_match), read_body(raw, TagChangeBody), call.path["tag_id"]
    return reply(call.store.tagging.change(call.caller, call.place, tag_id, body, expected))


@router.delete(TAG, **tells(None, 400, 401, 403, 404, 412, status=204))
def delete_tag(call: Edit, if_match: IfMatch = None) -> Response:
    """Take a tag from a segment."""
    expected = expected_tags(if_match)
    call.store.tagging.remove(call.caller, call.place, call.path["tag_id"], expected)
    return Response(status_code=204)
