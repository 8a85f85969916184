"""Open pages are looked for by the app: one that shows what is not so any more is drawn anew."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, Queue
from threading import Event
from time import sleep

import pytest

from components.shell.watch import Watch

SOON = 5.0


def test_a_page_that_is_behind_is_drawn_again_until_it_is_not() -> None:
    drawn: Queue[str] = Queue()
    watch = Watch(lambda tab: True, lambda tab, still: drawn.put(tab), every=0.01)
    watch.follow("mine", lambda: True)
    watch.follow("other", lambda: False)
    assert [drawn.get(timeout=SOON) for _ in range(3)] == ["mine"] * 3
    looked = Event()
    watch.follow("mine", lambda: bool(looked.set()))
    assert looked.wait(SOON)
    drawn.queue.clear()
    looked.clear()
    assert looked.wait(SOON)
    assert drawn.empty()
    for tab in ("mine", "other"):
        watch.leave(tab)


def test_a_page_that_was_drawn_meanwhile_is_not_to_be_drawn_once_more() -> None:
    stills: Queue[Callable[[], bool]] = Queue()
    watch = Watch(lambda tab: True, lambda tab, still: stills.put(still), every=0.01)
    watch.follow("mine", lambda: True)
    still = stills.get(timeout=SOON)
    assert still()
    watch.follow("mine", lambda: False)
    assert not still()
    watch.leave("mine")


def test_a_page_that_was_left_or_closed_is_not_looked_for() -> None:
    closed: set[str] = set()
    looked: Queue[str] = Queue()
    watch = Watch(lambda tab: tab not in closed, lambda tab, still: None, every=0.01)
    for tab in ("left", "closed", "here"):
        watch.follow(tab, lambda tab=tab: bool(looked.put(tab)))
    assert {looked.get(timeout=SOON) for _ in range(9)} == {"left", "closed", "here"}
    watch.leave("left")
    closed.add("closed")
    rounds = [looked.get(timeout=SOON) for _ in range(12)]
    assert set(rounds[-6:]) == {"here"}
    watch.leave("here")
    sleep(0.1)
    looked.queue.clear()
    with pytest.raises(Empty):
        looked.get(timeout=0.2)


def test_pages_are_looked_for_also_after_a_look_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    failed, looked = Event(), Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: failed.set())
    watch = Watch(lambda tab: True, lambda tab, still: None, every=0.01)
    watch.follow("mine", lambda: 1 / 0 > 0)
    assert failed.wait(SOON)
    for _ in range(100):
        watch.follow("mine", lambda: bool(looked.set()))
        if looked.wait(0.05):
            break
    assert looked.is_set()
    watch.leave("mine")
