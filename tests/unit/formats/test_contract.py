"""Contract JSON: what a download holds is what New session reads."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.formats.contract import write
from labeling.formats.json_file import read
from labeling.formats.records import Choice, imported
from labeling.model import Document, Segment, Tag
from tests.unit.build import a_document, a_segment, a_session

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
NAMES = WORDS.map(str.strip).filter(bool)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(WORDS.filter(str.strip))
    segments = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        tags = draw(st.lists(st.builds(Tag.of, NAMES, st.none() | NAMES), max_size=2))
        segments.append(Segment(span=(start, end), text=text[start:end], tags=tuple(tags)))
    return a_document(text, *segments, id=draw(st.integers(1)), annotated=draw(st.booleans()))


@given(st.lists(documents(), min_size=1, max_size=4))
def test_every_document_tag_and_mark_comes_back_from_a_download(given_: list[Document]) -> None:
    session = a_session()
    records = read(write(session, given_))
    again = imported(records, Choice("text"))
    assert again.refused == ()
    assert [(d.text, d.segments, d.annotated) for d in again.documents] == [
        (d.text, d.segments, d.annotated) for d in given_
    ]
    assert (records.name, records.classes, records.labels) == (session.name, session.classes, session.labels)


def test_a_download_is_the_session_with_its_documents() -> None:
    text = "Kind staff"
    document = a_document(text, a_segment(text, 0, 4, ("Staff", "POS")), id=3)
    value = json.loads(write(a_session(), [document]))
    assert value["documents"] == [document.to_json()]
    assert {name: value[name] for name in ("id", "name", "classes", "labels")} == {
        "id": 5,
        "name": "Hotel reviews",
        "classes": ["Staff", "Room", "Price"],
        "labels": ["POS", "NEG", "NEU"],
    }


def test_a_session_without_documents_is_still_json() -> None:
    assert json.loads(write(a_session(), []))["documents"] == []


def test_names_may_be_objects_as_a_listing_sends_them() -> None:
    found = read(b'{"classes": [{"id": 1, "name": "Room"}, "Price"], "documents": [{"text": "x"}]}')
    assert found.classes == ("Room", "Price")


def test_a_list_of_documents_alone_is_read_by_any_key_that_holds_text() -> None:
    found = read(b'[{"review": "good"}, 3]')
    assert found.columns == ("review",)
    assert [(row.number, row.reason) for row in found.refused] == [(2, "is not a JSON object")]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"{", "The file is not JSON ("),
        (b"\xff", "The file is not UTF-8 (byte 1)."),
        (b'"text"', "The file is not a JSON object."),
        (b'{"documents": {}}', "The file is not an object with a list of “documents”."),
        (b"[]", "The file has no documents."),
        (b'{"classes": ["\\ud800"], "documents": [{"text": "x"}]}', "The file cannot be used: “classes”"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(data: bytes, problem: str) -> None:
    assert read(data).problem.startswith(problem)
