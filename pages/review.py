"""Review, for leads: status and progress by session, tags in numbers, what is left to do. Read-only."""

from datetime import datetime, timedelta, timezone
from typing import NamedTuple

import streamlit as st

from components.review.charts import tags_chart
from components.review.numbers import crossing_table, facts, lengths, session_table
from components.review.tables import left_to_do, tag_table
from components.sessions.session_list import session_facts
from components.shell.answers import forget
from components.shell.link import link
from components.shell.long_work import read_everything
from components.shell.page import frame
from components.shell.pickers import pick_project, pick_session, sessions_of
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.documents.overview import Overview, crossing, overview
from labeling.documents.reader import Reader
from labeling.draft.vocabulary import Scheme
from labeling.model import Session
from labeling.studio.client import LabelingClient

# Sessions with at most so many documents are read without asking.
AT_ONCE = 500
KEPT = "review"


class Read(NamedTuple):
    """A session in numbers, as it was when it was read."""

    session: Session
    writes: int
    at: datetime
    seen: Overview


def ask(ui: UiState, session: Session) -> None:
    """Read the session's documents at the next run, whatever was read before."""
    ui.kept["review-asked"] = (session.project_id, session.id)
    forget(ui)


def read(ui: UiState, api: LabelingClient, session: Session, zone: timezone | None) -> Read:
    """The session in numbers: kept from before, or read by pages now; a large one only when asked for."""
    key = (session.project_id, session.id)
    known: Read | None = ui.kept.get(KEPT)
    if (
        known is not None
        and (known.session.project_id, known.session.id) == key
        and known.writes == ui.writes
    ):
        return known
    if session.document_count > AT_ONCE and ui.kept.get("review-asked") != key:
        count = f"{session.document_count:,}"
        st.info(f"The numbers of this session need all its {count} documents.", icon=":material/info:")
        st.button(
            f"Read all {count} documents", key="review-read", type="primary", on_click=ask, args=(ui, session)
        )
        st.stop()
    with loading("read the documents"):
        items = read_everything(Reader(api, session))
    known = ui.kept[KEPT] = Read(session, ui.writes, datetime.now(zone), overview(items))
    return known


ui, api = frame("Review")
with st.container(horizontal=True, vertical_alignment="bottom"):
    project = pick_project(ui, api)
    session = pick_session(ui, api, project)
link(ui)
session_table(ui, sessions_of(ui, api, project), st.context.timezone)
session_facts(session)

west = st.context.timezone_offset
report = read(ui, api, session, None if west is None else timezone(-timedelta(minutes=west)))
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(f"Read from the server at {report.at:%H:%M:%S}. Unsaved changes are not counted.")
    st.button("Read again", key="review-again", icon=":material/refresh:", on_click=ask, args=(ui, session))
if report.session != session:
    st.warning("The session has changed since it was read.", icon=":material/update:")
if not report.seen.documents:
    st.info("This session has no documents yet. Add some on the page *Sessions*.", icon=":material/info:")
    st.stop()

crossed = crossing(report.seen.tags, Scheme.of(session))
facts(report.seen)
by_name, all_tags, to_do = st.tabs(["Classes and labels", "All tags", "Left to do"], key="review-parts")
with by_name:
    if report.seen.tags:
        tags_chart(crossed, key="review-chart")
        crossing_table(crossed)
    else:
        st.info("There are no tags in this session yet.", icon=":material/info:")
    lengths(report.seen)
with all_tags:
    tag_table(report.seen, session, crossed)
with to_do:
    left_to_do(report.seen, session)
