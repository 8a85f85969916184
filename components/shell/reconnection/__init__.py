"""The way back after the connection was lost: the page is drawn again, which sends what was done."""

from __future__ import annotations

import streamlit as st

from components.shell.assets import loader

_component = st.components.v2.component("reconnection", js=loader("shell/reconnection"))


def reconnection(*, run: str) -> None:
    """Tell the browser that a page is drawn to its end; `run` is another one each time.

    It stands outside of all parts that are drawn alone: what it asks for is the whole page.
    """
    _component(key="reconnection", data={"run": run})
