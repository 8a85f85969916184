"""The tab Check: errors that nobody saw twice, and what a sample says of the rest."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.review.check_lists import work_lists
from components.review.check_sample import sample_check
from components.review.check_search import searched
from components.review.place import about_session, hold_one, hold_several
from components.saving.changes import changes, changes_bar
from components.saving.panel import save_progress, save_result
from components.shell.desk import desk_at
from components.shell.pickers import pick_session, sessions_of, told_apart
from components.shell.state import UiState
from components.shell.telling import why_locked
from labeling.model import Project, Session

PART = "review-part"
PARTS = {"lists": "Work lists", "sample": "Sample check"}
ALSO = "review-also"


def check(ui: UiState, project: Project) -> None:
    """The session and the unsaved work in it, then the lists or the sample."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=320):
            session = pick_session(ui, project)
        about_session(ui, session.id)
        key, on_change = hold_one(ui, PART, list(PARTS))
        part = st.segmented_control(
            "What to check by",
            list(PARTS),
            format_func=PARTS.__getitem__,
            required=True,
            key=key,
            on_change=on_change,
            label_visibility="collapsed",
        )
        changes_place = changes_bar()
    desk = desk_at(ui, session, project)
    with changes_place:
        changes(desk)
    why_locked(desk)
    save_result(desk)
    save_progress(desk)
    with st.container(horizontal=True, vertical_alignment="center"):
        line = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="left")
        others = _others(ui, project, session, lists=part == "lists")
    find = partial(searched, desk, others, line, by_model=part == "lists")
    if part == "lists":
        work_lists(desk, find())
    else:
        sample_check(desk, project, find)


def _others(ui: UiState, project: Project, session: Session, *, lists: bool) -> tuple[Session, ...]:
    """Sessions that are read as well: to know what is usual, or to draw from them too."""
    there = {one.id: one for one in sessions_of(ui, project) if one.id != session.id and one.document_count}
    if not there:
        return ()
    names = told_apart({number: one.name or f"Session {number}" for number, one in there.items()})
    title = "Learn from other sessions, too" if lists else "Draw from other sessions, too"
    with st.popover(title, key="check-also", icon=":material/school:" if lists else ":material/group:"):
        st.caption(
            "What is usual is counted in them as well. Listed is this session alone."
            if lists
            else "A new sample is drawn from each in proportion. What several have is left out."
        )
        options = [str(number) for number in there]
        key, on_change = hold_several(ui, ALSO, options)
        chosen = st.multiselect(
            "Sessions",
            options,
            format_func=lambda number: names[int(number)],
            key=key,
            on_change=on_change,
            placeholder="none",
        )
    return tuple(there[int(number)] for number in chosen)
