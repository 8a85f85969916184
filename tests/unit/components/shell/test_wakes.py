"""The server's loop is woken once for all that a script's thread has drawn meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.session_manager import SessionManager

from components.shell.sending import TabsToTell, Wakes, begin_one_run


class Loop:
    """A loop that takes its turns when it is told."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []

    def turn(self) -> None:
        calls, self.calls = self.calls, []
        for call in calls:
            call()


def test_one_turn_does_all_that_was_added_in_its_order() -> None:
    loop, done = Loop(), list[int]()
    wakes = Wakes(lambda call: loop.calls.append(call))
    for number in range(3):
        wakes.add(lambda number=number: done.append(number))  # type: ignore[misc]
    assert len(loop.calls) == 1
    loop.turn()
    assert done == [0, 1, 2]


def test_what_is_added_while_it_is_done_or_after_that_is_done_as_well() -> None:
    loop, done = Loop(), list[str]()
    wakes = Wakes(lambda call: loop.calls.append(call))
    wakes.add(lambda: wakes.add(lambda: done.append("meanwhile")))
    loop.turn()
    wakes.add(lambda: done.append("later"))
    loop.turn()
    assert done == ["meanwhile", "later"]


def test_what_fails_holds_nothing_up_that_comes_after_it() -> None:
    loop, done = Loop(), list[str]()
    wakes = Wakes(lambda call: loop.calls.append(call))
    wakes.add(lambda: done.remove("what is not there"))
    wakes.add(lambda: done.append("after it"))
    with pytest.raises(ValueError, match="not in list"):
        loop.turn()
    loop.turn()
    assert done == ["after it"]


class Runner:
    """A run of a tab, which takes more to be drawn until it is stopped."""

    def __init__(self) -> None:
        self.is_stopped = False
        self.asked: list[RerunData] = []

    def request_stop(self) -> None:
        self.is_stopped = True

    def request_rerun(self, data: RerunData) -> bool:
        if not self.is_stopped:
            self.asked.append(data)
        return not self.is_stopped


class OpenTab:
    """What Streamlit has of a tab, in which a run may be about to end, and one is wished for."""

    def __init__(self) -> None:
        self.session = cast(AppSession, SimpleNamespace(_scriptrunner=None))
        self.begun: list[Runner] = []
        self.wakes = Wakes(lambda call: None)

    def begin(self, data: RerunData) -> None:
        begin_one_run(self.session, data, self.wakes.finish, self._begin)

    def _begin(self, session: Any, data: RerunData) -> None:
        self.begun.append(Runner())
        session._scriptrunner = self.begun[-1]

    def draw(self) -> None:
        """A wish to have the page drawn, where no run is under way."""
        if self.session._scriptrunner is None:
            self.begin(RerunData())

    def end(self) -> None:
        self.session._scriptrunner = None


@pytest.mark.parametrize("of_before", [True, False])
def test_of_two_runs_that_begin_at_once_in_a_tab_one_goes_on(of_before: bool) -> None:
    tab = OpenTab()
    if of_before:
        tab.begin(RerunData())
        tab.wakes.add(tab.end)
    for _ in range(2):
        tab.wakes.add(tab.draw)
    tab.begin(RerunData(query_string="pressed"))
    going_on = [run for run in tab.begun[of_before:] if not run.is_stopped]
    assert going_on == [tab.session._scriptrunner]
    # A part that is drawn alone comes after the whole page, which is still to be drawn.
    tab.end()
    tab.wakes.add(tab.draw)
    tab.begin(part := RerunData(fragment_id="part"))
    whole = tab.begun[-1]
    assert whole is tab.session._scriptrunner
    assert whole.asked == [part]


def test_a_run_that_goes_on_while_nothing_waits_is_left_to_streamlit() -> None:
    tab = OpenTab()
    tab.begin(RerunData())
    tab.begin(RerunData())
    assert [run.is_stopped for run in tab.begun] == [False, False]


def test_the_loop_looks_at_the_tabs_alone_for_which_something_waits() -> None:
    def tab(*messages: str, settles: bool = False) -> SimpleNamespace:
        queue = SimpleNamespace(is_empty=lambda: not messages)
        return SimpleNamespace(session=SimpleNamespace(_browser_queue=queue, _settle_pending=settles))

    told, quiet, settling = tab("a message"), tab(), tab(settles=True)
    every = SimpleNamespace(
        list_active_sessions=lambda: [told, quiet, settling], num_active_sessions=lambda: 3
    )
    tabs: Any = TabsToTell(cast(SessionManager, every))
    assert tabs.list_active_sessions() == [told, settling]
    assert tabs.num_active_sessions() == 3
