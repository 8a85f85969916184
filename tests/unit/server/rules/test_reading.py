"""The body that makes a session: a long one is read document by document, and to the same end."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import chain

import pytest

from labeling.errors import Invalid
from labeling.server.rules import reading
from labeling.server.rules.reading import read_session

DOCUMENT = {"text": "Grün 🙂", "segments": [{"span": [0, 4], "tags": [{"class": "A"}], "x": [1, 1.5]}]}


def body(**fields: object) -> bytes:
    return json.dumps({"name": "S", "classes": ["A"], **fields}).encode()


def result(raw: bytes) -> object:
    """What is read, or why it is refused."""
    try:
        body, documents = read_session(raw)
        return body, None if documents is None else list(chain.from_iterable(documents))
    except Invalid as error:
        return str(error)


def nested(deep: int) -> bytes:
    return b'{"documents": [{"text": "a", "meta": {"x": ' + b"[" * deep + b"]" * deep + b"}}]}"


@pytest.mark.parametrize(
    "raw",
    [
        body(documents=[DOCUMENT, {"text": "b", "meta": {"n": 10**30, "f": -0.0}}], labels=[]),
        b'{"documents": [{"text": "a"}], "name": "S", "documents": [{"text": "b"}]}',
        *(body(documents=value) for value in ([], None, 5, [5], [{"text": 1}], [DOCUMENT, {}])),
        *(body(**fields) for fields in ({}, {"name": 5, "documents": [DOCUMENT]}, {"name": "\0"})),
        *(body(documents=[{"text": text}]) for text in ("\0", "\ud800", "a" * 2_000)),
        *(b'{"documents": [{"text": "a", "meta": {"x": %b}}]}' % word for word in (b"NaN", b"1e999", b"01")),
        *(b'{"documents": [{"text": "a"}]%b' % end for end in (b"", b",}", b"} x", b"}")),
        *map(nested, (10, 194, 195, 196, 197, 198, 250, 3_000)),
        *(b"[]", b"5", b"\xff", b"\xef\xbb\xbf{}", b'{"documents": [{"text": "\xff"}]}'),
    ],
)
def test_a_long_body_comes_to_the_same_as_a_short_one(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    found = result(raw)
    monkeypatch.setattr(reading, "LARGE", 0)
    assert result(raw) == found


def test_of_a_long_body_all_is_never_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []
    read: Callable[..., object] = reading.from_json

    def from_json(raw: bytes, **options: object) -> object:
        lengths.append(len(raw))
        return read(raw, **options)

    monkeypatch.setattr(reading, "from_json", from_json)
    monkeypatch.setattr(reading, "LARGE", 0)
    raw = body(documents=[DOCUMENT] * 100)
    assert len(list(chain.from_iterable(read_session(raw).documents or ()))) == 100
    assert max(lengths) < len(raw) / 50
