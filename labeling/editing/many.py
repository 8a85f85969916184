"""One step on the segments of many documents: tags given, changed and taken away. Pure.

What a step meets may be another thing than what the person saw, because another tab was faster: it does what can
still be done, and says how much it left out.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Edit, Refused, SegmentEdit
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Scheme, with_names
from labeling.editing.table import delete_rows, find_row, new_segment, with_tags
from labeling.editing.text import Span, tag_problem, with_further
from labeling.model import Tag, TagNames
from labeling.phrases import count_of
from labeling.spans import occurrences

KEEP = "\0"
"""Stands for a class or a label that is to stay as it is; the empty word takes it away."""


class Outcome(NamedTuple):
    """A step on many documents; how many of the wanted things it does and how many it has to leave out."""

    change: Change
    done: int
    left_out: int


# Rows of many documents


def row_key(document: str, row: str) -> str:
    """The id of a row among those of all documents: the document's key and the row's id in it."""
    return f"{document}/{row}"


def by_document(rows: Iterable[str]) -> dict[str, list[str]]:
    """The ids of rows, without their document's key, by that key."""
    found: dict[str, list[str]] = {}
    for key in rows:
        document, _, row = key.partition("/")
        found.setdefault(document, []).append(row)
    return found


def retag(
    views: Iterable[DraftDocument],
    rows: Collection[str],
    class_: str,
    label: str,
    scheme: Scheme,
) -> Outcome | Refused:
    """The step that gives the tags of these rows another class, label, or both (`KEEP`: as it is; empty: none).

    A tag that becomes the same as another one of its segment is one with it.
    """
    named = (None if class_ == KEEP else class_ or None, None if label == KEEP else label or None)
    why = tag_problem(named, scheme) if any(named) else ""
    if why:
        return Refused(why)
    wanted, edits, old = by_document(rows), list[Edit](), dict[TagNames, int]()
    found = 0
    for view in views:
        mine: dict[str, set[str]] = {}
        for row in wanted.get(view.key, ()):
            place = find_row(view, row)
            if place is not None:
                mine.setdefault(place[0].key, set()).add(place[1])
        after = []
        for segment in view.segments:
            ticked = mine.get(segment.key, set())
            found += len(ticked)
            for key, tag in segment.rows:
                if key in ticked:
                    old[tag.names] = old.get(tag.names, 0) + 1
            after.append(_retagged(segment, ticked, class_, label) if ticked else segment)
        edits += edits_between(view, after)
    return Outcome(Change(_retag_name(found, old, class_, label), tuple(edits)), found, len(rows) - found)


def _retagged(segment: DraftSegment, ticked: Collection[str], class_: str, label: str) -> DraftSegment:
    changed = [
        (key, _renamed(tag, class_, label) if key in ticked else tag, key in ticked)
        for key, tag in segment.rows
    ]
    seen = {tag.names for _, tag, is_ticked in changed if not is_ticked}
    rows: list[tuple[str, Tag]] = []
    for key, tag, is_ticked in changed:
        if is_ticked and any(tag.names):
            if tag.names in seen:
                continue
            seen.add(tag.names)
        rows.append((key, tag))
    return with_tags(segment, rows)


def _renamed(tag: Tag, class_: str, label: str) -> Tag:
    now = (
        tag.class_ if class_ == KEEP else class_ or None,
        tag.label if label == KEEP else label or None,
    )
    return tag if (now[0] or None, now[1] or None) == tag.names else with_names(tag, *now)


def _retag_name(count: int, old: Mapping[TagNames, int], class_: str, label: str) -> str:
    """`Retag 14 × Service to Staff`; what they were is said where all were the same in what changes."""
    parts = [at for at, name in enumerate((class_, label)) if name != KEEP]
    before = {tuple(names[at] for at in parts) for names in old}
    after = [name for name in (class_, label) if name != KEEP and name]
    was = "/".join(name for name in next(iter(before)) if name) if len(before) == 1 else ""
    now = "/".join(after) or "no " + " and no ".join(("class", "label")[at] for at in parts)
    return f"Retag {count:,} × {was} to {now}" if was else f"Retag {count:,} × to {now}"


def delete_everywhere(views: Iterable[DraftDocument], rows: Collection[str]) -> Outcome:
    """The step that deletes rows of many documents: each its tag, and with its last tag the segment."""
    wanted, edits, found, documents = by_document(rows), list[Edit](), 0, 0
    for view in views:
        mine = [row for row in wanted.get(view.key, ()) if find_row(view, row) is not None]
        found += len(mine)
        documents += bool(mine)
        edits += delete_rows(view, mine).edits
    name = f"Delete {count_of(found, 'row')}" + (f" in {documents:,} documents" if documents > 1 else "")
    return Outcome(Change(name, tuple(edits)), found, len(rows) - found)


# Tags on spans


class SpanIndex:
    """A document's segments while many of its spans get a tag: each is found by its span, however many there are."""

    def __init__(self, document: DraftDocument) -> None:
        self.document = document
        self._held = {one.key: one for one in document.segments}
        self._order = list(self._held)
        self._starts = sorted(one.segment.start for one in document.segments)
        self._places: dict[str, tuple[Span, ...]] = {}
        self._at: dict[tuple[int, ...] | None, list[str]] = {}
        for one in document.segments:
            if one.raw is None:
                self._at.setdefault(one.segment.span, []).append(one.key)

    @property
    def segments(self) -> tuple[DraftSegment, ...]:
        """All of them by now, in their order."""
        return tuple(self._held[key] for key in self._order)

    def places(self, words: str) -> tuple[Span, ...]:
        """Every place where the words stand in the text; looked for once."""
        if words not in self._places:
            self._places[words] = occurrences(self.document.text, words)
        return self._places[words]

    def tagged(self, span: Span, names: TagNames, key: str, scheme: Scheme) -> DraftSegment | Refused | None:
        """The segment at a span with that tag, or bare where no tag is named; None where it is so already.

        It is another segment only where none has that span; `key` begins its keys. It is not taken in yet.
        """
        here = [self._held[held] for held in self._at.get(span, ())]
        if not here:
            return new_segment(self.document.text, span, names, key)
        if not any(names) or any(names in (tag.names for tag in one.segment.tags) for one in here):
            return None
        return with_further(here[0], Tag.of(*names), f"{key}.0", scheme)

    def has(self, segment: DraftSegment) -> bool:
        """Whether it is one of the segments already, with other tags or the same."""
        return segment.key in self._held

    def put(self, segment: DraftSegment) -> None:
        """Take a tagged segment in: in its place, or by where it starts."""
        if not self.has(segment):
            start = segment.segment.start
            self._order.insert(bisect_right(self._starts, start), segment.key)
            insort(self._starts, start)
            self._at.setdefault(segment.segment.span, []).append(segment.key)
        self._held[segment.key] = segment


def segments_at(document: DraftDocument, span: Span) -> tuple[DraftSegment, ...]:
    """The segments with exactly that span."""
    return tuple(one for one in document.segments if one.raw is None and one.segment.span == span)


def edits_between(before: DraftDocument, after: Sequence[DraftSegment]) -> list[Edit]:
    """The edits that make a document's segments these. Segments that stay keep their order.

    What goes goes from the end, what comes comes from the beginning: so each place is right when its edit is applied,
    and also when it is undone.
    """
    places = {segment.key: at for at, segment in enumerate(before.segments)}
    left = {segment.key for segment in after}
    edits = [
        SegmentEdit(document=before.key, at=places[one.key], before=was, after=one)
        for one in after
        if one.key in places and (was := before.segments[places[one.key]]) != one
    ]
    edits += [
        SegmentEdit(document=before.key, at=places[was.key], before=was, after=None)
        for was in reversed(before.segments)
        if was.key not in left
    ]
    edits += [
        SegmentEdit(document=before.key, at=at, before=None, after=one)
        for at, one in enumerate(after)
        if one.key not in places
    ]
    return list[Edit](edits)
