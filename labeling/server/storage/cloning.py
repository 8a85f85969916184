"""Projects cloned with all they hold: a session at a time, each as it is at that moment."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, insert, literal, select, update

from labeling.model import BUSY, Role
from labeling.server.rules.bounds import refuse_long_name
from labeling.server.storage.admission import Caller
from labeling.server.storage.ids import DbRow, SessionAddress, take_ids
from labeling.server.storage.jobs import Advance, add_job
from labeling.server.storage.people import give_role
from labeling.server.storage.projects import project_row
from labeling.server.storage.session_documents import of_session
from labeling.server.storage.sessions import moved as moved_counts
from labeling.server.storage.tables import (
    CLONING,
    DELETED,
    classes,
    documents,
    groups,
    labels,
    projects,
    segments,
    session_documents,
    sessions,
    tags,
)
from labeling.server.storage.updates import ChangeResult

CLONE_PROJECT = "CLONE_PROJECT"
AT_ONCE = 1000
"""Documents that are copied in one step."""


def begin_to_clone(connection: Connection, caller: Caller, project_id: int, name: str) -> int:
    """A new project with that name, which a worker fills; its id. The caller manages it."""
    refuse_long_name(name)
    source = project_row(connection, project_id)
    new_id = next(take_ids(connection, "projects", 1))
    made = {"name": name, "type": source["type"], "created": datetime.now(UTC), "status": CLONING}
    connection.execute(insert(projects).values(project_id=new_id, **made))
    for table in (classes, labels):
        _copy(connection, table, project_id, new_id, _Shift.of(connection, table, project_id))
    if not caller.is_local:
        give_role(connection, new_id, caller.id, Role.MANAGER)
    add_job(connection, CLONE_PROJECT, new_id, caller.id, source=project_id)
    return new_id


def clone_step(connection: Connection, job: DbRow) -> Advance:
    """Copy some more: the groups, then documents, then one session after the other."""
    state, source, new_id = dict(job["state"]), job["state"]["source"], job["project_id"]
    if project_row(connection, new_id)["status"] == DELETED:
        return Advance(state, 1.0, is_last=True)  # whoever deleted it meanwhile has a job of their own
    if "groups" not in state:
        state["groups"] = _Shift.of(connection, groups, source)
        _copy(connection, groups, source, new_id, _Shift(*state["groups"]))
        state["documents"] = _Shift.of(connection, documents, source)
        state |= {"document": 0, "session": 0}
        return Advance(state, 0.0)
    moved = {"group_id": _Shift(*state["groups"]), "document_id": _Shift(*state["documents"])}
    if (last := _copied_documents(connection, state, new_id, moved)) is not None:
        state["document"] = last
        done = (last - state["documents"][0]) / (state["documents"][2] or 1)
        return Advance(state, done / 2)
    of_source = [sessions.c.project_id == source, sessions.c.id > state["session"]]
    row = (
        connection.execute(
            select(sessions)
            .where(*of_source, sessions.c.status.not_in(BUSY))
            .order_by(sessions.c.id)
            .limit(1)
        )
        .mappings()
        .first()
    )
    if row is None:
        connection.execute(update(projects).where(projects.c.project_id == new_id).values(status="CREATED"))
        return Advance(state, 1.0, is_last=True)
    _copy_session(connection, dict(row), new_id, moved)
    state["session"] = row["id"]
    left = connection.execute(select(func.count()).where(*of_source, sessions.c.id > row["id"])).scalar_one()
    return Advance(state, 1 - left / (left + 1) / 2)


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


def _copied_documents(
    connection: Connection, state: DbRow, new_id: int, moved: Mapping[str, _Shift]
) -> int | None:
    """Copy the next documents; the last of them, or None if there are no more."""
    shift, source = moved["document_id"], state["source"]
    last_of_all = shift.first + shift.ids - 1
    of_source = [
        documents.c.project_id == source,
        documents.c.id > state["document"],
        documents.c.id <= last_of_all,
    ]
    ids = (
        connection.execute(select(documents.c.id).where(*of_source).order_by(documents.c.id).limit(AT_ONCE))
        .scalars()
        .all()
    )
    if not ids:
        return None
    group = moved["group_id"].applied(documents.c.group_id)
    _copy(
        connection,
        documents,
        source,
        new_id,
        shift,
        *of_source[1:],
        documents.c.id <= ids[-1],
        group_id=group,
    )
    return int(ids[-1])


def _copy_session(connection: Connection, row: DbRow, new_id: int, moved: Mapping[str, _Shift]) -> None:
    """A session with all that is in it, but for documents that came into the project since it is cloned."""
    source, old_id = row["project_id"], row["id"]
    session_id, shift = next(take_ids(connection, "sessions", 1)), moved["document_id"]
    group_id = row["group_id"]
    if group_id is not None:
        there = moved["group_id"].first <= group_id < moved["group_id"].first + moved["group_id"].ids
        group_id = group_id - moved["group_id"].first + moved["group_id"].start if there else None
    made = {
        "project_id": new_id,
        "id": session_id,
        "uuid": str(uuid.uuid4()),
        "group_id": group_id,
        "version": 1,
    }
    connection.execute(insert(sessions).values({**row, **made}))
    in_session = {"session_id": literal(session_id)}

    def of(table: Table) -> list[ColumnElement[bool]]:
        last = shift.first + shift.ids - 1
        return [table.c.session_id == old_id, table.c.document_id.between(shift.first, last)]

    def document(table: Table) -> ColumnElement[int]:
        return shift.applied(table.c.document_id)

    entries = session_documents
    _copy(
        connection, entries, source, new_id, None, *of(entries), **in_session, document_id=document(entries)
    )
    of_segments = _Shift.of(connection, segments, source, *of(segments))
    _copy(
        connection,
        segments,
        source,
        new_id,
        of_segments,
        *of(segments),
        **in_session,
        document_id=document(segments),
    )
    of_tags = _Shift.of(connection, tags, source, *of(tags))
    _copy(
        connection,
        tags,
        source,
        new_id,
        of_tags,
        *of(tags),
        **in_session,
        document_id=document(tags),
        segment_id=of_segments.applied(tags.c.segment_id),
    )
    _count_anew(connection, dict(row), SessionAddress(new_id, session_id))


def _count_anew(connection: Connection, row: DbRow, at: SessionAddress) -> None:
    """What came into the source since its documents were copied is left out: the counts without it, the
    places without gaps."""
    place = session_documents.c.position
    entries = select(session_documents.c.document_id, place, session_documents.c.annotated)
    found = connection.execute(entries.where(*of_session(at)).order_by(place)).all()
    if len(found) == row["document_count"]:
        return
    this = update(session_documents).where(
        *of_session(at), session_documents.c.document_id == bindparam("of_document")
    )
    for index, entry in enumerate(found):  # each moves down to where nothing is any more
        if entry.position != index:
            connection.execute(this.values(position=index), {"of_document": entry.document_id})
    annotated = sum(entry.annotated is not None for entry in found)
    change = ChangeResult(newly_annotated=annotated - row["annotated_count"])
    values = moved_counts(row, len(found), change, datetime.now(UTC))
    of_new = update(sessions).where(sessions.c.project_id == at.project_id, sessions.c.id == at.session_id)
    connection.execute(of_new.values(values))
