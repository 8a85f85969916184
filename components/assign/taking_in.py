"""Sessions that are there already become a plan's, or a plan of their own, and are let go again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import streamlit as st

from components.assign.board import BoardCell
from components.assign.choosing import choose, review_store
from components.assign.people import members_of, who_of
from components.shell.answers import forget
from components.shell.pickers import sessions_of, told_apart
from components.shell.showing import Once, once
from components.shell.state import UiState, widget_value
from components.shell.telling import loading, reporting
from labeling.model import Project, Session
from labeling.phrases import count_of, length_problem
from labeling.reviewing.plans import Plan, PlanPart, dealt_plans, stored
from labeling.reviewing.taking_in import Owned, can_be_taken_in, plan_of_sessions, taken_in, taken_out
from labeling.store.review_values import Who

NEW_BOX = "assign-plan-of-sessions"
AS_THEY_ARE = (
    "They stay as they are, and whoever sees them now goes on seeing them: nothing is dealt into them. "
    "The plan knows a document by its id where it has one, Agreement also by its text."
)
NONE_LEFT = "Every session of the project in which people work is in a plan already."


class Box(NamedTuple):
    """The open box, with the sessions that it offers, their names, and the owners that the server says."""

    once: Once
    offered: Mapping[int, Session]
    names: Mapping[int, str]
    owners: Mapping[int, Who]

    def chosen(self) -> list[int]:
        """The ids of the sessions that are chosen."""
        return [one for one in widget_value(f"{self.once.key}-sessions") or () if one in self.offered]

    def whose(self, number: int) -> Who | None:
        """Who works in a session; None where nobody said it."""
        typed = (widget_value(self.field_of(number)) or "").strip()
        return self.owners.get(number) or (Who("", typed) if typed else None)

    def field_of(self, number: int) -> str:
        """The key of the field that asks whose a session is."""
        return f"{self.once.key}-who-{number}"

    @contextmanager
    def done_once(self, ui: UiState, doing: str) -> Iterator[list[Owned]]:
        """Do something with what is chosen, and close the box; with the second of two clicks, and where it is
        not said whose a session is, there is nothing."""
        whose = {one: self.whose(one) for one in ([] if self.once.is_over else self.chosen())}
        nobodys = [f"“{self.names[one]}”" for one, who in whose.items() if who is None]
        owned = [] if nobodys else [(self.offered[one], who) for one, who in whose.items() if who is not None]
        if nobodys:
            words = ", ".join(nobodys)
            ui.tell("page", "warning", f"Nothing is taken in yet: say who works in {words}.")
        with reporting(ui, doing):
            yield owned
            if owned:
                self.once.end()
        if owned:
            forget(ui)


def take_sessions_in(ui: UiState, project: Project, plan: Plan) -> None:
    """A box in which sessions are taken into a plan; it closes by itself."""
    opened, offered = once(ui, f"assign-take-in-{plan.id}"), _offered(ui, project)
    with st.popover(
        "Take sessions into this plan …",
        key=opened.key,
        icon=":material/playlist_add:",
        width="content",
        disabled=not offered,
        help=None if offered else NONE_LEFT,
    ):
        box = _fields(ui, project, opened, offered)
        st.caption(AS_THEY_ARE)
        st.button(
            "Take them in",
            key=f"{opened.key}-go",
            type="primary",
            disabled=not box.chosen(),
            on_click=partial(_take_in, ui, project, plan.id, box),
        )


def make_plan_of_sessions(ui: UiState, project: Project, plans: Sequence[Plan]) -> None:
    """The same for a new plan, by which nothing is dealt."""
    offered = _offered(ui, project)
    if not offered:
        return
    opened = once(ui, NEW_BOX)
    with st.popover(
        "Make a plan of sessions that are there …",
        key=opened.key,
        icon=":material/playlist_add:",
        width="content",
    ):
        name = f"Plan {len(plans) + 1}"
        typed = st.text_input("Name of the plan", key=f"{opened.key}-name", placeholder=name).strip()
        box = _fields(ui, project, opened, offered)
        st.caption(AS_THEY_ARE)
        if too_long := length_problem(typed, "plan"):
            st.warning(too_long, icon=":material/block:")
        st.button(
            "Make the plan",
            key=f"{opened.key}-go",
            type="primary",
            disabled=not box.chosen() or bool(too_long),
            on_click=partial(_make, ui, project, typed or name, box),
        )


def take_out(ui: UiState, project: Project, plan: Plan, part: PlanPart) -> None:
    """The button that lets a session go which was taken in."""
    st.button(
        "Take it out of the plan",
        key=f"assign-take-out-{part.number}",
        icon=":material/playlist_remove:",
        on_click=partial(_take_out, ui, project, plan.id, part),
        width="stretch",
    )
    st.caption("The session and its tags stay as they are.")


# What is chosen


def _offered(ui: UiState, project: Project) -> Mapping[int, Session]:
    sessions = sessions_of(ui, project)
    with loading("read the plans"):
        kept = review_store(ui).plans(str(project.id))
    return {one.id: one for one in can_be_taken_in(sessions, kept)}


def _fields(ui: UiState, project: Project, opened: Once, offered: Mapping[int, Session]) -> Box:
    """Which sessions, and whose each is where the server does not say it."""
    members = {one.id: who_of(one) for one in members_of(ui, project)}
    owners = {one.id: members[one.user_id] for one in offered.values() if one.user_id in members}
    names = told_apart({number: one.name or f"Session {number}" for number, one in offered.items()})

    def worded(number: int) -> str:
        whose = [owners[number].name] if number in owners else []
        return " · ".join((names[number], *whose, count_of(offered[number].document_count, "document")))

    box = Box(opened, offered, names, owners)
    chosen = st.multiselect(
        "Sessions",
        list(offered),
        format_func=worded,
        key=f"{opened.key}-sessions",
        placeholder="Choose sessions",
    )
    for number in chosen:
        if number not in owners:
            st.text_input(f"Who works in “{names[number]}”?", key=box.field_of(number), placeholder="A name")
    return box


# What is done


def _take_in(ui: UiState, project: Project, plan: str, box: Box) -> None:
    with box.done_once(ui, "take the sessions into the plan") as owned:
        if not owned:
            return
        now = _newest(ui, project, plan)
        if now is None:
            ui.tell("page", "warning", "Nothing was taken in: the plan is not there any more.")
            return
        review_store(ui).put_plan(stored(taken_in(now, owned)))
        ui.tell("page", "success", f"The plan has {count_of(len(owned), 'more session')}.")


def _make(ui: UiState, project: Project, name: str, box: Box) -> None:
    with box.done_once(ui, "make the plan") as owned:
        if owned:
            me = Who(ui.sign_in.owner, ui.sign_in.name)
            plan = plan_of_sessions(project.id, name, me, secrets.randbelow(2**31), owned)
            review_store(ui).put_plan(stored(plan))
            choose(ui, plan.id)


def _take_out(ui: UiState, project: Project, plan: str, part: PlanPart) -> None:
    with reporting(ui, "take the session out of the plan"):
        now = _newest(ui, project, plan)
        there = now is not None and any(
            (one.number, one.session) == (part.number, part.session) for one in now.parts
        )
        if now is None or not there:
            return  # the second of two clicks
        review_store(ui).put_plan(stored(taken_out(now, part.number)))
        ui.others[BoardCell] = BoardCell()  # the documents have other numbers now
        ui.tell("page", "success", f"“{part.title}” is out of the plan. The session stays.")


def _newest(ui: UiState, project: Project, plan: str) -> Plan | None:
    """The plan as it is stored by now; somebody else may have changed it since this was drawn."""
    kept = dealt_plans(review_store(ui).plans(str(project.id)))
    return next((one for one in kept if one.id == plan), None)
