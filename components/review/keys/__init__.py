"""Keys that press buttons of a part of the page, while nothing else has the focus that could want them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.shell.assets import loader

_component = st.components.v2.component("review_keys", js=loader("review/keys"))


def review_keys(part: str, keys: Mapping[str, str], *, turn: str) -> None:
    """Press the button of a key (by its name in `ShownTurn.key`) when that key is pressed anywhere but in a
    field, a table or on another control of the page: the one that is drawn then, of whichever turn.

    `part`: the key of the container of the buttons, which keeps the focus when `turn` is another one than
    before and the focus was in it: so a key that answers for a button goes on with the next turn.
    """
    _component(key=f"{part}-keys", data={"part": part, "keys": dict(keys), "turn": turn})
