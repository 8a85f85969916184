"""The weights of a linear chain: which tags a row of words has, how sure that is, and how sure any span is.

With one item it is multinomial logistic regression.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

OUTSIDE = "O"
BEGIN, INSIDE = "B", "I"
"""Before the number of the class that a word's tag names: `B2`, `I2`."""

Vector = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]


class FoundSpan(NamedTuple):
    """Words from the first to before `after`, the class as the tags name it, and how likely just that is."""

    first: int
    after: int
    class_: str
    probability: float


@dataclass(frozen=True)
class Lattice:
    """All rows of tags that a text may have, weighed. Logarithms, by word and tag."""

    scores: Vector
    forward: Vector
    backward: Vector
    total: float
    path: tuple[int, ...]
    best: float

    @property
    def doubt(self) -> float:
        """How unlikely the best row of tags is: minus the logarithm of its probability."""
        return max(0.0, self.total - self.best)


class Chain:
    """A weight for each feature and tag (`rows`: which row of the weights a feature has; the last row is
    empty), and one for each step from tag to tag."""

    def __init__(
        self, tags: Sequence[str], rows: Mapping[str, int], weights: NDArray[np.float32], steps: Vector
    ) -> None:
        self.tags, self._rows = tuple(tags), dict(rows)
        self._weights, self._steps = weights, steps
        self._at = {tag: n for n, tag in enumerate(self.tags)}

    def shares(self, features: Mapping[str, float]) -> dict[str, float]:
        """How likely each tag is, for one item that has so much of each feature."""
        if not self.tags:
            return {}
        scores = self.scores(features)
        shares = np.exp(scores - scores.max())
        return dict(zip(self.tags, (shares / shares.sum()).tolist(), strict=True))

    def scores(self, features: Mapping[str, float]) -> Vector:
        """How much speaks for each tag, for one item that has so much of each feature."""
        known = [(self._rows[name], value) for name, value in features.items() if name in self._rows]
        if not known:
            return np.zeros(len(self.tags))
        rows, values = zip(*known, strict=True)
        return np.asarray(np.array(values) @ self._weights[list(rows)].astype(np.float64))

    def preference(self, tag: str, other: str) -> tuple[list[str], NDArray[np.float32]]:
        """How much more each feature speaks for a tag than for another one; it has learned both."""
        found = self._weights[:-1, self._at[tag]] - self._weights[:-1, self._at[other]]
        return list(self._rows), found

    def weigh(self, words: Sequence[Sequence[str]]) -> Lattice:
        """All rows of tags for words with these features. There must be a word and a tag."""
        none, flat, starts = len(self._rows), list[int](), list[int]()
        for features in words:
            starts.append(len(flat))
            flat.extend(self._rows.get(name, none) for name in features)
        scores = np.add.reduceat(self._weights[flat], starts, axis=0).astype(np.float64)
        forward, backward, reached = scores.copy(), np.zeros_like(scores), scores[0]
        came_from, every = list[NDArray[np.intp]](), range(scores.shape[1])
        for n in range(1, len(scores)):
            forward[n] += _log_sum(forward[n - 1][:, None] + self._steps, 0)
            ways = reached[:, None] + self._steps
            from_tag = ways.argmax(0)
            came_from.append(from_tag)
            reached = scores[n] + ways[from_tag, every]
        for n in range(len(scores) - 2, -1, -1):
            backward[n] = _log_sum(self._steps + (scores[n + 1] + backward[n + 1]), 1)
        path = [int(reached.argmax())]
        for from_tag in reversed(came_from):
            path.append(int(from_tag[path[-1]]))
        total = float(_log_sum(forward[-1], 0))
        return Lattice(scores, forward, backward, total, tuple(reversed(path)), float(reached.max()))

    def spans(self, lattice: Lattice) -> Iterator[FoundSpan]:
        """The spans of the best row of tags, each with its own probability."""
        tags = [self.tags[n] for n in lattice.path]
        first = 0
        while first < len(tags):
            after = first + 1
            if tags[first] != OUTSIDE:
                class_ = tags[first][1:]
                while after < len(tags) and tags[after] == INSIDE + class_:
                    after += 1
                yield FoundSpan(first, after, class_, self.probability(lattice, first, after, class_))
            first = after

    def probability(self, lattice: Lattice, first: int, after: int, class_: str) -> float:
        """How likely it is that just these words are a span of this class: over all rows of tags that read
        so, those included that begin a span with a tag for its inside."""
        begin, inside = self._at.get(BEGIN + class_), self._at.get(INSIDE + class_)
        starts = [] if begin is None else [(begin, lattice.forward[first, begin])]
        if inside is not None:
            before = self._before_inside(lattice, first, begin, inside)
            starts.append((inside, lattice.scores[first, inside] + before))
        values = [value + self._rest(lattice, tag, first, after, inside) for tag, value in starts]
        return min(1.0, float(np.exp(np.array(values) - lattice.total).sum())) if values else 0.0

    def _before_inside(self, lattice: Lattice, first: int, begin: int | None, inside: int) -> float:
        """All that comes before a tag for the inside that goes on with no span."""
        if first == 0:
            return 0.0
        ways = lattice.forward[first - 1] + self._steps[:, inside]
        ways = np.delete(ways, [tag for tag in (begin, inside) if tag is not None])
        return float(_log_sum(ways, 0)) if len(ways) else -np.inf

    def _rest(self, lattice: Lattice, tag: int, first: int, after: int, inside: int | None) -> float:
        """The span from its first word's tag on, and all that comes after it."""
        value = 0.0
        for n in range(first + 1, after):
            if inside is None:
                return -np.inf
            value += self._steps[tag, inside] + lattice.scores[n, inside]
            tag = inside
        if after == len(lattice.scores):
            return value
        ways = self._steps[tag] + lattice.scores[after] + lattice.backward[after]
        ways = ways if inside is None else np.delete(ways, inside)
        return value + float(_log_sum(ways, 0)) if len(ways) else -np.inf

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        """What names it (JSON) and its numbers: of the weights those that are not 0."""
        row, tag = np.nonzero(self._weights)
        values = self._weights[row, tag]
        arrays: Arrays = {"row": row.astype(np.int32), "tag": tag.astype(np.int16), "weight": values}
        return {"tags": self.tags, "rows": list(self._rows)}, {**arrays, "steps": self._steps}

    @classmethod
    def from_arrays(cls, named: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Chain:
        """As it was. Raises KeyError and IndexError for what does not fit together."""
        rows, tags = named["rows"], named["tags"]
        weights = np.zeros((len(rows) + 1, max(1, len(tags))), np.float32)
        weights[arrays["row"], arrays["tag"]] = arrays["weight"]
        return cls(tags, {name: n for n, name in enumerate(rows)}, weights, arrays["steps"])


def _log_sum(values: Vector, axis: int) -> Vector:
    """The logarithm of the sum of what these are the logarithms of."""
    most = values.max(axis, keepdims=True)
    return np.asarray(np.log(np.exp(values - most).sum(axis)) + most.squeeze(axis))
