"""The rows of projects: their classes, labels, groups and documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, insert, select

from labeling.errors import NotFound
from labeling.model import NamedClass, Role, Type
from labeling.server.api.answers import Answer, project_answer
from labeling.server.rules.queries import ProjectListing
from labeling.server.storage.admission import Caller
from labeling.server.storage.documents import holds, segments_of
from labeling.server.storage.ids import Row, Spot, take_ids
from labeling.server.storage.session_documents import of_session
from labeling.server.storage.tables import (
    classes,
    documents,
    labels,
    memberships,
    projects,
    session_documents,
)


def projects_of(connection: Connection, caller: Caller) -> list[Answer]:
    statement = select(memberships.c.project_id, memberships.c.role).where(memberships.c.user_id == caller.id)
    roles = {project_id: Role(role) for project_id, role in connection.execute(statement)}
    rows = connection.execute(select(projects).order_by(projects.c.project_id)).mappings().all()
    return [
        project_object(connection, row, Role.MANAGER if caller.is_local else roles[row["project_id"]])
        for row in map(dict, rows)
        if caller.is_local or row["project_id"] in roles
    ]


def project_row(connection: Connection, project_id: int) -> Row:
    row = connection.execute(select(projects).where(projects.c.project_id == project_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no project {project_id}.")
    return dict(row)


def project_object(connection: Connection, row: Mapping[str, Any], role: Role) -> Answer:
    project_id = row["project_id"]
    return project_answer(
        row,
        [item["name"] for item in classes_of(connection, project_id)],
        [item["name"] for item in labels_of(connection, project_id)],
        role,
    )


def classes_of(connection: Connection, project_id: int) -> list[Answer]:
    columns = (classes.c.id, classes.c.name, classes.c.example, classes.c.description)
    statement = select(*columns).where(classes.c.project_id == project_id).order_by(classes.c.position)
    return [dict(row) for row in connection.execute(statement).mappings()]


def labels_of(connection: Connection, project_id: int) -> list[Answer]:
    columns = (labels.c.id, labels.c.name)
    statement = select(*columns).where(labels.c.project_id == project_id).order_by(labels.c.position)
    return [dict(row) for row in connection.execute(statement).mappings()]


def add_project(
    connection: Connection,
    name: str,
    type_: Type,
    class_list: Sequence[NamedClass],
    label_list: Sequence[str],
    created: datetime,
) -> int:
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


def documents_of(connection: Connection, project_id: int, asked: ProjectListing) -> Answer:
    conditions: list[ColumnElement[bool]] = [documents.c.project_id == project_id]
    if asked.search:
        conditions.append(holds(connection, asked.search))
    if asked.group_id is not None:
        conditions.append(documents.c.group_id == asked.group_id)
    if asked.session_id is not None:
        members = of_session(Spot(project_id, asked.session_id))
        conditions.append(documents.c.id.in_(select(session_documents.c.document_id).where(*members)))
    statement = select(documents.c.id, documents.c.text, documents.c.meta).where(*conditions)
    page = asked.page
    # One more than asked for tells whether there are more.
    probe = None if page.limit is None else page.limit + 1
    rows = connection.execute(statement.order_by(documents.c.id).offset(page.offset).limit(probe)).all()
    shown = rows[: page.limit]
    segments: dict[int, list[Answer]] = {}
    if "segments" in asked.details and asked.session_id is not None:
        spot, ids = Spot(project_id, asked.session_id), [row.id for row in shown]
        segments = segments_of(connection, spot, ids, with_tags="tags" in asked.details)
    return {
        "count": len(shown),
        "limit": page.limit,
        "offset": page.offset,
        "has_more": len(rows) > len(shown),
        "documents": [
            {
                "id": row.id,
                "text": row.text,
                **({"meta": row.meta} if "meta" in asked.details and row.meta else {}),
                **({"segments": segments.get(row.id, [])} if "segments" in asked.details else {}),
            }
            for row in shown
        ],
    }
