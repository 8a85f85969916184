"""Many values in little memory: as bytes, some hundreds together, unpacked as they are asked for; where there
are many, in a file."""

from __future__ import annotations

import marshal
import os
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, Generic, NamedTuple, TypeVar, overload
from weakref import finalize

T = TypeVar("T")

_MOST = 512
_LARGE, _SMALL = 1_000_000, 100_000
"""Bytes of a piece past which the next one gets half as many values, or twice as many."""
_FAST = 1
_HELD = 500_000
"""Bytes that are held in memory before a file is begun."""


class _Place(NamedTuple):
    """Bytes of a file."""

    start: int
    length: int


class _Pieces:
    """Bytes that are kept, by their number: the first in memory, the others in a file without a name that is
    gone with them. What the disk does not take stays in memory."""

    def __init__(self) -> None:
        self._pieces: list[bytes | _Place] = []
        self._held = self._end = 0
        self._file = -1

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, n: int) -> bytes:
        piece = self._pieces[n]
        return os.pread(self._file, piece.length, piece.start) if isinstance(piece, _Place) else piece

    def append(self, piece: bytes) -> None:
        if self._held + len(piece) > _HELD:
            with suppress(OSError):
                self._pieces.append(self._written(piece))
                return
        self._pieces.append(piece)
        self._held += len(piece)

    def _written(self, piece: bytes) -> _Place:
        """Raises OSError."""
        if self._file < 0:
            file = TemporaryFile(buffering=0)  # noqa: SIM115 - closed with what it holds
            finalize(self, file.close)
            self._file = file.fileno()
        place = _Place(self._end, len(piece))
        if os.pwrite(self._file, piece, self._end) < len(piece):
            raise OSError("the disk is full")
        self._end += len(piece)
        return place


class Packed(Sequence[T], Generic[T]):
    """The values that `made` makes of plain ones: of those that `marshal` knows, as JSON has them.

    Made anew each time: two that were asked for at one place are equal, and not the same. `tightly` halves
    the memory once more, for what is kept; it costs as much time as all else.
    """

    def __init__(self, plain: Iterable[Any], made: Callable[[Any], T], *, tightly: bool = True) -> None:
        self._tightly = tightly
        self._made = made
        self._pieces = _Pieces()
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
