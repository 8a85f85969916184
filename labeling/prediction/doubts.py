"""Which tags a model would name otherwise: each judged by one that has not seen its document.

The share that the model gives the name of a tag, among all names, is how likely it is. What is least likely
is worth a look; as yes or no it would be a false alarm most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from labeling.model import Unit
from labeling.prediction.estimate import FOLDS
from labeling.prediction.features import Weights, crossed, span_features
from labeling.prediction.groups import Groups
from labeling.prediction.learner import SPANS, Learner
from labeling.prediction.praise import Praise, praise_for
from labeling.prediction.task import Example
from labeling.prediction.words import Worded, WordSplitter

Tell = Callable[[float], object]
NamedPart = Literal["class", "label"]
FEWEST = 50
"""Tags below which nothing is doubted."""


class Doubted(NamedTuple):
    """A tag, by the number of its document and its number there: how likely its name is, and the likeliest
    other one."""

    document: int
    tag: int
    share: float
    other: str
    other_share: float


def doubted(
    examples: Sequence[Example],
    part: NamedPart,
    groups: Groups | None = None,
    tell: Tell = lambda _: None,
) -> list[Doubted]:
    """Every tag whose class or label the model would choose otherwise; `tell` is called with the share done.

    There are none where all tags have one name, or are too few. Raises Invalid where nothing can be trained.
    """
    at = 2 if part == "class" else 3
    given = {tag[at] for example in examples for tag in example.tags}
    names = sorted(name for name in given if isinstance(name, str) and name)
    if len(names) < 2 or sum(len(example.tags) for example in examples) < FEWEST:
        return []
    reader = _Reader(examples, part, groups or {})
    found: list[Doubted] = []
    for fold in range(FOLDS):
        learner = Learner(SPANS)
        for number, example in enumerate(examples):
            if number % FOLDS != fold:
                for features, name in reader.named(example):
                    learner.add([features], [str(names.index(name))])
        chain = learner.fit()
        tell((fold + 0.8) / FOLDS)
        for number in range(fold, len(examples), FOLDS):
            for tag, (features, given_name) in enumerate(reader.read(examples[number])):
                if not given_name or not (shares := chain.shares(features)):
                    continue
                code, share = max(shares.items(), key=lambda one: one[1])
                if names[int(code)] != given_name:
                    own = shares.get(str(names.index(given_name)), 0.0)
                    found.append(Doubted(number, tag, own, names[int(code)], share))
        tell((fold + 1) / FOLDS)
    return found


class _Reader:
    """What the model sees of the tags of a document, and the name that each has."""

    def __init__(self, examples: Sequence[Example], part: NamedPart, groups: Groups) -> None:
        self._words = WordSplitter.learn(examples)
        self._part = part
        self._groups = groups
        self._praise: Praise = praise_for(example.text for example in examples) if part == "label" else {}
        classes = {tag[2] for example in examples for tag in example.tags}
        self._classes = {name: str(number) for number, name in enumerate(sorted(classes, key=str))}

    def read(self, example: Example) -> list[tuple[Weights, str | None]]:
        """Of every tag, in order; None for the name where it has none."""
        worded = self._words.read(example.text)
        return [self._of(worded, tag) for tag in example.tags]

    def named(self, example: Example) -> list[tuple[Weights, str]]:
        """Of those alone that have a name."""
        return [(features, name) for features, name in self.read(example) if name]

    def _of(self, worded: Worded, tag: Unit) -> tuple[Weights, str | None]:
        features = span_features(worded, (tag[0], tag[1]), self._groups, self._praise)
        if self._part == "class":
            return features, tag[2]
        return crossed(features, self._classes[tag[2]]), tag[3]
