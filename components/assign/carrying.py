"""A plan is carried out behind a bar: its sessions are made or brought up to date; what broke off goes on."""

from __future__ import annotations

import streamlit as st

from components.assign.choosing import PlanChoice, choose, review_store
from components.shell.answers import forget
from components.shell.long_work import give_way
from components.shell.markdown import plain
from components.shell.state import UiState
from components.shell.telling import failed
from labeling.errors import LabelingError
from labeling.phrases import count_of
from labeling.reviewing.carrying_out import Carrying
from labeling.reviewing.plans import Plan


def carried_out(ui: UiState, plan: Plan) -> Plan:
    """The plan as far as the server has it; what it lacks is made now, where that was asked for."""
    choice = ui.of(PlanChoice)
    if plan.is_carried_out:
        choice.is_wanted = False
        return plan
    if not choice.is_wanted:
        _offer(ui, plan)
        return plan
    bar = st.progress(0.0, text="Making the sessions")

    def tell(done: int, total: int, words: str) -> None:
        give_way()
        share = done / max(1, total)
        bar.progress(share, text=f"{done:,} of {count_of(total, 'session')}. {plain(words)}")

    carrying = Carrying(ui.api, review_store(ui), plan)
    try:
        plan = carrying.run(tell)
        choice.is_wanted = False
        forget(ui)
        st.rerun()
    except LabelingError as error:
        choice.is_wanted = False
        failed(ui, error, "carry out the plan", key="assign-again-later")
        _offer(ui, carrying.plan)
        return carrying.plan
    finally:
        bar.empty()


def _offer(ui: UiState, plan: Plan) -> None:
    missing = sum(part.is_pending for part in plan.parts)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            f"{count_of(missing, 'session')} of {len(plan.parts):,} are not as the plan says yet. "
            "What is done already is not done twice.",
            icon=":material/pending:",
        )
        st.button(
            "Go on", key="assign-go-on", type="primary", on_click=choose, args=(ui, plan.id), kwargs=CARRY_OUT
        )


CARRY_OUT = {"carry_out": True}
