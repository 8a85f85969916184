"""Says who will see what a lead tells, and who cannot, before it is told."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from components.shell.answers import fresh
from components.shell.markdown import plain
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.access import is_lead
from labeling.model import Project, Session
from labeling.reviewing.reach import reached, reached_in_words

EMBEDDED = "embedded"
"""By what name the app's own API is known."""


def say_who_sees(
    ui: UiState, project: Project, sessions: Iterable[Session], *, are_named: bool = True
) -> None:
    """A line below the button that tells: whom notes on these sessions reach. For leads alone."""
    if not is_lead(project.role):
        return
    assert ui.store is not None
    with loading("read who works in this project"):
        members = None
        if ui.api.info().can("people"):
            members = fresh(ui, f"people-{project.id}", lambda: ui.api.members(project.id))
        plans = ui.store.review(ui.api_name).plans(str(project.id))
    is_here_alone = ui.api_name != EMBEDDED
    found = reached(sessions, plans, members, ui.sign_in.owner, is_here_alone=is_here_alone)
    st.caption(plain(reached_in_words(found, are_named=are_named)))
