"""The cells of a workbook (XLSX, XLSB, XLS, ODS) as text, read by calamine in a process of its own.

Calamine reserves memory for every cell between the outermost ones: a workbook of a few kilobytes can ask for
more than there is, which ends the process. So this module is also the program of that process, and imports
nothing of the app.
"""

from __future__ import annotations

import contextlib
import io
import marshal
import subprocess
import sys
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

_LONGEST = 300_000_000
"""Characters that the cells may hold."""
_MEMORY = 3_000_000_000
"""Bytes of address space for reading one."""
_SECONDS = 120
_LOCKED, _TOO_LARGE, _BROKEN = 3, 4, 5
"""What the process answers with where it cannot read."""
PASSWORD = "The workbook is protected by a password: save it without one."
_PROBLEMS = {
    _LOCKED: PASSWORD,
    _TOO_LARGE: "The workbook holds more than can be read at once: save it as CSV.",
}
DAMAGED = "The file is no workbook that can be read: it is damaged, or cut off."

Sheets = list[tuple[str, list[list[str]]]]
"""Each sheet's name and rows, from the first row and the first column on."""


def sheets_of(data: bytes) -> Sheets | str:
    """The sheets of a workbook, or in one sentence why they cannot be read."""
    program = [sys.executable, "-I", __file__]
    try:
        done = subprocess.run(program, input=data, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return _PROBLEMS[_TOO_LARGE]
    if done.returncode:
        # A process that is ended from outside ran out of memory.
        code = _TOO_LARGE if done.returncode < 0 else done.returncode
        return _PROBLEMS.get(code, DAMAGED)
    found: Sheets = marshal.loads(done.stdout)
    return found


def shown(value: object) -> str:
    """A cell as it is shown, nearly: a whole number without a point, a day without an hour."""
    if isinstance(value, str):
        return value
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


def _read(data: bytes) -> Sheets:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets: Sheets = []
    size = 0
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        left = [""] * (sheet.start or (0, 0))[1]
        rows: list[list[str]] = []
        for row in sheet.iter_rows():
            cells = [*left, *map(shown, row)]
            size += sum(map(len, cells))
            if size > _LONGEST:
                raise MemoryError
            rows.append(cells if any(cells) else [])
        sheets.append((name, rows))
    return sheets


def _main() -> int:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        sys.stdout.buffer.write(marshal.dumps(_read(sys.stdin.buffer.read())))
    except PasswordError:
        return _LOCKED
    except MemoryError:
        return _TOO_LARGE
    except (CalamineError, ValueError, OverflowError):
        return _BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(_main())
