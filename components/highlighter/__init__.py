"""The document's text with its segments drawn on it; picking a segment by mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components.state import widget_value

HERE = Path(__file__).parent
JS = (HERE / "highlighter.js").read_text(encoding="utf-8")
CSS = (HERE / "highlighter.css").read_text(encoding="utf-8")
HTML = """
<div class="highlighter">
  <div class="chips">
    <ul class="classes" aria-label="Classes"></ul>
    <ul class="labels" aria-label="Labels"></ul>
  </div>
  <div class="text" tabindex="0" role="textbox" aria-readonly="true" aria-multiline="true"
    aria-label="Document text" aria-describedby="how"></div>
  <div class="status" role="status" aria-live="polite"></div>
  <div class="hidden" id="how">Tab and Shift+Tab walk the segments. Escape drops the pick, then leaves the text.</div>
</div>
"""

_component = st.components.v2.component("highlighter", html=HTML, css=CSS, js=JS, isolate_styles=True)


@dataclass(frozen=True)
class Drawn:
    """A segment as it is drawn: offsets in code points, tags as (class, label), and what is wrong with it."""

    key: str
    start: int
    end: int
    tags: tuple[tuple[str | None, str | None], ...] = ()
    problem: str = ""


def highlighter(
    *,
    key: str,
    document: str,
    text: str,
    segments: Sequence[Drawn],
    classes: Sequence[str],
    labels: Sequence[str],
    picked: str | None = None,
    read_only: bool = False,
    on_pick: Callable[[str | None], None] | None = None,
) -> None:
    """Draw `text`; keep `key` when the document changes, so that one instance serves the page.

    `on_pick` gets the key of the segment that the person picked, or None, before the body runs again; the
    body then says by `picked` what stays picked. Without `on_pick` the text keeps the pick to itself.
    """

    def report() -> None:
        pick = pick_in(widget_value(key), document)
        if on_pick is not None and pick is not None:
            on_pick(pick["segment"])

    heard = pick_in(widget_value(key), document)
    if on_pick is None and picked is None and heard is not None:
        picked = heard["segment"]
    _component(
        key=key,
        data={
            "document": document,
            "text": text,
            "segments": [asdict(segment) for segment in segments],
            "classes": list(classes),
            "labels": list(labels),
            "picked": picked,
            "readOnly": read_only,
            "heard": heard,
        },
        on_picked_change=report,
    )


def pick_in(state: Any, document: str) -> dict[str, Any] | None:
    """The pick that the browser reported for this document: `{client, count, document, segment}`.

    What comes from a browser may be anything, and may be about the document that was shown before.
    """
    pick = state.get("picked") if hasattr(state, "get") else None
    if not isinstance(pick, dict) or pick.get("document") != document:
        return None
    segment = pick.get("segment")
    if not (segment is None or isinstance(segment, str)):
        return None
    return {name: pick.get(name) for name in ("client", "count", "document", "segment")}
