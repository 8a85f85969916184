"""Work that takes as long as a session is large: asked for by a button, shown as it goes on, broken off for the person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from components.shell.compat import is_waited_for
from components.shell.state import UiState
from labeling.documents.reader import Reader
from labeling.draft.document import Loaded

STEP = 100
"""Documents between two moves of a progress bar."""


def pressed(ui: UiState, words: str, *, key: str, icon: str | None = None) -> bool:
    """A button for work that is done where it stands, while the page is drawn: whether to do it now.

    A press that is a button's value is over when the part was run for it; the page that is drawn then would not know.
    """
    name, session = f"pressed-{key}", (ui.project_id, ui.session_id)
    st.button(words, key=key, icon=icon, on_click=lambda: ui.kept.update({name: session}))
    return bool(ui.kept.pop(name, None) == session)


def give_way() -> None:
    """Break long work off for what the person did meanwhile.

    Streamlit does that by itself, at every element, for all but what was done in a part that is drawn alone.
    """
    if is_waited_for():
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
