"""Calls about models, of which there are none here, and about sessions in which predictions are corrected."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import AwareDatetime

from labeling.errors import Invalid
from labeling.model import Mode
from labeling.server.api.answers import Answer, AnswerModel, reply
from labeling.server.api.deps import BodyBytes, Edit, View
from labeling.server.api.description import takes, tells
from labeling.server.api.sessions import AnySessionTold, session_answer
from labeling.server.rules.bodies import CorrectionBody
from labeling.server.rules.queries import Word, words
from labeling.server.rules.reading import read_body
from labeling.server.storage.ids import DbRow

router = APIRouter()
MODELS = "/projects/{project_id}/models"
CORRECTIONS = "/projects/{project_id}/corrections"


@router.get(MODELS, **tells(list[dict[str, Any]], 401, 403, 404))
def models(call: View) -> Response:
    """The models of a project."""
    return reply([])


class ModelNamed(AnswerModel):
    id: int
    display_name: str


class CorrectionAnswer(AnySessionTold):
    created: AwareDatetime
    uuid: str
    id: int
    model: ModelNamed | None
    predicted_score: int | None
    classes: list[str]
    labels: list[str]


def correction_answer(row: DbRow) -> Answer:
    """A session in which predictions are corrected, as it is sent."""
    told = {**session_answer(row), "predicted_score": row["predicted_score"], "model": None}
    return {name: told[name] for name in CorrectionAnswer.model_fields}


@router.get(CORRECTIONS, **tells(list[CorrectionAnswer], 400, 401, 403, 404))
def corrections(call: View, status: Word = "") -> Response:
    """The sessions of a project in which a model's predictions are corrected; `status` takes any, separated
    by commas."""
    found = call.store.sessions.of_project(call.caller, call.project_id, {Mode.CORRECTION}, words(status))
    return reply([correction_answer(row) for row in found])


@router.post(
    CORRECTIONS, **tells(CorrectionAnswer, 400, 401, 403, 404, 415, status=201), **takes(CorrectionBody)
)
def add_correction(call: Edit, raw: BodyBytes) -> Response:
    """Make a session in which a model's predictions are corrected."""
    model_id = read_body(raw, CorrectionBody).model_id
    raise Invalid(f"model_id: the project has no model {model_id}")
