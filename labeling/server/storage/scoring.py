"""What a model would be worth with what was corrected: asked for anew after every ten documents."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select

from labeling.model import Mode
from labeling.server.storage.ids import DbRow
from labeling.server.storage.jobs import add_job
from labeling.server.storage.tables import JobStatus, jobs

ESTIMATE = "ESTIMATE"
EVERY = 10
"""Documents."""


def follow_corrections(connection: Connection, before: DbRow, after: DbRow, user_id: int) -> None:
    """Have the expected score of a correction session estimated anew where its tenth, twentieth … document is
    done; once, if that waits already."""
    if after["mode"] != Mode.CORRECTION or after["model_id"] is None:
        return
    if after["annotated_count"] // EVERY <= before["annotated_count"] // EVERY:
        return
    waits = exists().where(
        jobs.c.project_id == after["project_id"],
        jobs.c.session_id == after["id"],
        jobs.c.kind == ESTIMATE,
        jobs.c.status == JobStatus.QUEUED.value,
    )
    if not connection.execute(select(waits)).scalar():
        add_job(connection, ESTIMATE, after["project_id"], user_id, after["id"])
