"""Who works on it: people of the project where the server tells them, else names that are typed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from components.shell.answers import fresh
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.model import Member, Project, Role
from labeling.store.review_values import Who
from labeling.studio.creation import names_in


def workers(ui: UiState, project: Project) -> Sequence[Who]:
    """The people of the project who may tag, where the server tells them; else nobody."""
    return [who_of(one) for one in members_of(ui, project) if one.role.allows(Role.ANNOTATOR)]


def members_of(ui: UiState, project: Project) -> Sequence[Member]:
    """Everybody with a role in the project, where the server tells them; else nobody."""
    with loading("read who works in this project"):
        if not ui.api.info().can("people"):
            return ()
        return fresh(ui, f"people-{project.id}", lambda: ui.api.members(project.id))


def who_of(member: Member) -> Who:
    """A member as plans name them."""
    return Who(str(member.id), member.name or member.email or f"Person {member.id}")


def choose_people(ui: UiState, project: Project, *, key: str, without: Collection[Who] = ()) -> Sequence[Who]:
    """The people, each once."""
    there = [who for who in workers(ui, project) if who not in without]
    if there or without:
        by_id = {who.person: who for who in there}
        chosen = st.multiselect(
            "People",
            list(by_id),
            format_func=lambda person: by_id[person].name,
            key=f"{key}-{project.id}",
            placeholder="Choose who works on it",
            label_visibility="collapsed",
        )
        return [by_id[person] for person in chosen]
    names = st.text_area(
        "People",
        key=f"{key}-typed-{project.id}",
        placeholder="A name on each line",
        label_visibility="collapsed",
        height=120,
    )
    st.caption("Nobody else has a role in the project here: the names are kept in the plan.")
    return [Who("", name) for name in names_in(names)]
