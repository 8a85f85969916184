"""What is done elsewhere is shown on open pages: one thread of the process looks for all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import streamlit as st

from components.shell.compat import draw_again, is_open

EVERY = 5.0
"""Seconds from one look for a page to the next."""
Look = Callable[[], bool]
"""Looks for a page; whether it shows what is not so any more."""
Still = Callable[[], bool]
"""Whether a page has not been drawn since it was looked for."""


class Watch:
    """The open pages by their tabs. A tab that asked for itself, with a part drawn by a timer, would cost a
    run of the script each time, whether anything is new or not.

    `is_open` says whether a tab is still there, `draw` has its page drawn anew, if it still is to be by
    then.
    """

    def __init__(
        self, is_open: Callable[[str], bool], draw: Callable[[str, Still], None], every: float = EVERY
    ) -> None:
        self._is_open, self._draw, self._every = is_open, draw, every
        self._looks: dict[str, Look] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def follow(self, tab: str, look: Look) -> None:
        """Look for the page that the tab shows from here on, until it is left or followed anew."""
        if not self._is_open(tab):
            return
        with self._lock:
            self._looks[tab] = look
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._go_on, name="watch", daemon=True)
                self._thread.start()

    def leave(self, tab: str) -> None:
        """Look for the tab no more, until another page is followed there."""
        self._looks.pop(tab, None)

    def _go_on(self) -> None:
        while tabs := self._tabs():
            # Spread over the time, so that no look waits for many others.
            for tab in tabs:
                time.sleep(self._every / len(tabs))
                self._look(tab)

    def _tabs(self) -> tuple[str, ...]:
        """All of them; the thread ends where there is none."""
        with self._lock:
            if not self._looks:
                self._thread = None
            return tuple(self._looks)

    def _look(self, tab: str) -> None:
        look = self._looks.get(tab)
        if look is not None and not self._is_open(tab):
            # It is followed again when it is back, and has its page drawn.
            self.leave(tab)
        elif look is not None and look():
            # A run that was under way meanwhile may have drawn it by the time this can be done.
            self._draw(tab, lambda: self._looks.get(tab) is look)


@st.cache_resource(show_spinner=False)
def watch() -> Watch:
    """The one of this process."""
    return Watch(is_open, draw_again)
