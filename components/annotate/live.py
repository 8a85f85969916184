"""The part of a page that all the work is done in, drawn again alone: a tag need not wait for everything around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from components.shell.page import adopt_link, read_late
from components.shell.state import UiState

T = TypeVar("T")


def live(ui: UiState, draw: Callable[[], T], around: Callable[[], object]) -> T:
    """Draw a part of the page, which may write into containers that stand anywhere on it; gives what `draw` gives.

    What is done with an element of the part draws the part alone, as long as that which is `around` it is drawn from
    the same as before; otherwise the whole page.
    """
    drawn_around: list[object] = []

    @st.fragment
    def part() -> T:
        if not drawn_around:
            drawn_around.append(around())
            return draw()
        # As with each run of the page, it is looked what other windows did and where the browser is.
        ui.run += 1
        if adopt_link(ui) or drawn_around != [around()]:
            ui.run -= 1
            st.rerun()
        drawn = draw()
        read_late(ui)
        return drawn

    return part()


def pressed(ui: UiState, words: str, *, key: str, icon: str | None = None) -> bool:
    """A button for work that is done where it stands, while the page is drawn: whether to do it now.

    A press that is a button's value is over when the part was run for it; the page that is drawn then would not know.
    """
    name, session = f"pressed-{key}", (ui.project_id, ui.session_id)
    st.button(words, key=key, icon=icon, on_click=lambda: ui.kept.update({name: session}))
    return bool(ui.kept.pop(name, None) == session)
