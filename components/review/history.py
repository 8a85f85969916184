"""The tab History: what was done to a session, by whom, and the way back."""

from __future__ import annotations

import streamlit as st

from components.review.history_copies import copies
from components.review.history_saves import saves
from components.review.opening import go_where_wanted
from components.review.place import about_session
from components.saving.changes import changes, changes_bar
from components.saving.panel import save_progress, save_result
from components.shell.desk import desk_at
from components.shell.pickers import pick_session
from components.shell.state import UiState
from components.shell.telling import loading, why_locked
from labeling.model import Project


def history(ui: UiState, project: Project) -> None:
    """The session with the unsaved work in it, then its saves or copies."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=320):
            session = pick_session(ui, project)
        about_session(ui, session.id)
        changes_place = changes_bar()
    desk = desk_at(ui, session, project)
    go_where_wanted(desk)
    with changes_place:
        changes(desk)
    why_locked(desk)
    save_result(desk)
    save_progress(desk)
    with loading("ask what the server can do"):
        has_history = ui.api.info().can("history")
    if has_history:
        saves(desk)
    else:
        copies(desk)
