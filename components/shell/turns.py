"""What people do at the same time is drawn for one after the other, in the order in which they did it.

Python runs one thread at a time and gives each a moment in turn: where many edit at once, all of them would
wait until about the last is drawn. One after the other each waits for those before it alone. Private names of
Streamlit's stand here as in `compat`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Event, Lock, local

from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

AT_ONCE = 2
"""Threads that work at the same time: one waits for its disk or its database now and then."""
LONGEST = 0.1
"""Seconds that are waited for a thread before: some five edits of a common document."""


class Turns:
    """Threads that work in the order in which they come, `at_once` at the same time.

    Whose turn takes longer than `longest` seconds goes on beside those that come next.
    """

    def __init__(self, at_once: int = AT_ONCE, longest: float = LONGEST) -> None:
        self._at_once, self._longest = at_once, longest
        self._line: list[Event] = []
        """Who works, and who comes next: each is told when it begins."""
        self._lock = Lock()
        self._mine = local()

    def __len__(self) -> int:
        """How many work or wait."""
        return len(self._line)

    @contextmanager
    def one(self) -> Iterator[None]:
        """The calling thread's turn, once it has come."""
        begins = self._mine.begins = Event()
        with self._lock:
            self._line.append(begins)
            before = len(self._line) - self._at_once
        if before > 0 and not begins.wait(before * self._longest):
            self._overtake(begins)
        try:
            yield
        finally:
            self.pass_on()

    def pass_on(self) -> None:
        """End the turn of the calling thread, if it has one: whatever it does from here on is done beside the
        next. For waits."""
        mine = vars(self._mine).pop("begins", None)
        with self._lock:
            if mine in self._line:
                self._line.remove(mine)
                self._begin()

    def _overtake(self, begins: Event) -> None:
        with self._lock:
            if begins in self._line:  # who came later may have overtaken both
                del self._line[: self._line.index(begins)]
                self._begin()

    def _begin(self) -> None:
        for begins in self._line[: self._at_once]:
            begins.set()


turns = Turns()
"""Those of this process."""


def draw_in_turn() -> None:
    """Have parts that are drawn alone take turns, as with each edit. A whole page takes too long for that."""
    run = ScriptRunner._run_script

    @wraps(run)
    def in_turn(runner: ScriptRunner, data: RerunData) -> None:
        if not data.fragment_id_queue:
            run(runner, data)
            return
        with turns.one():
            run(runner, data)

    setattr(ScriptRunner, run.__name__, in_turn)
