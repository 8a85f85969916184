from __future__ import annotations

from collections.abc import Sequence

import pytest

from labeling.agreement.figures import figures
from labeling.agreement.intervals import Estimate, Sureness, clopper_pearson
from tests.unit.agreement.cases import compared_texts, tags
from tests.unit.agreement.coverage import coverage

SAME = (tags("F 0-4"), tags("F 0-4"))
OTHER = (tags("F 0-4"), tags("PRICE/POS 0-4"))
NONE = ((), ())


def strict_of(*pairs: Sequence[object], seed: Sequence[int] = (5, 6)) -> Estimate:
    return figures(compared_texts(*[(10, given) for given in pairs]), seed).strict  # type: ignore[arg-type]


def test_under_ten_documents_there_is_no_interval_and_under_fifty_it_is_rough() -> None:
    few, rough, firm = (strict_of(*[SAME, OTHER, OTHER] * n) for n in (3, 4, 17))
    assert (few.sureness, few.low, few.documents) == (Sureness.TOO_FEW, None, 9)
    assert (rough.sureness, firm.sureness) == (Sureness.ROUGH, Sureness.FIRM)
    for found in (rough, firm):
        assert found.value is not None
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low < found.value < found.high <= 1
    assert firm.high - firm.low < rough.high - rough.low  # type: ignore[operator]


def test_the_same_sessions_have_the_same_interval_at_every_look() -> None:
    mixed = [SAME, OTHER, OTHER] * 6
    assert strict_of(*mixed) == strict_of(*mixed)
    assert strict_of(*mixed) != strict_of(*mixed, seed=(5, 7))


def test_without_any_difference_the_share_of_documents_not_to_be_ruled_out_is_given() -> None:
    found = strict_of(*[SAME] * 20)
    assert (found.value, found.low, found.sureness) == (1, None, Sureness.NO_DIFFERENCE)
    assert found.at_most == pytest.approx(0.1391, abs=1e-4)


def test_where_every_document_is_as_wrong_as_the_others_no_interval_pretends_to_be_sure() -> None:
    found = strict_of(*[OTHER] * 20)
    assert (found.value, found.low, found.sureness) == (0, None, Sureness.ALL_ALIKE)


def test_where_many_draws_have_no_value_there_is_no_interval() -> None:
    """Of 12 documents one is tagged: a draw lacks it in 35 of 100 cases."""
    found = strict_of(SAME, *[NONE] * 11)
    assert (found.value, found.low, found.sureness) == (1, None, Sureness.UNDEFINED)
    assert strict_of(*[NONE] * 12).value is None


def test_the_exact_interval_of_a_share() -> None:
    assert clopper_pearson(2, 50) == pytest.approx((0.0049, 0.1371), abs=1e-4)
    assert clopper_pearson(0, 20) == pytest.approx((0, 0.1684), abs=1e-4)
    assert clopper_pearson(20, 20) == pytest.approx((0.8316, 1), abs=1e-4)


def test_of_the_intervals_at_fifty_documents_about_95_in_100_hold_the_truth() -> None:
    """With a fixed seed; the soak test draws more."""
    assert 0.90 <= coverage(50, 150, draws=400, seed=1) <= 0.99
