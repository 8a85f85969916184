"""The groups of a project's documents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from labeling.database import Database
from labeling.server.storage.ids import DbRow, take_ids
from labeling.server.storage.tables import documents, groups


class Groups:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_project(self, project_id: int) -> list[DbRow]:
        """The project's groups by id, each with the count of its documents as `document_count`."""
        count = (
            select(func.count())
            .where(documents.c.project_id == groups.c.project_id, documents.c.group_id == groups.c.id)
            .scalar_subquery()
        )
        statement = (
            select(groups, count.label("document_count"))
            .where(groups.c.project_id == project_id)
            .order_by(groups.c.id)
        )
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]


def add_group(connection: Connection, project_id: int, name: str, created: datetime) -> int:
    """A new group for the documents that come with a session; its id."""
    group_id = next(take_ids(connection, "groups", 1))
    connection.execute(
        insert(groups).values(
            project_id=project_id, id=group_id, name=name, source="ANNOTATIONS", created=created
        )
    )
    return group_id
