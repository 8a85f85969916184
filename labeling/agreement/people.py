"""How each person is doing, without harm: against what chance alone makes of equally good people.

Never a ranking: a funnel (Spiegelhalter 2005), since of six equally good people with 40 tags each one looks
far worse than the others by chance. Nobody with few documents or tags has a figure at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labeling.agreement.comparison import Comparison, Flags, Meeting, NamePart
from labeling.agreement.intervals import Counts, Estimate, Measure, Sums, Sureness, estimates

FEWEST_DOCUMENTS, FEWEST_TAGS = 20, 50
"""Documents and tags under which a person has no figure, only spans."""
BLOCK = 20
"""Documents of a block, in the order of time."""
SURE, VERY_SURE = 0.95, 0.998
"""The limits of the funnel: one of 20, and one of 500, equally good people lies outside."""
SIGNIFICANT = 0.05
"""Bias with a higher p, after Holm's correction, is not told from chance."""


class PersonFigures(NamedTuple):
    """One person against the others, in the documents that both have done.

    `tags`: the person's tags there. `f1`: strict, over all pairs with the person; its value is None below
    the fewest documents and tags.
    """

    person: int
    documents: int
    tags: int
    f1: Estimate


@dataclass(frozen=True)
class Funnel:
    """The people, in the order in which they were given, around the value of all of them together.

    `spread`: how many times the variance by document is that of independent tags, at least 1.
    """

    people: tuple[PersonFigures, ...]
    pooled: float | None
    spread: float

    def limits(self, tags: int, sure: float = SURE) -> tuple[float, float]:
        """Between which values somebody as good as all together lies with so many tags, exact binomial."""
        if self.pooled is None:
            return 0.0, 1.0
        return binomial_limits(self.pooled, max(1, round(tags / self.spread)), sure)

    def is_apart(self, one: PersonFigures, sure: float = VERY_SURE) -> bool:
        """Whether chance alone hardly puts a person there."""
        low, high = self.limits(one.tags, sure)
        return one.f1.value is not None and not low <= one.f1.value <= high


def binomial_limits(share: float, of: int, sure: float) -> tuple[float, float]:
    """The shares between which a binomial count lies with that probability, tails cut evenly."""
    from scipy.special import bdtr, bdtrik

    found = []
    for quantile in ((1 - sure) / 2, (1 + sure) / 2):
        if share in (0.0, 1.0):
            found.append(share)
            continue
        count = np.ceil(bdtrik(quantile, of, share))
        below = max(count - 1, 0)
        found.append(float(below if bdtr(below, of, share) >= quantile else count) / of)
    return found[0], found[1]


def funnel(comparison: Comparison, seed: Sequence[int]) -> Funnel:
    """Each person against all others. `seed`: the sessions' ids."""
    counts = Counts(len(comparison.texts))
    strict, paired, texts = comparison.strict, comparison.paired, comparison.text_of
    measures: dict[str, Measure] = {}
    left, right = (np.array(side)[comparison.pair_of] for side in zip(*comparison.pairs, strict=True))
    documents, tags = [], []
    for person in range(comparison.people):
        here = (left == person) | (right == person)
        total = counts.count(np.concatenate([texts[here], texts[here & paired]]))
        passed = counts.count(texts[here & strict])
        done = [text for text in comparison.texts if text.by_person[person] is not None]
        documents.append(len(done))
        tags.append(sum(len(given.tags) for text in done if (given := text.by_person[person]) is not None))
        measures[str(person)] = Measure([passed, total], _f1, len(done))
    total = counts.count(np.concatenate([texts, texts[paired]]))
    measures["all"] = Measure([counts.count(texts[strict]), total], _f1, len(comparison.texts))
    found = estimates(counts, measures, seed)
    nothing = Estimate(None, None, None, Sureness.TOO_FEW, 0)
    people = [
        PersonFigures(
            person,
            documents[person],
            tags[person],
            found[str(person)]
            if documents[person] >= FEWEST_DOCUMENTS and tags[person] >= FEWEST_TAGS
            else nothing._replace(documents=documents[person]),
        )
        for person in range(comparison.people)
    ]
    return Funnel(tuple(people), found["all"].value, _spread(people))


def _f1(sums: Sums) -> npt.NDArray[np.float64]:
    passed, total = sums
    found: npt.NDArray[np.float64] = 2 * passed / np.where(total > 0, total, np.nan)
    return found


def _spread(people: Sequence[PersonFigures]) -> float:
    """The mean of what each person's interval by document, 2 · 1.96 standard errors wide, is against tags
    that are independent."""
    found = []
    for one in people:
        value, low, high, tags = one.f1.value, one.f1.low, one.f1.high, one.tags
        if value is not None and low is not None and high is not None and 0 < value < 1:
            error = (high - low) / (2 * 1.96)
            found.append(error * error * tags / (value * (1 - value)))
    return max(1.0, sum(found) / len(found)) if found else 1.0


class Bias(NamedTuple):
    """A person says `name` where the others say `other`, more often or more rarely than the other way round.

    `so`: places where the person says `name` and the others `other`; `reverse`: the other way round. `p`:
    exact McNemar, `2 · P(X ≤ min; so + reverse, ½)`; `corrected`: after Holm, over all people and pairs of
    names that were compared.
    """

    person: int
    name: object
    other: object
    so: int
    reverse: int
    p: float
    corrected: float

    @property
    def is_told(self) -> bool:
        """Whether it is told from chance."""
        return self.corrected <= SIGNIFICANT


def mcnemar(so: int, reverse: int) -> float:
    """The exact two-sided p of so many places against so many, at most 1; 1 where there is none."""
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(so, reverse), so + reverse, 0.5))) if so + reverse else 1.0


def biases(comparison: Comparison, part: NamePart) -> tuple[Bias, ...]:
    """Every person and pair of names between which they and the others differ, the surest first.

    What the others say at a place is what most of them have; where they are not of one mind it says nothing.
    """
    told: Counter[tuple[int, object, object]] = Counter()
    for person, said, others, _ in _differing(comparison, part):
        told[person, said, others] += 1
    found = []
    for (person, name, other), so in told.items():
        reverse = told.get((person, other, name), 0)
        if so > reverse or (so == reverse and _order(name) < _order(other)):
            found.append(Bias(person, name, other, so, reverse, mcnemar(so, reverse), 1.0))
    found.sort(key=lambda one: (one.p, -one.so, one.person, _order(one.name), _order(one.other)))
    corrected = holm([one.p for one in found])
    return tuple(one._replace(corrected=p) for one, p in zip(found, corrected, strict=True))


def holm(sorted_p: Sequence[float]) -> list[float]:
    """p-values, ascending, corrected for how many they are (Holm 1979)."""
    corrected, least = [], 0.0
    for rank, p in enumerate(sorted_p):
        least = max(least, min(1.0, p * (len(sorted_p) - rank)))
        corrected.append(least)
    return corrected


def behind_bias(comparison: Comparison, part: NamePart, bias: Bias) -> list[Meeting]:
    """The very places where the person says the one and the others the other: `so` of them."""
    return [
        meeting
        for person, said, others, meeting in _differing(comparison, part)
        if (person, said, others) == (bias.person, bias.name, bias.other)
    ]


def _differing(comparison: Comparison, part: NamePart) -> list[tuple[int, object, object, Meeting]]:
    """(person, what they say, what the others say, the place) wherever these differ."""
    found: list[tuple[int, object, object, Meeting]] = []
    for text, places in enumerate(comparison.places):
        people = comparison.texts[text].people
        for place in places:
            given = place.given
            if len(given) < 2:
                continue
            for person, tag in given:
                votes = Counter(part.of(other) for one, other in given if one != person)
                (most, times), *rest = votes.most_common(2)
                if (not rest or rest[0][1] < times) and most != part.of(tag):
                    meeting = Meeting(text, people, tuple(place.tags[one] for one in people))
                    found.append((person, part.of(tag), most, meeting))
    return found


def _order(name: object) -> tuple[str, ...]:
    return tuple(str(part or "") for part in (name if isinstance(name, tuple) else (name,)))


class Drift(NamedTuple):
    """A person's newest block of documents against all before it. `is_lower`: its interval lies wholly below
    their value."""

    person: int
    newest: Estimate
    earlier: float
    is_lower: bool


def drift(comparison: Comparison, person: int, seed: Sequence[int]) -> Drift | None:
    """Whether a person's last documents agree less with those whom they are paired with than the documents
    before: in the order in which they were handed in, where that is known of all, else in that of their
    session. None below two blocks with tags."""
    own = [at for at, pair in enumerate(comparison.pairs) if person in pair]
    met: Flags = np.asarray(comparison.met[:, own].any(axis=1))
    texts = [
        (given, at)
        for at, text in enumerate(comparison.texts)
        if met[at] and (given := text.by_person[person]) is not None
    ]
    if all(given.handed_in is not None for given, _ in texts):
        order = [at for _, _, at in sorted((given.handed_in, given.position, at) for given, at in texts)]
    else:
        order = [at for _, at in sorted((given.position, at) for given, at in texts)]
    if len(order) < 2 * BLOCK:
        return None
    newest, earlier = (_against_others(comparison, person, some) for some in (order[-BLOCK:], order[:-BLOCK]))
    found = estimates(newest, {"f1": Measure([0, 1], _f1, BLOCK)}, seed)["f1"]
    before = estimates(earlier, {"f1": Measure([0, 1], _f1, 0)}, seed)["f1"].value
    if found.value is None or before is None:
        return None
    high = found.high
    if high is None and found.value == 0:
        # All alike: how large a share of documents with anything in common is not to be ruled out.
        high = 1 - (1 - SURE) ** (1 / BLOCK)
    return Drift(person, found, before, high is not None and high < before)


def _against_others(comparison: Comparison, person: int, texts: Sequence[int]) -> Counts:
    """Identical pairs and all tags, document by document, of the pairs with one person."""
    place = np.full(len(comparison.texts), -1)
    place[list(texts)] = np.arange(len(texts))
    left, right = (np.array(side)[comparison.pair_of] for side in zip(*comparison.pairs, strict=True))
    here = ((left == person) | (right == person)) & (place[comparison.text_of] >= 0)
    at = place[comparison.text_of]
    counts = Counts(len(texts))
    counts.count(at[here & comparison.strict])
    counts.count(np.concatenate([at[here], at[here & comparison.paired]]))
    return counts
