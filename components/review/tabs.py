"""The tabs of Review: only the open one is worked out and drawn, and the address names it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from components.review.place import adopt, show_address
from components.shell.showing import showing
from components.shell.state import UiState
from labeling.model import Project

TABS = "review-tabs"


class ReviewTab(NamedTuple):
    """A tab: its word in the address, its title, and what draws it."""

    word: str
    title: str
    draw: Callable[[UiState, Project], None]


def review_tabs(ui: UiState, project: Project, tabs: Sequence[ReviewTab]) -> None:
    """The tabs, and what stands on the open one. The address follows, however the drawing ends."""
    place = adopt(ui, [tab.word for tab in tabs], project.id)
    titles = {tab.word: tab.title for tab in tabs}

    def go(title: str) -> None:
        place.tab = next(word for word, of in titles.items() if of == title)

    key, chose = showing(ui, TABS, titles[place.tab], go)
    drawn = st.tabs(list(titles.values()), key=key, on_change=chose)
    open_ = list(titles).index(place.tab)
    try:
        with drawn[open_]:
            tabs[open_].draw(ui, project)
    finally:
        show_address(ui, tabs[0].word)
