"""Does the jobs of a store, one after the other; any number of workers may do so side by side."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from itertools import repeat
from threading import Event

from sqlalchemy import Connection

from labeling.database import Database
from labeling.errors import LabelingError, Unavailable
from labeling.faults import FAULTS, why
from labeling.server.storage.ids import DbRow
from labeling.server.storage.jobs import MOST_ATTEMPTS, Lost, Work
from labeling.server.storage.long_work import WORK, tell_failure
from labeling.server.storage.store import Store
from labeling.server.storage.tables import JobStatus
from labeling.server.training import STEPS, Keep

LOG = logging.getLogger(__name__)
WRONG: tuple[type[Exception], ...] = (LabelingError, *FAULTS)
"""What a database that cannot be used raises."""
IDLE = 0.5
"""Seconds between two looks for a job."""
BROKEN = 5.0
"""Seconds after which a database that could not be used is tried again."""
SHARE = 20.0
"""For how many times as long as a step took others have the database before the next: so few of what they do
meets with a step that nobody notices."""


EVERY_KIND = frozenset((*WORK, *STEPS))
OFTEN, SELDOM = 1.0, 15.0
"""Seconds between two times that it is kept how far work apart is, and that it goes on."""


class _Stopped(Exception):
    """The worker is to end."""


class _Keeping:
    """Keeps a job while it is worked on apart, and raises Lost or _Stopped where that is to end."""

    def __init__(self, store: Store, job: DbRow, worker: str, stopped: Event) -> None:
        self._store, self._job, self._worker, self._stopped = store, job, worker, stopped
        self._kept, self._share = time.monotonic(), 0.0

    def __call__(
        self,
        share: float,
        tell: Callable[[Connection, DbRow, float], None] = lambda connection, job, share: None,
    ) -> None:
        if self._stopped.is_set():
            raise _Stopped
        waited = time.monotonic() - self._kept
        if waited < (OFTEN if share != self._share else SELDOM):
            return
        self._store.jobs.keep(self._job["id"], self._worker, share, tell)
        self._kept, self._share = time.monotonic(), share


def _one_after_another(database: Database, job: DbRow, keep: Keep) -> Iterator[Work]:
    return repeat(WORK[job["kind"]])


class Worker:
    """One worker, which does jobs of these kinds until it is stopped."""

    def __init__(self, store: Store, stopped: Event, kinds: Collection[str] = EVERY_KIND) -> None:
        self._store, self._stopped, self._kinds = store, stopped, kinds
        self._name = str(uuid.uuid4())

    def run(self) -> None:
        """Look for jobs and do them, until it is stopped."""
        while not self._stopped.is_set():
            try:
                wait = 0.0 if self.work_once() else IDLE
            except WRONG as error:
                LOG.warning("The database cannot be used: %s", why(error))
                wait = BROKEN
            self._stopped.wait(wait)

    def work_once(self, pause: Callable[[float], object] | None = None) -> bool:
        """Do one job to its end; False if there was none. `pause` is called with the seconds to leave to
        others between two steps."""
        job = self._store.jobs.take(self._name, self._kinds)
        if job is None:
            return False
        try:
            began = time.monotonic()
            if job["attempts"] > MOST_ATTEMPTS:
                self._fail(job, f"It was broken off {MOST_ATTEMPTS} times.")
                status = JobStatus.FAILED
            else:
                status = self._do(job, pause or self._stopped.wait)
            _tell(job, status, time.monotonic() - began)
        except Lost:
            LOG.warning("Job %s is another worker's by now.", job["id"])
        return True

    def _do(self, job: DbRow, pause: Callable[[float], object]) -> JobStatus:
        steps = STEPS.get(job["kind"], _one_after_another)(
            self._store.database, job, _Keeping(self._store, job, self._name, self._stopped)
        )
        try:
            for step in steps:
                if self._stopped.is_set():
                    raise _Stopped
                began = time.monotonic()
                if not self._store.jobs.go_on(job["id"], self._name, step):
                    return JobStatus.DONE
                pause((time.monotonic() - began) * SHARE)
        except _Stopped:
            self._store.jobs.give_back(job["id"], self._name)
            return JobStatus.QUEUED
        except LabelingError as error:
            if error.status == 500:
                raise
            if isinstance(error, Unavailable):  # a fault of this machine, which names nobody
                LOG.warning("Job %s, %s: %s", job["id"], job["kind"], error.message)
            self._fail(job, error.message)
            return JobStatus.FAILED
        return JobStatus.DONE

    def _fail(self, job: DbRow, why: str) -> None:
        self._store.jobs.fail(job["id"], self._name, why, tell_failure)


def _tell(job: DbRow, status: JobStatus, seconds: float) -> None:
    """How it ended for this worker; why it failed stands with the job, as it may repeat names."""
    level = logging.WARNING if status is JobStatus.FAILED else logging.INFO
    fields = {
        "event": "job",
        "job": job["id"],
        "kind": job["kind"],
        "status": status.value,
        "ms": round(1000 * seconds, 1),
        "project": job["project_id"],
        "session": job["session_id"],
        "person": job["user_id"],
        "attempt": job["attempts"],
    }
    LOG.log(level, "Job %s, %s: %s", job["id"], job["kind"], status.value, extra={"fields": fields})
