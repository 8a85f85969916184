"""A text as words, in any script: what the model sees, and where its spans begin and end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

import regex

from labeling.prediction.task import Example

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Scripts without spaces between words: a character is a word."""
_LETTER = rf"[\p{{L}}--[{_UNSPACED}]]"
WORD = regex.compile(
    rf"(?V1)[{_UNSPACED}]\p{{M}}*|{_LETTER}[{_LETTER}\p{{M}}\u200c\u200d]*|\p{{N}}+|(?!\s)\X"
)
_NOT_TEXT = regex.compile("[\\x00\\ud800-\\udfff]")

_LONGEST_CUT = 3
"""Characters of a prefix or a suffix that is cut off."""
_FEWEST_CUTS, _SHARE_OF_CUTS = 3, 0.01
"""How often annotators must have cut there; the share is of all tags, as a large corpus has any cut often."""
_SHORTEST_REST = 2


class Worded(NamedTuple):
    """A text with the places of its words and the words in small letters."""

    text: str
    places: tuple[tuple[int, int], ...]
    low: tuple[str, ...]

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The first word that a span touches, and the one after its last; equal if it touches none."""
        first = bisect_right(self.places, start, key=itemgetter(1))
        after = bisect_left(self.places, end, key=itemgetter(0))
        return (first, after) if first < after else (0, 0)


def _around(cut: int, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The last word that begins before a place."""
    n = bisect_left(places, cut, key=itemgetter(0))
    return places[n - 1] if n else (0, 0)


def plain(text: str) -> str:
    """The text, as long as it was, without what the trainer cannot take: it ends a name at NUL, and a lone
    surrogate has no UTF-8."""
    return _NOT_TEXT.sub("\ufffd", text)


@dataclass(frozen=True)
class WordSplitter:
    """Splits by script, then cuts off what annotators cut off: targets begin inside Arabic words."""

    prefixes: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()

    @classmethod
    def learn(cls, examples: Sequence[Example]) -> WordSplitter:
        """With the prefixes and suffixes that the examples' tags leave out often enough."""
        before, after = Counter[str](), Counter[str]()
        for text, tags in examples:
            places = [match.span() for match in WORD.finditer(text)] if tags else []
            for cut in {tag[0] for tag in tags}:
                a, b = _around(cut, places)
                if a < cut < b and cut - a <= _LONGEST_CUT:
                    before[text[a:cut].lower()] += 1
            for cut in {tag[1] for tag in tags}:
                a, b = _around(cut, places)
                if a < cut < b and b - cut <= _LONGEST_CUT:
                    after[text[cut:b].lower()] += 1
        least = max(_FEWEST_CUTS, _SHARE_OF_CUTS * sum(len(example.tags) for example in examples))
        return cls(
            frozenset(part for part, count in before.items() if count >= least),
            frozenset(part for part, count in after.items() if count >= least),
        )

    def read(self, text: str) -> Worded:
        """The text, made plain, with its words."""
        text = plain(text)
        places = tuple(match.span() for match in WORD.finditer(text))
        if self.prefixes or self.suffixes:
            places = tuple(part for place in places for part in self._parts(text, *place))
        return Worded(text, places, tuple(text[a:b].lower() for a, b in places))

    def _parts(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """A word, as up to three."""
        if end - start <= _LONGEST_CUT:
            return [(start, end)]
        low = text[start:end].lower()
        if len(low) != end - start:  # small letters of another length would cut elsewhere
            return [(start, end)]
        lengths = range(_LONGEST_CUT, 0, -1)
        most = len(low) - _SHORTEST_REST
        head = next((n for n in lengths if n <= most and low[:n] in self.prefixes), 0)
        tail = next((n for n in lengths if n <= most - head and low[-n:] in self.suffixes), 0)
        parts = ((start, start + head), (start + head, end - tail), (end - tail, end))
        return [(a, b) for a, b in parts if a < b]
