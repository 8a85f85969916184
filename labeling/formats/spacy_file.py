"""spaCy's documents: lines of JSON with entities, groups of spans and categories, and its binary DocBin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from labeling.formats import docbin, flat, offsets
from labeling.formats.flat import FlatSpan, is_span, placed, segments_of, span_in
from labeling.formats.json_file import lines
from labeling.formats.offsets import CHARACTERS
from labeling.formats.records import (
    CLASS,
    CONTRACT,
    OUT,
    SPANS,
    TEXT,
    Answers,
    Question,
    Record,
    Records,
    RefusedRow,
    answered,
    excerpt,
    is_blank,
    kind_of,
    packed,
)
from labeling.formats.source import Source
from labeling.model import Document, Session, unique

_ENTITIES = ("entities", "ents")
_LEFT_OUT = ("tokens", "sents")
"""What spaCy makes anew of a text."""
_WITHIN = ("start", "end", "label")
EVERY_GROUP = "all"
_GROUP = "sc"
"""What spaCy calls the group of its span categorizer."""


def is_spacy(source: Source) -> bool:
    """Whether it is a DocBin, or one of its texts has spans as spaCy writes them."""
    return docbin.is_docbin(source.data) or any(_shows(item.fields) for item in source.shown_objects)


def read(source: Source, answers: Answers) -> Records:
    """Entities and the spans of the chosen groups become segments; categories that hold become tags of the
    whole document."""
    is_binary = docbin.is_docbin(source.data)
    found = docbin.objects_of(source.data) if is_binary else source.objects
    group = _group((item.fields for item in found.items), answers)
    chosen = group.answer if group else EVERY_GROUP
    spans = (
        placed(text, _spans(item.fields, chosen))
        for item in (() if is_binary else found.items)
        if isinstance(text := item.fields.get("text"), str) and offsets.is_beyond(text)
    )
    counted = offsets.asked(chain.from_iterable(spans), answers, CHARACTERS)
    refused = list(found.refused)

    def items() -> Iterator[Record]:
        for item in found.items:
            if problem := _problem(item.fields):
                begins = excerpt(item.fields.get("text"))
                refused.append(RefusedRow(item.number, problem, begins, item.fields))
            else:
                yield Record(item.number, _fields(item.fields, chosen, counted))

    return Records(
        columns=("text",),
        items=packed(items()),
        refused=tuple(sorted(refused, key=lambda row: row.number)),
        problem=found.problem,
        choice=CONTRACT,
        keys=flat.uses(
            (item.fields for item in found.items),
            {
                "text": TEXT,
                "spans": SPANS,
                "cats": CLASS,
                **dict.fromkeys(_ENTITIES, SPANS),
                **dict.fromkeys((*_LEFT_OUT, *docbin.ATTRIBUTES), OUT),
            },
            chain.from_iterable(_within(item.fields) for item in found.items),
        ),
        questions=tuple(filter(None, (group, counted))),
        unit="line" if found.is_lines else "document",
    )


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """A line a document. All tags are spans of one group: entities cannot overlap."""
    return lines(map(_written, documents))


def _written(document: Document) -> dict[str, object]:
    spans = [{"start": start, "end": end, "label": name} for start, end, name in flat.spans_of(document)]
    more = {"meta": document.meta} if document.meta else {}
    return {"text": document.text, "spans": {_GROUP: spans}, **more}


def _shows(fields: Mapping[str, object]) -> bool:
    if not isinstance(fields.get("text"), str) or "segments" in fields:
        return False
    spans = fields.get("spans")
    if isinstance(spans, dict) and any(isinstance(one, list) for one in spans.values()):
        return True
    found = (fields.get(key) for key in _ENTITIES)
    return any(isinstance(one, list) and bool(one) and all(map(is_span, one)) for one in found) or (
        isinstance(cats := fields.get("cats"), dict) and bool(cats) and flat.are_marks(cats)
    )


def _groups(fields: Mapping[str, object]) -> Mapping[str, object]:
    """The groups of spans by name; a list of spans is a group without one."""
    spans = fields.get("spans")
    if isinstance(spans, dict):
        return spans
    return {} if is_blank(spans) else {"": spans}


def _group(rows: Iterable[Mapping[str, object]], answers: Answers) -> Question | None:
    """Which group to take, where there are several: they may say the same in different ways."""
    names = unique(name for row in rows for name in _groups(row) if name)
    if len(names) < 2:
        return None
    return answered(answers, "group", "Groups of spans", (EVERY_GROUP, *names), EVERY_GROUP)


def _lists(fields: Mapping[str, object], group: str) -> Iterator[tuple[str, object]]:
    """The lists of spans of a document, by what they are called in the file."""
    for key in _ENTITIES:
        if not is_blank(fields.get(key)):
            yield key, fields[key]
    for name, value in _groups(fields).items():
        if group in (EVERY_GROUP, name) and not is_blank(value):
            yield f"spans: {name}" if name else "spans", value


def _spans(fields: Mapping[str, object], group: str) -> list[FlatSpan]:
    """Every span, without those that an earlier list has as well."""
    found: list[FlatSpan] = []
    for _, value in _lists(fields, group):
        spans = (span_in(one) for one in (value if isinstance(value, list) else ()))
        earlier = {span for span in found if _is_plain(span)}
        found += [one for one in spans if one is not None and not (_is_plain(one) and one in earlier)]
    return found


def _is_plain(span: FlatSpan) -> bool:
    return all(part is None or isinstance(part, (str, int, float)) for part in span)


def _problem(fields: Mapping[str, object]) -> str:
    for key, value in _lists(fields, EVERY_GROUP):
        if not isinstance(value, list):
            return f"“{key}” is {kind_of(value)}, not a list"
        for one in value:
            if span_in(one) is None:
                return f"“{key}” holds {kind_of(one)} without a start, an end and a label"
    return ""


def _fields(fields: Mapping[str, object], group: str, counted: Question | None) -> dict[str, object]:
    cats = fields.get("cats")
    taken = ("text", *_ENTITIES, "spans", *_LEFT_OUT, *docbin.ATTRIBUTES)
    made: dict[str, object] = {
        "meta": flat.information(fields, (*taken, "cats") if flat.are_marks(cats) else taken)
    }
    if "text" in fields:
        made["text"] = fields["text"]
    unit = counted.answer if counted else CHARACTERS
    made["segments"] = segments_of(fields.get("text"), _spans(fields, group), flat.categories(cats), unit)
    return made


def _within(fields: Mapping[str, object]) -> Iterator[dict[str, object]]:
    for key, value in _lists(fields, EVERY_GROUP):
        yield from flat.within(key, value, _WITHIN)
