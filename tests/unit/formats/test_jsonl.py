"""JSONL: an object a line, each line on its own."""

from __future__ import annotations

from labeling.formats.jsonl import read, write
from labeling.formats.records import Choice, imported
from tests.unit.build import a_document, a_segment, a_session


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
    assert reasons[0].startswith("is not JSON (Expecting value, column")
    assert reasons[1] == reasons[2] == "is not a JSON object"
    assert reasons[3] == "is not UTF-8 (byte 11)"
    assert "nested too deeply" in reasons[4]


def test_the_keys_that_hold_text_are_offered() -> None:
    assert read(b'{"id": 1, "body": "x", "tags": []}\n{"title": "y", "\\ud800": "z"}').columns == (
        "body",
        "title",
        "id",
    )


def test_a_broken_character_refuses_its_line() -> None:
    found = imported(read(b'{"text": "a\\ud83d"}\n{"text": "b\\u0000"}\n{"text": "c"}'), Choice("text"))
    assert [document.text for document in found.documents] == ["c"]
    assert [row.number for row in found.refused] == [1, 2]


def test_an_empty_file_says_so() -> None:
    assert read(b"\xef\xbb\xbf \n").problem == "The file is empty."


def test_a_download_is_one_line_a_document_and_is_read_again() -> None:
    text = "line\nbreak\u2028 and\u0085 👍 end"
    document = a_document(text, a_segment(text, 0, 4, ("Room", None)), annotated=True, meta={"by": "Ann"})
    data = write(a_session(), [document, a_document("plain")])
    assert len(data.decode().splitlines()) == 2
    again = imported(read(data), Choice("text")).documents
    assert [each.to_json() for each in again] == [document.to_json(), {"text": "plain"}]
