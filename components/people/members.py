"""Who works in the project, with each one's role, and what a manager can do about them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from components.shell.answers import forget, fresh
from components.shell.markdown import plain
from components.shell.showing import showing
from components.shell.state import UiState
from components.shell.telling import loading, reporting
from labeling.errors import NotFound
from labeling.model import Member, Project, Role
from labeling.phrases import ago

NO_ROLE = "Take out of the project"
WIDTHS = (5, 3, 3, 1)


def members(ui: UiState, project: Project) -> None:
    """A line for each person; a manager changes roles in it."""
    with loading("read who works in this project"):
        found = fresh(ui, f"people-{project.id}", lambda: ui.api.members(project.id))
    is_manager = project.role == Role.MANAGER
    st.subheader("In this project" if is_manager else "You in this project", anchor=False)
    with st.container(border=True, key="members"):
        for member in found:
            _line(ui, project, member, is_manager=is_manager)
        if not found:
            st.caption("Nobody has a role in it yet but whoever runs this computer.")


def _line(ui: UiState, project: Project, member: Member, *, is_manager: bool) -> None:
    who, role, seen, more = st.columns(WIDTHS, vertical_alignment="center")
    is_me = str(member.id) == ui.sign_in.owner
    with who:
        name = plain(member.name or member.email or f"Person {member.id}")
        you = " (you)" if is_me else ""
        st.markdown(
            f"**{name}**{you}" + (f"  \n{plain(member.email)}" if member.name and member.email else "")
        )
    with role:
        if is_manager:
            _role_choice(ui, project, member, is_me=is_me)
        else:
            st.markdown(member.role.title())
    seen.caption(f"Seen {ago(member.last_seen, datetime.now(UTC))}" if member.last_seen else "Not seen yet")
    if is_manager:
        with more, st.popover("", icon=":material/more_vert:", key=f"more-{member.id}", help="More"):
            _more(ui, project, member, is_me=is_me)


def _role_choice(ui: UiState, project: Project, member: Member, *, is_me: bool) -> None:
    change = partial(_change_role, ui, project, member)
    key, chose = showing(ui, f"role-{project.id}-{member.id}", member.role, change)
    st.selectbox(
        f"Role of {member.email}",
        list(Role),
        key=key,
        format_func=str.title,
        label_visibility="collapsed",
        disabled=is_me,
        help="Another manager can change your role." if is_me else None,
        on_change=chose,
    )


def _more(ui: UiState, project: Project, member: Member, *, is_me: bool) -> None:
    st.button(
        "End all sign-ins",
        key=f"end-{member.id}",
        help="In every browser and program. They can sign in again.",
        on_click=_end_sign_ins,
        args=(ui, project, member),
        width="stretch",
    )
    st.button(
        "Unlock",
        key=f"unlock-{member.id}",
        help="After wrong passwords: they need not wait before the next try.",
        on_click=_unlock,
        args=(ui, project, member),
        width="stretch",
    )
    whom = "yourself" if is_me else plain(member.name or member.email or "them")
    st.caption(f"Sessions and tags of {whom} stay when you take {'yourself' if is_me else 'them'} out.")
    st.button(
        NO_ROLE,
        key=f"remove-{member.id}",
        icon=":material/person_remove:",
        on_click=_remove,
        args=(ui, project, member),
        width="stretch",
    )


def _change_role(ui: UiState, project: Project, member: Member, role: Role) -> None:
    with reporting(ui, "change the role"):
        ui.api.change_role(project.id, member.id, role)
        ui.tell("page", "success", f"{member.email} is {role.title()} now.")
    forget(ui)


def _remove(ui: UiState, project: Project, member: Member) -> None:
    # The second of two clicks finds nobody.
    with reporting(ui, "take this person out of the project"), suppress(NotFound):
        ui.api.change_role(project.id, member.id, None)
        ui.tell("page", "success", f"{member.email} has no role in {project.name} any more.")
    forget(ui)


def _end_sign_ins(ui: UiState, project: Project, member: Member) -> None:
    with reporting(ui, "end these sign-ins"):
        ui.api.end_sign_ins(project.id, member.id)
        ui.tell("page", "success", f"{member.email} is signed out everywhere.")


def _unlock(ui: UiState, project: Project, member: Member) -> None:
    with reporting(ui, "unlock this person"):
        ui.api.unlock(project.id, member.id)
        ui.tell("page", "success", f"{member.email} can sign in at once.")
