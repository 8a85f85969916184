"""Who made a tag what it is: a document's versions walked from the newest on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from labeling.agreement.changes import TagChange
from labeling.agreement.match import match
from labeling.agreement.tags import PlacedTag

MADE = "made"


class TagVersion(NamedTuple):
    """A document's tags after a save, by the save's number; 0: as it came."""

    n: int
    tags: Sequence[PlacedTag]


class Touch(NamedTuple):
    """A save that had a hand in a tag: it made it, or gave it another `class`, `label` or `border`."""

    n: int
    what: tuple[str, ...]


def blame(versions: Sequence[TagVersion]) -> tuple[tuple[Touch, ...], ...]:
    """Of each tag of the newest version, the saves that made it what it is, the last first.

    A tag belongs to the save that made it; one that was moved or renamed goes on to the earlier. `versions`:
    the newest first, at last as the document came.
    """
    if not versions:
        return ()
    touches: list[list[Touch]] = [[] for _ in versions[0].tags]
    here: dict[int, int] = {number: number for number in range(len(touches))}
    for newer, older in pairwise(versions):
        found = match(older.tags, newer.tags)
        came_from = {new: old for old, new in found.pairs}
        there: dict[int, int] = {}
        for tag, at in here.items():
            old = came_from.get(at)
            if old is None:
                touches[tag].append(Touch(newer.n, (MADE,)))
                continue
            if parts := TagChange(older.tags[old], newer.tags[at]).parts:
                touches[tag].append(Touch(newer.n, parts))
            there[tag] = old
        here = there
    for tag in here:
        touches[tag].append(Touch(versions[-1].n, (MADE,)))
    return tuple(map(tuple, touches))
