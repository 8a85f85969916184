"""The rows of documents, segments and tags: found, read and written inside a transaction of the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, and_, bindparam, delete, func, insert, select, update

from labeling.server.changes import Extra, StoredSegment, StoredTag
from labeling.server.tables import counters, documents, segments, session_documents, tags

BLOCK = 500
"""Values in one IN list; both databases have a limit, and short statements stay in the cache."""

Row = dict[str, Any]


class Spot(NamedTuple):
    """A session's address: what the keys of everything in it begin with."""

    project_id: int
    session_id: int


class Entry(NamedTuple):
    """A document's place in a session."""

    document_id: int
    text: str
    position: int
    annotated: datetime | None


def text_hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def take_ids(connection: Connection, kind: str, count: int) -> Iterator[int]:
    """A block of ids that nothing else has; the numbers are given back when the transaction fails."""
    if not count:
        return iter(())
    statement = (
        update(counters)
        .where(counters.c.kind == kind)
        .values(next_id=counters.c.next_id + bindparam("count"))
        .returning(counters.c.next_id)
    )
    end = connection.execute(statement, {"count": count}).scalar_one()
    return iter(range(end - count, end))


def in_blocks(values: Iterable[Any]) -> Iterator[list[Any]]:
    pending = iter(values)
    while block := list(islice(pending, BLOCK)):
        yield block


_ENTRIES = (
    select(
        session_documents.c.document_id,
        documents.c.text,
        session_documents.c.position,
        session_documents.c.annotated,
    )
    .join(
        documents,
        and_(
            documents.c.project_id == session_documents.c.project_id,
            documents.c.id == session_documents.c.document_id,
        ),
    )
    .where(
        session_documents.c.project_id == bindparam("project_id"),
        session_documents.c.session_id == bindparam("session_id"),
    )
)
_BY_ID = _ENTRIES.where(session_documents.c.document_id.in_(bindparam("values", expanding=True)))
_BY_HASH = _ENTRIES.where(documents.c.text_hash.in_(bindparam("values", expanding=True)))


def entries_by_id(connection: Connection, spot: Spot, ids: Iterable[int]) -> dict[int, Entry]:
    """Those of the documents that the session holds."""
    return {
        row.document_id: Entry(*row)
        for block in in_blocks(ids)
        for row in connection.execute(_BY_ID, {**spot._asdict(), "values": block})
    }


def entries_by_text(connection: Connection, spot: Spot, texts: Iterable[str]) -> dict[str, list[Entry]]:
    """The documents of each text that the session holds, by position."""
    wanted = {text_hash(text): text for text in texts}
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for block in in_blocks(wanted):
        for row in connection.execute(_BY_HASH, {**spot._asdict(), "values": block}):
            found[row.text].append(Entry(*row))
    return {text: sorted(entries, key=lambda entry: entry.position) for text, entries in found.items()}


_SEGMENTS = (
    select(
        segments.c.document_id,
        segments.c.id,
        segments.c.start_offset,
        segments.c.end_offset,
        segments.c.text,
        segments.c.extra,
    )
    .where(
        segments.c.project_id == bindparam("project_id"),
        segments.c.session_id == bindparam("session_id"),
        segments.c.document_id.in_(bindparam("values", expanding=True)),
    )
    .order_by(segments.c.document_id, segments.c.position)
)
_TAGS = (
    select(tags.c.segment_id, tags.c.id, tags.c.class_, tags.c.label, tags.c.extra)
    .where(
        tags.c.project_id == bindparam("project_id"),
        tags.c.session_id == bindparam("session_id"),
        tags.c.document_id.in_(bindparam("values", expanding=True)),
    )
    .order_by(tags.c.document_id, tags.c.segment_id, tags.c.position)
)


def read_segments(
    connection: Connection, spot: Spot, document_ids: Iterable[int]
) -> dict[int, tuple[StoredSegment, ...]]:
    """The segments of each document, in their order; a document without any is not in the answer."""
    found: defaultdict[int, list[StoredSegment]] = defaultdict(list)
    for block in in_blocks(document_ids):
        where = {**spot._asdict(), "values": block}
        of_segment: defaultdict[int, list[StoredTag]] = defaultdict(list)
        for segment_id, *tag in connection.execute(_TAGS, where):
            of_segment[segment_id].append(StoredTag(*tag))
        for document_id, segment_id, start, end, text, extra in connection.execute(_SEGMENTS, where):
            found[document_id].append(
                StoredSegment(segment_id, start, end, text, extra, tuple(of_segment[segment_id]))
            )
    return {document_id: tuple(items) for document_id, items in found.items()}


def add_documents(
    connection: Connection,
    project_id: int,
    items: Sequence[tuple[str, Extra | None]],
    group_id: int | None,
    now: datetime,
) -> list[int]:
    """Store new documents of a project, (text, meta) each; their ids in order."""
    ids = list(take_ids(connection, "documents", len(items)))
    rows = [
        {
            "project_id": project_id,
            "id": document_id,
            "group_id": group_id,
            "text": text,
            "text_hash": text_hash(text),
            "folded": text.casefold(),
            "meta": meta or None,
            "created": now,
        }
        for document_id, (text, meta) in zip(ids, items, strict=True)
    ]
    if rows:
        connection.execute(insert(documents), rows)
    return ids


def append_to_session(connection: Connection, spot: Spot, ids: Sequence[int], first_position: int) -> None:
    rows = [
        {**spot._asdict(), "document_id": document_id, "position": first_position + index, "annotated": None}
        for index, document_id in enumerate(ids)
    ]
    if rows:
        connection.execute(insert(session_documents), rows)


def mark(connection: Connection, spot: Spot, marks: dict[int, datetime | None]) -> None:
    """Set or, with None, end the mark of each document."""
    statement = (
        update(session_documents)
        .where(
            session_documents.c.project_id == spot.project_id,
            session_documents.c.session_id == spot.session_id,
            session_documents.c.document_id == bindparam("of_document"),
        )
        .values(annotated=bindparam("moment"))
    )
    if marks:
        connection.execute(statement, [{"of_document": key, "moment": at} for key, at in marks.items()])


Changed = tuple[int, Sequence[StoredSegment], Sequence[StoredSegment]]
"""A document's id with its segments before and after."""


def write_segments(connection: Connection, spot: Spot, changed: Sequence[Changed]) -> None:
    """Bring the rows from before to after, touching only those that differ. All ids must be set."""
    before = [(document_id, old) for document_id, old, _ in changed]
    after = [(document_id, new) for document_id, _, new in changed]
    old_segments, new_segments = _segment_rows(spot, before), _segment_rows(spot, after)
    old_tags = {key: row for key, row in _tag_rows(spot, before).items() if key[:2] in new_segments}
    new_tags = _tag_rows(spot, after)
    _remove(connection, tags, old_tags, new_tags)
    _remove(connection, segments, old_segments, new_segments)
    _write(connection, segments, old_segments, new_segments)
    _write(connection, tags, old_tags, new_tags)


Key = tuple[int, ...]


def _segment_rows(spot: Spot, contents: Iterable[tuple[int, Sequence[StoredSegment]]]) -> dict[Key, Row]:
    return {
        (document_id, segment.id): {
            "project_id": spot.project_id,
            "session_id": spot.session_id,
            "document_id": document_id,
            "id": segment.id,
            "position": position,
            "start_offset": segment.start,
            "end_offset": segment.end,
            "text": segment.text,
            "extra": segment.extra,
        }
        for document_id, items in contents
        for position, segment in enumerate(items)
    }


def _tag_rows(spot: Spot, contents: Iterable[tuple[int, Sequence[StoredSegment]]]) -> dict[Key, Row]:
    return {
        (document_id, segment.id, tag.id): {
            "project_id": spot.project_id,
            "session_id": spot.session_id,
            "document_id": document_id,
            "segment_id": segment.id,
            "id": tag.id,
            "position": position,
            "class_": tag.class_,
            "label": tag.label,
            "extra": tag.extra,
        }
        for document_id, items in contents
        for segment in items
        for position, tag in enumerate(segment.tags)
    }


def _remove(connection: Connection, table: Table, old: dict[Key, Row], new: dict[Key, Row]) -> None:
    gone = [row for key, row in old.items() if key not in new]
    if gone:
        keys = [column.name for column in table.primary_key]
        matches = [table.c[name] == bindparam(f"old_{name}") for name in keys]
        rows = [{f"old_{name}": row[name] for name in keys} for row in gone]
        connection.execute(delete(table).where(*matches), rows)


def _write(connection: Connection, table: Table, old: dict[Key, Row], new: dict[Key, Row]) -> None:
    fresh = [row for key, row in new.items() if key not in old]
    altered = [row for key, row in new.items() if key in old and row != old[key]]
    if fresh:
        connection.execute(insert(table), fresh)
    if altered:
        keys = {column.name for column in table.primary_key}
        matches = [table.c[name] == bindparam(f"old_{name}") for name in keys]
        values: Row = {name: bindparam(f"new_{name}") for name in altered[0] if name not in keys}
        rows = [
            {f"{'old' if name in keys else 'new'}_{name}": value for name, value in row.items()}
            for row in altered
        ]
        connection.execute(update(table).where(*matches).values(values), rows)


def count_uses(connection: Connection, spot: Spot, column: str, names: Iterable[str]) -> dict[str, int]:
    """How many tags of the session still carry each name, as `class_` or as `label`."""
    return {
        name: count
        for block in in_blocks(names)
        for name, count in connection.execute(
            select(tags.c[column], func.count())
            .where(
                tags.c.project_id == spot.project_id,
                tags.c.session_id == spot.session_id,
                tags.c[column].in_(block),
            )
            .group_by(tags.c[column])
        )
    }
