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
from typing import Any, NamedTuple, ParamSpec
from zlib import crc32

from components.shell.state import UiState, has_widget, set_widget, widget_value

P = ParamSpec("P")


@dataclass
class Showing:
    """What a widget shows, what it showed before the person last changed it, and how often the page gave it
    something else."""

    value: object
    before: object
    given: int = 0


class Once(NamedTuple):
    """A box that the page closes, or a field that it empties, when what is in it was taken.

    It is another one from there on, of another key. A button whose press ends it is named after the key, so
    that the second of two clicks finds it over.
    """

    key: str
    name: str
    known: Showing

    @property
    def is_over(self) -> bool:
        return self.key != _key(self.name, self.known)

    def end(self) -> None:
        """Close the box, or empty the field. For callbacks."""
        self.known.given += 1


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


def once(ui: UiState, name: str) -> Once:
    """The box, or the field, of a name as it stands now."""
    known = ui.of(AllShowing).by_name.setdefault(name, Showing(None, None))
    return Once(_key(name, known), name, known)


@dataclass
class ShownTurn:
    """What a part of the page shows just now, a row or a document, of which its buttons say something.

    Each turn's buttons are others (`key`), and what they are pressed for is done once (`once`): the browser
    presses them again until it has drawn the next turn, and by a key of Streamlit's even a moment longer.
    Of a double click on them `leaving/js/second_click.js` lets nobody hear the second.
    """

    words: str
    is_over: bool = False

    def key(self, button: str) -> str:
        """The key of a button of this turn."""
        return f"{button}-turn-{crc32(self.words.encode('utf-8', 'surrogatepass'))}"

    def once(self, act: Callable[P, object], stay: Callable[[], object] | None = None) -> Callable[P, None]:
        """`act`, for callbacks of the buttons; where the turn is over by then, `stay` puts right what the
        browser told with that press of widgets as they were before."""

        def pressed(*given: P.args, **named: P.kwargs) -> None:
            if not self.is_over:
                self.is_over = True
                act(*given, **named)
            elif stay is not None:
                stay()

        return pressed


@dataclass
class AllShownTurns:
    """The turn that each part of the page was drawn with last."""

    by_part: dict[str, ShownTurn] = field(default_factory=dict)


def turn_of(ui: UiState, part: str, words: str) -> ShownTurn:
    """The turn of a part of the page that is drawn now: another one where its words are others, or where
    something was said of it since it was drawn."""
    turns = ui.of(AllShownTurns).by_part
    known = turns.get(part)
    if known is None or known.is_over or known.words != words:
        turns[part] = ShownTurn(words)
    return turns[part]


def _key(name: str, known: Showing) -> str:
    return f"{name}-{known.given}" if known.given else name


def _same(one: object, other: object) -> bool:
    """White space around words, and the order in which several were chosen, are the person's."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return one == other
