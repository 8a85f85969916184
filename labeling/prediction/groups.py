"""Groups of words that stand among the same neighbours, from all texts of a project, tagged or not.

What was learned about a word then serves the others of its group, which nobody has tagged yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from labeling.prediction.words import WordSplitter

Groups = dict[str, tuple[int, ...]]
"""The groups that a word is in, one of each size."""

_SIZES = (40, 160)
_SEED = 0
_FEWEST = 3
"""How often a word must occur."""
_MOST_WORDS, _MOST_NEIGHBOURS = 12_000, 500
_DIMENSIONS, _SPARE, _POWER = 40, 10, 2
_ROUNDS = 12
_DECIMALS = 6
"""Of what is compared, so that sums in another order, on more cores, come to the same groups."""
_Matrix = NDArray[np.float64]
_Counts = NDArray[np.float32]


def word_groups(texts: Iterable[str]) -> Groups:
    """The groups of the words of the texts; none where there are too few words. Same texts, same groups."""
    words = WordSplitter()
    read = [words.read(text).low for text in texts]
    counts = Counter(word for low in read for word in low)
    common = counts.most_common(_MOST_WORDS)
    rows = {word: n for n, word in enumerate(word for word, count in common if count >= _FEWEST)}
    if len(rows) < 2 * max(_SIZES):
        return {}
    columns = {word: n for n, (word, _) in enumerate(common[:_MOST_NEIGHBOURS])}
    chance = np.random.default_rng(_SEED)
    points = _reduced(_associations(_neighbours(read, rows, columns)), chance)
    found = [_grouped(points, size, chance) for size in _SIZES]
    return {word: tuple(int(groups[n]) for groups in found) for word, n in rows.items()}


def _neighbours(read: list[tuple[str, ...]], rows: dict[str, int], columns: dict[str, int]) -> _Counts:
    """How often a common word stands before, or after, each word."""
    found = np.zeros((len(rows), 2 * len(columns)), np.float32)
    for low in read:
        for word, following in pairwise(low):
            if word in rows and following in columns:
                found[rows[word], len(columns) + columns[following]] += 1
            if following in rows and word in columns:
                found[rows[following], columns[word]] += 1
    return found


def _associations(counts: _Counts) -> _Matrix:
    """By how much more often than by chance (positive pointwise mutual information)."""
    found, total = counts.astype(np.float64), counts.sum()
    of_word, of_neighbour = found.sum(1, keepdims=True), found.sum(0, keepdims=True)
    with np.errstate(all="ignore"):
        found *= total
        found /= of_word
        found /= of_neighbour
        np.log(found, out=found)
    found[~(found > 0)] = 0  # never seen together, or less often
    return found


def _reduced(associations: _Matrix, chance: np.random.Generator) -> _Matrix:
    """Each word as a point on a sphere of few dimensions (randomised singular value decomposition)."""
    size = (associations.shape[1], _DIMENSIONS + _SPARE)
    basis, _ = np.linalg.qr(associations @ chance.normal(size=size))
    for _ in range(_POWER):
        basis, _ = np.linalg.qr(associations @ (associations.T @ basis))
    left, strength, _ = np.linalg.svd(basis.T @ associations, full_matrices=False)
    points = (basis @ left)[:, :_DIMENSIONS] * np.sqrt(strength[:_DIMENSIONS])
    return _on_sphere(points).round(_DECIMALS)


def _on_sphere(points: _Matrix) -> _Matrix:
    length = np.linalg.norm(points, axis=-1, keepdims=True)
    return np.asarray(points / (length + 1e-9))


def _grouped(points: _Matrix, size: int, chance: np.random.Generator) -> NDArray[np.intp]:
    """The nearest of `size` centres, for each point (k-means)."""
    centres = points[chance.choice(len(points), size, replace=False)]
    nearest = np.zeros(len(points), np.intp)
    for _ in range(_ROUNDS):
        nearest = (points @ centres.T).round(_DECIMALS).argmax(1)
        for group in range(size):
            if (nearest == group).any():
                centres[group] = _on_sphere(points[nearest == group].mean(0))
    return nearest
