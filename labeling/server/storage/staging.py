"""Documents of a new session in temporary tables of their connection: from there they are stored by a few
statements, so that others wait no longer than the database takes for these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Table,
    case,
    insert,
    literal,
    select,
)

from labeling.server.storage.ids import SessionAddress, take_ids
from labeling.server.storage.inserts import as_stored, insert_rows
from labeling.server.storage.newcomers import GoOn, Newcomers, NewDocument
from labeling.server.storage.segments import SEGMENT_COLUMNS, TAG_COLUMNS
from labeling.server.storage.tables import documents, segments, session_documents, tags

_AT_ONCE = 1000
"""Documents staged at a time."""
_TEXT_COLUMNS = ("text", "text_hash", "folded", "meta")


def _staged(table: Table, own: Iterable[str], *more: str) -> Table:
    """A temporary table with columns of `table`. Rows of each kind are numbered from 0: `n` is the row's own
    number, `more` are those of others."""
    numbers = (
        Column("n", Integer, primary_key=True, autoincrement=False),
        *(Column(one, Integer) for one in more),
    )
    columns = (Column(table.c[name].name, table.c[name].type, key=name) for name in own)
    return Table(f"new_{table.name}", MetaData(), *numbers, *columns, prefixes=["TEMPORARY"])


_documents = _staged(documents, _TEXT_COLUMNS, "is_marked")
_segments = _staged(segments, SEGMENT_COLUMNS, "document")
_tags = _staged(tags, TAG_COLUMNS, "document", "segment")
_TABLES = (_documents, _segments, _tags)


def stage(connection: Connection, new: Newcomers, go_on: GoOn) -> None:
    """Put them into temporary tables, until `clear`."""
    for table in _TABLES:
        table.create(connection, checkfirst=False)
    segment_numbers, tag_numbers = iter(range(new.segments)), iter(range(new.tags))
    rest = enumerate(new.documents)
    while some := list(islice(rest, _AT_ONCE)):
        go_on()
        _stage(connection, some, segment_numbers, tag_numbers)


def _stage(
    connection: Connection,
    some: Iterable[tuple[int, NewDocument]],
    segment_numbers: Iterator[int],
    tag_numbers: Iterator[int],
) -> None:
    of_documents, of_segments, of_tags = [], [], []
    for n, one in some:
        meta = as_stored(connection, documents.c.meta, one.meta)
        of_documents.append((n, int(one.is_marked), one.text, one.hash, one.folded, meta))
        for place, (*segment, its_tags) in enumerate(one.segments):
            m = next(segment_numbers)
            of_segments.append((m, n, place, *segment))
            of_tags += [(next(tag_numbers), n, m, k, *tag) for k, tag in enumerate(its_tags)]
    insert_rows(connection, _documents, ("is_marked", *_TEXT_COLUMNS), of_documents)
    insert_rows(connection, _segments, ("document", *SEGMENT_COLUMNS), of_segments)
    insert_rows(connection, _tags, ("document", "segment", *TAG_COLUMNS), of_tags)


def clear(connection: Connection) -> None:
    """Take the temporary tables away."""
    for table in _TABLES:
        table.drop(connection, checkfirst=False)


def store_staged(
    connection: Connection,
    at: SessionAddress,
    group_id: int | None,
    now: datetime,
    new: Newcomers,
) -> None:
    """Append what was staged to a session that has no documents yet."""
    first_document = _first_id(connection, "documents", len(new.documents))
    first_segment = _first_id(connection, "segments", new.segments)
    first_tag = _first_id(connection, "tags", new.tags)
    created = literal(now, documents.c.created.type)
    this = {"project_id": literal(at.project_id), "session_id": literal(at.session_id)}
    _move(
        connection,
        _documents,
        documents,
        project_id=this["project_id"],
        id=_documents.c.n + first_document,
        group_id=literal(group_id, documents.c.group_id.type),
        created=created,
        **_named(_documents, _TEXT_COLUMNS),
    )
    _move(
        connection,
        _documents,
        session_documents,
        **this,
        document_id=_documents.c.n + first_document,
        position=_documents.c.n,
        annotated=case((_documents.c.is_marked == 1, created)),
    )
    _move(
        connection,
        _segments,
        segments,
        **this,
        document_id=_segments.c.document + first_document,
        id=_segments.c.n + first_segment,
        **_named(_segments, SEGMENT_COLUMNS),
    )
    _move(
        connection,
        _tags,
        tags,
        **this,
        document_id=_tags.c.document + first_document,
        segment_id=_tags.c.segment + first_segment,
        id=_tags.c.n + first_tag,
        **_named(_tags, TAG_COLUMNS),
    )


def _move(connection: Connection, source: Table, target: Table, **values: ColumnElement[Any]) -> None:
    """Rows of one table into another, with one statement."""
    rows = select(*values.values()).select_from(source).order_by(source.c.n)
    connection.execute(insert(target).from_select(list(values), rows))


def _named(table: Table, names: Iterable[str]) -> dict[str, ColumnElement[Any]]:
    return {name: table.c[name] for name in names}


def _first_id(connection: Connection, kind: str, count: int) -> int:
    """Of so many new ones."""
    return next(take_ids(connection, kind, count), 0)
