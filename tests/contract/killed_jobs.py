"""Worker processes killed at random moments of cloning and deleting: nothing is lost, doubled or stuck."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select, update

from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.store import Store, open_store
from labeling.server.storage.tables import (
    JobStatus,
    documents,
    jobs,
    projects,
    segments,
    session_documents,
    sessions,
    tags,
)
from labeling.server.workers import Workers
from tests.unit.server.storage.build import ME, a_session, documents_of, tagged

HELD = (projects, sessions, documents, session_documents, segments, tags)
SECONDS = 600
"""Long enough for a busy machine."""


def until(holds: Callable[[], object]) -> None:
    """Wait for it."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def working(folder: Path, database_url: str) -> Iterator[tuple[Store, Workers]]:
    """A store, and a worker process on it."""
    with (
        patch.dict(os.environ, {"LABELING_DATABASE_URL": database_url}),
        patch("labeling.server.workers.AGAIN", 0.0),
        closing(open_store(folder, database_url=database_url)) as store,
        closing(Workers(folder, 1)) as workers,
    ):
        yield store, workers


def kill_jobs(folder: Path, database_url: str, seeds: list[int], size: int) -> list[bool]:
    """A clone of so many documents and its deletion for each seed, the worker killed once in each at a moment
    of the time that it takes by itself; whether it was at work then."""
    with working(folder, database_url) as (store, workers):
        at = a_session(store, *(tagged(f"Document {number}", (0, 8)) for number in range(size)))
        wanted, held, amid = _contents(store, at), _held(store), list[bool]()

        def cloned() -> int:
            clone: int = store.long_work.clone_project(ME, at.project_id, "Copy")["project_id"]
            return clone

        clone = cloned()
        cloning = _undisturbed(store, clone)
        store.long_work.delete_project(ME, clone)
        deleting = _undisturbed(store, clone)
        for seed in seeds:
            moments = random.Random(seed)
            clone = cloned()
            amid.append(_killed(store, workers, clone, moments.uniform(0, cloning)))
            (made,) = store.sessions.of_project(ME, clone)
            assert _contents(store, SessionAddress(clone, made["id"])) == wanted
            store.long_work.delete_project(ME, clone)
            amid.append(_killed(store, workers, clone, moments.uniform(0, deleting)))
            assert _held(store) == held
    return amid


def _newest(store: Store, project_id: int) -> Any:
    return store.jobs.of_project(ME, project_id)[0]


def _begun(store: Store, project_id: int) -> float:
    until(lambda: _newest(store, project_id)["status"] != JobStatus.QUEUED)
    return time.monotonic()


def _undisturbed(store: Store, project_id: int) -> float:
    """Seconds that the project's newest job takes once it has begun."""
    began = _begun(store, project_id)
    until(lambda: _newest(store, project_id)["status"] == JobStatus.DONE)
    return time.monotonic() - began


def _killed(store: Store, workers: Workers, project_id: int, seconds: float) -> bool:
    """Kill the worker so long after it has begun with the project's newest job, and wait until another one
    has done it; whether it was at work."""

    def job() -> Any:
        return _newest(store, project_id)

    moment = _begun(store, project_id) + seconds
    until(lambda: time.monotonic() >= moment or job()["status"] == JobStatus.DONE)
    until(lambda: workers.pids)
    os.kill(workers.pids[0], signal.SIGKILL)
    amid: bool = job()["status"] == JobStatus.RUNNING
    with store.database.writing() as connection:  # nobody waits a minute here until it counts as gone
        connection.execute(update(jobs).where(jobs.c.lease.is_not(None)).values(lease=job()["created"]))
    until(lambda: job()["status"] == JobStatus.DONE)
    return amid


def _contents(store: Store, at: SessionAddress) -> list[Any]:
    return [
        (item["text"], item["annotated"], [(one["span"], one["tags"][0]["class"]) for one in parts])
        for item in documents_of(store, at)
        for parts in [item["segments"]]
    ]


def _held(store: Store) -> list[int]:
    with store.database.reading() as connection:
        return [connection.execute(select(func.count()).select_from(one)).scalar_one() for one in HELD]
