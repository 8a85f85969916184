"""Tables: rows of cells become records, and documents rows, one a tag; the same for every file of rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, groupby, islice, repeat
from typing import Any, NamedTuple

from labeling.formats.columns import TEXT_COLUMNS, done_said
from labeling.formats.objects import loaded
from labeling.formats.records import (
    CONTRACT,
    DONE,
    KEPT,
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
    first_named,
    limited,
    packed,
    uses_by,
)
from labeling.formats.span_table import documents_of, span_columns
from labeling.model import Document, Segment, Tag
from labeling.packed import Packed
from labeling.phrases import count_of

COLUMNS = ("document", "id", "text", "start", "end", "segment", "class", "label", "done", "meta")
"""Of a download: a row for each tag, each segment without tags, and each document without segments."""
OLDER_COLUMNS = COLUMNS[:-1]
ALL_COLUMNS = ("session", "session_id", *COLUMNS)
"""Of a download of all sessions."""
DECIDED_COLUMNS = (*COLUMNS, "decided_how", "votes")
"""Of a download that also says how each tag was decided."""
SAMPLE = 50
"""Rows that are looked at to tell how a table is written."""
NO_HEADER = "There are none"
HEADERS = (*(f"Row {n}" for n in range(1, 10)), NO_HEADER)
"""Where the names of the columns stand."""


class TableRow(NamedTuple):
    """The number is the file's own, from 1."""

    number: int
    cells: Sequence[str]


def records_of(rows: Iterable[TableRow], answers: Answers) -> Records:
    """The records of the rows, one at least, with the question which row names the columns.

    A download is read as its documents.
    """
    rest = iter(rows)
    first = list(islice(rest, SAMPLE))
    found = first[_header_row([row.cells for row in first])].number
    asked = answered(answers, "header", "Names of the columns", HEADERS, f"Row {found}")
    header = 0 if asked.answer == NO_HEADER else int(asked.answer.removeprefix("Row "))
    records = _records(first, rest, header)
    names = next((row.cells for row in first if row.number == header), ())
    note = "" if "header" in answers else _suspicion(header, names)
    return records._replace(questions=(_with_answer(asked),), note=note)


def _suspicion(number: int, names: Sequence[str]) -> str:
    """Of names of columns of which one reads like a text, or is a number."""
    for name in map(str.strip, names):
        is_number = name.replace(".", "", 1).replace(",", "", 1).isdecimal()
        if is_number or len(name) > _LONGEST_NAME or len(name.split()) > _MOST_WORDS:
            return (
                f"Row {number} is taken for the names of the columns, one of which is “{excerpt(name)}”: "
                f"if it is a row like the others, say that there are none."
            )
    return ""


_LONGEST_NAME, _MOST_WORDS = 60, 6
"""Characters and words of what may be the name of a column."""


def _with_answer(asked: Question) -> Question:
    """A row further down than those to choose from is one of them where it was found."""
    is_there = asked.answer in asked.options
    return asked if is_there else asked._replace(options=(asked.answer, *asked.options))


def _records(first: Sequence[TableRow], rest: Iterable[TableRow], header: int) -> Records:
    names = next((row.cells for row in first if row.number == header), None)
    rows: Iterable[TableRow] = chain(first, rest)
    if names is None:
        known = Packed(map(tuple, rows), TableRow._make)
        names = [f"Column {n}" for n in range(1, max(len(row.cells) for row in known) + 1)]
        rows = known
    columns = _column_names(names)
    refused: list[RefusedRow] = []
    items: Iterator[tuple[int, dict[str, str]]] = _items(
        columns, (row for row in rows if row.number > header), refused
    )
    if columns in (COLUMNS, OLDER_COLUMNS, ALL_COLUMNS, DECIDED_COLUMNS):
        return _downloaded(items, refused)
    looked_at = list(islice(items, SAMPLE))
    items = chain(looked_at, items)
    if spans := span_columns(columns, (fields for _, fields in looked_at)):
        return documents_of(columns, spans, items, refused)
    records = packed(Record(number, fields) for number, fields in items)
    return Records(columns=columns, items=records, refused=tuple(refused), unit="row")


def _items(
    columns: tuple[str, ...], rows: Iterable[TableRow], refused: list[RefusedRow]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The cells by their columns, with the number of the row; those of too many are put to the refused."""
    for number, cells in limited(rows):
        if not any(map(str.strip, cells)):
            continue
        if len(cells) > len(columns) and any(map(str.strip, cells[len(columns) :])):
            reason = f"has {len(cells)} cells, but there are {len(columns)} columns"
            more = (f"Cell {n}" for n in range(len(columns) + 1, len(cells) + 1))
            named = dict(zip((*columns, *more), cells, strict=True))
            refused.append(RefusedRow(number, reason, excerpt(" | ".join(cells)), named))
        else:
            yield number, dict(zip(columns, chain(cells, repeat("")), strict=False))


def _header_row(rows: Sequence[Sequence[str]]) -> int:
    """How many rows stand above the names of the columns: a title is one cell, and a blank row or a column
    that is called like a text ends it."""
    width = max(map(len, rows))
    for n, row in enumerate(rows):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) > 1 or width == 1:
            is_told = n == 0 or not "".join(rows[n - 1]).strip() or first_named(row, TEXT_COLUMNS)
            return n if is_told else 0
    return 0


def _column_names(header: Sequence[str]) -> tuple[str, ...]:
    """The header's names, each different; an empty one is named by its place."""
    names: list[str] = []
    for n, cell in enumerate(header, 1):
        name = plain = " ".join(cell.split()) or f"Column {n}"
        copies = 1
        while name in names:
            copies += 1
            name = f"{plain} ({copies})"
        names.append(name)
    return tuple(names)


# Downloads


def rows_of(documents: Iterable[Document]) -> Iterator[tuple[str | int | None, ...]]:
    """The rows of a download, without that of the names."""
    for number, document in enumerate(documents, 1):
        yield from (cells for cells, _ in _rows(number, document))


def decided_rows(documents: Iterable[Document]) -> Iterator[tuple[str | int | None, ...]]:
    """The same rows with how each tag was decided, and as JSON what everybody had."""
    for number, document in enumerate(documents, 1):
        for cells, tag in _rows(number, document):
            how, votes = provenance_of(tag)
            yield (*cells, how, votes)


def provenance_of(tag: Tag | None) -> tuple[str | None, str | None]:
    """How a tag was decided, and as JSON what everybody had; None where that stands nowhere."""
    said = (tag.model_extra if tag is not None else None) or {}
    how, votes = said.get("decided_how"), said.get("votes")
    return how, None if votes is None else json.dumps(votes, ensure_ascii=False)


def nothing_decided(documents: Iterable[Document]) -> int:
    """At how many places it was decided that nothing is."""
    return sum(len((document.model_extra or {}).get("decided_nothing", ())) for document in documents)


def _rows(number: int, document: Document) -> Iterator[tuple[tuple[str | int | None, ...], Tag | None]]:
    """The rows of a document, each with the tag that it is about."""
    head = (number, document.id, document.text)
    done = {None: "", True: "yes", False: "no"}[document.annotated]
    meta = json.dumps(document.meta, ensure_ascii=False) if document.meta else None
    for cells, tag in _tag_rows(document):
        yield (*head, *cells, done, meta), tag


def cannot_hold(documents: Iterable[Document]) -> tuple[str, ...]:
    """What such rows do not say, and how often it occurs, a sentence each."""
    known = list(documents)
    spans = (Counter(one.span for one in document.segments if one.is_placed) for document in known)
    said = []
    if count := sum(found.total() - len(found) for found in spans):
        said.append(
            f"{count_of(count, 'segment')} on the same words as another: read again, their tags stand on one."
        )
    if nothing := nothing_decided(known):
        said.append(f"{count_of(nothing, 'place')} where it was decided that nothing is there.")
    return tuple(said)


def _tag_rows(document: Document) -> Iterator[tuple[tuple[str | int | None, ...], Tag | None]]:
    """(start, end, segment, class, label) of each row of a document, with its tag."""
    for segment in document.segments:
        place = (
            *(segment.span if segment.is_placed and segment.span else (None, None)),
            _words(document, segment),
        )
        for tag in segment.tags or (None,):
            yield (*place, *((None, None) if tag is None else tag.names)), tag
    if not document.segments:
        yield (None,) * 5, None


def _words(document: Document, segment: Segment) -> str:
    return segment.text if segment.text is not None else document.text[segment.start : segment.end]


_Row = tuple[int, dict[str, str]]
_Named = tuple[str, str, str]
"""Which document a row is of: the number of its session, its own, its text."""


def _downloaded(items: Iterable[_Row], refused: list[RefusedRow]) -> Records:
    """The documents of a download, which has a row for each tag: its rows are put together again, also where
    they were sorted anew. A row that cannot be refuses all of its document.

    Several tags on one span become one segment.
    """
    seen = _Seen()
    rows: Packed[_Row] = Packed(seen.rows(items), tuple)
    reasons: dict[int, str] = {}
    spoiled: set[tuple[str, str]] = set()

    def documents() -> Iterator[Record]:
        for this, own in _together(rows, is_scattered=seen.is_scattered):
            fields = _fields(own, reasons)
            if any(number in reasons for number, _ in own):
                spoiled.add(this[:2])
            elif this[:2] not in spoiled:
                yield Record(own[0][0], fields)

    found = packed(documents())
    if spoiled:
        # The first of them may have been taken before another row was found to be wrong.
        found = packed(documents())
        for this, own in _together(rows, is_scattered=seen.is_scattered):
            for number, row in own if this[:2] in spoiled else ():
                reason = reasons.get(number, _SPOILED)
                refused.append(RefusedRow(number, reason, excerpt(row["text"]), row))
    return Records(
        columns=("text",),
        items=found,
        refused=tuple(sorted(refused, key=lambda row: row.number)),
        choice=CONTRACT,
        keys=uses_by(seen.values, _USES),
        unit="row",
    )


class _Seen:
    """What there is in the rows that went by: whether some of one document stand apart."""

    def __init__(self) -> None:
        self.is_scattered = False
        self._filled: Counter[tuple[str, ...]] = Counter()

    @property
    def values(self) -> Counter[str]:
        """How many values each column has, by the first of them."""
        found: Counter[str] = Counter()
        for columns, count in self._filled.items():
            found.update(dict.fromkeys(columns, count))
        return found

    def rows(self, items: Iterable[_Row]) -> Iterator[_Row]:
        known: set[int] = set()
        before: _Named | None = None
        for item in items:
            row = item[1]
            self._filled[tuple(compress(row, map(str.strip, row.values())))] += 1
            if (this := _document_of(item)) != before:
                self.is_scattered = self.is_scattered or hash(this) in known
                known.add(hash(this))
                before = this
            yield item


def _document_of(item: _Row) -> _Named:
    _, row = item
    return (row.get("session_id", ""), row["document"], row["text"])


def _together(rows: Iterable[_Row], *, is_scattered: bool) -> Iterator[tuple[_Named, list[_Row]]]:
    """The rows of each document, in the order of the first of them."""
    if not is_scattered:
        yield from ((this, list(own)) for this, own in groupby(rows, _document_of))
        return
    found: dict[_Named, list[_Row]] = {}
    for item in rows:
        found.setdefault(_document_of(item), []).append(item)
    yield from found.items()


def _fields(rows: Sequence[_Row], reasons: dict[int, str]) -> dict[str, object]:
    """The document of its rows; `reasons` gets those that cannot be, by the row."""
    _, first = rows[0]
    segments: list[dict[str, Any]] = []
    for number, row in rows:
        if reason := _add_tag(segments, row):
            reasons[number] = reason
    return {
        "text": first["text"],
        "segments": segments,
        "annotated": done_said(first["done"]),
        "meta": _meta(first.get("meta", ""), first.get("session", "")),
    }


_SPOILED = "belongs to a document of which another row is refused"
_USES = {
    **dict.fromkeys(("document", "text"), TEXT),
    **dict.fromkeys(("start", "end", "segment", "class", "label"), SPANS),
    "done": DONE,
    **dict.fromkeys(("meta", "session"), KEPT),
    **dict.fromkeys(("id", "session_id"), OUT),
}


def _meta(said: str, session: str) -> object:
    """The information that a download keeps in one cell, with the session where several are in the file; what
    is no JSON is kept as it is."""
    known = {"session": session} if session else {}
    if not said.strip():
        return known or None
    value = loaded(said.encode())
    return {**known, **(value if isinstance(value, dict) else {"meta": said})}


def _add_tag(segments: list[dict[str, Any]], row: Mapping[str, str]) -> str:
    """Put a row's tag where it belongs; why it cannot be, else ""."""
    tag = {name: row[name] for name in ("class", "label") if row[name]}
    if not row["start"] and not row["end"]:
        return "has a tag without a span" if tag or row["segment"] else ""
    if not (row["start"].isdecimal() and row["end"].isdecimal()):
        return "has a start or an end that is no whole number"
    span, text = [int(row["start"]), int(row["end"])], row["text"]
    if row["segment"] != text[span[0] : span[1]]:
        return f"does not hold “{excerpt(row['segment'])}” from {span[0]} to {span[1]}"
    if not (segments and segments[-1]["span"] == span):
        segments.append({"span": span, "text": row["segment"], "tags": []})
    segments[-1]["tags"] += [tag] if tag else []
    return ""
