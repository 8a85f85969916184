"""Where the names of a chart's dots stand: beside them, so that none lies on another or on a dot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Beside = Literal["right", "left", "above", "below"]
_Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""

HEIGHT = 14
LETTER = 7.5
"""Pixels of a letter, at the most common."""
GAP = 8
"""Between a dot's middle and its name."""
DOT = 6


def sides(dots: Sequence[tuple[float, float]], names: Sequence[str]) -> list[Beside | None]:
    """At which side of each dot its name stands, None where there is room at none; dots in pixels from the
    top left."""
    circles = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in dots]
    taken: list[_Box] = []
    found: list[Beside | None] = []
    for at, (dot, name) in enumerate(zip(dots, names, strict=True)):
        others = [*circles[:at], *circles[at + 1 :], *taken]
        places = _places(*dot, LETTER * len(name))
        side = next((one for one, box in places.items() if not any(_meet(box, two) for two in others)), None)
        found.append(side)
        if side is not None:
            taken.append(places[side])
    return found


def _places(x: float, y: float, wide: float) -> dict[Beside, _Box]:
    half, high = wide / 2, HEIGHT / 2
    return {
        "right": (x + GAP, y - high, x + GAP + wide, y + high),
        "left": (x - GAP - wide, y - high, x - GAP, y + high),
        "above": (x - half, y - GAP - HEIGHT, x + half, y - GAP),
        "below": (x - half, y + GAP, x + half, y + GAP + HEIGHT),
    }


def _meet(one: _Box, two: _Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
