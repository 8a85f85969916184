"""What takes long is begun here: the call is over at once, and a worker does the rest."""

from __future__ import annotations

from labeling.database import Database
from labeling.errors import Invalid
from labeling.model import BUSY, Role, Status
from labeling.server.rules.preconditions import ExpectedTags, entity_tag, refuse_moved
from labeling.server.storage.admission import Caller
from labeling.server.storage.cloning import begin_to_clone
from labeling.server.storage.deletion import begin_to_delete_project, begin_to_delete_session
from labeling.server.storage.ids import DbRow, SessionAddress
from labeling.server.storage.projects import project_row, with_names
from labeling.server.storage.sessions import session_row


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
