"""How sure a figure is: drawn again from the documents, many times.

The tags of a document are not independent, so whole documents are drawn, with replacement (bootstrap,
percentiles; Efron & Tibshirani 1993). A figure is a function of sums over documents, so one draw is one
matrix product. Of nominal 95 % intervals, about 81 % hold the truth with 5 documents, 91 % with 10 to 20,
94 % from 50 on (measured on clustered tags at F1 0.8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Sums = npt.NDArray[np.float64]
"""A row a column of counts, a column a draw of the documents."""
DRAWS = 2_000
TOGETHER = 100
"""Draws in one matrix product."""
FEWEST, ENOUGH = 10, 50
"""Documents under which there is no interval, and under which it is rough."""
UNDEFINED = 0.05
"""The share of draws without a value past which there is no interval."""
SURE = 0.95


class Sureness(StrEnum):
    """What an interval is, or why there is none."""

    FIRM = "firm"
    ROUGH = "rough"
    TOO_FEW = "too few"
    NO_DIFFERENCE = "no difference"
    ALL_ALIKE = "all alike"
    UNDEFINED = "undefined"


class Estimate(NamedTuple):
    """A figure with its 95 % interval. `value`, `low` and `high` are None where they are undefined.

    `documents`: how many it is counted on. Where no document differs there is no spread to draw from: then
    `at_most` is the share of differing documents that is not to be ruled out (95 %), `1 - 0.05^(1/n)`.
    """

    value: float | None
    low: float | None
    high: float | None
    sureness: Sureness
    documents: int
    at_most: float | None = None


class Measure(NamedTuple):
    """A figure as a function of sums over documents: `of` gets the rows `columns` of the sums, and gives the
    figure of each draw, NaN where it is undefined. `documents`: how many of them say anything about it."""

    columns: Sequence[int]
    of: Callable[[Sums], npt.NDArray[np.float64]]
    documents: int


class Counts:
    """Counts by document, a column each; figures name the columns that they are made of."""

    def __init__(self, documents: int) -> None:
        self.documents = documents
        self._width = 0
        self._rows: list[npt.NDArray[np.int64]] = []
        self._columns: list[npt.NDArray[np.int64]] = []
        self._values: list[npt.NDArray[np.float64]] = []

    def add(self, width: int, rows: npt.ArrayLike, columns: npt.ArrayLike, values: npt.ArrayLike) -> range:
        """So many further columns with these entries, by document and column (from 0); what is given twice is
        added up. Gives the numbers of the columns."""
        added = range(self._width, self._width + width)
        self._rows.append(np.asarray(rows, dtype=np.int64))
        self._columns.append(np.asarray(columns, dtype=np.int64) + self._width)
        self._values.append(np.asarray(values, dtype=np.float64))
        self._width += width
        return added

    def count(self, documents: npt.ArrayLike) -> int:
        """One further column: how often each document stands there. Gives its number."""
        at = np.asarray(documents, dtype=np.int64)
        return self.add(1, at, np.zeros(len(at)), np.ones(len(at)))[0]

    def by_column(self) -> csr_matrix:
        """A row a column, a column a document."""
        from scipy.sparse import coo_matrix

        if not self._rows:
            return coo_matrix((0, self.documents)).tocsr()
        places = (np.concatenate(self._columns), np.concatenate(self._rows))
        return coo_matrix((np.concatenate(self._values), places), shape=(self._width, self.documents)).tocsr()


def estimates(
    counts: Counts,
    measures: Mapping[str, Measure],
    seed: Sequence[int],
    draws: int = DRAWS,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Estimate]:
    """Each figure and its interval, all from the same draws. The same seed, made of the sessions' ids, gives
    the same intervals."""
    by_column, documents = counts.by_column(), counts.documents
    where = {name: np.array(measure.columns, dtype=np.int64) for name, measure in measures.items()}
    random = np.random.default_rng([*seed])
    drawn: dict[str, list[npt.NDArray[np.float64]]] = {name: [] for name in measures}
    for begin in range(0, draws if documents >= FEWEST else 0, TOGETHER):
        if progress is not None:
            progress(begin, draws)
        sums = by_column @ _weights(random, documents, min(TOGETHER, draws - begin))
        with np.errstate(all="ignore"):
            for name, measure in measures.items():
                drawn[name].append(measure.of(sums[where[name]]))
    once = by_column @ np.ones((documents, 1))
    found = {}
    for name, measure in measures.items():
        with np.errstate(all="ignore"):
            value = float(measure.of(once[where[name]])[0])
        values = np.concatenate(drawn[name]) if drawn[name] else np.zeros(0)
        found[name] = _estimate(value, values, measure.documents)
    return found


def _weights(random: np.random.Generator, documents: int, draws: int) -> Sums:
    """How often each document is drawn: a row a document, a column a draw."""
    picked = random.integers(documents, size=(draws, documents))
    picked += np.arange(draws)[:, None] * documents
    counted = np.bincount(picked.ravel(), minlength=draws * documents)
    return np.ascontiguousarray(counted.reshape(draws, documents).T, dtype=np.float64)


def _estimate(value: float, drawn: npt.NDArray[np.float64], documents: int) -> Estimate:
    if np.isnan(value):
        return Estimate(None, None, None, Sureness.UNDEFINED, documents)
    if documents < FEWEST or not len(drawn):
        return Estimate(value, None, None, Sureness.TOO_FEW, documents)
    known = drawn[~np.isnan(drawn)]
    if len(known) < (1 - UNDEFINED) * len(drawn):
        return Estimate(value, None, None, Sureness.UNDEFINED, documents)
    if np.ptp(known) < 1e-12:
        if value > 1 - 1e-12:
            most = 1 - (1 - SURE) ** (1 / documents)
            return Estimate(value, None, None, Sureness.NO_DIFFERENCE, documents, most)
        return Estimate(value, None, None, Sureness.ALL_ALIKE, documents)
    low, high = np.percentile(known, [50 * (1 - SURE), 50 * (1 + SURE)])
    firm = Sureness.FIRM if documents >= ENOUGH else Sureness.ROUGH
    return Estimate(value, float(low), float(high), firm, documents)


def clopper_pearson(hits: int, of: int) -> tuple[float, float]:
    """The exact 95 % interval of a share (Clopper & Pearson 1934), as shares; (0, 1) of nothing."""
    from scipy.special import betaincinv

    tail = (1 - SURE) / 2
    low = betaincinv(hits, of - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, of - hits, 1 - tail) if hits < of else 1.0
    return float(low), float(high)
