"""Calls about the server itself: whether it answers, and what it can do."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from labeling.errors import Failed
from labeling.server.api.answers import AnswerModel, failure, reply
from labeling.server.api.deps import store_of
from labeling.server.api.description import VERSION, tells
from labeling.server.api.told import told_of

ABILITIES = (
    "upsert",
    "ids",
    "annotated",
    "filters",
    "add-project",
    "role",
    "if-match",
    "history",
    "people",
    "assign",
    "sessions",
    "export",
    "models",
    "origin",
)
"""What the server can do beyond the Studio API."""

router = APIRouter()


class HealthAnswer(AnswerModel):
    status: str
    jobs: str


class InfoAnswer(AnswerModel):
    version: str
    abilities: list[str]


@router.get("/health", **tells(HealthAnswer, 503))
def health(request: Request) -> Response:
    """Whether the server answers and its database does; `jobs` is late where no worker takes them."""
    try:
        are_late = store_of(request).jobs.are_late()
    except Failed as error:
        told_of(request).why = error.message
        return failure(503, error.message)
    return reply({"status": "ok", "jobs": "late" if are_late else "ok"})


@router.get("/info", **tells(InfoAnswer))
def info() -> Response:
    """The version, and what the server can do beyond the Studio API."""
    return reply({"version": VERSION, "abilities": ABILITIES})
