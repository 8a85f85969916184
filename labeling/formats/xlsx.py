"""Workbooks: the same rows as CSV. Cells that are written are text or numbers and run nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from zipfile import BadZipFile, ZipFile

from labeling.formats import table
from labeling.formats.apart import Parts, apart
from labeling.formats.records import DAMAGED, Answers, Records, answered
from labeling.formats.sheets import Rows, sheets_of
from labeling.formats.source import Source
from labeling.formats.table import COLUMNS, DECIDED_COLUMNS, TableRow, decided_rows, records_of, rows_of
from labeling.formats.workbook import Cell, workbook
from labeling.model import Document, Session
from labeling.phrases import count_of

LONGEST_CELL = 32_767
"""UTF-16 units that Excel takes in a cell."""
MOST_ROWS = 1_048_575
"""Rows of a sheet, but for the names of the columns."""
LARGEST = 300_000_000
"""Bytes that a workbook may unpack to."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML does not hold."""
_OLE = b"\xd0\xcf\x11\xe0"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_LOCKED = "EncryptedPackage"
"""What a protected workbook keeps its own in, within an older Office file."""


def is_workbook(source: Source) -> bool:
    """Whether it is one of Excel, in any of its forms, or an OpenDocument one."""
    data = source.data
    if data.startswith(b"PK\x03\x04"):
        return _OPEN_DOCUMENT in data[:200] or b"xl/workbook" in data
    return data.startswith(_OLE) and any(name.encode("utf-16-le") in data for name in ("Workbook", _LOCKED))


def read(source: Source, answers: Answers) -> Records:
    """The first sheet with a table, else with anything in it, or the one chosen; a formula is read as the
    value that was last computed, an error as nothing."""
    data = source.data
    try:
        if data.startswith(_OLE) and _LOCKED.encode("utf-16-le") in data:
            raise PermissionError
        if (
            data[:2] == b"PK"
            and sum(part.file_size for part in ZipFile(io.BytesIO(data)).infolist()) > LARGEST
        ):
            return Records(problem=f"The workbook unpacks to more than {LARGEST // 1_000_000} MB.")
        parts = apart(sheets_of, data, source.tell)
    except PermissionError:
        return Records(problem="The workbook is protected by a password: save it without one.")
    except MemoryError:
        return Records(problem="The workbook holds more than can be read at once: save it as CSV.")
    except (BadZipFile, ValueError, NotImplementedError):
        return Records(problem=f"The file is no workbook that can be read: {DAMAGED}")
    with parts:
        return _records(parts, answers)


def _records(parts: Parts[tuple[str, Rows]], answers: Answers) -> Records:
    """Of the sheet that is chosen, with the question which one."""
    sheets: dict[str, _Sheet] = {}
    for title, rows in parts:
        sheets.setdefault(title, _Sheet()).see(rows)
    filled = {title: one for title, one in sheets.items() if one.last}
    if not filled:
        return Records(problem="The workbook is empty.")
    # A cover is a sheet too, of a title and no table.
    tables = [title for title, one in filled.items() if one.is_table]
    asked = answered(answers, "sheet", "Sheet", tuple(filled), (tables or list(filled))[0])
    chosen = chain.from_iterable(rows for title, rows in parts if title == asked.answer)
    records = records_of(filled[asked.answer].filled(chosen), answers)
    others = len(filled) - 1
    note = f"{count_of(others, 'other sheet')} left out." if others else ""
    note = " ".join(filter(None, (note, records.note)))
    return records._replace(note=note, questions=(asked, *records.questions))


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """One row a tag, as in CSV. What a cell cannot hold is left out of it: see `cannot_hold`."""
    return written(chain([COLUMNS], rows_of(documents)))


def write_decided(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """The same with how each tag was decided."""
    return written(chain([DECIDED_COLUMNS], decided_rows(documents)))


def written(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The rows as a workbook, the names of the columns first; a text is a text, whatever it begins with."""
    yield workbook("Segments", (map(_cell, row) for row in rows))


def cannot_hold(documents: Iterable[Document]) -> tuple[str, ...]:
    """What a workbook does not hold, and how often it occurs, a sentence each."""
    known = list(documents)
    texts = [document.text for document in known]
    controls = sum(_CONTROL.search(text) is not None for text in texts)
    long = sum(_fitting(text) != text for text in texts)
    rows = sum(sum(max(1, len(one.tags)) for one in each.segments) or 1 for each in known)
    said = [
        f"{count_of(rows - MOST_ROWS, 'row')} more than Excel opens." if rows > MOST_ROWS else "",
        f"{count_of(controls, 'text')} with control characters: they become �." if controls else "",
        f"{count_of(long, 'text')} longer than {LONGEST_CELL:,} characters: cut off there." if long else "",
        *table.cannot_hold(known),
    ]
    return tuple(filter(None, said))


def _cell(value: Cell) -> Cell:
    return _held(value) if isinstance(value, str) else value


def _held(text: str) -> str:
    """What a cell holds of a text."""
    return _CONTROL.sub("�", _fitting(text))


def _fitting(text: str) -> str:
    """As much of a text as a cell takes."""
    if 2 * len(text) <= LONGEST_CELL:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")


class _Sheet:
    """What there is in a sheet whose rows went by: the number of the `last` row with anything in it, 0 for
    none, and whether it is a table: two rows have several cells."""

    def __init__(self) -> None:
        self.last = self._count = self._width = self._several = 0

    @property
    def is_table(self) -> bool:
        return self._several > 1

    def see(self, rows: Rows) -> None:
        for number, row in enumerate(rows, self._count + 1):
            if filled := sum(map(bool, row)):
                self.last = number
                self._several += filled > 1
                while len(row) > self._width and not row[-1]:
                    row.pop()
                self._width = max(self._width, len(row))
        self._count += len(rows)

    def filled(self, rows: Iterable[list[str]]) -> Iterator[TableRow]:
        """Up to the last one with anything in it; cells behind the last filled one are none."""
        for number, row in enumerate(islice(rows, self.last), 1):
            yield TableRow(number, row[: self._width])
