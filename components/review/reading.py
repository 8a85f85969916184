"""Read a session whole for its numbers: at once where it is small, else when that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import NamedTuple

import streamlit as st

from components.shell.answers import forget
from components.shell.compat import end_page
from components.shell.long_work import read_everything
from components.shell.state import SessionKey, UiState
from components.shell.telling import loading
from labeling.documents.overview import Overview, overview
from labeling.documents.reader import Reader
from labeling.model import Session

AT_ONCE = 500
"""Sessions with at most so many documents are read without asking."""


class ReadSession(NamedTuple):
    """A session in numbers, as it was when it was read."""

    session: Session
    writes: int
    at: datetime
    seen: Overview


@dataclass
class Review:
    """The session that is to be read whatever its size, and the one that was read last."""

    asked: SessionKey | None = None
    read: ReadSession | None = None


def ask(ui: UiState, session: Session) -> None:
    """Read the session's documents at the next run, whatever was read before."""
    ui.of(Review).asked = session.key
    forget(ui)


def read(ui: UiState, session: Session, zone: timezone | None) -> ReadSession:
    """The session in numbers: kept from before, or read by pages now; a large one only when asked for."""
    state = ui.of(Review)
    known = state.read
    if known is not None and known.session.key == session.key and known.writes == ui.answers.writes:
        return known
    if session.document_count > AT_ONCE and state.asked != session.key:
        count = f"{session.document_count:,}"
        st.info(f"The numbers of this session need all its {count} documents.", icon=":material/info:")
        st.button(
            f"Read all {count} documents", key="review-read", type="primary", on_click=ask, args=(ui, session)
        )
        end_page()
    with loading("read the documents"):
        items = read_everything(Reader(ui.api, session))
    known = state.read = ReadSession(session, ui.answers.writes, datetime.now(zone), overview(items))
    return known
