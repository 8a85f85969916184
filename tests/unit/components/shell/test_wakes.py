"""The server's loop is woken once for all that a script's thread has drawn meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from components.shell.compat import Wakes


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
