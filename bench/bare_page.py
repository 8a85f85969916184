"""The least that a Streamlit page can be that answers an edit: one button, one table.

A yardstick for the machine.
"""

import pandas as pd
import streamlit as st

count = st.session_state.get("count", 0)


def add() -> None:
    st.session_state["count"] = count + 1


st.button("Add a row", on_click=add)
st.html(f"<div class='st-key-changes-list'><button>{count}</button></div>")
st.data_editor(pd.DataFrame({"row": range(count + 1)}), key=f"segments-{count}")
