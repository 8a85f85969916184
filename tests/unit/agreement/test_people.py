from __future__ import annotations

from itertools import pairwise

import pytest

from labeling.agreement.comparison import NamePart
from labeling.agreement.people import (
    BLOCK,
    VERY_SURE,
    behind_bias,
    biases,
    binomial_limits,
    drift,
    funnel,
    holm,
    mcnemar,
)
from labeling.agreement.tags import PlacedTag
from tests.unit.agreement.cases import compared_texts, tags

FIVE = tuple(PlacedTag(4 * n, 4 * n + 2, "A", "P") for n in range(5))


def wrong(times: int) -> tuple[PlacedTag, ...]:
    """The same five tags, so many of them with another label."""
    return tuple(tag._replace(label="N") if n < times else tag for n, tag in enumerate(FIVE))


def test_the_limits_of_the_funnel_are_those_of_the_binomial() -> None:
    for tags_, low, high in ((20, 0.70, 1.00), (50, 0.74, 0.94), (200, 0.80, 0.90)):
        assert binomial_limits(0.85, tags_, 0.95) == pytest.approx((low, high))
    assert binomial_limits(1.0, 20, 0.95) == (1, 1)


def test_a_person_who_differs_far_more_than_chance_does_is_apart_and_no_other_is() -> None:
    texts = [(20, (FIVE, FIVE, FIVE, wrong(3 if n % 2 else 2))) for n in range(40)]
    found = funnel(compared_texts(*texts), [1, 2, 3, 4])
    assert [one.tags for one in found.people] == [200] * 4
    assert [found.is_apart(one) for one in found.people] == [False, False, False, True]
    low, high = found.limits(200)
    wider = found.limits(200, VERY_SURE)
    assert wider[0] < low < high < wider[1]


def test_documents_that_differ_as_wholes_make_the_funnel_wider() -> None:
    even = compared_texts(*[(20, (FIVE, wrong(n % 2 + 2))) for n in range(40)])
    clustered = compared_texts(*[(20, (FIVE, wrong(5 * (n % 2)))) for n in range(40)])
    assert funnel(even, [1, 2]).spread == 1
    assert funnel(clustered, [1, 2]).spread > 2


@pytest.mark.parametrize(("documents", "given"), [(19, FIVE), (49, tags("F 0-4"))])
def test_nobody_with_few_documents_or_tags_has_a_figure(documents: int, given: tuple[PlacedTag, ...]) -> None:
    found = funnel(compared_texts(*[(20, (given, given))] * documents), [1, 2])
    assert [one.f1.value for one in found.people] == [None, None]
    assert not any(found.is_apart(one) for one in found.people)


def test_mcnemar_and_holm_as_in_the_books() -> None:
    assert mcnemar(14, 3) == mcnemar(3, 14) == pytest.approx(0.0127, abs=1e-4)
    assert mcnemar(5, 5) == 1
    assert mcnemar(0, 0) == 1
    assert holm([0.01, 0.02, 0.03, 0.5]) == pytest.approx([0.04, 0.06, 0.06, 0.5])
    assert all(one <= other for one, other in pairwise(holm([0.01, 0.011, 0.9, 1.0])))


def test_a_bias_is_told_with_both_counts_and_its_very_places() -> None:
    neu, neg = tags("A/NEU 0-4"), tags("A/NEG 0-4")
    texts = [*[(10, (neu, neg, neu))] * 14, *[(10, (neg, neu, neg))] * 3, *[(10, (neu, neu, neu))] * 5]
    comparison = compared_texts(*texts)
    (found,) = biases(comparison, NamePart.LABEL)
    assert (found.person, found.name, found.other, found.so, found.reverse) == (1, "NEG", "NEU", 14, 3)
    assert found.p == found.corrected == pytest.approx(0.0127, abs=1e-4)
    assert found.is_told
    behind = behind_bias(comparison, NamePart.LABEL, found)
    assert [meeting.tags for meeting in behind] == [(neu[0], neg[0], neu[0])] * 14


def test_others_who_are_not_of_one_mind_say_nothing() -> None:
    texts = [(10, (tags("A/P 0-4"), tags("A/N 0-4"), tags("A/X 0-4")))] * 10
    assert biases(compared_texts(*texts), NamePart.LABEL) == ()


def test_whose_last_documents_agree_less_than_those_before_drifts() -> None:
    before = [(20, (FIVE, wrong(n % 2))) for n in range(2 * BLOCK)]
    after = [(20, (FIVE, wrong(2 + n % 2))) for n in range(BLOCK)]
    same = [(20, (FIVE, wrong(n % 2))) for n in range(BLOCK)]
    worse, steady = (drift(compared_texts(*before, *some), 1, [1, 2]) for some in (after, same))
    assert worse is not None
    assert steady is not None
    assert (worse.is_lower, steady.is_lower) == (True, False)
    assert worse.earlier == pytest.approx(0.9)
    assert drift(compared_texts(*before[: 2 * BLOCK - 1]), 1, [1, 2]) is None
