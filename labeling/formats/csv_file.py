"""CSV: read with any common separator and encoding; written one row a tag.

Read by the standard library's reader, not by pandas: pandas' Python engine leaves rows with an unusual
quotation mark out without a word, its C engine refuses the whole file for one row that is too long.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from labeling.formats.records import Record, Records, RefusedRow, excerpt
from labeling.model import Document, Segment, Session

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "": "none: one column"}
COLUMNS = ("document", "id", "text", "start", "end", "segment", "class", "label", "done")
_ONE_COLUMN = "\x1f"
_SAMPLE = 50
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read(data: bytes, *, separator: str | None = None, has_header: bool = True) -> Records:
    """Rows are numbered as a spreadsheet does: the header is row 1, a cell may hold line breaks."""
    text, encoding = decoded(data)
    if not encoding:
        return Records(
            problem="The file is neither UTF-8 nor Windows-1252 text. Save it as UTF-8 and try again."
        )
    text = text.rstrip("\r\n")
    if not text.strip():
        return Records(problem="The file is empty.")
    # One cell may be a whole document; the reader's own limit is 128 KiB.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    separator = sniffed(text) if separator is None else separator
    rows = list(_rows(text, separator))
    header = rows.pop(0) if has_header else [f"Column {n}" for n in range(1, max(map(len, rows)) + 1)]
    columns = _column_names(header)
    note = f"Read as {encoding}, separator: {SEPARATORS.get(separator, separator)}."
    if encoding == "Windows-1252":
        note += " The file is not UTF-8: check accents and umlauts in the preview."
    items: list[Record] = []
    refused: list[RefusedRow] = []
    for number, row in enumerate(rows, 2 if has_header else 1):
        if any(cell.strip() for cell in row[len(columns) :]):
            reason = f"has {len(row)} cells, but there are {len(columns)} columns"
            refused.append(RefusedRow(number, reason, excerpt(separator.join(row))))
        else:
            items.append(Record(number, dict(zip(columns, (*row, *[""] * len(columns)), strict=False))))
    if items and _is_open(text, separator):
        last = items.pop()
        reason = "has a quotation mark that is never closed: all that follows was read as one cell"
        refused.append(RefusedRow(last.number, reason, excerpt(" ".join(map(str, last.fields.values())))))
    return Records(columns=columns, items=tuple(items), refused=tuple(refused), note=note)


def decoded(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; the name is empty where none fits."""
    for mark, codec, name in (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
        (b"", "utf-8", "UTF-8"),
        (b"", "cp1252", "Windows-1252"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(codec), name
            except UnicodeDecodeError:
                continue
    return "", ""


def sniffed(text: str) -> str:
    """The separator that cuts the first rows like the header, into more than one cell; "" where none does."""
    best, score = "", (0.0, 1)
    for separator in (",", ";", "\t"):
        widths = [len(row) for row in islice(_rows(text, separator), _SAMPLE)]
        alike = sum(width == widths[0] for width in widths) / len(widths)
        if widths[0] > 1 and (alike, widths[0]) > score:
            best, score = separator, (alike, widths[0])
    return best


def write(session: Session, documents: Iterable[Document], *, safe: bool = True) -> bytes:
    """One row a tag; a segment without tags and a document without segments have a row too.

    `safe` puts ' before a cell that a spreadsheet would take for a formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for number, document in enumerate(documents, 1):
        head = (number, document.id, document.text)
        done = {None: "", True: "yes", False: "no"}[document.annotated]
        for cells in _tag_rows(document):
            row = (*head, *cells, done)
            writer.writerow(map(_safe, row) if safe else row)
    # The mark tells spreadsheets that the file is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _tag_rows(document: Document) -> Iterator[tuple[object, ...]]:
    """(start, end, segment, class, label) of each row of a document."""
    for segment in document.segments:
        place = (
            *(segment.span if segment.is_placed and segment.span else (None, None)),
            _words(document, segment),
        )
        for class_, label in [tag.names for tag in segment.tags] or [(None, None)]:
            yield (*place, class_, label)
    if not document.segments:
        yield (None,) * 5


def _words(document: Document, segment: Segment) -> str:
    return segment.text if segment.text is not None else document.text[segment.start : segment.end]


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator or _ONE_COLUMN)


def _is_open(text: str, separator: str) -> bool:
    """Whether the text ends within quotation marks: a further row would still be of the last cell."""
    if '"' not in text:
        return False
    return sum(1 for _ in _rows(f"{text}\nx", separator)) == sum(1 for _ in _rows(text, separator))


def _column_names(header: Sequence[str]) -> tuple[str, ...]:
    """The header's names, each different; an empty one is named by its place."""
    names: list[str] = []
    for n, cell in enumerate(header, 1):
        name = plain = " ".join(cell.split()) or f"Column {n}"
        copies = 1
        while name in names:
            copies += 1
            name = f"{plain} ({copies})"
        names.append(name)
    return tuple(names)
