"""Documents dealt to people: which of them two or more people get, so that their work can be compared.

Pure and seeded: the same documents, people and seed give the same deal.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import ceil, comb, sqrt
from typing import NamedTuple

LEAST_SHARED = 10
"""Shared documents below which no interval is given for two people, and so nothing can be said of them."""
MOST_CIRCLES = 500
"""Groups of people that are weighed against each other for each shared document."""
_WIDTH = 0.40
"""Half the width of the 95 % interval of F1, times the root of the shared documents: at F1 0.8 and 3 tags a
document."""


class Why(StrEnum):
    """Why a person has a document."""

    ALONE = "alone"
    SHARED = "shared"
    GOLD = "gold"
    """Its answers are known, and everybody has it."""
    AGAIN = "again"
    """A second time."""


class Dealt(NamedTuple):
    """A document, by its index, in a person's hand."""

    document: int
    why: Why


@dataclass(frozen=True)
class Terms:
    """How documents are dealt.

    `share` (0 to 1) of them goes to `by` people each; `in_fixed_groups`: always to the same ones together.
    `again`: the share of the own documents that each person gets a second time, later.
    """

    share: float = 0.2
    by: int = 2
    again: float = 0.0
    in_fixed_groups: bool = False
    seed: int = 0


class Pair(NamedTuple):
    """Two people by their indexes, the lower first, and how many documents both have."""

    left: int
    right: int
    shared: int

    @property
    def is_judged(self) -> bool:
        """Whether enough to say how far they agree."""
        return self.shared >= LEAST_SHARED


@dataclass(frozen=True)
class Deal:
    """What each person gets, in the order in which they see it. Gold documents have the indexes after those
    that were dealt."""

    hands: tuple[tuple[Dealt, ...], ...]

    def count(self, person: int, *why: Why) -> int:
        """How many documents a person has, for these reasons or for any."""
        return sum(not why or one.why in why for one in self.hands[person])

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every two people, with the documents that were dealt to both; gold ones are no random sample."""
        held = [{one.document for one in hand if one.why is Why.SHARED} for hand in self.hands]
        people = combinations(range(len(held)), 2)
        return tuple(Pair(left, right, len(held[left] & held[right])) for left, right in people)


def deal(
    lengths: Sequence[int],
    people: int,
    terms: Terms,
    *,
    gold: int = 0,
    loads: Sequence[int] = (),
) -> Deal:
    """Deal documents of these lengths (characters) to so many people, and so many gold documents to all.

    Which are shared is a random sample: else agreement would say nothing of the rest. Each shared one goes to
    the people who have least in common, then to those with least to do; the rest to whoever has least to do.
    `loads`: characters that each person has to do already.
    """
    chance = random.Random(terms.seed)
    order = list(range(len(lengths)))
    chance.shuffle(order)
    by = min(max(terms.by, 2), people)
    shared = round(terms.share * len(lengths)) if people > 1 else 0
    load = [*loads] or [0] * people
    hands: list[list[Dealt]] = [[] for _ in range(people)]

    def give(document: int, to: Iterable[int], why: Why) -> None:
        for person in to:
            hands[person].append(Dealt(document, why))
            load[person] += lengths[document]

    circles = _fixed_groups(people, by) if terms.in_fixed_groups else _circles(people, by, chance)
    common: Counter[tuple[int, int]] = Counter()
    for document in order[:shared]:
        circle = min(circles, key=lambda each: (_in_common(common, each), sum(load[one] for one in each)))
        common.update(combinations(circle, 2))
        give(document, circle, Why.SHARED)
    for document in order[shared:] if people else ():
        give(document, [min(range(people), key=lambda one: load[one])], Why.ALONE)
    golden = [Dealt(len(lengths) + number, Why.GOLD) for number in range(gold)]
    return Deal(tuple(tuple(_in_order(hand, golden, terms.again, chance)) for hand in hands))


def _in_common(common: Counter[tuple[int, int]], circle: tuple[int, ...]) -> int:
    return sum(common[pair] for pair in combinations(circle, 2))


def _circles(people: int, by: int, chance: random.Random) -> list[tuple[int, ...]]:
    """All groups of so many people; of very many, some by chance in which all stand equally often."""
    if comb(people, by) <= MOST_CIRCLES:
        return list(combinations(range(people), by))
    found: list[tuple[int, ...]] = []
    while len(found) < MOST_CIRCLES:
        order = list(range(people))
        chance.shuffle(order)
        found += [tuple(sorted(each)) for each in _in_turn(order, by)]
    return found


def _fixed_groups(people: int, by: int) -> list[tuple[int, ...]]:
    """As few groups of so many people as hold everybody."""
    return [tuple(sorted(each)) for each in _in_turn(range(people), by)]


def _in_turn(order: Sequence[int], by: int) -> list[list[int]]:
    """Everybody in groups of so many; the last one is filled up with the first people."""
    return [
        [order[place % len(order)] for place in range(first, first + by)]
        for first in range(0, len(order), by)
    ]


def _in_order(hand: list[Dealt], gold: Sequence[Dealt], again: float, chance: random.Random) -> list[Dealt]:
    """A hand in the order in which it is worked on: gold documents at any place, those that come again in the
    second half, where their first time was in the first."""
    found = [*hand, *gold]
    chance.shuffle(found)
    half = len(found) // 2
    own = [one for one in found[:half] if one.why is not Why.GOLD]
    repeated = chance.sample(own, min(len(own), round(again * len(hand))))
    later = [*found[half:], *(Dealt(one.document, Why.AGAIN) for one in repeated)]
    chance.shuffle(later)
    return [*found[:half], *later]


# What a deal will show


def half_width(shared: int) -> float:
    """Half the width of the 95 % interval of F1 that so many shared documents will give, about."""
    return _WIDTH / sqrt(shared)


def share_to_judge(documents: int, people: int, terms: Terms) -> float | None:
    """The least share (0 to 1) with which all who are compared share enough; None where no share is."""
    by = min(max(terms.by, 2), people)
    if people < 2 or not documents:
        return None
    if terms.in_fixed_groups:
        wanted = LEAST_SHARED * ceil(people / by)
    else:
        wanted = ceil(LEAST_SHARED * comb(people, 2) / comb(by, 2))
    return wanted / documents if wanted <= documents else None
