"""Trains a chain with CRFsuite, the one module that knows it.

CRFsuite only trains. Its weights are read out at once and its own format is never loaded from a store: a
damaged model ends its process, and so does one that was trained on nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
Prepared = Any
"""Items in CRFsuite's own form."""


def prepared(items: Items) -> Prepared:
    """What several learners are to be given: it takes long to make. Raises Invalid where CRFsuite is not
    installed."""
    if pycrfsuite is None:
        raise Invalid(NO_LIBRARY)
    return pycrfsuite.ItemSequence(items)


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
            self.add_prepared(prepared(items), tags)

    def add_prepared(self, items: Prepared, tags: Sequence[str]) -> None:
        """The same of items that are made ready and are not none."""
        self._trainer.append(items, [self._codes.setdefault(tag, str(len(self._codes))) for tag in tags])

    def fit(self) -> Chain:
        """What was learned; with fewer than two tags there is nothing to learn. Can be called once."""
        tags = tuple(self._codes)
        steps = np.zeros((max(1, len(tags)),) * 2)
        if len(tags) < 2:
            return Chain(tags, {}, np.zeros((1, max(1, len(tags))), np.float32), steps)
        with tempfile.TemporaryDirectory() as folder:
            path, dump = str(Path(folder) / "model"), Path(folder) / "dump"
            self._trainer.train(path)
            self._trainer.clear()
            tagger = pycrfsuite.Tagger()
            tagger.open(path)
            tagger.dump(str(dump))
            tagger.close()
            found = _said(dump)
        for before, code, weight in found["TRANSITIONS"]:
            steps[int(before), code] = weight
        rows = dict[str, int]()
        places = [(rows.setdefault(name, len(rows)), code) for name, code, _ in found["STATE_FEATURES"]]
        weights = np.zeros((len(rows) + 1, len(tags)), np.float32)
        if places:
            weights[tuple(zip(*places, strict=True))] = [weight for _, _, weight in found["STATE_FEATURES"]]
        return Chain(tags, rows, weights, steps)


def _said(dump: Path) -> dict[str, list[tuple[str, int, float]]]:
    """The weights as CRFsuite writes them down, by block: `(0) name --> 1: 0.25`. The reader that comes with
    it takes four times as long."""
    found: dict[str, list[tuple[str, int, float]]] = {"TRANSITIONS": [], "STATE_FEATURES": []}
    block: list[tuple[str, int, float]] | None = None
    with dump.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if not line.startswith(" "):
                block = found.get(line.split(" ", 1)[0])
            elif block is not None:
                said, _, weight = line.rpartition(": ")
                name, _, code = said.rpartition(" --> ")
                block.append((name.split(") ", 1)[1], int(code), float(weight)))
    return found


def can_train() -> bool:
    """Whether models can be trained on this machine."""
    return pycrfsuite is not None
