"""Assign: documents are dealt to people, and how far each is."""

import streamlit as st

from components.assign.board import board
from components.assign.carrying import carried_out
from components.assign.choosing import pick_plan, plans_of
from components.assign.may import may_assign
from components.assign.new_plan import new_plan
from components.assign.pairs import pairs
from components.assign.reading import read_progress, when_read
from components.assign.taking_in import make_plan_of_sessions, take_sessions_in
from components.assign.team import team
from components.shell.link import link
from components.shell.page import start
from components.shell.pickers import pick_project

ui = start("Assign")
project = pick_project(ui)
link(ui)
if may_assign(ui, project):
    plans = plans_of(ui, project)
    plan = pick_plan(ui, project, plans)
    if plan is None:
        make_plan_of_sessions(ui, project, plans)
        new_plan(ui, project, plans)
    else:
        plan = carried_out(ui, plan)
        progress = read_progress(ui, project, plan)
        with when_read(ui, project):
            take_sessions_in(ui, project, plan)
        by_document, by_person, by_pair = st.tabs(["Documents", "People", "Pairs"], key="assign-tabs")
        with by_document:
            board(ui, project, plan, progress)
        with by_person:
            team(ui, project, plan, plans, progress)
        with by_pair:
            pairs(progress)
