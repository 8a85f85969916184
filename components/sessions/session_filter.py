"""The fields above the table of sessions: which of them it shows, in what order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from components.shell.naming import person_name
from components.shell.state import UiState, set_widget, widget_value
from components.shell.status import look_of, mode_word
from labeling.model import Mode, Person, Project, Status, Type
from labeling.studio.filter import SessionFilter, SessionOrder

ANYBODY = 0
"""Stands for all people among their ids."""
_STATUSES = {look_of(status).word: status.value for status in Status}
_MODES = {mode_word(mode): mode.value for mode in Mode}
_TYPES = [type_.value for type_ in Type]
_ORDERS: dict[SessionOrder, str] = {
    "behind": "Most behind first",
    "changed": "Last changed first",
    "created": "Newest first",
    "name": "By name",
}


def wanted(project: Project | None) -> SessionFilter:
    """What the fields say; they are drawn later, when it was read who owns sessions."""
    return SessionFilter(
        search=(widget_value("session-search") or "").strip(),
        statuses=tuple(sorted(_STATUSES[word] for word in widget_value("session-status") or ())),
        modes=tuple(sorted(_MODES[word] for word in widget_value("session-mode") or ())),
        types=tuple(sorted(widget_value("session-type") or ())),
        user_id=widget_value("session-person") or None,
        project_id=None if project is None else project.id,
        order=widget_value("session-order") or "behind",
    )


def filter_fields(ui: UiState, owners: Sequence[Person]) -> None:
    """The fields; `owners` are those who have any session."""
    chosen = widget_value("session-person") or ANYBODY
    names = {ANYBODY: "anybody"}
    names |= {one.id: person_name(ui, one) or "" for one in owners if one.id is not None}
    names.setdefault(chosen, f"Person {chosen}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Search sessions", key="session-search", icon=":material/search:", placeholder="Name", width=210
        )
        st.multiselect("Status", list(_STATUSES), key="session-status", placeholder="any", width=220)
        st.multiselect("Mode", list(_MODES), key="session-mode", placeholder="any", width=150)
        st.multiselect("Type", _TYPES, key="session-type", placeholder="any", width=150)
        if owners:
            set_widget("session-person", chosen)
            st.selectbox(
                "Owner",
                list(names),
                format_func=lambda one: names.get(one, ""),
                key="session-person",
                width=190,
            )
        st.selectbox(
            "Order",
            get_args(SessionOrder),
            format_func=lambda order: _ORDERS[order],
            key="session-order",
            width=180,
        )


def clear() -> None:
    """Show all again."""
    set_widget("session-search", "")
    for key in ("session-status", "session-mode", "session-type"):
        set_widget(key, [])
    set_widget("session-person", ANYBODY)
