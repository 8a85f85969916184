"""The very meetings behind a figure: for every number that is shown, as many as it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labeling.agreement.comparison import Comparison, Flags, Meeting, NamePart
from labeling.agreement.figures import LadderStep, passes

NOT_TAGGED = -1
"""Stands among the codes of names for "the other person has no tag here"."""


class Confusion(NamedTuple):
    """Who called it what: a row a name of the left person, a column a name of the right one.

    `counts` has one row and column more than there are names, for *not tagged*; its last cell is 0.
    """

    part: NamePart
    names: tuple[object, ...]
    counts: npt.NDArray[np.int64]


def confusion(comparison: Comparison, part: NamePart, pair: int | None = None) -> Confusion:
    """Of one pair of people, by its index, or of all pairs together."""
    names = comparison.names(part)
    size = len(names) + 1
    left, right = comparison.codes(part)
    here = of_pair(comparison, pair)
    # -1, not tagged, is the last row and column.
    cells = (left[here] % size).astype(np.int64) * size + right[here] % size
    return Confusion(part, names, np.bincount(cells, minlength=size * size).reshape(size, size))


def of_pair(comparison: Comparison, pair: int | None) -> Flags:
    """The meetings of one pair of people, or of all."""
    if pair is None:
        return np.ones(len(comparison.pair_of), dtype=np.bool_)
    found: Flags = comparison.pair_of == pair
    return found


def in_cell(comparison: Comparison, part: NamePart, row: int, column: int, pair: int | None = None) -> Flags:
    """The meetings of a cell of the confusion, by the codes of its names; NOT_TAGGED is no name."""
    left, right = comparison.codes(part)
    found: Flags = (left == row) & (right == column) & of_pair(comparison, pair)
    return found


def lost_at(comparison: Comparison, step: LadderStep) -> Flags:
    """The meetings that pass all steps before this one and not this one."""
    steps = list(LadderStep)
    at = steps.index(step)
    here = ~passes(comparison, step)
    return here & passes(comparison, steps[at - 1]) if at else here


def with_name(comparison: Comparison, part: NamePart, code: int, *, both: bool) -> Flags:
    """The meetings in which both have a name, or only one of the two."""
    left, right = comparison.codes(part)
    found: Flags = (left == code) & (right == code) if both else (left == code) != (right == code)
    return found


def in_text(comparison: Comparison, text: int) -> Flags:
    """The meetings without identical tags in one document."""
    found: Flags = (comparison.text_of == text) & ~comparison.strict
    return found


def tags_of(comparison: Comparison, person: int, part: NamePart, name: object) -> Iterator[Meeting]:
    """The places where a person has a name, each with the tags of everybody who has done the document."""
    for text, places in enumerate(comparison.places):
        people = comparison.texts[text].people
        for place in places:
            tag = place.tags[person]
            if tag is not None and part.of(tag) == name:
                yield Meeting(text, people, tuple(place.tags[one] for one in people))
