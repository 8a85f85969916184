"""Where a span may begin and end in a text. Offsets are Unicode code points, half-open, 0-based."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

import regex

_GRAPHEME = regex.compile(r"\X")
_WORD = regex.compile(r"(?w)\b")


@lru_cache(maxsize=64)
def grapheme_borders(text: str) -> Sequence[int]:
    """The offsets between grapheme clusters, 0 and `len(text)` included, ascending."""
    if text.isascii() and "\r" not in text:
        return range(len(text) + 1)
    borders = [match.start() for match in _GRAPHEME.finditer(text)]
    return (*borders, len(text))


@lru_cache(maxsize=8)
def word_borders(text: str) -> Sequence[int]:
    """The offsets where words begin and end, by Unicode's default rules, with 0 and `len(text)`, ascending.

    In scripts that are written without spaces there is a border at nearly every letter.
    """
    return sorted({0, len(text), *(match.start() for match in _WORD.finditer(text))})


def is_word_border(text: str, offset: int) -> bool:
    """Whether a word begins or ends at `offset`, as `word_borders` has it."""
    borders = word_borders(text)
    index = bisect_left(borders, offset)
    return index < len(borders) and borders[index] == offset


def cluster_at(text: str, offset: int) -> tuple[int, int]:
    """The grapheme cluster that holds the code point at `offset`; (n, n) at or past the end of n."""
    borders = grapheme_borders(text)
    if offset >= len(text):
        return (len(text), len(text))
    index = bisect_right(borders, offset) - 1
    return (borders[index], borders[index + 1])


def cuts_grapheme(text: str, offset: int) -> bool:
    """Whether `offset` lies inside a grapheme cluster: half an emoji, a letter without its marks."""
    return 0 < offset < len(text) and cluster_at(text, offset)[0] != offset


def snap(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to whole grapheme clusters, within the text."""
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    start = cluster_at(text, start)[0]
    return (start, cluster_at(text, end)[1] if cuts_grapheme(text, end) else end)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without leading and trailing white space; empty at `end` when nothing else is in it."""
    part = text[start:end]
    if not part.strip():
        return (end, end)
    return (start + len(part) - len(part.lstrip()), start + len(part.rstrip()))


def occurrences(
    text: str, wanted: str, *, whole_words: bool = False, match_case: bool = True, any_space: bool = False
) -> tuple[tuple[int, int], ...]:
    """Each place where `wanted` stands on whole grapheme clusters, left to right, not overlapping.

    With `any_space`, white space in it stands for any other. Whole words are those of `word_borders`.
    """
    parts = wanted.split() if any_space else [wanted]
    if not any(parts):
        return ()
    flags = regex.V1 if match_case else regex.V1 | regex.IGNORECASE | regex.FULLCASE
    pattern = regex.compile(r"\s+".join(map(regex.escape, parts)), flags)
    found: list[tuple[int, int]] = []
    at = 0
    while match := pattern.search(text, at):
        start, end = match.span()
        whole = not (cuts_grapheme(text, start) or cuts_grapheme(text, end))
        if whole and (not whole_words or (is_word_border(text, start) and is_word_border(text, end))):
            found.append((start, end))
            at = end
        else:
            at = start + 1
    return tuple(found)


def span_problem(text: str, start: int | None, end: int | None) -> str:
    """Why (start, end) cannot be a span of the text, in plain words; empty when it can."""
    if start is None or end is None:
        return f"{'start' if start is None else 'end'} is missing"
    if start < 0:
        return f"start {start} is before the text begins"
    if end > len(text):
        return f"end {end} is after the text ends ({len(text)})"
    if start == end:
        return f"start and end are both {start}: the segment is empty"
    if start > end:
        return f"end {end} is before start {start}"
    for name, offset in (("start", start), ("end", end)):
        if cuts_grapheme(text, offset):
            low, high = cluster_at(text, offset)
            return f"{name} {offset} is in the middle of “{text[low:high]}”: use {low} or {high}"
    return ""
