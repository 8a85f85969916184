"""Refused rows as a file, as they were: to be put right and imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from labeling.formats.json_file import json_line
from labeling.formats.records import RefusedRow
from labeling.model import unique


def refused_file(rows: Sequence[RefusedRow]) -> tuple[str, bytes]:
    """A name and the content: rows of a table as CSV, objects and lines as lines.

    In a table and in objects the number and the reason stand beside what was given.
    """
    given = [row.given for row in rows]
    if all(isinstance(one, Mapping) and all(isinstance(said, str) for said in one.values()) for one in given):
        return "refused.csv", _table(rows)
    return "refused.jsonl", "".join(f"{_line(row)}\n" for row in rows).encode("utf-8", "replace")


def _table(rows: Sequence[RefusedRow]) -> bytes:
    cells = [row.given if isinstance(row.given, Mapping) else {} for row in rows]
    names = unique(name for one in cells for name in one)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((*names, "refused row", "refused because"))
    for row, one in zip(rows, cells, strict=True):
        writer.writerow((*(one.get(name, "") for name in names), row.number, row.reason))
    return out.getvalue().encode("utf-8-sig", "replace")


def _line(row: RefusedRow) -> str:
    """A line that is no JSON is left as it is."""
    if isinstance(row.given, str):
        return row.given.rstrip("\r\n")
    said = row.given if isinstance(row.given, Mapping) else {"given": row.given}
    return json_line({**said, "refused row": row.number, "refused because": row.reason})
