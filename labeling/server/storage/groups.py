"""The groups of a project's documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from labeling.database import Database
from labeling.errors import Invalid, NotFound
from labeling.server.rules.bodies import GroupBody, GroupChangeBody
from labeling.server.rules.bounds import refuse_long_name
from labeling.server.storage.admission import Caller, seen_by
from labeling.server.storage.ids import DbRow, JsonObject, in_blocks, take_ids
from labeling.server.storage.session_documents import add_documents, text_hash
from labeling.server.storage.tables import documents, groups
from labeling.server.storage.visibility import group_seen


class Groups:
    """Each method is one transaction. A group is its row, with the count of its documents as
    `document_count`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_project(self, caller: Caller, project_id: int) -> list[DbRow]:
        """The project's groups that the caller may see, by id."""
        with self._database.reading() as connection:
            return _rows(
                connection, groups.c.project_id == project_id, group_seen(project_id, seen_by(caller))
            )

    def read(self, project_id: int, group_id: int) -> DbRow:
        """The group with the id. Raises NotFound."""
        with self._database.reading() as connection:
            return _row(connection, project_id, group_id)

    def add(self, project_id: int, body: GroupBody) -> DbRow:
        """A new group with its documents. Raises Invalid for an id that the project does not have."""
        refuse_long_name(body.name)
        with self._database.writing() as connection:
            group_id = add_group(connection, project_id, body.name, datetime.now(UTC), source="UPLOAD")
            _put_into(connection, project_id, group_id, body)
            return _row(connection, project_id, group_id)

    def change(self, project_id: int, group_id: int, body: GroupChangeBody) -> DbRow:
        """Give it another name, and the documents more; a document that was in another group leaves that.

        Raises Invalid for an id that the project does not have.
        """
        with self._database.writing() as connection:
            known = _row(connection, project_id, group_id)
            refuse_long_name(body.name, known["name"])
            if body.name is not None:
                this = update(groups).where(groups.c.project_id == project_id, groups.c.id == group_id)
                connection.execute(this.values(name=body.name))
            _put_into(connection, project_id, group_id, body)
            return _row(connection, project_id, group_id)


def groups_of(connection: Connection, project_id: int) -> list[DbRow]:
    """A project's groups by id, with the count of their documents."""
    return _rows(connection, groups.c.project_id == project_id)


def _rows(connection: Connection, *conditions: ColumnElement[bool]) -> list[DbRow]:
    count = (
        select(func.count())
        .where(documents.c.project_id == groups.c.project_id, documents.c.group_id == groups.c.id)
        .scalar_subquery()
    )
    statement = select(groups, count.label("document_count")).where(*conditions).order_by(groups.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def _row(connection: Connection, project_id: int, group_id: int) -> DbRow:
    found = _rows(connection, groups.c.project_id == project_id, groups.c.id == group_id)
    if not found:
        raise NotFound(f"There is no such group in project {project_id} any more.")
    return found[0]


def _put_into(connection: Connection, project_id: int, group_id: int, body: GroupChangeBody) -> None:
    """The documents that a body names or brings go into the group, in their order; a text that stands in the
    group already is there, so that the same body twice does the same."""
    named: list[tuple[str, int, str | None]] = [
        (f"document_ids[{index}]", one, None) for index, one in enumerate(body.document_ids or ())
    ]
    named += [
        (f"documents[{index}]", item.id, item.text)
        for index, item in enumerate(body.documents or ())
        if item.id is not None
    ]
    texts = _texts(connection, project_id, documents.c.id, [one for _, one, _ in named])
    for where, document_id, text in named:
        if document_id not in texts:
            raise Invalid(f"{where}: the project has no document {document_id}")
        if text is not None and text != texts[document_id]:
            raise Invalid(f"{where}.text: differs from the text of document {document_id}")
    for block in in_blocks(sorted(texts)):
        these = update(documents).where(documents.c.project_id == project_id, documents.c.id.in_(block))
        connection.execute(these.values(group_id=group_id))
    sent = [(item.text or "", item.meta) for item in body.documents or () if item.id is None]
    in_group = documents.c.group_id == group_id
    hashes = {text_hash(text) for text, _ in sent}
    there = Counter(_texts(connection, project_id, documents.c.text_hash, hashes, in_group).values())
    new = list[tuple[str, JsonObject | None]]()
    for text, meta in sent:
        there[text] -= 1
        if there[text] < 0:
            new.append((text, meta))
    add_documents(connection, project_id, new, group_id, datetime.now(UTC))


def _texts(
    connection: Connection,
    project_id: int,
    column: ColumnElement[Any],
    values: Iterable[Any],
    *conditions: ColumnElement[bool],
) -> dict[int, str]:
    """The text of each document of the project in which a column has one of the values."""
    of_project = select(documents.c.id, documents.c.text).where(documents.c.project_id == project_id)
    return {
        row.id: row.text
        for block in in_blocks(values)
        for row in connection.execute(of_project.where(column.in_(block), *conditions))
    }


def add_group(
    connection: Connection, project_id: int, name: str, created: datetime, *, source: str = "ANNOTATIONS"
) -> int:
    """A new group, if nothing else is said for the documents that come with a session; its id."""
    group_id = next(take_ids(connection, "groups", 1))
    connection.execute(
        insert(groups).values(project_id=project_id, id=group_id, name=name, source=source, created=created)
    )
    return group_id
