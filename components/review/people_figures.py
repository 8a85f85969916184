"""The tab People: each person against the others, the known answers and themselves; never a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.review.agreement import (
    compared_sessions,
    is_comparable,
    is_stopped,
    names_of,
    texts_reader,
)
from components.review.agreement_place import open_number
from components.review.charts import funnel_chart
from components.review.people_bias import bias_table
from components.review.people_table import people_table
from components.review.place import numbers_in, word
from components.shell.markdown import plain
from components.shell.pickers import sessions_of
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.access import is_lead
from labeling.model import Project, Session
from labeling.reviewing.agreement_job import Agreement
from labeling.reviewing.handed_in import state_in_words
from labeling.reviewing.known_answers import answers_for
from labeling.reviewing.people_job import PeopleJob, PeopleSeen
from labeling.store.review_values import StoredPlan

LIMITS = (
    "What these figures cannot say: whose documents were harder, which guidelines changed in between, who "
    "was in the first weeks. People are compared with the others, and the others may be wrong."
)


@dataclass
class PeopleWork:
    """The work under way, and what came of the last one: of which comparison, or of which own sessions."""

    job: PeopleJob | None = None
    of: Agreement | None = None
    sessions: tuple[int, ...] = ()
    seen: PeopleSeen | None = None


def people_figures(ui: UiState, project: Project) -> None:
    """Who leads the project sees everybody, others themselves."""
    st.info(LIMITS, icon=":material/info:")
    with loading("read the plans"):
        plans = () if ui.store is None else ui.store.review(ui.api_name).plans(str(project.id))
    leads = is_lead(project.role)
    found, place = compared_sessions(ui, project)
    with place:
        if found is not None and is_comparable(ui, found, names_of(found.sessions)):
            mine = _own(ui, found.sessions, plans)
            if leads or mine:
                _shown(ui, project, plans, found, found.sessions, None if leads else mine)
                return
        if found is None and leads:
            return
        _own_page(ui, project, plans)


def _own(ui: UiState, sessions: Sequence[Session], plans: Sequence[StoredPlan]) -> list[Session]:
    """Those of the sessions that are the person's own, as the server or a plan has it."""
    me = ui.sign_in.owner
    planned = {one.session for plan in plans for one in plan.sessions if one.who.person == me}
    return [one for one in sessions if str(one.user_id) == me or one.lasting_name in planned]


def _own_page(ui: UiState, project: Project, plans: Sequence[StoredPlan]) -> None:
    """What can be said of a person alone, where nobody else is compared with them."""
    if not is_lead(project.role):
        st.info("Only who leads the project sees the figures of others.", icon=":material/lock:")
    mine = _own(ui, [one for one in sessions_of(ui, project) if not one.is_busy], plans)
    asked = numbers_in(word(ui, "sessions"))
    chosen = [one for one in mine if one.id in asked] or mine
    if chosen:
        _shown(ui, project, plans, None, tuple(sorted(chosen, key=lambda one: one.id)), None)


def _shown(
    ui: UiState,
    project: Project,
    plans: Sequence[StoredPlan],
    of: Agreement | None,
    sessions: tuple[Session, ...],
    only: Sequence[Session] | None,
) -> None:
    """`only`: whose figures are shown; None: all of them."""
    seen = _worked_out(ui, project, plans, of, sessions)
    if seen is None:
        return
    names = names_of(sessions)
    keys = [one.key for one in only or sessions]
    people = [at for at, session in enumerate(sessions) if session.key in keys]
    first = of is None or of.is_first
    st.caption(plain(state_in_words([seen.read[at] for at in people], _of(names, people), is_first=first)))
    if of is not None and of.suggested:
        st.caption(f"Where people are compared with each other: {of.suggested}")
    if of is not None and only is None and seen.funnel is not None:
        ids = [str(session.id) for session in sessions]

        def choose(person: int | None) -> None:
            open_number(ui, person="" if person is None else ids[person])

        funnel_chart(seen.funnel, names, key="people-funnel", choose=choose)
    people_table(ui, project, seen, of, names, people)
    if of is not None:
        bias_table(ui, project, of, names, [one for one in seen.biases if one[1].person in people])


def _of(names: Sequence[str], people: Sequence[int]) -> list[str]:
    return [names[at] for at in people]


def _worked_out(
    ui: UiState,
    project: Project,
    plans: Sequence[StoredPlan],
    of: Agreement | None,
    sessions: tuple[Session, ...],
) -> PeopleSeen | None:
    """What came of it, of before or worked out now; None where the person stopped it."""
    state = ui.of(PeopleWork)
    ids = tuple(session.id for session in sessions)
    if state.seen is not None and state.of is of and state.sessions == ids:
        return state.seen
    job = state.job
    if job is None or job.of is not of or job.sessions != sessions:
        if job is not None:
            job.stop()
        there = [one for one in sessions_of(ui, project) if not one.is_busy]
        answers = answers_for(sessions, plans, there)
        job = state.job = PeopleJob(texts_reader(ui), sessions, answers, plans, of)
    if is_stopped(job, "people", partial(_forget, state)):
        return None
    with loading("read the documents"):
        try:
            state.seen = job.result()
        finally:
            state.job = None
    state.of, state.sessions = of, ids
    return state.seen


def _forget(state: PeopleWork) -> None:
    state.job = None
