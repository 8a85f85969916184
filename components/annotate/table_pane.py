"""The pane with the table: one thing at a time is shown in it, chosen by its tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import streamlit as st

from components.shell.state import UiState, set_widget, widget_value

Tab = Literal["Tags", "All documents", "Every occurrence", "Paste", "Problems", "Notes"]
TABS: tuple[Tab, ...] = get_args(Tab)
WHICH = "which-table"


@dataclass
class TablePane:
    """The open tab, and how often the page itself opened one: what the browser says of the choice before that
    is late, and no wish."""

    tab: Tab = "Tags"
    opened: int = 0


def shown_tab(ui: UiState) -> Tab:
    return ui.of(TablePane).tab


def show_tab(ui: UiState, tab: Tab) -> None:
    """Open a tab for the person."""
    pane = ui.of(TablePane)
    if pane.tab != tab:
        pane.tab, pane.opened = tab, pane.opened + 1


def table_tabs(ui: UiState) -> None:
    """The tabs."""
    pane = ui.of(TablePane)
    key = f"{WHICH}-{pane.opened}"

    def chose() -> None:
        if key == f"{WHICH}-{pane.opened}":
            pane.tab = widget_value(key)

    set_widget(key, pane.tab)
    st.segmented_control(
        "Shown beside the text",
        TABS,
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=chose,
    )
