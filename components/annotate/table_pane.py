"""The pane with the table: one thing at a time is shown in it, chosen by its tabs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import streamlit as st

from components.shell.showing import showing
from components.shell.state import UiState

Tab = Literal["Tags", "All documents", "Every occurrence", "Paste", "Problems", "Notes"]
TABS: tuple[Tab, ...] = get_args(Tab)
WHICH = "which-table"


@dataclass
class TablePane:
    """The open tab."""

    tab: Tab = "Tags"


def shown_tab(ui: UiState) -> Tab:
    return ui.of(TablePane).tab


def show_tab(ui: UiState, tab: Tab) -> None:
    """Open a tab for the person."""
    ui.of(TablePane).tab = tab


def table_tabs(ui: UiState) -> None:
    """The tabs."""
    key, chose = showing(ui, WHICH, shown_tab(ui), partial(show_tab, ui))
    st.segmented_control(
        "Shown beside the text",
        TABS,
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=chose,
    )
