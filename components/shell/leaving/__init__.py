"""What the window says of unsaved work: a count before its title, a warning before it is closed; and Ctrl+S
where no text has it."""

from __future__ import annotations

import streamlit as st

from components.shell.assets import loader

_component = st.components.v2.component("leaving", js=loader("shell/leaving"))


def leaving(*, unkept: int, unsaved: int, title: str) -> None:
    """Call the window `(3) Annotate · Tagwright` when three changes are `unsaved` on the page `title`.

    The browser asks before it leaves the page while any are `unkept`, in this tab only, an act waits, or
    something is typed in a field that the app was not told yet.
    """
    words = f"({unsaved:,}) {title} · Tagwright" if unsaved else f"{title} · Tagwright"
    _component(key="leaving", data={"title": words, "warn": unkept > 0})
