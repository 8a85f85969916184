"""Workers as processes of their own, beside a server: kept running as long as it runs, and ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread

from labeling.errors import LabelingError
from labeling.priority import come_after
from labeling.server.logs import keep_log
from labeling.server.storage.long_work import WORK
from labeling.server.storage.store import open_store
from labeling.server.training import STEPS
from labeling.server.worker import Worker
from labeling.settings import Settings

ROOT = Path(__file__).parents[2]
NICE = 5
"""By how much people's requests come before it."""

AGAIN = 1.0
"""Seconds after which a worker that ended is followed by another."""
ENDING = 5.0
"""Seconds that a worker has to end the step that it is at."""


def work(data_dir: Path, settings: Settings, *, with_parent: bool = False) -> None:
    """Do the jobs of a store until the process is told to end, `with_parent` also when whoever started it has
    ended. Raises Failed, and OSError, for a store that cannot be opened."""
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    if with_parent:
        Thread(target=_wait_for_parent, args=(stopped,), daemon=True).start()
    come_after(NICE)
    keep_log(settings.log)
    url = settings.database_url.get_secret_value()
    with closing(open_store(data_dir, database_url=url)) as store:
        # A model may take many minutes: nobody who deletes or clones waits for it.
        models = Thread(target=_do_all, args=(Worker(store, stopped, STEPS), stopped))
        models.start()
        try:
            _do_all(Worker(store, stopped, WORK), stopped)
        finally:
            models.join()


def _do_all(worker: Worker, stopped: Event) -> None:
    """Until it is stopped; a worker that breaks off ends the process with it, and another one follows."""
    try:
        worker.run()
    finally:
        stopped.set()


def _wait_for_parent(stopped: Event) -> None:
    """The parent holds the other end of the standard input, and writes nothing to it."""
    with suppress(OSError):
        while os.read(0, 1):  # a reader of Python's would be in the way of its end
            pass
    stopped.set()


class Workers:
    """So many worker processes over a data folder; where the database is they have from the settings."""

    def __init__(self, data_dir: Path, count: int) -> None:
        self._command = [sys.executable, "-m", __name__, str(data_dir.resolve())]
        self._ended = Event()
        self._running = list[subprocess.Popen[bytes]]()
        self._lock = threading.Lock()
        for _ in range(count):
            Thread(target=self._keep_one, daemon=True).start()

    @property
    def pids(self) -> list[int]:
        """The processes that run."""
        with self._lock:
            return [process.pid for process in self._running]

    def close(self) -> None:
        """End them, each after the step that it is at."""
        with self._lock:
            self._ended.set()
            running = list(self._running)
        for process in running:
            assert process.stdin is not None
            process.stdin.close()
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(ENDING)

    def _keep_one(self) -> None:
        """One after the other, for as long as the server runs."""
        while not self._ended.is_set():
            with self._lock:
                if self._ended.is_set():
                    return
                process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    cwd=ROOT,
                    start_new_session=True,  # Ctrl-C is for the server, which then ends it
                )
                self._running.append(process)
            process.wait()
            with self._lock:
                self._running.remove(process)
            assert process.stdin is not None
            process.stdin.close()
            self._ended.wait(AGAIN)


if __name__ == "__main__":
    with suppress(LabelingError, OSError):  # the server says it, and another try follows
        work(Path(sys.argv[1]), Settings(), with_parent=True)
