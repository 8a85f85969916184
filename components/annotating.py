"""One document on the Annotate page: the bar above it, and the way from an edit to the draft."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.highlighter import Drawn
from components.pickers import go, neighbour
from components.state import UiState, set_widget, widget_value
from labeling.draft import Draft, DraftDocument
from labeling.edits import Change, Refused
from labeling.model import Session, Shape
from labeling.reading import Loaded, Reader
from labeling.rows import problem_of, set_done

Edit = Callable[[DraftDocument], Change | Refused]


def editing(ui: UiState, session: Session, loaded: Loaded) -> Callable[[Edit], bool]:
    """What the screens call to edit the open document: whether the draft took it; a refusal is kept to be shown."""

    def edit(make: Edit) -> bool:
        why = ui.edit_document(session, loaded, lambda document, draft: make(document))
        if why:
            ui.refusals.append(f"Not stored: {why}.")
        return not why

    return edit


def segments_of(document: DraftDocument, draft: Draft, shape: Shape) -> tuple[Drawn, ...]:
    """The segments as the highlighter draws them, with what is wrong with each."""
    return tuple(
        Drawn(
            key=segment.key,
            start=segment.segment.start,
            end=segment.segment.end,
            tags=tuple(tag.names for tag in segment.finished().tags),
            problem=problem_of(document.text, segment, draft.classes, draft.labels, shape),
        )
        for segment in document.segments
        if segment.segment.is_placed
    )


def document_bar(
    ui: UiState,
    reader: Reader,
    session: Session,
    document: DraftDocument,
    *,
    edit: Callable[[Edit], bool],
    read_only: bool,
) -> None:
    """Which document this is; previous, next, done."""
    before, after = neighbour(ui, reader, -1), neighbour(ui, reader, 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"Document {document.position + 1} of {session.document_count:,}", anchor=False)
        st.button(
            "Previous",
            key="previous",
            icon=":material/chevron_left:",
            disabled=before is None,
            on_click=lambda: go(ui, reader, before or 0),
        )
        st.button(
            "Next",
            key="next",
            icon=":material/chevron_right:",
            disabled=after is None,
            on_click=lambda: go(ui, reader, after or 0),
        )
        key = f"done-{document.key}"
        set_widget(key, bool(document.done))
        st.toggle(
            "Done",
            key=key,
            disabled=read_only,
            on_change=_mark,
            args=(edit, key),
        )
        st.button(
            "Done and next" if after is not None else "Done",
            key="done-and-next",
            type="primary",
            icon=":material/check:",
            disabled=read_only,
            on_click=lambda: _done_and_next(ui, reader, edit, after),
        )


def _mark(edit: Callable[[Edit], bool], key: str) -> None:
    edit(lambda now: set_done(now, bool(widget_value(key))))


def _done_and_next(ui: UiState, reader: Reader, edit: Callable[[Edit], bool], after: int | None) -> None:
    edit(lambda now: set_done(now, True))
    if after is not None:
        go(ui, reader, after)
