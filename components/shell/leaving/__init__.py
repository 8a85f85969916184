"""What the window says of unsaved work: a count before its title, a warning before it is closed."""

from __future__ import annotations

import streamlit as st

from components.shell.assets import loader

NO_ROOM = "<style>.st-key-leaving { display: none; }</style>"
"""Nothing is shown, so nothing may take up room, not even the gap between two elements."""

_component = st.components.v2.component("leaving", js=loader("shell/leaving"))


def leaving(*, unkept: int, unsaved: int, title: str) -> None:
    """Call the window `(3) Annotate · Tagwright` when three changes are `unsaved` on the page `title`.

    While `unkept` is not 0, that many changes are in this tab only, and the browser asks before it leaves the
    page.
    """
    st.html(NO_ROOM)
    _component(key="leaving", data={"title": window_title(unsaved, title), "warn": unkept > 0})


def window_title(unsaved: int, title: str) -> str:
    return f"({unsaved:,}) {title} · Tagwright" if unsaved else f"{title} · Tagwright"
