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


_ALIKE = frozenset({PlaceKind.AGREED})


def kinds(places: Sequence[TagPlace], done: Sequence[bool]) -> tuple[frozenset[PlaceKind], ...]:
    """The kinds of each place of one document; `done`: who has done it, whose silence counts."""
    found = [_ALIKE if _is_alike(place, done) else frozenset(_kinds(place, done)) for place in places]
    cut, twice = _cut(places), _twice(places)
    for at in cut | twice:
        found[at] |= {kind for kind, of in ((PlaceKind.CUT, cut), (PlaceKind.TWICE, twice)) if at in of}
    return tuple(found)


def missing(place: TagPlace, done: Sequence[bool]) -> tuple[int, int]:
    """(k, n): so many of those who have done the document have no tag at the place."""
    return sum(is_done and tag is None for tag, is_done in zip(place.tags, done, strict=True)), sum(done)


def _is_alike(place: TagPlace, done: Sequence[bool]) -> bool:
    """Whether everybody has it, which is the most frequent case."""
    first = place.tags[0]
    return first is not None and place.tags.count(first) == len(place.tags) == sum(done)


def _kinds(place: TagPlace, done: Sequence[bool]) -> Iterator[PlaceKind]:
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
    alone = [at for at, place in enumerate(places) if place.tags.count(None) == len(place.tags) - 1]
    if not alone:
        return set()
    found, shared = set(), [place for place in places if len(place.given) > 1]
    for at in alone:
        [(person, tag)] = places[at].given
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
    if len(times) == times.total():
        return set()
    return {at for at, place in enumerate(places) if any(times[given] > 1 for given in place.given)}
