"""A file of one format becomes one of another."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from labeling.command.output import (
    DONE,
    NOT_ALL,
    STANDARD,
    WRONG_USE,
    CommandEnds,
    target_of,
    tell,
    write_out,
)
from labeling.formats import BY_NAME, Format, read, session_name
from labeling.formats.answering import choice_by, questions_of, refused_answer
from labeling.formats.imported import Imported, imported
from labeling.formats.records import Records
from labeling.formats.report import report_lines
from labeling.formats.source import Source
from labeling.model import Session, unique


def convert(
    given: str, out: str, *, from_: str | None, to: str | None, answers: Mapping[str, str], force: bool
) -> int:
    """Read the file, say how and what came of it, and write what was not refused; what the command ends with.

    `from_` and `to` are names of formats; without them the content and the ending decide. Raises CommandEnds.
    """
    target = target_of(to, out, force=force)
    source = _source(given)
    said = {**answers, **({"format": BY_NAME[from_].title} if from_ else {})}
    records = read(source, said)
    if records.problem:
        raise CommandEnds(f"{given}: {records.problem} Nothing was written.", NOT_ALL)
    choice = choice_by(said, records)
    questions = questions_of(records, choice)
    if wrong := refused_answer(said, questions):
        raise CommandEnds(wrong, WRONG_USE)
    found = imported(records, choice)
    tell(*report_lines(records, questions, found))
    if not found.documents:
        raise CommandEnds("There is nothing to write.", NOT_ALL)
    _write(out, target, _session(source.name, records, found), found)
    if found.refused:
        tell(f"{_named(out)} holds the rest.")
    return NOT_ALL if found.refused else DONE


def _source(given: str) -> Source:
    if given == STANDARD:
        return Source(sys.stdin.buffer.read(), "standard input")
    try:
        return Source(Path(given).read_bytes(), Path(given).name)
    except OSError as error:
        raise CommandEnds(f"{given} cannot be read: {error.strerror}.", NOT_ALL) from None


def _session(name: str, records: Records, found: Imported) -> Session:
    """What the file says of the session as a whole, and no more: it has no number, so none is written."""
    return Session.model_construct(
        {"name", "classes", "labels", "document_count"},
        id=0,
        project_id=0,
        name=session_name(records, name),
        classes=unique((*records.classes, *found.classes)),
        labels=unique((*records.labels, *found.labels)),
        document_count=len(found.documents),
    )


def _write(out: str, target: Format, session: Session, found: Imported) -> None:
    assert target.write is not None
    write_out(out, target.write(session, found.documents))
    if lost := target.cannot_hold(found.documents):
        tell(f"{target.title} does not hold all of it: {' '.join(lost)}")


def _named(out: str) -> str:
    return "The output" if out == STANDARD else out
