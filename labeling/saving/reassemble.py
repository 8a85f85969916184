"""Counted units as segments again: which of theirs stay, as they are wherever they can, and where others come
in. Which units there are to be is decided in `merge.py`. Pure."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, product
from typing import Any, TypeVar

from labeling.model import Segment, Tag, TagNames, Unit, Value

Units = Counter[Unit]
Span = tuple[int, int]

V = TypeVar("V", bound=Value)

BARE: TagNames = (None, None)
"""The names in the unit of a segment without tags."""


def span_of(segment: Segment) -> Span:
    """(start, end); (0, 0) for a segment whose span is not a pair."""
    return (segment.start, segment.end)


def names_of(tag: Tag) -> TagNames:
    """(class, label); two empty texts for a tag that has neither, to be told from a bare segment."""
    return tag.names if any(tag.names) else ("", "")


def placed(
    base: Sequence[Segment],
    mine: Sequence[Segment],
    theirs: Sequence[Segment],
    wanted: Units,
    one_tag: bool,
) -> tuple[Segment, ...]:
    """The segments that hold exactly the wanted units;
    none of these is wanted more often than one side has it."""
    names: defaultdict[Span, Counter[TagNames]] = defaultdict(Counter)
    for unit, count in wanted.items():
        names[unit[:2]][unit[2:]] = count
    old, ours, held = _places(base), _places(mine), _places(theirs)
    kept: dict[int, Segment] = {}
    apart: list[Segment] = []
    for span in {**held, **ours}:
        sides = ([base[n] for n in old[span]], [mine[n] for n in ours[span]], [theirs[n] for n in held[span]])
        stay, come = _placed_at(*sides, names[span], one_tag)
        kept.update((held[span][n], segment) for n, segment in stay.items())
        apart += come
    return tuple(_in_order([kept[n] for n in sorted(kept)], apart))


def _in_order(kept: Sequence[Segment], apart: Sequence[Segment]) -> Iterator[Segment]:
    """Those kept, in their order, and each of the others before the first one kept that starts later."""
    taken = {segment.server_id for segment in kept} - {None}
    highest = list(accumulate((segment.start for segment in kept), max))
    coming: defaultdict[int, list[Segment]] = defaultdict(list)
    for segment in sorted(apart, key=span_of):
        if segment.server_id in taken:
            fields = {key: value for key, value in _fields(segment).items() if key != "id"}
            segment = Segment.model_validate(fields)
        coming[bisect_right(highest, segment.start)].append(segment)
    for n in range(len(kept) + 1):
        yield from (*coming[n], *kept[n : n + 1])


def _places(segments: Sequence[Segment]) -> defaultdict[Span, list[int]]:
    """Where in the list the segments of each span are."""
    places: defaultdict[Span, list[int]] = defaultdict(list)
    for n, segment in enumerate(segments):
        places[span_of(segment)].append(n)
    return places


def _placed_at(
    old: Sequence[Segment],
    ours: Sequence[Segment],
    held: Sequence[Segment],
    wanted: Counter[TagNames],
    one_tag: bool,
) -> tuple[dict[int, Segment], list[Segment]]:
    """For the segments of one span: which of `held` stay, and as what,
    and what comes to stand beside them."""
    pairs, origins = _pairs(held, ours), _pairs(held, old)
    left = Counter(wanted)
    tags = _kept_tags(ours, held, pairs, left)
    apart = _put_on(tags, ours, pairs, left, one_tag)
    bare = [n for n in range(len(held)) if not tags[n]]
    bare.sort(key=lambda n: n not in pairs or bool(ours[pairs[n]].tags))
    gone = bare[wanted[BARE] :]
    stay = {
        n: _carried_whole(
            old[origins[n]] if n in origins else None,
            ours[pairs[n]] if n in pairs else None,
            segment,
            tags[n],
        )
        for n, segment in enumerate(held)
        if n not in gone
    }
    lacking = max(0, wanted[BARE] - len(bare))
    shown = {pairs[n] for n in bare if n in pairs}
    more = sorted((m for m, segment in enumerate(ours) if not segment.tags), key=lambda m: m in shown)
    return stay, apart + [ours[m] for m in more[:lacking]]


def _kept_tags(
    ours: Sequence[Segment], held: Sequence[Segment], pairs: Mapping[int, int], left: Counter[TagNames]
) -> list[list[Tag]]:
    """The tags that stay on each held segment, rather those that mine has too;
    takes them from what is `left`."""
    kept = set()
    for shared in (True, False):
        for n, segment in enumerate(held):
            mine = {names_of(tag) for tag in ours[pairs[n]].tags} if n in pairs else set()
            for k, tag in enumerate(segment.tags):
                names = names_of(tag)
                if (names in mine) == shared and left[names] > 0:
                    left[names] -= 1
                    kept.add((n, k))
    return [[tag for k, tag in enumerate(s.tags) if (n, k) in kept] for n, s in enumerate(held)]


def _put_on(
    tags: list[list[Tag]],
    ours: Sequence[Segment],
    pairs: Mapping[int, int],
    left: Counter[TagNames],
    one_tag: bool,
) -> list[Segment]:
    """Put what is `left` of my tags onto the held segments;
    those that find none there come back as segments."""
    hosts = {m: n for n, m in pairs.items()}
    spare = sum(not there for there in tags) - left[BARE]
    apart = []
    for m, segment in enumerate(ours):
        there = tags[hosts[m]] if m in hosts else None
        have = Counter(map(names_of, there or ()))
        new = []
        for k, tag in enumerate(segment.tags):
            names = names_of(tag)
            if have[names] > 0:
                have[names] -= 1
            elif left[names] > 0:
                left[names] -= 1
                new.append((k, tag))
        if not new:
            continue
        if there is None or (one_tag and there) or (not there and spare <= 0):
            apart.append(segment.model_copy(update={"tags": tuple(tag for _, tag in new)}))
            continue
        spare -= not there
        for k, tag in new:
            there.insert(k, tag)
    return apart


def _pairs(segments: Sequence[Segment], others: Sequence[Segment]) -> dict[int, int]:
    """Which segment corresponds to which other one of the same span: by id, by tags in common, by order."""
    one = [(segment.server_id, set(map(names_of, segment.tags))) for segment in segments]
    other = [(segment.server_id, set(map(names_of, segment.tags))) for segment in others]

    def distance(pair: tuple[int, int]) -> tuple[bool, int]:
        (id_, names), (other_id, other_names) = one[pair[0]], other[pair[1]]
        return (id_ is None or id_ != other_id, -len(names & other_names))

    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for n, m in sorted(product(range(len(one)), range(len(other))), key=distance):
        if n not in pairs and m not in taken:
            pairs[n] = m
            taken.add(m)
    return pairs


# What is carried along


def _fields(value: Value) -> dict[str, Any]:
    """What was set of a value, further keys included."""
    return {name: getattr(value, name) for name in value.model_fields_set}


def _carried_whole(
    base: Segment | None, mine: Segment | None, theirs: Segment, tags: Sequence[Tag]
) -> Segment:
    """Their segment with these tags, and with what only mine changed of its text and of further keys."""
    if base is not None and mine is not None:
        tags = [_carried(_like(base.tags, tag), _like(mine.tags, tag), tag) for tag in tags]
        theirs = _carried(base, mine, theirs)
    if len(tags) == len(theirs.tags) and all(map(operator.is_, tags, theirs.tags)):
        return theirs
    return theirs.model_copy(update={"tags": tuple(tags)})


def _like(tags: Sequence[Tag], wanted: Tag) -> Tag | None:
    return next((tag for tag in tags if tag.names == wanted.names), None)


def _carried(base: V | None, mine: V | None, theirs: V) -> V:
    if base is None or mine is None:
        return theirs
    old, ours, held = _fields(base), _fields(mine), _fields(theirs)
    changed = {
        key
        for key in (old.keys() | ours.keys()) - {"id", "tags"}
        if _at(ours, key) != _at(old, key) == _at(held, key)
    }
    if not changed:
        return theirs
    kept = {key: value for key, value in held.items() if key not in changed}
    return type(theirs).model_validate({**kept, **{key: ours[key] for key in changed if key in ours}})


def _at(fields: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    """The value as a tuple, empty where the key is absent, which null is not."""
    return (fields[key],) if key in fields else ()
