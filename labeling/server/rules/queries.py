"""Which documents a caller asks for, and how much of each; read strictly, so that a wrong value is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
"""Whole numbers that both databases hold."""


def id_in_path(text: str) -> int:
    """0, which nothing has, for what is not an id."""
    return int(text) if _DIGITS.fullmatch(text) else 0


def words(text: str) -> frozenset[str]:
    """The words between the commas."""
    return frozenset(word.strip() for word in text.split(",")) - {""}


def _from(least: int) -> Callable[[object], object]:
    def number(value: object) -> object:
        if isinstance(value, str) and not (_DIGITS.fullmatch(value) and int(value) >= least):
            raise PydanticCustomError("number", f"must be a whole number from {least} on")
        return value

    return number


def flag(value: object) -> object:
    """Clients write `true` or, in Python, `True`; an empty word is as good as none."""
    if value == "":
        return None
    if isinstance(value, str) and value.lower() not in ("true", "false"):
        raise PydanticCustomError("flag", "must be true or false")
    return value


def _plain(value: object) -> object:
    if isinstance(value, str) and "\x00" in value:
        raise PydanticCustomError("nul", "must not contain the character U+0000")
    return value


def _details(value: object) -> object:
    """Tags need the segments they are on."""
    asked = words(",".join(value)) if isinstance(value, list) else value
    return asked | {"segments"} if isinstance(asked, frozenset) and "tags" in asked else asked


_MOST = 10**18 - 1
_FROM_1 = {"type": "integer", "minimum": 1, "maximum": _MOST}
Word = Annotated[str, BeforeValidator(_plain), Field(json_schema_extra={"pattern": "^[^\\u0000]*$"})]
Details = Annotated[
    frozenset[str],
    BeforeValidator(_details),
    WithJsonSchema({"type": "string"}),
    Field(description="Any of segments, meta, tags, separated by commas; tags bring segments."),
]
_QueryId = Annotated[int | None, BeforeValidator(_from(1)), WithJsonSchema(_FROM_1)]


def _when(value: object) -> object:
    """A moment as people and programs write it: with its zone, or a bare date or time, which are in UTC."""
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("moment", "must be a date or a time like 2026-01-31T12:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


Moment = Annotated[
    datetime | None, BeforeValidator(_when), WithJsonSchema({"type": "string", "format": "date-time"})
]


class PageQuery(BaseModel):
    """Which part of a list: without a `limit` all the rest."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)
    offset: Annotated[
        int, Field(ge=0, le=_MOST, description="How many to skip."), BeforeValidator(_from(0))
    ] = 0
    limit: Annotated[
        int | None,
        BeforeValidator(_from(1)),
        WithJsonSchema(_FROM_1),
        Field(description="How many at most; absent: all."),
    ] = None


class Query(PageQuery):
    """Which documents, by what stands in them, and how much of each."""

    search: Word = ""
    details: Details = Field(default_factory=frozenset)


class DocumentQuery(Query):
    """Which documents of a session, and how much of each."""

    annotated: Annotated[bool | None, BeforeValidator(flag), WithJsonSchema({"type": "boolean"})] = None
    class_: Word = Field("", alias="class")
    label: Word = ""
    at: Annotated[_QueryId, Field(description="As the session was after this save.")] = None

    @property
    def is_filtered(self) -> bool:
        """Whether it may leave out documents, on whatever page."""
        return bool(self.search or self.class_ or self.label) or self.annotated is not None


class CorrectedQuery(Query):
    """Which documents of a session in which predictions are corrected."""

    annotated: Annotated[bool | None, BeforeValidator(flag), WithJsonSchema({"type": "boolean"})] = None


class JobsQuery(BaseModel):
    """Which jobs of a project."""

    ended: Annotated[
        bool | None,
        BeforeValidator(flag),
        WithJsonSchema({"type": "boolean"}),
        Field(description="false: those that wait or are worked on; true: those done or failed."),
    ] = None


class SavesQuery(PageQuery):
    """Which saves of a session: of a document, by a person, from a moment on."""

    document_id: _QueryId = None
    user_id: _QueryId = None
    since: Moment = None


class SessionSort(StrEnum):
    """In what order sessions come: those most behind first (finished ones last), those changed or made last,
    or by name."""

    BEHIND = "behind"
    CHANGED = "changed"
    CREATED = "created"
    NAME = "name"


class SessionsQuery(PageQuery):
    """Which sessions of all projects, in what order. `status`, `mode` and `type`: any of the words; `search`:
    in the name of the session or of its project."""

    sort: SessionSort = SessionSort.BEHIND
    search: Word = ""
    status: Word = ""
    mode: Word = ""
    type: Word = ""
    user_id: Annotated[_QueryId, Field(description="Those of this person.")] = None
    project_id: Annotated[_QueryId, Field(description="Those of this project.")] = None


class ProjectDocumentQuery(Query):
    """Which documents of a project, perhaps those of one session or group."""

    annotation_id: _QueryId = None
    group_id: _QueryId = None


class OneDocumentQuery(BaseModel):
    """How much of a document of a project, and in which session."""

    model_config = ConfigDict(frozen=True)
    details: Details = Field(default_factory=frozenset)
    annotation_id: _QueryId = None


class TakeOutQuery(BaseModel):
    """How a document is taken out of a session: with its tags, if it has any."""

    model_config = ConfigDict(frozen=True)
    with_tags: Annotated[bool | None, BeforeValidator(flag), WithJsonSchema({"type": "boolean"})] = None


class TagsQuery(PageQuery):
    """Which pairs of a class and a label; `classes` and `labels`: with whole objects instead of names."""

    classes: Annotated[bool | None, BeforeValidator(flag), WithJsonSchema({"type": "boolean"})] = None
    labels: Annotated[bool | None, BeforeValidator(flag), WithJsonSchema({"type": "boolean"})] = None
