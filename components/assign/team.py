"""The people of a plan: how far each is, who gets a session, who hands the rest over, who joins."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.assign.choosing import keep, review_store
from components.assign.documents import read_texts
from components.assign.people import choose_people, workers
from components.assign.taking_in import take_out
from components.shell.answers import forget
from components.shell.long_work import pressed
from components.shell.markdown import plain
from components.shell.state import UiState, widget_value
from components.shell.telling import reporting
from labeling.agreement.deal import Why
from labeling.model import Project
from labeling.phrases import count_of
from labeling.reviewing.plan_progress import PartProgress
from labeling.reviewing.plans import Plan, PlanPart, PlanText, handed_over, joined, left, stored
from labeling.store.review_values import Who

WIDTHS = (4, 4, 4, 1)


def team(
    ui: UiState, project: Project, plan: Plan, plans: Sequence[Plan], progress: Sequence[PartProgress]
) -> None:
    """A line for each session, and a way to bring in more people."""
    with st.container(border=True, key="assign-team"):
        for one in progress:
            _line(ui, project, plan, one)
    _joining(ui, project, plan, plans)


def _line(ui: UiState, project: Project, plan: Plan, one: PartProgress) -> None:
    part = one.part
    who, far, has, more = st.columns(WIDTHS, vertical_alignment="center")
    became = " · handed over" if part.has_left else " · taken in" if part.is_taken_in else ""
    who.markdown(f"**{plain(part.who.name)}**{became}")
    with far:
        if one.session is None:
            st.caption("The session is gone." if part.session_id else "Not made yet.")
        elif one.says_done:
            st.progress(one.done / max(1, one.count), text=f"{one.done:,} of {one.count:,} done")
        else:
            st.caption(f"{one.session.progress:g} % of {count_of(one.count, 'document')}")
    has.caption(_kinds(part))
    if part.is_taken_in or (not part.has_left and one.session is not None):
        with more, st.popover("", icon=":material/more_vert:", key=f"assign-more-{part.number}", help="More"):
            _more(ui, project, plan, one)


def _kinds(part: PlanPart) -> str:
    words = {Why.ALONE: "alone", Why.SHARED: "shared", Why.GOLD: "gold", Why.AGAIN: "again"}
    counts = {why: sum(one.why is why for one in part.documents) for why in words}
    return " · ".join(f"{counts[why]:,} {word}" for why, word in words.items() if counts[why]) or "nothing"


def _more(ui: UiState, project: Project, plan: Plan, one: PartProgress) -> None:
    part, can_assign = one.part, ui.api.info().can("assign")
    if part.is_taken_in:
        take_out(ui, project, plan, part)
        if one.session is None:
            return
    others = [who for who in workers(ui, project) if who != part.who]
    st.markdown("**Somebody else goes on with it**")
    key = f"assign-to-{part.number}"
    if others:
        by_id = {who.person: who for who in others}
        st.selectbox("To", list(by_id), format_func=lambda person: by_id[person].name, key=key)
        chosen = by_id.get(widget_value(key))
    else:
        typed = st.text_input("To", key=key, placeholder="A name")
        chosen = Who("", typed.strip()) if typed.strip() else None
    if not can_assign:
        st.caption("This Studio API keeps whose session it is: only the plan says who works on it.")
    st.button(
        "Give them the session",
        key=f"assign-hand-{part.number}",
        disabled=chosen is None,
        on_click=partial(_hand_over, ui, project, plan, part, chosen),
        width="stretch",
    )
    if part.is_taken_in:
        return
    st.markdown("**Hand the rest over**")
    rest = len([one_ for one_ in part.documents if one_.why is not Why.AGAIN]) - len(one.done_indexes)
    st.caption(
        f"What {plain(part.who.name)} has not done ({count_of(rest, 'document')}) is dealt to the others. "
        + ("What is begun stays." if can_assign else "They get further sessions; this one stays as it is.")
    )
    st.button(
        "Deal the rest to the others",
        key=f"assign-leave-{part.number}",
        disabled=not any(other.number != part.number for other in plan.receiving),
        on_click=partial(_leave, ui, project, plan, one),
        width="stretch",
    )


def _hand_over(ui: UiState, project: Project, plan: Plan, part: PlanPart, who: Who | None) -> None:
    if who is None or part.session_id is None:
        return
    with reporting(ui, "give them the session"):
        if ui.api.info().can("assign") and who.person.isdecimal():
            ui.api.hand_over(project.id, part.session_id, int(who.person))
        review_store(ui).put_plan(stored(handed_over(plan, part.number, who)))
        ui.tell("page", "success", f"“{part.title}” is {who.name}'s now.")
    forget(ui)


def _leave(ui: UiState, project: Project, plan: Plan, one: PartProgress) -> None:
    with reporting(ui, "deal the rest to the others"):
        taken = None
        if not ui.api.info().can("assign"):
            taken = {session.name for session in ui.api.sessions(project.id)}
        keep(ui, left(plan, one.part.number, one.done_indexes, taken), "keep the plan")
    forget(ui)


def _joining(ui: UiState, project: Project, plan: Plan, plans: Sequence[Plan]) -> None:
    with st.expander("Bring in more people", icon=":material/person_add:", key="assign-join-box"):
        st.caption("They get documents that are in no plan yet, and the gold ones.")
        people = choose_people(ui, project, key="assign-join", without=[part.who for part in plan.work])
        if not people or not pressed(ui, "Deal to them", key="assign-join-deal", kind="primary"):
            return
        taken = {text.key for other in plans for text in other.texts}
        texts = [one.text for one in read_texts(ui, project, plan.source) if one.text.key not in taken]
        if not texts and not plan.gold_indexes:
            st.info("Everything is dealt already. Give single documents in the table instead.")
            return
        _join(ui, project, plan, people, texts)


def _join(
    ui: UiState, project: Project, plan: Plan, people: Sequence[Who], texts: Sequence[PlanText]
) -> None:
    is_kept = False
    with reporting(ui, "bring in more people"):
        names = {session.name for session in ui.api.sessions(project.id)}
        is_kept = keep(ui, joined(plan, people, texts, names), "keep the plan")
    forget(ui)
    if is_kept:
        st.rerun()
