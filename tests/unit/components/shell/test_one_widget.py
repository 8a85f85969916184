"""A field that looks at itself alone finds what it would find among all widgets of the page."""

from __future__ import annotations

from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from components.shell.compat import OneByOne


def page() -> None:
    import streamlit as st

    st.session_state["chosen"] = ("plain", 1)
    st.text_input("Search", value=None, key="search")
    st.text_input("Name", "Letters", key="name")
    st.selectbox("Class", ["Staff", "Room"])
    st.button("Save", key="save")


def test_what_is_found_one_by_one_is_what_streamlit_works_out_for_all() -> None:
    app = AppTest.from_function(page).run()
    app.text_input(key="search").set_value("room").run()
    state = app.session_state._state._state
    found = OneByOne(SafeSessionState(state, lambda: None))
    assert dict(found) == state.filtered_state == {**found}
    assert found["search"] == "room"
    assert {"chosen", "search", "name", "save"} == {*found}
    (unnamed,) = (box.proto.id for box in app.selectbox)
    for key in ("class", unnamed, app.text_input(key="name").proto.id):
        assert key not in found
