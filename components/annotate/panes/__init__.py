"""How Annotate's text and table share the room, and which of its panes a narrow window shows."""

from __future__ import annotations

import streamlit as st

from components.shell.assets import loader

_component = st.components.v2.component("panes", js=loader("annotate/panes"))


def divider() -> None:
    """The bar between the text and the table, to be dragged; the browser remembers where it was left.

    In a narrow window, which has room for one pane alone, it is the choice among them.
    """
    _component(key="divider", data={})
