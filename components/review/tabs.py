"""The tabs of Review: only the open one is worked out and drawn, and the address names it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from components.review.place import ReviewPlace, adopt, show_address
from components.shell.state import UiState, set_widget, widget_value
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
    set_widget(TABS, titles[place.tab])
    drawn = st.tabs(list(titles.values()), key=TABS, on_change=lambda: _chose(place, titles))
    open_ = list(titles).index(place.tab)
    try:
        with drawn[open_]:
            tabs[open_].draw(ui, project)
    finally:
        show_address(ui, tabs[0].word)


def _chose(place: ReviewPlace, titles: dict[str, str]) -> None:
    chosen = widget_value(TABS)
    place.tab = next(word for word, title in titles.items() if title == chosen)
