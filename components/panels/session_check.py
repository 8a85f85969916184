"""The check of a whole session: asked for by a button, kept until something is saved."""

from __future__ import annotations

import streamlit as st

from components.annotate.navigation import SessionCheck, checked_of, last_check
from components.shell.long_work import each_document, pressed
from components.shell.state import UiState
from components.shell.telling import reporting
from labeling.documents.check import Checked
from labeling.documents.reader import Reader
from labeling.draft.draft import Draft
from labeling.model import Session

BEFORE = "Something was saved or read anew since the check."


def check_button(ui: UiState, reader: Reader, session: Session, draft: Draft, *, key: str) -> Checked | None:
    """The button that checks every document, and what is known of them then; a check that no longer holds is said."""
    checked, was = checked_of(ui, session), last_check(ui, session)
    if checked is None and was is not None:
        st.caption(BEFORE)
    words = f"Check all {session.document_count:,} documents" if was is None else "Check again"
    if pressed(ui, words, key=key, icon=":material/fact_check:"):
        with reporting(ui, "check the session"):
            ui.of(SessionCheck).last = checked = _check(ui, reader, session, draft)
    return checked


def _check(ui: UiState, reader: Reader, session: Session, draft: Draft) -> Checked:
    """Look at every document as the draft has it. Another click anywhere breaks it off."""
    checked = Checked(session.key, ui.answers.writes)
    for loaded in each_document(reader, "checked"):
        checked.look_at(loaded, draft)
    return checked
