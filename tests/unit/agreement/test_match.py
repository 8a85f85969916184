from __future__ import annotations

from collections import Counter
from itertools import permutations
from random import Random

import pytest

from labeling.agreement.match import match, nearness
from labeling.agreement.tags import PlacedTag
from tests.unit.agreement.cases import changed, random_tags, tags

Tags = tuple[PlacedTag, ...]


def pairs_of(left: Tags, right: Tags) -> Counter[tuple[PlacedTag, PlacedTag]]:
    return Counter((left[a], right[b]) for a, b in match(left, right).pairs)


def test_the_best_sum_of_overlaps_wins_over_the_best_single_overlap() -> None:
    left, right = tags("F 0-6", "F 3-11"), tags("F 0-10", "F 6-11")
    assert match(left, right).pairs == ((0, 0), (1, 1))


def test_tags_that_touch_or_lie_apart_are_no_pair() -> None:
    found = match(tags("F 0-4"), tags("F 4-8", "F 9-10"))
    assert (found.pairs, found.only_left, found.only_right) == ((), (0,), (0, 1))


def test_two_tags_on_one_span_are_two_tags_whatever_their_order() -> None:
    left, right = tags("F 0-4", "PRICE/POS 0-4"), tags("PRICE/POS 0-4", "F 0-4")
    assert match(left, right).pairs == ((0, 1), (1, 0))
    assert match(left, tags("PRICE/POS 0-4")).only_left == (0,)


def test_what_is_identical_pairs_off_before_anything_that_fits_less() -> None:
    left, right = tags("F 0-4", "FOOD/NEG 0-4"), tags("F 0-4")
    assert (match(left, right).pairs, match(left, right).only_left) == (((0, 0),), (1,))


def test_a_tag_that_stands_twice_is_found_twice_or_left() -> None:
    found = match(tags("F 0-4", "F 0-4"), tags("F 0-4"))
    assert (len(found.pairs), found.only_left, found.only_right) == (1, (1,), ())


@pytest.mark.parametrize("seed", range(20))
def test_random_documents_are_matched_as_trying_everything_would_match_them(seed: int) -> None:
    random = Random(seed)
    for _ in range(50):
        left = random_tags(random, 20, 4)
        right = changed(random, left, 20) if random.random() < 0.7 else random_tags(random, 20, 4)
        found = match(left, right)
        assert sorted([a for a, _ in found.pairs] + [*found.only_left]) == [*range(len(left))]
        assert sorted([b for _, b in found.pairs] + [*found.only_right]) == [*range(len(right))]
        assert all(left[a].overlaps(right[b]) for a, b in found.pairs)
        same = Counter(left[a] for a, b in found.pairs if left[a] == right[b])
        assert same == Counter(left) & Counter(right)
        rest = [(left[a], right[b]) for a, b in found.pairs if left[a] != right[b]]
        total = sum(nearness(a, b) for a, b in rest)
        assert total == pytest.approx(best_sum(Counter(left) - same, Counter(right) - same))
        turned = Counter({(a, b): n for (b, a), n in pairs_of(right, left).items()})
        shuffled = random.sample(left, len(left)), random.sample(right, len(right))
        assert pairs_of(left, right) == turned == pairs_of(tuple(shuffled[0]), tuple(shuffled[1]))


def best_sum(left: Counter[PlacedTag], right: Counter[PlacedTag]) -> float:
    few, many = sorted([[*left.elements()], [*right.elements()]], key=len)
    return max(
        sum(nearness(a, b) for a, b in zip(few, chosen, strict=True))
        for chosen in permutations(many, len(few))
    )
