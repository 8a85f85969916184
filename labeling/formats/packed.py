"""Many values in little memory: as bytes, some hundreds together, that are unpacked as they are asked for."""

from __future__ import annotations

import marshal
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")

_MOST = 512
_LARGE, _SMALL = 1_000_000, 100_000
"""Bytes of a piece past which the next one gets half as many values, or twice as many."""
_FAST = 1


class Packed(Sequence[T], Generic[T]):
    """The values that `made` makes of plain ones: of those that `marshal` knows, as JSON has them.

    Made anew each time: two that were asked for at one place are equal, and not the same. `tightly` halves
    the memory once more, for what is kept; it costs as much time as all else.
    """

    def __init__(self, plain: Iterable[Any], made: Callable[[Any], T], *, tightly: bool = True) -> None:
        self._tightly = tightly
        self._made = made
        self._pieces: list[bytes] = []
        self._starts: list[int] = []
        self._length = 0
        rest, size = iter(plain), 16
        while some := list(islice(rest, size)):
            piece = marshal.dumps(some)
            self._pieces.append(zlib.compress(piece, _FAST) if tightly else piece)
            self._starts.append(self._length)
            self._length += len(some)
            if len(piece) > _LARGE:
                size = max(1, size // 2)
            elif len(piece) < _SMALL:
                size = min(_MOST, 2 * size)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        for n in range(len(self._pieces)):
            yield from map(self._made, self._plain(n))

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...
    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        places = range(self._length)[at]
        if isinstance(places, int):
            n = bisect_right(self._starts, places) - 1
            return self._made(self._plain(n)[places - self._starts[n]])
        if places.step == 1:
            return tuple(self._between(places.start, places.stop))
        return tuple(self[place] for place in places)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def _between(self, start: int, stop: int) -> Iterator[T]:
        first = max(0, bisect_right(self._starts, start) - 1)
        before = self._starts[first] if self._starts else 0
        every = (one for n in range(first, len(self._pieces)) for one in self._plain(n))
        return map(self._made, islice(every, start - before, max(start, stop) - before))

    def _plain(self, n: int) -> list[Any]:
        piece = self._pieces[n]
        found: list[Any] = marshal.loads(zlib.decompress(piece) if self._tightly else piece)
        return found
