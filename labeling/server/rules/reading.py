"""How bodies are read: a bad one is one sentence that says what is wrong where, and the documents of a
large one are read one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import isfinite
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from labeling.errors import Invalid
from labeling.json_pieces import DOCUMENTS, pieces_of
from labeling.packed import Packed
from labeling.server.rules.bodies import NewDocumentBody, RequestBody, SessionBody

_MAYBE_ENDLESS = re.compile(rb"[0-9](?:[eE]\+?[0-9]{3}|[0-9]{308})")
"""A number that may be too large, or digits in a text that look like one."""
AnyBody = TypeVar("AnyBody", bound=RequestBody)


def read_body(raw: bytes, kind: type[AnyBody]) -> AnyBody:
    """The checked body. Raises Invalid, with the place and the first thing that is wrong there."""
    return _checked(_object_in(raw), kind)


class SessionParts(NamedTuple):
    """A session to be made, and its documents, which are checked as they are asked for, some at a time: that
    may raise Invalid. None: all that the project has."""

    body: SessionBody
    documents: Iterable[Sequence[NewDocumentBody]] | None = None


AT_ONCE = 1000
"""Documents that are checked at a time."""
LARGE = 8_000_000
"""Bytes of a body from which it is read document by document: as values it takes many times as much."""
_OBJECT = re.compile(rb"\s*\{")


def read_session(raw: bytes) -> SessionParts:
    """As `read_body` of a SessionBody, but of the documents only those at hand are held as values."""
    if len(raw) > LARGE and (parts := _in_pieces(raw)) is not None:
        return parts
    value = _object_in(raw)
    documents = value.get("documents")
    if not isinstance(documents, list):
        return SessionParts(_checked(value, SessionBody))
    return SessionParts(_checked({**value, "documents": None}, SessionBody), checked_documents(documents))


def _in_pieces(raw: bytes) -> SessionParts | None:
    """What is in the body, read document by document; None where something is wrong with it: that is said of
    the whole."""
    if not _OBJECT.match(raw) or b"\\u0000" in raw or _MAYBE_ENDLESS.search(raw):
        return None
    beside: dict[str, Any] = {}

    def documents() -> Iterator[object]:
        for key, value in pieces_of(raw, with_nan=False):
            if key is None:
                yield _as_read({DOCUMENTS: [value]})[DOCUMENTS][0]
            else:
                beside[key] = value

    try:
        found: Packed[object] = Packed(documents(), lambda value: value)
        body = _as_read(beside)
    except (ValueError, RecursionError):
        return None
    if DOCUMENTS in beside or not found:
        return None
    return SessionParts(_checked(body, SessionBody), checked_documents(found))


def _as_read(value: dict[str, Any]) -> dict[str, Any]:
    """As `_object_in` reads it, which refuses half characters and what is nested too deeply. ValueError."""
    found: dict[str, Any] = from_json(to_json(value), allow_inf_nan=False)
    return found


def checked_documents(found: Iterable[object]) -> Iterator[Sequence[NewDocumentBody]]:
    """JSON objects as documents of a new session, some at a time. Raises Invalid with the place."""
    rest, first = iter(found), 0
    while some := list(islice(rest, AT_ONCE)):
        yield _checked({"documents": some}, SessionBody, first).documents or ()
        first += len(some)


def _object_in(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises Invalid."""
    if not raw.strip():
        raise Invalid("The body is empty; a JSON object is needed.")
    try:
        value = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise Invalid(f"The body is not valid JSON in UTF-8: {error}.") from None
    if not isinstance(value, dict):
        raise Invalid("The body must be a JSON object.")
    if b"\\u0000" in raw or _MAYBE_ENDLESS.search(raw):
        refuse_unstorable(value)
    return value


def _checked(value: dict[str, Any], kind: type[AnyBody], first: int = 0) -> AnyBody:
    """The body; its documents are those from the `first` on."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        fault = error
    try:
        if _made_whole(value, fault):
            return kind.model_validate(value)
    except ValidationError as error:
        fault = error
    raise Invalid(first_fault(fault, first))


def _made_whole(body: Any, error: ValidationError) -> bool:
    """Write 1 in the place of 1.0 where an integer is wanted: in JSON they are one number. Whether there was
    any."""
    found = [
        (fault["loc"], int(fault["input"]))
        for fault in error.errors(include_url=False, include_context=False)
        if fault["type"] == "int_type" and isinstance(fault["input"], float) and fault["input"].is_integer()
    ]
    for (*path, last), number in found:
        holder = body
        for step in path:
            holder = holder[step]
        holder[last] = number
    return bool(found)


def refuse_unstorable(value: object, path: tuple[str | int, ...] = ()) -> None:
    """Raises Invalid for what PostgreSQL or JSON could not give back: U+0000 and numbers too large."""
    if isinstance(value, str):
        if "\x00" in value:
            raise Invalid(f"{place(path)}: must not contain the character U+0000")
    elif isinstance(value, float):
        if not isfinite(value):
            raise Invalid(f"{place(path)}: the number is too large")
    elif isinstance(value, dict):
        for key, item in value.items():
            if "\x00" in key:
                raise Invalid(f"{place(path)}: a key must not contain the character U+0000")
            refuse_unstorable(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            refuse_unstorable(item, (*path, index))


def place(path: Sequence[str | int]) -> str:
    """A place in the body as people write it: documents[3].segments[0].span."""
    return (
        "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".") or "body"
    )


def first_fault(error: ValidationError, first: int = 0) -> str:
    """Where the first thing is wrong, what, and how much more is. Documents are counted from `first` on."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    where, said = faults[0]["loc"], faults[0]["msg"]
    if first and len(where) > 1 and isinstance(where[1], int):
        where = (where[0], first + where[1], *where[2:])
    if "span" in where:
        where, said = where[: where.index("span") + 1], "must be two integers, [start, end]"
    said = said.replace("Input should be", "must be").replace("Field required", "is required")
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{place(where)}: {said[:1].lower()}{said[1:]}{more}"
