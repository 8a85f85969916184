"""Choose a project and a session."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NoReturn

import streamlit as st

from components.shell.answers import fresh
from components.shell.markdown import plain
from components.shell.showing import showing
from components.shell.state import SessionKey, UiState
from components.shell.status import LOOK_AGAIN
from components.shell.telling import loading, news, stop
from labeling.draft.summary import change_count
from labeling.model import Project, Session
from labeling.phrases import count_of

ALL = 0
"""Stands for all projects among their ids."""


def pick_project(ui: UiState) -> Project:
    """Choose a project; gives the one that the person is in, the first one until they choose."""
    projects = _projects(ui)
    _picker("Project", _of_projects(projects), ui.place.project_id, partial(choose_project, ui), ui)
    return next(project for project in projects if project.id == ui.place.project_id)


def pick_projects(ui: UiState) -> tuple[Sequence[Project], Project | None]:
    """Choose a project or all of them, where there are several; gives all, and the one chosen. Until they
    choose, it is the one in which the person is, or all."""
    projects = _projects(ui, or_all=True)
    words = _of_projects(projects)
    if len(projects) > 1:
        words = {ALL: f"All projects ({len(projects):,})", **words}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _picker("Project", words, ui.place.project_id or ALL, partial(choose_project, ui), ui)
        if len(projects) > 1 and ui.place.project_id is not None:
            back, icon = partial(choose_project, ui, ALL), ":material/arrow_back:"
            st.button("All projects", key="all-projects", icon=icon, on_click=back)
    return projects, next((project for project in projects if project.id == ui.place.project_id), None)


def _of_projects(projects: Sequence[Project]) -> dict[int, str]:
    return {project.id: f"{project.name} · {project.type}" for project in projects}


def choose_project(ui: UiState, number: int) -> None:
    """Go to a project, or to all of them."""
    ui.place.choose_session(number or None, None)


def _projects(ui: UiState, *, or_all: bool = False) -> Sequence[Project]:
    """The projects, in one of which (or in all) the person is from here on; the page ends where there is
    none."""
    with loading("read the projects"):
        projects = fresh(ui, "projects", ui.api.projects)
        if not projects or (
            ui.place.project_id and all(project.id != ui.place.project_id for project in projects)
        ):
            projects = fresh(ui, "projects", ui.api.projects, seconds=0)
    if not projects:
        st.info("There is no project yet. Make one on the page *New session*.", icon=":material/info:")
        stop(ui)
    if all(project.id != ui.place.project_id for project in projects):
        if ui.place.project_id is not None:
            number = ui.place.project_id
            news(f"Project {number} does not exist, or you have no role in it. Choose another one.")
        ui.place.choose_session(None if or_all and len(projects) > 1 else projects[0].id, None)
    return projects


def sessions_of(ui: UiState, project: Project) -> Sequence[Session]:
    read = partial(fresh, ui, f"sessions-{project.id}", lambda: ui.api.sessions(project.id))
    with loading("read the sessions"):
        sessions = read()
        chosen = next((session for session in sessions if session.id == ui.place.session_id), None)
        if not sessions or (ui.place.session_id and (chosen is None or not chosen.document_count)):
            sessions = read(seconds=0)
        return read(seconds=LOOK_AGAIN / 2) if any(session.is_busy for session in sessions) else sessions


def pick_session(ui: UiState, project: Project) -> Session:
    """Choose a session; gives the one that the person is in, the first one until they choose."""
    sessions = sessions_of(ui, project)
    session = _session_here(ui, project, sessions)
    if session is None:
        no_session(ui)
    _pick_session(ui, project, sessions)
    return session


def _session_here(ui: UiState, project: Project, sessions: Sequence[Session]) -> Session | None:
    """The session that the person is in from here on; None where the project has none."""
    here = next((session for session in sessions if session.id == ui.place.session_id), None)
    if here is None and sessions:
        here, number = sessions[0], ui.place.session_id
        ui.place.choose_session(project.id, here.id)
        if number is not None:
            tell_gone(ui, (project.id, number), f"Session {number} does not exist in this project.")
    return here


def tell_gone(ui: UiState, session: SessionKey, words: str) -> None:
    """Say that a session is not there, and where the work is that was done on it and not saved."""
    kept = ui.mine.drafts.get(session)
    count = 0 if kept is None else change_count(kept.draft)
    if count:
        changes = count_of(count, "unsaved change")
        where = "the page *Sessions* has it under *Unsaved drafts*"
        ui.tell("page", "warning", f"{words} What you did there, {changes}, is kept: {where}.")
        st.rerun()
    news(f"{words} Choose another one.")


def no_session(ui: UiState) -> NoReturn:
    """Say that the project has none, and end the page."""
    st.info("This project has no sessions yet. Make one on the page *New session*.", icon=":material/info:")
    stop(ui)


def _pick_session(ui: UiState, project: Project, sessions: Sequence[Session]) -> None:
    _picker(
        "Session",
        _words(sessions),
        ui.place.session_id,
        lambda number: ui.place.choose_session(project.id, number),
        ui,
    )


def _words(sessions: Sequence[Session]) -> dict[int, str]:
    return {session.id: session.name or f"Session {session.id}" for session in sessions}


def place_picker(ui: UiState) -> tuple[Project, Session | None]:
    """Both choices behind one button that says where the person is, the session in full for as long as there
    is room; gives the project, and the session where the project has any."""
    project = next(one for one in _projects(ui) if one.id == ui.place.project_id)
    sessions = sessions_of(ui, project)
    session = _session_here(ui, project, sessions)
    named = [project.name, *([told_apart(_words(sessions))[session.id]] if session else [])]
    *above, here = (plain(name) for name in named)
    where = " ".join([*(f"*{name} /*" for name in above), f"**{here}**"])
    help_ = plain(" / ".join(named))
    with st.popover(where, key="place", icon=":material/folder_open:", help=help_):
        pick_project(ui)
        if sessions:
            _pick_session(ui, project, sessions)
    return project, session


def _picker(
    label: str, words: Mapping[int, str], chosen: int | None, choose: Callable[[int], None], ui: UiState
) -> None:
    """A choice among things with ids.

    The browser names a choice by its words: so equal words get their id beside them, and with other words, or
    on another page, it is another widget. What it says is then always true.
    """
    shown = told_apart(words)

    def take(number: int) -> None:
        if number in words:
            choose(number)

    key, chose = showing(ui, picker_key(label, ui.screen.title, tuple(shown.values())), chosen, take)
    st.selectbox(
        label, list(shown), format_func=lambda number: shown.get(number, ""), key=key, on_change=chose
    )


def told_apart(words: Mapping[int, str]) -> dict[int, str]:
    """The words, those that stand more than once with their id."""
    counts = Counter(words.values())
    return {number: f"{word} (id {number})" if counts[word] > 1 else word for number, word in words.items()}


def picker_key(label: str, page: str, words: Sequence[str]) -> str:
    digest = hashlib.sha256("\n".join(words).encode("utf-8", "replace")).hexdigest()[:12]
    return f"{label}-of-{page}-{digest}".lower().replace(" ", "-")


def first_words(text: str, limit: int = 60) -> str:
    """The beginning of a text on one line."""
    return " ".join(text[: 4 * limit].split())[:limit]
