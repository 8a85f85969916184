"""Notes and decisions of a project as a file, for another installation over the same server."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.review.decide_acts import Deciding
from components.review.reviewer import review_key
from components.shell.long_work import pressed
from components.shell.pickers import sessions_of
from components.shell.state import UiState
from components.shell.telling import loading, reporting
from labeling.access import is_lead
from labeling.errors import Invalid
from labeling.formats import file_name
from labeling.model import Project, Session
from labeling.phrases import count_of
from labeling.reviewing.review_file import read_review_file, review_file, taken_in_words


@dataclass
class PreparedFile:
    """The file of a project, as it was when it was asked for, and how much stands in it."""

    project_id: int | None = None
    content: bytes = b""
    decided: int = 0
    noted: int = 0

    def fill(self, ui: UiState, project: Project) -> None:
        """Read what is kept of the project. Raises NotKept."""
        assert ui.store is not None
        sessions = sessions_of(ui, project)
        records = ui.store.review(ui.api_name).exchange.records([review_key(one) for one in sessions])
        self.decided = sum(one.decision is not None for record in records for one in record.decisions)
        self.noted = sum(len(record.notes) for record in records)
        self.content = review_file(project.id, sessions, records)
        self.project_id = project.id


def review_as_file(ui: UiState, project: Project) -> None:
    """What leads say is kept by this installation alone: here it is saved, and read from another one."""
    if not is_lead(project.role) or ui.store is None:
        return
    box = st.popover("As a file", key="review-file", icon=":material/swap_vert:", on_change="rerun")
    if not box.open:
        ui.of(PreparedFile).project_id = None
        return
    with box:
        st.caption(
            "Notes and decisions are kept by this installation, not by the Studio. A file takes them to "
            "another installation that uses the same Studio. The tags of a final version are not in it: they "
            "go with its session, once it is saved. Plans have files of their own on the page *Assign*."
        )
        _save(ui, project)
        given = st.file_uploader("Notes and decisions", type=["json"], key="review-file-given")
        read = partial(_read, ui, project, given.getvalue() if given else b"")
        st.button(
            "Read the file", key="review-file-read", type="primary", disabled=given is None, on_click=read
        )


def _save(ui: UiState, project: Project) -> None:
    """What there is is read when it is asked for: of large sessions it is much."""
    prepared = ui.of(PreparedFile)
    is_ready = prepared.project_id == project.id
    words = "Prepare the file again" if is_ready else "Prepare a file"
    if pressed(ui, words, key="review-file-prepare", width="stretch"):
        with loading("read the notes and decisions"):
            prepared.fill(ui, project)
    if prepared.project_id != project.id:
        return
    named = Session(id=project.id, project_id=project.id, name=f"{project.name} notes and decisions")
    st.download_button(
        f"Save {count_of(prepared.decided, 'decision')} and {count_of(prepared.noted, 'note')}",
        prepared.content,
        file_name(named, ".json"),
        "application/json",
        key="review-file-save",
        icon=":material/download:",
        disabled=not prepared.decided and not prepared.noted,
        on_click="ignore",
        width="stretch",
    )


def _read(ui: UiState, project: Project, raw: bytes) -> None:
    assert ui.store is not None
    with reporting(ui, "read the notes and decisions"):
        sessions = sessions_of(ui, project)
        try:
            found = read_review_file(raw, project.id, sessions)
        except Invalid as error:  # no server was asked
            ui.tell("page", "error", f"{error.message} Nothing came in.")
            return
        came = ui.store.review(ui.api_name).exchange.take_in(found.records)
        ui.of(Deciding).reading = None  # it is put side by side with what came in
        ui.tell("page", "success", taken_in_words(came, found.missing))
