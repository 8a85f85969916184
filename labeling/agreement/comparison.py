"""Several people's tags put side by side, document by document: what every figure is counted on, and what
every list behind a figure is taken from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labeling.agreement.match import match
from labeling.agreement.places import TagPlace, joined
from labeling.agreement.shared import Counted, Shared, compared
from labeling.agreement.tags import PlacedTag, TaggedText

Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
SAME_SPANS = 0.99
"""The share of documents with the same segments from which on people only named what was given."""
STEP = 200
"""Documents between two words on how far it is."""
Progress = Callable[[int, int], None]
"""Called with how many documents are done and how many there are."""


class NamePart(StrEnum):
    """What of a tag is looked at: its class, its label, or both."""

    CLASS = "class"
    LABEL = "label"
    BOTH = "both"

    def of(self, tag: PlacedTag) -> str | tuple[str | None, str | None] | None:
        if self is NamePart.CLASS:
            return tag.class_
        return tag.label if self is NamePart.LABEL else tag.names


class TaskKind(StrEnum):
    """What people did: mark spans of their own choice, or name segments that were given to all of them."""

    MARKING = "marking"
    NAMING = "naming"


class ComparedText(NamedTuple):
    """A document that two or more people have done; `by_person` is None for everybody else. Nothing is said
    of the stretches that are `left_out`."""

    text: str
    by_person: tuple[TaggedText | None, ...]
    left_out: tuple[tuple[int, int], ...] = ()

    @property
    def people(self) -> tuple[int, ...]:
        return tuple(person for person, given in enumerate(self.by_person) if given is not None)


class Meeting(NamedTuple):
    """People at one tag: the tag of each, None for who lacks it.

    `text`: index of the document among those compared. `people`: their indexes, ascending.
    """

    text: int
    people: tuple[int, ...]
    tags: tuple[PlacedTag | None, ...]


@dataclass(frozen=True)
class Comparison:
    """The compared documents and who met whom at which tag, over all pairs of people.

    `pairs`: the pairs of people. The columns have one entry a meeting: the index of its document and of its
    pair, and of its tags in `tags` (-1: none). `shared` counts the documents that two or more people have,
    done or not.
    """

    people: int
    shared: int
    texts: tuple[ComparedText, ...]
    pairs: tuple[tuple[int, int], ...]
    tags: tuple[PlacedTag, ...]
    places: tuple[tuple[TagPlace, ...], ...]
    text_of: Numbers
    pair_of: Numbers
    left: Numbers
    right: Numbers

    @cached_property
    def paired(self) -> Flags:
        """Which meetings are pairs of tags."""
        return (self.left >= 0) & (self.right >= 0)

    @cached_property
    def borders(self) -> Flags:
        """Which are pairs with the same borders."""
        spans = np.array([tag.span for tag in self.tags], dtype=np.int64).reshape(-1, 2)
        if not len(spans):
            return self.paired
        found: Flags = self.paired & (spans[self.left] == spans[self.right]).all(axis=1)
        return found

    def same(self, part: NamePart) -> Flags:
        """Which are pairs with the same class, label, or both."""
        left, right = self.codes(part)
        found: Flags = self.paired & (left == right)
        return found

    def names(self, part: NamePart) -> tuple[object, ...]:
        """What a tag can be called there, in order; a code of `codes` is an index into it."""
        return self._coded[part][0]

    def codes(self, part: NamePart) -> tuple[Numbers, Numbers]:
        """The names of each meeting's tags, left and right, as indexes into `names`; -1 where there is no
        tag."""
        _, codes = self._coded[part]
        padded = np.append(codes, np.int32(-1))
        return padded[self.left], padded[self.right]

    @cached_property
    def _coded(self) -> dict[NamePart, tuple[tuple[object, ...], Numbers]]:
        coded: dict[NamePart, tuple[tuple[object, ...], Numbers]] = {}
        for part in NamePart:
            of = [part.of(tag) for tag in self.tags]
            names = tuple(sorted(set(of), key=_name_order))
            code = {name: number for number, name in enumerate(names)}
            coded[part] = names, np.array([code[name] for name in of], dtype=np.int32)
        return coded

    @cached_property
    def strict(self) -> Flags:
        """Which are pairs of identical tags."""
        return self.borders & self.same(NamePart.BOTH)

    def has(self, part: NamePart) -> bool:
        """Whether any tag has a class, or a label; for both: whether tags have either kind."""
        if part is NamePart.BOTH:
            return self.has(NamePart.CLASS) and self.has(NamePart.LABEL)
        return any(name is not None for name in self.names(part))

    @cached_property
    def met(self) -> Flags:
        """Which pairs of people have both done which documents: a row a document, a column a pair."""
        met = [
            [text.by_person[i] is not None and text.by_person[j] is not None for i, j in self.pairs]
            for text in self.texts
        ]
        return np.array(met, dtype=np.bool_).reshape(len(self.texts), len(self.pairs))

    def meetings(self, wanted: Flags) -> Iterator[Meeting]:
        """Those meetings, in the order of the documents."""
        for at in np.flatnonzero(wanted):
            left, right = int(self.left[at]), int(self.right[at])
            yield Meeting(
                int(self.text_of[at]),
                self.pairs[self.pair_of[at]],
                (
                    None if left < 0 else self.tags[left],
                    None if right < 0 else self.tags[right],
                ),
            )

    @cached_property
    def kind(self) -> TaskKind:
        """Told by the data: naming, where the segments are the same for all in nearly every document that has
        any."""
        with_spans = [text for text in self.texts if any(given and given.spans for given in text.by_person)]
        same = sum(
            len({given.spans for given in text.by_person if given is not None}) == 1 for text in with_spans
        )
        return TaskKind.NAMING if with_spans and same >= SAME_SPANS * len(with_spans) else TaskKind.MARKING


def compare(
    shared: Shared,
    counted: Counted,
    finished: Sequence[bool],
    progress: Progress | None = None,
    pairs: Sequence[tuple[int, int]] | None = None,
) -> Comparison:
    """Match the tags of every two people, or of these `pairs` of them, in every document that both have done.

    `finished`: whether each person's whole session is. The people are given by ascending session id: at a
    meeting the lower one is left.
    """
    people = shared.people
    pairs = tuple(combinations(range(people), 2)) if pairs is None else tuple(pairs)
    number = {pair: at for at, pair in enumerate(pairs)}
    texts: list[ComparedText] = []
    tags: list[PlacedTag] = []
    places: list[tuple[TagPlace, ...]] = []
    meetings: list[tuple[int, int, int, int]] = []
    for at, text in enumerate(shared.texts):
        if progress is not None and at % STEP == 0:
            progress(at, len(shared.texts))
        given = compared(text, counted, finished)
        if sum(one is not None for one in given) < 2:
            continue
        first = []
        for one in given:
            first.append(len(tags))
            tags += one.tags if one is not None else ()
        by_person = [one and one.tags for one in given]
        matches = {}
        for i, j in pairs:
            left, right = by_person[i], by_person[j]
            if left is None or right is None:
                continue
            found = matches[i, j] = match(left, right)
            here, base_left, base_right = (len(texts), number[i, j]), first[i], first[j]
            meetings += [(*here, base_left + a, base_right + b) for a, b in found.pairs]
            meetings += [(*here, base_left + a, -1) for a in found.only_left]
            meetings += [(*here, -1, base_right + b) for b in found.only_right]
        texts.append(ComparedText(text.text, given, text.left_out))
        places.append(joined(by_person, matches))
    columns = np.array(meetings, dtype=np.int32).reshape(-1, 4).T
    return Comparison(
        people,
        shared.in_all + shared.in_some,
        tuple(texts),
        pairs,
        tuple(tags),
        tuple(places),
        *(np.ascontiguousarray(column) for column in columns),
    )


def _name_order(name: object) -> tuple[object, ...]:
    """Sorts names; those without one come last."""
    parts = name if isinstance(name, tuple) else (name,)
    return tuple((part is None, part or "") for part in parts)
