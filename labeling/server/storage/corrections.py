"""Sessions in which a model's proposals are corrected: made, sampled and predicted by a job."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from labeling.database import Database
from labeling.errors import Invalid
from labeling.model import Mode, ModelStatus, Status, unique
from labeling.server.rules.bodies import CorrectionBody
from labeling.server.rules.bounds import refuse_long_name
from labeling.server.storage.admission import Caller, seen_by
from labeling.server.storage.ids import DbRow, SessionAddress, take_ids
from labeling.server.storage.jobs import Advance, add_job
from labeling.server.storage.models import find_model
from labeling.server.storage.projects import classes_of, labels_of, project_row
from labeling.server.storage.proposals import Confident, store_proposals
from labeling.server.storage.session_documents import append_to_session, of_session
from labeling.server.storage.sessions import session_row
from labeling.server.storage.tables import documents, models, session_documents, sessions

PREDICT = "PREDICT"
MOST_SAMPLED = 10_000
"""Documents of a correction session for which no size is asked."""
_AT_WORK = (Status.SAMPLING, Status.PREDICTING)


class Corrections:
    """Each method is one transaction. A session comes as its row, with its `model` if that is there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_project(self, caller: Caller, project_id: int, statuses: Sequence[str]) -> list[DbRow]:
        """Those of the project that the caller may see, by id, whose status is among the words if there are
        any."""
        statement = (
            select(sessions)
            .where(
                sessions.c.project_id == project_id,
                sessions.c.mode == Mode.CORRECTION,
                seen_by(caller),
            )
            .order_by(sessions.c.id)
        )
        if statuses:
            statement = statement.where(sessions.c.status.in_(sorted(statuses)))
        with self._database.reading() as connection:
            rows = [dict(row) for row in connection.execute(statement).mappings()]
            named = _models(connection, project_id)
        return [{**row, "model": named.get(row["model_id"])} for row in rows]

    def read(self, at: SessionAddress) -> DbRow:
        """One session. Raises NotFound."""
        with self._database.reading() as connection:
            return with_model(connection, session_row(connection, at))

    def create(self, caller: Caller, project_id: int, body: CorrectionBody) -> DbRow:
        """Have documents sampled and a model's proposals for them made. Raises Invalid for a model that is
        not there or not READY."""
        refuse_long_name(body.name)
        with self._database.writing() as connection:
            project = project_row(connection, project_id)
            model = find_model(connection, project_id, body.model_id)
            if model is None:
                raise Invalid(f"model_id: the project has no model {body.model_id}")
            if model["status"] != ModelStatus.READY:
                raise Invalid(
                    f"model_id: model {model['id']} is {model['status']}: only a READY one predicts"
                )
            at = SessionAddress(project_id, next(take_ids(connection, "sessions", 1)))
            known = [row["name"] for row in classes_of(connection, project_id)]
            labels = [row["name"] for row in labels_of(connection, project_id)]
            made: dict[str, Any] = {
                "project_id": project_id,
                "id": at.session_id,
                "uuid": str(uuid.uuid4()),
                "name": body.name or f"Correction {at.session_id}",
                "mode": Mode.CORRECTION.value,
                "status": Status.CREATED.value,
                "type": project["type"],
                "classes": list(unique([*known, *model["classes"]])),
                "labels": list(unique([*labels, *model["labels"]])),
                "document_count": 0,
                "annotated_count": 0,
                "user_id": caller.id,
                "model_id": model["id"],
                "created": datetime.now(UTC),
            }
            connection.execute(insert(sessions).values(made))
            add_job(connection, PREDICT, project_id, caller.id, at.session_id, size=body.sample_size)
            return with_model(connection, session_row(connection, at))


def with_model(connection: Connection, row: DbRow) -> DbRow:
    """A session's row with its model, None where that is gone."""
    return {**row, "model": _models(connection, row["project_id"]).get(row["model_id"])}


def _models(connection: Connection, project_id: int) -> dict[int, DbRow]:
    named = select(models.c.id, models.c.display_name).where(models.c.project_id == project_id)
    return {row["id"]: dict(row) for row in connection.execute(named).mappings()}


# The steps of the job


def sampling(connection: Connection, job: DbRow) -> Advance:
    """Documents are looked for from now on."""
    values = {"status": Status.SAMPLING.value}
    return _moved_on(connection, job, values, job["state"], 0.0)._replace(lasts=False)


def sampled(connection: Connection, job: DbRow, document_ids: Sequence[int]) -> Advance:
    """These documents are the session's, in this order; what is proposed for them is made from now on.

    Raises Invalid without any.
    """
    if not document_ids:
        raise Invalid(
            "No document is left: each of the project is done in some session, or in a plan or a blind one."
        )
    values = {"status": Status.PREDICTING.value, "document_count": len(document_ids)}
    advance = _moved_on(connection, job, values, {**job["state"], "predicted": 0}, 0.5)
    if not advance.is_last:
        append_to_session(connection, _address(job), document_ids, 0)
    return advance


def to_predict(connection: Connection, job: DbRow) -> list[tuple[int, str]]:
    """The documents of the session for which nothing was proposed yet, in their order, with their texts."""
    statement = (
        select(session_documents.c.document_id, documents.c.text)
        .join(documents)
        .where(*of_session(_address(job)), session_documents.c.position >= job["state"]["predicted"])
        .order_by(session_documents.c.position)
    )
    return [(row.document_id, row.text) for row in connection.execute(statement)]


def predicted(
    connection: Connection, job: DbRow, found: Sequence[tuple[int, str, Sequence[Confident]]]
) -> Advance:
    """Keep what is proposed for the next documents, but for those gone or with another text by now."""
    at, first = _address(job), job["state"]["predicted"]
    row = session_row(connection, at)
    state = {**job["state"], "predicted": first + len(found)}
    advance = _moved_on(connection, job, {}, state, 0.5 + state["predicted"] / row["document_count"] / 2)
    if advance.is_last:
        return advance
    ids = [document_id for document_id, _, _ in found]
    held = (
        select(documents.c.id, documents.c.text)
        .join(session_documents)
        .where(*of_session(at), documents.c.id.in_(ids))
        .with_for_update(of=documents)
    )
    texts = {row.id: row.text for row in connection.execute(held)}
    store_proposals(
        connection,
        at,
        ((document_id, proposed) for document_id, text, proposed in found if texts.get(document_id) == text),
    )
    return advance


def started(connection: Connection, job: DbRow, score: float | None) -> Advance:
    """People may correct it from now on."""
    expected = None if score is None else round(score)
    values = {"status": Status.STARTED.value, "predicted_score": expected}
    advance = _moved_on(connection, job, values, job["state"], 1.0)
    return advance._replace(is_last=True)


def not_predicted(connection: Connection, job: DbRow, why: str) -> None:
    """Nothing comes of it, and the session says why."""
    _moved_on(connection, job, {"status": Status.FAILED.value, "description": why}, {}, 0.0)


def rescored(connection: Connection, job: DbRow, score: float) -> Advance:
    """With what was corrected, the model would be worth so much."""
    this = [sessions.c.project_id == job["project_id"], sessions.c.id == job["session_id"]]
    connection.execute(update(sessions).where(*this).values(predicted_score=round(score)))
    return Advance(job["state"], 1.0, is_last=True)


def _address(job: DbRow) -> SessionAddress:
    return SessionAddress(job["project_id"], job["session_id"])


def _moved_on(
    connection: Connection, job: DbRow, values: dict[str, Any], state: dict[str, Any], share: float
) -> Advance:
    """The session as the job leaves it; the job's last step where somebody deletes the session meanwhile."""
    this = [sessions.c.project_id == job["project_id"], sessions.c.id == job["session_id"]]
    row = connection.execute(select(sessions).where(*this).with_for_update()).mappings().first()
    if row is None or row["status"] not in (Status.CREATED, *_AT_WORK):
        return Advance(job["state"], 1.0, is_last=True)
    changed = {name: value for name, value in values.items() if value != row[name]}
    if changed:
        connection.execute(update(sessions).where(*this).values(**changed, version=row["version"] + 1))
    return Advance(state, share)
