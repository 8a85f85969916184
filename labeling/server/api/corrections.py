"""Calls about sessions in which a model's predictions are corrected."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from labeling.errors import Invalid
from labeling.model import Mode, TagStatus
from labeling.server.api.answers import Answer, AnswerModel, OpenAnswerModel, moment, reply
from labeling.server.api.deps import BodyBytes, Call, Edit, EditRejected, Manage, View
from labeling.server.api.description import takes, tells
from labeling.server.api.documents import SegmentStatusAnswer, TagAnswer
from labeling.server.api.names import ClassAnswer, LabelAnswer, class_objects, label_objects
from labeling.server.api.sessions import AnySessionTold, session_answer
from labeling.server.rules.bodies import CorrectionBody, StatusBody, TagBody, TagChangeBody, TagStatusBody
from labeling.server.rules.progress import progress
from labeling.server.rules.queries import CorrectedQuery, DocumentQuery, Word, words
from labeling.server.rules.reading import read_body
from labeling.server.storage.correcting import DoneCorrection
from labeling.server.storage.ids import DbRow

router = APIRouter()
CORRECTIONS = "/projects/{project_id}/corrections"
CORRECTION = CORRECTIONS + "/{correction_id}"
SEGMENT = CORRECTION + "/documents/{document_id}/segments/{segment_id}"
TAG = SEGMENT + "/tags/{tag_id}"


class ModelNamed(AnswerModel):
    id: int
    display_name: str


class CorrectionFields(AnySessionTold):
    """A session in which predictions are corrected; `predicted_score`: what the model would be worth with
    what was corrected."""

    mode: Literal[Mode.CORRECTION]
    created: AwareDatetime
    uuid: str
    id: int
    model: ModelNamed | None
    predicted_score: int | None


class CorrectionAnswer(CorrectionFields):
    classes: list[str]
    labels: list[str]


class CorrectedTagAnswer(TagAnswer):
    """A tag that stands (READY), or one that is proposed (CORRECTING), with how sure the model is."""

    status: TagStatus


class CorrectedSegmentAnswer(OpenAnswerModel):
    id: int
    text: str
    span: tuple[int, int]
    tags: list[CorrectedTagAnswer] = Field([])


class CorrectedDocumentAnswer(AnswerModel):
    id: int
    text: str
    annotated: bool
    position: int
    meta: dict[str, object] = Field({})
    segments: list[CorrectedSegmentAnswer] = Field([])


class CorrectionPageAnswer(CorrectionFields):
    classes: list[ClassAnswer]
    labels: list[LabelAnswer]
    documents: list[CorrectedDocumentAnswer]
    offset: int
    limit: int | None
    count: int
    has_more: bool
    total: int


class MarkAnswer(AnswerModel):
    """Since when the document is annotated."""

    annotated: AwareDatetime | None


class CorrectedAnswer(AnswerModel):
    predicted_score: int | None
    progress: int
    segment: MarkAnswer


class TagCorrectedAnswer(CorrectedAnswer):
    tag: CorrectedTagAnswer


class SegmentCorrectedAnswer(AnswerModel):
    predicted_score: int | None
    progress: int
    segment: SegmentStatusAnswer


def correction_answer(row: DbRow) -> Answer:
    """A session in which predictions are corrected, as it is sent."""
    told = {**session_answer(row), "predicted_score": row["predicted_score"], "model": row["model"]}
    return {name: told[name] for name in CorrectionAnswer.model_fields}


@router.get(CORRECTIONS, **tells(list[CorrectionAnswer], 400, 401, 403, 404))
def corrections(call: View, status: Word = "") -> Response:
    """The sessions of a project in which a model's predictions are corrected; `status` takes any, separated
    by commas."""
    found = call.store.corrections.of_project(call.caller, call.project_id, sorted(words(status)))
    return reply([correction_answer(row) for row in found])


@router.post(
    CORRECTIONS, **tells(CorrectionAnswer, 400, 401, 403, 404, 415, status=201), **takes(CorrectionBody)
)
def add_correction(call: Edit, raw: BodyBytes) -> Response:
    """Make a session in which a model's predictions are corrected: the documents about which it is most in
    doubt, of those that are not done in any session."""
    body = read_body(raw, CorrectionBody)
    return reply(correction_answer(call.store.corrections.create(call.caller, call.project_id, body)), 201)


@router.get(CORRECTION, **tells(CorrectionAnswer, 401, 403, 404))
def correction(call: View) -> Response:
    """One session in which predictions are corrected."""
    return reply(correction_answer(call.store.corrections.read(call.at)))


@router.delete(CORRECTION, **tells(None, 400, 401, 403, 404, status=204))
def delete_correction(call: Manage) -> Response:
    """Delete it; its status is DELETING until all of it is gone. Its documents stay."""
    call.store.long_work.delete_session(call.caller, call.at)
    return Response(status_code=204)


@router.get(CORRECTION + "/documents", **tells(CorrectionPageAnswer, 400, 401, 403, 404))
def corrected_documents(call: View, query: Annotated[CorrectedQuery, Query()]) -> Response:
    """The documents of the session, page by page, with the tags that stand and those that are proposed."""
    asked = DocumentQuery(**query.model_dump())
    page, row = call.store.correcting.documents(call.at, asked), call.store.corrections.read(call.at)
    count = len(page.documents)
    answer = {
        **correction_answer({**row, **page.session}),
        "classes": list(map(class_objects(page.classes), page.session["classes"])),
        "labels": list(map(label_objects(page.labels), page.session["labels"])),
        "documents": page.documents,
        "offset": query.offset,
        "limit": query.limit,
        "count": count,
        "has_more": query.offset + count < page.total,
        "total": page.total,
    }
    return reply(answer)


@router.post(
    SEGMENT + "/statuses",
    **tells(SegmentCorrectedAnswer, 400, 401, 403, 404, 415, status=201),
    **takes(StatusBody),
)
def confirm_segment(call: Edit, raw: BodyBytes) -> Response:
    """Mark a segment as annotated: what is proposed on it becomes its tags."""
    read_body(raw, StatusBody)
    done = call.store.correcting.mark_segment(call.caller, call.place)
    status = {
        "name": "ANNOTATED",
        "created": moment(done.moment),
        "annotation_id": call.at.session_id,
        "document_id": call.document_id,
        "segment_id": call.place.segment_id,
    }
    return reply({**_answer(done), "segment": status}, 201)


@router.post(
    SEGMENT + "/tags", **tells(TagCorrectedAnswer, 400, 401, 403, 404, 415, status=201), **takes(TagBody)
)
def add_corrected_tag(call: Edit, raw: BodyBytes) -> Response:
    """Give a segment one more tag."""
    body = read_body(raw, TagBody)
    if not any(body.names):
        raise Invalid("body: needs a class, a label or both")
    return _tag_reply(call.store.correcting.add(call.caller, call.place, body), 201)


@router.put(TAG, **tells(TagCorrectedAnswer, 400, 401, 403, 404, 415), **takes(TagChangeBody))
def change_corrected_tag(call: Edit, raw: BodyBytes) -> Response:
    """Change a tag, or one that is proposed, which stays open; what is absent stays."""
    body = read_body(raw, TagChangeBody)
    return _tag_reply(call.store.correcting.change(call.caller, call.place, _tag_id(call), body))


@router.delete(TAG, **tells(CorrectedAnswer, 400, 401, 403, 404))
def reject_tag(call: Edit) -> Response:
    """Take a tag from a segment, or reject one that is proposed."""
    return reply(_answer(call.store.correcting.remove(call.caller, call.place, _tag_id(call))))


@router.post(
    TAG + "/statuses",
    **tells(TagCorrectedAnswer, 400, 401, 403, 404, 415, status=201),
    **takes(TagStatusBody),
)
def confirm_tag(call: EditRejected, raw: BodyBytes) -> Response:
    """Have a tag that is proposed stand (READY), or open again (CORRECTING), also after it was rejected."""
    status = read_body(raw, TagStatusBody).status
    return _tag_reply(call.store.correcting.set_status(call.caller, call.place, _tag_id(call), status), 201)


def _tag_id(call: Call) -> int:
    return call.path["tag_id"]


def _answer(done: DoneCorrection) -> Answer:
    row = done.session
    share = progress(row["document_count"], row["annotated_count"])
    mark = {"annotated": moment(done.annotated)}
    return {"predicted_score": row["predicted_score"], "progress": int(share), "segment": mark}


def _tag_reply(done: DoneCorrection, status: int = 200) -> Response:
    return reply({**_answer(done), "tag": done.tag}, status)
