"""How an answer is sent: JSON, errors included, and the models from which the OpenAPI describes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

Answer = dict[str, Any]


class AnswerModel(BaseModel):
    """Models are for the OpenAPI alone: answers are built as plain objects, which is many times faster."""

    model_config = ConfigDict(extra="forbid")


class OpenAnswerModel(BaseModel):
    """The model of an object that carries whatever further keys its author gave it."""

    model_config = ConfigDict(extra="allow")


class ErrorBody(AnswerModel):
    status: str = Field(pattern="^fail$")
    message: str


def reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that carries a value."""
    return Response(to_json(value), status, dict(headers or {}), media_type="application/json")


def tagged_reply(value: object, tag: str) -> Response:
    """The answer about a session, with the entity tag of the state that it shows."""
    return reply(value, headers={"ETag": tag})


def failure(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a call that failed."""
    return reply({"status": "fail", "message": message}, status, headers)


def moment(when: datetime | None) -> str | None:
    """RFC 3339 in UTC with Z, the one style of all dates."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None
