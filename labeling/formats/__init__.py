"""Formats in which documents come in and go out, one module each. Text or bytes in, plain values out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from labeling.formats import contract, csv_file, jsonl, table, xlsx
from labeling.model import Document, Session

_NAME_LENGTH = 80


def _nothing(documents: Iterable[Document]) -> str:
    return ""


class Export(NamedTuple):
    """A format to download: its name, what it holds, the file's ending and type, how to write it, and what it
    cannot hold of these documents, in words."""

    name: str
    about: str
    suffix: str
    mime: str
    write: Callable[[Session, Iterable[Document]], bytes]
    cannot_hold: Callable[[Iterable[Document]], str] = _nothing


EXPORTS = (
    Export(
        "JSON",
        "The whole session in the Studio API's form: name, classes, labels and every document.",
        ".json",
        "application/json",
        contract.write,
    ),
    Export(
        "JSONL",
        "One document a line, with its segments and tags.",
        ".jsonl",
        "application/x-ndjson",
        jsonl.write,
    ),
    Export(
        "CSV",
        "One row a tag, for programs: no cell is altered.",
        ".csv",
        "text/csv",
        csv_file.write,
        table.cannot_hold,
    ),
    Export(
        "XLSX",
        "The same rows for spreadsheets: texts stay texts, and none is run as a formula.",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        xlsx.write,
        xlsx.cannot_hold,
    ),
)


def file_name(session: Session, suffix: str) -> str:
    """A name that every file system takes, from the session's name."""
    words = re.sub(r"[^\w.() -]+", " ", session.name)
    plain = re.sub(r"\s+", " ", words).strip(" .")[:_NAME_LENGTH].strip(" .")
    is_device = re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", plain, re.IGNORECASE)
    return f"{plain if plain and not is_device else f'session {session.id}'}{suffix}"
