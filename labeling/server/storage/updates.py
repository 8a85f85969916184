"""The documents of a body brought into a session: found or added, their segments merged, their marks set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from labeling.errors import Invalid
from labeling.server.rules.bodies import DocumentBody
from labeling.server.rules.history import moves
from labeling.server.rules.merging import (
    NO_ID,
    StoredSegment,
    merged_segments,
    refuse_bad_tags,
    resolved,
    with_ids,
)
from labeling.server.rules.progress import is_marked
from labeling.server.storage.history import Replaced
from labeling.server.storage.ids import JsonObject, SessionAddress, take_ids
from labeling.server.storage.proposals import with_open
from labeling.server.storage.segments import count_uses, read_segments, segment_object, write_segments
from labeling.server.storage.session_documents import (
    Entry,
    add_documents,
    append_to_session,
    entries_by_id,
    entries_by_text,
    mark,
)


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """How a session's counts move, and what was replaced in each document that differs."""

    added: int = 0
    newly_annotated: int = 0
    replaced: Sequence[Replaced] = ()

    @property
    def worked(self) -> bool:
        """Whether somebody worked on segments, tags or marks."""
        return bool(self.replaced)


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One document that a body names, before and after."""

    entry: Entry
    stored: tuple[StoredSegment, ...]
    segments: tuple[StoredSegment, ...]
    marked: bool
    seconds: int | None = None

    @property
    def is_rewritten(self) -> bool:
        """Whether its segments or tags differ."""
        return self.segments != self.stored

    @property
    def turns(self) -> int:
        """1 when the mark is set, -1 when it ends."""
        return self.marked - (self.entry.annotated is not None)

    @property
    def replaced(self) -> Replaced:
        """What this replaces."""
        before: JsonObject = {}
        if self.is_rewritten:
            before["segments"] = [segment_object(segment) for segment in self.stored]
        if self.turns:
            before["annotated"] = self.turns < 0
        became = moves(self.stored, self.segments)
        return Replaced(self.entry.document_id, before, became, self.turns > 0, self.seconds)


@dataclass(frozen=True, slots=True)
class Target:
    """The session that documents go to. While it is being made, tags mark nothing as annotated; where what a
    model proposed is corrected, they do so only if nothing of that is open."""

    at: SessionAddress
    document_count: int
    group_id: int | None
    classes: Sequence[str]
    labels: Sequence[str]
    now: datetime
    is_new: bool = False
    is_correction: bool = False


def apply_documents(connection: Connection, target: Target, items: Sequence[DocumentBody]) -> ChangeResult:
    """Bring the documents of a body into the session: known ones change, new ones are appended.

    Raises Invalid, with the place in the body that is wrong.
    """
    if not items:
        return ChangeResult()
    entries, added = _entries(connection, target, items)
    stored = read_segments(
        connection,
        target.at,
        {entry.document_id for entry in entries if entry.position < target.document_count},
    )
    has_open = (
        with_open(connection, target.at, [entry.document_id for entry in entries])
        if target.is_correction
        else ()
    )
    changes = [
        _change(
            entry,
            stored.get(entry.document_id, ()),
            item,
            f"documents[{index}]",
            target.is_new,
            entry.document_id in has_open,
        )
        for index, (entry, item) in enumerate(zip(entries, items, strict=True))
    ]
    refuse_bad_tags(
        ((f"documents[{index}]", change.segments) for index, change in enumerate(changes)),
        target.classes,
        target.labels,
    )
    return replace(write_changes(connection, target, changes), added=added)


def _entries(
    connection: Connection, target: Target, items: Sequence[DocumentBody]
) -> tuple[list[Entry], int]:
    """Each item's document, in the order of the items, and how many of them are new."""
    at = target.at
    by_id = entries_by_id(connection, at, {item.id for item in items if item.id is not None})
    by_text: dict[str, list[Entry]] = {}
    if target.document_count:
        texts = {item.text for item in items if item.id is None and item.text is not None}
        by_text = entries_by_text(connection, at, texts)
    meant = resolved(
        items,
        {document_id: entry.text for document_id, entry in by_id.items()},
        {text: [entry.document_id for entry in entries] for text, entries in by_text.items()},
    )
    known = by_id | {entry.document_id: entry for entries in by_text.values() for entry in entries}
    new = [
        (item.text or "", item.meta)
        for item, document_id in zip(items, meant, strict=True)
        if document_id is None
    ]
    new_ids = add_documents(connection, at.project_id, new, target.group_id, target.now)
    append_to_session(connection, at, new_ids, target.document_count)
    fresh = iter(
        [
            Entry(document_id, text, target.document_count + index, None)
            for index, (document_id, (text, _)) in enumerate(zip(new_ids, new, strict=True))
        ]
    )
    entries = [next(fresh) if document_id is None else known[document_id] for document_id in meant]
    return entries, len(new_ids)


def _change(
    entry: Entry,
    stored: tuple[StoredSegment, ...],
    item: DocumentBody,
    where: str,
    is_new: bool,
    has_open: bool,
) -> DocumentChange:
    segments = stored if item.segments is None else merged_segments(stored, item.segments, entry.text, where)
    before = entry.annotated is not None
    if is_new:
        return DocumentChange(entry, stored, segments, item.annotated is True)
    marked = is_marked(before, item.annotated, stored, segments, has_open=has_open)
    return DocumentChange(entry, stored, segments, marked, item.seconds)


def write_changes(connection: Connection, target: Target, changes: Sequence[DocumentChange]) -> ChangeResult:
    """Store the documents as they are after the changes. Of a session that is being made, nothing counts as
    replaced."""
    rewritten = [change for change in changes if change.is_rewritten]
    new_segments = [segment for change in rewritten for segment in change.segments]
    segment_ids = take_ids(connection, "segments", sum(segment.id == NO_ID for segment in new_segments))
    tag_ids = take_ids(
        connection, "tags", sum(tag.id == NO_ID for segment in new_segments for tag in segment.tags)
    )
    named = [
        replace(change, segments=with_ids(change.segments, segment_ids, tag_ids)) for change in rewritten
    ]
    write_segments(
        connection,
        target.at,
        [(change.entry.document_id, change.stored, change.segments) for change in named],
    )
    mark(
        connection,
        target.at,
        {
            change.entry.document_id: target.now if change.marked else None
            for change in changes
            if change.turns
        },
    )
    differing = () if target.is_new else [one for one in changes if one.is_rewritten or one.turns]
    return ChangeResult(
        newly_annotated=sum(change.turns for change in changes),
        replaced=[change.replaced for change in differing],
    )


def refuse_dropped_names(
    connection: Connection,
    at: SessionAddress,
    kind: str,
    column: str,
    before: Sequence[str],
    after: Sequence[str],
) -> None:
    """A class or label that tags still use may not leave the session's list. Raises Invalid."""
    dropped = [name for name in before if name not in set(after)]
    for name, count in count_uses(connection, at, column, dropped).items():
        tags = "1 tag uses it" if count == 1 else f"{count} tags use it"
        raise Invalid(f'{kind}: "{name}" cannot be left out while {tags}')
