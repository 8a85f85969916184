"""The document's text with its segments drawn on it, tagged there by mouse, touch or keyboard.

What the person does is painted at once, and comes here as a report of every act not acknowledged yet. Reports
are state of the component, never triggers, so none is lost however quickly they follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import streamlit as st

from components.shell.assets import loader
from components.shell.parts import held_by, parts_of
from components.shell.state import widget_value
from labeling.draft.vocabulary import FIELDS, Scheme
from labeling.editing.text import acts_in
from labeling.model import TagNames

_component = st.components.v2.component(
    "highlighter",
    js=loader("annotate/highlighter"),
    isolate_styles=True,
)


@dataclass(frozen=True)
class Drawn:
    """A segment as it is drawn: offsets in code points, tags as (class, label), and what is wrong with it."""

    key: str
    start: int
    end: int
    tags: tuple[tuple[str | None, str | None], ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class DrawnGhost:
    """A tag that is proposed, as it is drawn, and how sure it is (0 to 1). It is no segment: it is taken or
    rejected by acts that carry it."""

    key: str
    start: int
    end: int
    tag: tuple[str | None, str | None]
    confidence: float | None = None
    segment: int | None = None


@dataclass(frozen=True)
class DrawnDocument:
    """A document as it is drawn; `position` is its place in the session (0-based)."""

    document: str
    text: str
    segments: tuple[Drawn, ...] = ()
    position: int = 0
    done: bool = False
    ghosts: tuple[DrawnGhost, ...] = ()


@dataclass(frozen=True)
class Around:
    """The documents before and after, the nearest first, and whether there are any at all."""

    next: tuple[DrawnDocument, ...] = ()
    previous: tuple[DrawnDocument, ...] = ()
    has_next: bool = False
    has_previous: bool = False


@dataclass(frozen=True)
class Standing:
    """How far the acts of each window have come: `applied` to the draft, and `kept` durably; and those
    refused lately, as (window, number, why)."""

    applied: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    refused: Sequence[tuple[str, int, str]] = ()


@dataclass(frozen=True)
class Keys:
    """The key of each class and of each label; a name without one is found by typing it."""

    classes: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NameLooks:
    """The look of each class and of each label, as a number from 0."""

    classes: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, int] = field(default_factory=dict)

    def of(self, names: TagNames) -> int:
        """That of a tag: of its class, else of its label; -1: none."""
        class_, label = names
        if class_ is not None and class_ in self.classes:
            return self.classes[class_]
        return self.labels.get(label, -1) if label is not None else -1


def highlighter(
    *,
    key: str,
    scope: str,
    document: DrawnDocument,
    scheme: Scheme,
    standing: Callable[[object], Standing],
    on_report: Callable[[object], bool],
    keys: Keys,
    looks: NameLooks,
    around: Around,
    only: tuple[Sequence[str], Sequence[str]] = ((), ()),
    show: tuple[int, str] | None = None,
    linked: bool = False,
    say: tuple[int, str] | None = None,
    sought: str = "",
    read_only: str = "",
    awaited: str = "",
) -> None:
    """Draw a document; keep `key` when it changes, so that one instance serves the page.

    `scope`: whose draft of which session; acts of another wait in the browser. `on_report` gets what the
    browser sent, and says whether it took anything in. `only`: show these classes and labels. `show`, `say`:
    a segment to pick, words below the text, with a number that is new each time. `linked`: the link of
    the page names that segment. `sought`: words to be marked in the text. `read_only`: why it is.
    `awaited`: the name under which the rest of the page waits for the text.
    """

    def report() -> None:
        on_report(report_in(widget_value(key), scope))

    state = widget_value(key)
    stand = standing(report_in(state, scope))
    result = _component(
        key=key,
        # In a tuple: of all that stands in a dictionary Streamlit finds out first whether it is a table.
        data=(
            {
                **_as_data(document),
                "scope": scope,
                "parts": parts_of([_tagging(scheme, keys, looks), _at_hand(around)], held_by(state, state)),
                "applied": dict(stand.applied),
                "kept": dict(stand.kept),
                "refused": tuple(
                    {"window": window, "number": number, "reason": why}
                    for window, number, why in stand.refused
                ),
                "only": {"classes": list(only[0]), "labels": list(only[1])},
                "show": None if show is None else {"count": show[0], "segment": show[1]},
                "linked": linked,
                "said": None if say is None else {"count": say[0], "words": say[1]},
                "sought": sought,
                "readOnly": read_only,
                "awaited": awaited,
            },
        ),
        on_report_change=report,
        on_asks_change=lambda: None,
        on_picked_change=lambda: None,
    )
    # The first run after a restart of the server carries what the browser holds, without a callback for it.
    late = report_in(result, scope)
    if any(act.number > stand.applied.get(act.window, 0) for act in acts_in(late)) and on_report(late):
        st.rerun()


def picked_on(text: Any) -> str:
    """The key of the segment on which the person stays on the text with that state; empty where on none."""
    picked = text.get("picked") if hasattr(text, "get") else None
    return picked if isinstance(picked, str) else ""


def _tagging(scheme: Scheme, keys: Keys, looks: NameLooks) -> dict[str, Any]:
    """What there is to tag with."""
    shape = scheme.shape
    return {
        "classes": list(scheme.offered("classes")),
        "labels": list(scheme.offered("labels")),
        "shape": {
            "classes": shape.classes,
            "labels": shape.labels,
            "oneTag": shape.one_tag,
            "whole": shape.whole_documents,
        },
        "keys": asdict(keys),
        "looks": asdict(looks),
        "adds": {field: scheme.addable(field) for field in FIELDS},
    }


def _at_hand(around: Around) -> dict[str, Any]:
    """The documents that can be shown before anybody asks for them."""
    more = {"next": around.has_next, "previous": around.has_previous}
    return {
        "next": list(map(_as_data, around.next)),
        "previous": list(map(_as_data, around.previous)),
        "more": more,
    }


def _as_data(document: DrawnDocument) -> dict[str, Any]:
    """As `asdict` has it, which copies each name of each tag: with thousands of them that is felt."""
    parts = {
        "segments": tuple(vars(one) for one in document.segments),
        "ghosts": tuple(vars(one) for one in document.ghosts),
    }
    return {**vars(document), **parts}


def report_in(state: Any, scope: str) -> object:
    """What the browser reported of this scope; None where it reported nothing, or about another."""
    report = state.get("report") if hasattr(state, "get") else None
    return report if isinstance(report, Mapping) and report.get("scope") == scope else None
