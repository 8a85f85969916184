"""What was called right on a list, and the way back for each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.review.reviewer import reviewer
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.naming import name_of
from components.shell.telling import reporting
from labeling.phrases import count_of
from labeling.reviewing.work_lists import WORDS, ListStanding
from labeling.store.review_values import StoredVerdict

SHOWN = 30
"""The newest of them; more are counted."""


def called_right(desk: Desk, chosen: ListStanding, verdicts: Sequence[StoredVerdict]) -> None:
    """Behind a button that counts them; nothing where there are none."""
    right = [one for one in verdicts if one.list == chosen.name and one.outcome == "right"]
    if not right:
        return
    box = st.popover(
        f"{len(right):,} called right",
        key="check-called-right",
        icon=":material/verified:",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        for one in reversed(right[-SHOWN:]):
            name = name_of(desk.ui, one.by)
            who = f" · {name}" if name else ""
            when = "" if one.at is None else f" · {one.at:%d %b %Y}"
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(f"{one.body.get(WORDS, '')}{who}{when}"), width="content")
                st.button(
                    "List it again",
                    key=f"check-again-{one.item}",
                    type="tertiary",
                    disabled=desk.read_only,
                    on_click=_take_back,
                    args=(desk, one),
                )
        if len(right) > SHOWN:
            st.caption(f"and {count_of(len(right) - SHOWN, 'older one')}")


def _take_back(desk: Desk, verdict: StoredVerdict) -> None:
    with reporting(desk.ui, "take back what was said"):
        at = reviewer(desk)
        at.store.take_back_verdict(at.key, verdict.list, verdict.item)
