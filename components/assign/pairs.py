"""Every two people of a plan: what they share, what both have done, and what that shows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from labeling.agreement.deal import LEAST_SHARED, half_width
from labeling.reviewing.plan_progress import PartProgress, pairs_of

ROW = 35
TAKEN_IN = (
    " What sessions share that were taken in was not dealt: whether it stands for the rest is not known."
)


def pairs(progress: Sequence[PartProgress]) -> None:
    """A line for each pair, those with most in common first."""
    found = sorted(pairs_of(progress), key=lambda pair: -pair.shared)
    if not found:
        st.info("One person alone: nobody is to be compared.", icon=":material/info:")
        return
    rows = [
        {
            "left": pair.left.who.name,
            "right": pair.right.who.name,
            "shared": pair.shared,
            "done": pair.done,
            "now": _width(pair.done),
            "then": _width(pair.shared),
        }
        for pair in found
    ]
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    st.dataframe(
        pd.DataFrame(rows),
        key="assign-pairs-now",
        hide_index=True,
        height=min(38 + ROW * len(rows), 38 + ROW * 14),
        row_height=ROW,
        column_config={
            "left": text("Person"),
            "right": text("and"),
            "shared": number("Shared", format="localized"),
            "done": number("Done by both", format="localized"),
            "now": text("F1 known to, now", alignment="right"),
            "then": text("when all is done", alignment="right"),
        },
        alt="How many documents every two people share, and how many both have done.",
    )
    st.caption(
        f"Under {LEAST_SHARED} shared documents nothing can be said of two people. "
        "The widths hold for an F1 of about 0.8."
        + (TAKEN_IN if any(one.part.is_taken_in for one in progress) else "")
    )


def _width(shared: int) -> str:
    return f"±{half_width(shared):.2f}" if shared >= LEAST_SHARED else "too few"
