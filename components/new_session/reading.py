"""What was read last, kept for the tab. Long reading shows a bar; whatever the person does breaks it off."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.shell.long_work import give_way
from components.shell.page import slot
from components.shell.state import ui_state
from labeling.formats.apart import WAITING
from labeling.formats.records import Tell

PATIENCE = 0.5
"""Seconds before a bar is worth showing."""

T = TypeVar("T")


class Given(NamedTuple):
    """Pasted text, or a file where there is one. `mark` tells it from everything else that was given."""

    mark: str = ""
    name: str = ""
    data: bytes = b""

    @property
    def is_file(self) -> bool:
        return bool(self.name)


@dataclass
class Readings:
    """The last value of each kind with what it was made of, and the bar's place on the screen.

    `file` is kept beside its widget, which forgets it when another page is looked at.
    """

    file: Given | None = None
    kept: dict[str, tuple[Hashable, object]] = field(default_factory=dict)
    place: DeltaGenerator | None = None


def bar_place() -> None:
    """Where the bar stands, while there is one."""
    readings().place = slot()


def remembered(kind: str, key: Hashable, make: Callable[[Tell], T]) -> T:
    """The value that was made last of the same key, else a new one."""
    kept = readings().kept
    found = kept.get(kind)
    if found is not None and found[0] == key:
        value: T = found[1]  # type: ignore[assignment]
        return value
    kept.pop(kind, None)  # not held beside the new one
    with _bar() as tell:
        value = make(tell)
    kept[kind] = (key, value)
    return value


def readings() -> Readings:
    return ui_state().of(Readings)


def forget_readings() -> None:
    readings().kept.clear()
    readings().file = None


@contextmanager
def _bar() -> Iterator[Tell]:
    began = monotonic()
    bars: list[DeltaGenerator] = []

    def tell(share: float) -> None:
        if monotonic() - began < PATIENCE:
            return
        give_way()
        place = readings().place
        if not bars:
            bars.append((place if place is not None else st).progress(0.0))
        done = max(0.0, min(share, 1.0))
        waits = share == WAITING
        words = "Waiting: other files are read first" if waits else f"Reading the documents: {done:.0%}"
        bars[0].progress(done, text=words)

    try:
        yield tell
    finally:
        for bar in bars:
            bar.empty()
