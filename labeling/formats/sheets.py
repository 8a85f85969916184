"""The cells of a workbook (XLSX, XLSB, XLS, ODS) as text. It is run apart: calamine reserves memory for every
cell between the outermost ones, and that may be more than there is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook, PasswordError

_LONGEST = 300_000_000
"""Characters that the cells may hold."""

_AT_ONCE = 200
"""Rows handed over at a time."""
Rows = list[list[str]]


def sheets_of(data: bytes) -> Iterator[tuple[str, Rows]]:
    """Each sheet's name with its next rows, from the first row and the first column on.

    PermissionError: it has a password; MemoryError: it holds too much.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise PermissionError from error
    del data  # the book has its own
    size = 0
    for name in dict.fromkeys(book.sheet_names):
        sheet = book.get_sheet_by_name(name)
        left = [""] * (sheet.start or (0, 0))[1]
        rows: Rows = []
        known: dict[str, str] = {}
        """The same text in many cells is handed over once."""
        for row in sheet.iter_rows():
            texts = [value if isinstance(value, str) else _shown(value) for value in row]
            cells = [*left, *map(known.setdefault, texts, texts)]
            size += sum(map(len, cells))
            if size > _LONGEST:
                raise MemoryError
            rows.append(cells if any(cells) else [])
            if len(rows) == _AT_ONCE:
                yield name, rows
                rows, known = [], {}
        yield name, rows


def _shown(value: object) -> str:
    """A cell as it is shown, nearly: a whole number without a point, a day without an hour."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)
