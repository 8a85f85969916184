"""How many documents were done each day, and from that when the rest will be. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from random import Random
from typing import NamedTuple

LEAST_DAYS = 5
"""Whole days from which an end is foretold."""
LOOKED_BACK = 28
"""Days that say how fast it goes."""
DRAWS = 1_000
FARTHEST = 3_650
"""Days past which no end is named."""


class DoneDay(NamedTuple):
    """A day, and how many documents were done on it."""

    day: date
    done: int


class Ending(NamedTuple):
    """When the rest is done: in the middle, and from when to when in 95 of 100 cases; None: too far off."""

    earliest: date
    middle: date | None
    latest: date | None


def by_day(marks: Iterable[tuple[datetime, int]], zone: tzinfo | None, today: date) -> tuple[DoneDay, ...]:
    """Every day from the first with anything done to today; `marks`: so many documents at a moment."""
    counts: Counter[date] = Counter()
    for at, count in marks:
        counts[at.astimezone(zone).date()] += count
    used = [day for day, count in counts.items() if count and day <= today]
    if not used:
        return ()
    first = min(used)
    days = (first + timedelta(days=number) for number in range((today - first).days + 1))
    return tuple(DoneDay(day, max(0, counts[day])) for day in days)


def ending(days: Sequence[DoneDay], left: int, today: date, seed: int = 0) -> Ending | None:
    """When so many more documents will be done, if days go on like those before today (bootstrap).

    None where fewer than five whole days are known, or where nothing is left or was done on them.
    """
    whole = [one.done for one in days if one.day < today][-LOOKED_BACK:]
    if len(whole) < LEAST_DAYS or left <= 0 or not any(whole):
        return None
    chance = Random(seed)
    needed = sorted(_days_for(left, whole, chance) for _ in range(DRAWS))
    low, middle, high = (needed[min(DRAWS - 1, round(share * DRAWS))] for share in (0.025, 0.5, 0.975))

    def on(number: int) -> date | None:
        return None if number > FARTHEST else today + timedelta(days=number)

    return Ending(on(low) or today + timedelta(days=FARTHEST), on(middle), on(high))


def _days_for(left: int, whole: Sequence[int], chance: Random) -> int:
    days = 0
    while left > 0 and days <= FARTHEST:
        left -= chance.choice(whole)
        days += 1
    return days


def ending_in_words(end: Ending) -> str:
    """`The rest will be done about 3 Dec 2026 (1 Dec to 9 Dec 2026) …`."""
    latest = "more than ten years from now" if end.latest is None else f"{end.latest:%d %b %Y}"
    middle = "in more than ten years" if end.middle is None else f"about {end.middle:%d %b %Y}"
    range_ = f"in 95 of 100 cases from {end.earliest:%d %b %Y} to {latest}"
    return f"If it goes on as it did, the rest is done {middle}: {range_}."
