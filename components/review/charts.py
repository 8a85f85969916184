"""Pictures for the lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from typing import Any, Literal

import altair as alt
import pandas as pd
import streamlit as st

from components.review.dot_names import GAP, Beside, sides
from components.shell.state import widget_value
from labeling.agreement.people import FEWEST_TAGS, SURE, VERY_SURE, Funnel
from labeling.documents.overview import Crossing, Name

CLASSES_SHOWN = 30
LABELS_SHOWN = 12
_ROW, _COLUMN = 30, 110
"""Height and width of a cell in pixels."""
_PALEST, _STRONGEST = 0.06, 0.5
"""Opacities of a cell; above a half, the number in it would be hard to read."""
_GAPS = alt.Scale(paddingInner=0.06, paddingOuter=0)
_NUMBER = alt.Text("tags:Q", title="Tags", format=",")
_TINT = "#1f9189"
_INK = "currentColor"
"""The page's own text colour, so that the numbers are right in light and dark, whatever the theme."""
_PLOT = 800, 260
"""Width and height of a funnel in the smallest window: in wider ones the dots stand further apart."""
_NAMED: Mapping[Beside | None, Mapping[str, Any]] = {
    "right": {"align": "left", "dx": GAP},
    "left": {"align": "right", "dx": -GAP},
    "above": {"baseline": "bottom", "dy": -GAP},
    "below": {"baseline": "top", "dy": GAP},
}
"""How a name is written at a side of its dot."""
NO_CLASS, NO_LABEL = "(no class)", "(no label)"


def shown(name: Name, part: str) -> str:
    """A class or label as the tables and charts write it."""
    return name if name is not None else part


def tags_chart(table: Crossing, *, key: str) -> None:
    """Tags by class and label as numbers on tinted cells, or as bars where the type has only one of them."""
    drawn = table.most_used(CLASSES_SHOWN, LABELS_SHOWN)
    both = drawn.has_classes and drawn.has_labels
    chart = (_cells(drawn) if both else _bars(drawn)).properties(
        title=_title(drawn),
        height=alt.Step(_ROW),
        # Cells have one size, however many there are; bars are as wide as the page.
        width=alt.Step(_COLUMN) if both else "container",
    )
    st.altair_chart(chart, key=key, width="content" if both else "stretch", alt=in_words(table))
    cut = [
        f"{len(few)} of the {len(all_):,} {what}"
        for few, all_, what in (
            (drawn.classes, table.classes, "classes"),
            (drawn.labels, table.labels, "labels"),
        )
        if len(few) < len(all_)
    ]
    if cut:
        st.caption(f"The chart shows {' and '.join(cut)}, those with the most tags; the table shows all.")


def in_words(table: Crossing) -> str:
    """What the chart says, for those who cannot see it."""
    known = (table.has_classes, table.has_labels)
    parts = (
        " × ".join(compress((shown(class_, NO_CLASS), shown(label, NO_LABEL)), known)) + f" {count:,}"
        for (class_, label), count in table.counts.most_common(5)
    )
    return f"{_title(table)}: {table.total:,}. Most: {', '.join(parts)}. All numbers are in the table."


def _title(table: Crossing) -> str:
    if table.has_classes and table.has_labels:
        return "Tags by class and label"
    return "Tags by class" if table.has_classes else "Tags by label"


def _frame(table: Crossing) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "class": shown(class_, NO_CLASS),
                "label": shown(label, NO_LABEL),
                "tags": table.counts[class_, label],
            }
            for class_ in table.classes
            for label in table.labels
        ]
    )


def _cells(table: Crossing) -> alt.LayerChart:
    base = alt.Chart(_frame(table)).encode(
        x=alt.X("label:N", sort=None, scale=_GAPS, title="Label", axis=_axis(_COLUMN - 10, orient="top")),
        y=alt.Y("class:N", sort=None, scale=_GAPS, title="Class", axis=_axis(220)),
        tooltip=_tooltip("class", "label"),
    )
    tint = alt.Opacity(
        "tags:Q", title="Tags", legend=None, scale=alt.Scale(range=[_PALEST, _STRONGEST], domainMin=0)
    )
    cells = base.mark_rect(color=_TINT, cornerRadius=3).encode(opacity=tint)
    numbers = base.mark_text(color=_INK, fontSize=13).encode(text=_NUMBER)
    return alt.LayerChart(layer=[cells, numbers])


def _bars(table: Crossing) -> alt.LayerChart:
    part = "class" if table.has_classes else "label"
    base = alt.Chart(_frame(table)).encode(
        x=alt.X(
            "tags:Q",
            title="Tags",
            axis=alt.Axis(tickMinStep=1, tickCount=6, format=",d", labelColor=_INK, titleColor=_INK),
        ),
        y=alt.Y(f"{part}:N", sort=None, title=part.capitalize(), axis=_axis(220)),
        tooltip=_tooltip(part),
    )
    bars = base.mark_bar(color=_TINT, cornerRadiusEnd=3)
    numbers = base.mark_text(color=_INK, align="left", dx=5, fontSize=13).encode(text=_NUMBER)
    return alt.LayerChart(layer=[bars, numbers])


def _axis(limit: int, orient: Literal["top", "left"] = "left") -> alt.Axis:
    """Names level and unshortened up to `limit` pixels, none left out."""
    return alt.Axis(
        orient=orient,
        labelAngle=0,
        labelLimit=limit,
        labelOverlap=False,
        labelFlush=False,
        labelPadding=8,
        labelFontSize=13,
        labelColor=_INK,
        titleColor=_INK,
    )


def _tooltip(*parts: str) -> list[alt.Tooltip]:
    names = [alt.Tooltip(f"{part}:N", title=part.capitalize()) for part in parts]
    return [*names, alt.Tooltip("tags:Q", title="Tags", format=",")]


def funnel_chart(
    funnel: Funnel, names: Sequence[str], *, key: str, choose: Callable[[int | None], None]
) -> None:
    """People by the number of their tags, within the limits that chance alone has; `choose` gets the person
    whose dot is clicked, or None."""
    shown_people = [one for one in funnel.people if one.f1.value is not None]
    if not shown_people or funnel.pooled is None:
        return
    most = max(one.tags for one in shown_people)
    limits = [
        {"tags": tags, "f1": end, "limit": f"{100 * sure:g} %", "line": f"{sure} {which}"}
        for tags in sorted({*range(FEWEST_TAGS, most + 11, max(1, most // 60)), most})
        for sure in (SURE, VERY_SURE)
        for which, end in enumerate(funnel.limits(tags, sure))
    ]
    points = [
        {"tags": one.tags, "f1": one.f1.value, "name": names[one.person], "person": one.person}
        for one in shown_people
    ]
    beside = sides(
        list(
            zip(
                _pixels(points, limits, "tags", _PLOT[0]),
                _pixels(points, limits, "f1", -_PLOT[1]),
                strict=True,
            )
        ),
        [names[one.person] for one in shown_people],
    )
    x = alt.X("tags:Q", title="Tags of the person", axis=_plain_axis(",d"))
    y = alt.Y("f1:Q", title="F1 of identical tags", axis=_plain_axis(".2f"), scale=alt.Scale(zero=False))
    lines = (
        alt.Chart(pd.DataFrame(limits))
        .mark_line(interpolate="step-after", color=_INK, opacity=0.45)
        .encode(x=x, y=y, detail="line:N", strokeDash=alt.StrokeDash("limit:N", title="Limits"))
    )
    clicked = alt.selection_point(name="dot", fields=["person"], empty=False)
    base = alt.Chart(pd.DataFrame(points)).encode(x=x, y=y, tooltip=[alt.Tooltip("name:N", title="Session")])
    chart = alt.LayerChart(
        layer=[
            lines,
            base.mark_point(filled=True, size=110, color=_TINT, opacity=1, cursor="pointer").add_params(
                clicked
            ),
            *(
                base.transform_filter(alt.FieldOneOfPredicate("person", people))
                .mark_text(color=_INK, fontSize=13, **how)
                .encode(text="name:N")
                for side, how in _NAMED.items()
                if (
                    people := [one.person for one, at in zip(shown_people, beside, strict=True) if at == side]
                )
            ),
        ]
    ).properties(height=320, width="container")
    said = ", ".join(f"{point['name']} {point['f1']:.3f} with {point['tags']:,} tags" for point in points)

    def chose() -> None:
        dots = widget_value(key)["selection"].get("dot", [])
        choose(int(dots[0]["person"]) if dots else None)

    st.altair_chart(
        chart,
        key=key,
        on_select=chose,
        alt=f"F1 by number of tags: {said}. All together {funnel.pooled:.3f}.",
    )


def _pixels(
    points: Sequence[Mapping[str, Any]], limits: Sequence[Mapping[str, Any]], part: str, size: int
) -> list[float]:
    """Where the points stand along an axis of so many pixels; fewer than 0: it leads the other way."""
    all_ = [one[part] for one in (*points, *limits)]
    least, most = min(all_), max(all_)
    return [size * (one[part] - least) / ((most - least) or 1) for one in points]


def _plain_axis(form: str) -> alt.Axis:
    return alt.Axis(format=form, tickCount=6, labelColor=_INK, titleColor=_INK, labelFontSize=13, grid=False)
