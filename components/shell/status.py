"""A session's status and progress, as the server says them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pandas as pd
import streamlit as st

from components.shell.markdown import plain
from components.shell.state import UiState
from labeling.model import Session, Status
from labeling.phrases import count_of

LOOK_AGAIN = 2.0
"""Seconds after which the screen asks again about a session that the server is at work on."""
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


def mode_word(mode: str | None) -> str:
    """`Annotation` for what the API calls ANNOTATION."""
    return (mode or "").capitalize()


def status_badge(session: Session) -> None:
    look = look_of(session.status)
    st.badge(plain(look.word), icon=look.icon, color=look.colour)


def percent(progress: float) -> str:
    """`87.7 %`"""
    return f"{progress:.1f} %"


DOING = {
    "CREATED": "Waiting for its turn",
    "SAMPLING": "The model reads documents that nobody has done, and chooses those that it is least sure of",
    "PREDICTING": "The model proposes tags for {}",
    "DELETING": "It is being deleted",
}
"""What the server does in a session that is busy."""


def progress_bar(session: Session, made: float | None = None) -> None:
    """The share of documents annotated, as the server counts it (percent); while the server is at work on the
    session what it does, and how much of that is done (`made`, from 0 to 1, where it says so)."""
    if session.is_busy:
        doing = DOING.get(session.status or "", "The server is at work on it")
        words = doing.format(count_of(session.document_count, "document"))
        st.progress(made or 0.0, text=words if made is None else f"{words} · {100 * made:.0f} %")
        return
    of_all = f"{percent(session.progress)} of {count_of(session.document_count, 'document')}"
    st.progress(_share(session), text=of_all if session.document_count else "No documents yet")


def session_standing(session: Session, predicted_score: int | None = None, made: float | None = None) -> None:
    """Status and progress of a session as the server says them, on one line, with emphasis on what gives way
    first; `predicted_score`: of the model whose proposals are corrected there; `made`: how much is done of
    what the server is at work on."""
    look = look_of(session.status)
    words = f"{look.icon} {plain(look.word)}"
    if session.is_busy:
        words += "" if made is None else f" · {100 * made:.0f} %"
    elif session.document_count:
        done, of_all = percent(session.progress), f"{session.document_count:,}"
        words = f"{look.icon} *{plain(look.word)} ·* {done} *of {of_all}*"
    if predicted_score is not None:
        words += f" **· score {predicted_score}**"
    with st.container(key="session-standing", width="content"):
        st.progress((made or 0.0) if session.is_busy else _share(session), text=words)


def session_facts(session: Session, predicted_score: int | None = None, made: float | None = None) -> None:
    """Status, progress and what else the server says of a session; `predicted_score` and `made` as above."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(session.name) or f"Session {session.id}", anchor=False)
        status_badge(session)
    progress_bar(session, made)
    why_failed(session)
    if session.description and session.status != Status.FAILED:
        st.caption(plain(session.description))
    if predicted_score is not None:
        st.caption(
            f"Predicted score: **{predicted_score}** of 100. So much the model would be worth, trained again "
            "with what is confirmed here; it is estimated anew after every 10 documents."
        )
    facts = {
        "Type": session.type,
        "Mode": mode_word(session.mode) or None,
        "Created": _day(session.created),
        "Finished": _day(session.finished),
        "Id": session.id,
    }
    st.caption(
        " · ".join(f"{name}: {plain(str(value))}" for name, value in facts.items() if value is not None)
    )


def why_failed(session: Session) -> None:
    """Say why it failed, if it did."""
    if session.status == Status.FAILED:
        reason = plain(session.description or "the server gives no reason")
        st.error(f"This session failed: {reason}", icon=":material/error:")


def _day(moment: object) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d}"


def _share(session: Session) -> float:
    """Of its documents those annotated, from 0 to 1, whatever a server says."""
    return min(max(session.progress / 100, 0.0), 1.0)


@dataclass
class Followed:
    """When the screen was last drawn because the server is at work (of `time.monotonic`)."""

    since: float = 0.0


def follow(ui: UiState, sessions: Iterable[Session]) -> None:
    """While the server is at work on one of the sessions, draw the screen anew by itself."""
    look_again_while(ui, is_at_work=any(session.is_busy for session in sessions))


def look_again_while(ui: UiState, *, is_at_work: bool) -> None:
    """While the server is at work on something that is shown, draw the screen anew by itself."""
    if is_at_work:
        ui.of(Followed).since = time.monotonic()
        _look_again(ui)


@st.fragment(run_every=LOOK_AGAIN)
def _look_again(ui: UiState) -> None:
    # It also runs with the screen itself, when there is nothing new to ask.
    if time.monotonic() - ui.of(Followed).since > LOOK_AGAIN / 2:
        st.rerun()


def sessions_frame(sessions: Sequence[Session]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [session.name or f"Session {session.id}" for session in sessions],
            "status": [look_of(session.status).word for session in sessions],
            "progress": [session.progress for session in sessions],
            "documents": [session.document_count for session in sessions],
            "mode": [mode_word(session.mode) for session in sessions],
            "type": [session.type for session in sessions],
            "created": [session.created for session in sessions],
        }
    )


SESSION_COLUMNS = {
    "name": st.column_config.TextColumn("Session", width="large"),
    "status": st.column_config.TextColumn("Status"),
    "progress": st.column_config.ProgressColumn("Progress", min_value=0, max_value=100, format="%.1f %%"),
    "documents": st.column_config.NumberColumn("Documents", format="localized"),
    "mode": st.column_config.TextColumn("Mode"),
    "type": st.column_config.TextColumn("Type"),
    "created": st.column_config.DatetimeColumn("Created", format="YYYY-MM-DD"),
}
"""How a table shows the columns of `sessions_frame`."""


Hold = Callable[[str, Sequence[str]], tuple[str, Callable[[], None]]]
"""Gives a choice of names what is chosen already, by its name and options: its key and its `on_change`."""


def with_status_and_mode(
    sessions: Sequence[Session], page: str, mode_width: int, hold: Hold
) -> list[Session]:
    """Two fields to choose statuses and modes by; gives the sessions with those, all until one is chosen."""

    def choice(title: str, names: Sequence[str], name: str, width: int) -> list[str]:
        key, chose = hold(name, names)
        return st.multiselect(title, names, key=key, placeholder="any", width=width, on_change=chose)

    statuses = sorted({look_of(session.status).word for session in sessions})
    modes = sorted({mode_word(session.mode) for session in sessions if session.mode})
    status = choice("Status", statuses, f"{page}-status", 320)
    mode = choice("Mode", modes, f"{page}-mode", mode_width)
    return [
        session
        for session in sessions
        if (not status or look_of(session.status).word in status)
        and (not mode or mode_word(session.mode) in mode)
    ]
