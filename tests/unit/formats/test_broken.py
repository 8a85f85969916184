"""Files that are cut off, damaged or something else: one clear word of what is wrong, and what to do."""

from __future__ import annotations

import pytest

from labeling.formats import BY_NAME, read
from labeling.formats.columns import guess
from labeling.formats.imported import Imported, imported
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.formats.made import whole
from tests.unit.formats.test_brat import a_zip

DOCUMENTS = [Document(text=f"Text number {n}, with a “quotation”") for n in range(40)]
AGAIN = "Get it again where it came from, or save it anew."


def made(name: str) -> bytes:
    write = BY_NAME[name].write
    assert write is not None
    return whole(write, DOCUMENTS)


def problem(data: bytes, name: str = "") -> str:
    return read(Source(data, name)).problem


def found_in(data: bytes, name: str = "") -> Imported:
    records = read(Source(data, name))
    assert records.problem == ""
    return imported(records, guess(records))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.98])
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("xlsx", "no workbook that can be read: it is damaged, or cut off"),
        ("parquet", "no Parquet that can be read: it is damaged, or cut off"),
        ("brat", "no zip that can be read: it is damaged, or cut off"),
        ("json", "not JSON (it ends in the middle, line "),
        ("label-studio", "not JSON (it ends in the middle, line "),
        ("semeval", "no XML that can be read (it ends in the middle, line "),
    ],
)
def test_of_a_file_that_was_cut_off_it_is_said_what_it_is_and_what_to_do(
    name: str, what: str, share: float
) -> None:
    data = made(name)
    said = problem(data[: int(len(data) * share)], f"a{BY_NAME[name].suffix}")
    assert what in said
    assert said.endswith(AGAIN)


@pytest.mark.parametrize("name", ["jsonl", "doccano", "spacy"])
def test_of_lines_that_were_cut_off_the_last_is_refused_and_the_others_come(name: str) -> None:
    found = found_in(made(name)[:-9])
    assert len(found.documents) == len(DOCUMENTS) - 1
    assert [(row.number, row.reason[:36]) for row in found.refused] == [
        (len(DOCUMENTS), "is not JSON (it ends in the middle, ")
    ]


@pytest.mark.parametrize(
    ("end", "is_suspected"), [(b"Kind,Sta", True), (b"Kind,Sta,3", False), (b"Kind,Sta\n", False)]
)
def test_of_a_table_that_was_cut_off_it_is_suspected(end: bytes, is_suspected: bool) -> None:
    note = read(Source(b"text,class,stars\nGood,Food,1\nBad,Room,2\n" + end, "a.csv")).note
    assert ("The last row, 4, has 2 of 3 cells and no end: look whether" in note) == is_suspected


def test_of_a_table_of_one_row_nothing_is_suspected() -> None:
    assert read(Source(b"text,class", "a.csv")).note == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "The file is not JSON (it ends in the middle, column 2)."),
        (b'[{"text": "a"},', "The file is not JSON (it ends in the middle, column "),
        (b'[{"text": tru', "The file is not JSON (it ends in the middle, column 11)."),
        (b'[{"text": "a"},]', "The file is not JSON (a value belongs there, column 16)."),
        (b"{'text': 5}", "The file is not JSON (a key in double quotation marks belongs there, column 2)."),
        (b'{"a": 1} 5', "The file is not JSON (something stands behind its end, column 10)."),
        (
            b'{"a": "x\ny"}',
            "The file is not JSON (a text with a line break or a control character in it, line 1",
        ),
        (b"[" * 100_000, "The file is not JSON that can be read: it is nested too deeply"),
        (
            b'[{"text": "a", "meta": ' + b"[" * 9_000 + b"]" * 9_000 + b"}]",
            "The file is not JSON that can be",
        ),
        (b"5", "No texts are found in the file."),
        (b"[]", "The file has no documents."),
    ],
)
def test_what_is_wrong_with_json_is_said_in_plain_words(data: bytes, said: str) -> None:
    assert problem(data, "a.json").startswith(said)


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods", "a.parquet", "a.json", "a.csv", "a.zip", "a.xml"])
def test_a_picture_is_one_whatever_it_is_called(name: str) -> None:
    assert problem(b"\x89PNG\r\n\x1a\n" + bytes(200), name) == "The file is a picture."
    assert problem(b"", name) == "The file is empty."


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (
            b"<!DOCTYPE html><html><body>Hi</body></html>",
            "a.csv",
            "a web page: take the text out of it first.",
        ),
        (
            a_zip(word__document_xml="<w/>"),
            "a.docx",
            "a Word document",
        ),
        (b"PK\x03\x04" + bytes(90), "a.ods", "no workbook that can be read: it is damaged, or cut off."),
        (b"PAR1" + bytes(90), "a.parquet", "no Parquet that can be read: it is damaged, or cut off."),
        (b"\xd0\xcf\x11\xe0" + bytes(90), "a.doc", "an older Office file without a workbook in it: save"),
        (b"PK\x05\x06" + bytes(18), "a.zip", "a zip with nothing in it."),
        (b"\xfd7zXZ\0" + bytes(90), "a.csv.xz", "compressed: unpack it first."),
        (b"SQLite format 3\0" + bytes(90), "a.db", "a database: export a table of it as CSV."),
        (bytes(300), "a.csv", "no text in any encoding that is known here: save it as text in UTF-8."),
    ],
)
def test_what_is_something_else_is_called_so(data: bytes, name: str, said: str) -> None:
    assert problem(data, name).startswith(f"The file is {said}")
