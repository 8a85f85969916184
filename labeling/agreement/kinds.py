"""In which ways people differ at a place: a place may be of several kinds. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum

from labeling.agreement.places import TagPlace
from labeling.agreement.tags import PlacedTag


class PlaceKind(StrEnum):
    """How the tags of a place stand to each other."""

    AGREED = "agreed"
    """Everybody has the same tag."""
    MISSING = "missing"
    """Somebody has no tag there."""
    BORDER = "border"
    CLASS = "class"
    LABEL = "label"
    CUT = "cut"
    """What one person tagged in one piece another one tagged in several; this is a piece too many."""
    TWICE = "twice"
    """One person has the very same tag more than once."""


def kinds(places: Sequence[TagPlace], done: Sequence[bool]) -> tuple[frozenset[PlaceKind], ...]:
    """The kinds of each place of one document; `done`: who has done it, whose silence counts."""
    cut, twice = _cut(places), _twice(places)
    return tuple(
        frozenset(_kinds(place, done))
        | ({PlaceKind.CUT} if at in cut else set())
        | ({PlaceKind.TWICE} if at in twice else set())
        for at, place in enumerate(places)
    )


def missing(place: TagPlace, done: Sequence[bool]) -> tuple[int, int]:
    """(k, n): so many of those who have done the document have no tag at the place."""
    return sum(is_done and tag is None for tag, is_done in zip(place.tags, done, strict=True)), sum(done)


def _kinds(place: TagPlace, done: Sequence[bool]) -> Iterator[PlaceKind]:
    first = place.tags[0]
    if first is not None and place.tags.count(first) == len(place.tags) == sum(done):
        yield PlaceKind.AGREED
        return
    tags = [tag for _, tag in place.given]
    is_missing = missing(place, done)[0] > 0
    if is_missing:
        yield PlaceKind.MISSING
    if len({tag.span for tag in tags}) > 1:
        yield PlaceKind.BORDER
    if len({tag.class_ for tag in tags}) > 1:
        yield PlaceKind.CLASS
    if len({tag.label for tag in tags}) > 1:
        yield PlaceKind.LABEL
    if not is_missing and len(set(tags)) == 1:
        yield PlaceKind.AGREED


def _cut(places: Sequence[TagPlace]) -> set[int]:
    """The places with one tag alone that lies at least half in a tag of somebody else, at whose place the
    same person has another tag of the same names."""
    shared = [place for place in places if len(place.given) > 1]
    found = set()
    for at, place in enumerate(places):
        if len(place.given) > 1:
            continue
        [(person, tag)] = place.given
        if any(_is_piece(tag, person, other) for other in shared):
            found.add(at)
    return found


def _is_piece(tag: PlacedTag, person: int, other: TagPlace) -> bool:
    neighbour = other.tags[person]
    if neighbour is None or neighbour.names != tag.names or neighbour.span == tag.span:
        return False
    return any(2 * _common(tag, whole) >= tag.end - tag.start for one, whole in other.given if one != person)


def _common(one: PlacedTag, other: PlacedTag) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _twice(places: Sequence[TagPlace]) -> set[int]:
    times = Counter(given for place in places for given in place.given)
    return {at for at, place in enumerate(places) if any(times[given] > 1 for given in place.given)}
