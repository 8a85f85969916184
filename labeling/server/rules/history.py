"""Pure: how many tags a save added, removed, renamed and moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from labeling.server.rules.merging import StoredSegment

_Unit = tuple[int, int, str | None, str | None]
"""A tag where it stands: start and end of its span, class, label."""


class Moves(NamedTuple):
    """What became of tags: given, taken away, given another class or label, given another span."""

    added: int = 0
    removed: int = 0
    renamed: int = 0
    moved: int = 0


def total(each: Iterable[Moves]) -> Moves:
    """All of them together."""
    return Moves(*map(sum, zip(Moves(), *each, strict=True)))


def moves(before: Sequence[StoredSegment], after: Sequence[StoredSegment]) -> Moves:
    """What became of a document's tags. A tag gone and one come on the same span are one renamed; of those
    left, equal tags on spans that overlap are one moved, nearest first in the order of the text."""
    old, new = Counter(_units(before)), Counter(_units(after))
    gone, come = sorted((old - new).elements(), key=_place), sorted((new - old).elements(), key=_place)
    renamed = _paired(gone, come, lambda mine, theirs: mine[:2] == theirs[:2])
    moved = _paired(gone, come, lambda mine, theirs: mine[2:] == theirs[2:] and _overlap(mine, theirs))
    return Moves(len(come), len(gone), renamed, moved)


def _units(segments: Iterable[StoredSegment]) -> Iterable[_Unit]:
    for segment in segments:
        for tag in segment.tags:
            yield segment.start, segment.end, tag.class_, tag.label


def _place(unit: _Unit) -> tuple[int, int, str, str]:
    return unit[0], unit[1], unit[2] or "", unit[3] or ""


def _paired(gone: list[_Unit], come: list[_Unit], is_same: Callable[[_Unit, _Unit], bool]) -> int:
    """Take pairs out of both lists; how many there were."""
    count = 0
    for mine in list(gone):
        theirs = next((unit for unit in come if is_same(mine, unit)), None)
        if theirs is not None:
            gone.remove(mine)
            come.remove(theirs)
            count += 1
    return count


def _overlap(mine: _Unit, theirs: _Unit) -> bool:
    return mine[0] < theirs[1] and theirs[0] < mine[1]
