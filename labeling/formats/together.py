"""All sessions of a project in one file, in the formats where a file can say which document is whose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from labeling.formats import csv_file, json_file, xlsx
from labeling.formats.table import ALL_COLUMNS, rows_of
from labeling.model import Document, Session

WholeSession = tuple[Session, Iterable[Document]]
WritesAll = Callable[[Iterable[WholeSession]], Iterator[bytes]]


def _csv(sessions: Iterable[WholeSession]) -> Iterator[bytes]:
    return csv_file.written(_rows(sessions))


def _xlsx(sessions: Iterable[WholeSession]) -> Iterator[bytes]:
    return xlsx.written(_rows(sessions))


def _rows(sessions: Iterable[WholeSession]) -> Iterator[tuple[str | int | None, ...]]:
    """As a session's own, with its name and number before each row."""
    rows = ((one.name, one.id, *row) for one, documents in sessions for row in rows_of(documents))
    return chain([ALL_COLUMNS], rows)


def _lines(sessions: Iterable[WholeSession]) -> Iterator[bytes]:
    """A document a line, with the name and number of its session."""
    return json_file.lines(
        {"session": one.name, "session_id": one.id, **document.to_json()}
        for one, documents in sessions
        for document in documents
    )


def _json(sessions: Iterable[WholeSession]) -> Iterator[bytes]:
    """A list of what each session's own file is."""
    before = b"[\n"
    for session, documents in sessions:
        yield before
        yield from json_file.write(session, documents)
        before = b",\n"
    yield b"]\n" if before == b",\n" else b"[]\n"


TOGETHER: dict[str, WritesAll] = {"csv": _csv, "jsonl": _lines, "json": _json, "xlsx": _xlsx}
"""By the name of the format."""
