"""How an answer is sent: JSON, errors included, or a file; and the models from which the OpenAPI tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

Answer = dict[str, Any]
_IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a file past which it waits on the disk."""
HEAD_ONLY = "tagwright.head_only"
"""In the scope of a call whose answer is wanted without what it carries."""
_AT_ONCE = 256 * 1024
"""Bytes of a file that are sent at a time."""


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


def file_reply(request: Request, name: str, media_type: str, parts: Iterable[bytes]) -> Response:
    """The answer that carries a file, to be saved under a name.

    All of it is made before the first byte is sent: who reads slowly keeps no transaction open, what goes
    wrong is still an answer, and the length is said, so that a file that was cut off is noticed. Where only
    the head is wanted nothing is made, and no length said.
    """
    headers = {"Content-Disposition": _attachment(name), "X-Content-Type-Options": "nosniff"}
    if HEAD_ONLY in request.scope:
        return StreamingResponse(iter(()), headers=headers, media_type=media_type)
    with ExitStack() as opened:
        file = opened.enter_context(SpooledTemporaryFile(_IN_MEMORY))
        for part in parts:
            file.write(part)
        size = file.tell()
        file.seek(0)
        opened.pop_all()
    headers["Content-Length"] = str(size)
    return StreamingResponse(_sent(file), headers=headers, media_type=media_type)


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(_AT_ONCE):
            yield part


def _attachment(name: str) -> str:
    """The name in ASCII, which old clients look for, and as it is where that differs (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f'attachment; filename="{plain}"' + ("" if plain == name else f"; filename*=UTF-8''{quote(name)}")


def moment(when: datetime | None) -> str | None:
    """RFC 3339 in UTC with Z, the one style of all dates."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None
