"""Excel workbooks: the rows of a download, and tables that people have."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from labeling.formats import xlsx
from labeling.formats.records import Records
from labeling.formats.source import Source
from labeling.formats.xlsx import LONGEST_CELL, cannot_hold, is_workbook, write
from labeling.model import Document
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import again, tagged, whole


def read(data: bytes, **answers: str) -> Records:
    return xlsx.read(Source(data), answers)


def a_workbook(*rows: list[object], before: int = 0) -> bytes:
    """Its first sheets are empty."""
    book = Workbook()
    for _ in range(before):
        book.create_sheet("Empty", 0)
    sheet = book.worksheets[before]
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(documents: list[Document]) -> list[object]:
    return [
        {key: value for key, value in one.to_json().items() if key != "segments" or value}
        for one in documents
    ]


@given(st.lists(tagged(), min_size=1, max_size=3))
def test_a_download_comes_back_as_it_was_but_for_what_was_said_to_be_lost(made: list[Document]) -> None:
    if cannot_hold(made) or any(cannot_hold([a_document(name)]) for one in made for name in names_of(one)):
        return
    found = again(read(whole(write, made)))
    assert found.refused == ()
    assert told(list(found.documents)) == told(made)


def names_of(document: Document) -> list[str]:
    return [name for one in document.segments for tag in one.tags for name in tag.names if name]


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 30", "-5", "@home", "\tx", "a\r\nb", "_x000D_", "007", "1e5", "nan"]
)
def test_every_cell_is_the_text_that_it_was_and_runs_nothing(text: str) -> None:
    data = whole(write, [a_document(text, a_segment(text, 0, len(text), ("=class", None)))])
    cells = load_workbook(io.BytesIO(data)).active["C2":"G2"][0]  # type: ignore[index]
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "s", "s"]
    (found,) = again(read(data)).documents
    assert (found.text, found.segments[0].units) == (text, ((0, len(text), "=class", None),))


def test_what_a_cell_cannot_hold_is_counted_and_written_as_far_as_it_goes() -> None:
    made = [a_document("a\x01b"), a_document("🙂" * LONGEST_CELL), a_document("fine")]
    assert cannot_hold(made) == (
        "1 text with control characters: they become �.",
        "1 text longer than 32,767 characters: cut off there.",
    )
    texts = [one.text for one in again(read(whole(write, made))).documents]
    assert texts == ["a�b", "🙂" * (LONGEST_CELL // 2), "fine"]


def test_a_table_is_read_with_its_numbers_and_days_as_they_are_shown() -> None:
    data = a_workbook(
        ["Guest survey"],
        [],
        ["nr", "comment", "stars", "day", "again"],
        [1, "Good, but loud", 4.0, datetime(2026, 3, 1), True],
        [2, "Bad room", 1.5, date(2026, 3, 2), None],
    )
    found = read(data)
    assert [one.answer for one in found.questions] == ["Data", "Row 3"]
    assert [(item.number, *item.fields.values()) for item in found.items] == [
        (4, "1", "Good, but loud", "4", "2026-03-01", "true"),
        (5, "2", "Bad room", "1.5", "2026-03-02", ""),
    ]


def test_the_first_sheet_with_anything_in_it_is_read() -> None:
    assert [item.fields["text"] for item in read(a_workbook(["text"], ["Good"], before=1)).items] == ["Good"]
    assert read(a_workbook()).problem == "The workbook is empty."


def test_a_workbook_is_told_by_what_is_in_it() -> None:
    assert is_workbook(Source(a_workbook(["text"])))
    assert not is_workbook(Source(b"text\nPK\x03\x04xl/"))


def test_a_workbook_that_is_damaged_or_unpacks_to_too_much_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = a_workbook(["text"], ["Good"])
    assert read(data[: len(data) // 2]).problem.startswith("The file is no workbook that can be read")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/nothing.xml", "<a/>")
    assert read(out.getvalue()).problem.startswith("The file is no workbook that can be read")
    monkeypatch.setattr(xlsx, "LARGEST", 1000)
    assert read(data).problem == "The workbook unpacks to more than 0 MB."
