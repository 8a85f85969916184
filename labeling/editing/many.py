"""One step on the segments of many documents: tags given, changed and taken away. Pure.

Another tab may have been faster than what the person saw: a step does what can still be done, and says how
much it left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Edit, Refused, between
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Scheme, with_names
from labeling.editing.table import delete_rows, find_row, with_tags
from labeling.editing.tagging import tag_problem
from labeling.model import Tag, TagNames
from labeling.phrases import count_of

KEEP = "\0"
"""Stands for a class or a label that is to stay as it is; the empty word takes it away."""


class BulkOutcome(NamedTuple):
    """A step on many documents; how many of the wanted things it does and how many it has to leave out."""

    change: Change
    done: int
    left_out: int


# Rows of many documents


def row_key(document: str, row: str) -> str:
    """The id of a row among those of all documents: the document's key and the row's id in it."""
    return f"{document}/{row}"


def parts_of(key: str) -> tuple[str, str]:
    """The document's key and the row's id in it, of a row among those of all documents."""
    document, _, row = key.partition("/")
    return document, row


def by_document(rows: Iterable[str]) -> dict[str, list[str]]:
    """The ids of rows, without their document's key, by that key."""
    found: dict[str, list[str]] = {}
    for key in rows:
        document, row = parts_of(key)
        found.setdefault(document, []).append(row)
    return found


def retag(
    views: Iterable[DraftDocument],
    rows: Collection[str],
    class_: str,
    label: str,
    scheme: Scheme,
) -> BulkOutcome | Refused:
    """The step that gives these rows' tags another class, label or both (`KEEP`: as it is; empty: none).

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
        edits += between(view, after)
    return BulkOutcome(Change(_retag_name(found, old, class_, label), tuple(edits)), found, len(rows) - found)


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


def delete_everywhere(views: Iterable[DraftDocument], rows: Collection[str]) -> BulkOutcome:
    """The step that deletes rows of many documents: each its tag, and with its last tag the segment."""
    wanted, edits, found, documents = by_document(rows), list[Edit](), 0, 0
    for view in views:
        mine = [row for row in wanted.get(view.key, ()) if find_row(view, row) is not None]
        found += len(mine)
        documents += bool(mine)
        edits += delete_rows(view, mine).edits
    name = f"Delete {count_of(found, 'row')}" + (f" in {documents:,} documents" if documents > 1 else "")
    return BulkOutcome(Change(name, tuple(edits)), found, len(rows) - found)
