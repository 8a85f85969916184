"""The check of a whole session: asked for by a button, kept until something is saved."""

from __future__ import annotations

import streamlit as st

from components.annotate.navigation import SessionCheck, checked_of, last_check
from components.shell.desk import Desk
from components.shell.long_work import each_document, pressed
from components.shell.telling import reporting
from labeling.documents.check import Checked


def check_button(desk: Desk, *, key: str) -> Checked | None:
    """The button that checks every document, and what is known of them then."""
    checked, was = checked_of(desk), last_check(desk)
    if checked is None and was is not None:
        st.caption("Something was saved or read anew since the check.")
    words = f"Check all {desk.session.document_count:,} documents" if was is None else "Check again"
    if pressed(desk.ui, words, key=key, icon=":material/fact_check:"):
        with reporting(desk.ui, "check the session"):
            desk.ui.of(SessionCheck).last = checked = _check(desk)
    return checked


def _check(desk: Desk) -> Checked:
    """Look at every document as the draft has it. Another click anywhere breaks it off."""
    checked = Checked(desk.session.key, desk.ui.answers.writes)
    for loaded in each_document(desk.reader, "checked"):
        checked.look_at(loaded, desk.draft)
    return checked
