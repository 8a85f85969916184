"""A worker in this process, which may be gone after any of its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from typing import NamedTuple

from sqlalchemy import update

from labeling.server.storage.store import Store
from labeling.server.storage.tables import jobs
from labeling.server.worker import Worker


class Worked(NamedTuple):
    """How many steps a worker did, and whether it ended by itself."""

    steps: int
    is_over: bool


class Killed(BaseException):
    """As if the worker's process had ended."""


def work(store: Store, seen: Callable[[], object] = lambda: None, *, steps: int | None = None) -> Worked:
    """Have a worker do all that there is, or so many steps, after which it is gone. `seen` is called after
    each."""
    done = 0

    def pause(seconds: float) -> None:
        nonlocal done
        done += 1
        seen()
        if done == steps:
            raise Killed

    one = Worker(store, Event())
    try:
        while one.work_once(pause):
            pass
    except Killed:
        with store.database.writing() as connection:  # its lease runs out
            connection.execute(update(jobs).values(lease=datetime(2026, 1, 1, tzinfo=UTC)))
        return Worked(done, False)
    return Worked(done, True)
