"""What callers ask for in the path and the query, read from text so that a wrong value is ours to word."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header, Path, Query
from pydantic import WithJsonSchema

from labeling.errors import Invalid
from labeling.server.rules.preconditions import IF_MATCH
from labeling.server.rules.queries import Paging

_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
"""Whole numbers that both databases hold."""

_FROM_1 = {"type": "integer", "minimum": 1}
PathId = Annotated[str, Path(), WithJsonSchema(_FROM_1)]
QueryId = Annotated[str | None, Query(), WithJsonSchema(_FROM_1)]
Offset = Annotated[
    str | None,
    Query(description="How many to skip."),
    WithJsonSchema({"type": "integer", "minimum": 0}),
]
Limit = Annotated[str | None, Query(description="How many at most; absent: all."), WithJsonSchema(_FROM_1)]
Flag = Annotated[str | None, Query(), WithJsonSchema({"type": "boolean"})]
Word = Annotated[str | None, Query()]
Details = Annotated[
    str | None, Query(description="Any of segments, meta, tags, separated by commas; tags bring segments.")
]
IfMatch = Annotated[
    list[str] | None,
    Header(
        description="Do it only if the session is still in one of the states with these ETags; "
        "* is any state."
    ),
    WithJsonSchema({"type": "string", "pattern": IF_MATCH}),
]


def id_in_path(text: str) -> int:
    """0, which nothing has, for what is not an id."""
    return int(text) if _DIGITS.fullmatch(text) else 0


def id_in_query(name: str, text: str | None) -> int | None:
    """The id, None when there is no parameter. Raises Invalid for what is not one."""
    return None if text is None else _number(name, text, least=1)


def paging(offset: str | None, limit: str | None) -> Paging:
    """Which part of a list is asked for. Raises Invalid for what is not a number, or one too small."""
    return Paging(
        0 if offset is None else _number("offset", offset, least=0),
        None if limit is None else _number("limit", limit, least=1),
    )


def details(text: str | None, *, default: frozenset[str] = frozenset()) -> frozenset[str]:
    """`segments`, `meta`, `tags` in any combination, by commas; tags need the segments they are on."""
    if text is None:
        return default
    asked = words(text)
    return asked | {"segments"} if "tags" in asked else asked


def words(text: str | None) -> frozenset[str]:
    """The words between the commas."""
    return frozenset(word.strip() for word in (text or "").split(",")) - {""}


def flag(name: str, text: str | None) -> bool | None:
    """Clients write `true` or, in Python, `True`. Raises Invalid for any other word."""
    if text is None or text == "":
        return None
    if text.lower() not in ("true", "false"):
        raise Invalid(f"{name}: must be true or false")
    return text.lower() == "true"


def plain(name: str, text: str | None) -> str:
    """The text, empty when there is no parameter. Raises Invalid for U+0000, which PostgreSQL cannot hold."""
    if "\x00" in (text or ""):
        raise Invalid(f"{name}: must not contain the character U+0000")
    return text or ""


def _number(name: str, text: str, *, least: int) -> int:
    if not _DIGITS.fullmatch(text) or int(text) < least:
        raise Invalid(f"{name}: must be a whole number from {least} on")
    return int(text)
