"""What goes over the wire: values as bytes, and answers as values or as errors. Pure, without HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from labeling.errors import (
    KIND,
    Busy,
    Failed,
    Invalid,
    LabelingError,
    TimedOut,
    Unavailable,
    Unreadable,
    Unsendable,
)
from labeling.model import Value, fault_in

T = TypeVar("T", bound=Value)
LONGEST_MESSAGE = 500
_KINDS: dict[int, type[LabelingError]] = {
    **KIND,
    408: TimedOut,
    429: Busy,
    502: Unavailable,
    503: Busy,
    504: TimedOut,
}
"""What a gateway answers for a server that is busy or away says nothing of the request: no usable answer."""


def header_safe(token: str) -> str:
    if not token.isascii() or not token.isprintable():
        raise Unsendable("the token holds a line break or a character that no token can hold")
    return token


def query_words(query: Mapping[str, object]) -> dict[str, str]:
    """The query as text. What is empty or None is not asked for."""
    words = {name: _word(value) for name, value in query.items() if value is not None}
    _refuse_halves(words, "")
    return {name: word for name, word in words.items() if word}


def body_of(value: Value) -> dict[str, object]:
    """The fields that were set, as they stand: what JSON cannot hold is left for `encoded` to name."""
    return value.model_dump(by_alias=True, exclude_unset=True)


def encoded(body: Mapping[str, object], where: str = "") -> bytes:
    """As JSON. Raises Unsendable with the place where it has no form; `where` is that of the body itself."""
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        _refuse_halves(body, where)
        raise
    except ValueError:
        raise Unsendable("a number in it is not finite, which JSON cannot hold") from None


def is_page(content: bytes, content_type: str) -> bool:
    """Whether this is a web page, as a proxy or a wrong address answers."""
    return "html" in content_type.lower() or content.lstrip()[:1] == b"<"


def decoded(content: bytes, content_type: str) -> Any:
    """The JSON of an answer that has to have one."""
    if not content:
        raise Unreadable("the server's answer is empty")
    if is_page(content, content_type):
        raise Unreadable("the server's answer is a web page, not data")
    try:
        return from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise Unreadable(f"the server's answer is not JSON: {error}") from None


def parsed(shape: type[T], answer: object, known: Mapping[str, int]) -> T:
    """The answer as a value. What the path said is filled in where missing, and must not differ."""
    if isinstance(answer, dict):
        answer = answer | {name: number for name, number in known.items() if answer.get(name) is None}
    try:
        value = shape.model_validate(answer)
    except ValidationError as error:
        _refuse_form(error)
    for name, number in known.items():
        if getattr(value, name) != number:
            raise Unreadable(f"the answer is about another one: {name} {getattr(value, name)}, not {number}")
    return value


def parsed_all(shape: type[T], answer: object, known: Mapping[str, int]) -> tuple[T, ...]:
    if not isinstance(answer, list):
        raise Unreadable("the server's answer is not a list")
    return tuple(parsed(shape, item, known) for item in answer)


def refusal(status: int, message: str) -> LabelingError:
    """The error that an HTTP status of 400 and above stands for."""
    kind = _KINDS.get(status, Failed if status >= 500 else Invalid)
    return kind(message, status=status)


def message_in(content: bytes, content_type: str) -> str:
    """What the server says of an error, on one line; empty where it says nothing that can be shown."""
    said: object = None
    try:
        answer = from_json(content)
        if isinstance(answer, dict):
            said = answer.get("message") or answer.get("detail")
    except ValueError:
        if not is_page(content, content_type) and len(content) <= LONGEST_MESSAGE:
            said = content.decode(errors="replace")
    line = " ".join(said.split()) if isinstance(said, str) else ""
    line = "".join(character for character in line if character.isprintable())
    return line if len(line) <= LONGEST_MESSAGE else line[:LONGEST_MESSAGE] + "…"


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_halves(value: object, where: str) -> None:
    """Say where a text holds half a character: UTF-8 has no form for it."""
    for place, text in _texts(value, where):
        for position, character in enumerate(text):
            if "\ud800" <= character <= "\udfff":
                raise Unsendable(
                    f"{place} holds half a character (U+{ord(character):04X}) at position {position}"
                )


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Every text in a body, keys included, with its place: `documents[3].segments[0].text`."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield f"a key of {where or 'the body'}", key
            yield from _texts(part, f"{where}.{key}" if where else key)
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value):
            yield from _texts(part, f"{where}[{number}]")


def _refuse_form(error: ValidationError) -> NoReturn:
    raise Unreadable(f"the server's answer has another form: {fault_in(error)}") from None
