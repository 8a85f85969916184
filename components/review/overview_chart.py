"""The picture of how many documents are done day by day."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from labeling.reviewing.pace import DoneDay

TINT, INK = "#1f9189", "currentColor"


def days_chart(days: Sequence[DoneDay], *, key: str) -> None:
    """Documents done on each day, as bars."""
    frame = pd.DataFrame([{"day": one.day.isoformat(), "done": one.done} for one in days])
    chart = (
        alt.Chart(frame)
        .mark_bar(color=TINT, cornerRadiusEnd=3, width={"band": min(0.8, len(days) / 14)})
        .encode(
            x=alt.X(
                "yearmonthdate(day):O",
                title=None,
                axis=alt.Axis(format="%d %b", labelAngle=0, labelColor=INK, labelOverlap=True),
            ),
            y=alt.Y(
                "done:Q",
                title="Documents done",
                axis=alt.Axis(format=",d", tickMinStep=1, tickCount=4, labelColor=INK, titleColor=INK),
            ),
            tooltip=[alt.Tooltip("day:T", format="%d %b %Y"), alt.Tooltip("done:Q", format=",")],
        )
        .properties(height=160, width="container")
    )
    last = days[-1]
    words = f"Documents done by day, from {days[0].day:%d %b %Y} to {last.day:%d %b %Y}"
    st.altair_chart(chart, key=key, width="stretch", alt=f"{words}: {sum(one.done for one in days):,}.")
