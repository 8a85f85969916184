"""doccano's lines and lists: spans with one name each, or names of the whole document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from labeling.formats import flat, offsets
from labeling.formats.flat import FlatSpan, is_span, segments_of, span_in
from labeling.formats.json_file import lines
from labeling.formats.offsets import UTF16, in_utf16
from labeling.formats.records import (
    CLASS,
    CONTRACT,
    OUT,
    SPANS,
    TEXT,
    Answers,
    KeyUse,
    Question,
    Record,
    Records,
    RefusedRow,
    answered,
    excerpt,
    is_blank,
    kind_of,
    name_said,
)
from labeling.formats.source import Source
from labeling.model import Document, Session

_TEXTS = ("text", "data")
_LABELS = ("label", "labels", "entities", "annotations", "cats")
"""Under which its several versions put what was annotated."""
_LEFT_OUT = ("id", "relations")
_UNIT = "offsets"
"""Says in what the offsets of a line count, where that makes a difference."""
_WITHIN = ("label", "start_offset", "end_offset", "start", "end", "text")
NAMES, WORDS = "names of the document", "texts about the document"
_LONGEST_NAME = 60
"""Characters of a document's names, on average: longer ones are texts about it, as translations are."""


class _Row(NamedTuple):
    """A line as read: its text, its spans and names with their keys, and why it cannot be used."""

    record: Record
    text: object
    spans: tuple[FlatSpan, ...] = ()
    span_keys: tuple[str, ...] = ()
    names: tuple[tuple[str, object], ...] = ()
    problem: str = ""


def is_doccano(source: Source) -> bool:
    """Whether one of the texts has spans as doccano writes them, or a list of names."""
    return any(_shows(item.fields) for item in source.shown_objects)


def read(source: Source, answers: Answers) -> Records:
    """Names of the whole document become a segment over all of it. Information is what stands beside."""
    found = source.objects
    rows = [_row(item) for item in found.items]
    units = (unit for unit in offsets.UNITS if any(row.record.fields.get(_UNIT) == unit for row in rows))
    placed = (one for row in rows for one in flat.placed(row.text, row.spans))
    counted = offsets.asked(placed, answers, UTF16, next(units, ""))
    meant = _meant([name for row in rows for _, name in row.names if isinstance(name, str)], answers)
    are_names = meant is None or meant.answer == NAMES
    unit = counted.answer if counted else UTF16
    refused = [
        RefusedRow(row.record.number, row.problem, excerpt(row.text), row.record.fields)
        for row in rows
        if row.problem
    ]
    return Records(
        columns=("text",),
        items=tuple(_record(row, unit, are_names=are_names) for row in rows if not row.problem),
        refused=tuple(sorted((*found.refused, *refused), key=lambda row: row.number)),
        problem=found.problem,
        choice=CONTRACT,
        keys=_uses(rows, are_names=are_names),
        questions=tuple(filter(None, (counted, meant))),
        unit="line" if found.is_lines else "document",
    )


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """A line a document; offsets count UTF-16 units, as doccano does."""
    return lines(map(_written, documents))


def _written(document: Document) -> dict[str, object]:
    text = document.text
    label = [
        [in_utf16(text, start), in_utf16(text, end), name] for start, end, name in flat.spans_of(document)
    ]
    line: dict[str, object] = {"text": text, "label": label}
    line |= {_UNIT: UTF16} if offsets.is_beyond(text) else {}
    return line | ({"meta": document.meta} if document.meta else {})


def _text_key(fields: Mapping[str, object]) -> str:
    return next((key for key in _TEXTS if isinstance(fields.get(key), str)), "text")


def _shows(fields: Mapping[str, object]) -> bool:
    if "segments" in fields or not isinstance(fields.get(_text_key(fields)), str):
        return False
    for key in _LABELS:
        value = fields.get(key)
        if not isinstance(value, list) or not value:
            continue
        if key == "annotations":
            shown = all(isinstance(one, dict) and {"label", "user"} <= one.keys() for one in value)
        elif key == "entities":
            shown = all(isinstance(one, dict) and "start_offset" in one for one in value)
        else:
            is_list = all(isinstance(one, str) for one in value)
            shown = is_list or (
                key != "cats" and all(isinstance(one, list) and is_span(one) for one in value)
            )
        if shown:
            return True
    return False


def _row(item: Record) -> _Row:
    fields = item.fields
    row = _Row(item, fields.get(_text_key(fields)))
    spans: list[FlatSpan] = []
    span_keys: list[str] = []
    whole: list[tuple[str, object]] = []
    for key in _LABELS:
        value = fields.get(key)
        if is_blank(value) or (key == "cats" and not isinstance(value, list)):
            continue
        if not isinstance(value, list) and not isinstance(name_said(value), str):
            return row._replace(problem=f"“{key}” is {kind_of(value)}, not a list")
        for one in value if isinstance(value, list) else [value]:
            said = one.get("label", one.get("text")) if isinstance(one, dict) else one
            if (span := span_in(one)) is not None:
                spans.append(span)
                span_keys.append(key)
            elif isinstance(name := name_said(said), str):
                whole.append((key, name))
            elif not is_blank(one):
                return row._replace(
                    problem=f"“{key}” holds {kind_of(one)} without a place and without a name"
                )
    return row._replace(spans=tuple(spans), span_keys=tuple(span_keys), names=tuple(whole))


def _meant(found: list[str], answers: Answers) -> Question | None:
    """What texts without a place are, where some are longer than names."""
    if not any(len(one) > _LONGEST_NAME for one in found):
        return None
    is_long = sum(map(len, found)) > _LONGEST_NAME * len(found)
    return answered(answers, "labels", "Labels without a place", (NAMES, WORDS), WORDS if is_long else NAMES)


def _record(row: _Row, unit: str, *, are_names: bool) -> Record:
    fields = row.record.fields
    text_key = _text_key(fields)
    names = [(key, name) for key, name in row.names if are_names or key in row.span_keys]
    unit_key = (_UNIT,) if fields.get(_UNIT) in offsets.UNITS else ()
    taken = (text_key, *unit_key, *_LEFT_OUT, *row.span_keys, *(key for key, _ in names))
    made: dict[str, object] = {"meta": flat.information(fields, taken)}
    if text_key in fields:
        made["text"] = row.text
    made["segments"] = segments_of(row.text, row.spans, [name for _, name in names], unit)
    return Record(row.record.number, made)


def _uses(rows: list[_Row], *, are_names: bool) -> tuple[KeyUse, ...]:
    fields = [row.record.fields for row in rows]
    known = {key: CLASS for row in rows for key, _ in row.names if are_names}
    known |= {key: SPANS for row in rows for key in row.span_keys}
    known |= {_UNIT: SPANS} if any(one.get(_UNIT) in offsets.UNITS for one in fields) else {}
    known |= dict.fromkeys(_LEFT_OUT, OUT) | {_text_key(one): TEXT for one in fields}
    inner = (each for one in fields for key in _LABELS for each in flat.within(key, one.get(key), _WITHIN))
    return flat.uses(fields, known, inner)
