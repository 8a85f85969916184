"""The sessions of all projects, or of one, as a table to pick from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from components.sessions.session_filter import clear, filter_fields, wanted
from components.sessions.session_reading import PAGE, chosen_session, session_page
from components.shell.markdown import plain
from components.shell.naming import person_name
from components.shell.pickers import ALL, choose_project
from components.shell.state import ROW_CHOICE, SessionKey, UiState, row_choice, widget_value
from components.shell.status import SESSION_COLUMNS, look_of, mode_word
from components.shell.telling import loading
from labeling.errors import NotKept
from labeling.model import AllSessions, ListedSession, Project, Session
from labeling.studio.filter import SessionFilter


@dataclass
class SessionPages:
    """Which page of the table is open (from 1), and of what list: another list begins with its first.

    `narrowed_to`: the project of a session that was chosen among those of all, which alone is listed since.
    """

    of: SessionFilter | None = None
    page: int = 1
    narrowed_to: int | None = None


def session_list(ui: UiState, projects: Sequence[Project], project: Project | None) -> Session | None:
    """The table, filtered; the session picked, or None."""
    only = wanted(project)
    at = ui.of(SessionPages)
    if at.of != only:
        at.of, at.page = only, 1
    with loading("read the sessions"):
        page = session_page(ui, projects, only, at.page)
        if not page.sessions and page.total:
            at.page = -(-page.total // PAGE)
            page = session_page(ui, projects, only, at.page)
        chosen = chosen_session(ui, project)
    if page.total or not only.is_empty:
        filter_fields(ui, page.users)
        _table(ui, page, has_projects=project is None and len(projects) > 1)
        _pager(at, page.total)
    else:
        where = "This project has" if project else "There are"
        words = f"{where} no sessions yet. Make one on the page *New session*."
        st.info(words, icon=":material/info:")
    if chosen is None:
        at.narrowed_to = None
        if page.total:
            st.caption("Choose a session to edit its name, classes and labels, or to annotate it.")
    elif project is not None and at.narrowed_to == project.id:
        with st.container(horizontal=True, vertical_alignment="center", key="narrowed"):
            words = f"Only the sessions of **{plain(project.name)}** are listed now: you chose one of them."
            st.markdown(words, width="content")
            back = partial(choose_project, ui, ALL)
            st.button("List those of all projects", key="narrowed-off", type="tertiary", on_click=back)
    return chosen


def _table(ui: UiState, page: AllSessions, *, has_projects: bool) -> None:
    if not page.sessions:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info("No session fits the filter.", width="stretch")
            st.button("Show all", key="session-filter-off", on_click=clear)
        return
    places = [session.key for session in page.sessions]

    def choose(key: SessionKey) -> None:
        ui.of(SessionPages).narrowed_to = key[0] if has_projects else ui.of(SessionPages).narrowed_to
        ui.place.choose_session(*key)

    chose = row_choice("sessions", places, ui.place.session, choose)
    st.dataframe(
        _frame(ui, page.sessions, has_projects=has_projects),
        key="sessions",
        hide_index=True,
        height=min(38 + 35 * len(places), 458 if ui.place.session_id is None else 360),
        row_height=35,
        on_select=chose,
        selection_mode=ROW_CHOICE,
        column_config=_COLUMNS,
        placeholder="–",
        alt="The sessions. Choose a row to open it.",
    )


def _pager(at: SessionPages, total: int) -> None:
    if total <= PAGE:
        return
    pages = -(-total // PAGE)
    # A page turned by other means is another widget: this one cannot be given a value.
    key = f"sessions-page-{pages}-{at.page}"

    def turn() -> None:
        at.page = int(widget_value(key))

    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        first = (at.page - 1) * PAGE
        st.caption(f"{first + 1:,} to {min(first + PAGE, total):,} of {total:,} sessions")
        st.pagination(pages, default=at.page, key=key, max_visible_pages=7, on_change=turn)


def _frame(ui: UiState, sessions: Sequence[ListedSession], *, has_projects: bool) -> pd.DataFrame:
    """The table, without the columns that would be empty."""
    unsaved = _unsaved(ui)
    has_counts = all(session.annotated_count is not None for session in sessions)
    columns: dict[str, list[object]] = {
        "name": [session.name or f"Session {session.id}" for session in sessions],
        "project": [session.project if has_projects else None for session in sessions],
        "owner": [person_name(ui, session.user) for session in sessions],
        "status": [look_of(session.status).word for session in sessions],
        "progress": [session.progress for session in sessions],
        "done": [_done(session) if has_counts else None for session in sessions],
        "documents": [None if has_counts else session.document_count for session in sessions],
        "changed": [session.changed for session in sessions],
        "by": [person_name(ui, session.changed_by) for session in sessions],
        "unsaved": [unsaved.get(session.lasting_name) for session in sessions],
        "mode": [mode_word(session.mode) for session in sessions],
        "type": [session.type for session in sessions],
        "created": [session.created for session in sessions],
    }
    said = {name: cells for name, cells in columns.items() if any(cell not in (None, "") for cell in cells)}
    return pd.DataFrame(said)


def _done(session: ListedSession) -> str:
    return f"{session.annotated_count:,} of {session.document_count:,}"


def _unsaved(ui: UiState) -> Mapping[str, int]:
    """How many changes the person has not saved yet, by the lasting names of the sessions."""
    assert ui.store is not None
    with suppress(NotKept):  # the list of drafts on this page says so
        drafts = ui.store.drafts(ui.api_name, ui.sign_in.owner)
        return {draft.key.session: draft.facts.changes for draft in drafts if draft.facts.changes}
    return {}


_COLUMNS = {
    **SESSION_COLUMNS,
    "name": st.column_config.TextColumn("Session", width=200),
    "project": st.column_config.TextColumn("Project", width=140),
    "owner": st.column_config.TextColumn("Owner"),
    "done": st.column_config.TextColumn("Done", alignment="right"),
    "changed": st.column_config.DatetimeColumn("Last change", format="distance"),
    "by": st.column_config.TextColumn("By"),
    "unsaved": st.column_config.NumberColumn("Unsaved here", format="localized"),
}
