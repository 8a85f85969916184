"""A sample says how good the rest is: how many documents to look at, when to stop, what is said then. Pure.

The unit is a document: must anything be changed in it? Rates are shares from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import ceil, floor, log, sqrt
from random import Random
from statistics import NormalDist
from typing import Literal, NamedTuple

Verdict = Literal["yes", "no"]
Interval = tuple[float, float]
CONFIDENCE = 0.95


# Is it good enough?


class Tolerance(NamedTuple):
    """At most `fine` wrong is good enough, `bad` is not: a good lot is refused with a chance of `alpha` at
    most, a bad one let pass with `beta`."""

    fine: float
    bad: float
    alpha: float = 0.05
    beta: float = 0.10


TOLERANCES = (Tolerance(0.02, 0.08), Tolerance(0.02, 0.10), Tolerance(0.05, 0.15))
"""The ones that can be chosen."""


class FixedPlan(NamedTuple):
    """So many documents, of which at most so many may be wrong."""

    documents: int
    most_wrong: int


@lru_cache
def fixed_plan(tolerance: Tolerance) -> FixedPlan:
    """The smallest number of documents that keeps both risks when all of them are looked at."""
    from scipy.stats import binom

    wrong = 0
    documents = 1
    while True:
        while binom.cdf(wrong, documents, tolerance.fine) < 1 - tolerance.alpha:
            wrong += 1
        if binom.cdf(wrong, documents, tolerance.bad) <= tolerance.beta:
            return FixedPlan(documents, wrong)
        documents += 1


class StopLines(NamedTuple):
    """Two lines over the number of documents: below the lower it is good enough, above the upper not.

    Wald's test of two rates; it ends at `last` documents whatever it says, by the line in the middle.
    """

    slope: float
    below: float
    above: float
    last: int

    def yes(self, documents: int) -> float:
        """So many wrong ones at most: good enough. Negative: too early."""
        return self.slope * documents - self.below

    def no(self, documents: int) -> float:
        """So many wrong ones at least: not good enough."""
        return self.slope * documents + self.above

    def verdict(self, documents: int, wrong: int) -> Verdict | None:
        """What so many documents say; None: go on."""
        if wrong <= self.yes(documents):
            return "yes"
        if wrong >= self.no(documents):
            return "no"
        if documents < self.last:
            return None
        return "yes" if wrong <= self.slope * documents else "no"

    @property
    def earliest_yes(self) -> int:
        """After how many documents without an error it is good enough."""
        return ceil(self.below / self.slope)


def lines_of(tolerance: Tolerance) -> StopLines:
    """The two lines. It ends at twice the documents of the fixed plan."""
    fine, bad, alpha, beta = tolerance
    right, wrong = log((1 - fine) / (1 - bad)), log(bad / fine)
    scale = right + wrong
    return StopLines(
        slope=right / scale,
        below=log((1 - alpha) / beta) / scale,
        above=log((1 - beta) / alpha) / scale,
        last=2 * fixed_plan(tolerance).documents,
    )


def verdict_of(lines: StopLines, wrong: Sequence[bool]) -> tuple[Verdict | None, int]:
    """The verdict of documents in the order they were looked at, and after how many it was reached."""
    count = 0
    for number, is_wrong in enumerate(wrong, start=1):
        count += is_wrong
        if said := lines.verdict(number, count):
            return said, number
    return None, len(wrong)


class Expected(NamedTuple):
    """What a sequential check comes to at a true rate: documents on average, the chance of a yes, and the one
    that the documents run out before anything can be said."""

    documents: float
    yes: float
    unsaid: float = 0.0


def expected(lines: StopLines, rate: float, documents_left: int | None = None) -> Expected:
    """Exactly, by going through every number of errors after every document. `documents_left`: of how many
    can be drawn; None: of as many as it takes."""
    open_: dict[int, float] = {0: 1.0}
    documents = yes = 0.0
    most = lines.last if documents_left is None else min(lines.last, documents_left)
    for number in range(1, most + 1):
        documents += sum(open_.values())
        after: dict[int, float] = {}
        for wrong, chance in open_.items():
            after[wrong] = after.get(wrong, 0.0) + chance * (1 - rate)
            after[wrong + 1] = after.get(wrong + 1, 0.0) + chance * rate
        said = {wrong: lines.verdict(number, wrong) for wrong in after}
        yes += sum(chance for wrong, chance in after.items() if said[wrong] == "yes")
        open_ = {wrong: chance for wrong, chance in after.items() if said[wrong] is None}
    return Expected(documents, yes, sum(open_.values()))


# Show me none


def none_needed(under: float, population: int | None = None, confidence: float = CONFIDENCE) -> int:
    """How many documents must all be right to say that fewer than a share `under` are wrong.

    Of a `population` of so many documents fewer are needed than of any number.
    """
    chance = 1 - confidence
    if population is None:
        return ceil(log(chance) / log(1 - under))
    wrong = ceil(round(under * population, 9))
    none, needed = 1.0, 0
    while none > chance and needed < population:
        none *= max(0, population - wrong - needed) / (population - needed)
        needed += 1
    return needed


# How often?


def wilson_interval(hits: int, tries: int, confidence: float = CONFIDENCE) -> Interval:
    """Between which shares the true one lies, of hits that were not fixed beforehand; all of it untried."""
    if not tries:
        return (0.0, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = hits / tries, z * z / tries
    middle = share + weight / 2
    around = z * sqrt(share * (1 - share) / tries + weight / (4 * tries))
    return (max(0.0, (middle - around) / (1 + weight)), min(1.0, (middle + around) / (1 + weight)))


def share_in_words(hits: int, tries: int) -> str:
    """`17 of 25: 68 % (48-83)`; without tries `none tried yet`."""
    if not tries:
        return "none tried yet"
    low, high = (floor(100 * bound + 0.5) for bound in wilson_interval(hits, tries))
    return f"{hits:,} of {tries:,}: {floor(100 * hits / tries + 0.5)} % ({low}-{high})"


# Which documents


def drawn(by_person: Mapping[str, Sequence[str]], seed: int) -> tuple[str, ...]:
    """Every document once, in the order in which they are to be looked at: however many are taken from the
    beginning, each person's share of them is that of all documents."""
    chance = Random(seed)
    return tuple(document for _, _, document in sorted(_placed(by_person, chance)))


def _placed(by_person: Mapping[str, Sequence[str]], chance: Random) -> Iterator[tuple[float, float, str]]:
    for person in sorted(by_person):
        documents = sorted(by_person[person])
        chance.shuffle(documents)
        for number, document in enumerate(documents):
            yield ((number + chance.random()) / len(documents), chance.random(), document)
