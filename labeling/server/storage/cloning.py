"""Projects cloned with all they hold, but for the history of their sessions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, func, insert, literal, select, update

from labeling.errors import Invalid
from labeling.model import BUSY, Role
from labeling.server.rules.bounds import refuse_long_name
from labeling.server.storage.admission import Caller
from labeling.server.storage.ids import DbRow, take_ids
from labeling.server.storage.jobs import Advance, add_job
from labeling.server.storage.models import WAITING
from labeling.server.storage.people import give_role
from labeling.server.storage.projects import project_row
from labeling.server.storage.sessions import is_awaited
from labeling.server.storage.tables import (
    CLONING,
    CREATED,
    DELETED,
    classes,
    documents,
    groups,
    labels,
    model_files,
    models,
    predictions,
    projects,
    segments,
    session_documents,
    sessions,
    tags,
)

CLONE_PROJECT = "CLONE_PROJECT"


def begin_to_clone(connection: Connection, caller: Caller, project_id: int, name: str) -> int:
    """A new project with that name, which a worker fills; its id. The caller manages it. Raises Invalid."""
    refuse_long_name(name)
    source = project_row(connection, project_id)
    if source["status"] != CREATED:
        raise Invalid(f"The project is {source['status']}: there is nothing whole to clone.")
    new_id = next(take_ids(connection, "projects", 1))
    made = {"name": name, "type": source["type"], "created": datetime.now(UTC), "status": CLONING}
    connection.execute(insert(projects).values(project_id=new_id, **made))
    if not caller.is_local:
        give_role(connection, new_id, caller.id, Role.MANAGER)
    add_job(connection, CLONE_PROJECT, new_id, caller.id, source=project_id)
    return new_id


def clone_step(connection: Connection, job: DbRow) -> Advance:
    """Copy all of the project in one step: what is copied belongs together, and nobody changes it meanwhile.

    Raises Invalid when there is nothing whole to copy any more.
    """
    source, new_id = job["state"]["source"], job["project_id"]
    if project_row(connection, new_id)["status"] == DELETED:
        return Advance(job["state"], 1.0, is_last=True)  # whoever deleted it meanwhile has a job of their own
    held = select(projects.c.status).where(projects.c.project_id == source).with_for_update()
    if connection.execute(held).scalar() != CREATED:
        raise Invalid("The project that it was to be a copy of is gone.")
    of_source = sessions.c.project_id == source
    rows = connection.execute(select(sessions).where(of_source).order_by(sessions.c.id).with_for_update())
    held_now = [dict(row) for row in rows.mappings()]
    whole = [row for row in held_now if row["status"] not in BUSY and not is_awaited(row)]
    for table in (classes, labels):
        _copy(connection, table, source, new_id, _Shift.of(connection, table, source))
    of_groups = _Shift.of(connection, groups, source)
    _copy(connection, groups, source, new_id, of_groups)
    of_documents = _Shift.of(connection, documents, source)
    group = of_groups.applied(documents.c.group_id)
    _copy(connection, documents, source, new_id, of_documents, group_id=group)
    of_models = _copy_models(connection, source, new_id)
    copies = {
        row["id"]: _copy_session(connection, row, new_id, of_groups, of_documents, of_models) for row in whole
    }
    _name_sources(connection, new_id, copies)
    connection.execute(update(projects).where(projects.c.project_id == new_id).values(status=CREATED))
    return Advance(job["state"], 1.0, is_last=True)


class _Shift(NamedTuple):
    """How ids become new ones that nothing has: those from the first on, in their order, `ids` at most."""

    first: int
    start: int
    ids: int

    @classmethod
    def of(cls, connection: Connection, table: Table, project_id: int, *where: ColumnElement[bool]) -> _Shift:
        """For all rows of the project, or those of them that fit."""
        ends = select(func.min(table.c.id), func.max(table.c.id)).where(
            table.c.project_id == project_id, *where
        )
        first, last = connection.execute(ends).one()
        if first is None:
            return cls(0, 0, 0)
        count = last - first + 1
        return cls(first, next(take_ids(connection, table.name, count)), count)

    def applied(self, column: ColumnElement[int]) -> ColumnElement[int]:
        """The new id, in SQL."""
        return column + (self.start - self.first)


def _copy(
    connection: Connection,
    table: Table,
    source: int,
    new_id: int,
    shift: _Shift | None,
    *where: ColumnElement[bool],
    **changed: ColumnElement[Any],
) -> None:
    """Copy rows of one project into another with one statement."""
    values: dict[str, ColumnElement[Any]] = {column.key: column for column in table.c}
    values |= {"project_id": literal(new_id), **changed}
    if shift is not None:
        values["id"] = shift.applied(table.c.id)
    rows = select(*values.values()).where(table.c.project_id == source, *where)
    connection.execute(insert(table).from_select(list(values), rows))


def _copy_models(connection: Connection, source: int, new_id: int) -> _Shift:
    """The models that are trained, with what they learned."""
    trained = models.c.status.not_in(WAITING)
    shift = _Shift.of(connection, models, source, trained)
    rows = connection.execute(select(models).where(models.c.project_id == source, trained)).mappings().all()
    own = [
        {
            **row,
            "project_id": new_id,
            "id": row["id"] - shift.first + shift.start,
            "uuid": str(uuid.uuid4()),
            "wanted": None,
        }
        for row in rows
    ]
    if own:
        connection.execute(insert(models), own)
        moved = {"model_id": shift.applied(model_files.c.model_id)}
        kept = model_files.c.model_id.in_([row["id"] for row in rows])
        _copy(connection, model_files, source, new_id, None, kept, **moved)
    return shift


def _name_sources(connection: Connection, new_id: int, copies: Mapping[int, int]) -> None:
    """What the copied models have learned from is in the copies of those sessions."""
    of_copy = models.c.project_id == new_id
    for row in connection.execute(select(models.c.id, models.c.sources).where(of_copy)).all():
        sources = [{**one, "id": copies[one["id"]]} for one in row.sources if one["id"] in copies]
        connection.execute(update(models).where(of_copy, models.c.id == row.id).values(sources=sources))


def _copy_session(
    connection: Connection,
    row: DbRow,
    new_id: int,
    of_groups: _Shift,
    of_documents: _Shift,
    of_models: _Shift,
) -> int:
    """A session with all that is in it, but for its history; the number of the copy."""
    source, old_id = row["project_id"], row["id"]
    session_id = next(take_ids(connection, "sessions", 1))
    group_id = row["group_id"] and row["group_id"] - of_groups.first + of_groups.start
    made = {"project_id": new_id, "id": session_id, "uuid": str(uuid.uuid4()), "version": 1}
    model_id = row["model_id"] and row["model_id"] - of_models.first + of_models.start
    made |= {"group_id": group_id, "model_id": model_id}
    connection.execute(insert(sessions).values({**row, **made}))
    placed = {"session_id": literal(session_id)}

    def document(table: Table) -> ColumnElement[int]:
        return of_documents.applied(table.c.document_id)

    of_entries = session_documents.c.session_id == old_id
    moved = {**placed, "document_id": document(session_documents)}
    _copy(connection, session_documents, source, new_id, None, of_entries, **moved)
    of_segments = _shared(connection, segments, predictions.c.segment_id, source, old_id)
    moved = {**placed, "document_id": document(segments)}
    _copy(connection, segments, source, new_id, of_segments, segments.c.session_id == old_id, **moved)
    of_tags = _shared(connection, tags, predictions.c.id, source, old_id)
    moved = {
        **placed,
        "document_id": document(tags),
        "segment_id": of_segments.applied(tags.c.segment_id),
    }
    _copy(connection, tags, source, new_id, of_tags, tags.c.session_id == old_id, **moved)
    moved |= {"segment_id": of_segments.applied(predictions.c.segment_id)}
    moved |= {"document_id": document(predictions)}
    _copy(connection, predictions, source, new_id, of_tags, predictions.c.session_id == old_id, **moved)
    return session_id


def _shared(
    connection: Connection, table: Table, proposed: ColumnElement[int], project_id: int, session_id: int
) -> _Shift:
    """For ids of a session that rows of the table have, or what is proposed and may come to be one."""
    ends = [
        select(func.min(column), func.max(column)).where(
            of.c.project_id == project_id, of.c.session_id == session_id
        )
        for of, column in ((table, table.c.id), (predictions, proposed))
    ]
    found = [end for one in ends for end in connection.execute(one).one() if end is not None]
    if not found:
        return _Shift(0, 0, 0)
    count = max(found) - min(found) + 1
    return _Shift(min(found), next(take_ids(connection, table.name, count)), count)
