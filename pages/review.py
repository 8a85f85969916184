"""Review, for leads: status and progress by session, tags in numbers, what is left to do. Read-only."""

from datetime import timedelta, timezone

import streamlit as st

from components.review.charts import tags_chart
from components.review.numbers import crossing_table, facts, lengths, session_table
from components.review.reading import ask, read
from components.review.tables import left_to_do, tag_table
from components.sessions.session_list import session_facts
from components.shell.compat import end_page
from components.shell.link import link
from components.shell.page import start
from components.shell.pickers import pick_project, pick_session, sessions_of
from labeling.documents.overview import crossing
from labeling.draft.vocabulary import Scheme

ui = start("Review")
with st.container(horizontal=True, vertical_alignment="bottom"):
    project = pick_project(ui)
    session = pick_session(ui, project)
link(ui)
session_table(ui, sessions_of(ui, project), st.context.timezone)
session_facts(session)

west = st.context.timezone_offset
report = read(ui, session, None if west is None else timezone(-timedelta(minutes=west)))
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(f"Read from the server at {report.at:%H:%M:%S}. Unsaved changes are not counted.")
    st.button("Read again", key="review-again", icon=":material/refresh:", on_click=ask, args=(ui, session))
if report.session != session:
    st.warning("The session has changed since it was read.", icon=":material/update:")
if not report.seen.documents and not report.seen.unreadable:
    st.info("This session has no documents yet. Add some on the page *Sessions*.", icon=":material/info:")
    end_page()

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
