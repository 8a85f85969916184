"""The words of a text with their places, as texts are compared: whatever the case and the normal form. Pure.

A word is what lies between two of Unicode's word borders, so in scripts that are written without spaces
nearly every letter is one. Offsets are code points.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from labeling.spans import every_word_border, folded

Span = tuple[int, int]
"""(start, end) in code points."""


class Words:
    """The words of one text, white space left out."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def spans(self) -> Sequence[Span]:
        """Where each word stands, in order."""
        text = self.text
        return [span for span in pairwise(every_word_border(text)) if not text[slice(*span)].isspace()]

    @cached_property
    def folded(self) -> Sequence[str]:
        """Each of them as it is compared."""
        return [_folded(self.text[start:end]) for start, end in self.spans]

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [start for start, _ in self.spans]

    def within(self, start: int, end: int) -> WordRange | None:
        """The words that a span holds; None where it holds none, or cuts one."""
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        if first == last or self.spans[first][0] != start or self.spans[last - 1][1] != end:
            return None
        return WordRange(first, last)

    def touched(self, start: int, end: int) -> range:
        """The numbers of the words that a span touches."""
        first = bisect_left(self._starts, start)
        if first > 0 and self.spans[first - 1][1] > start:
            first -= 1
        return range(first, max(first, bisect_left(self._starts, end)))

    def span(self, first: int, last: int) -> Span:
        """The span from a word to before another."""
        return (self.spans[first][0], self.spans[last - 1][1])


class WordRange(NamedTuple):
    """Words by their numbers, from 0, half-open."""

    first: int
    last: int


_KNOWN: dict[str, str] = {}
_MOST_KNOWN = 200_000


def _folded(word: str) -> str:
    """Folding costs more than finding what was folded before; texts repeat their words."""
    known = _KNOWN.get(word)
    if known is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[word] = folded(word)
    return known


def words_key(text: str, start: int, end: int) -> str:
    """A slice as it is compared with others: its case, its normal form and its white space do not count."""
    return " ".join(_folded(text[start:end]).split())
