"""Choose a plan of the project or a new one; plans go as files from one installation to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.assign.preview import terms_in_words
from components.shell.markdown import plain
from components.shell.showing import showing
from components.shell.state import UiState
from components.shell.telling import loading, reporting
from labeling.formats import file_name
from labeling.model import Project, Session
from labeling.phrases import count_of
from labeling.reviewing.plans import Plan, dealt_plans, exported, imported, stored
from labeling.store.review import ReviewStore

NEW = ""
"""Stands for a new plan among their ids."""


@dataclass
class PlanChoice:
    """The plan that is looked at in a project; `is_wanted`: it is to be carried out at the next drawing."""

    project: int | None = None
    plan: str = NEW
    is_new: bool = False
    is_wanted: bool = False


def review_store(ui: UiState) -> ReviewStore:
    """Where plans are kept."""
    assert ui.store is not None
    return ui.store.review(ui.api_name)


def plans_of(ui: UiState, project: Project) -> Sequence[Plan]:
    """The plans by which documents of the project were dealt, the oldest first."""
    with loading("read the plans"):
        return dealt_plans(review_store(ui).plans(str(project.id)))


def pick_plan(ui: UiState, project: Project, plans: Sequence[Plan]) -> Plan | None:
    """The plan chosen, the newest until they choose; None for a new one."""
    choice = ui.of(PlanChoice)
    known = {plan.id: plan for plan in plans}
    if choice.project != project.id:
        choice.project, choice.plan, choice.is_new, choice.is_wanted = project.id, NEW, False, False
    if choice.plan not in known:
        choice.plan = plans[-1].id if plans and not choice.is_new else NEW
    plan = known.get(choice.plan)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if plans:
            key, chose = showing(ui, f"plan-of-{project.id}", choice.plan, partial(choose, ui))
            st.selectbox(
                "Plan",
                [*reversed(known), NEW],
                format_func=lambda id_: known[id_].name if id_ in known else "A new plan …",
                key=key,
                width=380,
                on_change=chose,
            )
        if plan is not None:
            _save_as_file(project, plan)
            _forget(ui, plan)
        _import(ui, project)
    if plan is not None:
        st.caption(_said(plan))
    return plan


def _said(plan: Plan) -> str:
    """How many documents it has, how they were dealt, what was taken in."""
    words = [count_of(len(plan.texts), "document")]
    taken = sum(part.is_taken_in for part in plan.parts)
    if taken < len(plan.work):
        words += [terms_in_words(plan.terms), "blind" if plan.is_blind else "everybody sees everybody"]
    return " · ".join([*words, *([f"{count_of(taken, 'session')} taken in"] if taken else [])])


def choose(ui: UiState, plan: str, *, carry_out: bool = False) -> None:
    """Go to a plan, or to a new one; perhaps carry it out at once."""
    choice = ui.of(PlanChoice)
    choice.plan, choice.is_new, choice.is_wanted = plan, plan == NEW, carry_out


def keep(ui: UiState, plan: Plan, doing: str) -> bool:
    """Store a plan as it is to be, and have it carried out; whether it is stored."""
    with reporting(ui, doing):
        review_store(ui).put_plan(stored(plan))
        choose(ui, plan.id, carry_out=True)
        return True
    return False


def _save_as_file(project: Project, plan: Plan) -> None:
    named = Session(id=project.id, project_id=project.id, name=f"{plan.name} plan")
    st.download_button(
        "Save as a file",
        exported(plan),
        file_name(named, ".json"),
        "application/json",
        key="plan-export",
        icon=":material/download:",
        help="Another installation of Tagwright can read it.",
        on_click="ignore",
    )


def _import(ui: UiState, project: Project) -> None:
    with st.popover("Read from a file", icon=":material/upload:", key="plan-import-box", width="content"):
        st.caption("A plan that was saved as a file, of this project. Its sessions have to be there already.")
        given = st.file_uploader("Plan", type=["json"], key="plan-import", label_visibility="collapsed")
        read = partial(_read, ui, project, given.getvalue() if given else b"")
        st.button("Read it", key="plan-read", type="primary", disabled=given is None, on_click=read)


def _read(ui: UiState, project: Project, raw: bytes) -> None:
    with reporting(ui, "read the plan"):
        plan = imported(raw, project.id)
        review_store(ui).put_plan(stored(plan))
        choose(ui, plan.id)
        ui.tell("page", "success", f"The plan “{plan.name}” is here now.")


def _forget(ui: UiState, plan: Plan) -> None:
    with st.popover("Forget the plan", icon=":material/delete:", key="plan-forget-box", width="content"):
        st.markdown(f"**Forget the plan “{plain(plan.name)}”?**")
        st.caption(
            "Its sessions and their tags stay as they are. What goes is who shares what, and which documents "
            "are gold or come a second time: save it as a file first if that may be needed."
        )
        st.button("Forget it", key="plan-forget", type="primary", on_click=_forgotten, args=(ui, plan))


def _forgotten(ui: UiState, plan: Plan) -> None:
    with reporting(ui, "forget the plan"):
        review_store(ui).remove_plan(plan.id)
        ui.of(PlanChoice).is_new = False
        ui.tell("page", "success", f"The plan “{plan.name}” is forgotten. Its sessions stay.")
