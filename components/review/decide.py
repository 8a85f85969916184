"""The tab Decide: the final version of what several people tagged, place by place."""

from __future__ import annotations

from functools import partial
from itertools import islice

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.annotate.by_name import looks_of
from components.review.decide_acts import Deciding, decide_scope, decide_standing, take_decisions
from components.review.decide_bulk import bulk_acts
from components.review.decide_choose import (
    begun,
    choose_counted,
    chosen_sessions,
    counted_by,
    is_of,
    read_again,
)
from components.review.decide_drawn import SAID, drawn_sides
from components.review.decide_edit import by_hand
from components.review.decide_note import note_form
from components.review.decide_reading import FILTERS, OPEN, DecideReading
from components.review.decide_tell import tell_annotators
from components.review.decide_text import decide_text
from components.review.place import hold_one, numbers_in, say, word
from components.saving.changes import changes, changes_bar, standing_of_work
from components.saving.panel import press, save_result
from components.shell.desk import Desk, desk_at
from components.shell.markdown import plain
from components.shell.page import slot
from components.shell.pickers import no_session, sessions_of
from components.shell.state import UiState
from components.shell.telling import loading, why_locked
from labeling.access import is_lead
from labeling.model import Project
from labeling.phrases import count_of
from labeling.reviewing.acts import DecideAct
from labeling.reviewing.final_version import named_together
from labeling.store.review import ReviewStore

NAMED = 44
"""Characters of the sessions' names on the line above the text."""
AHEAD = 8
"""Documents handed over before the person asks for them."""


def decide_tab(ui: UiState, project: Project) -> None:
    """Choose the sessions, and decide where they differ."""
    if not is_lead(project.role):
        st.info("Deciding is for managers of the project.", icon=":material/info:")
        return
    if not sessions_of(ui, project):
        no_session(ui)
    assert ui.store is not None
    review = ui.store.review(ui.api_name)
    with loading("read the plans"):
        plans = review.plans(str(project.id))
    state = ui.of(Deciding)
    if state.of != (ui.sign_in.owner, project.id):
        state.begin_anew()
        state.of = (ui.sign_in.owner, project.id)
    with slot():
        # Once there is something to decide, one line has all that is about the sessions.
        line = st.container(horizontal=True, vertical_alignment="center", key="decide-bar")
    with (
        line
        if state.reading is None
        else line.popover(_named(state.reading), key="decide-sessions", icon=":material/group:")
    ):
        sessions = chosen_sessions(ui, project, plans)
        choose_counted(ui)
        if state.reading is not None:
            st.button(
                "Read again", key="decide-again", icon=":material/refresh:", on_click=read_again, args=(ui,)
            )
    if len(sessions) < 2:
        st.info(
            "Choose two sessions or more over the same documents: each is what one person made of them.",
            icon=":material/info:",
        )
        return
    if not is_of(state.reading, sessions, counted_by(ui)):
        is_drawn_small = state.reading is not None
        state.begin_anew()
        if is_drawn_small:
            st.rerun()
    if state.reading is None:
        begun(ui, project, review, plans, sessions)
    if state.reading is not None:
        _decide(ui, project, review, state.reading, line)


def _named(reading: DecideReading) -> str:
    words = named_together(reading.sessions)
    if len(words) > NAMED:
        words = f"{words[: NAMED - 15].rstrip()} … · {count_of(len(reading.sessions), 'session')}"
    return plain(words)


def _decide(
    ui: UiState, project: Project, review: ReviewStore, reading: DecideReading, line: DeltaGenerator
) -> None:
    state = ui.of(Deciding)
    final = next(
        (one for one in sessions_of(ui, project) if one.lasting_name == reading.final.lasting_name), None
    )
    if final is None:
        st.warning("The final version is not there any more.", icon=":material/warning:")
        st.button("Look again", key="decide-look-again", on_click=read_again, args=(ui,))
        return
    desk = desk_at(ui, final, project)
    with loading("read what is decided"):
        reading.refresh(desk, review)
    with line:
        _how_far(reading)
        bar = changes_bar()
    _kinds(ui, state, reading)
    with slot():
        why_locked(desk)
    with slot():
        save_result(desk)
    with bar:
        changes(desk)
    if state.editing is not None:
        by_hand(desk, state, reading)
    else:
        note_form(desk, project, state, reading)
        _text(desk, state, review, reading)
    bulk_acts(desk, reading)
    tell_annotators(desk, project, state, review, reading)
    standing_of_work(desk)


def _kinds(ui: UiState, state: Deciding, reading: DecideReading) -> None:
    counts = reading.counts()
    before = state.what
    key, on_change = hold_one(ui, "review-kind", list(FILTERS))
    chosen = st.segmented_control(
        "Places",
        list(FILTERS),
        format_func=lambda what: f"{SAID[what]} ({counts[what]:,})",
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=on_change,
    )
    assert chosen is not None
    state.what = chosen
    if not before:  # the first time on this page: where the address leads, as far as something is asked there
        at = numbers_in(word(ui, "at"))
        listed = tuple(reading.listed(chosen)) if at and not state.open else ()
        state.open = state.open or next((row.key for row in listed if row.position + 1 >= at[0]), "")
    elif chosen != before:
        state.open = ""


def _how_far(reading: DecideReading) -> None:
    done = sum(reading.done.get(row.key, False) for row in reading.rows)
    words = f"{done:,} of {count_of(len(reading.rows), 'document')} decided"
    if reading.left_out.not_done:
        words += f" · {reading.left_out.not_done:,} not done by two people yet"
    if reading.left_out.not_in:
        words += f" · {reading.left_out.not_in:,} not in it"
    about = f"The final version is the session “{plain(reading.final.name)}”."
    st.caption(f"{words} · read at {reading.at:%H:%M}", width="content", help=about)


def _text(desk: Desk, state: Deciding, review: ReviewStore, reading: DecideReading) -> None:
    row = state.row
    if row is None:
        words = "Nothing is left to decide." if state.what == OPEN else "No place is of this kind."
        st.success(words, icon=":material/check_circle:")
        rows = []
    else:
        state.open = row.key
        say(desk.ui, at=str(row.position + 1))
        later = (one for one in reading.listed(state.what) if one.position > row.position)
        rows = [row, *islice(later, AHEAD)]
    looks = looks_of(desk)

    def ask(act: DecideAct) -> None:
        if act.what == "save":
            press(desk)
        elif act.what == "edit" and not desk.locked:
            state.editing = (act.document, act.place)
        elif act.what == "note":
            state.noting, state.asked = (act.document, act.place), act.of

    decide_text(
        key="decide-text",
        scope=decide_scope(desk),
        documents=[drawn_sides(desk, reading, one, looks, state.what) for one in rows],
        standing=partial(decide_standing, desk, state),
        on_report=lambda report: take_decisions(desk, state, review, report, ask),
        read_only=desk.locked,
    )
