"""A workbook of one sheet: its cells are texts and numbers, whatever they begin with, and run nothing.

Libraries that write workbooks take a value of every kind and a style for each: five to seven times as long.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from string import ascii_uppercase
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from labeling.formats.records import batched

Cell = str | int | float | None
"""A text that XML can hold, a number, or nothing: an empty text is nothing."""
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Begins a character as workbooks write what XML would change."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET, _TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/{_SHEET}" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/{_TEXTS}" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_KINDS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_KINDS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}
_BOOK = (
    f'<workbook {_MAIN} xmlns:r="{_KINDS}"><bookViews><workbookView/></bookViews>'
    '<sheets><sheet name={name} sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_BEFORE_ROWS = (
    f'<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    "<sheetData>"
)


def workbook(name: str, rows: Iterable[Iterable[Cell]]) -> bytes:
    """A workbook whose sheet has these rows, of up to 26 cells; the first stays in sight."""
    texts: dict[str, int] = {}
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for part, content in _PARTS.items():
            archive.writestr(ZipInfo(part), _HEAD + content)
        archive.writestr(ZipInfo("xl/workbook.xml"), _HEAD + _BOOK.format(name=quoteattr(name)))
        _add(archive, _SHEET, _BEFORE_ROWS, _rows(rows, texts), "</sheetData></worksheet>")
        _add(archive, _TEXTS, f"<sst {_MAIN}>", map(_text, texts), "</sst>")
    return out.getvalue()


def _add(archive: ZipFile, name: str, start: str, pieces: Iterable[str], end: str) -> None:
    part = ZipInfo(name)
    part.compress_type = ZIP_DEFLATED
    with archive.open(part, "w", force_zip64=True) as file:
        file.write((_HEAD + start).encode())
        for some in batched(pieces):
            file.write("".join(some).encode())
        file.write(end.encode())


def _rows(rows: Iterable[Iterable[Cell]], texts: dict[str, int]) -> Iterator[str]:
    """The rows with a number for each text, by which `texts` have it; nothing is no cell."""
    for number, row in enumerate(rows, 1):
        cells = [
            f'<c r="{column}{number}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
            if isinstance(value, str)
            else f'<c r="{column}{number}"><v>{value}</v></c>'
            for column, value in zip(ascii_uppercase, row, strict=False)
            if value is not None and value != ""
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'


def _text(text: str) -> str:
    said = escape(_ESCAPE.sub("_x005F_", text)).replace("\r", "_x000D_")
    return f'<si><t xml:space="preserve">{said}</t></si>'
