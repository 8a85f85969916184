"""Where several people tagged the same thing, within one document: each tag in exactly one place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from labeling.agreement.match import Match, match
from labeling.agreement.tags import PlacedTag


class TagPlace(NamedTuple):
    """One thing that was tagged: at most one tag of each person, None for who has none there.

    `tags` has one entry a person, in the order in which the people were given; never all None.
    """

    tags: tuple[PlacedTag | None, ...]

    @property
    def given(self) -> tuple[tuple[int, PlacedTag], ...]:
        """(index of the person, tag) of those who tagged it."""
        return tuple([(person, tag) for person, tag in enumerate(self.tags) if tag is not None])

    @property
    def start(self) -> int:
        """The first code point that anybody tagged."""
        return min(tag.start for tag in self.tags if tag is not None)

    @property
    def end(self) -> int:
        """The code point behind the last one that anybody tagged."""
        return max(tag.end for tag in self.tags if tag is not None)


def places(people: Sequence[Sequence[PlacedTag] | None]) -> tuple[TagPlace, ...]:
    """The places of one document, by start and end. None: that person has not done the document.

    The pairs of any two people (`match`) join, identical ones first, then the same borders, then the larger
    overlap, while a place has at most one tag of each person. For two people the places are the pairs of
    `match` and what it leaves.
    """
    given = [tags for tags in people if tags is not None]
    if given and all(tags == given[0] for tags in given):  # most documents of careful people
        order = sorted(given[0], key=lambda tag: tag.order)
        return tuple(TagPlace(tuple(None if tags is None else tag for tags in people)) for tag in order)
    matches = {
        (i, j): match(people[i] or (), people[j] or ())
        for i, j in combinations(range(len(people)), 2)
        if people[i] is not None and people[j] is not None
    }
    return joined(people, matches)


def joined(
    people: Sequence[Sequence[PlacedTag] | None], matches: dict[tuple[int, int], Match]
) -> tuple[TagPlace, ...]:
    """The same, of matches that are known: by (lower, higher) index of the person."""
    tags = [list(given or ()) for given in people]
    held = [i for i, given in enumerate(people) if given is not None]
    # Where any two were matched, all who have the same tag (the n-th of its kind) are one place at once.
    is_whole = len(matches) == len(held) * (len(held) - 1) // 2
    place_of: dict[tuple[int, int], dict[int, int]] = {}
    alike: dict[tuple[PlacedTag, int, int], dict[int, int]] = {}
    for i, given in enumerate(tags):
        for a, tag in enumerate(given):
            nth, apart = 0, -1 if is_whole else i
            while i in (place := alike.setdefault((tag, nth, apart), {})):
                nth += 1
            place[i] = a
            place_of[i, a] = place
    edges = [
        (_order(tags[i][a], tags[j][b]), (i, a), (j, b))
        for (i, j), found in matches.items()
        for a, b in found.pairs
        if not is_whole or tags[i][a] != tags[j][b]
    ]
    for _, one, other in sorted(edges):
        into, out = place_of[one], place_of[other]
        if into is not out and not into.keys() & out.keys():
            into |= out
            for person, index in out.items():
                place_of[person, index] = into
    by_id = {id(place): place for place in place_of.values()}
    placed = [
        TagPlace(tuple(tags[i][place[i]] if i in place else None for i in range(len(people))))
        for place in by_id.values()
    ]
    return tuple(sorted(placed, key=_reading_order))


def _order(one: PlacedTag, other: PlacedTag) -> tuple[object, ...]:
    """Sorts pairs: identical ones first, then by borders, then by overlap; equal ones by where they stand."""
    first, second = sorted((one.order, other.order))
    return (one != other, one.span != other.span, -one.iou(other), first, second)


def _reading_order(place: TagPlace) -> tuple[object, ...]:
    return (place.start, place.end, [tag.order if tag else (-1, -1, "", "") for tag in place.tags])
