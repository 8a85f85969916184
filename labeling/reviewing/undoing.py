"""What a save did is undone: as one step of a draft, all of it, one document, or one class. Pure.

Only what the save changed goes back; what was done since stays. What is not there any more is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from labeling.agreement.changes import TagChange
from labeling.agreement.tags import PlacedTag
from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, DoneEdit, Edit, Refused, between
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Scheme, with_names
from labeling.editing.many import BulkOutcome
from labeling.editing.table import with_tags
from labeling.editing.tagging import SpanIndex, tag_problem


class ToUndo(NamedTuple):
    """What a save did to a document: its tags, and the mark as it was before, where it changed that."""

    changes: Sequence[TagChange]
    done_before: bool | None = None


def undo_all(
    views: Iterable[DraftDocument], wanted: Mapping[str, ToUndo], title: str, step: str, scheme: Scheme
) -> BulkOutcome:
    """The one step that undoes all of these, by the documents' keys. `step` begins the new keys."""
    edits, done, asked = list[Edit](), 0, sum(len(one.changes) for one in wanted.values())
    for view in views:
        undo = wanted.get(view.key)
        if undo is None:
            continue
        now = view
        for number, change in enumerate(undo.changes):
            after = _undone(now, change, f"{step}.{view.position}.{number}", scheme)
            if not isinstance(after, Refused):
                now, done = replace(now, segments=tuple(after)), done + 1
        edits += between(view, now.segments)
        if undo.done_before is not None and bool(view.done) != undo.done_before:
            edits.append(DoneEdit(document=view.key, before=view.done, after=undo.done_before))
    return BulkOutcome(Change(title, tuple(edits)), done, asked - done)


def _undone(
    view: DraftDocument, change: TagChange, step: str, scheme: Scheme
) -> Sequence[DraftSegment] | Refused:
    """The segments of a document once one tag is as it was."""
    before, after = change
    if before is not None and (why := tag_problem(before.names, scheme)):
        return Refused(why)
    found = None if after is None else _find(view, after)
    if after is not None and found is None:
        return Refused("it is another by now")
    if before is not None and after is not None and found is not None and before.span == after.span:
        segment, key = found
        rows = [(one, with_names(tag, *before.names) if one == key else tag) for one, tag in segment.rows]
        return [with_tags(segment, rows) if each is segment else each for each in view.segments]
    kept: Sequence[DraftSegment] = view.segments
    if found is not None:
        segment, key = found
        left = [row for row in segment.rows if row[0] != key]
        now = with_tags(segment, left) if left else None
        kept = [
            one for one in (now if each is segment else each for each in view.segments) if one is not None
        ]
    if before is None:
        return kept
    index = SpanIndex(replace(view, segments=tuple(kept)))
    tagged = index.tagged(before.span, before.names, step, scheme)
    if tagged is None:
        return Refused("it is tagged so already")
    if isinstance(tagged, Refused):
        return tagged
    index.put(tagged)
    return index.segments


def _find(view: DraftDocument, wanted: PlacedTag) -> tuple[DraftSegment, str] | None:
    """The segment that has the tag now, and the tag's key in it."""
    for segment in view.segments:
        if segment.raw is None and segment.segment.span == wanted.span:
            for key, tag in segment.rows:
                if tag.names == wanted.names:
                    return segment, key
    return None
