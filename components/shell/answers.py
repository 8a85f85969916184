"""What the server said: shown again for a few seconds, read anew late, and kept while it is away."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from components.shell.markdown import plain
from components.shell.state import UiState
from labeling.errors import Failed, LabelingError, Unavailable, explain

T = TypeVar("T")
FRESH = 5.0
"""Seconds for which what the server said of projects and sessions is shown again without asking."""
AT_WORK = 180.0
"""The same for who edits a document meanwhile: two requests, of lists that grow with the number of people,
cost more than the edit."""
AWAY = 15.0
"""The same while the server cannot be reached: each try may take its time."""


def try_again(ui: UiState, key: str, words: str = "Try again") -> None:
    """A button that has everything read anew."""

    def ask_again() -> None:
        ui.answers.offline = ""
        forget(ui)

    st.button(words, key=key, icon=":material/refresh:", on_click=ask_again)


def fresh(ui: UiState, name: str, make: Callable[[], T], seconds: float = FRESH) -> T:
    """What `make` gives, remembered for a few seconds so that a keystroke need not ask the server.

    What is older is shown once more and read again by `read_late`, so that nobody waits for it. Zero seconds,
    and `forget`, ask at once. While the server cannot be reached, what it said before stays on the screen.
    """
    known: tuple[float, T] | None = ui.answers.known.get(name)
    was = ui.answers.offline
    if known is not None:
        age = time.monotonic() - known[0]
        if age < (AWAY if was else seconds) or (seconds and not was and math.isfinite(age)):
            ui.answers.late[name] = (make, seconds)
            return known[1]
    made = _read(ui, name, make)
    ui.answers.late[name] = (make, seconds or FRESH)
    if bool(was) != bool(ui.answers.offline):
        st.rerun()
    return made


def read_late(ui: UiState, least: float = 0.0) -> None:
    """Read what the page that was drawn shows for too long already, and draw it again if that changed.

    `least`: seconds for which nothing is too old, for who draws often. A page that stopped cannot be drawn
    again: it has asked at once for what it stopped for.
    """
    was, now = ui.answers.offline, time.monotonic()
    is_news = False
    for name, (make, seconds) in ui.answers.late.items():
        read, shown = ui.answers.known[name]
        if now - read < (AWAY if was else max(seconds, least)):
            continue
        try:
            is_news |= _read(ui, name, make) != shown
        except LabelingError:
            # The page that needs it reads it at once, and says what is wrong.
            ui.answers.known[name] = (-math.inf, shown)
            is_news = True
    if is_news or bool(was) != bool(ui.answers.offline):
        st.rerun()


def _read(ui: UiState, name: str, make: Callable[[], T]) -> T:
    """Ask the server; while it cannot be reached, say so, with what it said before."""
    known: tuple[float, T] | None = ui.answers.known.get(name)
    try:
        made = make()
        ui.answers.offline = ""
    except (Unavailable, Failed) as error:
        if known is None:
            raise
        made = known[1]
        ui.answers.offline = explain(error, "ask the server")
    ui.answers.known[name] = (time.monotonic(), made)
    return made


def forget(ui: UiState) -> None:
    """Ask the server anew: something was changed."""
    ui.answers.writes += 1
    ui.answers.known = {name: (-math.inf, said) for name, (_, said) in ui.answers.known.items()}


def offline_banner(ui: UiState) -> None:
    """Say truthfully that the screen shows what the server said before, and that the work can go on."""
    if ui.answers.offline:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(
                f"{plain(ui.answers.offline)} You can go on editing: your changes are kept, and Save "
                "sends them when the server is back.",
                icon=":material/cloud_off:",
            )
            try_again(ui, "ask-again")
