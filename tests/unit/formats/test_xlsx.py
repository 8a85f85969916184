"""Workbooks: the rows of a download, and tables that people have."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from labeling.formats import xlsx
from labeling.formats.records import Records
from labeling.formats.source import Source
from labeling.formats.workbook import Share, sheet_names, workbook_of
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


@settings(max_examples=10)
@given(st.lists(tagged(), min_size=1, max_size=6))
def test_a_download_comes_back_as_it_was_but_for_what_was_said_to_be_lost(made: list[Document]) -> None:
    if cannot_hold(made) or any(cannot_hold([a_document(name)]) for one in made for name in names_of(one)):
        return
    found = again(read(whole(write, made)))
    assert found.refused == ()
    assert told(list(found.documents)) == told(made)


def names_of(document: Document) -> list[str]:
    return [name for one in document.segments for tag in one.tags for name in tag.names if name]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30", "-5", "@home", "\tx", "a\r\nb", "_x000D_", "_x0041_x0041_", "007", "1e5", "nan"],
)
def test_every_cell_is_the_text_that_it_was_and_runs_nothing(text: str) -> None:
    data = whole(write, [a_document(text, a_segment(text, 0, len(text), ("=class", None)))])
    cells = load_workbook(io.BytesIO(data)).active["C2":"G2"][0]  # type: ignore[index]
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "s", "s"]
    (found,) = again(read(data)).documents
    assert (found.text, found.segments[0].units) == (text, ((0, len(text), "=class", None),))


def test_the_names_of_the_columns_stay_in_sight() -> None:
    sheet = load_workbook(io.BytesIO(whole(write, [a_document("Good")])))["Segments"]
    assert sheet.freeze_panes == "A2"


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


def test_a_cover_before_the_table_is_not_taken_for_it() -> None:
    book = Workbook()
    book.worksheets[0].append(["Guest survey 2026"])
    sheet = book.create_sheet("Answers")
    for row in (["nr", "comment"], [1, "Good"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert [item.fields["comment"] for item in found.items] == ["Good"]
    assert found.questions[0].answer == "Answers"


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


OPEN_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Data"><table:table-row><table:table-cell
 office:value-type="string"><text:p>text</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>stars</text:p></table:table-cell>
</table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell
 office:value-type="string"><text:p>Gut<text:s text:c="2"/>🙂</text:p><text:p>laut</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="4"><text:p>4,00</text:p></table:table-cell>
</table:table-row><table:table-row table:number-rows-repeated="1000000"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""
MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
OLDER = zlib.decompress(
    base64.b85decode(
        "c-rk)O=uHA6#izjX?{raXDYNp2^Fi>^dMe5m~Ji6oKmV6e-Jb^L8Ow(b_MIjYRyp)JSkoZ_28xI#UE7An+Ksq4~n2Bdh{fyc"
        "xbb}dD)e;DmI{n%6!Xw^XARGnYZ)1vvaet%GB+SDwd!R9@OjrS{ihMLcmQ#LHV{VMK|_SuoYGn0)86E7B3#OKJ&>jl;d56hF"
        "kg*V&FZ6LpX`S(NZzFf*4>Q@<RHMCKk9xnlRegt2pyf<~7VWx#UCUe%4%MPE*;6IEYzeuxGn7i}!0?oEL_y_b%JKX3bW#;i;"
        "U(XD^9*Sub{)$MYvvSw^QG!Zc_=v&B-;l<5erBM2NI^yYHCnM?%<8tiF&v6H}OcU3=5D*ejp1xWvGvEKI^y`Khgss6I20~4^"
        "1@FFQAg!Q`2(UHkp`FZSs&M6L7@wDXy#;m+K<^c-%@i0Udr(hvP^&W$XuXu+d#Yv=J4ZID?EuXiD=%Ov6m6uM4xPS=DF<wAX"
        "@^Svgr{}rhA>%M>CiqyWA08W|uds1WT99#=b2Mgh2R$rrVLs2bu4B1_IYG0V;_jg~N7y~dWiD`TH?^~k@xs{HAa5eM{Bh5{&"
        "hiIiGs!dA>Y2pMOJfRMbeI*$UOtmZiIli{MdH5U#=_ZX-Y~cSwCVV@sN=isoRASL$Yn-|G1pVFcf^mB=Jb`c7Qe6-Y%Tla5w"
        "$PaI?kJ3a84u3J}r(r+-dy{hjS1L3JMAe3JMAe3V(!fKEOTBCBf@_;QO5aItvtP>Nm-Mi@g}7$D-@rE|e%XG2YbtSqral>k`"
        "YfasL-e?4#CAj9{4k7-@R`(gjU4zR$7^qknG+HQRoz89)DV``-Z>ztzM"
    )
)
"""A workbook of Excel 97 with the same columns and a day."""


def an_open_document() -> bytes:
    out = io.BytesIO()
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", OPEN_DOCUMENT.replace("\n", ""))
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return out.getvalue()


def test_workbooks_of_other_programs_and_years_are_read_alike() -> None:
    rows = [("Gut  🙂\nlaut", "4")] * 2
    for data, expected in ((an_open_document(), rows), (OLDER, [("Gut, größer 🙂", "4", "2026-03-01")])):
        assert is_workbook(Source(data))
        found = read(data)
        assert found.columns[:2] == ("text", "stars")
        assert [tuple(item.fields.values()) for item in found.items] == expected


def test_rows_and_columns_before_the_first_cell_are_counted() -> None:
    found = read(a_workbook([], [None, "text", "n"], [None, "Good", 1]))
    assert [(item.number, item.fields["text"]) for item in found.items] == [(3, "Good")]


def test_a_workbook_with_a_password_says_so() -> None:
    locked = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert is_workbook(Source(locked))
    assert read(locked).problem == "The workbook is protected by a password: save it without one."


def test_a_small_workbook_that_asks_for_more_memory_than_there_is_ends_nothing_else() -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = book.worksheets[0]["XFD1048576"] = "text"
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()).problem.startswith("The workbook holds more than can be read at once")


def test_sheets_of_a_workbook_have_names_that_programs_take_each_once() -> None:
    titles = ["Report", "report", "Round [1]: a/b? c*", "x" * 40, "X" * 40, "'", ""]
    names = sheet_names(titles)
    assert names == ["Report", "report 2", "Round 1 a b c", "x" * 31, f"{'X' * 29} 2", "Sheet", "Sheet 2"]
    cells = [("a", Share(0.25), Share(0.999, 1), 3)]
    book = load_workbook(io.BytesIO(workbook_of([(name, cells) for name in names])))
    assert book.sheetnames == names
    for sheet in book.worksheets:
        assert [cell.value for cell in sheet[1]] == ["a", 0.25, 0.999, 3]
        assert [cell.number_format for cell in sheet[1]] == ["General", "0%", "0.0%", "General"]
