"""The sample data put into a new database, as if the work on it had gone on over the past weeks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select, update

from labeling.model import Status
from labeling.sample import SampleSession, projects
from labeling.server.rules.bodies import SessionBody
from labeling.server.rules.reading import SessionParts, checked_documents
from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.newcomers import always
from labeling.server.storage.people import local_user
from labeling.server.storage.projects import add_project
from labeling.server.storage.session_documents import mark, of_session
from labeling.server.storage.sessions import create_session, planned, with_rows
from labeling.server.storage.staging import clear, stage
from labeling.server.storage.tables import session_documents, sessions

PACE = timedelta(hours=3)
"""From one document marked as annotated to the next."""


def add_samples(connection: Connection) -> None:
    """The projects and sessions of `labeling.sample`, begun six weeks ago."""
    user_id = local_user(connection)
    start = datetime.now(UTC) - timedelta(weeks=6)
    for number, project in enumerate(projects()):
        created = start + timedelta(days=number, hours=5 * number)
        project_id = add_project(
            connection, project.name, project.type, project.classes, project.labels, created
        )
        for index, session in enumerate(project.sessions):
            begun = created + timedelta(days=6 * index + 1)
            plan = with_rows(planned(connection, project_id, _parts(session)))
            stage(connection, plan.newcomers, always)
            row = create_session(connection, plan, user_id, begun)
            clear(connection)
            at = SessionAddress(project_id, row["id"])
            end = _spread_marks(connection, at, begun)
            finished = end if session.status is Status.FINISHED else None
            connection.execute(
                update(sessions)
                .where(sessions.c.project_id == at.project_id, sessions.c.id == at.session_id)
                .values(
                    mode=session.mode.value,
                    status=session.status.value,
                    description=session.description,
                    finished=finished,
                )
            )


def _parts(session: SampleSession) -> SessionParts:
    names = {"name": session.name, "classes": session.classes, "labels": session.labels}
    documents = checked_documents(document.to_json() for document in session.documents)
    return SessionParts(SessionBody.model_validate(names), documents)


def _spread_marks(connection: Connection, at: SessionAddress, begun: datetime) -> datetime:
    """Documents were marked one after the other; when the last one was."""
    marked = connection.execute(
        select(session_documents.c.document_id)
        .where(*of_session(at), session_documents.c.annotated.is_not(None))
        .order_by(session_documents.c.position)
    ).scalars()
    moments: dict[int, datetime | None] = {
        document_id: begun + PACE * index for index, document_id in enumerate(marked, start=1)
    }
    mark(connection, at, moments)
    return begun + PACE * len(moments)
