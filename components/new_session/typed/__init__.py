"""A name that is typed into a list is taken when the field is left, confirmed or not, as in other fields."""

from __future__ import annotations

import streamlit as st

from components.shell.assets import loader

_component = st.components.v2.component("typed_names", js=loader("new_session/typed"))


def take_typed_names() -> None:
    """Once on a page, for all its lists of names that take new ones."""
    _component(key="typed-names", data={})
