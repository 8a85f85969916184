"""The tab Overview: what waits for the lead, the sessions of the project, and one of them in numbers."""

from __future__ import annotations

from datetime import timedelta, timezone
from functools import partial

import streamlit as st

from components.review.charts import tags_chart
from components.review.numbers import crossing_table, facts, lengths, session_table
from components.review.open_notes import open_notes
from components.review.overview_queue import pace, plans_of, queue
from components.review.place import about_session, hold_one
from components.review.reading import ReadSession, ask, read
from components.review.tables import left_to_do, tag_table
from components.shell.compat import end_page
from components.shell.pickers import no_session, pick_session, sessions_of
from components.shell.state import UiState
from components.shell.status import session_facts
from labeling.documents.overview import crossing
from labeling.draft.vocabulary import Scheme
from labeling.model import Project, Session
from labeling.reviewing.plan_progress import pools

PART = "review-part"
PARTS = {"classes": "Classes and labels", "tags": "All tags", "left": "Left to do"}


def overview(ui: UiState, project: Project) -> None:
    """What there is in the project, and the chosen session in numbers."""
    plans = plans_of(ui, project)
    queue(ui, project, plans)
    open_notes(ui, project)
    undealt = pools(plans, sessions_of(ui, project))
    pace(ui, project, undealt)
    if not sessions_of(ui, project):
        no_session(ui)
    st.subheader("Sessions", anchor=False)
    above = st.container()
    st.subheader("Session in numbers", anchor=False)
    session = pick_session(ui, project)
    about_session(ui, session.id)
    with above:
        session_table(ui, sessions_of(ui, project), undealt, st.context.timezone)
    session_facts(session)
    west = st.context.timezone_offset
    report = read(ui, session, None if west is None else timezone(-timedelta(minutes=west)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Read from the server at {report.at:%H:%M:%S}. Unsaved changes are not counted.")
        again = partial(ask, ui, session)
        st.button("Read again", key="review-again", icon=":material/refresh:", on_click=again)
    if report.session != session:
        st.warning("The session has changed since it was read.", icon=":material/update:")
    if not report.seen.documents and not report.seen.unreadable:
        st.info("This session has no documents yet. Add some on the page *Sessions*.", icon=":material/info:")
        end_page()
    facts(report.seen)
    _part(ui, session, report)


def _part(ui: UiState, session: Session, report: ReadSession) -> None:
    """The chosen part of the numbers."""
    crossed = crossing(report.seen.tags, Scheme.of(session))
    key, on_change = hold_one(ui, PART, list(PARTS))
    part = st.segmented_control(
        "Part of the numbers",
        list(PARTS),
        format_func=PARTS.__getitem__,
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=on_change,
    )
    if part == "tags":
        tag_table(ui, report.seen, session, crossed)
    elif part == "left":
        left_to_do(ui, report.seen, session)
    else:
        if report.seen.tags:
            tags_chart(crossed, key="review-chart")
            crossing_table(crossed)
        else:
            st.info("There are no tags in this session yet.", icon=":material/info:")
        lengths(report.seen)
