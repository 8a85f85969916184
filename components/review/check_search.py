"""The search for suspects: begun by itself where a session is small, shown while it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.review.reading import AT_ONCE
from components.shell.compat import end_page
from components.shell.desk import Desk, desk_at
from components.shell.state import UiState
from components.shell.status import LOOK_AGAIN
from components.shell.telling import loading
from labeling.checking.suspect_fixes import still_stands
from labeling.checking.suspects import Suspect
from labeling.draft.draft import Draft
from labeling.model import Session
from labeling.phrases import count_of
from labeling.prediction.learner import can_train
from labeling.reviewing.search import Found, SessionToSearch, SuspectSearch, with_doubts
from labeling.reviewing.work_lists import ListStanding, standings
from labeling.store.review_values import StoredVerdict

SOON = 0.3
"""Seconds for which the page waits for a search to be over."""
Item = tuple[str, str]
"""A document's key and the mark of what is suspected there."""


@dataclass
class Checking:
    """The search under way, and what the last one found: for whom (`owner`), when (`writes`), and what was
    settled since.

    `later`: put off; `ticked`: to be taken at once; `at`: the row that is open, on each list.
    """

    search: SuspectSearch | None = None
    found: Found | None = None
    writes: int = 0
    settled: set[Item] = field(default_factory=set)
    later: dict[Item, None] = field(default_factory=dict)
    ticked: dict[Item, None] = field(default_factory=dict)
    at: Item | None = None
    owner: str = ""


def item(row: Suspect) -> Item:
    return (row.document, row.mark)


def lists_now(
    draft: Draft, found: Found, settled: Set[Item], verdicts: Iterable[StoredVerdict]
) -> tuple[ListStanding, ...]:
    """The lists as they stand by now, with what was changed and settled since they were found."""

    def stands(row: Suspect) -> bool:
        if row.document in draft.documents:
            return still_stands(draft.view(found.loaded[row.document]), row, draft.scheme)
        return not settled or item(row) not in settled

    return standings(found.lists, {found.sessions[0]: verdicts}, stands)


def searched(desk: Desk, others: Sequence[Session], line: DeltaGenerator, *, by_model: bool = True) -> Found:
    """What was found, which `line` tells of; the page ends here while there is nothing.

    `by_model`: a model can be asked as well.
    """
    state = desk.ui.of(Checking)
    if state.owner != desk.ui.sign_in.owner:
        desk.ui.others[Checking] = state = Checking(owner=desk.ui.sign_in.owner)
    sessions = (desk.session, *others)
    wanted = tuple(session.id for session in sessions)
    if state.search is not None and state.search.sessions != wanted:
        state.search.stop()
        state.search = None
    _collect(desk.ui, state)
    count = sum(session.document_count for session in sessions)
    is_new = state.found is None or state.found.sessions != wanted
    if state.search is None and not is_new and count <= AT_ONCE and state.writes != desk.ui.answers.writes:
        _begin(desk, sessions)
        _collect(desk.ui, state)
    if state.search is None and is_new:
        if not desk.session.document_count:
            words = "This session has no documents yet. Add some on the page *Sessions*."
            st.info(words, icon=":material/info:")
            end_page()
        if count <= AT_ONCE:
            _begin(desk, sessions)
            _collect(desk.ui, state)
        else:
            words = f"Search all {count:,} documents"
            st.info("For this, all documents are read and compared, beside the page.", icon=":material/info:")
            st.button(words, key="check-search", type="primary", on_click=_begin, args=(desk, sessions))
            end_page()
    if state.search is not None:
        _progress(desk.ui)
    if state.found is None or state.found.sessions != wanted:
        end_page()
    with line:
        _when(desk, state, state.found, sessions)
        if by_model and can_train() and state.found.tags:
            _model_button(desk, state, sessions)
    return state.found


def _begin(desk: Desk, sessions: Sequence[Session], *, with_model: bool = False) -> None:
    state = desk.ui.of(Checking)
    if state.search is not None:
        return
    asked = [SessionToSearch(desk.session, desk.now().draft)]
    asked += [SessionToSearch(one, desk_at(desk.ui, one).draft) for one in sessions[1:]]
    state.writes = desk.ui.answers.writes
    state.search = SuspectSearch(desk.api, asked, with_model=with_model)
    state.search.wait(SOON)


def _collect(ui: UiState, state: Checking) -> None:
    """Take in what a search found that is over."""
    if state.search is None or not state.search.wait(0):
        return
    over, state.search = state.search, None
    with loading("read the documents"):
        found = over.result()
    if found is not None:
        state.found = with_doubts(found, state.found)
        # What was put off, ticked or open before is so where it is still listed.
        state.settled.clear()


@st.fragment(run_every=LOOK_AGAIN)
def _progress(ui: UiState) -> None:
    """How far it is; the page is whole meanwhile where there was something before."""
    search = ui.of(Checking).search
    if search is None or search.wait(0):
        st.rerun()
    words, done, of = search.progress
    with st.container(horizontal=True, vertical_alignment="center", key="check-progress"):
        st.progress(done / max(of, 1), text=f"{words} …")
        st.button("Stop", key="check-stop", icon=":material/stop_circle:", on_click=search.stop)


def _when(desk: Desk, state: Checking, found: Found, sessions: Sequence[Session]) -> None:
    west = st.context.timezone_offset
    at = found.at.astimezone(None if west is None else timezone(-timedelta(minutes=west)))
    words = (
        f"{count_of(found.documents, 'document')} with {count_of(found.tags, 'tag')}, read at {at:%H:%M:%S}."
    )
    if state.writes != desk.ui.answers.writes:
        words += " Something was saved or read anew since."
    st.caption(words, width="content")
    st.button(
        "Search again",
        key="check-again",
        icon=":material/refresh:",
        type="tertiary",
        disabled=state.search is not None,
        on_click=_begin,
        args=(desk, sessions),
    )


def _model_button(desk: Desk, state: Checking, sessions: Sequence[Session]) -> None:
    st.button(
        "Ask a model, too",
        key="check-model",
        icon=":material/neurology:",
        type="tertiary",
        disabled=state.search is not None,
        help="A model learns from these tags and lists those that it would have named otherwise. "
        "That takes about a minute for 5,000 documents, beside the page.",
        on_click=partial(_begin, desk, sessions, with_model=True),
    )
