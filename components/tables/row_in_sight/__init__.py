"""A row of a table brought into sight, for which Streamlit has no call."""

from __future__ import annotations

import streamlit as st

from components.shell.assets import loader

_component = st.components.v2.component("row_in_sight", js=loader("tables/row_in_sight"))


def row_in_sight(*, table: str, row: int | None, wish: str) -> None:
    """Scroll the table whose key begins so to a row (counted from 0), once for each `wish` that is another;
    it stays where it is where there is none.

    While it is not drawn nothing is wished: the same wish is another one after that.
    """
    _component(key="row-in-sight", data={"table": table, "row": row, "wish": wish})
