"""Segments and the tags on them: read as values or as they are sent, and written where they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Table,
    Update,
    bindparam,
    delete,
    func,
    select,
    update,
)

from labeling.model import ORIGIN, Origin
from labeling.server.rules.merging import Extra, StoredSegment, StoredTag
from labeling.server.storage.ids import DbRow, JsonObject, SessionAddress, in_blocks
from labeling.server.storage.inserts import insert_rows, keys_of, packed_extra
from labeling.server.storage.tables import segments, tags

_Values = tuple[Any, ...]
_Contents = Iterable[tuple[int, Sequence[StoredSegment]]]
"""Documents' ids with their segments."""
Rewrite = tuple[int, Sequence[StoredSegment], Sequence[StoredSegment]]
"""A document's id with its segments before and after."""
_Key = tuple[int, ...]
SEGMENT_COLUMNS = ("position", "start_offset", "end_offset", "text", "extra")
TAG_COLUMNS = ("position", "class_", "label", "extra", "origin")


_ORIGINS = [str(one) for one in Origin]
_SEGMENTS_OF = (
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
_TAGS_OF = (
    select(tags.c.segment_id, tags.c.id, tags.c.class_, tags.c.label, tags.c.extra, tags.c.origin)
    .where(
        tags.c.project_id == bindparam("project_id"),
        tags.c.session_id == bindparam("session_id"),
        tags.c.document_id.in_(bindparam("values", expanding=True)),
    )
    .order_by(tags.c.document_id, tags.c.segment_id, tags.c.position)
)


def read_segments(
    connection: Connection, at: SessionAddress, document_ids: Iterable[int]
) -> dict[int, tuple[StoredSegment, ...]]:
    """The segments of each document, in their order; a document without any is not in the answer."""
    found: defaultdict[int, list[StoredSegment]] = defaultdict(list)
    for block in in_blocks(document_ids):
        where = {**at._asdict(), "values": block}
        of_segment: defaultdict[int, list[StoredTag]] = defaultdict(list)
        for segment_id, tag_id, class_, label, *more in connection.execute(_TAGS_OF, where).all():
            of_segment[segment_id].append(StoredTag(tag_id, class_, label, _tag_extra(*more)))
        for document_id, segment_id, start, end, text, extra in connection.execute(_SEGMENTS_OF, where).all():
            known = from_json(extra) if extra else None
            found[document_id].append(
                StoredSegment(segment_id, start, end, text, known, tuple(of_segment[segment_id]))
            )
    return {document_id: tuple(items) for document_id, items in found.items()}


def segment_objects(
    connection: Connection, at: SessionAddress, document_ids: Sequence[int], *, with_tags: bool
) -> dict[int, list[JsonObject]]:
    """The segments of each document as they are sent, straight from the rows: most of a page is made here."""
    found: defaultdict[int, list[JsonObject]] = defaultdict(list)
    for block in in_blocks(document_ids):
        where = {**at._asdict(), "values": block}
        tags_of: defaultdict[int, list[JsonObject]] = defaultdict(list)
        for segment_id, tag_id, class_, label, *more in (
            connection.execute(_TAGS_OF, where).all() if with_tags else ()
        ):
            tag, extra = {"id": tag_id, "class": class_, "label": label}, _tag_extra(*more)
            tags_of[segment_id].append(tag if extra is None else {**tag, **extra})
        for document_id, segment_id, start, end, text, extra in connection.execute(_SEGMENTS_OF, where).all():
            segment: JsonObject = {"id": segment_id, "text": text, "span": [start, end]}
            if with_tags:
                segment["tags"] = tags_of[segment_id]
            found[document_id].append(segment if extra is None else {**segment, **from_json(extra)})
    return found


def segment_object(segment: StoredSegment) -> JsonObject:
    """A segment with its tags as it is sent."""
    tags_ = [
        {"id": tag.id, "class": tag.class_, "label": tag.label, **(tag.extra or {})} for tag in segment.tags
    ]
    span = [segment.start, segment.end]
    return {"id": segment.id, "text": segment.text, "span": span, "tags": tags_, **(segment.extra or {})}


def write_segments(connection: Connection, at: SessionAddress, changed: Sequence[Rewrite]) -> None:
    """Bring the rows from before to after, touching only those that differ. All ids must be set."""
    before = [(document_id, old) for document_id, old, _ in changed]
    after = [(document_id, new) for document_id, _, new in changed]
    old_segments, new_segments = _segment_rows(at, before), _segment_rows(at, after)
    # Tags of a segment that goes, go with it.
    old_tags = {key: row for key, row in _tag_rows(at, before).items() if key[:-1] in new_segments}
    new_tags = _tag_rows(at, after)
    _remove(connection, tags, [key for key in old_tags if key not in new_tags])
    _remove(connection, segments, [key for key in old_segments if key not in new_segments])
    _write(connection, segments, SEGMENT_COLUMNS, old_segments, new_segments)
    _write(connection, tags, TAG_COLUMNS, old_tags, new_tags)


def _segment_rows(at: SessionAddress, contents: _Contents) -> dict[_Key, _Values]:
    return {
        (*at, document_id, segment.id): (
            position,
            segment.start,
            segment.end,
            segment.text,
            packed_extra(segment.extra),
        )
        for document_id, items in contents
        for position, segment in enumerate(items)
    }


def _tag_rows(at: SessionAddress, contents: _Contents) -> dict[_Key, _Values]:
    return {
        (*at, document_id, segment.id, tag.id): (position, *tag_values(tag))
        for document_id, items in contents
        for segment in items
        for position, tag in enumerate(segment.tags)
    }


def tag_values(tag: StoredTag) -> _Values:
    """What is stored of a tag beside its place: class, label, further keys, origin.

    A key `origin` from before it was known may hold any other word, and stays what it is.
    """
    extra, origin = tag.extra, None
    if extra and extra.get(ORIGIN) in _ORIGINS:
        extra, origin = {key: value for key, value in extra.items() if key != ORIGIN}, extra[ORIGIN]
    return tag.class_, tag.label, packed_extra(extra), origin


def _tag_extra(extra: str | None, origin: str | None) -> Extra | None:
    known: Extra | None = from_json(extra) if extra else None
    return known if origin is None else {**(known or {}), ORIGIN: origin}


def _remove(connection: Connection, table: Table, gone: Sequence[_Key]) -> None:
    if gone:
        connection.execute(_removal(table), [dict(zip(_old_keys(table), key, strict=True)) for key in gone])


def _write(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    old: Mapping[_Key, _Values],
    new: Mapping[_Key, _Values],
) -> None:
    fresh = [(*key, *values) for key, values in new.items() if key not in old]
    insert_rows(connection, table, names, fresh)
    altered = [(*key, *values) for key, values in new.items() if old.get(key, values) != values]
    if altered:
        parameters = (*_old_keys(table), *(f"new_{name}" for name in names))
        rows = [dict(zip(parameters, row, strict=True)) for row in altered]
        connection.execute(_alteration(table, names), rows)


@lru_cache(maxsize=8)
def _removal(table: Table) -> Delete:
    return delete(table).where(*_this_row(table))


@lru_cache(maxsize=8)
def _alteration(table: Table, names: tuple[str, ...]) -> Update:
    values: DbRow = {name: bindparam(f"new_{name}") for name in names}
    return update(table).where(*_this_row(table)).values(values)


def _this_row(table: Table) -> list[ColumnElement[bool]]:
    old = zip(keys_of(table), _old_keys(table), strict=True)
    return [table.c[name] == bindparam(parameter) for name, parameter in old]


def _old_keys(table: Table) -> tuple[str, ...]:
    return tuple(f"old_{name}" for name in keys_of(table))


def count_uses(
    connection: Connection, at: SessionAddress, column: str, names: Iterable[str]
) -> dict[str, int]:
    """How many tags of the session still carry each name, as `class_` or as `label`."""
    return {
        name: count
        for block in in_blocks(names)
        for name, count in connection.execute(
            select(tags.c[column], func.count())
            .where(
                tags.c.project_id == at.project_id,
                tags.c.session_id == at.session_id,
                tags.c[column].in_(block),
            )
            .group_by(tags.c[column])
        )
    }
