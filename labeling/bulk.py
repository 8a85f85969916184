"""One step on the segments of many documents: tags given, changed and taken away. Pure.

What a step meets may be another thing than what the person saw, because another tab was faster: it does what can
still be done, and says how much it left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from labeling.draft import Draft, DraftDocument
from labeling.edits import Change, DraftSegment, Edit, Refused, SegmentEdit
from labeling.model import Shape, Tag
from labeling.renames import with_names
from labeling.rows import add_segment, delete_rows, find_row, with_tags
from labeling.tagging import Names, Span, tag_problem, with_further
from labeling.wording import count_of

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
    draft: Draft,
    shape: Shape,
) -> Outcome | Refused:
    """The step that gives the tags of these rows another class, label, or both (`KEEP`: as it is; empty: none).

    A tag that becomes the same as another one of its segment is one with it.
    """
    named = (None if class_ == KEEP else class_ or None, None if label == KEEP else label or None)
    why = tag_problem(named, draft, shape) if any(named) else ""
    if why:
        return Refused(why)
    wanted, edits, old = by_document(rows), list[Edit](), dict[Names, int]()
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


def _retag_name(count: int, old: Mapping[Names, int], class_: str, label: str) -> str:
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


def with_tag(
    document: DraftDocument, span: Span, names: Names, key: str, shape: Shape
) -> DraftDocument | Refused:
    """The document in which the segment at a span has that tag, or stands bare where no tag is named.

    The same object where it is so already. A segment is added where none has that span; `key` begins its keys.
    """
    here = segments_at(document, span)
    if any(names in (tag.names for tag in one.segment.tags) for one in here) or (here and not any(names)):
        return document
    if not here:
        added = add_segment(document, *span, *names, key)
        if isinstance(added, Refused):
            return added
        (edit,) = added.edits
        assert isinstance(edit, SegmentEdit)
        assert edit.after is not None
        segments = (*document.segments[: edit.at], edit.after, *document.segments[edit.at :])
        return replace(document, segments=segments)
    tagged = with_further(here[0], Tag.of(*names), f"{key}.0", shape)
    if isinstance(tagged, Refused):
        return tagged
    return replace(document, segments=tuple(tagged if one is here[0] else one for one in document.segments))


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
