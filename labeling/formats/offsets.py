"""In what the offsets of a file count, told by where its spans then lie."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from labeling.formats.records import Answers, Question, answered
from labeling.spans import grapheme_borders, is_word_border

CHARACTERS, UTF16, CLUSTERS = "characters", "UTF-16 units", "characters as they are seen"
"""Code points, as Python counts; what browsers count; grapheme clusters."""
UNITS = (CHARACTERS, UTF16, CLUSTERS)


class Placed(NamedTuple):
    """A span of a text as the file has it, with the words that the file says stand there, if any."""

    text: str
    start: int
    end: int
    words: str | None = None


def asked(placed: Iterable[Placed], answers: Answers, usual: str, said: str = "") -> Question | None:
    """The question in what offsets count, answered by what the file has `said`, else by how most spans lie
    on whole words, or on the words said to stand there; None where all count the same.

    `placed`: of texts that are `is_beyond`; `usual`: where nothing tells.
    """
    beyond = _some(placed)
    if not beyond:
        return None
    fits = Counter[str]()
    for one in beyond:
        for unit in UNITS:
            fits[unit] += _fits(one, in_points(one.text, one.start, one.end, unit))
    found = said if said in UNITS else max((usual, *UNITS), key=lambda unit: fits[unit])
    return answered(answers, "offsets", "Offsets count", UNITS, found)


_ENOUGH = 500
"""Spans by which it is told."""


def _some(placed: Iterable[Placed]) -> list[Placed]:
    """Enough of them, from all parts of the file."""
    chosen: list[Placed] = []
    step = 1
    for n, one in enumerate(placed):
        if n % step == 0:
            chosen.append(one)
        if len(chosen) > 2 * _ENOUGH:
            chosen, step = chosen[::2], 2 * step
    return chosen


def is_beyond(text: str) -> bool:
    """Whether one of its characters is two UTF-16 units."""
    return not text.isascii() and _PAIR.search(text) is not None


def in_points(text: str, start: int, end: int, unit: str) -> tuple[int, int]:
    """The span in code points; an offset beyond the text stays beyond it."""
    if unit == CHARACTERS or text.isascii():
        return start, end
    if unit == CLUSTERS:
        return _point_of_cluster(text, start), _point_of_cluster(text, end)
    pairs = _pairs(text)
    units = len(text) + len(pairs)
    return (
        start - bisect_left(pairs, start) if start <= units else start,
        end - bisect_left(pairs, end) if end <= units else end,
    )


def in_utf16(text: str, offset: int) -> int:
    """An offset in code points as browsers count it."""
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


_PAIR = re.compile("[\U00010000-\U0010ffff]")


@lru_cache(maxsize=8)
def _pairs(text: str) -> Sequence[int]:
    """The UTF-16 units at which a character of two begins, ascending."""
    if text.isascii():
        return ()
    return [found.start() + earlier for earlier, found in enumerate(_PAIR.finditer(text))]


def _point_of_cluster(text: str, at: int) -> int:
    borders = grapheme_borders(text)
    if at < 0:
        return at
    return borders[at] if at < len(borders) else at + len(text) + 1 - len(borders)


def _fits(one: Placed, span: tuple[int, int]) -> bool:
    start, end = span
    words = one.text[start:end]
    if not 0 <= start < end <= len(one.text):
        return False
    if one.words is not None:
        return words == one.words
    return words == words.strip() and all(is_word_border(one.text, offset) for offset in span)
