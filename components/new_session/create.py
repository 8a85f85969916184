"""The button that makes a new session, and making it: once, however often it is clicked.

It is made beside the screen, which goes on meanwhile and shows how far it is. A click starts a new run in a
thread of its own and asks the old run to stop, which it does only at its next call of Streamlit or of its
session state. So two runs may be here at a time: a lock lets one of them begin, and the notes by which the
other one knows are kept in `ui`, where nothing stops a run.
"""

from __future__ import annotations

from time import monotonic

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.new_session.fields import (
    NOTHING_IN_IT,
    Creation,
    Filled,
    MadeSession,
    chosen_project,
    filled,
)
from components.new_session.reading import forget_readings
from components.new_session.rounds import key, next_round, set_proposed, this_round
from components.shell import connections
from components.shell.answers import forget
from components.shell.compat import where_stopped
from components.shell.markdown import plain
from components.shell.page import slot
from components.shell.state import UiState
from components.shell.telling import reporting
from labeling.errors import TimedOut
from labeling.model import NewProject, Project
from labeling.phrases import count_of
from labeling.studio.creation import missing_names, obstacles
from labeling.studio.making import Making, Outcome

LATE_CLICK = 2.0
"""Seconds in which the second click of a double click may still call the page back."""
SOON = 0.5
"""Seconds for which the page waits for a session to be made, before it shows how far that is."""
LOOK_AGAIN = 0.3
"""Seconds between two looks at one that is being made."""


def create_button(ui: UiState, form: Filled) -> None:
    """Make the session, or say what is still lacking; or how far the one is that is being made."""
    making = ui.of(Creation).making
    with slot():
        ui.of(Creation).bar = None if making is None else _progress(making)
        if making is None:
            _button(ui, form)


def _button(ui: UiState, form: Filled) -> None:
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
    # What is wrong with the file itself stands above, in colour.
    if said := " ".join(reason for reason in reasons if reason not in (form.records.problem, NOTHING_IN_IT)):
        st.caption(f":material/info: {plain(said)}")
    if missing_names(form.wanted):
        st.button("Add them to the lists", key=key("add-names"), on_click=_add_names, args=(ui,))


def carry_out(ui: UiState) -> None:
    """Do what the button asked for, and leave for the session that was made."""
    if ui.of(Creation).asked == this_round():
        _begin(ui)
    if _is_over(ui, SOON) and ui.notices:
        st.rerun()
    _leave(ui)


def wait_for_it(ui: UiState) -> None:
    """Show how far the session is that is being made, until it is over.

    It comes last, so that the page is whole meanwhile. What the person does begins another run, which waits
    on; Streamlit's own Stop ends the making too.
    """
    making, bar = ui.of(Creation).making, ui.of(Creation).bar
    if making is None or bar is None:
        return
    with where_stopped(making.stop):
        while not making.wait(LOOK_AGAIN):
            share, words = _said(making)
            bar.progress(share, text=words)
    st.rerun()


def _ask(ui: UiState, round_: int) -> None:
    ui.of(Creation).asked = round_


def _begin(ui: UiState) -> None:
    with reporting(ui, "create the session"):
        # Read anew: the click may have come with text that the screen had not drawn yet.
        wanted = filled(chosen_project(ui)).wanted
        creation = ui.of(Creation)
        with creation.lock:
            is_left = creation.made is None or creation.made.left is not None
            if is_left and creation.making is None and creation.asked == this_round():
                if reasons := obstacles(wanted):
                    ui.tell("page", "warning", " ".join(reasons))
                else:
                    creation.making = Making(ui.api, wanted)
    ui.of(Creation).asked = None


def _progress(making: Making) -> DeltaGenerator:
    with st.container(horizontal=True, vertical_alignment="center", key="making"):
        share, words = _said(making)
        bar = st.progress(share, text=words)
        st.button(
            "Stop",
            key="stop-making",
            icon=":material/stop_circle:",
            disabled=making.is_stopping,
            help="No session is made; what you typed stays here",
            on_click=making.stop,
        )
    return bar


def _said(making: Making) -> tuple[float, str]:
    share, words = making.progress
    words = "Stopping" if making.is_stopping else words
    return share, f"Making the session “{plain(making.wanted.name)}”. {words} …"


def _is_over(ui: UiState, seconds: float) -> bool:
    """Whether a session that was being made is over after so many seconds: made, stopped or failed. That is
    told, or noted for leaving the page."""
    making = ui.of(Creation).making
    if making is None or not making.wait(seconds):
        return False
    with ui.of(Creation).lock:
        if ui.of(Creation).making is making:
            ui.of(Creation).making = None
            _take_in(ui, making)
    return True


def _take_in(ui: UiState, making: Making) -> None:
    forget(ui)
    if isinstance(making.project, Project) and making.project is not making.wanted.project:
        ui.of(Creation).projects += 1
        ui.place.choose_session(making.project.id, None)
    with reporting(ui, "create the session"):
        try:
            made = making.result()
        except TimedOut:
            ui.tell(
                "page",
                "error",
                "The server did not answer in time. What you asked for may still appear: look at Sessions "
                "before you press Create again. Everything you typed is still here.",
            )
            return
        if made.session is None:
            ui.tell("page", "warning", _stopped(ui, made, making))
            return
        held = f"“{made.session.name}” with {count_of(made.session.document_count, 'document')}"
        if made.is_stopped:
            ui.tell("page", "warning", f"Stop came too late: the session {held} is there, whole.")
            return
        count = count_of(len(making.wanted.documents), "document")
        ui.of(Creation).made = MadeSession(f"Made the session “{made.session.name}” with {count}.")
        ui.place.choose_session(made.project.id, made.session.id)


def _stopped(ui: UiState, made: Outcome, making: Making) -> str:
    words = "Stopped: no session was made. What you typed is still here."
    if isinstance(making.wanted.project, NewProject):
        words += f" The new project “{made.project.name}” is there, and empty."
    if made.was_sent and not connections.settings().embedded:
        words += " The server had all of it by then: should the session appear after all, it is in Sessions."
    return words


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
