"""What several people have of a text, and the final version above it: decided there by keys or mouse.

What the person does is shown at once and comes here as acts, numbered and repeated until they are kept, as
those on the highlighter are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import streamlit as st

from components.shell.assets import loader
from components.shell.state import widget_value

_component = st.components.v2.component("decide_text", js=loader("review/decide_text"), isolate_styles=True)

Reach = tuple[int, int]
"""(start, end) in code points."""


@dataclass(frozen=True)
class DrawnPlace:
    """A place to decide. For each lane: the words of that person's tag (`votes`; *nothing* where there is
    none), where it stands, the words under it, and the number of its colour. `options`: what is proposed,
    more than one where a part is tied; `proposed` says it. `listed`: it is one of those asked for."""

    key: str
    start: int
    end: int
    state: str
    what: str
    quote: str
    votes: tuple[str, ...]
    spans: tuple[Reach | None, ...]
    quotes: tuple[str, ...]
    hues: tuple[int, ...]
    options: tuple[str, ...]
    proposed: str
    decided: str
    listed: bool


@dataclass(frozen=True)
class DrawnFinal:
    """A tag of the final version, with how it came about; `place`: the place that it was decided at."""

    start: int
    end: int
    words: str
    hue: int
    title: str
    place: str = ""


@dataclass(frozen=True)
class DrawnSides:
    """A document with what `people` have of it, by its key and place in the final version."""

    document: str
    position: int
    text: str
    people: int
    places: tuple[DrawnPlace, ...] = ()
    final: tuple[DrawnFinal, ...] = ()


@dataclass(frozen=True)
class DecideState:
    """How far the acts of each window have come, as the highlighter's `Standing`."""

    applied: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    refused: Sequence[tuple[str, int, str]] = ()


def decide_text(
    *,
    key: str,
    scope: str,
    documents: Sequence[DrawnSides],
    standing: Callable[[object], DecideState],
    on_report: Callable[[object], bool],
    read_only: str = "",
) -> None:
    """Draw the first document, if there is one; the others are those that come next. `scope` names whose
    draft of which session it is; `on_report` gets what the browser sent, and says whether it took anything
    in."""

    def report() -> None:
        on_report(report_of(widget_value(key), scope))

    stand = standing(report_of(widget_value(key), scope))
    result = _component(
        key=key,
        data=(
            {
                "scope": scope,
                "documents": tuple(asdict(one) for one in documents),
                "applied": dict(stand.applied),
                "kept": dict(stand.kept),
                "refused": tuple(
                    {"window": window, "number": number, "reason": why}
                    for window, number, why in stand.refused
                ),
                "readOnly": read_only,
            },
        ),
        on_report_change=report,
    )
    # The first run after a restart carries what the browser holds, without a callback for it.
    late = report_of(result, scope)
    if late is not None and standing(late) != stand and on_report(late):
        st.rerun()


def report_of(state: Any, scope: str) -> object:
    """What the browser reported of this scope; None where it reported nothing, or about another."""
    report = state.get("report") if hasattr(state, "get") else None
    return report if isinstance(report, Mapping) and report.get("scope") == scope else None
