"""Work that takes a while, done beside the screen: it says how far it is, and can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
TellWhat = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and of how much. It raises, to break the work off."""


class Beside(Generic[T]):
    """One work under way, or over. `progress`: what is done, how much of it, and of how much."""

    def __init__(self, name: str, work: Callable[[TellWhat], T]) -> None:
        self.progress: tuple[str, int, int] = ("Reading the documents", 0, 0)
        self._work = work
        self._found: T | None = None
        self._fault: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it is over, after waiting at most so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Work out nothing more."""
        self._stop.set()

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()

    def result(self) -> T | None:
        """What came of it; None where it was stopped. Raises what went wrong: LabelingError where something
        could not be read."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._work(self._tell)
        except _Stopped:
            return
        except BaseException as fault:  # noqa: BLE001 - kept for result(), which raises it on the screen
            self._fault = fault

    def _tell(self, what: str, done: int, of: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        self.progress = (what, done, of)


class _Stopped(Exception):
    """The person wants it no more."""
