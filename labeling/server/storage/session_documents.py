"""The documents that a session consists of: found by id or text, added, marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from labeling.errors import Invalid
from labeling.server.rules.merging import Extra
from labeling.server.storage.ids import SessionAddress, in_blocks, take_ids
from labeling.server.storage.tables import documents, session_documents
from labeling.spans import folded


class Entry(NamedTuple):
    """A document's place in a session."""

    document_id: int
    text: str
    position: int
    annotated: datetime | None


def text_hash(text: str) -> str:
    """By which a document of that text is found, for the texts themselves are too long for an index."""
    return sha256(text.encode()).hexdigest()[:32]


_ENTRIES = (
    select(
        session_documents.c.document_id,
        documents.c.text,
        session_documents.c.position,
        session_documents.c.annotated,
    )
    .join(documents)
    .where(
        session_documents.c.project_id == bindparam("project_id"),
        session_documents.c.session_id == bindparam("session_id"),
    )
)


_BY_ID = _ENTRIES.where(session_documents.c.document_id.in_(bindparam("values", expanding=True)))


_BY_HASH = select(documents.c.id).where(
    documents.c.project_id == bindparam("project_id"),
    documents.c.text_hash.in_(bindparam("values", expanding=True)),
)


def entries_by_id(connection: Connection, at: SessionAddress, ids: Iterable[int]) -> dict[int, Entry]:
    """Those of the documents that the session holds."""
    return {
        row.document_id: Entry(*row)
        for block in in_blocks(ids)
        for row in connection.execute(_BY_ID, {**at._asdict(), "values": block}).all()
    }


def entries_by_text(
    connection: Connection, at: SessionAddress, texts: Iterable[str]
) -> dict[str, list[Entry]]:
    """The documents of each text that the session holds, by position."""
    # In two steps, because in one SQLite would rather walk through the whole session.
    wanted = {text_hash(text) for text in texts}
    ids = [
        document_id
        for block in in_blocks(wanted)
        for document_id in connection.execute(
            _BY_HASH, {"project_id": at.project_id, "values": block}
        ).scalars()
    ]
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    entries = entries_by_id(connection, at, ids).values()
    for entry in sorted(entries, key=lambda entry: entry.position):
        found[entry.text].append(entry)
    return dict(found)


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
            "folded": folded(text),
            "meta": meta or None,
            "created": now,
        }
        for document_id, (text, meta) in zip(ids, items, strict=True)
    ]
    if rows:
        connection.execute(insert(documents), rows)
    return ids


def append_to_session(
    connection: Connection, at: SessionAddress, ids: Sequence[int], first_position: int
) -> None:
    """Put documents of the project into the session, from this position on."""
    rows = [
        {**at._asdict(), "document_id": document_id, "position": first_position + index, "annotated": None}
        for index, document_id in enumerate(ids)
    ]
    if rows:
        connection.execute(insert(session_documents), rows)


_MARK = (
    update(session_documents)
    .where(
        session_documents.c.project_id == bindparam("of_project"),
        session_documents.c.session_id == bindparam("of_session"),
        session_documents.c.document_id == bindparam("of_document"),
    )
    .values(annotated=bindparam("moment"))
)


def mark(connection: Connection, at: SessionAddress, marks: dict[int, datetime | None]) -> None:
    """Set or, with None, end the mark of each document."""
    if marks:
        rows = [
            {
                "of_project": at.project_id,
                "of_session": at.session_id,
                "of_document": document_id,
                "moment": since,
            }
            for document_id, since in marks.items()
        ]
        connection.execute(_MARK, rows)


def of_session(at: SessionAddress) -> list[ColumnElement[bool]]:
    """The conditions that admit the documents of one session."""
    return [
        session_documents.c.project_id == at.project_id,
        session_documents.c.session_id == at.session_id,
    ]


def attach(connection: Connection, at: SessionAddress, ids: Iterable[int], document_count: int) -> int:
    """Append those documents of the project that the session lacks; how many these were.

    Raises Invalid for an id that the project does not have.
    """
    wanted = list(dict.fromkeys(ids))
    known = {
        document_id
        for block in in_blocks(wanted)
        for document_id in connection.execute(
            select(documents.c.id).where(documents.c.project_id == at.project_id, documents.c.id.in_(block))
        ).scalars()
    }
    for index, document_id in enumerate(wanted):
        if document_id not in known:
            raise Invalid(f"document_ids[{index}]: the project has no document {document_id}")
    present = entries_by_id(connection, at, wanted)
    fresh = [document_id for document_id in wanted if document_id not in present]
    append_to_session(connection, at, fresh, document_count)
    return len(fresh)
