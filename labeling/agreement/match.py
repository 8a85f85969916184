"""Which tag of one person is which tag of another, within one document.

Identical tags pair off first, one each, so that the identical pairs are the multiset intersection. Of the
rest, each group of overlapping spans gets the one-to-one assignment with the largest sum of
`IoU + ½·[same borders] + 0.3·[same class] + 0.15·[same label]`; only tags that overlap can be a pair. Greedy
pairing by the best overlap would lose pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from labeling.agreement.tags import PlacedTag

BORDERS, CLASS, LABEL = 0.5, 0.3, 0.15
"""What the same borders, class and label weigh beside the overlap (0 to 1)."""


class Match(NamedTuple):
    """What belongs together, as indexes into the two sequences that were given, and what is left of each.

    Every index stands in exactly one place: a pair, or what is left. Ascending by the left index.
    """

    pairs: tuple[tuple[int, int], ...]
    only_left: tuple[int, ...]
    only_right: tuple[int, ...]


def match(left: Sequence[PlacedTag], right: Sequence[PlacedTag]) -> Match:
    """Pair the tags of two people in one document.

    It does not matter who is left or in which order the tags are given: the pairs of `match(b, a)` are those
    of `match(a, b)` turned round.
    """
    if left == right:  # most documents of careful people
        return Match(tuple((at, at) for at in range(len(left))), (), ())
    pairs, rest_left, rest_right = _identical(left, right)
    if rest_left and rest_right:
        for group_left, group_right in _groups(left, right, rest_left, rest_right):
            pairs += _assigned(left, right, group_left, group_right)
    pairs.sort()
    paired_left, paired_right = {a for a, _ in pairs}, {b for _, b in pairs}
    return Match(
        tuple(pairs),
        tuple(a for a in range(len(left)) if a not in paired_left),
        tuple(b for b in range(len(right)) if b not in paired_right),
    )


def nearness(one: PlacedTag, other: PlacedTag) -> float:
    """How well two tags fit each other, 0 to 1.95; 0 where they do not overlap."""
    overlap = one.iou(other)
    if not overlap:
        return 0.0
    return (
        overlap
        + BORDERS * (one.span == other.span)
        + CLASS * (one.class_ == other.class_)
        + LABEL * (one.label == other.label)
    )


def _identical(
    left: Sequence[PlacedTag], right: Sequence[PlacedTag]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """The identical pairs, and the indexes of what is left on both sides."""
    of_right: dict[PlacedTag, list[int]] = defaultdict(list)
    for b in range(len(right) - 1, -1, -1):
        of_right[right[b]].append(b)
    pairs, rest = [], []
    for a, tag in enumerate(left):
        if same := of_right.get(tag):
            pairs.append((a, same.pop()))
        else:
            rest.append(a)
    return pairs, rest, sorted(b for same in of_right.values() for b in same)


def _groups(
    left: Sequence[PlacedTag], right: Sequence[PlacedTag], of_left: Sequence[int], of_right: Sequence[int]
) -> Iterator[tuple[list[int], list[int]]]:
    """The rest in groups without a common character, each in the order of its tags; only those of both."""
    tags = [(left[a].order, 0, a) for a in of_left] + [(right[b].order, 1, b) for b in of_right]
    tags.sort()
    group: tuple[list[int], list[int]] = ([], [])
    reach = -1
    for (start, end, *_), side, index in tags:
        if start >= reach:
            if group[0] and group[1]:
                yield group
            group = ([], [])
        group[side].append(index)
        reach = max(reach, end)
    if group[0] and group[1]:
        yield group


def _assigned(
    left: Sequence[PlacedTag], right: Sequence[PlacedTag], of_left: list[int], of_right: list[int]
) -> list[tuple[int, int]]:
    """The best pairs within one group. Equal sums are decided alike whoever is left."""
    if len(of_left) == len(of_right) == 1:
        return [(of_left[0], of_right[0])] if left[of_left[0]].overlaps(right[of_right[0]]) else []
    if [left[a].order for a in of_left] > [right[b].order for b in of_right]:
        return [(a, b) for b, a in _assigned(right, left, of_right, of_left)]
    if len(of_left) == 1 or len(of_right) == 1:
        weight, a, b = max(
            ((nearness(left[a], right[b]), a, b) for a in of_left for b in of_right),
            key=lambda found: found[0],
        )
        return [(a, b)] if weight else []
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    weights = np.array([[nearness(left[a], right[b]) for b in of_right] for a in of_left])
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return [
        (of_left[row], of_right[column])
        for row, column in zip(rows, columns, strict=True)
        if weights[row, column]
    ]
