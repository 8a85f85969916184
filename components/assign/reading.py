"""How far the sessions of a plan are: each is read when it has changed, behind a bar."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.assign.board import BoardCell
from components.assign.choosing import review_store
from components.shell.answers import forget, fresh
from components.shell.long_work import give_way
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.errors import NotFound
from labeling.model import Project, Session
from labeling.phrases import count_of
from labeling.reviewing.carrying_out import plan_text, read_session
from labeling.reviewing.plan_progress import PartProgress, progress_of
from labeling.reviewing.plans import Plan, PlanPart, PlanText, dealt_plans, stored
from labeling.reviewing.taking_in import with_documents


@dataclass
class ProgressRead:
    """What was read of each session, and of what: its plan's part and the session as they were."""

    known: dict[tuple[str, int], tuple[PlanPart, Session, PartProgress]] = field(default_factory=dict)


def read_progress(ui: UiState, project: Project, plan: Plan) -> Sequence[PartProgress]:
    """Of each session in which people work, as it is now or was a moment ago. What one that was taken in has
    by now is kept in the plan."""
    with loading("read the sessions"):
        listed = fresh(ui, _listing(project), lambda: ui.api.sessions(project.id))
        sessions = {session.id: session for session in listed}
    read = ui.of(ProgressRead)
    missing = [part for part in plan.work if not _is_known(read, plan, part, sessions)]
    if missing:
        _read(ui, plan, missing, sessions)
    return [_of(read, plan, part, sessions) for part in plan.work]


def when_read(ui: UiState, project: Project) -> DeltaGenerator:
    """When that was, and a way to read it again: figures change under nobody who looks at them. Gives the
    row, in which there is room for more."""
    west = st.context.timezone_offset
    zone = None if west is None else timezone(-timedelta(minutes=west))
    asked = ui.answers.known[_listing(project)][0]
    at = datetime.now(UTC).astimezone(zone) - timedelta(seconds=time.monotonic() - asked)
    row = st.container(horizontal=True, vertical_alignment="center", key="assign-read")
    with row:
        st.caption(f"Read from the server at {at:%H:%M:%S}. Unsaved work is not in it.", width="content")

        def again() -> None:
            ui.of(ProgressRead).known.clear()
            forget(ui)

        icon = ":material/refresh:"
        st.button("Read again", key="assign-again", type="tertiary", icon=icon, on_click=again)
    return row


def _listing(project: Project) -> str:
    """What the sessions of a project are remembered as."""
    return f"sessions-{project.id}"


def _is_known(read: ProgressRead, plan: Plan, part: PlanPart, sessions: Mapping[int, Session]) -> bool:
    session = sessions.get(part.session_id or 0)
    known = read.known.get((plan.id, part.number))
    return session is None or (known is not None and known[:2] == (part, session))


def _of(read: ProgressRead, plan: Plan, part: PlanPart, sessions: Mapping[int, Session]) -> PartProgress:
    known = read.known.get((plan.id, part.number))
    return known[2] if known is not None and part.session_id in sessions else PartProgress(part)


def _read(ui: UiState, plan: Plan, parts: Sequence[PlanPart], sessions: Mapping[int, Session]) -> None:
    read = ui.of(ProgressRead)
    bar = st.progress(0.0, text="Reading the sessions")
    try:
        with loading("read the sessions"):
            has: dict[int, list[PlanText]] = {}
            for count, part in enumerate(parts):
                give_way()
                words = f"{count:,} of {count_of(len(parts), 'session')} read"
                bar.progress(count / len(parts), text=words)
                session = sessions[part.session_id or 0]
                with suppress(NotFound):  # deleted a moment ago: the next look does not find it either
                    documents = [*read_session(ui.api, session)]
                    if part.is_taken_in:
                        has[part.number] = [plan_text(*one) for one in documents]
                    found = progress_of(plan, part, session, documents)
                    read.known[plan.id, part.number] = (part, session, found)
            is_changed = _keep_documents(ui, plan, has)
    finally:
        bar.empty()
    if is_changed:
        st.rerun()


def _keep_documents(ui: UiState, plan: Plan, has: Mapping[int, Sequence[PlanText]]) -> bool:
    """Keep in the plan, as it is stored by now, which documents sessions have; whether that is news."""
    if all(with_documents(plan, number, texts) is plan for number, texts in has.items()):
        return False
    store = review_store(ui)
    kept = dealt_plans(store.plans(plan.project))
    now = before = next((one for one in kept if one.id == plan.id), None)
    for number, texts in has.items():
        if now is not None and any(one.number == number and one.is_taken_in for one in now.parts):
            now = with_documents(now, number, texts)
    if now is None or now is before:
        return False
    store.put_plan(stored(now))
    ui.others[BoardCell] = BoardCell()  # the documents may have other numbers now
    return True
