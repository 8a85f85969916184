"""The way from a row of Review to the text on Annotate, with the span picked there."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.shell.desk import Desk
from components.shell.state import Span


@dataclass
class Opening:
    """Whether the page Annotate is to be gone to: a callback cannot go there itself."""

    wanted: bool = False


def want_text(desk: Desk, position: int, span: Span | None = None) -> None:
    """Open a document by its place (0-based), with what stands at a span picked. For callbacks."""
    desk.ui.place.open_document(position)
    desk.ui.place.list_follows = True
    if span is not None:
        desk.ui.place.seek(span)
    desk.ui.of(Opening).wanted = True


def go_where_wanted(desk: Desk) -> None:
    """Go to Annotate, where a callback asked for it."""
    opening = desk.ui.of(Opening)
    if opening.wanted:
        opening.wanted = False
        st.switch_page("pages/annotate.py")
