"""A long list of JSON, one value at a time: what it takes is a piece of the text, not all of it."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import NoReturn

DOCUMENTS = "documents"
_PIECE = 256 * 1024
"""Bytes that are decoded at a time, unless one value is longer."""
_BEHIND = frozenset(",:]}")
"""What stands behind a value."""
_SPACE = re.compile(r"[ \t\n\r]*")


Tell = Callable[[float], None]
"""Called with how much is read, from 0 to 1."""


def _nobody(share: float) -> None:
    """Tells nobody."""


def pieces_of(
    data: bytes, tell: Tell = _nobody, *, with_nan: bool = True
) -> Iterator[tuple[str | None, object]]:
    """The values of a list, each with the key None; or those of an object by their keys, where the list
    `documents` is given value by value.

    Raises ValueError or RecursionError where the data, UTF-8, hold neither or are no JSON. NaN and Infinity
    are, `with_nan`.
    """
    text = _Text(data, tell, json.JSONDecoder(parse_constant=None if with_nan else _refuse))
    if text.sign() == "[":
        yield from ((None, value) for value in _values(text))
    else:
        yield from _fields(text)
    if text.sign():
        raise ValueError("more behind its end")


def _fields(text: _Text) -> Iterator[tuple[str | None, object]]:
    text.take("{")
    if text.sign() == "}":
        text.take("}")
        return
    is_listed = False
    while True:
        key = text.value()
        if not isinstance(key, str):
            raise ValueError("a key that is no text")
        text.take(":")
        if key != DOCUMENTS or text.sign() != "[":
            yield key, text.value()
        elif is_listed:
            raise ValueError("the list stands there twice")
        else:
            is_listed = True
            yield from ((None, value) for value in _values(text))
        if text.take(",", "}") == "}":
            return


def _values(text: _Text) -> Iterator[object]:
    text.take("[")
    if text.sign() == "]":
        text.take("]")
        return
    yield text.value()
    while text.take(",", "]") == ",":
        yield text.value()


class _Text:
    """The text from where it is read, as far as it is decoded."""

    def __init__(self, data: bytes, tell: Tell, decoder: json.JSONDecoder) -> None:
        self._data = data
        self._tell = tell
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._scan = decoder.raw_decode
        self._next = 0
        self._text = ""
        self._at = 0

    def sign(self) -> str:
        """The next sign that is no white space; "" at the end."""
        while True:
            self._at = _end_of_space(self._text, self._at)
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, *signs: str) -> str:
        """The next sign, which is one of these. Raises ValueError."""
        if (sign := self.sign()) not in signs or not sign:
            raise ValueError(f"“{sign}” where {signs} belongs")
        self._at += 1
        return sign

    def value(self) -> object:
        """The next value. Raises ValueError or RecursionError."""
        self.sign()
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            # A number may go on in the next piece, and be cut off at its point.
            behind = _end_of_space(self._text, end)
            if self._text[behind : behind + 1] in _BEHIND or not self._more():
                self._at = end
                return value

    def _more(self) -> bool:
        """Decode another piece, longer than what is left: a long value is looked at few times."""
        if self._next >= len(self._data):
            return False
        self._tell(self._next / len(self._data))
        left = self._text[self._at :]
        end = self._next + max(_PIECE, 2 * len(left))
        piece = self._data[self._next : end]
        self._text = left + self._decoder.decode(piece, final=end >= len(self._data))
        self._next, self._at = end, 0
        return True


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
