"""Rows copied from a spreadsheet or a CSV file, and the one step that tags what they say. Pure.

Offsets are code points.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Edit, NamesEdit, Refused, between
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Field, Scheme
from labeling.editing.tagging import Span, SpanIndex, replaced, tag_problem
from labeling.model import Shape, TagNames, unique
from labeling.phrases import count_of, quote

Column = Literal["document", "start", "end", "text", "class", "label", ""]
"""What a column holds; empty: nothing that is looked at."""
Does = Literal["segment", "tag", "replace", "nothing", "refused"]
"""A row adds a segment, adds a tag to one, replaces its label, finds all there already, or cannot be done."""
ADDS: tuple[Does, ...] = ("segment", "tag", "replace")

_HEADS: dict[str, Column] = {
    **dict.fromkeys(("document", "doc", "doc.", "document number", "number", "no", "no."), "document"),
    **dict.fromkeys(("start", "begin", "from", "start offset"), "start"),
    **dict.fromkeys(("end", "stop", "to", "end offset"), "end"),
    **dict.fromkeys(("text", "words", "segment", "span"), "text"),
    **dict.fromkeys(("class", "aspect", "category"), "class"),
    **dict.fromkeys(("label", "sentiment", "polarity"), "label"),
}
_DIGITS = 18
"""No document has more characters, and no session more documents, than a number of so many digits says."""
_NOTHING = ("", "–", "-")
"""A cell that stands for no class or no label."""


class PastedRow(NamedTuple):
    """One row's cells by what they hold, as they were typed; `number` counts from 1, the header included."""

    number: int
    document: str = ""
    start: str = ""
    end: str = ""
    text: str = ""
    class_: str = ""
    label: str = ""


class Pasted(NamedTuple):
    """What was pasted: its rows, what each column was taken for, and the cells as they came."""

    rows: tuple[PastedRow, ...] = ()
    columns: tuple[Column, ...] = ()
    has_header: bool = False
    cells: tuple[tuple[str, ...], ...] = ()


class Planned(NamedTuple):
    """What a row does, and why not where it is refused. `replaced`: the labels that go for it, in words."""

    row: PastedRow
    does: Does
    why: str = ""
    document: DraftDocument | None = None
    spans: tuple[Span, ...] = ()
    replaced: str = ""

    @property
    def places(self) -> int:
        """How often its words stand in the document."""
        return len(self.spans)


class PastePlan(NamedTuple):
    """What all rows do, and the step.

    `unknown`: (classes or labels, name) of what the session lacks for rows that can be done with it.
    """

    rows: tuple[Planned, ...]
    change: Change
    unknown: tuple[tuple[Field, str], ...]

    def count(self, does: Does) -> int:
        return sum(row.does == does for row in self.rows)


# Reading


def read_rows(text: str, shape: Shape) -> Pasted:
    """The rows of a paste, separated by tabs, else by what the first line has more of: semicolons or commas.

    A header names columns in any order. Without one the first numbers are document, start and end, or start
    and end, or the document; then come the words where there are no offsets, and class and label.
    """
    cells = [tuple(cell.strip() for cell in row) for row in _cells(text.strip("\r\n"))]
    filled = [(number, row) for number, row in enumerate(cells, start=1) if any(row)]
    if not filled:
        return Pasted()
    first = filled[0][1]
    columns = _header(first)
    has_header = bool(columns)
    columns = columns or _by_content(first, shape)
    rows = tuple(_row(number, columns, row) for number, row in filled[has_header:])
    return Pasted(rows, columns, has_header, tuple(cells))


def _cells(text: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    separator = "\t" if "\t" in text else max(";,", key=first.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    source = io.StringIO(text, newline="")
    try:
        return list(csv.reader(source, delimiter=separator, strict=True))
    except csv.Error:
        # A quotation mark that is part of the words: no cell is quoted then.
        return [line.split(separator) for line in text.splitlines()]


def _header(first: Sequence[str]) -> tuple[Column, ...]:
    """What the columns are called; empty where the first row is no header."""
    found: list[Column] = [_HEADS.get(cell.casefold(), "") for cell in first]
    known = [column for column in found if column]
    is_header = len(known) == len(set(known)) and len(known) >= min(2, sum(map(bool, first)))
    return tuple(found) if known and is_header else ()


def _by_content(first: Sequence[str], shape: Shape) -> tuple[Column, ...]:
    numbers = next((at for at, cell in enumerate(first) if not _is_number(cell)), len(first))
    begin: tuple[Column, ...] = {
        0: ("text",),
        1: ("document", "text"),
        2: ("start", "end"),
    }.get(numbers, ("document", "start", "end"))  # type: ignore[assignment]
    names = (("class", shape.classes), ("label", shape.labels))
    return (*begin, *(name for name, has in names if has))[: len(first)]  # type: ignore[return-value]


def _is_number(cell: str) -> bool:
    digits = cell.removeprefix("-")
    return digits.isdecimal() and len(digits) <= _DIGITS


def _row(number: int, columns: Sequence[Column], cells: Sequence[str]) -> PastedRow:
    held = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    class_, label = (held.pop(column, "") for column in ("class", "label"))
    return PastedRow(
        number,
        **held,
        class_="" if class_ in _NOTHING else class_,
        label="" if label in _NOTHING else label,
    )


def left_over(pasted: Pasted, numbers: Collection[int]) -> str:
    """Those rows again as text, with the header, to be put right and pasted once more."""
    out = io.StringIO()
    first = next((at for at, row in enumerate(pasted.cells, start=1) if any(row)), 0)
    wanted = {*numbers, first} if pasted.has_header else set(numbers)
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows(row for at, row in enumerate(pasted.cells, start=1) if at in wanted)
    return out.getvalue().rstrip("\n")


# Planning


def places_in(rows: Iterable[PastedRow], here: int) -> tuple[int, ...]:
    """The places of the documents that the rows name (0-based), each once; `here` that of the open one."""
    found = (_place(row, here) for row in rows)
    return tuple(dict.fromkeys(place for place in found if place is not None))


def _place(row: PastedRow, here: int) -> int | None:
    if not row.document:
        return here
    number = int(row.document) if _is_number(row.document) else 0
    return number - 1 if number > 0 else None


def plan(
    rows: Sequence[PastedRow],
    views: Iterable[DraftDocument],
    here: int,
    scheme: Scheme,
    step: str,
    *,
    everywhere: bool = False,
    with_names: bool = False,
) -> PastePlan:
    """What each row does to the documents as they are, in order, and the one step that does all of it.

    `here`: the place of the open document (0-based). `step` begins the keys of what is added. `everywhere`:
    words that stand several times are tagged at each place. `with_names`: names that are lacking are added.
    """
    before = {view.position: view for view in views}
    lacking = _lacking(rows, scheme)
    paste = _Paste(before, here, _with_names(scheme, lacking), everywhere)
    found = [paste.take(row, f"{step}.{row.number}") for row in rows]
    unknown = _lacking((one.row for one in found if one.does in ADDS), scheme)
    if lacking and not with_names:
        paste = _Paste(before, here, scheme, everywhere)
        found = [paste.take(row, f"{step}.{row.number}") for row in rows]
    edits: list[Edit] = list(_names_edits(scheme, unknown)) if with_names else []
    for position in sorted(before):
        edits += between(before[position], paste.documents[position].segments)
    added = sum(row.does in ADDS for row in found)
    return PastePlan(tuple(found), Change(f"Add {count_of(added, 'pasted row')}", tuple(edits)), unknown)


class _Paste:
    """Documents, by their places, that take one row after the other; which row named a tag for each span."""

    def __init__(
        self, views: Mapping[int, DraftDocument], here: int, scheme: Scheme, everywhere: bool
    ) -> None:
        self.documents = {position: SpanIndex(view) for position, view in views.items()}
        self._here, self._scheme, self._everywhere = here, scheme, everywhere
        self._named: dict[tuple[str, Span], int] = {}

    def take(self, row: PastedRow, step: str) -> Planned:
        """What a row does to the documents as the rows before it left them; it is done."""
        place = _place(row, self._here)
        index = None if place is None else self.documents.get(place)
        if index is None:
            cell = quote(row.document, 0, len(row.document))
            missing = f"there is no document {row.document}"
            return Planned(row, "refused", f"{cell} is not a document's number" if place is None else missing)
        names = (row.class_ or None, row.label or None)
        why = tag_problem(names, self._scheme) if any(names) else ""
        if why:
            return Planned(row, "refused", why)
        spans = _spans(row, index, self._scheme.shape)
        if isinstance(spans, Refused):
            return Planned(row, "refused", spans.reason)
        if len(spans) > 1 and not self._everywhere:
            return Planned(row, "refused", f"these words stand {len(spans)} times there", None, spans)
        return self._tag(row, index, spans, names, step)

    def _tag(
        self, row: PastedRow, index: SpanIndex, spans: tuple[Span, ...], names: TagNames, step: str
    ) -> Planned:
        """All places of a row, or none where one of them is refused."""
        tagged: list[DraftSegment] = []
        labels: list[str] = []
        for number, span in enumerate(spans):
            found = index.tagged(span, names, f"{step}.{number}", self._scheme)
            if found is None:
                continue
            why = found.reason if isinstance(found, Refused) else ""
            if isinstance(found, DraftSegment):
                tagged.append(found)
                label = replaced(index.find(found.key), self._scheme)
                earlier = self._named.get((index.document.key, span))
                labels += [label] if label else []
                if label and earlier is not None:
                    why = f"row {earlier} gives {quote(index.document.text, *span)} the label {label}"
            if why:
                return Planned(row, "refused", why, index.document, spans)
        is_new = any(index.find(segment.key) is None for segment in tagged)
        does: Does = "nothing" if not tagged else "replace" if labels else "segment" if is_new else "tag"
        for segment in tagged:
            index.put(segment)
        for span in spans if any(names) else ():
            self._named.setdefault((index.document.key, span), row.number)
        return Planned(row, does, "", index.document, spans, ", ".join(unique(labels)))


def _spans(row: PastedRow, document: SpanIndex, shape: Shape) -> tuple[Span, ...] | Refused:
    """Where a row's words stand: at its offsets, else wherever they are found."""
    text = document.document.text
    if row.start or row.end:
        for name, cell in (("start", row.start), ("end", row.end)):
            if not cell:
                return Refused(f"{name} is missing")
            if not _is_number(cell):
                return Refused(f"{name} {quote(cell, 0, len(cell))} is not an offset")
        span = (int(row.start), int(row.end))
        held = text[slice(*span)] if min(span) >= 0 else ""
        if row.text and held.split() != row.text.split():
            return Refused(f"at {row.start}–{row.end} stands {quote(held, 0, len(held))}, not these words")
        return (span,)
    if row.text:
        return document.places(row.text) or Refused("these words do not stand in the document")
    if shape.whole_documents and text:
        return ((0, len(text)),)
    return Refused("start and end are missing, and so are the words")


def _lacking(rows: Iterable[PastedRow], scheme: Scheme) -> tuple[tuple[Field, str], ...]:
    """The names of these rows that could be added to the session, in order."""
    found: list[tuple[Field, str]] = []
    shape = scheme.shape
    for row in rows:
        if shape.classes and row.class_ and row.class_ not in scheme.classes:
            found.append(("classes", row.class_))
        if shape.labels and not shape.project_labels_only and row.label and row.label not in scheme.labels:
            found.append(("labels", row.label))
    return tuple(dict.fromkeys(found))


def _with_names(scheme: Scheme, lacking: Sequence[tuple[Field, str]]) -> Scheme:
    return replace(
        scheme,
        classes=(*scheme.classes, *(name for field, name in lacking if field == "classes")),
        labels=(*scheme.labels, *(name for field, name in lacking if field == "labels")),
    )


def _names_edits(scheme: Scheme, lacking: Sequence[tuple[Field, str]]) -> Iterable[Edit]:
    named = _with_names(scheme, lacking)
    for field in sorted({field for field, _ in lacking}):
        yield NamesEdit(field=field, before=getattr(scheme, field), after=getattr(named, field))
