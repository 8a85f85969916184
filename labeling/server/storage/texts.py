"""The texts of a project's documents: read, put right, deleted, as long as nothing stands on them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, select, update

from labeling.database import Database
from labeling.errors import Invalid, NotFound
from labeling.server.storage.admission import Caller, seen_by
from labeling.server.storage.assignments import remove_from_session
from labeling.server.storage.history import Replaced
from labeling.server.storage.ids import DbRow
from labeling.server.storage.names import titles
from labeling.server.storage.proposals import forget_proposals
from labeling.server.storage.session_documents import text_hash
from labeling.server.storage.sessions import save_session
from labeling.server.storage.tables import documents, segments, session_documents, sessions
from labeling.spans import folded


class Texts:
    """Each method is one transaction, over a document of a project. They raise NotFound."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def change(self, caller: Caller, project_id: int, document_id: int, text: str) -> None:
        """Give it another text. Raises Invalid, naming the sessions, while a segment stands on it."""
        with self._database.writing() as connection:
            known = _held(connection, project_id, document_id)
            if text == known:
                return
            holding = _holding(connection, caller, project_id, document_id)
            values = {"text": text, "text_hash": text_hash(text), "folded": folded(text)}
            connection.execute(update(documents).where(*_this(project_id, document_id)).values(values))
            forget_proposals(connection, project_id, document_id)
            now, replaced = datetime.now(UTC), [Replaced(document_id, {"text": known})]
            for row in holding:
                save_session(connection, row, {}, caller, now, replaced)

    def remove(self, caller: Caller, project_id: int, document_id: int) -> None:
        """Delete the document, from its sessions too; former states of these are then without it. Raises
        Invalid, naming the sessions, while a segment stands on it."""
        with self._database.writing() as connection:
            _held(connection, project_id, document_id)
            for row in _holding(connection, caller, project_id, document_id):
                remove_from_session(connection, caller, row, document_id)
            connection.execute(delete(documents).where(*_this(project_id, document_id)))


def _held(connection: Connection, project_id: int, document_id: int) -> str:
    """The document's text; nobody puts segments on it until the end of the transaction."""
    this = select(documents.c.text).where(*_this(project_id, document_id)).with_for_update()
    found: str | None = connection.execute(this).scalar()
    if found is None:
        raise NotFound(f"There is no such document in project {project_id} any more.")
    return found


def _this(project_id: int, document_id: int) -> list[ColumnElement[bool]]:
    return [documents.c.project_id == project_id, documents.c.id == document_id]


def _holding(connection: Connection, caller: Caller, project_id: int, document_id: int) -> list[DbRow]:
    """The sessions that hold the document, held until the end of the transaction.

    Raises Invalid where segments stand on it, naming the sessions that the caller may see.
    """
    members = select(session_documents.c.session_id).where(
        session_documents.c.project_id == project_id, session_documents.c.document_id == document_id
    )
    held = select(sessions).where(sessions.c.project_id == project_id, sessions.c.id.in_(members))
    rows = [
        dict(row) for row in connection.execute(held.order_by(sessions.c.id).with_for_update()).mappings()
    ]
    standing = [row for row in rows if _has_segments(connection, row, document_id)]
    if standing:
        ids = [row["id"] for row in standing]
        known = select(sessions.c.id).where(sessions.c.project_id == project_id, sessions.c.id.in_(ids))
        may_see = set(connection.execute(known.where(seen_by(caller))).scalars())
        named = titles([row for row in standing if row["id"] in may_see])
        where = f" in {named}" if named else ""
        raise Invalid(f"Segments stand on document {document_id}{where}: take them away first.")
    return rows


def _has_segments(connection: Connection, row: DbRow, document_id: int) -> bool:
    of_document = [
        segments.c.project_id == row["project_id"],
        segments.c.session_id == row["id"],
        segments.c.document_id == document_id,
    ]
    return bool(connection.execute(select(exists().where(*of_document))).scalar())
