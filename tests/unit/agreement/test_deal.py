"""Documents are dealt evenly, the shared ones so that every two people have about as many in common."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from labeling.agreement.deal import LEAST_SHARED, Deal, Terms, Why, deal, half_width, share_to_judge


def dealt(documents: int, people: int, share: float, **terms: float | int | bool) -> Deal:
    return deal([100] * documents, people, Terms(share=share, **terms))  # type: ignore[arg-type]


def shared(found: Deal) -> list[int]:
    return sorted((pair.shared for pair in found.pairs), reverse=True)


@pytest.mark.parametrize("seed", range(3))
def test_five_hundred_documents_and_three_people(seed: int) -> None:
    found = dealt(500, 3, 0.2, seed=seed)
    assert [found.count(person) for person in range(3)] == [200, 200, 200]
    assert shared(found) == [34, 33, 33]


@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_documents_and_six_people(seed: int) -> None:
    found = dealt(1000, 6, 0.2, seed=seed)
    assert [found.count(person) for person in range(6)] == [200] * 6
    assert set(shared(found)) == {13, 14}
    assert all(pair.is_judged for pair in found.pairs)


def test_too_small_a_share_lets_no_pair_be_judged_and_says_which_would() -> None:
    found = dealt(300, 5, 0.1)
    assert shared(found) == [3] * 10
    assert not any(pair.is_judged for pair in found.pairs)
    wanted = share_to_judge(300, 5, Terms(share=0.1))
    assert wanted is not None
    assert wanted == pytest.approx(1 / 3)
    assert min(shared(dealt(300, 5, wanted))) >= LEAST_SHARED
    # With fewer groups the same share is enough.
    assert share_to_judge(300, 5, Terms(in_fixed_groups=True)) == pytest.approx(0.1)
    grouped = dealt(300, 5, 0.1, in_fixed_groups=True)
    assert shared(grouped)[:3] == [10, 10, 10]
    assert sum(pair.is_judged for pair in grouped.pairs) == 3


def test_where_no_share_is_enough_none_is_named() -> None:
    assert share_to_judge(20, 6, Terms()) is None
    assert share_to_judge(0, 6, Terms()) is None
    assert share_to_judge(500, 1, Terms()) is None


def test_every_document_is_dealt_and_the_shared_ones_to_so_many_people() -> None:
    found = dealt(200, 5, 0.25, by=3)
    holders = Counter(one.document for hand in found.hands for one in hand)
    assert sorted(holders) == list(range(200))
    assert Counter(holders.values()) == {3: 50, 1: 150}
    assert all(len({one.document for one in hand}) == len(hand) for hand in found.hands)


def test_what_is_shared_is_a_random_sample() -> None:
    seen = Counter(
        one.document
        for seed in range(60)
        for one in dealt(50, 2, 0.2, seed=seed).hands[0]
        if one.why == "shared"
    )
    # Each of 50 documents in about 12 of 60 samples.
    assert len(seen) == 50
    assert 2 < min(seen.values()) <= max(seen.values()) < 28


def test_characters_count_and_not_documents() -> None:
    chance = random.Random(5)
    lengths = [chance.choice((20, 200, 2000)) for _ in range(600)]
    found = deal(lengths, 4, Terms(share=0.1))
    loads = [sum(lengths[one.document] for one in hand) for hand in found.hands]
    assert max(loads) - min(loads) <= 2000
    late = deal(lengths, 4, Terms(share=0.0), loads=[0, 0, 0, 10**9])
    assert late.hands[3] == ()


def test_gold_documents_go_to_everybody_at_places_that_tell_nothing() -> None:
    places: Counter[int] = Counter()
    for seed in range(40):
        found = deal([100] * 60, 3, Terms(seed=seed), gold=5)
        for hand in found.hands:
            golden = [place for place, one in enumerate(hand) if one.why is Why.GOLD]
            assert sorted(hand[place].document for place in golden) == [60, 61, 62, 63, 64]
            places.update(place * 4 // len(hand) for place in golden)
    assert sum(places.values()) == 600
    assert all(100 < count < 200 for count in places.values())
    assert not any(pair.shared > 12 for pair in found.pairs)


def test_documents_come_again_later_and_only_to_whoever_had_them() -> None:
    found = dealt(100, 2, 0.2, again=0.1, seed=3)
    for person, hand in enumerate(found.hands):
        order = [one.document for one in hand]
        again = [one for one in hand if one.why is Why.AGAIN]
        assert len(again) == found.count(person, Why.AGAIN) == 6
        for one in again:
            first, second = (place for place, number in enumerate(order) if number == one.document)
            assert first < (len(hand) - 6) // 2 <= second


def test_the_same_seed_deals_the_same() -> None:
    assert dealt(100, 4, 0.2, seed=7) == dealt(100, 4, 0.2, seed=7)
    assert dealt(100, 4, 0.2, seed=7) != dealt(100, 4, 0.2, seed=8)


@pytest.mark.parametrize("people", [0, 1, 2, 12, 40])
def test_any_number_of_people_can_be_dealt_to(people: int) -> None:
    found = dealt(1000, people, 0.5, by=6)
    assert len(found.hands) == people
    assert {one.document for hand in found.hands for one in hand} == (set(range(1000)) if people else set())
    assert people < 2 or min(pair.shared for pair in found.pairs) > 0


def test_more_shared_documents_make_the_interval_narrower() -> None:
    assert [round(half_width(count), 3) for count in (20, 50, 200)] == [0.089, 0.057, 0.028]
