"""Whole documents: which classes, which one label, or which pairs of the two they have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

import numpy as np

from labeling.model import Unit
from labeling.prediction.chain import Chain
from labeling.prediction.features import Weights, document_features
from labeling.prediction.learner import DOCUMENTS, Learner, Prepared, prepared
from labeling.prediction.spans_part import Guess, Name
from labeling.prediction.task import Example, Task
from labeling.prediction.words import WordSplitter

_STRENGTH = 3
_YES, _NO = "1", "0"
_LIKELY = 0.5
_LEAST = 1e-12
_BIAS = "bias"
_ALWAYS = 14.0
"""Log-odds of what every document had."""


@dataclass(frozen=True)
class DocumentsPart:
    """`counts`: in how many of `total` documents each feature was; `names`: what a document may have: one of
    them (a label, or none) for LABEL, else any."""

    task: Task
    counts: Mapping[str, int]
    total: int
    names: tuple[tuple[Name, Name], ...]
    chains: Mapping[str, Chain]

    def guesses(self, text: str) -> tuple[list[Guess], float]:
        """What the document most likely has; and the doubt, which is larger the less likely all of it is."""
        end, shares = len(text), self._shares(text)
        if self.task is Task.LABEL:
            best = max(range(len(shares)), key=shares.__getitem__)
            _, label = self.names[best]
            found: list[Guess] = [(0, end, None, label, shares[best])] if label is not None else []
            return found if end else [], -log(max(_LEAST, shares[best]))
        doubt = -sum(log(max(share, 1 - share)) for share in shares)
        likely = [(0, end, *names, share) for names, share in self._with(shares) if share >= _LIKELY]
        return likely if end else [], doubt

    def likelihoods(self, text: str, tags: Sequence[Unit]) -> list[float]:
        """How likely each of these tags is; 0 for one that is not known."""
        known = dict(self._with(self._shares(text)))
        return [known.get((class_, label), 0.0) for _, _, class_, label in tags]

    def to_json(self) -> dict[str, Any]:
        """All but the chains."""
        return {"task": self.task, "counts": self.counts, "total": self.total, "names": self.names}

    @classmethod
    def from_json(cls, said: Mapping[str, Any], chains: Mapping[str, Chain]) -> DocumentsPart:
        names = tuple((class_, label) for class_, label in said["names"])
        return cls(Task(said["task"]), said["counts"], said["total"], names, chains)

    def _shares(self, text: str) -> list[float]:
        """How likely each of the names is."""
        features = weighted(document_features(WordSplitter().read(text).low), self.counts, self.total)
        if self.task is Task.LABEL:
            shares = self.chains["label"].shares(features)
            return [shares.get(str(n), 0.0) for n in range(len(self.names))]
        odds = self.chains["pairs"].scores(features)
        found: list[float] = (1 / (1 + np.exp(-odds))).tolist()
        return found

    def _with(self, shares: Sequence[float]) -> list[tuple[tuple[Name, Name], float]]:
        return list(zip(self.names, shares, strict=True))


def learn_documents(examples: Sequence[Example], task: Task, fewest: int = 1) -> DocumentsPart:
    """Learn what whole documents have, of all that at least so many of them have. Raises Invalid where
    nothing can be trained."""
    words = WordSplitter()
    total, counts = len(examples), Counter[str]()
    for example in examples:
        counts.update(document_features(words.read(example.text).low).keys())
    known = {name: count for name, count in counts.items() if count > 1}
    given = [_names(example, task) for example in examples]
    times = Counter(name for one in given for name in dict.fromkeys(one))
    names = tuple(name for name, count in times.items() if count >= fewest)
    items = [
        prepared([weighted(document_features(words.read(example.text).low), known, total)])
        for example in examples
    ]
    if task is Task.LABEL:
        chain = _learned(items, [str(names.index(has[0])) for has in given])
        return DocumentsPart(task, known, total, names, {"label": chain})
    rows = {name: n for n, name in enumerate((_BIAS, *known))}
    weights = np.zeros((len(rows) + 1, len(names)), np.float32)
    for n, name in enumerate(names):  # one after the other: each takes as much memory as all documents do
        chain = _learned(items, [_YES if name in has else _NO for has in given])
        if len(chain.tags) < 2:
            weights[rows[_BIAS], n] = _ALWAYS
            continue
        said, much = chain.preference(_YES, _NO)
        weights[[rows[feature] for feature in said], n] = much
    tags = [str(n) for n in range(len(names))]
    steps = np.zeros((max(1, len(names)),) * 2)
    return DocumentsPart(task, known, total, names, {"pairs": Chain(tags, rows, weights, steps)})


def _learned(items: Sequence[Prepared], tags: Sequence[str]) -> Chain:
    learner = Learner(DOCUMENTS)
    for item, tag in zip(items, tags, strict=True):
        learner.add_prepared(item, [tag])
    return learner.fit()


def _names(example: Example, task: Task) -> list[tuple[Name, Name]]:
    """What a document has; where it takes one label, that one, or none."""
    names = [(class_, label) for _, _, class_, label in example.tags]
    return names[:1] or [(None, None)] if task is Task.LABEL else names


def weighted(features: Counter[str], counts: Mapping[str, int], total: int) -> Weights:
    """How much each known feature says: rare ones more; words, pairs and parts count alike as a whole."""
    values = {
        name: (1 + log(count)) * (log((1 + total) / (1 + counts[name])) + 1)
        for name, count in features.items()
        if name in counts
    }
    squares = defaultdict[str, float](float)
    for name, value in values.items():
        squares[name[0]] += value * value
    return {
        _BIAS: 1.0,
        **{name: _STRENGTH * value / sqrt(squares[name[0]]) for name, value in values.items()},
    }
