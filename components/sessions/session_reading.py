"""What the table of sessions shows, as the server says it: in one call, or project by project."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.shell.answers import fresh, try_again
from components.shell.long_work import read_each
from components.shell.markdown import plain
from components.shell.pickers import tell_gone
from components.shell.state import UiState
from components.shell.status import LOOK_AGAIN, follow
from labeling.errors import Forbidden, NotFound
from labeling.model import AllSessions, ListedSession, Project, Session
from labeling.phrases import count_of
from labeling.studio.all_sessions import listed, page_of
from labeling.studio.filter import SessionFilter

PAGE = 100
"""Sessions in the table at a time."""
_ASKED = "all-sessions "
"""What the names of pages begin with among the answers."""


def session_page(ui: UiState, projects: Sequence[Project], only: SessionFilter, number: int) -> AllSessions:
    """A page (from 1) of the sessions of all projects, of which it is asked where the server has such a call,
    and which is made of all of them elsewhere."""
    offset = (number - 1) * PAGE
    if not ui.api.info().can("sessions"):
        return page_of(_every(ui, projects, only.project_id), only, offset, PAGE)
    name = f"{_ASKED}{only} {offset}"
    for other in [other for other in ui.answers.known if other.startswith(_ASKED) and other != name]:
        del ui.answers.known[other]
    read = partial(fresh, ui, name, lambda: ui.api.all_sessions(only, offset=offset, limit=PAGE))
    page: AllSessions = read()
    if not page.total:
        page = read(seconds=0)
    if any(session.is_busy for session in page.sessions):
        page = read(seconds=LOOK_AGAIN / 2)
    follow(ui, page.sessions)
    return page


def _every(ui: UiState, projects: Sequence[Project], project_id: int | None) -> Sequence[ListedSession]:
    if project_id is None:
        return _of_each(ui, projects)
    project = next(one for one in projects if one.id == project_id)
    read = partial(fresh, ui, f"sessions-{project_id}", lambda: ui.api.sessions(project_id))
    sessions = read() or read(seconds=0)
    if any(session.is_busy for session in sessions):
        sessions = read(seconds=LOOK_AGAIN / 2)
    follow(ui, sessions)
    return listed(project, sessions)


def _of_each(ui: UiState, projects: Sequence[Project]) -> Sequence[ListedSession]:
    """The sessions of all projects, which are read again when that is wished, or after a change: it takes a
    request for each project."""

    def of(project: Project) -> tuple[ListedSession, ...] | None:
        try:
            return listed(project, ui.api.sessions(project.id))
        except (Forbidden, NotFound):
            return None

    numbers = " ".join(str(project.id) for project in projects)
    each = partial(read_each, projects, "projects read", of)
    found = fresh(ui, f"each-project {numbers}", each, seconds=math.inf)
    refused = [plain(one.name) for one, sessions in zip(projects, found, strict=True) if sessions is None]
    with st.container(horizontal=True, vertical_alignment="center"):
        words = f"The sessions of {count_of(len(found) - len(refused), 'project')}, as they were when read."
        if refused:
            words += f" The server does not list those of {', '.join(refused)}."
        st.caption(words)
        try_again(ui, "read-projects-again", "Read again")
    return [session for sessions in found for session in sessions or ()]


def chosen_session(ui: UiState, project: Project | None) -> Session | None:
    """The session in which the person is, as it is now; None where it is not there, which is said."""
    number = ui.place.session_id
    if project is None or number is None:
        return None
    read = partial(fresh, ui, f"session-{project.id}-{number}", lambda: ui.api.session(project.id, number))
    try:
        session: Session = read()
        if not session.document_count:
            session = read(seconds=0)
        session = read(seconds=LOOK_AGAIN / 2) if session.is_busy else session
    except NotFound:
        ui.place.choose_session(project.id, None)
        words = f"Session {number} does not exist in the project “{project.name}”."
        tell_gone(ui, (project.id, number), words)
        return None
    follow(ui, [session])
    return session
