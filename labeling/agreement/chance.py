"""Agreement beyond chance: Krippendorff's alpha for any number of people, Cohen's kappa for two.

Both are undefined where everything has one value: then chance and agreement are the same. By hand, for the
known libraries fail there (NaN, or an error), or do not take people who are missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from labeling.agreement.comparison import Comparison, NamePart, Numbers
from labeling.agreement.intervals import Counts, Measure, Sums
from labeling.agreement.tags import TaggedText


class AlphaCounts:
    """What alpha is made of, document by document: the weighted values of units that two or more people have,
    how much of them disagrees, and how often each value stands there.

    Krippendorff 2011: `o_ck = Σ_u w_u · n_uc · (n_uk − [c = k]) / (m_u − 1)`, where w is the unit's weight,
    n_uc how many people gave it the value c, and m_u how many gave it any. `units`: their weight.
    """

    def __init__(self) -> None:
        self.units = 0.0
        self.total: list[float] = []
        self.apart: list[float] = []
        self.values: list[dict[object, float]] = []

    def document(self, units: Iterable[tuple[float, Sequence[object]]]) -> None:
        """One more document: the weight of each unit, and the values that people gave it."""
        total = apart = 0.0
        values: dict[object, float] = {}
        for weight, given in units:
            people = len(given)
            if people < 2:
                continue
            self.units += weight
            total += weight * people
            first = given[0]
            if all(value == first for value in given):
                values[first] = values.get(first, 0.0) + weight * people
                continue
            counted = Counter(given)
            for value, times in counted.items():
                values[value] = values.get(value, 0.0) + weight * times
            squares = sum(times * times for times in counted.values())
            apart += weight * (people * people - squares) / (people - 1)
        self.total.append(total)
        self.apart.append(apart)
        self.values.append(values)

    @property
    def one_value(self) -> tuple[object] | None:
        """The only value there is, in a tuple; None where there are several, or none."""
        met = {value for values in self.values for value in values}
        return (met.pop(),) if len(met) == 1 else None

    @property
    def agreed(self) -> float | None:
        """In which share of the units, by weight, two people drawn at random agree; None without units."""
        total = sum(self.total)
        return 1 - sum(self.apart) / total if total else None

    @property
    def most(self) -> tuple[object, float] | None:
        """The most frequent value and its share of all; None without units."""
        met: dict[object, float] = {}
        for values in self.values:
            for value, number in values.items():
                met[value] = met.get(value, 0.0) + number
        if not met:
            return None
        value = max(met, key=lambda one: met[one])
        return value, met[value] / sum(met.values())

    def measure(self, counts: Counts) -> Measure:
        """Alpha, to be estimated; its counts are added to the others."""
        codes: dict[object, int] = {}
        entries = [
            (at, codes.setdefault(value, len(codes)), number)
            for at, values in enumerate(self.values)
            for value, number in values.items()
        ]
        every = range(len(self.total))
        total = counts.add(1, every, np.zeros(len(every)), self.total)
        apart = counts.add(1, every, np.zeros(len(every)), self.apart)
        at = np.array(entries, dtype=np.float64).reshape(-1, 3)
        values = counts.add(len(codes), at[:, 0], at[:, 1], at[:, 2])
        return Measure([*total, *apart, *values], alpha_of, sum(one > 0 for one in self.total))


def alpha_of(sums: Sums) -> npt.NDArray[np.float64]:
    """`1 − (n − 1) · Σ_{c≠k} o_ck / (n² − Σ n_c²)`"""
    total, apart, values = sums[0], sums[1], sums[2:]
    chance = total * total - (values * values).sum(axis=0)
    chance = np.where(chance > 1e-9 * total * total, chance, np.nan)
    found: npt.NDArray[np.float64] = 1 - (total - 1) * apart / chance
    return found


def place_counts(comparison: Comparison, part: NamePart) -> AlphaCounts:
    """Alpha on places: a unit is a place, its values the names of the tags there; who has no tag there is
    missing."""
    counts = AlphaCounts()
    for places in comparison.places:
        counts.document((1.0, [part.of(tag) for _, tag in place.given]) for place in places)
    return counts


def segment_counts(comparison: Comparison) -> AlphaCounts:
    """Alpha over given segments, where people only named them: the value is the set of a segment's tags, none
    included."""
    counts = AlphaCounts()
    for text in comparison.texts:
        values: dict[tuple[int, int], list[object]] = {}
        for given in text.by_person:
            for span, value in _segments(given) if given is not None else ():
                values.setdefault(span, []).append(value)
        counts.document((1.0, given) for given in values.values())
    return counts


def segment_values(comparison: Comparison) -> tuple[Numbers, Numbers, Numbers, tuple[object, ...]]:
    """For two people: the document of each segment that both have, the value of each person as a code, and
    the values by code."""
    codes: dict[object, int] = {}
    rows: list[tuple[int, int, int]] = []
    for at, text in enumerate(comparison.texts):
        left, right = (dict(_segments(given)) for given in text.by_person if given is not None)
        for span in left.keys() & right.keys():
            one, other = (codes.setdefault(value, len(codes)) for value in (left[span], right[span]))
            rows.append((at, one, other))
    texts, ones, others = np.array(rows, dtype=np.int32).reshape(-1, 3).T
    return texts, ones, others, tuple(codes)


def _segments(given: TaggedText) -> Iterable[tuple[tuple[int, int], object]]:
    names: dict[tuple[int, int], set[object]] = {span: set() for span in given.spans}
    for tag in given.tags:
        names.setdefault(tag.span, set()).add(tag.names)
    return ((span, frozenset(met)) for span, met in names.items())


def kappa(counts: Counts, left: Numbers, right: Numbers, text_of: Numbers) -> Measure:
    """Cohen's kappa on pairs of values given as codes, `(p_o − p_e) / (1 − p_e)` with
    `p_e = Σ p_c^left · p_c^right` (Cohen 1960)."""
    names = int(max(left.max(initial=-1), right.max(initial=-1))) + 1
    ones = np.ones(len(text_of))
    pairs, same = counts.count(text_of), counts.count(text_of[left == right])
    of_left, of_right = (counts.add(names, text_of, codes, ones) for codes in (left, right))
    return Measure(
        [pairs, same, *of_left, *of_right], _kappa_of(names), int(np.count_nonzero(np.bincount(text_of)))
    )


def _kappa_of(names: int) -> Callable[[Sums], npt.NDArray[np.float64]]:
    def of(sums: Sums) -> npt.NDArray[np.float64]:
        pairs = np.where(sums[0] > 0, sums[0], np.nan)
        observed = sums[1] / pairs
        chance = (sums[2 : 2 + names] * sums[2 + names :]).sum(axis=0) / (pairs * pairs)
        beyond = np.where(chance < 1 - 1e-12, 1 - chance, np.nan)
        found: npt.NDArray[np.float64] = (observed - chance) / beyond
        return found

    return of
