"""What takes long is begun here: the call is over at once, and a worker does the rest."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, update

from labeling.database import Database
from labeling.errors import Invalid
from labeling.model import BUSY, Role, Status
from labeling.server.rules.preconditions import ExpectedTags, entity_tag, refuse_moved
from labeling.server.storage.admission import Caller
from labeling.server.storage.cloning import CLONE_PROJECT, begin_to_clone, clone_step
from labeling.server.storage.corrections import PREDICT, not_predicted
from labeling.server.storage.deletion import (
    DELETE_PROJECT,
    DELETE_SESSION,
    begin_to_delete_project,
    begin_to_delete_session,
    delete_project_step,
    delete_session_step,
)
from labeling.server.storage.ids import DbRow, SessionAddress
from labeling.server.storage.jobs import Work
from labeling.server.storage.models import TRAIN_MODEL, not_learned
from labeling.server.storage.projects import project_row, with_names
from labeling.server.storage.scoring import ESTIMATE
from labeling.server.storage.sessions import session_row
from labeling.server.storage.tables import DELETED, projects, sessions


class LongWork:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def delete_session(self, caller: Caller, at: SessionAddress, expected: ExpectedTags = None) -> None:
        """Have a session deleted with all that is in it, but for the documents; one that is being deleted
        goes on being so.

        Raises NotFound, Moved when it is in no state that is expected, Invalid when the server works on it.
        """
        with self._database.writing() as connection:
            row = session_row(connection, at, for_update=True)
            if row["status"] == Status.DELETING:
                return
            refuse_moved(expected, entity_tag(row))
            if row["status"] in BUSY:
                raise Invalid(f"The session is {row['status']}: it can be deleted when that is done.")
            begin_to_delete_session(connection, row, caller.id)

    def delete_project(self, caller: Caller, project_id: int) -> None:
        """Have a project deleted with all that is in it; from now on nobody finds it."""
        with self._database.writing() as connection:
            begin_to_delete_project(connection, project_id, caller.id)

    def clone_project(self, caller: Caller, project_id: int, name: str) -> DbRow:
        """Have a project cloned under another name; the new one, which the caller manages. Raises Invalid."""
        with self._database.writing() as connection:
            new_id = begin_to_clone(connection, caller, project_id, name)
            return with_names(connection, project_row(connection, new_id), Role.MANAGER)


WORK: dict[str, Work] = {
    DELETE_SESSION: delete_session_step,
    DELETE_PROJECT: delete_project_step,
    CLONE_PROJECT: clone_step,
}
"""How the next step of each kind of job is done."""


_TOLD: dict[str, Callable[[Connection, DbRow, str], None]] = {
    TRAIN_MODEL: not_learned,
    PREDICT: not_predicted,
    ESTIMATE: lambda connection, job, why: None,  # the score that is known stays
}


def tell_failure(connection: Connection, job: DbRow, why: str) -> None:
    """What a job was about has the status FAILED from now on, and says why."""
    if (told := _TOLD.get(job["kind"])) is not None:
        told(connection, job, why)
        return
    values = {"status": Status.FAILED.value, "description": why}
    if job["session_id"] is None:
        # What was deleted stays so.
        of_project = [projects.c.project_id == job["project_id"], projects.c.status != DELETED]
        connection.execute(update(projects).where(*of_project).values(values))
    else:
        this = [sessions.c.project_id == job["project_id"], sessions.c.id == job["session_id"]]
        connection.execute(update(sessions).where(*this).values(values))
