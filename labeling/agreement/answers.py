"""People against known answers (gold, decided), and against themselves where a document came twice."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labeling.agreement.comparison import Comparison, Flags, Meeting, compare
from labeling.agreement.intervals import Counts, Estimate, Measure, Sums, Sureness, estimates
from labeling.agreement.people import FEWEST_DOCUMENTS, FEWEST_TAGS
from labeling.agreement.shared import Counted, Shared, SharedText, shared
from labeling.agreement.tags import TaggedText

Twice = tuple[TaggedText, TaggedText]
"""A document as one person did it first, and the second time."""
CHARACTERS = 100
"""The characters that a pace is told for."""


def with_answers(
    people: Sequence[Sequence[TaggedText]],
    answers: Sequence[Sequence[TaggedText]],
    twice: Sequence[Sequence[Twice]],
) -> Comparison:
    """Each person's documents beside the answers, and each person's second time beside their first.

    The people of the comparison are the people, then the answers, then each person at the first time. The
    pairs are those of a person with an answer or with themselves; where a document has several answers the
    first of them counts.
    """
    of_people, of_all = len(people), 2 * len(people) + len(answers)
    rows = []
    for text in shared([*people, *answers]).texts if answers else ():
        known = next((at for at in text.people if at >= of_people), None)
        if known is None:
            continue
        given = [one if at < of_people or at == known else None for at, one in enumerate(text.by_person)]
        rows.append(SharedText(text.text, (*given, *[None] * of_people)))
    for person, pairs in enumerate(twice):
        for first, second in pairs:
            row: list[TaggedText | None] = [None] * of_all
            row[person], row[of_people + len(answers) + person] = second, first
            rows.append(SharedText(second.text, tuple(row)))
    meeting = [(person, of_people + at) for person in range(of_people) for at in range(len(answers))]
    themselves = [(person, of_people + len(answers) + person) for person in range(of_people)]
    return compare(
        Shared(tuple(rows), (), of_all), Counted.SHARED, [True] * of_all, pairs=(*meeting, *themselves)
    )


class AnswerFigures(NamedTuple):
    """One person against the answers. `known`: the tags of the answers in the person's documents; `tags`:
    the person's there. The figures are None below the fewest documents and tags."""

    person: int
    documents: int
    tags: int
    known: int
    recall: Estimate
    precision: Estimate


class SelfFigures(NamedTuple):
    """One person against themselves: F1 of identical tags, first and second time."""

    person: int
    documents: int
    tags: int
    f1: Estimate


def against_answers(comparison: Comparison, person: int, answers: int, seed: Sequence[int]) -> AnswerFigures:
    """`answers`: how many sessions of answers there are (`with_answers`)."""
    here = _pairs_of(comparison, person, answers, themselves=False)
    texts, strict = comparison.text_of, comparison.strict & here
    mine, known = here & (comparison.left >= 0), here & (comparison.right >= 0)
    documents = _documents(comparison, person, answers, themselves=False)
    counts = Counts(len(comparison.texts))
    columns = [counts.count(texts[flags]) for flags in (strict, mine, known)]
    measures = {
        "recall": Measure([columns[0], columns[2]], _share, documents),
        "precision": Measure([columns[0], columns[1]], _share, documents),
    }
    tags, of_answers = int(mine.sum()), int(known.sum())
    if documents < FEWEST_DOCUMENTS or max(tags, of_answers) < FEWEST_TAGS:
        nothing = _nothing(documents)
        return AnswerFigures(person, documents, tags, of_answers, nothing, nothing)
    found = estimates(counts, measures, seed)
    return AnswerFigures(person, documents, tags, of_answers, found["recall"], found["precision"])


def against_themselves(comparison: Comparison, person: int, answers: int, seed: Sequence[int]) -> SelfFigures:
    """The person's second time against their first."""
    here = _pairs_of(comparison, person, answers, themselves=True)
    texts = comparison.text_of
    documents = _documents(comparison, person, answers, themselves=True)
    counts = Counts(len(comparison.texts))
    passed = counts.count(texts[here & comparison.strict])
    left, right = here & (comparison.left >= 0), here & (comparison.right >= 0)
    total = counts.count(np.concatenate([texts[left], texts[right]]))
    tags = int(left.sum())
    if documents < FEWEST_DOCUMENTS or tags < FEWEST_TAGS:
        return SelfFigures(person, documents, tags, _nothing(documents))
    found = estimates(counts, {"f1": Measure([passed, total], _f1, documents)}, seed)
    return SelfFigures(person, documents, tags, found["f1"])


def behind_answers(comparison: Comparison, person: int, answers: int, *, themselves: bool) -> list[Meeting]:
    """The meetings without identical tags of a person with the answers, or with themselves."""
    here = _pairs_of(comparison, person, answers, themselves=themselves)
    return list(comparison.meetings(here & ~comparison.strict))


class Pace(NamedTuple):
    """Seconds of active work for 100 characters, and for one tag: lower quartile, median, upper quartile.

    `documents`: on how many it is counted. `for_tag` is None where nobody tagged anything.
    """

    documents: int
    for_text: tuple[float, float, float]
    for_tag: tuple[float, float, float] | None


def pace(texts: Sequence[TaggedText]) -> Pace | None:
    """Of the documents whose time is known; None below the fewest documents. Never a score: long texts with
    little in them go faster."""
    timed = [(text, text.seconds) for text in texts if text.seconds is not None and text.text]
    if len(timed) < FEWEST_DOCUMENTS:
        return None
    by_text = [CHARACTERS * seconds / len(text.text) for text, seconds in timed]
    by_tag = [seconds / len(text.tags) for text, seconds in timed if text.tags]
    return Pace(len(timed), _quartiles(by_text), _quartiles(by_tag) if len(by_tag) > 1 else None)


def _quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def _others(comparison: Comparison, answers: int, *, themselves: bool) -> range:
    """The indexes of the answers, or of the people at the first time."""
    people = (comparison.people - answers) // 2
    return range(people + answers, comparison.people) if themselves else range(people, people + answers)


def _pairs_of(comparison: Comparison, person: int, answers: int, *, themselves: bool) -> Flags:
    """The meetings of a person with the answers, or with themselves."""
    others = _others(comparison, answers, themselves=themselves)
    wanted = [at for at, pair in enumerate(comparison.pairs) if pair[0] == person and pair[1] in others]
    found: Flags = np.isin(comparison.pair_of, wanted)
    return found


def _documents(comparison: Comparison, person: int, answers: int, *, themselves: bool) -> int:
    others = _others(comparison, answers, themselves=themselves)
    return sum(
        text.by_person[person] is not None and any(text.by_person[other] is not None for other in others)
        for text in comparison.texts
    )


def _nothing(documents: int) -> Estimate:
    return Estimate(None, None, None, Sureness.TOO_FEW, documents)


def _share(sums: Sums) -> npt.NDArray[np.float64]:
    passed, total = sums
    found: npt.NDArray[np.float64] = passed / np.where(total > 0, total, np.nan)
    return found


def _f1(sums: Sums) -> npt.NDArray[np.float64]:
    passed, total = sums
    found: npt.NDArray[np.float64] = 2 * passed / np.where(total > 0, total, np.nan)
    return found
