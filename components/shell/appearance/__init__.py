"""Light, dark, or as the system has it: chosen at the end of the header, kept in the browser."""

from __future__ import annotations

import streamlit as st

from components.shell.assets import loader

_component = st.components.v2.component("appearance", js=loader("shell/appearance"), isolate_styles=True)


def appearance() -> None:
    """The choice, where Streamlit's menu stands in an app that shows it."""
    _component(key="appearance")
