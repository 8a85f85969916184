"""doccano's lines and lists: spans with one name each, or names of the whole document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    packed,
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


class _There:
    """What there is in the lines that went by."""

    def __init__(self) -> None:
        self.units: set[object] = set()
        self.text_keys: set[str] = set()
        self.span_keys: set[str] = set()
        self.name_keys: set[str] = set()
        self.name_count = self.name_length = self.longest_name = 0

    def spans_of(self, row: _Row) -> Iterator[offsets.Placed]:
        """Those that can tell in what their offsets count, once the row is counted."""
        fields = row.record.fields
        self.units |= {fields.get(_UNIT)} if fields.get(_UNIT) in offsets.UNITS else set()
        self.text_keys.add(_text_key(fields))
        self.span_keys.update(row.span_keys)
        for key, name in row.names:
            self.name_keys.add(key)
            if isinstance(name, str):
                self.name_count += 1
                self.name_length += len(name)
                self.longest_name = max(self.longest_name, len(name))
        return flat.placed(row.text, row.spans)


def is_doccano(source: Source) -> bool:
    """Whether one of the texts has spans as doccano writes them, or a list of names."""
    return any(_shows(item.fields) for item in source.shown_objects)


def read(source: Source, answers: Answers) -> Records:
    """Names of the whole document become a segment over all of it. Information is what stands beside."""
    found = source.objects
    there = _There()
    placed = (one for row in map(_row, found.items) for one in there.spans_of(row))
    counted = offsets.asked(placed, answers, UTF16)
    said = next((unit for unit in offsets.UNITS if unit in there.units), "")
    counted = counted and answered(
        answers, counted.key, counted.title, counted.options, said or counted.answer
    )
    meant = _meant(there, answers)
    are_names = meant is None or meant.answer == NAMES
    unit = counted.answer if counted else UTF16
    refused: list[RefusedRow] = []

    def items() -> Iterator[Record]:
        for row in map(_row, found.items):
            if row.problem:
                fields = row.record.fields
                refused.append(RefusedRow(row.record.number, row.problem, excerpt(row.text), fields))
            else:
                yield _record(row, unit, are_names=are_names)

    return Records(
        columns=("text",),
        items=packed(items()),
        refused=tuple(sorted((*found.refused, *refused), key=lambda row: row.number)),
        problem=found.problem,
        choice=CONTRACT,
        keys=_uses(found.items, there, are_names=are_names),
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


def _meant(there: _There, answers: Answers) -> Question | None:
    """What texts without a place are, where some are longer than names."""
    if there.longest_name <= _LONGEST_NAME:
        return None
    is_long = there.name_length > _LONGEST_NAME * there.name_count
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


def _uses(items: Sequence[Record], there: _There, *, are_names: bool) -> tuple[KeyUse, ...]:
    known = dict.fromkeys(there.name_keys, CLASS) if are_names else {}
    known |= dict.fromkeys(there.span_keys, SPANS)
    known |= {_UNIT: SPANS} if there.units else {}
    known |= dict.fromkeys(_LEFT_OUT, OUT) | dict.fromkeys(there.text_keys, TEXT)
    rows = (item.fields for item in items)
    inner = (
        each for item in items for key in _LABELS for each in flat.within(key, item.fields.get(key), _WITHIN)
    )
    return flat.uses(rows, known, inner)
