"""What waits for the lead, the longest wait first, each line the way to it; and how many documents a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import streamlit as st

from components.review.check_search import Checking, lists_now
from components.review.decide_acts import Deciding
from components.review.decide_reading import OPEN, OVERTAKEN, DecideReading
from components.review.overview_chart import days_chart
from components.review.overview_counts import counted
from components.review.place import say_on
from components.review.reviewer import review_key
from components.shell.answers import fresh
from components.shell.desk import desk_at
from components.shell.markdown import plain
from components.shell.pickers import sessions_of
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.access import is_lead
from labeling.documents.listing import DraftFilter
from labeling.documents.overview import about_done, totals
from labeling.model import Project, Session
from labeling.phrases import count_of
from labeling.reviewing.notes import waits_for
from labeling.reviewing.pace import LEAST_DAYS, by_day, ending, ending_in_words
from labeling.reviewing.queue_counts import QueueCounts
from labeling.reviewing.samples import Sample, progress_of
from labeling.reviewing.waiting import SampleUnderWay, ToDecideCounts, WaitingLine, in_words, waiting
from labeling.reviewing.work_lists import open_suspects
from labeling.store.review_values import StoredPlan

LINES = 8
"""Lines of the queue that are shown; the rest are counted, until they are asked for."""
PAGE, MOST = 200, 1_000
"""Saves read at a time, and of one session at most."""
LOOKED_BACK = timedelta(days=60)
SESSIONS = 30
"""Sessions under way of which the days are counted: each is asked for by itself."""
LASTING = 60.0
"""Seconds for which the saves are not asked for again."""
ICONS = {
    "notes": ":material/chat:",
    "decide": ":material/call_split:",
    "overtaken": ":material/update:",
    "assign": ":material/person_off:",
    "lists": ":material/fact_check:",
    "sample": ":material/casino:",
}


@dataclass
class Leaving:
    """The page that a line of the queue leads to: a callback cannot go there itself. `whole`: the project of
    which all lines are shown."""

    page: str = ""
    whole: int = 0


def plans_of(ui: UiState, project: Project) -> tuple[StoredPlan, ...]:
    """The plans of a project, for who leads it."""
    if not is_lead(project.role):
        return ()
    assert ui.store is not None
    with loading("read what waits"):
        return ui.store.review(ui.api_name).plans(str(project.id))


def queue(ui: UiState, project: Project, plans: Sequence[StoredPlan]) -> None:
    """The lines, each a button."""
    leaving = ui.of(Leaving)
    if leaving.page:
        page, leaving.page = leaving.page, ""
        st.switch_page(page)
    sessions = sessions_of(ui, project)
    st.subheader("What waits for you", anchor=False)
    above = st.container()
    counts = counted(ui, project, sessions, plans) if is_lead(project.role) else None
    with loading("read what waits"):
        lines = _lines(ui, project, sessions, plans, counts)
    with above:
        _drawn(ui, project, lines)


def _drawn(ui: UiState, project: Project, lines: Sequence[WaitingLine]) -> None:
    if not lines:
        st.caption("Nothing that is known here.")
    now = datetime.now(UTC)
    with st.container(gap=None, key="queue"):
        shown = lines if ui.of(Leaving).whole == project.id else lines[:LINES]
        for at, line in enumerate(shown):
            st.button(
                plain(in_words(line, now)),
                key=f"queue-{at}",
                type="tertiary",
                icon=ICONS[line.go],
                on_click=partial(_go, ui, project, line),
            )
    if rest := len(lines) - len(shown):
        show = partial(setattr, ui.of(Leaving), "whole", project.id)
        st.button(f"Show {rest:,} more", key="queue-rest", icon=":material/expand_more:", on_click=show)


def _lines(
    ui: UiState,
    project: Project,
    sessions: Sequence[Session],
    plans: Sequence[StoredPlan],
    counts: QueueCounts | None,
) -> tuple[WaitingLine, ...]:
    assert ui.store is not None
    store, leads = ui.store.review(ui.api_name), is_lead(project.role)
    notes = store.notes.of_project(str(project.id))
    under_way, checked = list[SampleUnderWay](), list[int]()
    for session in sessions:
        key = review_key(session)
        for one in store.samples(key):
            sample = Sample.from_body(one.body)
            progress = progress_of(sample, store.verdicts(key, one.id))
            if progress.is_over:
                checked.append(session.id)
            else:
                under_way.append(SampleUnderWay(session.id, len(progress.wrong), one.created))
    return waiting(
        sessions,
        notes=[note for note in notes if waits_for(note, ui.sign_in.owner, leads=leads, mine=False)],
        plans=plans,
        decide=_decide(ui, project, counts),
        suspects=_suspects(ui, project, sessions, counts),
        under_way=under_way,
        # Who leads nobody is asked for no check.
        checked=[*checked, *(one.session for one in under_way)] if leads else [one.id for one in sessions],
    )


def _decide(ui: UiState, project: Project, counts: QueueCounts | None) -> list[ToDecideCounts]:
    """As they were counted; as the tab Decide has them, where that is newer."""
    known = {one.sessions: one for one in counts.to_decide} if counts is not None else {}
    reading = ui.of(Deciding).reading
    if reading is not None and reading.final.project_id == project.id:
        moments = [reading.at.timestamp(), *reading.moments.values()]
        ids = tuple(one.id for one in reading.sessions)
        of = next((one for one in known if set(one) == set(ids)), ids)
        if counts is None or of not in known or max(moments) > counts.at.timestamp():
            now = reading.counts()
            name, final = _named(reading), reading.final.id
            known[of] = ToDecideCounts(name, ids, final, now[OPEN], now[OVERTAKEN])
    return list(known.values())


def _named(reading: DecideReading) -> str:
    """What the plan of a final version is called."""
    return reading.plan.name or reading.final.name or f"Session {reading.final.id}"


def _suspects(
    ui: UiState, project: Project, sessions: Sequence[Session], counts: QueueCounts | None
) -> dict[int, int]:
    """As they were counted; as the tab Check has them, where it would not look again or did so later."""
    known = {} if counts is None else dict(counts.suspects)
    state = ui.of(Checking)
    found = state.found
    # What is usual in other sessions as well is known where that is asked for, and only there.
    if found is None or len(found.sessions) > 1 or state.owner != ui.sign_in.owner:
        return known
    session = next((one for one in sessions if one.id == found.sessions[0]), None)
    is_old = counts is not None and counts.at > found.at and state.writes != ui.answers.writes
    if session is None or is_old:
        return known
    assert ui.store is not None
    with loading("read your unsaved changes"):
        verdicts = ui.store.review(ui.api_name).verdicts(review_key(session))
        lists = lists_now(desk_at(ui, session, project).draft, found, state.settled, verdicts)
    return known | {session.id: open_suspects(lists)}


def _go(ui: UiState, project: Project, line: WaitingLine) -> None:
    if line.session is not None:
        ui.place.choose_session(project.id, line.session)
    if line.go == "notes":
        ui.place.list_by(ui.place.filter, DraftFilter(notes=True))
        ui.of(Leaving).page = "pages/annotate.py"
    elif line.go == "assign":
        ui.of(Leaving).page = "pages/assign.py"
    elif line.go in ("decide", "overtaken"):
        there = ",".join(map(str, line.compared))
        say_on(ui, "decide", sessions=there, kind=line.go if line.go == "overtaken" else "")
    else:
        say_on(ui, "check", part="" if line.go == "lists" else "sample")


# Day by day


def pace(ui: UiState, project: Project, undealt: Sequence[Session]) -> None:
    """Documents done a day, and when the rest will be; nothing of `undealt` is anybody's to do."""
    sessions = sessions_of(ui, project)
    since = datetime.now(UTC) - LOOKED_BACK
    active = [one for one in sessions if one.progress and (one.finished is None or one.finished > since)]
    if not 0 < len(active) <= SESSIONS:
        return
    west = st.context.timezone_offset
    zone = UTC if west is None else timezone(-timedelta(minutes=west))
    today = datetime.now(zone).date()
    with loading("read what was done when"):
        marks = [mark for session in active for mark in _marks(ui, session)]
    days = by_day(marks, zone, today)
    if not days:
        return
    given = [one for one in sessions if one not in undealt]
    sum_ = totals(given)
    left = sum_.documents - (sum(map(about_done, given)) if sum_.done is None else sum_.done)
    st.subheader("Progress by day", anchor=False)
    days_chart(days, key="review-days")
    done = count_of(sum(one.done for one in days), "document")
    # A percentage may be rounded, by less than one of so many documents.
    about = "about " if sum_.done is None and sum_.documents >= 1000 else ""
    words = f"{done} done in {count_of(len(days), 'day')}; {about}{left:,} left."
    end = ending(days, left, today, seed=project.id)
    if end is not None:
        words += f" {ending_in_words(end)}"
    elif left and len(days) <= LEAST_DAYS:
        words += f" When the rest is done is foretold from {LEAST_DAYS} whole days on."
    if not ui.api.info().can("history"):
        words += " This server keeps no history: only what was called done with this installation is counted."
    if undealt:
        named = ", ".join(f"“{plain(one.name or f'Session {one.id}')}”" for one in undealt)
        words += f" Not counted: {named}, whose documents a plan deals out."
    st.caption(words)


def _marks(ui: UiState, session: Session) -> list[tuple[datetime, int]]:
    """(when, how many documents were done): what the server's history says; else what was handed in here."""
    if not ui.api.info().can("history"):
        assert ui.store is not None
        handed = ui.store.review(ui.api_name).handed_in(review_key(session))
        return [(one.at, 1) for one in handed.values() if one.at is not None]
    return fresh(ui, f"done-{session.project_id}-{session.id}", partial(_read, ui, session), seconds=LASTING)


def _read(ui: UiState, session: Session) -> list[tuple[datetime, int]]:
    since = datetime.now(UTC) - LOOKED_BACK
    found: list[tuple[datetime, int]] = []
    for offset in range(0, MOST, PAGE):
        page = ui.api.saves(session.project_id, session.id, since=since, offset=offset, limit=PAGE)
        found += [(save.at, save.done) for save in page.saves if save.at is not None and save.done]
        if not page.has_more:
            break
    return found
