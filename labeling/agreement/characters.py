"""Alpha by character: everything at once, corrected for chance, for any number of people.

A unit is a stretch of text between any two borders, as heavy as it is long; a person's value is the *set* of
(class, label) that they have there, the empty set included, and who has not done the document is missing. A
cut without a gap, and a tag that stands twice, cannot be seen by it: the ladder sees both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from labeling.agreement.chance import AlphaCounts, alpha_of
from labeling.agreement.comparison import STEP, Comparison, Progress
from labeling.agreement.intervals import Counts, Measure, Sums
from labeling.agreement.tags import PlacedTag

Names = frozenset[tuple[str | None, str | None]]
NOTHING: Names = frozenset()


class CharacterCounts:
    """What alpha by character is made of: of everything, and of each class (is it here or not?)."""

    def __init__(self, comparison: Comparison, progress: Progress | None = None) -> None:
        self.everything = AlphaCounts()
        self._of_class: dict[str | None, list[tuple[int, float, float]]] = {}
        for at, text in enumerate(comparison.texts):
            if progress is not None and at % STEP == 0:
                progress(at, len(comparison.texts))
            people = [given.tags for given in text.by_person if given is not None]
            units = stretches(people, len(text.text), text.left_out)
            self.everything.document(units)
            self._classes_in(at, units)

    def _classes_in(self, at: int, units: Sequence[tuple[float, list[Names]]]) -> None:
        found: dict[str | None, tuple[float, float]] = {}
        for length, values in units:
            here = Counter(class_ for value in values for class_ in {class_ for class_, _ in value})
            for class_, times in here.items():
                apart, present = found.get(class_, (0.0, 0.0))
                people = len(values)
                apart += length * 2 * times * (people - times) / (people - 1)
                found[class_] = (apart, present + length * times)
        for class_, (apart, present) in found.items():
            self._of_class.setdefault(class_, []).append((at, apart, present))

    @property
    def classes(self) -> tuple[str | None, ...]:
        """Every class that anybody used, in order; no class comes last."""
        return tuple(sorted(self._of_class, key=lambda name: (name is None, name or "")))

    def measures(self, counts: Counts) -> tuple[Measure, dict[str | None, Measure]]:
        """Alpha of everything and of each class, to be estimated."""
        everything = self.everything.measure(counts)
        total, of_class = everything.columns[0], {}
        for class_ in self.classes:
            at = np.array(self._of_class[class_])
            columns = [counts.add(1, at[:, 0], np.zeros(len(at)), at[:, value])[0] for value in (1, 2)]
            of_class[class_] = Measure([total, *columns], _binary, everything.documents)
        return everything, of_class


def _binary(sums: Sums) -> npt.NDArray[np.float64]:
    """Alpha of two values, of which the sums count one."""
    total, apart, present = sums
    return alpha_of(np.stack([total, apart, present, total - present]))


def stretches(
    people: Sequence[Sequence[PlacedTag]], length: int, left_out: Sequence[tuple[int, int]] = ()
) -> list[tuple[float, list[Names]]]:
    """The stretches between any two borders, with each person's names there; nothing of an empty text, and
    nothing of what is `left_out`."""
    cuts = (at for span in left_out for at in span)
    borders = sorted({0, length, *cuts, *(at for tags in people for tag in tags for at in tag.span)})
    values = [_values(tags, borders) for tags in people]
    return [
        (float(end - start), [of_person[at] for of_person in values])
        for at, (start, end) in enumerate(pairwise(borders))
        if not any(first <= start and end <= last for first, last in left_out)
    ]


def _values(tags: Sequence[PlacedTag], borders: Sequence[int]) -> list[Names]:
    found: list[Names] = [NOTHING] * (len(borders) - 1)
    for tag in tags:
        here = frozenset({tag.names})
        for at in range(bisect_left(borders, tag.start), bisect_left(borders, tag.end)):
            found[at] = found[at] | here if found[at] else here
    return found
