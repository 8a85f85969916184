"""The way back after the connection was lost: the page is drawn again by itself, so that all that was done
is sent."""

from __future__ import annotations

import streamlit as st

from components.shell.assets import loader

NO_ROOM = "<style>.st-key-reconnection { display: none; }</style>"
"""Nothing is shown, so nothing may take up room, not even the gap between two elements."""

_component = st.components.v2.component("reconnection", js=loader("shell/reconnection"))


def reconnection(*, run: str) -> None:
    """Tell the browser that a page is drawn to its end; `run` is another one each time.

    It stands outside of all parts that are drawn alone: what it asks for is the whole page. An app that was
    started anew knows no part of a page before it has drawn it.
    """
    st.html(NO_ROOM)
    _component(key="reconnection", data={"run": run})
