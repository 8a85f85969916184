"""The open notes of all sessions of a project, for its leads: what was asked, and the way to the text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from components.review.opening import Opening
from components.review.tables import height_of
from components.shell.pickers import sessions_of
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.access import is_lead
from labeling.model import Project, Session
from labeling.phrases import count_of
from labeling.store.review_values import LEADS, StoredNote

COLUMNS = ["Session", "Document", "Kind", "Words", "Said last", "Waits for", "Since"]


def open_notes(ui: UiState, project: Project) -> None:
    """The list, which a lead opens, and the button that leads to the chosen note's text."""
    opening = ui.of(Opening)
    if opening.wanted:
        opening.wanted = False
        st.switch_page("pages/annotate.py")
    if not is_lead(project.role):
        return
    assert ui.store is not None
    sessions = {one.lasting_name: one for one in sessions_of(ui, project)}
    with loading("read the notes"):
        every = ui.store.review(ui.api_name).notes.of_project(str(project.id))
    notes = [note for note in every if note.key.session in sessions]
    if not notes:
        return
    box = st.expander(
        f"All {count_of(len(notes), 'open note')}",
        icon=":material/forum:",
        key="open-notes",
        on_change="rerun",
    )
    if box.open:
        with box:
            _listed(ui, notes, sessions)


def _listed(ui: UiState, notes: Sequence[StoredNote], sessions: dict[str, Session]) -> None:
    rows = [_row(note, sessions[note.key.session]) for note in notes]
    table = st.dataframe(
        pd.DataFrame(rows, columns=COLUMNS),
        key="open-notes-table",
        hide_index=True,
        height=height_of(len(rows), 8),
        row_height=35,
        on_select="rerun",
        selection_mode="single-row",
        alt="The open notes of the project, one a row.",
    )
    ticked = [at for at in table["selection"]["rows"] if at < len(notes)]
    note = notes[ticked[0]] if ticked else None
    st.button(
        "Open the text",
        key="open-notes-go",
        icon=":material/open_in_new:",
        disabled=note is None,
        help="Tick a note first" if note is None else None,
        on_click=partial(_go, ui, note, sessions),
    )


def _row(note: StoredNote, session: Session) -> tuple[object, ...]:
    said = note.posts[-1].words if note.posts else ""
    waits = "the leads" if note.waits_for == LEADS else "the annotator"
    where = (session.name or f"Session {session.id}", _place(note) + 1, note.kind.capitalize())
    return (*where, str(note.body.get("quote", "")), said, waits, note.created)


def _place(note: StoredNote) -> int:
    place = note.body.get("position", 0)
    return place if isinstance(place, int) else 0


def _go(ui: UiState, note: StoredNote | None, sessions: dict[str, Session]) -> None:
    if note is None:
        return
    session = sessions[note.key.session]
    ui.place.choose_session(session.project_id, session.id)
    ui.place.open_document(_place(note))
    ui.place.list_follows = True
    if note.span is not None and note.body.get("segment"):
        ui.place.seek(note.span)
    ui.of(Opening).wanted = True
