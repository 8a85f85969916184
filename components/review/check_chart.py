"""The picture of a sequential check: how many were wrong so far, between the two lines at which it stops."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import altair as alt
import pandas as pd
import streamlit as st

from labeling.agreement.sampling import StopLines
from labeling.phrases import count_of

_INK = "currentColor"
_SEEN, _YES, _NO = "#1f9189", "#3b8a3e", "#b4572a"
_LEAST_SHOWN = 40
"""Documents for which there is room from the beginning."""


def stop_chart(lines: StopLines, wrong: Sequence[bool], *, key: str) -> None:
    """`wrong`: of each document looked at, in order."""
    counts = [0, *accumulate(map(int, wrong))]
    last = min(lines.last, max(_LEAST_SHOWN, lines.earliest_yes + 10, round(1.3 * len(wrong))))
    ends = pd.DataFrame(
        [
            {"documents": number, "wrong": value, "line": name}
            for number in (0, last)
            for name, value in (("good enough", lines.yes(number)), ("not good enough", lines.no(number)))
        ]
    )
    top = max(lines.no(last), counts[-1]) + 1
    x = alt.X(
        "documents:Q",
        title="Documents looked at",
        scale=alt.Scale(domain=[0, last], nice=False),
        axis=alt.Axis(format="d", labelColor=_INK, titleColor=_INK, grid=False),
    )
    y = alt.Y(
        "wrong:Q",
        title="Wrong",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, labelColor=_INK, titleColor=_INK, grid=False),
    )
    bounds = (
        alt.Chart(ends)
        .mark_line(clip=True, strokeDash=[6, 4], strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "line:N",
                scale=alt.Scale(domain=["good enough", "not good enough"], range=[_YES, _NO]),
                legend=alt.Legend(orient="top", title=None, labelColor=_INK, symbolType="stroke"),
            ),
        )
    )
    path = pd.DataFrame({"documents": range(len(counts)), "wrong": counts})
    seen = alt.Chart(path).mark_line(color=_SEEN, strokeWidth=3, interpolate="step-after").encode(x=x, y=y)
    at = alt.Chart(path.tail(1)).mark_point(color=_SEEN, filled=True, size=90).encode(x=x, y=y)
    chart = alt.LayerChart(layer=[bounds, seen, at]).properties(height=260, width="container")
    st.altair_chart(chart, key=key, width="stretch", alt=in_words(lines, wrong))


def in_words(lines: StopLines, wrong: Sequence[bool]) -> str:
    """What the chart says, for those who cannot see it."""
    number, count = len(wrong), sum(wrong)
    after = f"{count:,} of {count_of(number, 'document')} wrong so far."
    low, high = lines.yes(number + 1), lines.no(number + 1)
    no = f"not good enough at {max(0, -int(-high // 1)):,} wrong"
    yes = f"good enough at {int(low):,} wrong or fewer" if low >= 0 else "too early to be good enough"
    return f"{after} After the next document: {yes}, {no}."
