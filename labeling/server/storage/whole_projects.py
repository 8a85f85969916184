"""A project with all that is in it, read part by part as it is asked for, all of one state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from pydantic_core import from_json
from sqlalchemy import Connection, select

from labeling.database import Database
from labeling.model import Role
from labeling.server.storage.documents import whole_of
from labeling.server.storage.groups import groups_of
from labeling.server.storage.ids import DbRow, JsonObject, SessionAddress
from labeling.server.storage.models import models_of
from labeling.server.storage.projects import classes_of, labels_of, project_row, with_names
from labeling.server.storage.sessions import session_row
from labeling.server.storage.tables import documents, memberships, save_documents, saves, sessions, users

AT_ONCE = 200
"""Saves, or documents, that are read at a time."""


class ExportedSession(NamedTuple):
    """A session's row, its documents with everything, and its saves from the first on, each with the
    `documents` that it changed and what it replaced in them."""

    session: DbRow
    documents: Iterator[JsonObject]
    saves: Iterator[JsonObject]


class ExportedProject(NamedTuple):
    """A project's row with its names, and what it holds; `documents` are all of it, with their group."""

    project: DbRow
    classes: list[DbRow]
    labels: list[DbRow]
    groups: list[DbRow]
    models: list[DbRow]
    people: list[DbRow]
    documents: Iterator[JsonObject]
    sessions: Iterator[ExportedSession]


class WholeProjects:
    """What is given is of one moment, and can be read until the end of the block."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def read(self, project_id: int) -> Iterator[ExportedProject]:
        """A project. Raises NotFound."""
        people = (
            select(users.c.id, users.c.email, users.c.name, memberships.c.role)
            .join(memberships, memberships.c.user_id == users.c.id)
            .where(memberships.c.project_id == project_id)
            .order_by(users.c.id)
        )
        with self._database.reading() as connection:
            row = project_row(connection, project_id)
            yield ExportedProject(
                with_names(connection, row, Role.MANAGER),
                classes_of(connection, project_id),
                labels_of(connection, project_id),
                groups_of(connection, project_id),
                models_of(connection, project_id),
                [dict(person) for person in connection.execute(people).mappings()],
                _documents(connection, project_id),
                _sessions(connection, project_id),
            )


def _documents(connection: Connection, project_id: int) -> Iterator[JsonObject]:
    columns = [documents.c[name] for name in ("id", "group_id", "text", "meta")]
    statement = select(*columns).where(documents.c.project_id == project_id).order_by(documents.c.id)
    last = 0
    while rows := connection.execute(statement.where(documents.c.id > last).limit(AT_ONCE)).mappings().all():
        yield from map(dict, rows)
        last = rows[-1]["id"]


def _sessions(connection: Connection, project_id: int) -> Iterator[ExportedSession]:
    ids = select(sessions.c.id).where(sessions.c.project_id == project_id).order_by(sessions.c.id)
    for session_id in connection.execute(ids).scalars().all():
        at = SessionAddress(project_id, session_id)
        whole = whole_of(connection, session_row(connection, at))
        yield ExportedSession(whole.session, whole.documents, _saves(connection, at))


def _saves(connection: Connection, at: SessionAddress) -> Iterator[JsonObject]:
    of_session = [saves.c.project_id == at.project_id, saves.c.session_id == at.session_id]
    statement = (
        select(saves, users.c.email, users.c.name.label("person"))
        .join(users)
        .where(*of_session)
        .order_by(saves.c.n)
    )
    last = 0
    while rows := connection.execute(statement.where(saves.c.n > last).limit(AT_ONCE)).mappings().all():
        changed = _changed(connection, at, rows[0]["n"], rows[-1]["n"])
        for row in rows:
            yield {**row, "documents": changed.get(row["n"], [])}
        last = rows[-1]["n"]


def _changed(
    connection: Connection, at: SessionAddress, first: int, last: int
) -> dict[int, list[JsonObject]]:
    """What the saves from one to another changed, by their numbers."""
    of_saves = [
        save_documents.c.project_id == at.project_id,
        save_documents.c.session_id == at.session_id,
        save_documents.c.n.between(first, last),
    ]
    statement = select(save_documents).where(*of_saves).order_by(save_documents.c.document_id)
    found: dict[int, list[JsonObject]] = {}
    for row in connection.execute(statement):
        before = {"id": row.document_id, "before": from_json(row.before), "seconds": row.seconds}
        found.setdefault(row.n, []).append(before)
    return found
