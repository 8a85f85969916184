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
    tab: Tab = "Tags"


def shown_tab(ui: UiState) -> Tab:
    return ui.of(TablePane).tab


def show_tab(ui: UiState, tab: Tab) -> None:
    ui.of(TablePane).tab = tab


def table_tabs(ui: UiState) -> None:
    """The tabs."""
    set_widget(WHICH, shown_tab(ui))
    st.segmented_control(
        "Shown beside the text",
        TABS,
        key=WHICH,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: show_tab(ui, widget_value(WHICH)),
    )
