"""The bar above the text: which document this is, and the way to the next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.annotate.highlighter import Around
from components.annotate.navigation import (
    follow,
    neighbour,
    next_to_do,
)
from components.shell.state import UiState
from components.shell.telling import reporting
from labeling.documents.reader import Reader
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.editing.table import set_done
from labeling.model import Session

Edit = Callable[[DraftDocument, Draft], Change | Refused]


def editing(ui: UiState, session: Session, loaded: Loaded) -> Callable[[Edit], bool]:
    """What the screens call to edit the open document: whether the draft took it; a refusal is kept to be shown."""

    def edit(make: Edit) -> bool:
        why = ui.edit_document(session, loaded, make)
        if why:
            ui.tell("table", "warning", f"Not stored: {why}.")
        return not why

    return edit


def document_bar(
    ui: UiState,
    reader: Reader,
    session: Session,
    document: DraftDocument,
    around: Around,
    *,
    edit: Callable[[Edit], bool],
    read_only: bool,
) -> None:
    """Which document this is; previous, next, done and next."""

    def step(way: int) -> None:
        with reporting(ui, "open another document"):
            found = neighbour(ui, reader, ui.draft_of(session), way, document.position)
            follow(ui, reader, found)

    def find_to_do() -> None:
        with reporting(ui, "look for the next document"):
            follow(ui, reader, next_to_do(ui, reader, ui.draft_of(session), document.position))

    def done_and_next() -> None:
        if edit(lambda now, _: set_done(now, True)) and around.has_next:
            step(1)

    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="document-bar"):
        st.subheader(f"Document {document.position + 1} of {session.document_count:,}", anchor=False)
        st.button(
            "Previous",
            key="previous",
            icon=":material/chevron_left:",
            disabled=not around.has_previous,
            help="The document before (,)",
            on_click=step,
            args=(-1,),
        )
        st.button(
            "Next",
            key="next",
            icon=":material/chevron_right:",
            disabled=not around.has_next,
            help="The next document (.)",
            on_click=step,
            args=(1,),
        )
        st.button(
            "Next to do",
            key="next-to-do",
            disabled=session.document_count < 2,
            help="The next document that is not done (>)",
            on_click=find_to_do,
        )
        st.button(
            "Done and next" if around.has_next else "Done",
            key="done-and-next",
            type="primary",
            icon=":material/check:",
            disabled=read_only,
            help="Ctrl+Enter",
            on_click=done_and_next,
        )
