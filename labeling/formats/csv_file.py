"""CSV: read with any common separator and encoding; written one row a tag.

Read by the standard library's reader, not by pandas: pandas' Python engine leaves rows with an unusual
quotation mark out without a word, its C engine refuses the whole file for one row that is too long.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from labeling.formats.encodings import Decoded, decoded
from labeling.formats.records import Records, RefusedRow, excerpt
from labeling.formats.table import COLUMNS, SAMPLE, TableRow, records_of, rows_of
from labeling.model import Document, Session

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "": "none: one column"}
_ONE_COLUMN = "\x1f"
_SAID = re.compile(r'\ufeff?"?sep=(.)"?\r?\n', re.IGNORECASE)
"""The line by which a spreadsheet says the separator."""


def read(
    data: bytes, *, encoding: str = "", separator: str | None = None, header: int | None = None
) -> Records:
    """Rows are numbered as a spreadsheet does, from 1; a cell may hold line breaks.

    `encoding`: one of `ENCODINGS`; `separator`: one of `SEPARATORS`; `header`: the row that names the
    columns, 0 where none does. What is not given is found.
    """
    found = decoded(data, encoding)
    if not found.encoding:
        return Records(problem="The file is no text in any encoding that is known here.")
    text = found.text.rstrip("\r\n")
    said = _SAID.match(text)
    if said is not None and said[1] in SEPARATORS:
        separator = said[1] if separator is None else separator
    else:
        said = None
    text = text[said.end() :] if said else text
    if not text.strip():
        return Records(problem="The file is empty.")
    # One cell may be a whole document; the reader's own limit is 128 KiB.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    separator = sniffed(text) if separator is None else separator
    first = 1 + bool(said)
    rows = [TableRow(number, cells) for number, cells in enumerate(_rows(text, separator), first)]
    records, named = records_of(rows, header)
    if records.items and _is_open(text, separator):
        *items, last = records.items
        reason = "has a quotation mark that is never closed: all that follows was read as one cell"
        row = RefusedRow(last.number, reason, excerpt(" ".join(map(str, last.fields.values()))))
        records = records._replace(items=tuple(items), refused=(*records.refused, row))
    return records._replace(note=_note(found, separator, named, first))


def sniffed(text: str) -> str:
    """The separator that cuts most of the first rows alike, into more than one cell; "" where none does."""
    best, score = "", (0.0, 1)
    for separator in (",", ";", "\t", "|"):
        widths = Counter(len(row) for row in islice(_rows(text, separator), SAMPLE) if row)
        width, count = max(widths.items(), key=lambda one: (one[1], one[0]), default=(1, 0))
        alike = count / max(1, widths.total())
        if width > 1 and (alike, width) > score:
            best, score = separator, (alike, width)
    return best


def _note(found: Decoded, separator: str, named: int, first: int) -> str:
    said = [f"Read as {found.encoding}, separator: {SEPARATORS[separator]}"]
    said += ["no row names the columns"] if not named else []
    said += [f"row {named} names the columns"] if named > first else []
    note = f"{', '.join(said)}."
    if found.is_guess:
        note += " The file is not UTF-8: check the letters in the preview, or choose another encoding."
    return note


def write(session: Session, documents: Iterable[Document]) -> bytes:
    """One row a tag, no cell altered; a segment without tags and a document without segments have one too."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(rows_of(documents))
    # The mark tells spreadsheets that the file is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator or _ONE_COLUMN)


def _is_open(text: str, separator: str) -> bool:
    """Whether the text ends within quotation marks: a further row would still be of the last cell."""
    if '"' not in text:
        return False
    return sum(1 for _ in _rows(f"{text}\nx", separator)) == sum(1 for _ in _rows(text, separator))
