"""Calls about models: trained on what people have done, described, deleted."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from labeling.model import ModelStatus, Type
from labeling.server.api.answers import Answer, AnswerModel, moment, reply
from labeling.server.api.deps import BodyBytes, Manage, View
from labeling.server.api.description import takes, tells
from labeling.server.api.documents import DocumentAnswer
from labeling.server.rules.bodies import ModelBody, NewModelBody
from labeling.server.rules.reading import read_body
from labeling.server.storage.ids import DbRow

router = APIRouter()
MODELS = "/projects/{project_id}/models"
MODEL = MODELS + "/{model_id}"


class ModelAnswer(AnswerModel):
    """A model. `progress` in percent; `score`: 100 times the F1 of whole tags, by cross-validation;
    `description` says why it is FAILED; `sources`: from how much of which sessions it has learned."""

    id: int
    uuid: str
    name: str
    display_name: str
    short_description: str | None
    long_description: str | None
    base: None
    owner: int | None
    created: AwareDatetime
    project_id: int
    language: Literal["en", "de", "ar"] | None
    type: Type
    status: ModelStatus
    progress: float
    score: float | None
    description: str | None
    sources: list[ModelSourceAnswer]


class ModelSourceAnswer(AnswerModel):
    """A session that a model has learned from, how many of its documents, with how many tags."""

    id: int
    documents: int
    tags: int


class DetailedModelAnswer(ModelAnswer):
    """With the classes and labels of the tags that it has learned from, and what it is worth."""

    classes: list[str]
    labels: list[str]
    metrics: dict[str, Any]
    demoset: list[DocumentAnswer] = Field(max_length=0)


def model_answer(row: DbRow) -> Answer:
    """A model as it is sent."""
    told = {name: row[name] for name in ModelAnswer.model_fields if name in row}
    return {**told, "base": None, "owner": row["user_id"], "created": moment(row["created"])}


def detailed_answer(row: DbRow) -> Answer:
    """A model as it is sent, with what it is worth."""
    detailed = {"classes": row["classes"], "labels": row["labels"], "metrics": row["metrics"] or {}}
    return {**model_answer(row), **detailed, "demoset": []}


@router.get(MODELS, **tells(list[ModelAnswer], 401, 403, 404))
def models(call: View) -> Response:
    """The models of a project."""
    return reply([model_answer(row) for row in call.store.models.of_project(call.project_id)])


@router.post(MODELS, **tells(ModelAnswer, 400, 401, 403, 404, 415, status=201), **takes(NewModelBody))
def train_model(call: Manage, raw: BodyBytes) -> Response:
    """Have a model trained on what is done in the sessions named, else in those that are finished."""
    body = read_body(raw, NewModelBody)
    return reply(model_answer(call.store.models.create(call.caller, call.project_id, body)), 201)


@router.get(MODEL, **tells(DetailedModelAnswer, 401, 403, 404))
def model(call: View) -> Response:
    """A model, with what it is worth."""
    return reply(detailed_answer(call.store.models.read(call.project_id, call.path["model_id"])))


@router.put(MODEL, **tells(ModelAnswer, 400, 401, 403, 404, 415), **takes(ModelBody))
def change_model(call: Manage, raw: BodyBytes) -> Response:
    """Change what is said of a model; what is absent stays."""
    body = read_body(raw, ModelBody)
    return reply(model_answer(call.store.models.change(call.project_id, call.path["model_id"], body)))


@router.delete(MODEL, **tells(None, 400, 401, 403, 404, status=204))
def delete_model(call: Manage) -> Response:
    """Delete a model; sessions in which its proposals are corrected stay."""
    call.store.models.remove(call.project_id, call.path["model_id"])
    return Response(status_code=204)
