"""The rows of sessions: made, changed, and moved from status to status."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from labeling.errors import Invalid, NotFound
from labeling.model import BUSY, Mode, Status
from labeling.server.api.answers import Answer, session_answer, tag_of
from labeling.server.rules.bodies import ChangeBody, DocumentBody, SessionBody
from labeling.server.rules.preconditions import Wanted, refuse_moved
from labeling.server.rules.progress import finished_after, status_after
from labeling.server.storage.groups import _add_group
from labeling.server.storage.ids import Row, Spot, take_ids
from labeling.server.storage.projects import classes_of, labels_of, project_row
from labeling.server.storage.session_documents import attach, entries_by_id, mark
from labeling.server.storage.tables import documents, sessions
from labeling.server.storage.updates import Outcome, Target, apply_documents, refuse_dropped_names


@dataclass(frozen=True, slots=True)
class Origin:
    """How a new session starts out; all but `user_id` and `created` differ for sample data only."""

    user_id: int
    created: datetime
    mode: Mode = Mode.ANNOTATION
    status: Status | None = None
    description: str | None = None
    predicted_score: int | None = None


_ROW = select(sessions).where(
    sessions.c.project_id == bindparam("project_id"), sessions.c.id == bindparam("session_id")
)
_ROW_TO_CHANGE = _ROW.with_for_update()
_SAVE = update(sessions).where(
    sessions.c.project_id == bindparam("of_project"), sessions.c.id == bindparam("of_session")
)


def session_row(connection: Connection, spot: Spot, *, for_update: bool = False) -> Row:
    statement = _ROW_TO_CHANGE if for_update else _ROW
    row = connection.execute(statement, spot._asdict()).mappings().first()
    if row is None:
        raise NotFound(f"There is no labeling session {spot.session_id} in project {spot.project_id}.")
    return dict(row)


def session_to_change(connection: Connection, spot: Spot, wanted: Wanted) -> Row:
    """The session's row, held until the end of the transaction; one that the server works on is refused."""
    row = session_row(connection, spot, for_update=True)
    refuse_moved(wanted, tag_of(row))
    if row["status"] in BUSY:
        raise Invalid(
            f"The session is {row['status']}: the server is working on it, and nobody can change it now."
        )
    return row


def save_session(connection: Connection, before: Row, values: dict[str, Any], *, worked: bool) -> Row:
    """Store what differs; `worked`: something in the session's documents does. The row as it is now."""
    changed = {key: value for key, value in values.items() if value != before[key]}
    if changed or worked:
        changed["version"] = before["version"] + 1
        this = {"of_project": before["project_id"], "of_session": before["id"]}
        connection.execute(_SAVE, {**changed, **this})
    return {**before, **changed}


def _changed_names(before: Row, change: ChangeBody) -> dict[str, Any]:
    return {
        "name": before["name"] if change.name is None else change.name,
        "classes": before["classes"] if change.classes is None else list(change.classes),
        "labels": before["labels"] if change.labels is None else list(change.labels),
    }


def moved(before: Row, document_count: int, outcome: Outcome, now: datetime) -> dict[str, Any]:
    annotated_count = before["annotated_count"] + outcome.newly_annotated
    status = Status(before["status"])
    if outcome.worked or document_count != before["document_count"]:
        status = status_after(
            status,
            worked=outcome.worked,
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
    connection: Connection, spot: Spot, change: ChangeBody, wanted: Wanted, now: datetime
) -> Row:
    """Apply what the body names; the row as it is now."""
    before = session_to_change(connection, spot, wanted)
    values = _changed_names(before, change)
    count = before["document_count"]
    count += attach(connection, spot, change.document_ids or (), count)
    target = Target(spot, count, before["group_id"], values["classes"], values["labels"], now)
    outcome = apply_documents(connection, target, change.documents or ())
    for kind, column in (("classes", "class_"), ("labels", "label")):
        refuse_dropped_names(connection, spot, kind, column, before[kind], values[kind])
    values |= moved(before, count + outcome.added, outcome, now)
    return save_session(connection, before, values, worked=outcome.worked)


def mark_annotated(
    connection: Connection, spot: Spot, document_id: int, wanted: Wanted, now: datetime
) -> datetime:
    """Mark one document, if it is not marked; since when it is."""
    before = session_to_change(connection, spot, wanted)
    entry = entries_by_id(connection, spot, [document_id]).get(document_id)
    if entry is None:
        raise NotFound(f"There is no document {document_id} in session {spot.session_id}.")
    if entry.annotated is not None:
        return entry.annotated
    mark(connection, spot, {document_id: now})
    outcome = Outcome(newly_annotated=1, worked=True)
    values = moved(before, before["document_count"], outcome, now)
    save_session(connection, before, values, worked=outcome.worked)
    return now


def create_session(connection: Connection, project_id: int, body: SessionBody, origin: Origin) -> Answer:
    project = project_row(connection, project_id)
    spot = Spot(project_id, next(take_ids(connection, "sessions", 1)))
    name = body.name or f"Session {spot.session_id}"
    group_id = _add_group(connection, project_id, name, origin.created) if body.documents else None
    connection.execute(
        insert(sessions).values(
            project_id=project_id,
            id=spot.session_id,
            uuid=str(uuid.uuid4()),
            name=name,
            mode=origin.mode.value,
            status=Status.CREATED.value,
            type=project["type"],
            description=origin.description,
            classes=list(_or_all(body.classes, classes_of(connection, project_id))),
            labels=list(_or_all(body.labels, labels_of(connection, project_id))),
            document_count=0,
            annotated_count=0,
            group_id=group_id,
            user_id=origin.user_id,
            predicted_score=origin.predicted_score,
            created=origin.created,
        )
    )
    before = session_row(connection, spot)
    ids: Iterable[int] = body.document_ids or ()
    if body.documents is None and body.document_ids is None:
        every = select(documents.c.id).where(documents.c.project_id == project_id).order_by(documents.c.id)
        ids = connection.execute(every).scalars().all()
    count = attach(connection, spot, ids, 0)
    target = Target(spot, count, group_id, before["classes"], before["labels"], origin.created, is_new=True)
    outcome = apply_documents(connection, target, _newcomers(body.documents or ()))
    worked = Outcome(outcome.added, outcome.newly_annotated, worked=outcome.newly_annotated > 0)
    values = moved(before, count + outcome.added, worked, origin.created)
    if origin.status is not None:
        values["status"] = origin.status.value
        values["finished"] = finished_after(origin.status, values["finished"], origin.created)
    return session_answer(save_session(connection, before, values, worked=worked.worked))


def _newcomers(items: Sequence[DocumentBody]) -> list[DocumentBody]:
    """Documents that come with a new session; ids that they bring are those of some other session."""
    for index, item in enumerate(items):
        if item.text is None:
            raise Invalid(f"documents[{index}].text: is required")
    return [item if item.id is None else item.model_copy(update={"id": None}) for item in items]


def _or_all(names: Sequence[str] | None, known: Iterable[Answer]) -> Sequence[str]:
    """The names given, else those of the project."""
    return [item["name"] for item in known] if names is None else names
