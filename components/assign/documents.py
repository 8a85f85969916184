"""Which documents are dealt: all of the project, a group or a session, those with some words, those not dealt
yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from components.shell.answers import forget
from components.shell.long_work import give_way, pressed
from components.shell.markdown import plain
from components.shell.pickers import sessions_of
from components.shell.state import UiState, set_widget
from components.shell.telling import loading, reporting
from labeling.model import Project, Session
from labeling.phrases import count_of
from labeling.reviewing.carrying_out import plan_text, read_source
from labeling.reviewing.hidden_answers import hidden_copy
from labeling.reviewing.plans import Plan, PlanSource, PlanText
from labeling.spans import folded

NO_GOLD = 0
"""Stands for no session among their numbers."""


class ReadText(NamedTuple):
    """A document as a plan has it, and its text for a search."""

    text: PlanText
    folded: str


@dataclass
class SourcesRead:
    """What was read lately, by project and source, until something is written."""

    writes: int = -1
    copied: int | None = None
    """The session that is to be the one with the answers from now on."""
    found: dict[tuple[int, str, int | None], Sequence[ReadText]] | None = None


class ChosenDocuments(NamedTuple):
    """Where they are from, and those to be dealt; the lists of names of their session, if it is one."""

    source: PlanSource
    texts: Sequence[PlanText]
    session: Session | None = None


def choose_documents(ui: UiState, project: Project, plans: Sequence[Plan]) -> ChosenDocuments:
    """The fields, and what they come to."""
    with loading("read the groups of documents"):
        groups = {group.id: group for group in ui.api.groups(project.id)} if _has_groups(ui) else {}
    sessions = {one.id: one for one in sessions_of(ui, project) if not one.is_busy}
    options: list[tuple[str, int | None]] = [("project", None)]
    options += [("group", number) for number in groups]
    options += [("session", number) for number in sessions]

    def named(option: tuple[str, int | None]) -> str:
        kind, number = option
        if kind == "group":
            group = groups[number or 0]
            return f"Group: {group.name} · {count_of(group.document_count, 'document')}"
        if kind == "session":
            session = sessions[number or 0]
            return f"Session: {session.name} · {count_of(session.document_count, 'document')}"
        return "All documents of the project"

    kind, number = st.selectbox(
        "Documents",
        options,
        format_func=named,
        key=f"assign-source-{project.id}",
        label_visibility="collapsed",
    )
    source = PlanSource.model_validate({"kind": kind, "number": number})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Only those with the words", key="assign-search", placeholder="any")
        only_new = st.checkbox(
            "Not in a plan yet", value=True, key="assign-undealt", help="Leaves out what is dealt already."
        )
    every = read_texts(ui, project, source)
    taken = {text.key for plan in plans for text in plan.texts} if only_new else set()
    wanted = folded(words.strip())
    chosen = [one.text for one in every if one.text.key not in taken and wanted in one.folded]
    left_out = len(every) - len(chosen)
    st.caption(
        f"{count_of(len(chosen), 'document')}, {sum(text.characters for text in chosen):,} characters"
        + (f" · {left_out:,} left out" if left_out else "")
    )
    return ChosenDocuments(source, chosen, sessions.get(number or 0) if kind == "session" else None)


def _has_groups(ui: UiState) -> bool:
    return ui.api.info().can("ids")


def read_texts(ui: UiState, project: Project, source: PlanSource) -> Sequence[ReadText]:
    """The documents of a source, read behind a bar or known from before."""
    read = ui.of(SourcesRead)
    if read.found is None or read.writes != ui.answers.writes:
        read.writes, read.found = ui.answers.writes, {}
    key = (project.id, source.kind, source.number)
    if key not in read.found:
        bar = st.progress(0.0, text="Reading the documents")

        def tell(count: int) -> None:
            give_way()
            bar.progress(min(count % 10_000 / 10_000, 1.0), text=f"{count:,} documents read")

        try:
            with loading("read the documents"):
                read.found[key] = [
                    ReadText(plan_text(*one), folded(one[1].text))
                    for one in read_source(ui.api, project.id, source, tell)
                ]
        finally:
            bar.empty()
    return read.found[key]


def choose_gold(ui: UiState, project: Project) -> tuple[Session | None, Sequence[PlanText]]:
    """The session whose answers are known, and which of its documents everybody gets."""
    sessions = {one.id: one for one in sessions_of(ui, project) if one.document_count and not one.is_busy}

    def named(number: int) -> str:
        return sessions[number].name if number in sessions else "None"

    key = f"assign-gold-session-{project.id}"
    if (copied := ui.of(SourcesRead).copied) in sessions:
        ui.of(SourcesRead).copied = None
        set_widget(key, copied)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox(
            "Gold: known answers in",
            [NO_GOLD, *sessions],
            format_func=named,
            key=key,
            help="Everybody gets some of its documents, at random places, looking like any other.",
        )
        session = sessions.get(number)
        if session is None:
            return None, ()
        most = session.document_count
        count = st.number_input(
            "How many for each", 1, most, min(10, most), key=f"assign-gold-{number}", width=160
        )
    if session.blind is False and session.part == "WORK":
        st.warning(
            f"Others can open the session “{plain(session.name)}”, and see the answers there.",
            icon=":material/visibility:",
        )
        if pressed(ui, "Take a hidden copy of it", key="assign-gold-hide", icon=":material/visibility_off:"):
            _hide(ui, session)
    every = read_texts(ui, project, PlanSource(kind="session", number=session.id))
    return session, [one.text for one in every[:count]]


def _hide(ui: UiState, session: Session) -> None:
    """Copy the answers to where only managers see them, and take them from there."""
    bar = st.progress(0.0, text="Copying the answers")

    def tell(done: int, total: int) -> None:
        give_way()
        bar.progress(done / total, text=f"{done:,} of {total:,} documents copied")

    try:
        with reporting(ui, "copy the answers"):
            copy = hidden_copy(ui.api, session, tell)
            forget(ui)
            if copy is None:
                ui.tell(
                    "page", "warning", "This server does not name the documents, so they cannot be copied."
                )
            else:
                ui.of(SourcesRead).copied = copy.id
                words = (
                    f"Only managers see “{plain(copy.name)}”. Others can still open “{plain(session.name)}”: "
                    "delete it on the page Sessions before the plan is made."
                )
                ui.tell("page", "success", words)
    finally:
        bar.empty()
    st.rerun()
