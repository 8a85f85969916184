"""Review, for leads: each tab is one call, and only the open one is worked out."""

from components.review.agreement import agreement
from components.review.check import check
from components.review.decide import decide_tab
from components.review.overview import overview
from components.review.tabs import ReviewTab, review_tabs
from components.shell.page import start
from components.shell.pickers import pick_project

ui = start("Review")
project = pick_project(ui)
review_tabs(
    ui,
    project,
    (
        ReviewTab("overview", "Overview", overview),
        ReviewTab("agreement", "Agreement", agreement),
        ReviewTab("decide", "Decide", decide_tab),
        ReviewTab("check", "Check", check),
    ),
)
