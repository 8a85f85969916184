"""A session's status and progress, as the server says them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from components.shell.markdown import plain
from components.shell.state import UiState
from labeling.documents.reader import Loaded, Reader
from labeling.model import Session

LOOK_AGAIN = 6.0
"""Seconds after which the screen asks again about a session that the server is at work on."""

STEP = 100
"""Documents between two moves of a progress bar."""

Colour = Literal["red", "orange", "blue", "green", "violet", "gray"]


class Look(NamedTuple):
    """How a status is shown: the word and the icon say it, the colour repeats it."""

    word: str
    icon: str
    colour: Colour


LOOKS = {
    "CREATED": Look("Created", ":material/fiber_new:", "gray"),
    "STARTED": Look("Started", ":material/play_arrow:", "blue"),
    "ANNOTATING": Look("Annotating", ":material/edit:", "blue"),
    "FINISHED": Look("Finished", ":material/check_circle:", "green"),
    "FAILED": Look("Failed", ":material/error:", "red"),
    "SAMPLING": Look("Sampling", ":material/hourglass_top:", "violet"),
    "PREDICTING": Look("Predicting", ":material/hourglass_top:", "violet"),
    "DELETING": Look("Deleting", ":material/delete:", "orange"),
}


def look_of(status: str | None) -> Look:
    """The look of a status; an unknown one is shown as the server wrote it."""
    return LOOKS.get(status or "", Look(status or "Unknown", ":material/help:", "gray"))


def status_badge(session: Session) -> None:
    look = look_of(session.status)
    st.badge(plain(look.word), icon=look.icon, color=look.colour)


def percent(progress: float) -> str:
    """`87.7 %`"""
    return f"{progress:.1f} %"


def progress_bar(session: Session) -> None:
    """The share of documents annotated, as the server counts it (percent)."""
    share = min(max(session.progress / 100, 0.0), 1.0)
    st.progress(share, text=f"{percent(session.progress)} of {session.document_count:,} documents")


def follow(ui: UiState, sessions: Iterable[Session]) -> None:
    """While the server is at work on one of the sessions, draw the screen anew by itself."""
    if any(session.is_busy for session in sessions):
        ui.kept["followed"] = time.monotonic()
        _look_again(ui)


@st.fragment(run_every=LOOK_AGAIN)
def _look_again(ui: UiState) -> None:
    # It also runs with the screen itself, when there is nothing new to ask.
    if time.monotonic() - ui.kept["followed"] > LOOK_AGAIN / 2:
        st.rerun()


def give_way() -> None:
    """Break long work off for what the person did meanwhile.

    Streamlit does that by itself, at every element, for all but what was done in a part that is drawn alone.
    """
    context = get_script_run_ctx()
    requests = None if context is None else context.script_requests
    if requests is not None and requests._state is ScriptRequestType.RERUN:
        st.rerun()


def each_document(reader: Reader, word: str) -> Iterator[Loaded]:
    """Every document of the session in turn, none remembered, behind a bar that counts those `word`: checked, searched.

    The bar is gone afterwards, also when reading fails. Whatever the person does breaks it off.
    """
    bar = st.progress(0.0, text=f"0 {word}")
    try:
        for count, loaded in enumerate(reader.each(), start=1):
            yield loaded
            if count % STEP == 0:
                give_way()
                share = count / max(reader.session.document_count, count)
                bar.progress(share, text=f"{count:,} {word}")
    finally:
        bar.empty()


def read_everything(reader: Reader) -> Sequence[Loaded]:
    """Every document of the session, in order, behind a progress bar that is gone afterwards, also when it fails."""
    bar = st.progress(0.0, text="Reading the documents")

    def show(done: int, total: int) -> None:
        give_way()
        bar.progress(min(done / max(total, 1), 1.0), text=f"{done:,} of {total:,} documents read")

    try:
        return reader.all(show)
    finally:
        bar.empty()
