"""A place that is decided by hand: the text of the final version, tagged as on Annotate, until Escape."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.annotate.highlighter import Around
from components.annotate.keys import keys_of
from components.annotate.show_only import ShownTags
from components.annotate.text import document_text
from components.review.decide_acts import Deciding, on_document
from components.review.decide_reading import DecideReading
from components.saving.panel import press
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.page import slot
from labeling.editing.text import Act
from labeling.phrases import quote
from labeling.reviewing.decisions import as_edited


def by_hand(desk: Desk, state: Deciding, reading: DecideReading) -> None:
    """Draw it. What stands where the place is when the person is finished is what is decided there."""
    found = state.place(state.editing)
    loaded = None if found is None else desk.reader.now(desk.draft, found[0].key, found[0].position)
    if found is None or loaded is None:
        state.editing = None
        st.rerun()
    row, place = found
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Tag {plain(quote(row.text, *place.span))} as it is to be.", width="content")
        st.button(
            "Finished",
            key="decide-finished",
            type="primary",
            shortcut="Escape",
            on_click=_finish,
            args=(desk, state),
        )
        st.button("Leave it open", key="decide-left", on_click=partial(_leave, state))
    note = slot()
    document_text(
        desk, desk.draft.view(loaded), Around(), keys_of(desk), ShownTags(), note, on_ask=_ask(desk)
    )


def _ask(desk: Desk):  # type: ignore[no-untyped-def]
    def answer(act: Act) -> None:
        if act.what == "save":
            press(desk)

    return answer


def _leave(state: Deciding) -> None:
    state.editing = None


def _finish(desk: Desk, state: Deciding) -> None:
    found, state.editing = state.place(state.editing), None
    if found is None or state.reading is None:
        return
    row, place = found
    others = state.reading.others(row.key, place)
    why = on_document(desk.now(), state, row.key, lambda document, draft: as_edited(document, place, others))
    if why:
        desk.tell("page", "warning", why)
