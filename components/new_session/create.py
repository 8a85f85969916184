"""The button that makes a new session, and making it: once, however often it is clicked.

A click starts a new run in a thread of its own and asks the old run to stop, which it does only at its next
call of Streamlit or of its session state. So two runs may be here at a time: a lock lets one of them make the
session, and the notes by which the other one knows are kept in `ui`, where nothing stops a run.
"""

from __future__ import annotations

from time import monotonic

import streamlit as st

from components.new_session.fields import (
    Creation,
    Filled,
    MadeSession,
    chosen_project,
    filled,
)
from components.new_session.reading import forget_readings
from components.new_session.rounds import key, next_round, set_proposed, this_round
from components.shell.answers import forget
from components.shell.markdown import plain
from components.shell.state import UiState
from components.shell.telling import reporting
from labeling.errors import TimedOut
from labeling.model import NewProject
from labeling.phrases import count_of
from labeling.studio.creation import (
    PlannedSession,
    make_project,
    make_session,
    missing_names,
    new_session,
    obstacles,
)

LATE_CLICK = 2.0
"""Seconds in which the second click of a double click may still call the page back."""


def create_button(ui: UiState, form: Filled) -> None:
    """Make the session, or say what is still lacking."""
    reasons = obstacles(form.wanted)
    count = len(form.imported.documents)
    st.button(
        f"Create session with {count_of(count, 'document')}" if count else "Create session",
        key=key("create"),
        type="primary",
        icon=":material/add:",
        disabled=bool(reasons),
        on_click=_ask,
        args=(ui, this_round()),
    )
    # What is wrong with the file itself stands above, in red.
    if said := " ".join(reason for reason in reasons if reason != form.records.problem):
        st.caption(f":material/info: {plain(said)}")
    if missing_names(form.wanted):
        st.button("Add them to the lists", key=key("add-names"), on_click=_add_names, args=(ui,))


def carry_out(ui: UiState) -> None:
    """Do what the button asked for, then leave for the session that was made."""
    if ui.of(Creation).asked == this_round():
        with st.spinner("Creating the session"):
            _create(ui)
        if ui.notices:
            st.rerun()
    _leave(ui)


def _ask(ui: UiState, round_: int) -> None:
    ui.of(Creation).asked = round_


def _create(ui: UiState) -> None:
    with reporting(ui, "create the session"):
        # Read anew: the click may have come with text that the screen had not drawn yet.
        wanted = filled(chosen_project(ui)).wanted
        with ui.of(Creation).lock:
            made = ui.of(Creation).made
            if (made is not None and made.left is None) or ui.of(Creation).asked != this_round():
                return  # The page is still to be left for the session that was made, or nothing is asked.
            try:
                if reasons := obstacles(wanted):
                    ui.tell("page", "warning", " ".join(reasons))
                else:
                    _make(ui, wanted)
            finally:
                # A click that came meanwhile asked for the same.
                ui.of(Creation).asked = None
    ui.of(Creation).asked = None


def _make(ui: UiState, wanted: PlannedSession) -> None:
    """The project where it is new, then the session."""
    project = wanted.project
    assert project is not None
    try:
        if isinstance(project, NewProject):
            project = make_project(ui.api, project)
            forget(ui)
            ui.place.choose_session(project.id, None)
            # It is there from here on: should the session fail, trying again makes no second project.
            ui.of(Creation).projects += 1
        session = make_session(
            ui.api, project.id, new_session(wanted, with_marks=ui.api.info().can("annotated"))
        )
    except TimedOut:
        ui.tell(
            "page",
            "error",
            "The server did not answer in time. What you asked for may still appear: look at Sessions before "
            "you press Create again. Everything you typed is still here.",
        )
        return
    count = count_of(len(wanted.documents), "document")
    ui.of(Creation).made = MadeSession(f"Made the session “{session.name}” with {count}.")
    ui.place.choose_session(project.id, session.id)
    forget(ui)


def _leave(ui: UiState) -> None:
    made = ui.of(Creation).made
    if made is None:
        return
    if made.left is None:
        next_round()
        forget_readings()
    elif monotonic() - made.left > LATE_CLICK:
        ui.of(Creation).made = None
        return
    ui.of(Creation).made = made._replace(left=made.left or monotonic())
    ui.tell("page", "success", made.words)
    st.switch_page("pages/annotate.py")


def _add_names(ui: UiState) -> None:
    with reporting(ui, "read the projects"):
        wanted = filled(chosen_project(ui)).wanted
        for field, names, lacking in missing_names(wanted):
            set_proposed(field, (*names, *lacking))
