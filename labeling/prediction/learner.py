"""Trains a chain with CRFsuite, the one module that knows it.

CRFsuite only trains. Its weights are read out at once and its own format is never loaded from a store: a
damaged model ends its process, and so does one that was trained on nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from labeling.errors import Invalid
from labeling.prediction.chain import Chain

try:
    import pycrfsuite
except ImportError:
    pycrfsuite = None

NO_LIBRARY = (
    "Models cannot be trained on this machine: there is no python-crfsuite for it. All else works; models "
    "that were trained elsewhere propose tags here too."
)
_ROUNDS = 60
WORDS = {"c1": 0.1, "c2": 0.1, "max_iterations": _ROUNDS, "feature.possible_transitions": True}
SPANS = {"c1": 0.05, "c2": 0.5, "max_iterations": _ROUNDS}
DOCUMENTS = {"c1": 0.0, "c2": 1.0, "max_iterations": _ROUNDS}
"""Settings for tags of words, for the class or label of a span, for whole documents."""

Items = Sequence[Sequence[str] | Mapping[str, float]]


class Learner:
    """Takes sequences one by one, so that no list of features outlives its document.

    CRFsuite sees 0, 1, 2 … for the tags, never a name that somebody made up. Raises Invalid where it is not
    installed.
    """

    def __init__(self, settings: Mapping[str, float]) -> None:
        if pycrfsuite is None:
            raise Invalid(NO_LIBRARY)
        self._trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        self._trainer.set_params(dict(settings))
        self._codes = dict[str, str]()

    def add(self, items: Items, tags: Sequence[str]) -> None:
        """Learn from a sequence and the tag of each item; features are text without NUL and surrogates."""
        if items:
            codes = [self._codes.setdefault(tag, str(len(self._codes))) for tag in tags]
            self._trainer.append(pycrfsuite.ItemSequence(items), codes)

    def fit(self) -> Chain:
        """What was learned; with fewer than two tags there is nothing to learn. Can be called once."""
        tags = tuple(self._codes)
        steps = np.zeros((max(1, len(tags)),) * 2)
        if len(tags) < 2:
            return Chain(tags, {}, np.zeros((1, max(1, len(tags))), np.float32), steps)
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "model")
            self._trainer.train(path)
            self._trainer.clear()
            tagger = pycrfsuite.Tagger()
            tagger.open(path)
            found = tagger.info()
            tagger.close()
        rows = dict[str, int]()
        for name, _ in found.state_features:
            rows.setdefault(name, len(rows))
        weights = np.zeros((len(rows) + 1, len(tags)), np.float32)
        for (name, code), weight in found.state_features.items():
            weights[rows[name], int(code)] = weight
        for (before, code), weight in found.transitions.items():
            steps[int(before), int(code)] = weight
        return Chain(tags, rows, weights, steps)


def can_train() -> bool:
    """Whether models can be trained on this machine."""
    return pycrfsuite is not None
