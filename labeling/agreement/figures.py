"""Every figure of agreement, read off one matching: so the list behind a figure has exactly its number.

F1 over all pairs of people is positive specific agreement, to which kappa tends when much is untagged
(Hripcsak & Rothschild 2005). A document that nobody tagged counts for nothing, and who tagged nothing counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labeling.agreement.chance import AlphaCounts, kappa, place_counts, segment_counts, segment_values
from labeling.agreement.characters import CharacterCounts
from labeling.agreement.comparison import Comparison, Flags, NamePart, Numbers, TaskKind
from labeling.agreement.intervals import (
    DRAWS,
    Counts,
    Estimate,
    Measure,
    Sums,
    Sureness,
    clopper_pearson,
    estimates,
)
from labeling.agreement.tags import TaggedText

Telling = Callable[[str, int, int], None]
"""Called with what is being worked out, how much of it is done and how much there is."""


class LadderStep(StrEnum):
    """A step of the ladder: what a pair of tags has to share to count, each step with all before it."""

    PLACE = "place"
    BORDERS = "borders"
    CLASS = "class"
    LABEL = "label"


STRICT = LadderStep.LABEL
"""The last step: the tags are identical."""


class Rung(NamedTuple):
    """One step: `f1` = 2 · pairs that pass it ÷ all tags. `lost`: pairs that fall here; at the first step,
    tags that are no pair at all."""

    step: LadderStep
    f1: Estimate
    passed: int
    lost: int


class NameFigures(NamedTuple):
    """One class or label: `f1` = 2 · pairs in which both have it ÷ its tags, over all pairs of people.

    `tags`: how many each person has; `both`: the pairs; `apart`: meetings in which only one of two has it.
    `alpha`: by character, "is it here or not" (classes only).
    """

    name: str | None
    f1: Estimate
    tags: tuple[int, ...]
    both: int
    apart: int
    alpha: Estimate | None = None


class BeyondChance(NamedTuple):
    """Kappa or alpha. `units`: on how many pairs, places, segments or characters; `agreed`: the raw agreement
    there (0 to 1), None without units. `only`: the one value there is, in a tuple, where there is but one.
    `most`: the most frequent value and its share of all values."""

    estimate: Estimate
    units: int
    agreed: float | None
    only: tuple[object] | None
    most: tuple[object, float] | None


class PairFigures(NamedTuple):
    """Two people: in how many documents they meet, and both ends of their ladder."""

    people: tuple[int, int]
    documents: int
    place: Estimate
    strict: Estimate
    differences: int


class TextFigures(NamedTuple):
    """One document: `differences` are meetings without identical tags. `f1` (strict) is None where nobody
    tagged anything."""

    text: int
    differences: int
    f1: float | None


@dataclass(frozen=True)
class Figures:
    """All of them. `tags`: over all pairs of people, so a tag counts once for each other person.

    `kappa` is given for two people only, `segments` (kappa for two, else alpha) where people named given
    segments. `identical`: documents that all left alike, with its exact 95 % interval; `nothing`: documents
    in which all found nothing.
    """

    ladder: tuple[Rung, ...]
    pairs: int
    tags: int
    same_borders: int
    same_class: int
    same_label: int
    by_class: tuple[NameFigures, ...]
    by_label: tuple[NameFigures, ...]
    kappa: dict[NamePart, BeyondChance]
    places: dict[NamePart, BeyondChance]
    characters: BeyondChance
    segments: dict[str, BeyondChance]
    documents: int
    nothing: int
    identical: int
    identical_range: tuple[float, float]
    people: tuple[PairFigures, ...]
    texts: tuple[TextFigures, ...]

    @property
    def strict(self) -> Estimate:
        return self.ladder[-1].f1


def figures(
    comparison: Comparison, seed: Sequence[int], telling: Telling | None = None, draws: int = DRAWS
) -> Figures:
    """Work them all out. `seed`: the sessions' ids, so that the same sessions have the same intervals."""

    def tell(what: str) -> Callable[[int, int], None] | None:
        return None if telling is None else lambda done, of: telling(what, done, of)

    counts = Counts(len(comparison.texts))
    measures: dict[str, Measure] = {}
    steps = _steps(comparison)
    measures |= _ladder(comparison, counts, steps)
    names = {part: _names(comparison, counts, part, measures) for part in (NamePart.CLASS, NamePart.LABEL)}
    chance = _chance(comparison, counts, measures)
    characters = CharacterCounts(comparison, tell("Comparing character by character"))
    measures["characters"], of_class = characters.measures(counts)
    measures |= {f"alpha {class_!r}": measure for class_, measure in of_class.items()}
    _people(comparison, counts, steps, measures)
    found = estimates(counts, measures, seed, draws, tell("Working out intervals"))
    passed = [int(flags.sum()) for flags in steps.values()]
    before = [len(comparison.paired), *passed]
    identical = sum(_is_alike(text.by_person) for text in comparison.texts)
    return Figures(
        ladder=tuple(
            Rung(step, found[step], after, was - after)
            for step, was, after in zip(steps, before, passed, strict=False)
        ),
        pairs=passed[0],
        tags=len(comparison.paired) + passed[0],
        same_borders=passed[1],
        same_class=int(comparison.same(NamePart.CLASS).sum()),
        same_label=int(comparison.same(NamePart.LABEL).sum()),
        by_class=_named(names[NamePart.CLASS], NamePart.CLASS, found),
        by_label=_named(names[NamePart.LABEL], NamePart.LABEL, found),
        kappa={part: given._replace(estimate=found[f"kappa {part}"]) for part, given in chance.kappa.items()},
        places={
            part: given._replace(estimate=found[f"places {part}"]) for part, given in chance.places.items()
        },
        characters=_of_alpha(characters.everything, found["characters"]),
        segments={name: given._replace(estimate=found[name]) for name, given in chance.segments.items()},
        documents=len(comparison.texts),
        nothing=sum(not any(given and given.tags for given in text.by_person) for text in comparison.texts),
        identical=identical,
        identical_range=clopper_pearson(identical, len(comparison.texts)),
        people=_pair_figures(comparison, found),
        texts=_text_figures(comparison),
    )


def passes(comparison: Comparison, step: LadderStep) -> Flags:
    """Which meetings pass a step of the ladder."""
    return _steps(comparison)[step]


def _steps(comparison: Comparison) -> dict[LadderStep, Flags]:
    classes = comparison.borders & comparison.same(NamePart.CLASS)
    return {
        LadderStep.PLACE: comparison.paired,
        LadderStep.BORDERS: comparison.borders,
        LadderStep.CLASS: classes,
        LadderStep.LABEL: comparison.strict,
    }


def _f1(sums: Sums) -> npt.NDArray[np.float64]:
    passed, total = sums
    found: npt.NDArray[np.float64] = 2 * passed / np.where(total > 0, total, np.nan)
    return found


def _ladder(comparison: Comparison, counts: Counts, steps: dict[LadderStep, Flags]) -> dict[str, Measure]:
    texts = comparison.text_of
    total = counts.count(np.concatenate([texts, texts[comparison.paired]]))
    return {
        step: Measure([counts.count(texts[flags]), total], _f1, len(comparison.texts))
        for step, flags in steps.items()
    }


def _names(
    comparison: Comparison, counts: Counts, part: NamePart, measures: dict[str, Measure]
) -> list[NameFigures]:
    """The figures of each class or label without their estimates, which are asked for."""
    left, right = comparison.codes(part)
    texts, names = comparison.text_of, comparison.names(part)
    same = comparison.same(part)
    has_left, has_right = left >= 0, right >= 0
    both = counts.add(len(names), texts[same], left[same], np.ones(same.sum()))
    at = np.concatenate([texts[has_left], texts[has_right]])
    codes = np.concatenate([left[has_left], right[has_right]])
    total = counts.add(len(names), at, codes, np.ones(len(at)))
    stands = np.zeros((len(names), len(comparison.texts)), dtype=np.bool_)
    stands[codes, at] = True
    documents = stands.sum(axis=1)
    pairs = np.bincount(left[same], minlength=len(names))
    tags = np.bincount(codes, minlength=len(names))
    of_people = _tags_of_people(comparison, part)
    nothing = _nothing()
    found = []
    for code, name in enumerate(names):
        assert name is None or isinstance(name, str)
        measures[f"{part} {name!r}"] = Measure([both[code], total[code]], _f1, int(documents[code]))
        apart = int(tags[code]) - 2 * int(pairs[code])
        found.append(NameFigures(name, nothing, of_people[code], int(pairs[code]), apart))
    return found


def _tags_of_people(comparison: Comparison, part: NamePart) -> list[tuple[int, ...]]:
    """For each name, how many tags each person has in the compared documents."""
    code = {name: number for number, name in enumerate(comparison.names(part))}
    counted = np.zeros((len(code), comparison.people), dtype=np.int64)
    for text in comparison.texts:
        for person, given in enumerate(text.by_person):
            for tag in given.tags if given is not None else ():
                counted[code[part.of(tag)], person] += 1
    return [tuple(int(number) for number in row) for row in counted]


def _named(
    names: Sequence[NameFigures], part: NamePart, found: dict[str, Estimate]
) -> tuple[NameFigures, ...]:
    return tuple(
        one._replace(
            f1=found[f"{part} {one.name!r}"],
            alpha=found.get(f"alpha {one.name!r}") if part is NamePart.CLASS else None,
        )
        for one in names
    )


class _Chance(NamedTuple):
    kappa: dict[NamePart, BeyondChance]
    places: dict[NamePart, BeyondChance]
    segments: dict[str, BeyondChance]


def _chance(comparison: Comparison, counts: Counts, measures: dict[str, Measure]) -> _Chance:
    """Kappa and alpha without their estimates, which are asked for."""
    parts = [part for part in NamePart if comparison.has(part)]
    found = _Chance({}, {}, {})
    for part in parts:
        if comparison.people == 2:
            left, right = (codes[comparison.paired] for codes in comparison.codes(part))
            measures[f"kappa {part}"] = kappa(counts, left, right, comparison.text_of[comparison.paired])
            found.kappa[part] = _of_pairs(left, right, comparison.names(part))
        alpha = place_counts(comparison, part)
        measures[f"places {part}"] = alpha.measure(counts)
        found.places[part] = _of_alpha(alpha, _nothing())
    if comparison.kind is TaskKind.NAMING:
        alpha = segment_counts(comparison)
        measures["alpha of segments"] = alpha.measure(counts)
        found.segments["alpha of segments"] = _of_alpha(alpha, _nothing())
        if comparison.people == 2:
            texts, left, right, names = segment_values(comparison)
            measures["kappa of segments"] = kappa(counts, left, right, texts)
            found.segments["kappa of segments"] = _of_pairs(left, right, names)
    return found


def _of_pairs(left: Numbers, right: Numbers, names: Sequence[object]) -> BeyondChance:
    used = np.bincount(np.concatenate([left, right]), minlength=len(names))
    agreed = float((left == right).mean()) if len(left) else None
    met = np.flatnonzero(used)
    only = (names[met[0]],) if len(met) == 1 else None
    most = (names[int(used.argmax())], float(used.max() / used.sum())) if len(left) else None
    return BeyondChance(_nothing(), len(left), agreed, only, most)


def _of_alpha(alpha: AlphaCounts, estimate: Estimate) -> BeyondChance:
    return BeyondChance(estimate, round(alpha.units), alpha.agreed, alpha.one_value, alpha.most)


def _nothing() -> Estimate:
    return Estimate(None, None, None, Sureness.UNDEFINED, 0)


def _people(
    comparison: Comparison, counts: Counts, steps: dict[LadderStep, Flags], measures: dict[str, Measure]
) -> None:
    """Both ends of the ladder for each pair of people, to be estimated."""
    width, texts, pairs = len(comparison.pairs), comparison.text_of, comparison.pair_of
    paired = comparison.paired
    at, pair = np.concatenate([texts, texts[paired]]), np.concatenate([pairs, pairs[paired]])
    total = counts.add(width, at, pair, np.ones(len(at)))
    documents = comparison.met.sum(axis=0)
    for step in (LadderStep.PLACE, STRICT):
        flags = steps[step]
        passed = counts.add(width, texts[flags], pairs[flags], np.ones(flags.sum()))
        for number in range(width):
            columns = [passed[number], total[number]]
            measures[f"pair {number} {step}"] = Measure(columns, _f1, int(documents[number]))


def _pair_figures(comparison: Comparison, found: dict[str, Estimate]) -> tuple[PairFigures, ...]:
    differences = np.bincount(comparison.pair_of[~comparison.strict], minlength=len(comparison.pairs))
    documents = comparison.met.sum(axis=0)
    return tuple(
        PairFigures(
            pair,
            int(documents[number]),
            found[f"pair {number} {LadderStep.PLACE}"],
            found[f"pair {number} {STRICT}"],
            int(differences[number]),
        )
        for number, pair in enumerate(comparison.pairs)
    )


def _text_figures(comparison: Comparison) -> tuple[TextFigures, ...]:
    """The documents, those with the most differences first."""
    size = len(comparison.texts)
    strict = np.bincount(comparison.text_of[comparison.strict], minlength=size)
    meetings = np.bincount(comparison.text_of, minlength=size)
    total = meetings + np.bincount(comparison.text_of[comparison.paired], minlength=size)
    found = [
        TextFigures(
            at,
            int(meetings[at] - strict[at]),
            float(2 * strict[at] / total[at]) if total[at] else None,
        )
        for at in range(size)
    ]
    return tuple(sorted(found, key=lambda one: (-one.differences, 1.0 if one.f1 is None else one.f1)))


def _is_alike(by_person: Sequence[TaggedText | None]) -> bool:
    tags = [given.tags for given in by_person if given is not None]
    return all(one == tags[0] for one in tags)
