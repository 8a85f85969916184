"""Jobs: long work that is done a step at a time, each step a transaction, by whichever worker has the job.

A worker has it as long as it goes on: a lease that runs out, because the worker was killed, gives the job to
another one, which goes on where the last step ended. So nothing is done twice, and nothing is left half done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, exists, func, insert, or_, select, update

from labeling.database import Database
from labeling.server.storage.admission import Caller, seen_by
from labeling.server.storage.ids import DbRow, JsonObject, take_ids
from labeling.server.storage.tables import JobStatus, jobs
from labeling.server.storage.visibility import job_seen

LEASE = timedelta(seconds=60)
"""How long a worker may be silent before the job is another one's."""
LATE = timedelta(minutes=5)
"""After which a job that nobody has taken waits too long."""
MOST_ATTEMPTS = 5
"""Times that one step is tried; a job that ends its workers would else go round for good."""


class Advance(NamedTuple):
    """What a step of a job came to: what the next one needs, the share that is done, whether that is all, and
    whether a worker that takes over has less to do for it."""

    state: JsonObject
    progress: float
    is_last: bool = False
    lasts: bool = True


Work = Callable[[Connection, DbRow], Advance]
"""Does the next step of a job, whose row it is given, within the transaction."""


class Lost(Exception):
    """The job is another worker's by now."""


def add_job(
    connection: Connection,
    kind: str,
    project_id: int,
    user_id: int,
    session_id: int | None = None,
    **state: object,
) -> int:
    """Have something done; the job's id."""
    job_id = next(take_ids(connection, "jobs", 1))
    connection.execute(
        insert(jobs).values(
            id=job_id,
            kind=kind,
            project_id=project_id,
            session_id=session_id,
            user_id=user_id,
            status=JobStatus.QUEUED.value,
            state=state,
            progress=0.0,
            attempts=0,
            created=datetime.now(UTC),
        )
    )
    return job_id


class Jobs:
    """Each method is one transaction. A job comes as its row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, worker: str, kinds: Collection[str]) -> DbRow | None:
        """The oldest job of these kinds that waits or was left behind, which is this worker's from now on;
        None if there is none."""
        now = datetime.now(UTC)
        waiting = and_(
            jobs.c.kind.in_(sorted(kinds)),
            or_(
                jobs.c.status == JobStatus.QUEUED.value,
                and_(jobs.c.status == JobStatus.RUNNING.value, jobs.c.lease < now),
            ),
        )
        # Looked for without the lock that a writer takes: there is seldom one.
        with self._database.reading() as connection:
            if not connection.execute(select(exists().where(waiting))).scalar():
                return None
        with self._database.writing() as connection:
            oldest = select(jobs).where(waiting).order_by(jobs.c.id).limit(1)
            row = connection.execute(oldest.with_for_update(skip_locked=True)).mappings().one_or_none()
            if row is None:
                return None
            taken = {
                "status": JobStatus.RUNNING.value,
                "worker": worker,
                "lease": now + LEASE,
                "attempts": row["attempts"] + 1,
            }
            connection.execute(update(jobs).where(jobs.c.id == row["id"]).values(taken))
            return {**row, **taken}

    def go_on(self, job_id: int, worker: str, work: Work) -> bool:
        """Do the next step; whether there is another one. Raises Lost, and what the work raises."""
        with self._database.writing() as connection:
            row = _of_worker(connection, job_id, worker)
            step, now = work(connection, row), datetime.now(UTC)
            values = {"state": step.state, "progress": step.progress, "lease": now + LEASE}
            values |= {"attempts": 0} if step.lasts else {}
            if step.is_last:
                values |= {"status": JobStatus.DONE.value, "progress": 1.0, "lease": None, "ended": now}
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(values))
        return not step.is_last

    def keep(
        self, job_id: int, worker: str, share: float, tell: Callable[[Connection, DbRow, float], None]
    ) -> None:
        """So much is done, and the worker goes on with it; `tell` writes that into what it is about. Raises
        Lost."""
        with self._database.writing() as connection:
            row = _of_worker(connection, job_id, worker)
            tell(connection, row, share)
            values = {"progress": share, "lease": datetime.now(UTC) + LEASE}
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(values))

    def give_back(self, job_id: int, worker: str) -> None:
        """A worker ends in the midst of it: another one goes on at once."""
        with self._database.writing() as connection:
            row = _of_worker(connection, job_id, worker)
            values = {
                "status": JobStatus.QUEUED.value,
                "lease": None,
                "attempts": max(0, row["attempts"] - 1),  # that was no fault of the job
            }
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(values))

    def fail(
        self, job_id: int, worker: str, error: str, tell: Callable[[Connection, DbRow, str], None]
    ) -> None:
        """It cannot be done: `tell` writes why into what it was about. Raises Lost."""
        with self._database.writing() as connection:
            row = _of_worker(connection, job_id, worker)
            tell(connection, row, error)
            values = {
                "status": JobStatus.FAILED.value,
                "error": error,
                "lease": None,
                "ended": datetime.now(UTC),
            }
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(values))

    def are_late(self) -> bool:
        """Whether a job has waited longer than any does while a worker runs."""
        since = datetime.now(UTC) - LATE
        waiting = and_(jobs.c.status == JobStatus.QUEUED.value, jobs.c.created < since)
        left_behind = and_(jobs.c.status == JobStatus.RUNNING.value, jobs.c.lease < since)
        with self._database.reading() as connection:
            return bool(connection.execute(select(exists().where(or_(waiting, left_behind)))).scalar())

    def counts(self) -> dict[str, int]:
        """How many there are in each status."""
        statement = select(jobs.c.status, func.count().label("number")).group_by(jobs.c.status)
        with self._database.reading() as connection:
            found = {row.status: row.number for row in connection.execute(statement)}
        return {status.value: found.get(status.value, 0) for status in JobStatus}

    def of_project(self, caller: Caller, project_id: int, *, ended: bool | None = None) -> list[DbRow]:
        """The project's jobs that the caller may see, the newest first; `ended`: those that are, or that are
        not yet."""
        may_see = job_seen(project_id, seen_by(caller))
        statement = select(jobs).where(jobs.c.project_id == project_id, may_see).order_by(jobs.c.id.desc())
        if ended is not None:
            over = (JobStatus.DONE, JobStatus.FAILED) if ended else (JobStatus.QUEUED, JobStatus.RUNNING)
            statement = statement.where(jobs.c.status.in_([status.value for status in over]))
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]


def _of_worker(connection: Connection, job_id: int, worker: str) -> DbRow:
    this = select(jobs).where(jobs.c.id == job_id).with_for_update()
    row = connection.execute(this).mappings().one_or_none()
    if row is None or (row["worker"], row["status"]) != (worker, JobStatus.RUNNING.value):
        raise Lost
    return dict(row)
