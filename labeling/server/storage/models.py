"""Models of a project: asked for, trained by a job, described, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from labeling.database import Database
from labeling.errors import Invalid, NotFound
from labeling.model import ModelStatus
from labeling.server.rules.bodies import ModelBody, NewModelBody
from labeling.server.rules.bounds import refuse_long_name
from labeling.server.storage.admission import Caller
from labeling.server.storage.examples import Lesson, may_teach
from labeling.server.storage.ids import DbRow, JsonObject, take_ids
from labeling.server.storage.jobs import Advance, add_job
from labeling.server.storage.projects import project_row
from labeling.server.storage.tables import model_files, models, sessions

TRAIN_MODEL = "TRAIN_MODEL"
WAITING = (ModelStatus.CREATED, ModelStatus.QUEUED, ModelStatus.TRAINING)
"""Statuses of a model that is yet to be trained."""
_GONE = Advance({}, 1.0, is_last=True)
"""There is nothing left to do: the model was deleted meanwhile."""


class Models:
    """Each method is one transaction. A model comes as its row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_project(self, project_id: int) -> list[DbRow]:
        """All of a project, by id."""
        with self._database.reading() as connection:
            return models_of(connection, project_id)

    def read(self, project_id: int, model_id: int) -> DbRow:
        """One model. Raises NotFound."""
        with self._database.reading() as connection:
            return model_row(connection, project_id, model_id)

    def create(self, caller: Caller, project_id: int, body: NewModelBody) -> DbRow:
        """Have a model trained. Raises Invalid, where a session is named that the project does not have."""
        refuse_long_name(body.name)
        with self._database.writing() as connection:
            project = project_row(connection, project_id)
            _refuse_foreign(connection, project_id, body.session_ids or ())
            model_id = next(take_ids(connection, "models", 1))
            name = body.name or f"Model {model_id}"
            made = {
                "project_id": project_id,
                "id": model_id,
                "uuid": str(uuid.uuid4()),
                "name": name,
                "display_name": body.display_name or name,
                "language": body.language,
                "type": body.type or project["type"],
                "status": ModelStatus.CREATED.value,
                "progress": 0.0,
                "wanted": None if body.session_ids is None else list(body.session_ids),
                "sources": [],
                "classes": [],
                "labels": [],
                "user_id": caller.id,
                "created": datetime.now(UTC),
            }
            connection.execute(insert(models).values(made))
            add_job(connection, TRAIN_MODEL, project_id, caller.id, model_id=model_id)
            return model_row(connection, project_id, model_id)

    def change(self, project_id: int, model_id: int, body: ModelBody) -> DbRow:
        """Give it other names, words or another language; what is absent stays. Raises NotFound, Invalid."""
        with self._database.writing() as connection:
            before = model_row(connection, project_id, model_id, for_update=True)
            refuse_long_name(body.name, before["name"])
            said = {name: value for name, value in body.model_dump().items() if value is not None}
            if said:
                connection.execute(update(models).where(*_this(project_id, model_id)).values(said))
            return {**before, **said}

    def remove(self, project_id: int, model_id: int) -> None:
        """Delete a model with what it learned; what it proposed stays. Raises NotFound."""
        with self._database.writing() as connection:
            model_row(connection, project_id, model_id, for_update=True)
            connection.execute(delete(models).where(*_this(project_id, model_id)))


def models_of(connection: Connection, project_id: int) -> list[DbRow]:
    """All of a project, by id."""
    statement = select(models).where(models.c.project_id == project_id).order_by(models.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def model_row(connection: Connection, project_id: int, model_id: int, *, for_update: bool = False) -> DbRow:
    """The model's row, for an update held until the end of the transaction. Raises NotFound."""
    found = find_model(connection, project_id, model_id, for_update=for_update)
    if found is None:
        raise NotFound(f"There is no model {model_id} in project {project_id} any more.")
    return found


def find_model(
    connection: Connection, project_id: int, model_id: int | None, *, for_update: bool = False
) -> DbRow | None:
    """The model's row, if it is there."""
    statement = select(models).where(*_this(project_id, model_id))
    row = connection.execute(statement.with_for_update() if for_update else statement).mappings().first()
    return None if row is None else dict(row)


def model_data(connection: Connection, project_id: int, model_id: int | None) -> bytes | None:
    """What a model learned, if it is there."""
    this = [model_files.c.project_id == project_id, model_files.c.model_id == model_id]
    found: bytes | None = connection.execute(select(model_files.c.data).where(*this)).scalar()
    return found


def queued(connection: Connection, job: DbRow, found: Lesson) -> Advance:
    """It is known from what the model learns, and it waits for its turn."""
    values = {
        "status": ModelStatus.QUEUED.value,
        "sources": found.sources,
        "classes": found.names(2),
        "labels": found.names(3),
        "progress": 0.0,
    }
    return _advanced(connection, job, values, 0.0)._replace(lasts=False)


def training(connection: Connection, job: DbRow) -> Advance:
    """It learns from now on."""
    values = {"status": ModelStatus.TRAINING.value}
    return _advanced(connection, job, values, 0.0)._replace(lasts=False)


def learning(connection: Connection, job: DbRow, share: float) -> None:
    """It has learned so much."""
    this = _this(job["project_id"], job["state"]["model_id"])
    connection.execute(update(models).where(*this).values(progress=round(100 * share, 1)))


def learned(
    connection: Connection, job: DbRow, data: bytes, version: int, metrics: Mapping[str, Any]
) -> Advance:
    """It can be used from now on."""
    values = {
        "status": ModelStatus.READY.value,
        "progress": 100.0,
        "score": round(100 * metrics["f1"], 1),
        "metrics": dict(metrics),
        "description": None,
    }
    advance = _advanced(connection, job, values, 1.0, is_last=True)
    if advance != _GONE:
        at = {"project_id": job["project_id"], "model_id": job["state"]["model_id"]}
        connection.execute(insert(model_files).values(**at, version=version, data=data))
    return advance


def not_learned(connection: Connection, job: DbRow, why: str) -> None:
    """It cannot be trained, and says why."""
    values = {"status": ModelStatus.FAILED.value, "description": why}
    this = _this(job["project_id"], job["state"]["model_id"])
    connection.execute(update(models).where(*this).values(values))


def _advanced(
    connection: Connection, job: DbRow, values: JsonObject, share: float, *, is_last: bool = False
) -> Advance:
    this = _this(job["project_id"], job["state"]["model_id"])
    if not connection.execute(update(models).where(*this).values(values)).rowcount:
        return _GONE
    return Advance(job["state"], share, is_last)


def _this(project_id: int, model_id: int | None) -> list[ColumnElement[bool]]:
    return [models.c.project_id == project_id, models.c.id == model_id]


def _refuse_foreign(connection: Connection, project_id: int, session_ids: Collection[int]) -> None:
    statement = select(sessions.c.id).where(sessions.c.project_id == project_id)
    known = set(connection.execute(statement).scalars())
    teaching = set(connection.execute(statement.where(*may_teach())).scalars())
    for index, session_id in enumerate(session_ids):
        if session_id not in known:
            raise Invalid(f"session_ids[{index}]: the project has no session {session_id}")
        if session_id not in teaching:
            raise Invalid(
                f"session_ids[{index}]: no model may learn from session {session_id}: it is blind, holds "
                "known answers or checks, or has failed"
            )
