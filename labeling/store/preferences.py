"""What one person chose to have kept beside their drafts: read once by a tab, written when it changes.

A choice is a JSON value with a name. Every change of it is a function from value to value, applied to what is
stored by then, so that a tab does not take back what another one chose. What the store cannot take at the
moment waits here, and is tried again.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from labeling.errors import NotKept
from labeling.store.drafts import DraftStore

Choose = Callable[[Any], Any]
"""From what was chosen before (None: nothing) to what is chosen now. Pure, as it may be applied again."""


@dataclass
class Preferences:
    """`why` says what keeps a choice of this tab from being stored, if anything does. After a failure the
    store is left alone for `pause` seconds, since each try may take its time."""

    store: DraftStore
    api: str
    person: str
    pause: float = 0.0
    why: NotKept | None = field(default=None, init=False)
    _stored: dict[str, str | None] = field(default_factory=dict, init=False, repr=False)
    _waiting: dict[str, list[Choose]] = field(default_factory=dict, init=False, repr=False)
    _failed: float = field(default=-math.inf, init=False, repr=False)

    def get(self, name: str) -> Any:
        """What the person chose, as JSON value; None where they chose nothing, or where it cannot be read."""
        if name not in self._stored or name in self._waiting:
            self._sync(name)
        return _chosen(self._stored.get(name), self._waiting.get(name, []))

    def change(self, name: str, choose: Choose) -> None:
        """Choose anew; while the store fails the choice holds in this tab."""
        self._waiting.setdefault(name, []).append(choose)
        self._sync(name)

    def _sync(self, name: str) -> None:
        """Read what is stored, and store what waits on top of it."""
        if time.monotonic() < self._failed + self.pause:
            return
        waiting = self._waiting.get(name, [])
        try:
            stored = self.store.preference(self.api, self.person, name)
            chosen = json.dumps(_chosen(stored, waiting)) if waiting else stored
            if chosen is not None and chosen != stored:
                self.store.set_preference(self.api, self.person, name, chosen)
        except NotKept as error:
            self.why, self._failed = error, time.monotonic()
            return
        self._stored[name] = chosen
        self._waiting.pop(name, None)
        self.why = None


def _chosen(stored: str | None, waiting: list[Choose]) -> Any:
    try:
        value = json.loads(stored or "null")
    except ValueError:
        value = None
    for choose in waiting:
        value = choose(value)
    return value
