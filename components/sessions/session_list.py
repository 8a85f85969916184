"""The sessions of a project as a table to pick from, and the facts of the one picked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.shell.markdown import plain
from components.shell.state import ROW_CHOICE, UiState, row_choice
from components.shell.status import (
    SESSION_COLUMNS,
    follow,
    mode_word,
    progress_bar,
    sessions_frame,
    status_badge,
    with_status_and_mode,
)
from components.shell.telling import news
from labeling.model import Project, Session, Status


def session_list(ui: UiState, project: Project, sessions: Sequence[Session]) -> Session | None:
    """The table, filtered; the session picked, or None."""
    if not sessions:
        st.info(
            "This project has no sessions yet. Make one on the page *New session*.", icon=":material/info:"
        )
        return None
    shown = _filtered(sessions)
    follow(ui, sessions)
    if ui.place.session_id is not None and all(session.id != ui.place.session_id for session in sessions):
        words = f"Session {ui.place.session_id} does not exist in the project “{project.name}”."
        news(f"{words} Choose another one.")
        ui.place.choose_session(project.id, None)
    places = [session.id for session in shown]
    choose = partial(ui.place.choose_session, project.id)
    chose = row_choice("sessions", places, ui.place.session_id, choose)
    if not shown:
        st.info("No session fits the filter.")
    else:
        st.dataframe(
            sessions_frame(shown),
            key="sessions",
            hide_index=True,
            height=min(38 + 35 * len(shown), 360),
            row_height=35,
            on_select=chose,
            selection_mode=ROW_CHOICE,
            column_config=SESSION_COLUMNS,
            alt="The sessions of the project. Choose a row to open it.",
        )
    chosen = next((session for session in sessions if session.id == ui.place.session_id), None)
    if chosen is None:
        st.caption("Choose a session to edit its name, classes and labels, or to annotate it.")
    return chosen


def session_facts(session: Session) -> None:
    """Status, progress and what else the server says of a session."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(session.name) or f"Session {session.id}", anchor=False)
        status_badge(session)
    progress_bar(session)
    if session.status == Status.FAILED:
        st.error(
            f"This session failed: {plain(session.description or 'the server gives no reason')}",
            icon=":material/error:",
        )
    elif session.description:
        st.caption(plain(session.description))
    facts = {
        "Type": session.type,
        "Mode": mode_word(session.mode) or None,
        "Created": _day(session.created),
        "Finished": _day(session.finished),
        "Id": session.id,
    }
    st.caption(
        " · ".join(f"{name}: {plain(str(value))}" for name, value in facts.items() if value is not None)
    )


def _filtered(sessions: Sequence[Session]) -> list[Session]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search sessions", key="session-search", icon=":material/search:", placeholder="Name", width=260
        )
        listed = with_status_and_mode(sessions, "session", mode_width=280)
    return [session for session in listed if text.strip().casefold() in session.name.casefold()]


def _day(moment: object) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d}"
