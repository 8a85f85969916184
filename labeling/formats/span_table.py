"""Tables of other tools with a row a span: its text, where it starts and ends, and how it is tagged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from labeling.formats.columns import TEXT_COLUMNS
from labeling.formats.records import (
    CONTRACT,
    OUT,
    SPANS,
    TEXT,
    Record,
    Records,
    RefusedRow,
    first_named,
    key_uses,
)
from labeling.model import unique

_STARTS = ("start", "start_offset", "begin", "start_char", "from")
_ENDS = ("end", "end_offset", "stop", "end_char", "to")
_CLASSES = ("class", "category", "aspect")
_LABELS = ("label", "tag", "entity", "type", "sentiment", "polarity", "name")


class SpanColumns(NamedTuple):
    """Which columns say it; "" for none."""

    text: str
    start: str
    end: str
    class_: str = ""
    label: str = ""


def span_columns(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> SpanColumns | None:
    """Those of a table whose first rows have whole numbers within their text for start and end, else None."""
    text, start, end = (first_named(columns, names) for names in (TEXT_COLUMNS, _STARTS, _ENDS))
    if not (text and start and end):
        return None
    spans = [(row[text], row[start].strip(), row[end].strip()) for row in rows if row[start] or row[end]]
    lie = [_lies_in(*one) for one in spans]
    if not lie or 10 * sum(lie) < 9 * len(lie):
        return None
    return SpanColumns(text, start, end, first_named(columns, _CLASSES), first_named(columns, _LABELS))


def documents_of(
    columns: tuple[str, ...],
    found: SpanColumns,
    rows: Iterable[tuple[int, Mapping[str, str]]],
    refused: list[RefusedRow],
) -> Records:
    """Rows of one text that stand together are one document; what they say beside is left out."""
    used: list[Mapping[str, str]] = []
    items: list[Record] = []
    for text, group in groupby(rows, key=lambda row: row[1][found.text]):
        members = list(group)
        used += [row for _, row in members]
        segments = [_segment(text, found, row) for _, row in members if row[found.start] or row[found.end]]
        items.append(Record(members[0][0], {"text": text, "segments": segments}))
    uses = {found.text: TEXT} | dict.fromkeys(filter(None, found[1:]), SPANS)
    keys = key_uses(used, uses | {name: OUT for name in unique(columns) if name not in uses})
    return Records(
        columns=("text",), items=tuple(items), refused=tuple(refused), choice=CONTRACT, keys=keys, unit="row"
    )


def _segment(text: str, found: SpanColumns, row: Mapping[str, str]) -> dict[str, object]:
    """In the contract's form; offsets that are no numbers are left as they are, to be refused."""
    offsets = [row[one].strip() for one in (found.start, found.end)]
    span = [int(one) if one.isdecimal() else one for one in offsets]
    class_ = row[found.class_].strip() if found.class_ else ""
    label = row[found.label].strip() if found.label else ""
    if not found.class_:
        tags: list[dict[str, str]] = [{"name": label}] if label else []
    else:
        tags = [{"class": class_, "label": label}] if class_ or label else []
    return {"span": span, "tags": tags}


def _lies_in(text: str, start: str, end: str) -> bool:
    return start.isdecimal() and end.isdecimal() and 0 <= int(start) < int(end) <= len(text)
