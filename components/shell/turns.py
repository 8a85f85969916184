"""What people do at the same time is drawn for in turn: first what each of them waits for, then the rest.

Python runs one thread at a time and gives each a moment in turn: where many edit at once, all of them would
wait until about the last is drawn. In the order in which they come each waits for those before it alone, and
for the part of their drawing that tells that an edit is kept. Private names of Streamlit's stand here as in
`compat`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Event, Lock, local
from typing import Any

from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

AT_ONCE = 2
"""Threads that work at the same time: one waits for its disk or its database now and then."""
LONGEST = 0.1
"""Seconds after which a thread is not waited for: some five edits of a common document."""
LAST = 3.0
"""Seconds after which who stepped back comes like anybody else. Who goes on working has something newer drawn
by then."""


class Turn:
    """One thread's: whose it is, since when it works, or counts as waiting, and whether something new waits
    for it."""

    def __init__(self, of: object) -> None:
        self.of, self.since, self.begins = of, 0.0, Event()
        self.is_hurried = False


class Turns:
    """Threads that work in the order in which they come, `at_once` at the same time.

    Whose turn takes longer than `longest` seconds goes on beside those that come next. Who steps back counts
    as coming `last` seconds later: after all that have not begun by then.
    """

    def __init__(self, at_once: int = AT_ONCE, longest: float = LONGEST, last: float = LAST) -> None:
        self._at_once, self._longest, self._last = at_once, longest, last
        self._at_work: list[Turn] = []
        self._waiting: list[Turn] = []
        self._lock = Lock()
        self._mine = local()

    def __len__(self) -> int:
        """How many work or wait."""
        return len(self._at_work) + len(self._waiting)

    @contextmanager
    def one(self, of: object = None) -> Iterator[None]:
        """The calling thread's turn, once it has come; `of` names it for `hurry`."""
        turn = self._mine.turn = Turn(of)
        with self._lock:
            self._line_up(turn, time.monotonic())
        self._wait(turn)
        try:
            yield
        finally:
            self.pass_on()

    def pass_on(self) -> None:
        """End the turn of the calling thread, if it has one: whatever it does from here on is done beside the
        next. For waits."""
        turn = vars(self._mine).pop("turn", None)
        with self._lock:
            if turn in self._at_work:
                self._at_work.remove(turn)
                self._begin()

    def step_back(self) -> None:
        """Let those that have not begun go first, if the calling thread has a turn."""
        turn, now = vars(self._mine).get("turn"), time.monotonic()
        with self._lock:
            if turn not in self._at_work or all(other.since > now for other in self._waiting):
                return
            self._at_work.remove(turn)
            turn.begins.clear()
            self._line_up(turn, now if turn.is_hurried else now + self._last)
        self._wait(turn)

    def hurry(self, of: object) -> None:
        """Whose turn this is has something new to do: it comes like anybody else, also if it is yet to step
        back."""
        now = time.monotonic()
        with self._lock:
            for turn in (*self._waiting, *self._at_work):
                if turn.of is of:
                    turn.is_hurried, turn.since = True, min(turn.since, now)

    def _line_up(self, turn: Turn, since: float) -> None:
        turn.since = since
        self._waiting.append(turn)
        self._begin()

    def _wait(self, turn: Turn) -> None:
        while not turn.begins.wait(self._longest):
            with self._lock:
                self._begin()

    def _begin(self) -> None:
        """Have as many work as may."""
        now = time.monotonic()
        if len(self._at_work) >= self._at_once:
            self._at_work = [turn for turn in self._at_work if now < turn.since + self._longest]
        while len(self._at_work) < self._at_once and self._waiting:
            turn = min(self._waiting, key=lambda one: one.since)
            self._waiting.remove(turn)
            turn.since = now
            self._at_work.append(turn)
            turn.begins.set()


turns = Turns()
"""Those of this process."""


def draw_in_turn() -> None:
    """Have parts that are drawn alone take turns, as with each edit. A whole page takes too long for that."""
    run, ask = ScriptRunner._run_script, ScriptRunner.request_rerun

    @wraps(run)
    def in_turn(runner: ScriptRunner, data: RerunData) -> None:
        if not data.fragment_id_queue:
            run(runner, data)
            return
        with turns.one(runner):
            run(runner, data)

    @wraps(ask)
    def hurried(runner: ScriptRunner, *given: Any, **named: Any) -> bool:
        is_taken = ask(runner, *given, **named)
        turns.hurry(runner)
        return is_taken

    setattr(ScriptRunner, run.__name__, in_turn)
    setattr(ScriptRunner, ask.__name__, hurried)
