"""Widgets that show what is kept elsewhere, and that the person changes there: what a browser tells late of
such a widget is no wish.

A browser tells with each message what all its widgets hold. Where the page has given one something else, and
the browser has not drawn that yet, it tells what the widget held before, as if the person had turned it back.
So with each value that the page gives it is another widget, and of the former nothing is heard twice
(`heard_out`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from components.shell.state import UiState, has_widget, set_widget, widget_value


@dataclass
class Showing:
    """What a widget shows, what it showed before the person last changed it, and how often the page gave it
    something else."""

    value: object
    before: object
    given: int = 0


@dataclass
class AllShowing:
    """They by name."""

    by_name: dict[str, Showing] = field(default_factory=dict)


def showing(
    ui: UiState, name: str, value: Any, take: Callable[[Any], object]
) -> tuple[str, Callable[[], None]]:
    """Give a widget its value before it is drawn: its key, and its `on_change`.

    `take` gets what the person chose or typed. Where that is refused, the widget stays and shows again what
    it showed before.
    """
    known = ui.of(AllShowing).by_name.setdefault(name, Showing(value, value))
    if not _same(value, known.value) and not _same(value, known.before):
        known.given += 1
    known.value = known.before = value
    key = _key(name, known)
    if not has_widget(key) or not _same(widget_value(key), value):
        set_widget(key, value)

    def chose() -> None:
        known.before, known.value = known.value, widget_value(key)
        take(known.value)

    return key, chose


def fresh_key(ui: UiState, name: str) -> str:
    """The key of a box that the page closes, or of a field that it empties, with `renew`.

    What was pressed where the key was another one is the second of two clicks; a button whose press closes
    or empties it is named after the key, so that it can be told.
    """
    return _key(name, ui.of(AllShowing).by_name.setdefault(name, Showing(None, None)))


def renew(ui: UiState, name: str) -> None:
    """Close that box, or empty that field: it is another one from here on. For callbacks."""
    ui.of(AllShowing).by_name.setdefault(name, Showing(None, None)).given += 1


def _key(name: str, known: Showing) -> str:
    return f"{name}-{known.given}" if known.given else name


def _same(one: object, other: object) -> bool:
    """White space around words, and the order in which several were chosen, are the person's."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return one == other
