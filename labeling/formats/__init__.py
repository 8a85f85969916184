"""Formats in which documents come in and go out, one module each, declared in one table."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from labeling.formats import (
    bio,
    brat,
    brat_out,
    conll,
    csv_file,
    doccano,
    flat,
    foreign,
    json_file,
    label_studio,
    label_studio_out,
    parquet,
    prodigy,
    semeval,
    spacy_file,
    table,
    text_lines,
    xlsx,
)
from labeling.formats.records import MOST, Answers, Question, Records, TooMany
from labeling.formats.source import Source
from labeling.model import LONGEST_NAME, Document, Session

_NAME_LENGTH = 80

Recognises = Callable[[Source], bool]
Reads = Callable[[Source, Answers], Records]
Writes = Callable[[Session, Iterable[Document]], Iterator[bytes]]
CannotHold = Callable[[Iterable[Document]], tuple[str, ...]]


def _nothing(documents: Iterable[Document]) -> tuple[str, ...]:
    return ()


class Format(NamedTuple):
    """A format: what programs and people call it, the file's ending and type; how it is recognised by what is
    in it, read and written; and what it cannot hold of these documents, a sentence each.

    One that cannot be read or written has None there. `about` is for those who download it. `decided` writes
    as well how each tag was decided, where that stands on the tags.
    """

    name: str
    title: str
    suffix: str
    mime: str
    recognises: Recognises | None = None
    read: Reads | None = None
    write: Writes | None = None
    about: str = ""
    cannot_hold: CannotHold = _nothing
    decided: Writes | None = None


FORMATS = (
    Format(
        "xlsx",
        "Excel workbook",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        xlsx.is_workbook,
        xlsx.read,
        xlsx.write,
        "One row a tag, for spreadsheets: texts stay texts, and none is run as a formula.",
        xlsx.cannot_hold,
        xlsx.write_decided,
    ),
    Format(
        "parquet",
        "Parquet",
        ".parquet",
        "application/vnd.apache.parquet",
        parquet.is_parquet,
        parquet.read,
        parquet.write,
        "One row a document, its segments as a list: for data frames and data sets.",
        decided=parquet.write_decided,
    ),
    Format(
        "brat",
        "brat",
        ".zip",
        "application/zip",
        brat.is_brat,
        brat.read,
        brat_out.write,
        "A zip with a text and its annotations for each document: for the annotation tool brat.",
        brat_out.cannot_hold,
    ),
    Format(
        "label-studio",
        "Label Studio",
        ".json",
        "application/json",
        label_studio.is_tasks,
        label_studio.read,
        label_studio_out.write,
        "Tasks with an annotation each: classes as labels of regions, labels as their choices.",
        label_studio_out.cannot_hold,
    ),
    Format("prodigy", "Prodigy", ".jsonl", "application/x-ndjson", prodigy.is_prodigy, prodigy.read),
    Format(
        "doccano",
        "doccano",
        ".jsonl",
        "application/x-ndjson",
        doccano.is_doccano,
        doccano.read,
        doccano.write,
        "One document a line, each tag with its place and one name: “class#label” where it has both.",
        flat.cannot_hold,
    ),
    Format(
        "spacy",
        "spaCy",
        ".jsonl",
        "application/x-ndjson",
        spacy_file.is_spacy,
        spacy_file.read,
        spacy_file.write,
        "One document a line, its tags as one group of spans, which may overlap.",
        flat.cannot_hold,
    ),
    Format(
        "jsonl",
        "JSONL",
        ".jsonl",
        "application/x-ndjson",
        json_file.is_lines,
        json_file.read,
        json_file.write_lines,
        "One document a line, with its segments and tags.",
        decided=json_file.write_lines,
    ),
    Format(
        "json",
        "JSON",
        ".json",
        "application/json",
        json_file.is_json,
        json_file.read,
        json_file.write,
        "The whole session in the Studio API's form: name, classes, labels and every document.",
        decided=json_file.write,
    ),
    Format(
        "semeval",
        "SemEval XML",
        ".xml",
        "application/xml",
        semeval.is_semeval,
        semeval.read,
        semeval.write,
        "Opinions with target, category and polarity, in the form of SemEval 2016.",
        semeval.cannot_hold,
    ),
    Format(
        "conll",
        "CoNLL",
        ".conll",
        "text/plain",
        conll.is_conll,
        conll.read,
        bio.write,
        "One word a line with its BIO tag, for training taggers: a span has one tag, and none overlap.",
        bio.cannot_hold,
    ),
    Format(
        "csv",
        "CSV",
        ".csv",
        "text/csv",
        csv_file.is_table,
        csv_file.read,
        csv_file.write,
        "One row a tag, for programs: no cell is altered.",
        table.cannot_hold,
        csv_file.write_decided,
    ),
    Format("text", "Plain text", ".txt", "text/plain", lambda source: True, text_lines.read),
)
"""In the order in which a file is tried."""
BY_NAME = {format_.name: format_ for format_ in FORMATS}
IMPORTS = tuple(format_ for format_ in FORMATS if format_.read)
EXPORTS = tuple(
    BY_NAME[name]
    for name in (
        *("json", "jsonl", "csv", "xlsx", "parquet"),
        *("label-studio", "doccano", "spacy", "conll", "brat", "semeval"),
    )
)
"""In the order in which they are offered."""
_FILLED = re.compile(rb"(?:" + codecs.BOM_UTF8 + rb")?+\s*+\S")
"""Looked for in the file as it is: to cut its white space off makes another one of it."""


def recognised(source: Source) -> Format:
    """The format that the content shows."""
    return next(one for one in IMPORTS if one.recognises is not None and one.recognises(source))


def read(source: Source, answers: Answers | None = None) -> Records:
    """The records of a file in the format that its content shows, or that `answers` name, with every question
    about how it was read. Never an exception for what is in a file: `problem` says what is wrong with it."""
    answers = answers or {}
    if not _FILLED.match(source.data):
        return Records(problem="The file is empty.")
    is_known = xlsx.is_workbook(source) or brat.is_brat(source)
    if not is_known and (what := foreign.packed(source)):
        return Records(problem=f"The file is {what}.")
    chosen = next((one for one in IMPORTS if one.title == answers.get("format")), None)
    try:
        format_ = chosen or recognised(source)
        if format_.name in ("text", "csv") and chosen is None and (what := foreign.page(source)):
            return Records(problem=f"The file is {what}.", questions=(_read_as(format_),))
        assert format_.read is not None
        records = format_.read(source, answers)
    except TooMany:
        return Records(problem=f"The file holds more than {MOST:,} documents: cut it into several.")
    return records._replace(questions=(_read_as(format_), *records.questions))


def _read_as(format_: Format) -> Question:
    return Question("format", "Read as", tuple(one.title for one in IMPORTS), format_.title)


def session_name(records: Records, given: str) -> str:
    """What a session made of a file of that name is called: as the file says, else like the file."""
    return (records.name or given.rpartition(".")[0].strip() or given)[:LONGEST_NAME]


def file_name(session: Session, suffix: str) -> str:
    """A name that every file system takes, from the session's name."""
    words = re.sub(r"[^\w.() -]+", " ", session.name)
    plain = re.sub(r"\s+", " ", words).strip(" .")[:_NAME_LENGTH].strip(" .")
    is_device = re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", plain, re.IGNORECASE)
    return f"{plain if plain and not is_device else f'session {session.id}'}{suffix}"
