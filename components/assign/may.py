"""Who may assign, and what the server cannot do for it."""

from __future__ import annotations

import streamlit as st

from components.shell.state import UiState
from components.shell.telling import loading
from labeling.access import is_lead
from labeling.model import Project


def may_assign(ui: UiState, project: Project) -> bool:
    """Managers may, and people of whom the server does not say what they are."""
    if not is_lead(project.role):
        st.info("Managers of the project say who works on what.", icon=":material/info:")
        return False
    with loading("ask what the server can do"):
        can_assign = ui.api.info().can("assign")
    if not can_assign:
        st.warning(
            "This Studio API makes every session yours and hides none: people can open each other's work. "
            "Who has which is kept by this app alone; save the plan as a file to hand it on.",
            icon=":material/visibility:",
        )
    return True


def leads(ui: UiState) -> bool:
    """Whether the person manages any project, as far as that is known yet."""
    known = ui.answers.known.get("projects")
    return known is None or any(is_lead(project.role) for project in known[1])
