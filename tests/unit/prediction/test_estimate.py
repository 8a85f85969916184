"""What a model is worth."""

from __future__ import annotations

import random

import pytest

from labeling.errors import Invalid
from labeling.prediction.estimate import (
    Score,
    Worth,
    calibration_error,
    estimate,
    fitted_scale,
    score,
    standing_likelihoods,
)
from labeling.prediction.model import Prediction, scaled, train
from labeling.prediction.task import Example
from tests.unit.prediction.corpus import reviews

TAGS = ((0, 4, "Food", "POS"), (6, 9, "Food", "NEG"), (10, 12, "Staff", None))


def guessed(*tags: tuple[int, int, str | None, str | None]) -> tuple[Prediction, ...]:
    return tuple(Prediction(*tag, 0.9) for tag in tags)


def test_a_tag_counts_only_as_a_whole() -> None:
    example = Example("Soup, hot rum", TAGS)
    predicted = guessed(TAGS[0], (6, 9, "Food", "POS"), (0, 2, "Food", "POS"))
    assert score([predicted], [example]) == Score(proposed=3, standing=3, hits=1)
    assert score([predicted], [example]).f1 == pytest.approx(1 / 3)
    found = Worth((example,), (predicted,), (1.0, 0.0))
    assert found.span_score == Score(3, 3, 2)
    assert found.by_class == {"Food": Score(3, 2, 1), "Staff": Score(0, 1, 0)}
    assert score([()], [Example("nothing")]).f1 == 0


def test_an_estimate_comes_near_to_what_the_model_then_does() -> None:
    examples, told = reviews(60), list[float]()
    noisy = [Example(text, tags[:1] if n % 4 == 0 else tags) for n, (text, tags) in enumerate(examples)]
    found = estimate(noisy, tell=told.append)
    model = train(noisy)
    others = [
        Example(text, tags[:1] if n % 4 == 0 else tags) for n, (text, tags) in enumerate(reviews(200, seed=1))
    ]
    real = score([model.predict(example.text) for example in others], others)
    assert found.score.f1 == pytest.approx(real.f1, abs=0.1)
    low, high = found.interval
    assert low < found.score.f1 < high
    assert told == [0.2, 0.4, 0.6, 0.8, 1.0]


def test_no_document_is_predicted_by_a_model_that_has_seen_it() -> None:
    examples = reviews(40)
    text = "Nowhere else the zyzzyva."
    alone = Example(text, ((17, 24, "Insect", "POS"),))
    assert all(one.class_ != "Insect" for one in estimate([*examples, alone]).predictions[-1])


def test_confidences_are_moved_until_they_come_true() -> None:
    chance = random.Random(0)
    bold = [(share, chance.random() < share / 2) for share in (chance.random() for _ in range(2_000))]
    scale = fitted_scale(bold)
    assert calibration_error(bold) > 0.2
    assert calibration_error([(scaled(share, scale), hit) for share, hit in bold]) < 0.05
    assert fitted_scale([]) == (1.0, 0.0)
    assert scaled(0.0, (0.05, -900.0)) == 0.0


def test_a_tag_that_stands_wrongly_is_the_least_likely() -> None:
    examples = reviews(100)
    text, ((start, end, class_, label), *others) = examples[50].text, examples[50].tags
    wrong = (start, end, class_, "NEG" if label == "POS" else "POS")
    examples[50] = Example(text, (wrong, *others))
    likely = standing_likelihoods(examples)
    assert [len(of_one) for of_one in likely] == [len(example.tags) for example in examples]
    assert min((share, n) for n, of_one in enumerate(likely) for share in of_one)[1] == 50


def test_too_little_is_refused() -> None:
    with pytest.raises(Invalid):
        estimate([Example("nothing")] * 10)
    tags = ((0, 4, "Food", "POS"),)
    assert estimate([Example("Soup", tags), *[Example("nothing")] * 9]).score == Score(0, 1, 0)
