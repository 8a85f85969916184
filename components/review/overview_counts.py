"""What of the queue needs the documents: counted beside the page, at once where they are few, else when that
is asked for; and kept for the next time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from components.review.reading import AT_ONCE
from components.shell.desk import desk_at
from components.shell.state import UiState
from components.shell.status import LOOK_AGAIN
from components.shell.telling import loading
from labeling.model import Project, Session
from labeling.phrases import ago, count_of
from labeling.reviewing.beside import Beside, TellWhat
from labeling.reviewing.queue_counts import PlanToCount, QueueCounts, count_queue, plans_to_count
from labeling.reviewing.search import SessionToSearch
from labeling.store.review_values import StoredPlan

SOON = 0.3
"""Seconds for which the page waits for the counts."""
SEARCHED = 12
"""Sessions in which suspects are looked for, the newest first."""


@dataclass
class QueueCounting:
    """The counting under way, and what the last one came to: for whom, in which project, after how many
    writes."""

    of: tuple[str, int] = ("", 0)
    job: Beside[QueueCounts] | None = None
    counts: QueueCounts | None = None
    writes: int = -1


def counted(
    ui: UiState, project: Project, sessions: Sequence[Session], plans: Sequence[StoredPlan]
) -> QueueCounts | None:
    """The counts as far as they are known, with a line that says how old they are and counts anew."""
    state = _state(ui, project)
    finals = {one.session for plan in plans for one in plan.sessions if one.part != "WORK"}
    there = [one for one in sessions if one.document_count and not one.is_busy]
    searched = [one for one in there if one.lasting_name not in finals][-SEARCHED:]
    planned = plans_to_count(plans, there)
    if not searched and not planned:
        return None
    count = sum(one.document_count for one in _all_of(planned, searched))
    _collect(ui, state)
    is_old = state.writes != ui.answers.writes
    begin = partial(_begin, ui, project, planned, searched)
    if state.job is None and is_old and count <= AT_ONCE:
        begin()
        _collect(ui, state)
    if state.job is not None:
        _progress(ui, project)
        return state.counts
    with st.container(horizontal=True, vertical_alignment="center", key="queue-counts"):
        if state.counts is None:
            st.caption(f"Places to decide and suspects: that needs all {count:,} documents.", width="content")
        else:
            when = ago(state.counts.at, datetime.now(UTC))
            st.caption(f"Places to decide and suspects were counted {when}.", width="content")
        words = f"Read {count_of(count, 'document')}" if state.counts is None else "Count again"
        icon = ":material/refresh:"
        st.button(words, key="count-queue", type="tertiary", icon=icon, on_click=begin)
    return state.counts


def _state(ui: UiState, project: Project) -> QueueCounting:
    state, of = ui.of(QueueCounting), (ui.sign_in.owner, project.id)
    if state.of != of:
        if state.job is not None:
            state.job.stop()
        ui.others[QueueCounting] = state = QueueCounting(of)
        state.counts = QueueCounts.from_body(ui.preferences.get(_kept_as(project)))
    return state


def _kept_as(project: Project) -> str:
    return f"queue-{project.id}"


def _all_of(plans: Sequence[PlanToCount], searched: Sequence[Session]) -> list[Session]:
    """Every session that is read, once."""
    of_plans = [one for plan in plans for one in (*plan.work, *([plan.final] if plan.final else []))]
    return list({one.id: one for one in (*searched, *of_plans)}.values())


def _begin(ui: UiState, project: Project, plans: Sequence[PlanToCount], searched: Sequence[Session]) -> None:
    state = _state(ui, project)
    if state.job is not None:
        return
    assert ui.store is not None
    api, review = ui.api, ui.store.review(ui.api_name)
    with loading("read your unsaved changes"):
        asked = [SessionToSearch(one, desk_at(ui, one, project).draft) for one in searched]

    def work(tell: TellWhat) -> QueueCounts:
        return count_queue(api, review, plans, asked, tell)

    state.writes = ui.answers.writes
    state.job = Beside("queue", work)
    state.job.wait(SOON)


def _collect(ui: UiState, state: QueueCounting) -> None:
    if state.job is None or not state.job.wait(0):
        return
    over, state.job = state.job, None
    with loading("read the documents"):
        found = over.result()
    if found is not None:
        state.counts = found
        ui.preferences.change(f"queue-{state.of[1]}", lambda before: found.to_body())


@st.fragment(run_every=LOOK_AGAIN)
def _progress(ui: UiState, project: Project) -> None:
    """How far it is; the page is whole meanwhile."""
    job = _state(ui, project).job
    if job is None or job.wait(0):
        st.rerun()
    what, done, of = job.progress
    with st.container(horizontal=True, vertical_alignment="center", key="queue-progress"):
        st.progress(min(done / max(of, 1), 1.0), text=f"{what} … {done:,} of {of:,}")
        st.button("Stop", key="count-stop", icon=":material/stop_circle:", on_click=job.stop)
