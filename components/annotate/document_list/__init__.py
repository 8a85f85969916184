"""The documents of a page of the session as a list: one click, or the arrows and Enter, opens one.

Not a table of Streamlit's: that one waits 100 ms after a click before it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from components.shell.assets import loader
from components.shell.state import widget_value

FOLDER = "annotate/document_list"

_component = st.components.v2.component(
    "document_list",
    js=loader(f"{FOLDER}/js", css=f"{FOLDER}/document_list.css", html=f"{FOLDER}/document_list.html"),
    isolate_styles=True,
)


@dataclass(frozen=True)
class Item:
    """A document of the list; `position` is its place in the session (0-based)."""

    position: int
    words: str
    tags: int = 0
    done: bool = False
    changed: bool = False


def document_list(
    *, key: str, items: Sequence[Item], current: int | None, on_open: Callable[[int], None]
) -> None:
    """Draw the list with the document at the place `current` as the open one."""

    def opened() -> None:
        place = place_in(widget_value(key))
        if place is not None:
            on_open(place)

    _component(
        key=key,
        data={"items": [asdict(item) for item in items], "current": current},
        on_opened_change=opened,
    )


def place_in(state: Any) -> int | None:
    """The place that the browser asked for; what comes from there may be anything."""
    opened = state.get("opened") if hasattr(state, "get") else None
    place = opened.get("position") if isinstance(opened, dict) else None
    return place if isinstance(place, int) and not isinstance(place, bool) and place >= 0 else None
