"""A session's status and progress, as the server says them."""

from __future__ import annotations

from typing import Literal, NamedTuple

import streamlit as st

from labeling.model import Session

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
    st.badge(look.word, icon=look.icon, color=look.colour)


def percent(progress: float) -> str:
    """`87.7 %`"""
    return f"{progress:.1f} %"


def progress_bar(session: Session) -> None:
    """The share of documents annotated, as the server counts it (percent)."""
    share = min(max(session.progress / 100, 0.0), 1.0)
    st.progress(share, text=f"{percent(session.progress)} of {session.document_count:,} documents")
