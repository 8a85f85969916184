"""What is done at the same time is drawn one after the other, and nobody waits long for somebody slow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Barrier, Event, Thread

import pytest
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from components.shell import connections, turns
from components.shell.turns import Turns, draw_in_turn
from labeling.errors import LabelingError
from labeling.settings import Settings

PATIENCE = 30
FOR_EVER = 1_000_000.0


@contextmanager
def working(line: Turns, work: Callable[[], object], of: object = None) -> Iterator[Thread]:
    """A thread that does the work in its turn, and stands in line already."""
    before, begun = len(line), Event()

    def in_turn() -> None:
        with suppress(ZeroDivisionError), line.one(of):
            begun.set()
            work()

    thread = Thread(target=in_turn, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE
    while len(line) == before and not begun.is_set() and time.monotonic() < until:
        time.sleep(0.001)
    yield thread
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_one_works_at_a_time_in_the_order_in_which_they_came() -> None:
    line, done, at_work, go_on = Turns(1, FOR_EVER), list[int](), list[int](), Event()

    def work(number: int) -> None:
        at_work.append(number)
        assert go_on.wait(PATIENCE)
        assert at_work == [number]
        at_work.clear()
        done.append(number)

    with (
        working(line, lambda: work(0)),
        working(line, lambda: work(1)),
        working(line, lambda: work(2)),
        working(line, lambda: work(3)),
    ):
        assert len(line) == 4
        go_on.set()
    assert done == [0, 1, 2, 3]
    assert len(line) == 0


def test_two_work_at_once_where_two_may() -> None:
    line, met, last_worked = Turns(2, FOR_EVER), Barrier(2), Event()

    def meet() -> None:
        met.wait(PATIENCE)
        met.wait(PATIENCE)

    with working(line, meet), working(line, lambda: met.wait(PATIENCE)), working(line, last_worked.set):
        assert last_worked.wait(PATIENCE)
        met.wait(PATIENCE)


def test_who_is_slow_is_overtaken_and_holds_nobody_up_from_there_on() -> None:
    line, go_on = Turns(1, 0.01), Event()
    with working(line, lambda: go_on.wait(PATIENCE)) as slow:
        for _ in range(3):
            with working(line, lambda: None):
                pass
            assert slow.is_alive()
            assert len(line) == 0
        go_on.set()


def test_who_waits_for_something_else_goes_on_beside_the_next_and_ends_nobody_elses_turn() -> None:
    line, waits, next_works, last_worked = Turns(1, FOR_EVER), Event(), Event(), Event()

    def wait() -> None:
        line.pass_on()
        assert waits.wait(PATIENCE)

    with (
        working(line, wait) as waiting,
        working(line, lambda: next_works.wait(PATIENCE)),
        working(line, last_worked.set),
    ):
        waits.set()
        waiting.join(PATIENCE)
        assert len(line) == 2
        assert not last_worked.is_set()
        next_works.set()
    assert last_worked.is_set()


def stepping_back(line: Turns, does: Event, back: Event) -> Callable[[], None]:
    """Work of which the rest comes later: it waits to step back, and says when it goes on."""

    def work() -> None:
        assert does.wait(PATIENCE)
        line.step_back()
        back.set()

    return work


def test_who_steps_back_goes_on_when_all_have_begun() -> None:
    line, does, back, begun = Turns(1, FOR_EVER, FOR_EVER), Event(), Event(), Event()
    may_end = [Event(), Event()]

    def last() -> None:
        begun.set()
        assert may_end[1].wait(PATIENCE)

    with (
        working(line, stepping_back(line, does, back)),
        working(line, lambda: may_end[0].wait(PATIENCE)),
        working(line, last),
    ):
        does.set()
        may_end[0].set()
        assert begun.wait(PATIENCE)
        assert not back.is_set()
        may_end[1].set()
        assert back.wait(PATIENCE)


def test_who_steps_back_where_nobody_waits_goes_on_at_once() -> None:
    line = Turns(1, FOR_EVER, FOR_EVER)
    with line.one():
        line.step_back()
        assert len(line) == 1
    line.step_back()
    assert len(line) == 0


@pytest.mark.parametrize(
    ("last", "before", "after"),
    [(0.01, "another", "another"), (FOR_EVER, "another", "me"), (FOR_EVER, "me", "another")],
    ids=["late", "hurried", "hurried before"],
)
def test_who_stepped_back_comes_with_all_others_after_a_while_or_where_it_has_something_new_to_do(
    last: float, before: str, after: str
) -> None:
    line, does, back, begun = Turns(1, FOR_EVER, last), Event(), Event(), Event()
    may_end = [Event(), Event()]

    def next_one() -> None:
        begun.set()
        assert may_end[0].wait(PATIENCE)

    with working(line, stepping_back(line, does, back), of="me"), working(line, next_one):
        line.hurry(before)
        does.set()
        assert begun.wait(PATIENCE)
        line.hurry(after)
        time.sleep(0.05)
        with working(line, lambda: may_end[1].wait(PATIENCE)):
            may_end[0].set()
            assert back.wait(PATIENCE), "it comes before who came after that"
            may_end[1].set()


def test_who_fails_passes_the_turn_on() -> None:
    line, go_on = Turns(1, FOR_EVER), Event()
    worked = Event()
    with working(line, lambda: go_on.wait(PATIENCE) and 1 // 0), working(line, worked.set):
        go_on.set()
    assert worked.is_set()


def test_a_part_that_is_drawn_alone_has_a_turn_and_a_whole_page_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = []
    run = ScriptRunner._run_script.__name__
    monkeypatch.setattr(turns, "turns", Turns(1, FOR_EVER))
    monkeypatch.setattr(ScriptRunner, run, _named(run, lambda *_: found.append(len(turns.turns))))
    draw_in_turn()
    for parts in (["part"], []):
        getattr(ScriptRunner, run)(None, RerunData(fragment_id_queue=parts))
    assert found == [1, 0]
    assert len(turns.turns) == 0


def _named(name: str, work: Callable[..., object]) -> Callable[..., object]:
    work.__name__ = name
    return work


def test_nobody_waits_for_a_turn_while_the_api_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Settings(api_url="http://127.0.0.1:9", api_timeout=1, _env_file=None)
    monkeypatch.setattr(connections, "settings", lambda: chosen)
    with turns.turns.one():
        assert len(turns.turns) == 1
        with suppress(LabelingError):
            connections.connect("a token").projects()
        assert len(turns.turns) == 0
