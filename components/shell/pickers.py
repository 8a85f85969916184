"""Choose a project and a session."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components.shell.answers import fresh
from components.shell.state import UiState, set_widget, widget_value
from components.shell.telling import loading, news, stop
from labeling.model import Project, Session


def pick_project(ui: UiState) -> Project:
    """The project that the person is in; the first one until they choose."""
    with loading("read the projects"):
        projects = fresh(ui, "projects", ui.api.projects)
        if not projects or (
            ui.place.project_id and all(project.id != ui.place.project_id for project in projects)
        ):
            projects = fresh(ui, "projects", ui.api.projects, seconds=0)
    if not projects:
        st.info("There is no project yet. Make one on the page *New session*.", icon=":material/info:")
        stop(ui)
    by_id = {project.id: project for project in projects}
    if ui.place.project_id is not None and ui.place.project_id not in by_id:
        news(f"Project {ui.place.project_id} does not exist, or you have no role in it. Choose another one.")
    if ui.place.project_id not in by_id:
        ui.place.choose_session(projects[0].id, None)
    words = {number: f"{project.name} · {project.type}" for number, project in by_id.items()}
    _picker("Project", words, ui.place.project_id, lambda number: ui.place.choose_session(number, None), ui)
    return by_id[ui.place.project_id or projects[0].id]


def sessions_of(ui: UiState, project: Project) -> Sequence[Session]:
    with loading("read the sessions"):
        sessions = fresh(ui, f"sessions-{project.id}", lambda: ui.api.sessions(project.id))
        chosen = next((session for session in sessions if session.id == ui.place.session_id), None)
        if not sessions or (ui.place.session_id and (chosen is None or not chosen.document_count)):
            sessions = fresh(ui, f"sessions-{project.id}", lambda: ui.api.sessions(project.id), seconds=0)
        return sessions


def pick_session(ui: UiState, project: Project) -> Session:
    """The session that the person is in; the first one until they choose."""
    sessions = {session.id: session for session in sessions_of(ui, project)}
    if not sessions:
        st.info(
            "This project has no sessions yet. Make one on the page *New session*.", icon=":material/info:"
        )
        stop(ui)
    if ui.place.session_id is not None and ui.place.session_id not in sessions:
        news(f"Session {ui.place.session_id} does not exist in this project. Choose another one.")
    if ui.place.session_id not in sessions:
        ui.place.choose_session(project.id, next(iter(sessions)))
    words = {number: session.name or f"Session {number}" for number, session in sessions.items()}
    _picker(
        "Session", words, ui.place.session_id, lambda number: ui.place.choose_session(project.id, number), ui
    )
    return sessions[ui.place.session_id or 0]


def _picker(
    label: str, words: Mapping[int, str], chosen: int | None, choose: Callable[[int], None], ui: UiState
) -> None:
    """A choice among things with ids.

    The browser names a choice by its words: so equal words get their id beside them, and with other words, or
    on another page, it is another widget. What it says is then always true.
    """
    shown = told_apart(words)
    key = picker_key(label, ui.screen.title, tuple(shown.values()))

    def chose() -> None:
        number = widget_value(key)
        if number in words:
            choose(number)

    set_widget(key, chosen)
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
