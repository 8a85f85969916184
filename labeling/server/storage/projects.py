"""Projects with their classes and labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from labeling.database import Database
from labeling.errors import NotFound
from labeling.model import SENTIMENTS, NamedClass, Role, Type
from labeling.server.rules.bodies import ProjectBody, ProjectChangeBody
from labeling.server.rules.bounds import refuse_long_name, refuse_unbounded
from labeling.server.rules.queries import PageQuery
from labeling.server.storage.admission import Caller, seen_by
from labeling.server.storage.ids import DbRow, take_ids
from labeling.server.storage.people import give_role
from labeling.server.storage.tables import (
    DELETED,
    classes,
    labels,
    memberships,
    projects,
    sessions,
    tags,
)

NamesOf = Mapping[int, list[str]]


class Projects:
    """Each method is one transaction. A project is its row, `classes`, `labels` and the caller's `role`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_caller(self, caller: Caller) -> list[DbRow]:
        """Those in which the caller has a role; for the local user all."""
        of_caller = memberships.c.user_id == caller.id
        statement = select(memberships.c.project_id, memberships.c.role).where(of_caller)
        with self._database.reading() as connection:
            roles = {project_id: Role(role) for project_id, role in connection.execute(statement)}
            there = select(projects).where(projects.c.status != DELETED).order_by(projects.c.project_id)
            class_names, label_names = (_by_project(connection, table) for table in (classes, labels))
            return [
                _named(
                    row,
                    class_names,
                    label_names,
                    Role.MANAGER if caller.is_local else roles[row["project_id"]],
                )
                for row in map(dict, connection.execute(there).mappings())
                if caller.is_local or row["project_id"] in roles
            ]

    def read(self, caller: Caller, project_id: int) -> DbRow:
        """One project. Raises NotFound."""
        with self._database.reading() as connection:
            return with_names(connection, project_row(connection, project_id), caller.role or Role.VIEWER)

    def add(self, caller: Caller, body: ProjectBody) -> DbRow:
        """The caller becomes its MANAGER. The labels of an ABSA project are sentiments unless named."""
        refuse_long_name(body.name)
        refuse_unbounded("classes", body.classes)
        refuse_unbounded("labels", body.labels)
        chosen = body.labels
        if chosen is None:
            chosen = SENTIMENTS if body.type is Type.ABSA else ()
        class_list = [NamedClass(name=name) for name in body.classes or ()]
        with self._database.writing() as connection:
            project_id = add_project(connection, body.name, body.type, class_list, chosen, datetime.now(UTC))
            if not caller.is_local:
                give_role(connection, project_id, caller.id, Role.MANAGER)
            return with_names(connection, project_row(connection, project_id), Role.MANAGER)

    def change(self, caller: Caller, project_id: int, body: ProjectChangeBody) -> DbRow:
        """Give it another name, if the body has one. Raises NotFound, Invalid."""
        with self._database.writing() as connection:
            known = project_row(connection, project_id)
            if body.name is not None:
                refuse_long_name(body.name, known["name"])
                this = update(projects).where(projects.c.project_id == project_id)
                connection.execute(this.values(name=body.name))
            return with_names(connection, project_row(connection, project_id), caller.role or Role.VIEWER)

    def roles(self, project_id: int) -> list[DbRow]:
        """Who has a role in it: the person's `id` and `role`."""
        statement = select(memberships.c.user_id.label("id"), memberships.c.role)
        of_project = memberships.c.project_id == project_id
        with self._database.reading() as connection:
            rows = connection.execute(statement.where(of_project).order_by(memberships.c.user_id)).mappings()
            return [dict(row) for row in rows]

    def tags(self, caller: Caller, project_id: int, query: PageQuery) -> tuple[list[DbRow], int]:
        """A page of the pairs of `class_` and `label` that tags of the project have, in the sessions that the
        caller may see, by name; how many pairs there are."""
        there = select(sessions.c.id).where(sessions.c.project_id == project_id, seen_by(caller))
        found_in = (tags.c.project_id == project_id, tags.c.session_id.in_(there))
        pairs = select(tags.c.class_, tags.c.label).where(*found_in).distinct()
        count = select(func.count()).select_from(pairs.subquery())
        in_order = [func.coalesce(column, "") for column in (tags.c.class_, tags.c.label)]
        ordered = pairs.add_columns(*in_order).order_by(*in_order)
        with self._database.reading() as connection:
            page = connection.execute(ordered.offset(query.offset).limit(query.limit))
            found = [{"class_": row[0], "label": row[1]} for row in page]
            return found, connection.execute(count).scalar_one()


def project_row(connection: Connection, project_id: int) -> DbRow:
    """Raises NotFound."""
    row = connection.execute(select(projects).where(projects.c.project_id == project_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no project {project_id}.")
    return dict(row)


def with_names(connection: Connection, row: DbRow, role: Role) -> DbRow:
    """A project's row with its `classes`, its `labels`, and a `role` in it."""
    class_names, label_names = (
        _by_project(connection, table, row["project_id"]) for table in (classes, labels)
    )
    return _named(row, class_names, label_names, role)


def _named(row: DbRow, class_names: NamesOf, label_names: NamesOf, role: Role) -> DbRow:
    project_id = row["project_id"]
    named = {"classes": class_names.get(project_id, []), "labels": label_names.get(project_id, [])}
    return {**row, **named, "role": role}


def _by_project(connection: Connection, table: Table, project_id: int | None = None) -> NamesOf:
    """The names of classes or labels in their order, of one project or, by one statement, of all."""
    statement = select(table.c.project_id, table.c.name).order_by(table.c.project_id, table.c.position)
    if project_id is not None:
        statement = statement.where(table.c.project_id == project_id)
    found = defaultdict[int, list[str]](list)
    for of_project, name in connection.execute(statement):
        found[of_project].append(name)
    return found


def names_of(connection: Connection, table: Table, project_id: int) -> list[DbRow]:
    """A project's classes or labels in their order, with all that is known of each."""
    columns = [column for column in table.c if column.name not in ("project_id", "position")]
    statement = select(*columns).where(table.c.project_id == project_id).order_by(table.c.position)
    return [dict(row) for row in connection.execute(statement).mappings()]


def classes_of(connection: Connection, project_id: int) -> list[DbRow]:
    """A project's classes in their order: id, name, example, description."""
    return names_of(connection, classes, project_id)


def labels_of(connection: Connection, project_id: int) -> list[DbRow]:
    """A project's labels in their order: id, name."""
    return names_of(connection, labels, project_id)


def add_project(
    connection: Connection,
    name: str,
    type_: Type,
    class_list: Sequence[NamedClass],
    label_list: Sequence[str],
    created: datetime,
) -> int:
    """A new project with its classes and labels; its id."""
    project_id = next(take_ids(connection, "projects", 1))
    connection.execute(
        insert(projects).values(project_id=project_id, name=name, type=type_.value, created=created)
    )
    named: tuple[tuple[Table, list[dict[str, Any]]], ...] = (
        (classes, [item.model_dump(include={"name", "example", "description"}) for item in class_list]),
        (labels, [{"name": label} for label in label_list]),
    )
    for table, items in named:
        ids = take_ids(connection, table.name, len(items))
        rows = [
            {"project_id": project_id, "id": next(ids), "position": position, **item}
            for position, item in enumerate(items)
        ]
        if rows:
            connection.execute(insert(table), rows)
    return project_id
