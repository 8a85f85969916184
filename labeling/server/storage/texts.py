"""The texts of a project's documents: read, put right, deleted, as long as nothing stands on them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, select, update

from labeling.database import Database
from labeling.errors import Invalid, NotFound
from labeling.server.storage.admission import Caller
from labeling.server.storage.history import Replaced, deleted
from labeling.server.storage.ids import DbRow, SessionAddress
from labeling.server.storage.names import titles
from labeling.server.storage.proposals import forget_proposals
from labeling.server.storage.session_documents import of_session, text_hash
from labeling.server.storage.sessions import moved, save_session
from labeling.server.storage.tables import documents, segments, session_documents, sessions
from labeling.server.storage.updates import ChangeResult
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
            holding = _holding(connection, project_id, document_id)
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
            for row in _holding(connection, project_id, document_id):
                _take_out(connection, caller, row, document_id)
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


def _holding(connection: Connection, project_id: int, document_id: int) -> list[DbRow]:
    """The sessions that hold the document, held until the end of the transaction.

    Raises Invalid, naming those in which segments stand on it.
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
        raise Invalid(
            f"Segments stand on document {document_id} in {titles(standing)}: take them away first."
        )
    return rows


def _has_segments(connection: Connection, row: DbRow, document_id: int) -> bool:
    of_document = [
        segments.c.project_id == row["project_id"],
        segments.c.session_id == row["id"],
        segments.c.document_id == document_id,
    ]
    return bool(connection.execute(select(exists().where(*of_document))).scalar())


def _take_out(connection: Connection, caller: Caller, row: DbRow, document_id: int) -> None:
    """Without a gap: those behind it move up."""
    at = SessionAddress(row["project_id"], row["id"])
    this = [*of_session(at), session_documents.c.document_id == document_id]
    gone = connection.execute(
        select(session_documents.c.position, session_documents.c.annotated).where(*this)
    ).one()
    connection.execute(delete(session_documents).where(*this))
    place = session_documents.c.position
    behind = update(session_documents).where(*of_session(at))
    # In two steps, by way of places that none has: no two may have one even for a moment.
    connection.execute(behind.where(place > gone.position).values(position=-place))
    connection.execute(behind.where(place < 0).values(position=-place - 1))
    marked, now = gone.annotated is not None, datetime.now(UTC)
    result = ChangeResult(newly_annotated=-int(marked))
    values = moved(row, row["document_count"] - 1, result, now)
    save_session(connection, row, values, caller, now, [deleted(document_id, gone.position, marked)])
