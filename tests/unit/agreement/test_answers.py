"""People against known answers, and against themselves: counted as by hand, each span behind it listed."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from labeling.agreement.answers import (
    against_answers,
    against_themselves,
    behind_answers,
    pace,
    with_answers,
)
from labeling.agreement.people import drift
from labeling.agreement.tags import PlacedTag, TaggedText
from tests.unit.agreement.cases import a_text, changed, random_tags

THREE = tuple(PlacedTag(5 * n, 5 * n + 4, "A", "P") for n in range(3))
OTHER = tuple(tag._replace(label="N") for tag in THREE)


def texts(*given: tuple[PlacedTag, ...], first: int = 1, **fields: object) -> list[TaggedText]:
    return [
        a_text(20, tags, position=at, id=first + at, text=f"Document {first + at}", **fields)
        for at, tags in enumerate(given)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_recall_and_precision_are_those_of_the_common_tags(seed: int) -> None:
    random = Random(seed)
    answers = [random_tags(random, 20) for _ in range(60)]
    mine = [changed(random, given, 20) for given in answers]
    comparison = with_answers([texts(*mine)], [texts(*answers[:40]), texts(*answers)], [[]])
    found = against_answers(comparison, 0, 2, [1])
    alike = sum(sum((Counter(a) & Counter(b)).values()) for a, b in zip(mine, answers, strict=True))
    # Two sessions have the answers: each document counts once.
    assert (found.documents, found.tags, found.known) == (60, sum(map(len, mine)), sum(map(len, answers)))
    assert found.recall.value == pytest.approx(alike / found.known)
    assert found.precision.value == pytest.approx(alike / found.tags)
    assert found.recall.low is not None
    listed = behind_answers(comparison, 0, 2, themselves=False)
    assert sum(one.tags[0] is not None for one in listed) == found.tags - alike
    assert sum(one.tags[1] is not None for one in listed) == found.known - alike


def test_with_few_answers_there_is_no_figure_but_the_spans() -> None:
    comparison = with_answers([texts(*[THREE] * 19)], [texts(*[OTHER] * 19)], [[]])
    found = against_answers(comparison, 0, 1, [1])
    assert (found.recall.value, found.precision.value, found.documents) == (None, None, 19)
    assert len(behind_answers(comparison, 0, 1, themselves=False)) == 3 * 19


def test_who_does_a_document_twice_is_compared_with_themselves() -> None:
    firsts, seconds = texts(*[THREE] * 20), texts(*[THREE] * 15, *[OTHER] * 5, first=101)
    ben = texts(*[OTHER] * 20)
    twice = list(zip(firsts, seconds, strict=True))
    comparison = with_answers([[*firsts, *seconds], ben], [texts(*[THREE] * 20)], [twice, []])
    found = against_themselves(comparison, 0, 1, [1, 2])
    assert (found.documents, found.tags, found.f1.value) == (20, 60, pytest.approx(0.75))
    assert len(behind_answers(comparison, 0, 1, themselves=True)) == 15
    assert against_answers(comparison, 0, 1, [1, 2]).recall.value == 1
    assert against_answers(comparison, 1, 1, [1, 2]).recall.value == 0
    assert against_themselves(comparison, 1, 1, [1, 2]).documents == 0
    # Known answers and repeated documents show the drift, in the order of time: here that of the session.
    drifted = drift(comparison, 0, [1, 2])
    assert drifted is not None
    assert (drifted.earlier, drifted.newest.value) == (1, pytest.approx(0.75))


def test_drift_follows_the_time_at_which_documents_were_handed_in() -> None:
    from datetime import UTC, datetime, timedelta

    start = datetime(2026, 1, 1, tzinfo=UTC)
    given = [OTHER] * 20 + [THREE] * 20
    mine = [text._replace(handed_in=start + timedelta(days=40 - at)) for at, text in enumerate(texts(*given))]
    found = drift(with_answers([mine], [texts(*[THREE] * 40)], [[]]), 0, [1])
    assert found is not None
    assert (found.earlier, found.newest.value, found.is_lower) == (1, 0, True)


def test_the_pace_is_the_median_for_a_hundred_characters_and_for_a_tag() -> None:
    hundred = "x" * 100
    timed = [a_text(0, THREE, text=hundred * 2, seconds=2 * at) for at in range(1, 42)]
    found = pace([*timed, a_text(0, THREE, text=hundred)])
    assert found is not None
    assert (found.documents, found.for_text) == (41, (11, 21, 31))
    assert found.for_tag == pytest.approx((22 / 3, 42 / 3, 62 / 3))
    assert pace(timed[:19]) is None
    bare = pace([a_text(0, text=hundred, seconds=1)] * 20)
    assert bare is not None
    assert bare.for_tag is None
