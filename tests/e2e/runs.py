"""Whether the app has answered what was done on a page, heard on the page's own line to it."""

from __future__ import annotations

import time
from collections import deque
from weakref import WeakKeyDictionary

from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

WAIT = 120
"""Seconds that a busy machine may take to answer."""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
"""What was done before has been heard by the page, and what it asks the app for is on the line."""


class Runs:
    """The runs that the page asks for and the app begins and ends."""

    def __init__(self, page: Page) -> None:
        self.is_asked = self.is_running = False
        self.said: deque[str] = deque(maxlen=30)
        """The last that was said on the line, deltas aside."""
        page.on("domcontentloaded", lambda _: self._ask())
        page.on("websocket", self._listen)

    @property
    def are_over(self) -> bool:
        return not self.is_asked and not self.is_running

    def __str__(self) -> str:
        return "\n".join(self.said)

    def _say(self, words: object) -> None:
        self.said.append(f"{time.monotonic():.3f} {words}")

    def _ask(self) -> None:
        self._say("asked")
        self.is_asked = True

    def _listen(self, line: WebSocket) -> None:
        line.on("framesent", self._hear_page)
        line.on("framereceived", self._hear_app)

    def _hear_page(self, payload: bytes | str) -> None:
        if isinstance(payload, bytes) and BackMsg.FromString(payload).WhichOneof("type") == "rerun_script":
            self._ask()

    def _hear_app(self, payload: bytes | str) -> None:
        if not isinstance(payload, bytes):
            return
        message = ForwardMsg.FromString(payload)
        kind = message.WhichOneof("type")
        if kind != "delta":
            self._say(kind)
        if kind == "new_session":
            self.is_asked, self.is_running = False, True
        elif kind == "script_finished":
            self.is_running = False
            self.is_asked |= message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN


_runs: WeakKeyDictionary[Page, Runs] = WeakKeyDictionary()


def heard(page: Page) -> Page:
    """A new page, of which `settled` can be asked."""
    _runs[page] = Runs(page)
    return page


def settled(page: Page) -> None:
    """The app has answered what was done, and the page shows it: Streamlit has no part of its front end
    still to load."""
    runs, end = _runs[page], time.monotonic() + WAIT
    page.evaluate(DRAWN)
    while not runs.are_over:
        assert time.monotonic() < end, f"the app does not answer:\n{runs}"
        page.wait_for_timeout(10)
        if runs.are_over:
            page.evaluate(DRAWN)  # what was drawn may have asked for one more
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
