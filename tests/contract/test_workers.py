"""Workers are processes beside the server: there as long as it runs, whatever ends one, and gone with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.store import Store, open_store
from labeling.server.storage.tables import sessions
from labeling.server.workers import Workers
from tests.contract.test_server_alone import serving
from tests.unit.server.storage.build import ME, a_session

SECONDS = 120
"""Long enough for a busy machine."""


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def being_deleted(folder: Path) -> Iterator[tuple[Store, SessionAddress]]:
    """A large session whose deletion waits for a worker."""
    with closing(open_store(folder)) as store:
        at = a_session(store, *({"text": f"Document {number}"} for number in range(3000)))
        store.long_work.delete_session(ME, at)
        yield store, at


def is_there(store: Store) -> bool:
    with store.database.reading() as connection:
        return connection.execute(sessions.select()).first() is not None


def test_a_server_alone_has_a_worker(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--sample", workers=1) as http:
        project = f"/projects/{http.get('/projects').json()[0]['id']}"
        session = f"{project}/annotations/{http.get(project + '/annotations').json()[0]['id']}"
        assert http.delete(session).status_code == 204
        until(lambda: http.get(session).status_code == 404)


def test_a_worker_that_is_killed_is_followed_by_one_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labeling.server.workers.AGAIN", 0)
    with being_deleted(tmp_path / "data") as (store, at), closing(Workers(tmp_path / "data", 1)) as workers:
        until(lambda: store.jobs.of_project(at.project_id)[0]["progress"] > 0)
        (first,) = workers.pids
        os.kill(first, signal.SIGKILL)
        until(lambda: workers.pids not in ([], [first]))
        # Nobody waits a minute here until the first one counts as gone.
        with store.database.writing() as connection:
            connection.exec_driver_sql("UPDATE jobs SET lease = '2026-01-01 00:00:00'")
        until(lambda: not is_there(store))
        pids = workers.pids
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
