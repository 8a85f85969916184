"""A text with its tags marked. Who made one is told where the pointer or the cursor is on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from components.shell.assets import loader

_component = st.components.v2.component("blamed_text", js=loader("review/blamed_text"), isolate_styles=True)


@dataclass(frozen=True)
class BlamedTag:
    """A tag from `start` to `end` (code points), in words, with the number of its colour."""

    start: int
    end: int
    words: str
    hue: int


def blamed_text(
    *, key: str, text: str, tags: Sequence[BlamedTag], by: Sequence[str] | None, on_wanted: Callable[[], None]
) -> None:
    """Draw it. `by`: who had a hand in each of the tags; None: not read yet. Then `on_wanted` is called when
    somebody first points at one."""
    _component(
        key=key,
        data={
            "text": text,
            "tags": [asdict(tag) for tag in tags],
            "by": None if by is None else list(by),
        },
        on_wanted_change=on_wanted,
    )
