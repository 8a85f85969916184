"""What was worked out from a frozen value is remembered as long as the value lives. It only saves time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import ReferenceType, ref

Of = TypeVar("Of")
Found = TypeVar("Found")


class Memory(Generic[Of, Found]):
    """The last result for each value, by the value's identity, and what it was asked for then.

    A result must not hold its value: neither would ever go.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[ReferenceType[Any], object, Found]] = {}

    def of(self, value: Of, asked: object, work: Callable[[], Found]) -> Found:
        """The result of `work`, which is made again only where something else is asked than the last time."""
        at = id(value)
        known = self._known.get(at)
        if known is None or known[0]() is not value or known[1] != asked:
            known = (ref(value, lambda _: self._forget(at)), asked, work())
            self._known[at] = known
        return known[2]

    def _forget(self, at: int) -> None:
        known = self._known.get(at)
        if known is not None and known[0]() is None:
            del self._known[at]
