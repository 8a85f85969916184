"""Who works on what: sessions handed over to other people, documents taken out of sessions."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select, update

from labeling.database import Database
from labeling.errors import Invalid, NotFound
from labeling.phrases import count_of
from labeling.server.rules.history import moves
from labeling.server.rules.preconditions import ExpectedTags
from labeling.server.storage.admission import Caller
from labeling.server.storage.history import Taken, taken_out
from labeling.server.storage.ids import DbRow, SessionAddress
from labeling.server.storage.people import refuse_without_role
from labeling.server.storage.segments import read_segments, segment_object
from labeling.server.storage.session_documents import entries_by_id, of_session
from labeling.server.storage.sessions import moved, save_session, session_to_change
from labeling.server.storage.tables import session_documents
from labeling.server.storage.updates import ChangeResult


class Assignments:
    """Each method is one transaction, and one save of the session.

    They raise NotFound, Invalid, and Moved when the session is in no state that is expected.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def hand_over(
        self, caller: Caller, at: SessionAddress, user_id: int, expected: ExpectedTags = None
    ) -> DbRow:
        """Make somebody with a role in the project the session's person; the session as it is now."""
        with self._database.writing() as connection:
            before = session_to_change(connection, at, expected)
            if user_id not in (before["user_id"], caller.id):
                refuse_without_role(connection, at.project_id, user_id)
            return save_session(connection, before, {"user_id": user_id}, caller, datetime.now(UTC))

    def take_out(
        self,
        caller: Caller,
        at: SessionAddress,
        document_id: int,
        expected: ExpectedTags = None,
        *,
        with_tags: bool = False,
    ) -> None:
        """Take a document out of the session; with tags on it only if that is said."""
        with self._database.writing() as connection:
            before = session_to_change(connection, at, expected)
            entry = entries_by_id(connection, at, [document_id]).get(document_id)
            if entry is None:
                raise NotFound(f"There is no document {document_id} in session {at.session_id} any more.")
            segments = read_segments(connection, at, [document_id]).get(document_id, ())
            count = sum(len(segment.tags) for segment in segments)
            if count and not with_tags:
                raise Invalid(
                    f"Document {document_id} has {count_of(count, 'tag')} in this session: "
                    "send with_tags=true to take it out with them."
                )
            held = Taken(entry.text, [segment_object(one) for one in segments], moves(segments, ()))
            remove_from_session(connection, caller, before, document_id, held)


def remove_from_session(
    connection: Connection, caller: Caller, row: DbRow, document_id: int, held: Taken | None = None
) -> None:
    """Without a gap: those behind it move up. `held`: what of it is kept in the session's history."""
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
    kept = taken_out(document_id, gone.position, marked, held)
    save_session(connection, row, values, caller, now, [kept])
