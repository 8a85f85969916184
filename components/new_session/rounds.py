"""Fields of the form: each session that is made begins a new round with empty ones."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from components.shell.compat import widgets_sent
from components.shell.state import has_widget, set_widget, widget_value
from labeling.model import unique
from labeling.studio.creation import names_in


def key(name: str) -> str:
    """The key of a field in this round."""
    return f"new-{this_round()}-{name}"


def this_round() -> int:
    return int(widget_value("new-session-round") or 0)


def next_round() -> None:
    set_widget("new-session-round", this_round() + 1)


def start(name: str, value: object) -> None:
    """Give a field its first value, unless an open page holds one that the app, come back, was just sent."""
    if not has_widget(name) and all(key_ != name for key_, _ in widgets_sent(name)):
        set_widget(name, value)


def proposed_key(name: str, proposal: Sequence[str]) -> str:
    """The key of a list of names that follows the rest of the form until the person changes it.

    Each proposal has a widget of its own, so that what a browser still says of the last one changes nothing.
    """
    held = widget_value(key(f"held-{name}"))
    place = held or key(f"{name}-{_mark(proposal)}")
    start(place, list(proposal))
    set_widget(key(f"field-{name}"), place)
    return str(place)


def hold(name: str, place: str, known: Sequence[str]) -> None:
    """From now on the list is the person's, not a proposal. Several names in one new entry are parted."""
    parts = (names_in(one) if one not in known else (one,) for one in widget_value(place) or ())
    names = unique(part for some in parts for part in some)
    set_widget(place, list(names))
    set_widget(key(f"held-{name}"), place)


def forget_held() -> None:
    """The lists follow the rest of the form again."""
    for name in ("classes", "labels"):
        set_widget(key(f"held-{name}"), None)


def proposed_value(name: str) -> tuple[str, ...]:
    place = widget_value(key(f"field-{name}"))
    return tuple((widget_value(place) or ()) if place else ())


def set_proposed(name: str, names: Sequence[str]) -> None:
    """Put other names into such a list, as if the person had."""
    place = key(f"{name}-set-{_mark(names)}")
    set_widget(place, list(names))
    set_widget(key(f"field-{name}"), place)
    set_widget(key(f"held-{name}"), place)


def _mark(names: Sequence[str]) -> str:
    return sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()[:16]
