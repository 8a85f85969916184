"""The rows of many documents as one table: which a filter admits, and which stand on a page. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import NamedTuple, TypedDict

from labeling.checking.problems import in_words, problems_by_segment
from labeling.documents.memo import Remembered
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.segment import DraftSegment, Raw
from labeling.draft.vocabulary import Scheme
from labeling.editing.many import row_key
from labeling.editing.table import row_id, slice_of
from labeling.model import Document, Tag
from labeling.spans import folded
from labeling.studio.filter import DocumentFilter

ROWS = 100
"""Rows on a page of the table."""
SHORT = 20
"""A segment of up to so many code points is shown with what stands around it."""


class RowFilter(NamedTuple):
    """Which rows to list; empty admits all. `words` stand in the segment's text, whatever their case."""

    class_: str = ""
    label: str = ""
    words: str = ""
    changed: bool = False
    problems: bool = False
    untagged: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(self)

    @property
    def needs_all(self) -> bool:
        """Whether every document has to be looked at; those that were changed the draft has anyway."""
        return not self.is_empty and not self.changed

    def may_admit(self, document: Document) -> bool:
        """Whether a document that nobody edited may have such a row; False where it certainly has none."""
        return DocumentFilter(self.words, None, self.class_, self.label).admits(document)

    def admits(self, view: DraftDocument, segment: DraftSegment, tag: Tag, wrong: Collection[str]) -> bool:
        """`wrong`: the keys of the segments with problems, needed where those alone are admitted."""
        return (
            (not self.class_ or tag.class_ == self.class_)
            and (not self.label or tag.label == self.label)
            and (not self.untagged or not any(tag.names))
            and (not self.changed or segment.key in view.changed_keys)
            and (not self.words or folded(self.words) in folded(_text_of(view, segment)))
            and (not self.problems or segment.key in wrong)
        )


def _text_of(view: DraftDocument, segment: DraftSegment) -> str:
    raw = segment.raw or Raw(start=segment.segment.start, end=segment.segment.end)
    return slice_of(view.text, raw)


def words_of(text: str, start: int | None, end: int | None) -> str:
    """What a row shows of its text, on one line: the slice, a short one in brackets among its neighbours."""
    part = slice_of(text, Raw(start=start, end=end))
    if not part or len(part) > SHORT or start is None or end is None:
        return " ".join(part.split())
    before, after = text[max(0, start - SHORT) : start], text[end : end + SHORT]
    left, right = "…" if start > SHORT else "", "…" if end + SHORT < len(text) else ""
    return " ".join(f"{left}{before}[{part}]{after}{right}".split())


ALL = RowFilter()


class PageStart(NamedTuple):
    """Where a page begins: at a document's place in the session (0-based), after `skip` of its rows."""

    position: int = 0
    skip: int = 0


class RowPage(NamedTuple):
    """The ids of a page's rows, the place of the last document looked at, and where the next page begins."""

    rows: tuple[str, ...]
    last: int
    next: PageStart | None


def rows_of_all(view: DraftDocument) -> tuple[str, ...]:
    """The ids of a document's rows among those of all documents."""
    return tuple(row_key(view.key, row_id(one.key, key)) for one in view.segments for key, _ in one.rows)


def rows_in(view: DraftDocument, filter_: RowFilter, scheme: Scheme) -> tuple[str, ...]:
    """Those of them that the filter admits."""
    if filter_.is_empty:
        return rows_of_all(view)
    wrong: set[str] = set()
    if filter_.problems:
        problems = problems_by_segment(view, scheme)
        wrong = {key for key, found in problems.items() if found}
    return tuple(
        row_key(view.key, row_id(segment.key, key))
        for segment in view.segments
        for key, tag in segment.rows
        if filter_.admits(view, segment, tag, wrong)
    )


def cut(views: Iterable[DraftDocument], start: PageStart, most: int) -> RowPage:
    """The next page of rows. It ends early after `most` documents, where few have segments."""
    rows: list[str] = []
    last = start.position
    for count, view in enumerate(views):
        skip = start.skip if view.position == start.position else 0
        if count == most or len(rows) == ROWS:
            return RowPage(tuple(rows), last, PageStart(view.position, 0))
        last = view.position
        mine = rows_of_all(view)[skip:]
        room = ROWS - len(rows)
        rows += mine[:room]
        if len(mine) > room:
            return RowPage(tuple(rows), last, PageStart(view.position, skip + room))
    return RowPage(tuple(rows), last, None)


class RowIndex:
    """The rows that a filter admits among all documents; only what the draft touched is looked at again."""

    def __init__(self, filter_: RowFilter, documents: Sequence[Loaded]) -> None:
        self.filter, self.documents = filter_, documents
        self._rows = Remembered(self._look)

    def rows(self, draft: Draft) -> tuple[str, ...]:
        """The ids of all of them in the order of the session, as the draft has the documents now."""
        return tuple(chain.from_iterable(self._rows.of(loaded, draft) for loaded in self.documents))

    def _look(self, loaded: Loaded, draft: Draft) -> tuple[str, ...]:
        untouched = loaded.key not in draft.documents and not draft.renames.log
        if untouched and not self.filter.may_admit(loaded.document):
            return ()
        return rows_in(draft.view(loaded), self.filter, draft.scheme)


class Row(TypedDict):
    """A row of the table; offsets in code points, None where a cell was emptied."""

    id: str
    segment: int
    start: int | None
    end: int | None
    text: str
    class_: str | None
    label: str | None
    problem: str


def rows_of(document: DraftDocument, scheme: Scheme) -> list[Row]:
    """The rows of a document. `text` is always the slice of the document."""
    rows: list[Row] = []
    problems = problems_by_segment(document, scheme)
    for number, segment in enumerate(document.segments, start=1):
        raw = segment.raw or Raw(start=segment.segment.start, end=segment.segment.end)
        problem = in_words(problems[segment.key])
        for key, tag in segment.rows:
            rows.append(
                Row(
                    id=row_id(segment.key, key),
                    segment=number,
                    start=raw.start,
                    end=raw.end,
                    text=slice_of(document.text, raw),
                    class_=tag.class_ or None,
                    label=tag.label or None,
                    problem=problem,
                )
            )
    return rows
