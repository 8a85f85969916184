"""A workbook of sheets: their cells are texts and numbers, whatever they begin with, and run nothing.

Libraries that write workbooks take a value of every kind and a style for each: five to seven times as long.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from string import ascii_uppercase
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from labeling.formats.records import batched

_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Begins a character as workbooks write what XML would change."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TEXTS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_RELS = f'<Relationships xmlns="{_PACKAGE}/relationships">'
_ROOT = (
    f'{_RELS}<Relationship Id="rId1" Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
_PLAIN = 'fontId="0" fillId="0" borderId="0"'
_LOOKS = (
    f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    f'<cellStyleXfs count="1"><xf numFmtId="0" {_PLAIN}/></cellStyleXfs>'
    f'<cellXfs count="3"><xf numFmtId="0" {_PLAIN} xfId="0"/>'
    f'<xf numFmtId="9" {_PLAIN} xfId="0" applyNumberFormat="1"/>'
    f'<xf numFmtId="164" {_PLAIN} xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""How cells look, by number: as they are, a share in whole percent, one with a decimal."""
_BEFORE_ROWS = (
    f'<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    "<sheetData>"
)


class Share(NamedTuple):
    """A share of 1 that a cell shows as percent, with so many decimals (0 or 1)."""

    value: float
    decimals: int = 0


Cell = str | int | float | Share | None
"""A text that XML can hold, a number, a share, or nothing: an empty text is nothing."""


def workbook(name: str, rows: Iterable[Iterable[Cell]]) -> bytes:
    """A workbook whose sheet has these rows, of up to 26 cells; the first stays in sight."""
    return workbook_of([(name, rows)])


def workbook_of(sheets: Sequence[tuple[str, Iterable[Iterable[Cell]]]]) -> bytes:
    """A workbook of several such sheets, under names that programs for workbooks take: see `sheet_names`."""
    texts: dict[str, int] = {}
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for part, content in _parts([name for name, _ in sheets]).items():
            archive.writestr(ZipInfo(part), _HEAD + content)
        for number, (_, rows) in enumerate(sheets, 1):
            _add(archive, _sheet(number), _BEFORE_ROWS, _rows(rows, texts), "</sheetData></worksheet>")
        _add(archive, _TEXTS, f"<sst {_MAIN}>", map(_text, texts), "</sst>")
    return out.getvalue()


def sheet_names(titles: Iterable[str]) -> list[str]:
    """A name for a sheet of each title: without signs that no sheet has in its name, at most 31 long, and
    each once in any case."""
    names: list[str] = []
    for title in titles:
        base = " ".join(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).split()).strip("'") or "Sheet"
        name, number = base[:31].rstrip(), 2
        while name.casefold() in map(str.casefold, names):
            end = f" {number}"
            name, number = f"{base[: 31 - len(end)].rstrip()}{end}", number + 1
        names.append(name)
    return names


def _sheet(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def _parts(names: Sequence[str]) -> dict[str, str]:
    """What a workbook has besides its sheets and texts."""
    there = range(1, len(names) + 1)
    kinds = [(_sheet(number), "worksheet") for number in there]
    kinds += [(_TEXTS, "sharedStrings"), (_STYLES, "styles")]
    overrides = [("xl/workbook.xml", "sheet.main"), *kinds]
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/{part}" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in overrides
        )
        + "</Types>",
        "_rels/.rels": _ROOT,
        "xl/_rels/workbook.xml.rels": _RELS
        + "".join(
            f'<Relationship Id="rId{number}" Type="{_KINDS}/{kind}" Target="{part.removeprefix("xl/")}"/>'
            for number, (part, kind) in enumerate(kinds, 1)
        )
        + "</Relationships>",
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_KINDS}">'
        "<bookViews><workbookView/></bookViews><sheets>"
        + "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
            for number, name in zip(there, names, strict=True)
        )
        + "</sheets></workbook>",
        _STYLES: _LOOKS,
    }


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
            else f'<c r="{column}{number}" s="{value.decimals + 1}"><v>{value.value:.10g}</v></c>'
            if isinstance(value, Share)
            else f'<c r="{column}{number}"><v>{value}</v></c>'
            for column, value in zip(ascii_uppercase, row, strict=False)
            if value is not None and value != ""
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'


def _text(text: str) -> str:
    said = escape(_ESCAPE.sub("_x005F_", text)).replace("\r", "_x000D_")
    return f'<si><t xml:space="preserve">{said}</t></si>'
