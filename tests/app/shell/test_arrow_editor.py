"""The editable dataframe drawn from Arrow sends what Streamlit's own sends, and gives what is told of it."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.browser import report


def page(disabled: bool) -> None:
    import pandas as pd
    import pyarrow as pa
    import streamlit as st

    from components.shell.arrow_editor import Columns, arrow_editor

    rows = {
        "tick": pa.array([False, True], pa.bool_()),
        "start": pa.array([0, 2**53 - 1], pa.int64()),
        "text": pa.array(["Grüße 🙂", ""], pa.string()),
        "label": pa.array(["POS", "–"], pa.string()),
    }
    column = st.column_config

    def config(of: str) -> dict[str, object]:
        return {
            "tick": column.CheckboxColumn("", width=36, pinned=True),
            "start": column.NumberColumn("Start", step=1),
            "text": column.ButtonColumn("Text", key=f"{of}-open", type="tertiary", on_click=lambda: None),
            "label": column.SelectboxColumn("Label", options=["–", "POS"], required=True),
        }

    editable = ("tick", "start", "label")
    st.data_editor(
        pa.table(rows).to_pandas(types_mapper=pd.ArrowDtype),
        key="theirs",
        hide_index=True,
        height="stretch",
        row_height=30,
        disabled=disabled or ["text"],
        column_config=config("theirs"),
        alt="Segments",
    )
    edited = arrow_editor(
        pa.table(rows),
        Columns(config("ours"), editable),
        key="ours",
        row_height=30,
        disabled=disabled,
        on_change=lambda: st.session_state.update(heard=True),
        alt="Segments",
    )
    st.session_state.edited = dict(edited)


@pytest.mark.parametrize("disabled", [False, True])
def test_the_browser_is_sent_what_streamlit_would_send(disabled: bool) -> None:
    app = AppTest.from_function(page, args=(disabled,)).run()
    assert not app.exception
    ours, theirs = (app.get_by_key(key).proto for key in ("ours", "theirs"))
    assert json.loads(ours.columns) == json.loads(theirs.columns)
    for name in ("alt", "row_height", "editing_mode", "disabled", "column_order", "form_id", "placeholder"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert list(ours.button_click_widgets) == list(theirs.button_click_widgets)
    read = [pa.ipc.open_stream(one.arrow_data.data).read_all() for one in (ours, theirs)]
    assert read[0].to_pydict() == read[1].to_pydict()
    assert read[0].schema.types == read[1].schema.types


def test_what_is_told_of_cells_is_given_and_called_back() -> None:
    app = AppTest.from_function(page, args=(False,)).run()
    assert app.session_state.edited == {}
    cells = {0: {"tick": True, "start": 4}, 1: {"label": "POS"}}
    state = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
    report(app, app.get_by_key("ours").proto, "string_value", state)
    assert app.session_state.edited == cells
    assert app.session_state.heard
