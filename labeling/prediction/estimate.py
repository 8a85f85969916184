"""What a model is worth: each document proposed for by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from labeling.errors import Invalid
from labeling.model import Unit
from labeling.prediction.groups import Groups
from labeling.prediction.model import NO_TAG, Model, Prediction, Scale, log_odds, scaled, train
from labeling.prediction.task import Example, Task, task_of

FOLDS = 5
_DRAWS, _SEED = 1_000, 0
_COVERED = (2.5, 97.5)
_STEPS = 50
_PULL = 2.0
"""How strongly the scale is held where it was, so that few hits change little."""
_LOWEST_SLOPE = 0.05

Tell = Callable[[float], object]


class Score(NamedTuple):
    """How many tags were proposed, how many stand, and how many are both."""

    proposed: int
    standing: int
    hits: int

    @property
    def precision(self) -> float:
        return self.hits / self.proposed if self.proposed else 0.0

    @property
    def recall(self) -> float:
        return self.hits / self.standing if self.standing else 0.0

    @property
    def f1(self) -> float:
        both = self.proposed + self.standing
        return 2 * self.hits / both if both else 0.0


@dataclass(frozen=True)
class Worth:
    """What was proposed for each example by a model that had not seen it, and by how much confidences are to
    be moved so that they come true."""

    examples: tuple[Example, ...]
    predictions: tuple[tuple[Prediction, ...], ...]
    scale: Scale

    @property
    def score(self) -> Score:
        """Of whole tags: start, end, class and label all equal."""
        return self._scored(lambda unit: unit)

    @property
    def span_score(self) -> Score:
        """Of spans alone."""
        return self._scored(lambda unit: unit[:2])

    @property
    def by_class(self) -> dict[str | None, Score]:
        """Of the tags of each class, in the order in which they occur."""
        classes = dict.fromkeys(tag[2] for example in self.examples for tag in example.tags)
        return {class_: self._scored(lambda unit: unit, (class_,)) for class_ in classes}

    @property
    def interval(self) -> tuple[float, float]:
        """Within which the F1 of whole tags lies in 95 of 100 samples of as many documents."""
        counts = np.array([_score([unit], [tags], lambda unit: unit) for unit, tags in self._pairs()])
        chance = np.random.default_rng(_SEED)
        drawn = chance.multinomial(len(counts), [1 / len(counts)] * len(counts), _DRAWS) @ counts
        both = np.maximum(1, drawn[:, 0] + drawn[:, 1])
        low, high = np.percentile(2 * drawn[:, 2] / both, _COVERED)
        return float(low), float(high)

    @property
    def calibration_error(self) -> float:
        """By how much scaled confidences are off on average, in tenths of their range (ECE)."""
        return calibration_error(
            [(scaled(share, self.scale), hit) for share, hit in hits(self.examples, self.predictions)]
        )

    def _pairs(self) -> Iterator[tuple[list[Unit], list[Unit]]]:
        for found, example in zip(self.predictions, self.examples, strict=True):
            yield [one.unit for one in found], list(example.tags)

    def _scored(self, part: Callable[[Unit], object], classes: Sequence[str | None] | None = None) -> Score:
        pairs = [
            [[unit for unit in units if classes is None or unit[2] in classes] for units in pair]
            for pair in self._pairs()
        ]
        return _score([found for found, _ in pairs], [tags for _, tags in pairs], part)


def score(predictions: Sequence[Sequence[Prediction]], examples: Sequence[Example]) -> Score:
    """What was proposed for examples against their tags: whole tags, each counted once a document."""
    found = [[one.unit for one in proposed] for proposed in predictions]
    return _score(found, [example.tags for example in examples], lambda unit: unit)


def _score(
    found: Sequence[Sequence[Unit]], standing: Sequence[Sequence[Unit]], part: Callable[[Unit], object]
) -> Score:
    pairs = [
        ({part(unit) for unit in proposed}, {part(unit) for unit in tags})
        for proposed, tags in zip(found, standing, strict=True)
    ]
    return Score(
        sum(len(proposed) for proposed, _ in pairs),
        sum(len(tags) for _, tags in pairs),
        sum(len(proposed & tags) for proposed, tags in pairs),
    )


def estimate(
    examples: Sequence[Example],
    *,
    task: Task | None = None,
    groups: Groups | None = None,
    tell: Tell = lambda _: None,
) -> Worth:
    """By five folds, each predicted by a model of the others; `tell` is called with the share done.

    Raises Invalid for examples without a tag, and where nothing can be trained.
    """
    task = task or task_of(examples)
    found: list[tuple[Prediction, ...]] = [()] * len(examples)
    for fold, model in _models(examples, task, groups):
        for n in range(fold, len(examples), FOLDS):
            found[n] = model.predict(examples[n].text) if model else ()
        tell((fold + 1) / FOLDS)
    return Worth(tuple(examples), tuple(found), fitted_scale(hits(examples, found)))


def standing_likelihoods(
    examples: Sequence[Example],
    *,
    task: Task | None = None,
    groups: Groups | None = None,
    tell: Tell = lambda _: None,
) -> tuple[tuple[float, ...], ...]:
    """How likely each tag of each example is, to a model that has not seen the document: what stands though
    it is unlikely is worth a second look. Raises Invalid as `estimate` does."""
    task = task or task_of(examples)
    found: list[tuple[float, ...]] = [()] * len(examples)
    for fold, model in _models(examples, task, groups):
        for n in range(fold, len(examples), FOLDS):
            text, tags = examples[n]
            found[n] = model.likelihoods(text, tags) if model else (0.0,) * len(tags)
        tell((fold + 1) / FOLDS)
    return tuple(found)


def _models(
    examples: Sequence[Example], task: Task, groups: Groups | None
) -> Iterator[tuple[int, Model | None]]:
    """For each fold, by position, a model of the others; none where the others have no tag."""
    if not any(example.tags for example in examples):
        raise Invalid(NO_TAG)
    for fold in range(FOLDS):
        others = [example for n, example in enumerate(examples) if n % FOLDS != fold]
        known = any(example.tags for example in others)
        yield fold, train(others, task=task, groups=groups) if known else None


def hits(
    examples: Sequence[Example], predictions: Sequence[Sequence[Prediction]]
) -> list[tuple[float, bool]]:
    """Each confidence, and whether a person had set just that tag."""
    return [
        (one.confidence, one.unit in example.tags)
        for example, proposed in zip(examples, predictions, strict=True)
        for one in proposed
    ]


def fitted_scale(found: Sequence[tuple[float, bool]]) -> Scale:
    """By which confidences come true as often as they say (Platt, by Newton's steps)."""
    odds = np.array([log_odds(share) for share, _ in found])
    came_true = np.array([float(hit) for _, hit in found])
    rows, start = np.stack([odds, np.ones_like(odds)], 1), np.array([1.0, 0.0])
    scale = start
    for _ in range(_STEPS):
        shares = 1 / (1 + np.exp(-(rows @ scale)))
        slope = rows.T @ (shares - came_true) + _PULL * (scale - start)
        bend = (rows * (shares * (1 - shares))[:, None]).T @ rows + _PULL * np.eye(2)
        scale = scale - np.linalg.solve(bend, slope)
    return max(_LOWEST_SLOPE, float(scale[0])), float(scale[1])


def calibration_error(found: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """By how much confidences are off on average, by tenths of their range (ECE)."""
    off = 0.0
    for n in range(bins):
        held = [(share, hit) for share, hit in found if min(bins - 1, int(share * bins)) == n]
        off += abs(sum(share for share, _ in held) - sum(hit for _, hit in held))
    return off / len(found) if found else 0.0
