"""Review, for leads: each tab is one call, and only the open one is worked out."""

import streamlit as st

from components.review.agreement import agreement
from components.review.check import check
from components.review.decide import decide_tab
from components.review.history import history
from components.review.overview import overview
from components.review.people_figures import people_figures
from components.review.report import report_button
from components.review.review_as_file import review_as_file
from components.review.tabs import ReviewTab, review_tabs
from components.shell import connections
from components.shell.page import start
from components.shell.pickers import pick_project

ui = start("Review")
with st.container(horizontal=True, vertical_alignment="bottom", key="review-head"):
    project = pick_project(ui)
    report_button(ui, project)
    review_as_file(ui, project)
has_people = connections.settings().has_people_figures
review_tabs(
    ui,
    project,
    (
        ReviewTab("overview", "Overview", overview),
        ReviewTab("agreement", "Agreement", agreement),
        ReviewTab("decide", "Decide", decide_tab),
        ReviewTab("check", "Check", check),
        *([ReviewTab("people", "People", people_figures)] if has_people else []),
        ReviewTab("history", "History", history),
    ),
)
