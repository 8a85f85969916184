"""The bar above the text: which document this is, and the way to the next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.annotate.highlighter import Around
from components.annotate.navigation import follow, neighbour, next_to_do
from components.annotate.suggestions import remember_left
from components.shell.desk import Desk
from components.shell.telling import reporting
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.editing.table import set_done

Edit = Callable[[DraftDocument, Draft], Change | Refused]


def editing(desk: Desk, loaded: Loaded) -> Callable[[Edit], bool]:
    """What the screens call to edit the open document: whether the draft took it; a refusal is kept to be
    shown."""

    def edit(make: Edit) -> bool:
        why = desk.edit_document(loaded, make)
        if why:
            desk.tell("table", "warning", f"Not stored: {why}.")
        return not why

    return edit


def subject_of(desk: Desk, loaded: Loaded | None) -> str:
    """`12/30 Guest letters`: what is worked on, for the window's title."""
    session = desk.session
    name = desk.draft.name or f"Session {session.id}"
    return name if loaded is None else f"{loaded.position + 1}/{session.document_count} {name}"


def document_bar(desk: Desk, loaded: Loaded, document: DraftDocument, around: Around) -> None:
    """Which document this is; previous, next, done and next, beside each other in the bar around it."""

    def step(way: int) -> None:
        with reporting(desk.ui, "open another document"):
            found = neighbour(desk.now(), way, document.position)
            follow(desk, found)

    def find_to_do() -> None:
        with reporting(desk.ui, "open another document"):
            follow(desk, next_to_do(desk.now(), document.position))

    def done_and_next() -> None:
        if editing(desk, loaded)(lambda now, _: set_done(now, True)):
            remember_left(desk, document)
            find_to_do()

    st.subheader(f"Document {document.position + 1} of {desk.session.document_count:,}", anchor=False)
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
        icon=":material/skip_next:",
        type="tertiary",
        disabled=desk.session.document_count < 2,
        help="The next document that is not done (>)",
        on_click=find_to_do,
    )
    is_alone = not (around.has_next or around.has_previous)
    st.button(
        "Mark as done" if is_alone else "Done and next",
        key="done-and-next",
        type="primary",
        icon=":material/check:",
        disabled=desk.read_only,
        help="Ctrl+Enter" if is_alone else "Done, and on to the next document that is not (Ctrl+Enter)",
        on_click=done_and_next,
    )
