"""The tab Agreement: two or more sessions compared, every number with its spans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta, timezone
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.review.agreement_confusion import confusion_table
from components.review.agreement_spans import spans_behind
from components.review.agreement_tables import (
    chance_table,
    ladder_table,
    names_table,
    people_table,
    texts_table,
)
from components.review.place import carry, choose, forget_carried, hold_one, numbers_in, propose, say, word
from components.shell.compat import where_stopped
from components.shell.markdown import plain
from components.shell.pickers import no_session, sessions_of, told_apart
from components.shell.showing import showing
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.agreement import wording
from labeling.agreement.comparison import NamePart, TaskKind
from labeling.agreement.shared import Counted
from labeling.model import Project, Session
from labeling.phrases import count_of
from labeling.reviewing.agreement_job import Agreement, AgreementJob
from labeling.reviewing.beside import Beside
from labeling.reviewing.handed_in import ReadTexts, SessionTexts, reading_texts, state_in_words
from labeling.reviewing.plan_progress import known_together

SOON = 0.4
"""Seconds for which the page waits for a comparison before it shows how far it is."""
LOOK_AGAIN = 0.3
SESSIONS = "review-sessions-compared"
COUNT = "counted"
"""In the address: what people took of suggestions counts."""
COUNTED = {
    Counted.DONE: "Done by both",
    Counted.SHARED: "All shared",
    Counted.TAGGED: "Where each tagged something",
}
STATES = {"first": "First handed in", "now": "As they are now"}
"""How the documents are compared, by the word of the address."""
VIEWS = {
    "confusion": "Confusion",
    "names": "By class and label",
    "people": "Pairs of people",
    "documents": "Documents",
}


@dataclass
class Comparing:
    """The comparison under way, the last one that came through, and the sessions read for them, by id."""

    job: AgreementJob | None = None
    last: Agreement | None = None
    read: dict[int, SessionTexts] = field(default_factory=dict)
    project: int | None = None


def agreement(ui: UiState, project: Project) -> None:
    """Choose sessions; what they agree in; what stands behind each number."""
    found, place = compared_sessions(ui, project)
    if found is not None:
        with place:
            _shown(ui, project, found)


def compared_sessions(ui: UiState, project: Project) -> tuple[Agreement | None, DeltaGenerator]:
    """Sessions to choose, and what came of comparing them, None while there is nothing; and where it is to be
    shown."""
    sessions = sessions_of(ui, project)
    if not sessions:
        no_session(ui)
    if len(sessions) == 1:
        st.info(
            "This project has one session. Agreement needs two or more sessions over the same documents.",
            icon=":material/info:",
        )
        return None, st.container()
    carry(ui, "sessions", "counted", "state", "suggested")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = _chosen(ui, project, sessions)
        counted = _counted(ui)
        is_first = _is_first(ui)
    if len(chosen) < 2:
        st.info("Choose two or more sessions over the same documents.", icon=":material/info:")
        return None, st.container()
    place = st.container()
    return _compared(ui, project, chosen, counted, is_first=is_first), place


def _chosen(ui: UiState, project: Project, sessions: Sequence[Session]) -> list[Session]:
    """The sessions to be compared, by ascending id."""
    by_id = {session.id: session for session in sessions}
    names = told_apart({id_: session.name or f"Session {id_}" for id_, session in by_id.items()})
    plans = () if ui.store is None else ui.store.review(ui.api_name).plans(str(project.id))
    propose(ui, "sessions", ",".join(map(str, known_together(plans, sessions))))

    def take(chosen: list[int]) -> None:
        # What was open belongs to other people.
        say(ui, **dict.fromkeys(("row", "column", "pair", "lost", "name", "cell", "text"), ""))
        forget_carried(ui)
        choose(ui, "sessions", ",".join(map(str, sorted(chosen))))

    there = [id_ for id_ in numbers_in(word(ui, "sessions")) if id_ in by_id]
    key, chose = showing(ui, SESSIONS, there, take)
    ids = st.multiselect(
        "Sessions to compare",
        list(by_id),
        format_func=lambda id_: names.get(id_, ""),
        key=key,
        placeholder="Two or more, each one person's work on the same documents",
        on_change=chose,
    )
    return [by_id[id_] for id_ in sorted(ids)]


def _counted(ui: UiState) -> Counted:
    key, on_change = hold_one(ui, "review-counted", list(COUNTED))
    counted = st.segmented_control(
        "Documents that count",
        list(COUNTED),
        format_func=COUNTED.__getitem__,
        required=True,
        key=key,
        on_change=on_change,
    )
    return Counted(counted or Counted.DONE)


def _is_first(ui: UiState) -> bool:
    """Whether each document is compared as it was first handed in: what was said about it since has made
    people alike."""
    key, on_change = hold_one(ui, "review-state", list(STATES))
    state = st.segmented_control(
        "Their tags",
        list(STATES),
        format_func=STATES.__getitem__,
        required=True,
        key=key,
        help="First handed in: as a document stood when it was first called done. What people were told "
        "since then does not make them look more alike.",
        on_change=on_change,
    )
    return state != "now"


# Reading and comparing, beside the screen.


def _compared(
    ui: UiState, project: Project, sessions: Sequence[Session], counted: Counted, *, is_first: bool
) -> Agreement | None:
    """The comparison, of before or worked out now; None where the person stopped it."""
    state = ui.of(Comparing)
    if state.project != project.id:
        ui.others[Comparing] = state = Comparing(project=project.id)
    with_suggested = word(ui, "suggested") == COUNT
    wanted = ([session.id for session in sessions], counted, is_first, with_suggested)
    if state.last is not None and wanted == _asked(state.last):
        return state.last
    if state.job is None or wanted != _asked(state.job):
        _stop(state)
        ids = set(wanted[0])
        state.read = {id_: read for id_, read in state.read.items() if id_ in ids}
        state.job = AgreementJob(
            texts_reader(ui),
            sessions,
            counted,
            state.read,
            is_first=is_first,
            with_suggested=with_suggested,
        )
    job = state.job
    if is_stopped(job, "agreement", partial(_stop, state)):
        return None
    with loading("read the documents"):
        try:
            state.last = job.result()
        finally:
            state.read, state.job = job.known, None
    return state.last


def is_stopped(job: Beside[Any], key: str, go_on: Callable[[], None]) -> bool:
    """Wait for work until it is over, or was stopped: then there is a button to `go_on`."""
    if not job.wait(SOON):
        _wait_for(job, key)
    if job.is_stopped:
        st.info("Stopped.", icon=":material/stop_circle:")
        st.button("Compare", key=f"{key}-go-on", type="primary", on_click=go_on)
    return job.is_stopped


def texts_reader(ui: UiState) -> ReadTexts:
    """Reads the documents of a session, as they are and as they were first handed in."""
    return reading_texts(ui.api, None if ui.store is None else ui.store.review(ui.api_name))


def _asked(what: Agreement | AgreementJob) -> tuple[list[int], Counted, bool, bool]:
    """What a comparison is of."""
    return [one.id for one in what.sessions], what.counted, what.is_first, what.with_suggested


def _wait_for(job: Beside[Any], key: str) -> None:
    """Show how far work is until it is over; whatever the person does begins another run, which waits on."""
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center", key=f"{key}-progress"):
        bar = st.progress(0.0, text="Reading the documents …")
        st.button("Stop", key=f"{key}-stop", icon=":material/stop_circle:", on_click=job.stop)
    with where_stopped(job.stop):
        while not job.wait(LOOK_AGAIN):
            what, done, of = job.progress
            bar.progress(min(done / max(of, 1), 1.0), text=f"{what} … {done:,} of {of:,}")
    place.empty()


def _stop(state: Comparing) -> None:
    if state.job is not None:
        state.job.stop()
    state.job = None


def _read_again(ui: UiState) -> None:
    state = ui.of(Comparing)
    _stop(state)
    state.last = None
    state.read.clear()


# What came of it.


def _shown(ui: UiState, project: Project, found: Agreement) -> None:
    names = names_of(found.sessions)
    if not is_comparable(ui, found, names):
        _suggested(ui, found)
        return
    st.subheader(plain(wording.headline(found.figures, names)), anchor=False)
    for said in wording.silent(found.comparison, names):
        st.warning(plain(said), icon=":material/warning:")
    st.caption(plain(state_in_words(found.read, names, is_first=found.is_first)))
    _documents_in_words(found, names)
    _suggested(ui, found)
    ladder_table(ui, found)
    spans_behind(ui, project, found, names, "ladder")
    chance_table(found)
    _view(ui, project, found, names)


def is_comparable(ui: UiState, found: Agreement, names: Sequence[str]) -> bool:
    """When it was read, with a way to read it again; whether any document could be compared, or else why
    not."""
    west = st.context.timezone_offset
    zone = UTC if west is None else timezone(-timedelta(minutes=west))
    with st.container(horizontal=True, vertical_alignment="center"):
        at = min(one.at for one in found.read).astimezone(zone)
        st.caption(f"Read from the server at {at:%H:%M:%S}. Unsaved changes are not counted.")
        st.button(
            "Read again", key="review-again", icon=":material/refresh:", on_click=_read_again, args=(ui,)
        )
    said = wording.nothing_compared(found.comparison.shared, found.comparison, names)
    if said:
        _nothing(ui, found, said)
        _documents_in_words(found, names)
    return not said


def names_of(sessions: Sequence[Session]) -> list[str]:
    """What the sessions are called, those of one name with their ids."""
    return list(told_apart({one.id: one.name or f"Session {one.id}" for one in sessions}).values())


def _nothing(ui: UiState, found: Agreement, said: str) -> None:
    """Nothing is compared: why, and how it could be."""
    unmarked = not found.is_marked and found.counted is Counted.DONE
    more = " This server does not say which documents are done." if unmarked else ""
    st.info(plain(said) + more, icon=":material/info:")
    if found.comparison.shared:
        with st.container(horizontal=True):
            for counted, words in (
                (Counted.SHARED, "Compare them as they are"),
                (Counted.TAGGED, "Compare those where each tagged something"),
            ):
                if counted is not found.counted:
                    st.button(
                        words, key=f"agreement-{counted}", on_click=lambda one=counted: say(ui, counted=one)
                    )


def _documents_in_words(found: Agreement, names: Sequence[str]) -> None:
    """Which documents were compared, and which could not be."""
    figures, comparison, side_by_side = found.figures, found.comparison, found.shared
    parts = []
    if comparison.texts:
        parts.append(wording.counted_in_words(found.counted, figures.documents, comparison.shared))
        low, high = figures.identical_range
        parts.append(
            f"In {count_of(figures.nothing, 'document')} all found nothing; "
            f"{figures.identical:,} are alike ({wording.percent(figures.identical / figures.documents)}, "
            f"95 %: {wording.percent(low)} to {wording.percent(high)})."
        )
        if comparison.kind is TaskKind.NAMING:
            parts.append("The segments are the same for all: only their names are compared.")
    if len(names) > 2 and side_by_side.in_some:
        parts.append(f"In all sessions: {side_by_side.in_all:,}, in some: {side_by_side.in_some:,}.")
    if side_by_side.in_one:
        parts.append(f"{count_of(side_by_side.in_one, 'document')} in one session only.")
    if left_out := wording.left_out(comparison):
        parts.append(left_out)
    if unreadable := sum(one.unreadable for one in found.read):
        parts.append(f"{count_of(unreadable, 'document')} could not be read.")
    if parts:
        st.caption(plain(" ".join(parts)))
    if others := side_by_side.other_texts:
        ids = ", ".join(str(other.id) for other in others[:10])
        st.warning(
            f"{count_of(len(others), 'id')} with another text in another session, not compared: {ids}"
            + (" …" if len(others) > 10 else ""),
            icon=":material/difference:",
        )


def _suggested(ui: UiState, found: Agreement) -> None:
    """What becomes of suggestions that people took, and a way to have it otherwise."""
    if not found.suggested:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(found.suggested, width="content")
        st.button(
            "Leave them out" if found.with_suggested else "Count them",
            key="agreement-suggested",
            type="tertiary",
            on_click=partial(say, ui, suggested="" if found.with_suggested else COUNT),
        )


def _view(ui: UiState, project: Project, found: Agreement, names: Sequence[str]) -> None:
    """One more look at it, and the spans behind the number that was picked there."""
    views = {key: title for key, title in VIEWS.items() if key != "people" or len(names) > 2}
    key, on_change = hold_one(ui, "review-view", list(views))
    view = st.segmented_control(
        "What to look at",
        list(views),
        format_func=views.__getitem__,
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=on_change,
    )
    if view == "names":
        for part in (NamePart.CLASS, NamePart.LABEL):
            if found.comparison.has(part):
                names_table(ui, found, names, part)
    elif view == "people":
        people_table(ui, found, names)
    elif view == "documents":
        texts_table(ui, found, names)
    else:
        confusion_table(ui, found, names)
    assert view is not None
    spans_behind(ui, project, found, names, view)
