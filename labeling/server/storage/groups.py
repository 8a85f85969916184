"""The groups of documents of a project."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from labeling.server.api.answers import Answer, group_answer
from labeling.server.storage.ids import take_ids
from labeling.server.storage.tables import (
    documents,
    groups,
)


def groups_of(connection: Connection, project_id: int) -> list[Answer]:
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
    return [group_answer(dict(row)) for row in connection.execute(statement).mappings()]


def _add_group(connection: Connection, project_id: int, name: str, created: datetime) -> int:
    """The documents that come with a session are a group of their own."""
    group_id = next(take_ids(connection, "groups", 1))
    connection.execute(
        insert(groups).values(
            project_id=project_id, id=group_id, name=name, source="ANNOTATIONS", created=created
        )
    )
    return group_id
