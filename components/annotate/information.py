"""What the open document carries beside its text, in a line below it."""

from __future__ import annotations

import streamlit as st

from components.shell.markdown import plain
from labeling.model import Document
from labeling.studio.information import information_of

LINE = 160
"""Characters that are seen without asking."""


def information_line(document: Document) -> None:
    """All of it where it is short, else its beginning and the rest behind a button."""
    found = information_of(document)
    if not found:
        return
    words = " · ".join(f"{key}: {' '.join(value.split())}" for key, value in found)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="information"):
        st.caption(plain(words if len(words) <= LINE else words[:LINE].rstrip() + "…"), width="content")
        if len(words) > LINE:
            with st.popover("All information", type="tertiary"):
                st.table({plain(key): plain(value) for key, value in found}, border="horizontal")
