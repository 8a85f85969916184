"""Samples: how many documents, when to stop, and what may be said then, against exact numbers."""

from __future__ import annotations

from collections import Counter

import pytest

from labeling.agreement.sampling import (
    Tolerance,
    drawn,
    expected,
    fixed_plan,
    lines_of,
    none_needed,
    share_in_words,
    verdict_of,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("tolerance", "plan", "earliest", "averages", "risks"),
    [
        (Tolerance(0.02, 0.08), (98, 4), 36, (61.0, 53.5), (3.4, 10.1)),
        (Tolerance(0.02, 0.10), (65, 3), 27, (41.5, 34.9), (3.1, 9.9)),
        (Tolerance(0.05, 0.15), (77, 7), 21, (41.6, 39.1), (3.6, 9.7)),
    ],
)
def test_a_sequential_check_needs_fewer_documents_than_a_fixed_one_and_keeps_its_risks(
    tolerance: Tolerance,
    plan: tuple[int, int],
    earliest: int,
    averages: tuple[float, float],
    risks: tuple[float, float],
) -> None:
    lines = lines_of(tolerance)
    assert fixed_plan(tolerance) == plan
    assert (lines.earliest_yes, lines.last) == (earliest, 2 * plan[0])
    good, bad = expected(lines, tolerance.fine), expected(lines, tolerance.bad)
    assert (round(good.documents, 1), round(bad.documents, 1)) == averages
    assert (round(100 * (1 - good.yes), 1), round(100 * bad.yes, 1)) == risks


def test_a_check_stops_at_the_first_line_that_it_crosses() -> None:
    lines = lines_of(Tolerance(0.02, 0.08))
    assert verdict_of(lines, [False] * 35) == (None, 35)
    assert verdict_of(lines, [False] * 60) == ("yes", 36)
    assert verdict_of(lines, [True, True, True] + [False] * 50) == ("no", 3)
    assert verdict_of(lines, [True] + [False] * 58) == ("yes", 59)


def test_a_check_that_never_crosses_a_line_ends_by_the_middle() -> None:
    lines = lines_of(Tolerance(0.02, 0.08))
    between = [round(lines.slope * n) - round(lines.slope * (n - 1)) == 1 for n in range(1, 197)]
    said, number = verdict_of(lines, between)
    assert (said, number) == ("no" if sum(between) > lines.slope * 196 else "yes", 196)


def test_all_right_says_that_few_are_wrong_and_of_fewer_documents_fewer_are_needed() -> None:
    assert [none_needed(0.05, of) for of in (None, 1000, 300, 100)] == [59, 57, 54, 45]
    assert [none_needed(0.02, of) for of in (None, 1000, 300, 100)] == [149, 138, 117, 78]
    assert none_needed(0.05, 3) == 3


def test_a_hit_rate_is_said_with_its_range() -> None:
    assert share_in_words(17, 25) == "17 of 25: 68 % (48-83)"
    assert share_in_words(0, 0) == "none tried yet"
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(0, 5)[0] == pytest.approx(0)


def test_a_draw_is_the_same_again_holds_each_once_and_takes_of_each_person_in_proportion() -> None:
    people = {"A": [f"a{n}" for n in range(200)], "B": [f"b{n}" for n in range(100)], "C": ["c"]}
    order = drawn(people, seed=7)
    assert order == drawn({name: list(reversed(people[name])) for name in reversed(people)}, seed=7)
    assert order != drawn(people, seed=8)
    assert sorted(order) == sorted(one for documents in people.values() for one in documents)
    for many in (30, 90, 150):
        shares = Counter(document[0] for document in order[:many])
        assert abs(shares["a"] - many * 2 / 3) <= 2
