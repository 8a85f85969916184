"""Sessions and projects deleted for good, some documents at a time, so that nobody waits for it long."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from labeling.model import Status
from labeling.server.storage.ids import DbRow, SessionAddress
from labeling.server.storage.jobs import Advance, add_job
from labeling.server.storage.session_documents import of_session
from labeling.server.storage.tables import (
    DELETED,
    documents,
    groups,
    projects,
    save_documents,
    saves,
    session_documents,
    sessions,
)

DELETE_SESSION, DELETE_PROJECT = "DELETE_SESSION", "DELETE_PROJECT"
AT_ONCE = 50
"""Documents that are taken away in one step."""


def begin_to_delete_session(connection: Connection, before: DbRow, user_id: int) -> None:
    """From now on nobody changes the session, and a worker takes it away. Its group of documents stays."""
    this = update(sessions).where(
        sessions.c.project_id == before["project_id"], sessions.c.id == before["id"]
    )
    values = {"status": Status.DELETING.value, "finished": None, "version": before["version"] + 1}
    connection.execute(this.values(values))
    count = before["document_count"]
    add_job(connection, DELETE_SESSION, before["project_id"], user_id, before["id"], total=count)


def begin_to_delete_project(connection: Connection, project_id: int, user_id: int) -> None:
    """From now on there is no such project for anybody, and a worker takes away what it held."""
    held = select(func.count()).where(documents.c.project_id == project_id)
    total = connection.execute(held).scalar_one()
    connection.execute(update(projects).where(projects.c.project_id == project_id).values(status=DELETED))
    add_job(connection, DELETE_PROJECT, project_id, user_id, total=total)


def delete_session_step(connection: Connection, job: DbRow) -> Advance:
    """Take away some more of a session, at last the session itself."""
    at = SessionAddress(job["project_id"], job["session_id"])
    left = _take_from_session(connection, at)
    return Advance(job["state"], _share(job, left), is_last=left is None)


def delete_project_step(connection: Connection, job: DbRow) -> Advance:
    """Take away some more of a project: session by session, then documents, at last the project itself."""
    project_id = job["project_id"]
    of_project = sessions.c.project_id == project_id
    session_id = connection.execute(select(sessions.c.id).where(of_project).limit(1)).scalar()
    if session_id is not None:
        _take_from_session(connection, SessionAddress(project_id, session_id))
        return Advance(job["state"], job["progress"])
    taken = _take_some(connection, documents, [documents.c.project_id == project_id], documents.c.id)
    if taken == AT_ONCE:
        held = select(func.count()).where(documents.c.project_id == project_id)
        return Advance(job["state"], _share(job, connection.execute(held).scalar_one()))
    for table in (groups, projects):
        connection.execute(delete(table).where(table.c.project_id == project_id))
    return Advance(job["state"], 1.0, is_last=True)


def _share(job: DbRow, left: int | None) -> float:
    """How much is done of what there was."""
    total = job["state"].get("total") or 1
    return max(0.0, 1 - (left or 0) / total)


def _take_from_session(connection: Connection, at: SessionAddress) -> int | None:
    """Take some of a session; how many documents are left in it, or None once the session is gone."""
    taken = _take_some(connection, session_documents, of_session(at), session_documents.c.document_id)
    if taken == AT_ONCE:
        return connection.execute(select(func.count()).where(*of_session(at))).scalar_one()
    for table in (save_documents, saves):
        this = [table.c.project_id == at.project_id, table.c.session_id == at.session_id]
        if _take_some(connection, table, this, table.c.n) == AT_ONCE:
            return 0
    connection.execute(
        delete(sessions).where(sessions.c.project_id == at.project_id, sessions.c.id == at.session_id)
    )
    return None


def _take_some(
    connection: Connection, table: Table, where: Sequence[ColumnElement[bool]], key: ColumnElement[int]
) -> int:
    """Delete at most so many rows, those with the first keys and all that have the last of these; at most
    `AT_ONCE` is said."""
    keys = connection.execute(select(key).where(*where).order_by(key).limit(AT_ONCE)).scalars().all()
    if keys:
        connection.execute(delete(table).where(*where, key <= keys[-1]))
    return len(keys)
