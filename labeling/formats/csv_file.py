"""CSV: read with any common separator and encoding; written one row a tag.

Read by the standard library's reader, not by pandas: pandas' Python engine leaves rows with an unusual
quotation mark out without a word, its C engine refuses the whole file for one row that is too long.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from labeling.formats.columns import TEXT_COLUMNS
from labeling.formats.encodings import NO_TEXT, text_of
from labeling.formats.records import (
    Answers,
    Question,
    Records,
    RefusedRow,
    answered,
    batched,
    excerpt,
    first_named,
    packed,
    told,
)
from labeling.formats.source import Source
from labeling.formats.table import (
    COLUMNS,
    DECIDED_COLUMNS,
    SAMPLE,
    TableRow,
    decided_rows,
    records_of,
    rows_of,
)
from labeling.model import Document, Session

QUOTED, AS_THEY_STAND = "hold cells together", "are letters like others"
QUOTING = (QUOTED, AS_THEY_STAND)
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "": "none: one column"}
_SIGNS = {word: sign for sign, word in SEPARATORS.items()}
_LOOKED_AT = 500
"""Lines by which a table is told."""
_ONE_COLUMN = "\x1f"
csv.field_size_limit(2**31 - 1)
"""One cell may be a whole document; the reader's own limit is 128 KiB."""
_SAID = re.compile(r'\ufeff?"?sep=(.)"?\r?\n', re.IGNORECASE)
"""The line by which a spreadsheet says the separator."""


def read(source: Source, answers: Answers) -> Records:
    """Rows are numbered as a spreadsheet does, from 1; a cell may hold line breaks."""
    found, encoding = text_of(source, answers)
    if not found.encoding:
        return Records(problem=NO_TEXT)
    said = _SAID.fullmatch(next(found.lines(as_they_end=True), ""))
    said = said if said is not None and said[1] in SEPARATORS else None

    def lines() -> Iterator[str]:
        return islice(found.lines(as_they_end=True), 1 if said else 0, None)

    if not any(map(str.strip, lines())):
        return Records(problem="The file is empty.")
    separator = _separator(answers, said[1] if said else sniffed(lines))
    sign = _SIGNS[separator.answer]
    quoting = answered(answers, "quoting", "Quotation marks", QUOTING, QUOTED)
    is_quoted = quoting.answer == QUOTED
    rows = _Rows(
        told(lines(), source.data.count(b"\n"), source.tell), sign, is_quoted=is_quoted, first=1 + bool(said)
    )
    records = records_of(rows, answers)
    notes = [found.note, records.note]
    if is_quoted and records.items and rows.is_open:
        last = records.items[-1]
        reason = "has a quotation mark that is never closed: all that follows was read as one cell"
        row = RefusedRow(last.number, reason, excerpt(" ".join(map(str, last.fields.values()))), last.fields)
        items = packed(islice(records.items, len(records.items) - 1))
        records = records._replace(items=items, refused=(*records.refused, row))
    elif is_quoted and b'"' in source.data:
        notes += [_swallowed(rows.heights), _undoubled(lines(), sign, 1 + bool(said))]
    notes.append(rows.cut_off(source.data))
    questions = (encoding, separator, *records.questions, quoting)
    return records._replace(note=" ".join(filter(None, notes)), questions=questions)


def is_table(source: Source) -> bool:
    """Whether it is text in columns: called so, or with a separator that cuts all first rows alike."""
    if source.ending in ("csv", "tsv", "tab"):
        return True
    text = text_of(source, {})[0]
    first = list(islice(text.lines(as_they_end=True), _LOOKED_AT))
    if first and _SAID.fullmatch(first[0]):
        return True
    separator = sniffed(first.__iter__)
    found = list(islice(_cells(first, separator), SAMPLE)) if separator else []
    if len(first) == _LOOKED_AT and len(found) < SAMPLE:
        found = found[:-1]  # the last may go on behind these lines
    widths = {len(row) for row in found if row}
    if len(found) < 2 or len(widths) != 1:
        return False
    # Commas stand in any prose; names of columns do not.
    names = found[0]
    are_names = all(cell.strip() and len(cell) <= _LONGEST_NAME for cell in names) and len({*names}) == len(
        names
    )
    return separator == "\t" or (are_names and bool(first_named(names, TEXT_COLUMNS)))


_LONGEST_NAME = 60
"""Characters of what may be the name of a column."""


def _separator(answers: Answers, found: str) -> Question:
    return answered(answers, "separator", "Separator", tuple(SEPARATORS.values()), SEPARATORS[found])


def _undoubled(lines: Iterable[str], sign: str, first: int) -> str:
    """The suspicion that quotation marks of a text were taken for those around a cell."""
    number = first
    try:
        for _ in csv.reader(lines, delimiter=sign or _ONE_COLUMN, strict=True):
            number += 1
    except csv.Error:
        return (
            f"Row {number} has quotation marks in its text that are not doubled: look whether it is whole, "
            "or take quotation marks as letters."
        )
    return ""


class _Rows:
    """The rows with anything in them, and those between them, as they are read.

    Behind the last one: `is_open`, whether the file ends within quotation marks, so that a further row would
    still be of its last cell; `heights`, by the lines of the longest cell, how many rows have one as long,
    and the last of them.
    """

    def __init__(self, lines: Iterable[str], separator: str, *, is_quoted: bool, first: int) -> None:
        self._lines = lines
        self._separator = separator
        self._is_quoted = is_quoted
        self._first = first
        self._line_count = 0
        self._is_at_end = False
        self.is_open = False
        self.heights: dict[int, tuple[int, int]] = {}
        self._number = self._width = self._least = 0

    def cut_off(self, data: bytes) -> str:
        """The suspicion that the file ends within its last row."""
        if self._width >= self._least or data.endswith((b"\n", b"\r", b"\0")) or self.is_open:
            return ""
        cells = f"{self._width} of {self._least} cells"
        return f"The last row, {self._number}, has {cells} and no end: look whether the file was cut off."

    def __iter__(self) -> Iterator[TableRow]:
        blank: list[TableRow] = []
        rows = _cells(self._watched(), self._separator, is_quoted=self._is_quoted)
        before = 0
        for number, cells in enumerate(rows, self._first):
            self.is_open = self._is_at_end
            is_one_line, before = self._line_count == before + 1, self._line_count
            if not cells:
                blank.append(TableRow(number, cells))
                continue
            height = 1 if is_one_line else 1 + max(cell.count("\n") for cell in cells)
            self.heights[height] = (1 + self.heights.get(height, (0, 0))[0], number)
            self._least = min(self._least or self._width, self._width)
            self._number, self._width = number, len(cells)
            if blank:
                yield from blank
                blank = []
            yield TableRow(number, cells)

    def _watched(self) -> Iterator[str]:
        """A row for which the reader asks for more lines than there are is not closed."""
        for line in self._lines:
            self._line_count += 1
            yield line
        self._is_at_end = True


def _swallowed(heights: Mapping[int, tuple[int, int]]) -> str:
    """The suspicion that a stray quotation mark made many rows one cell."""
    counts = {height: count for height, (count, _) in heights.items()}
    if sum(counts.values()) < _FEW:
        return ""
    most = max(heights)
    if most < _MANY * _median(counts):
        return ""
    number = heights[most][1]
    return f"Row {number} holds {most:,} lines: if that is not one text, take quotation marks as they stand."


def _median(counts: Mapping[int, int]) -> int:
    """Of values, by how often each occurs; of an even number of them the higher one."""
    left = sum(counts.values()) // 2
    for value in sorted(counts):
        left -= counts[value]
        if left < 0:
            return value
    return 0


_FEW, _MANY = 3, 10
"""Rows below which nothing is usual, and how many times the usual lines are suspicious."""


def sniffed(lines: Callable[[], Iterable[str]]) -> str:
    """The separator that cuts most of the first rows alike, into more than one cell; "" where none does."""
    best, score = "", (0.0, 1)
    for separator in (",", ";", "\t", "|"):
        widths = Counter(len(row) for row in islice(_cells(lines(), separator), SAMPLE) if row)
        width, count = max(widths.items(), key=lambda one: (one[1], one[0]), default=(1, 0))
        alike = count / max(1, widths.total())
        if width > 1 and (alike, width) > score:
            best, score = separator, (alike, width)
    return best


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """One row a tag, no cell altered; a segment without tags and a document without segments have one too."""
    return written(chain([COLUMNS], rows_of(documents)))


def write_decided(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """The same with how each tag was decided."""
    return written(chain([DECIDED_COLUMNS], decided_rows(documents)))


def written(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The rows as a file, the names of the columns first."""
    # The mark tells spreadsheets that the file is UTF-8.
    yield codecs.BOM_UTF8
    for some in batched(rows):
        out = io.StringIO(newline="")
        csv.writer(out).writerows(some)
        yield out.getvalue().encode()


def _cells(lines: Iterable[str], separator: str, *, is_quoted: bool = True) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=separator or _ONE_COLUMN,
        quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE,
    )
