"""JSON is told by what is in it, never by the name of its file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.formats import json_file
from labeling.formats import read as read_any
from labeling.formats.json_file import write, write_lines
from labeling.formats.records import Records
from labeling.formats.source import Source
from labeling.model import Document, Segment, Tag
from tests.unit.build import a_document, a_segment, a_session
from tests.unit.formats.made import again, whole


def read(data: bytes) -> Records:
    return read_any(Source(data))


def documents(value: object) -> list[Document]:
    return list(again(read(json.dumps(value).encode())).documents)


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
NAMES = WORDS.map(str.strip).filter(bool)


@st.composite
def tagged_documents(draw: st.DrawFn) -> Document:
    text = draw(WORDS.filter(str.strip))
    segments = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        tags = draw(st.lists(st.builds(Tag.of, NAMES, st.none() | NAMES), max_size=2))
        segments.append(Segment(span=(start, end), text=text[start:end], tags=tuple(tags)))
    return a_document(text, *segments, id=draw(st.integers(1)), annotated=draw(st.booleans()))


@given(st.lists(tagged_documents(), min_size=1, max_size=4))
def test_every_document_tag_and_mark_comes_back_from_a_download(given_: list[Document]) -> None:
    session = a_session()
    records = read(whole(write, given_))
    found = again(records)
    assert found.refused == ()
    assert [(d.text, d.segments, d.annotated) for d in found.documents] == [
        (d.text, d.segments, d.annotated) for d in given_
    ]
    assert (records.name, records.classes, records.labels) == (session.name, session.classes, session.labels)


def test_a_download_is_the_session_with_its_documents() -> None:
    text = "Kind staff"
    document = a_document(text, a_segment(text, 0, 4, ("Staff", "POS")), id=3)
    value = json.loads(whole(write, [document]))
    assert value["documents"] == [document.to_json()]
    assert {name: value[name] for name in ("id", "name", "classes", "labels")} == {
        "id": 5,
        "name": "Hotel reviews",
        "classes": ["Staff", "Room", "Price"],
        "labels": ["POS", "NEG", "NEU"],
    }


def test_a_session_without_documents_is_still_json() -> None:
    assert json.loads(whole(write, []))["documents"] == []


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
        (b'{"documents": {}}', "No texts are found in the file. "),
        (b"{}", "No texts are found in the file. "),
        (b"[]", "The file has no documents."),
        (b'{"classes": ["\\ud800"], "documents": [{"text": "x"}]}', "The file cannot be used: “classes”"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(data: bytes, problem: str) -> None:
    assert json_file.read(Source(data), {}).problem.startswith(problem)


def test_an_object_a_line_is_read_as_lines() -> None:
    found = read(b'{"text": "Good room", "label": "pos"}\n{"text": "Bad room", "label": "neg"}\n')
    assert found.columns == ("text", "label")
    assert [item.fields["text"] for item in found.items] == ["Good room", "Bad room"]


def test_a_single_object_with_a_text_is_one_document() -> None:
    assert [one.text for one in documents({"text": "Good room"})] == ["Good room"]
    assert [item.fields["text"] for item in read(b'{\n "text": "Good room"\n}\n').items] == ["Good room"]


def test_a_list_of_texts_is_documents() -> None:
    assert [one.text for one in documents(["Good room", "Bad room"])] == ["Good room", "Bad room"]


@pytest.mark.parametrize(
    ("label", "name"), [(1, "1"), (0, "0"), (True, "true"), (2.0, "2"), (0.5, "0.5"), ("neg", "neg")]
)
def test_a_label_that_is_a_number_is_named_as_it_says(label: object, name: str) -> None:
    (found,) = documents([{"text": "Good room", "label": label}])
    assert [segment.units for segment in found.segments] == [((0, 9, None, name),)]


@pytest.mark.parametrize("label", [None, float("nan"), ""])
def test_a_label_that_says_nothing_is_none(label: object) -> None:
    first, _ = documents([{"text": "So", "label": label}, {"text": "x", "label": "y"}])
    assert first.segments == ()


def test_a_bad_line_is_refused_with_its_number_and_the_others_are_read() -> None:
    data = (
        b'{"text": "one"}\n\n{"text": \n"two"\n[]\n{"text": "\xff"}\r\n'
        + b"[" * 100_000
        + b'\n{"text": "eight"}'
    )
    found = read(data)
    assert [(record.number, record.fields["text"]) for record in found.items] == [(1, "one"), (8, "eight")]
    assert [row.number for row in found.refused] == [3, 4, 5, 6, 7]
    reasons = [row.reason for row in found.refused]
    assert reasons[0].startswith("is not JSON (it ends in the middle, column")
    assert reasons[1] == reasons[2] == "is not a JSON object"
    assert reasons[3] == "is not UTF-8 (byte 11)"
    assert "nested too deeply" in reasons[4]


def test_the_keys_that_hold_text_are_offered() -> None:
    assert read(b'{"id": 1, "body": "x", "tags": []}\n{"title": "y", "\\ud800": "z"}').columns == (
        "body",
        "title",
        "id",
        "tags",
    )


def test_a_broken_character_refuses_its_line() -> None:
    found = again(read(b'{"text": "a\\ud83d"}\n{"text": "b\\u0000"}\n{"text": "c"}'))
    assert [document.text for document in found.documents] == ["c"]
    assert [row.number for row in found.refused] == [1, 2]


def test_an_empty_file_says_so() -> None:
    assert read(b"\xef\xbb\xbf \n").problem == "The file is empty."


def test_a_download_is_one_line_a_document_and_is_read_again() -> None:
    text = "line\nbreak\u2028 and\u0085 👍 end"
    document = a_document(text, a_segment(text, 0, 4, ("Room", None)), annotated=True, meta={"by": "Ann"})
    data = whole(write_lines, [document, a_document("plain")])
    assert len(data.decode().splitlines()) == 2
    found = again(read(data)).documents
    assert [each.to_json() for each in found] == [document.to_json(), {"text": "plain"}]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_json_of_another_encoding_is_read_by_its_mark(codec: str) -> None:
    (found,) = again(read('[{"text": "Größer 🙂"}]'.encode(codec))).documents
    assert found.text == "Größer 🙂"


@pytest.mark.parametrize(
    "value",
    [
        {"reviews": [{"body": "Good room"}, {"body": "Bad room"}], "page": 1},
        {"data": {"items": [{"body": "Good room"}, {"body": "Bad room"}]}},
        {"nr": {"0": 1, "1": 2}, "body": {"0": "Good room", "1": "Bad room"}},
        {"body": ["Good room", "Bad room"], "nr": [1, 2]},
        [["Good room", {"nr": 1}], ["Bad room", {"nr": 2}]],
        {"0": {"body": "Good room", "nr": 1}, "1": {"body": "Bad room", "nr": 2}},
        {"columns": ["nr", "body"], "index": [0, 1], "data": [[1, "Good room"], [2, "Bad room"]]},
        {"items": [{"review": {"body": "Good room"}}, {"review": {"body": "Bad room"}}]},
    ],
    ids=[
        *("a list with a name", "a list within", "columns by row", "columns as lists", "pairs"),
        *("rows by number", "rows beside their columns", "objects within"),
    ],
)
def test_json_of_any_shape_is_read_for_the_objects_in_it(value: object) -> None:
    assert [one.text for one in documents(value)] == ["Good room", "Bad room"]


def test_a_download_of_all_sessions_is_read_as_their_documents() -> None:
    sessions = [
        {"name": "One", "documents": [{"text": "Good"}]},
        {"name": "Two", "documents": [{"text": "Bad"}]},
    ]
    assert [one.text for one in documents(sessions)] == ["Good", "Bad"]
