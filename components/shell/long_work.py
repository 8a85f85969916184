"""Work that takes as long as a session is large: asked for by a button, shown, broken off for the person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import streamlit as st

from components.shell.compat import is_waited_for
from components.shell.state import UiState
from labeling.documents.reader import Reader
from labeling.draft.document import Loaded

T = TypeVar("T")
R = TypeVar("R")
STEP = 100
"""Documents between two moves of a progress bar."""


@dataclass
class Pressed:
    """Which buttons for long work were pressed, and in which session."""

    in_session: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)


def pressed(
    ui: UiState,
    words: str,
    *,
    key: str,
    icon: str | None = None,
    kind: Literal["primary", "secondary"] = "secondary",
    width: Literal["content", "stretch"] = "content",
) -> bool:
    """A button for what is done where it stands, while the page is drawn: whether to do it now.

    The press is remembered: as a button's value it would be over when the part has run, before the page, and
    lost with a run that is broken off before it comes here.
    """
    asked, session = ui.of(Pressed).in_session, ui.place.session
    st.button(
        words, key=key, icon=icon, type=kind, width=width, on_click=lambda: asked.update({key: session})
    )
    return bool(asked.pop(key, None) == session)


def give_way() -> None:
    """Break long work off for what the person did meanwhile.

    Streamlit does that by itself, at every element, for all but what was done in a part that is drawn alone.
    """
    if is_waited_for():
        st.rerun()


def each_document(reader: Reader, word: str) -> Iterator[Loaded]:
    """Every document in turn, none remembered, behind a bar that counts those `word`: checked, searched."""
    return each_shown(reader.each_said(), reader.session.document_count, word)


def each_shown(items: Iterable[T], total: int, word: str) -> Iterator[T]:
    """Each of about so many items in turn, behind a bar that counts those `word`.

    The bar is gone afterwards, also when getting them fails. Whatever the person does breaks it off.
    """
    bar = st.progress(0.0, text=f"0 {word}")
    try:
        for count, item in enumerate(items, start=1):
            yield item
            if count % STEP == 0:
                give_way()
                bar.progress(count / max(total, count), text=f"{count:,} {word}")
    finally:
        bar.empty()


def read_everything(reader: Reader) -> Sequence[Loaded]:
    """Every document, in order, behind a bar that is gone afterwards, also when reading fails."""
    bar = st.progress(0.0, text="Reading the documents")

    def show(done: int, total: int) -> None:
        give_way()
        bar.progress(min(done / max(total, 1), 1.0), text=f"{done:,} of {total:,} documents read")

    try:
        return reader.all(show)
    finally:
        bar.empty()


def read_each(items: Sequence[T], word: str, read: Callable[[T], R]) -> list[R]:
    """What is read for each of them in turn, behind a bar that counts those `word`: `projects read`.

    The bar is gone afterwards, also when reading fails. Whatever the person does breaks it off.
    """
    bar = st.progress(0.0, text=f"0 of {len(items):,} {word}")
    found = []
    try:
        for count, item in enumerate(items, start=1):
            found.append(read(item))
            give_way()
            bar.progress(count / len(items), text=f"{count:,} of {len(items):,} {word}")
        return found
    finally:
        bar.empty()
