"""The documents of a page of the session as a list: one click, or the arrows and Enter, opens one.

Not a table of Streamlit's: that one waits 100 ms after a click before it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import streamlit as st

from components.shell.assets import loader
from components.shell.parts import held_by, parts_of
from components.shell.state import widget_value

_component = st.components.v2.component(
    "document_list", js=loader("annotate/document_list"), isolate_styles=True
)


class Item(NamedTuple):
    """A document of the list; `position` is its place in the session (0-based)."""

    position: int
    words: str
    tags: int = 0
    done: bool = False
    changed: bool = False


def document_list(
    *,
    key: str,
    items: Sequence[Item],
    current: int | None,
    on_open: Callable[[int], None],
    text: Any,
) -> None:
    """Draw the list with the document at the place `current` as the open one.

    `text`: the state of the component that tells what the browser holds of what it was sent.
    """

    def opened() -> None:
        place = place_in(widget_value(key))
        if place is not None:
            on_open(place)

    _component(
        key=key,
        # In a tuple: of all that stands in a dictionary Streamlit finds out first whether it is a table.
        data=(
            {
                "current": current,
                "tags": [item.tags for item in items],
                # By their number in the list.
                "done": [at for at, item in enumerate(items) if item.done],
                "changed": [at for at, item in enumerate(items) if item.changed],
                "parts": parts_of(
                    [{"documents": [item[:2] for item in items]}], held_by(text, widget_value(key))
                ),
            },
        ),
        on_opened_change=opened,
        on_asks_change=lambda: None,
    )


def place_in(state: Any) -> int | None:
    """The place that the browser asked for; what comes from there may be anything."""
    opened = state.get("opened") if hasattr(state, "get") else None
    place = opened.get("position") if isinstance(opened, dict) else None
    return place if isinstance(place, int) and not isinstance(place, bool) and place >= 0 else None
