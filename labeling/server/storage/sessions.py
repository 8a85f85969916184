"""Sessions: listed, made, changed, and moved from status to status."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from labeling.database import Database
from labeling.errors import Exists, Failed, Forbidden, Invalid, NotFound
from labeling.model import BUSY, Mode, Part, Role, Status
from labeling.server.rules.bodies import ChangeBody, DocumentBody, NewDocumentBody
from labeling.server.rules.bounds import refuse_long_name, refuse_unbounded
from labeling.server.rules.preconditions import ExpectedTags, entity_tag, refuse_moved
from labeling.server.rules.progress import finished_after, status_after
from labeling.server.rules.reading import SessionParts
from labeling.server.storage.admission import Caller, seen_by
from labeling.server.storage.groups import add_group
from labeling.server.storage.history import Replaced, record
from labeling.server.storage.ids import DbRow, SessionAddress, take_ids
from labeling.server.storage.newcomers import GoOn, Newcomers, always, made_ready
from labeling.server.storage.people import refuse_without_role
from labeling.server.storage.projects import classes_of, labels_of, project_row
from labeling.server.storage.scoring import follow_corrections
from labeling.server.storage.session_documents import attach
from labeling.server.storage.staging import clear, stage, store_staged
from labeling.server.storage.tables import (
    documents,
    projects,
    segments,
    session_documents,
    sessions,
    tags,
)
from labeling.server.storage.updates import ChangeResult, Target, apply_documents, refuse_dropped_names

MANY = 1_000
"""New documents from which on a session changes what PostgreSQL has to know of its tables."""
_ROW = select(sessions).where(
    sessions.c.project_id == bindparam("project_id"), sessions.c.id == bindparam("session_id")
)
_ROW_TO_CHANGE = _ROW.with_for_update()
_SAVE = update(sessions).where(
    sessions.c.project_id == bindparam("of_project"), sessions.c.id == bindparam("of_session")
)


class SessionPlan(NamedTuple):
    """A session to be stored: as it was sent, with the lists that it gets, and new documents as rows."""

    project_id: int
    type: str
    parts: SessionParts
    classes: Sequence[str]
    labels: Sequence[str]
    newcomers: Newcomers = Newcomers()

    @property
    def has_known(self) -> bool:
        """Whether it may hold documents that the project has already."""
        body = self.parts.body
        return bool(body.document_ids) or (body.document_ids is None and self.parts.documents is None)


class Sessions:
    """Each method is one transaction. A session comes as its row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_project(
        self, caller: Caller, project_id: int, modes: Collection[str] = (), statuses: Collection[str] = ()
    ) -> list[DbRow]:
        """All of the project that the caller may see, by id, or those whose mode and status are among the
        words."""
        of_project = sessions.c.project_id == project_id
        statement = select(sessions).where(of_project, seen_by(caller)).order_by(sessions.c.id)
        if modes:
            statement = statement.where(sessions.c.mode.in_(sorted(modes)))
        if statuses:
            statement = statement.where(sessions.c.status.in_(sorted(statuses)))
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def read(self, at: SessionAddress) -> DbRow:
        """One session. Raises NotFound."""
        with self._database.reading() as connection:
            return session_row(connection, at)

    def create(self, caller: Caller, project_id: int, parts: SessionParts, go_on: GoOn = always) -> DbRow:
        """A new session over the documents named, or over all of the project.

        Raises Invalid, and Forbidden where only a manager may say of it what is said.
        """
        body = parts.body
        is_own = body.user_id in (None, caller.id)
        if caller.role is not Role.MANAGER and (body.is_planned or not is_own):
            raise Forbidden(
                f"This needs the role {Role.MANAGER} in project {project_id}: a session for somebody else, "
                "or one with a part in a plan."
            )
        plan = self._planned(project_id, parts, go_on)
        with self._staged(plan, go_on) as connection:
            if not is_own:
                refuse_without_role(connection, project_id, body.user_id)
            owner = body.user_id or caller.id
            row = create_session(connection, plan, owner, datetime.now(UTC), go_on)
        self._look_at_tables(plan)
        return row

    def add(
        self,
        caller: Caller,
        project_id: int,
        parts: SessionParts,
        go_on: GoOn = always,
        *,
        is_trial: bool = False,
    ) -> DbRow:
        """As `create`, under a name that no session of the project has; a trial stores nothing.

        Raises Exists, and Invalid.
        """
        plan = self._planned(project_id, parts, go_on)
        with self._staged(plan, go_on) as connection:
            _refuse_taken_name(connection, project_id, parts.body.name, seen_by(caller))
            with connection.begin_nested() as made:
                row = create_session(connection, plan, caller.id, datetime.now(UTC), go_on)
                if is_trial:
                    made.rollback()
        self._look_at_tables(plan)
        return row

    def _planned(self, project_id: int, parts: SessionParts, go_on: GoOn) -> SessionPlan:
        # Most of the work is done here, while others store.
        with self._database.reading() as connection:
            plan = planned(connection, project_id, parts)
        return with_rows(plan, go_on)

    def _look_at_tables(self, plan: SessionPlan) -> None:
        """Have PostgreSQL look at how many rows there are now: until it does by itself, after a minute, it
        reads a whole session for each page of it."""
        if len(plan.newcomers.documents) < MANY or self._database.is_sqlite:
            return
        names = ", ".join(table.name for table in (documents, session_documents, segments, tags))
        with suppress(Failed), self._database.writing() as connection:
            connection.exec_driver_sql(f"ANALYZE {names}")

    def _staged(self, plan: SessionPlan, go_on: GoOn) -> AbstractContextManager[Connection]:
        new = plan.newcomers
        if not new.documents:
            return self._database.writing()
        return self._database.writing_prepared(lambda connection: stage(connection, new, go_on), clear)

    def update(
        self, caller: Caller, at: SessionAddress, change: ChangeBody, expected: ExpectedTags = None
    ) -> DbRow:
        """Apply what the body names, all or nothing; the session as it is now.

        Raises NotFound, Invalid, and Moved when the session is in no state that is expected.
        """
        with self._database.writing() as connection:
            return update_session(connection, caller, at, change, expected, datetime.now(UTC))


def session_row(connection: Connection, at: SessionAddress, *, for_update: bool = False) -> DbRow:
    """The session's row, for an update held until the end of the transaction. Raises NotFound."""
    statement = _ROW_TO_CHANGE if for_update else _ROW
    row = connection.execute(statement, at._asdict()).mappings().first()
    if row is None:
        raise NotFound(f"There is no labeling session {at.session_id} in project {at.project_id}.")
    return dict(row)


def session_to_change(connection: Connection, at: SessionAddress, expected: ExpectedTags) -> DbRow:
    """The session's row, held until the end of the transaction.

    Raises NotFound, Moved when it is in no state that is expected, Invalid when the server works on it.
    """
    row = session_row(connection, at, for_update=True)
    refuse_moved(expected, entity_tag(row))
    if row["status"] in BUSY or is_awaited(row):
        raise Invalid(
            f"The session is {row['status']}: the server is working on it, and nobody can change it now."
        )
    return row


def is_awaited(row: DbRow) -> bool:
    """Whether what is to be corrected in it is yet to come, from a model."""
    return bool(row["mode"] == Mode.CORRECTION and row["model_id"] and row["status"] == Status.CREATED)


def save_session(
    connection: Connection,
    before: DbRow,
    values: dict[str, Any],
    caller: Caller,
    now: datetime,
    replaced: Sequence[Replaced] = (),
) -> DbRow:
    """Store what differs, and keep what it replaced as a save, in the session and in its documents. The row
    as it is now."""
    changed = {key: value for key, value in values.items() if value != before[key]}
    if not changed and not replaced:
        return before
    changed["version"] = before["version"] + 1
    _store(connection, before, changed)
    after = {**before, **changed}
    record(connection, before, after, caller, now, replaced)
    follow_corrections(connection, before, after, caller.id)
    return after


def _store(connection: Connection, before: DbRow, changed: dict[str, Any]) -> None:
    this = {"of_project": before["project_id"], "of_session": before["id"]}
    connection.execute(_SAVE, {**changed, **this})


def _changed_names(before: DbRow, change: ChangeBody) -> dict[str, Any]:
    return {
        "name": before["name"] if change.name is None else change.name,
        "classes": before["classes"] if change.classes is None else list(change.classes),
        "labels": before["labels"] if change.labels is None else list(change.labels),
    }


def moved(before: DbRow, document_count: int, result: ChangeResult, now: datetime) -> dict[str, Any]:
    """The counts, the status and the end of a session after a change of its documents."""
    annotated_count = before["annotated_count"] + result.newly_annotated
    status = Status(before["status"])
    worked = result.worked or result.newly_annotated != 0
    if worked or document_count != before["document_count"]:
        status = status_after(
            status,
            worked=worked,
            document_count=document_count,
            annotated_count=annotated_count,
        )
    return {
        "document_count": document_count,
        "annotated_count": annotated_count,
        "status": status.value,
        "finished": finished_after(status, before["finished"], now),
    }


def update_session(
    connection: Connection,
    caller: Caller,
    at: SessionAddress,
    change: ChangeBody,
    expected: ExpectedTags,
    now: datetime,
) -> DbRow:
    """Apply what the body names; the row as it is now."""
    before = session_to_change(connection, at, expected)
    refuse_long_name(change.name, before["name"])
    for kind, names in (("classes", change.classes), ("labels", change.labels)):
        refuse_unbounded(kind, names, before[kind])
    values = _changed_names(before, change)
    count = before["document_count"]
    count += attach(connection, at, change.document_ids or (), count)
    target = Target(
        at,
        count,
        before["group_id"],
        values["classes"],
        values["labels"],
        now,
        is_correction=before["mode"] == Mode.CORRECTION,
    )
    result = apply_documents(connection, target, change.documents or ())
    for kind, column in (("classes", "class_"), ("labels", "label")):
        refuse_dropped_names(connection, at, kind, column, before[kind], values[kind])
    values |= moved(before, count + result.added, result, now)
    return save_session(connection, before, values, caller, now, result.replaced)


def planned(connection: Connection, project_id: int, parts: SessionParts) -> SessionPlan:
    """A new session over the documents named, or over all of the project when none are. Raises Invalid."""
    body = parts.body
    project = project_row(connection, project_id)
    of_project = {"classes": classes_of(connection, project_id), "labels": labels_of(connection, project_id)}
    refuse_long_name(body.name)
    for kind, names in (("classes", body.classes), ("labels", body.labels)):
        refuse_unbounded(kind, names, [item["name"] for item in of_project[kind]])
    classes, labels = _or_all(body.classes, of_project["classes"]), _or_all(body.labels, of_project["labels"])
    return SessionPlan(project_id, project["type"], parts, classes, labels)


def with_rows(plan: SessionPlan, go_on: GoOn = always) -> SessionPlan:
    """The plan with the rows of its documents, unless they may be some that the project has. Raises Invalid.

    `go_on` is called now and then, and what it raises ends it.
    """
    if plan.has_known:
        return plan
    sent = plan.parts.documents or ()
    return plan._replace(newcomers=made_ready(sent, plan.classes, plan.labels, go_on))


def create_session(
    connection: Connection, plan: SessionPlan, user_id: int, created: datetime, go_on: GoOn = always
) -> DbRow:
    """Store a new session with its documents, of which the new ones are staged; its row. Raises Invalid;
    NotFound: the project is gone.

    `go_on` is called now and then, and what it raises ends it: the caller's transaction is undone.
    """
    body, project_id = plan.parts.body, plan.project_id
    project_row(connection, project_id)  # it may be gone since
    sent = list(chain.from_iterable(plan.parts.documents or ())) if plan.has_known else []
    at = SessionAddress(project_id, next(take_ids(connection, "sessions", 1)))
    name = body.name or f"Session {at.session_id}"
    has_new = sent or plan.newcomers.documents
    group_id = add_group(connection, project_id, name, created) if has_new else None
    connection.execute(
        insert(sessions).values(
            project_id=project_id,
            id=at.session_id,
            uuid=str(uuid.uuid4()),
            name=name,
            mode=Mode.ANNOTATION.value,
            status=Status.CREATED.value,
            type=plan.type,
            classes=list(plan.classes),
            labels=list(plan.labels),
            document_count=0,
            annotated_count=0,
            group_id=group_id,
            user_id=user_id,
            created=created,
            part=(body.part or Part.WORK).value,
            plan=body.plan or None,
            blind=body.blind is True,
        )
    )
    before = session_row(connection, at)
    if plan.has_known:
        result = _with_known(connection, plan, before, sent)
    elif plan.newcomers.documents:
        store_staged(connection, at, group_id, created, plan.newcomers)
        result = ChangeResult(len(plan.newcomers.documents), plan.newcomers.marked)
    else:
        result = ChangeResult()
    go_on()
    values = moved(before, result.added, result, created)
    _store(connection, before, values)
    return {**before, **values}


def _with_known(
    connection: Connection, plan: SessionPlan, row: DbRow, sent: Sequence[NewDocumentBody]
) -> ChangeResult:
    """Put documents of the project into a session that has none yet, and then those that were sent."""
    at = SessionAddress(plan.project_id, row["id"])
    ids = plan.parts.body.document_ids
    if ids is None:
        every = select(documents.c.id).where(documents.c.project_id == at.project_id)
        ids = tuple(connection.execute(every.order_by(documents.c.id)).scalars())
    count = attach(connection, at, ids, 0)
    target = Target(at, count, row["group_id"], row["classes"], row["labels"], row["created"], is_new=True)
    result = apply_documents(connection, target, _without_ids(sent))
    return ChangeResult(count + result.added, result.newly_annotated)


def _refuse_taken_name(
    connection: Connection, project_id: int, name: str | None, may_see: ColumnElement[bool]
) -> None:
    """Raises Exists. Whoever else adds a session to the project so waits until this one is there."""
    this = select(projects.c.project_id).where(projects.c.project_id == project_id)
    connection.execute(this.with_for_update(key_share=True))
    taken = select(sessions.c.id).where(sessions.c.project_id == project_id, sessions.c.name == name, may_see)
    if (session_id := connection.execute(taken.limit(1)).scalar()) is not None:
        raise Exists(f"The project has a session “{name}” already, number {session_id}. Send another `name`.")


def _without_ids(items: Sequence[NewDocumentBody]) -> list[DocumentBody]:
    """Documents that come with a new session; ids that they bring are those of some other session."""
    return [item if item.id is None else item.model_copy(update={"id": None}) for item in items]


def _or_all(names: Sequence[str] | None, known: Iterable[DbRow]) -> Sequence[str]:
    """The names given, else those of the project."""
    return [item["name"] for item in known] if names is None else names
