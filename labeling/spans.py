"""Where a span may begin and end in a text. Offsets are Unicode code points, half-open, 0-based."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from unicodedata import is_normalized, normalize

import regex

_GRAPHEME = regex.compile(r"\X")
_WORD = regex.compile(r"(?w)\b")

# What cannot be seen is no edge of a span: white space, direction marks, signs without width. The text in the
# browser goes by the same rule (`offsets.js`).
_SIGNS = r"\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_UNSEEN = rf"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000{_SIGNS}"
_SEEN = regex.compile(rf"[^{_UNSEEN}](?:.*[^{_UNSEEN}])?", regex.DOTALL)
# Marks that close or open what stands beside a word, where they are its neighbours.
_CLOSES = rf"\p{{Pe}}\p{{Quotation_Mark}}\p{{Terminal_Punctuation}}…{_SIGNS}"
_OPENS = rf"\p{{Ps}}\p{{Quotation_Mark}}¿¡{_SIGNS}"
_CLOSING = regex.compile(rf"(?<=[^{_UNSEEN}{_CLOSES}])[{_CLOSES}]+\Z")
_OPENING = regex.compile(rf"\A[{_OPENS}]+(?=[^{_UNSEEN}{_OPENS}])")
# Marks that white space parts from the words that were meant: those of what stood before, a dash, a colon.
_BEFORE = regex.compile(
    rf"\A[\p{{Pe}}\p{{Quotation_Mark}}]*[\p{{Terminal_Punctuation}}…\p{{Pd}}]*\p{{Quotation_Mark}}*[{_UNSEEN}]+"
)
_BEHIND = regex.compile(rf"[{_UNSEEN}]+[,;:،؛、，：；\p{{Pd}}]+\Z")
_LETTER = regex.compile(r"[\p{L}\p{N}\p{Extended_Pictographic}]")
_ENDING = regex.compile(r"[\p{Sentence_Terminal}…]+")
_QUOTE = regex.compile(r"(?<![\p{L}\p{N}])\p{Quotation_Mark}|\p{Quotation_Mark}(?![\p{L}\p{N}])")
_OPENER = regex.compile(r"(?!\p{Quotation_Mark})\p{Ps}")
_CLOSER = regex.compile(r"(?!\p{Quotation_Mark})\p{Pe}")


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
    return every_word_border(text)


def every_word_border(text: str) -> Sequence[int]:
    """The same for many texts, each looked at once."""
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
    if text.isascii() and "\r" not in text:
        return False
    return 0 < offset < len(text) and cluster_at(text, offset)[0] != offset


def snap(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to whole grapheme clusters, within the text."""
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    start = cluster_at(text, start)[0]
    return (start, cluster_at(text, end)[1] if cuts_grapheme(text, end) else end)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space, direction marks and signs without width at its edges;
    empty at `end` when nothing else is in it."""
    seen = _SEEN.search(text[start:end])
    return (start + seen.start(), start + seen.end()) if seen else (end, end)


def bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A trimmed span without the marks at its edges that belong to no word in it: closing ones, opening ones,
    those of the words before it, a dash or a colon that stands apart.

    Quotes and brackets stay where their partner is in the span; other marks that are not beside a word stay.
    """
    span = _without_beside(text, *_without_apart(text, start, end))
    return span if span == (start, end) else bare(text, *span)


def _without_apart(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the marks that white space parts from its words."""
    before = _BEFORE.match(text[start:end])
    if before is not None:
        left = text[start + before.end() : end]
        is_quoted = _QUOTE.search(before[0]) and len(_QUOTE.findall(left)) % 2 == 1
        if _LETTER.search(left) and not is_quoted:
            start += before.end()
    behind = _BEHIND.search(text[start:end])
    if behind is not None and _LETTER.search(text[start : start + behind.start()]):
        end = start + behind.start()
    return (start, end)


def _without_beside(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the marks that stand beside a word."""
    closing = _CLOSING.search(text[start:end])
    while closing and end > start + closing.start() and not _is_paired(text[end - 1], text[start : end - 1]):
        end -= 1
    opening = _OPENING.search(text[start:end])
    first = start + (opening.end() if opening else 0)
    while start < first and not _is_paired(text[start], text[start + 1 : end]):
        start += 1
    return (start, end)


def within_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """What `bare` leaves of a trimmed span, with the mark that ends its sentence or its abbreviation."""
    first, last = trim(text, start, end)
    start, end = bare(text, first, last)
    part = text[start:end]
    is_one_word = all(match.start() in (0, len(part)) for match in _WORD.finditer(part))
    ending = _ENDING.match(text, end, last)
    return (start, end if ending is None or (is_one_word and "." not in part) else ending.end())


def _is_paired(mark: str, rest: str) -> bool:
    """Whether a mark at an edge has its partner in the rest of the words."""

    def count(pattern: regex.Pattern[str]) -> int:
        return len(pattern.findall(rest))

    if _QUOTE.match(mark):
        return count(_QUOTE) % 2 == 1
    if _CLOSER.match(mark):
        return count(_OPENER) > count(_CLOSER)
    return bool(_OPENER.match(mark)) and count(_CLOSER) > count(_OPENER)


def occurrences(
    text: str, wanted: str, *, whole_words: bool = False, match_case: bool = True, any_space: bool = False
) -> tuple[tuple[int, int], ...]:
    """Each place where `wanted` stands on whole grapheme clusters, left to right, not overlapping.

    A letter with its marks is the same in either normal form. With `any_space`, white space in it stands for
    any other. Whole words are those of `word_borders`.
    """
    wanted = normalize("NFC", wanted)
    parts = wanted.split() if any_space else [wanted]
    if not any(parts):
        return ()
    flags = regex.V1 if match_case else regex.V1 | regex.IGNORECASE | regex.FULLCASE
    pattern = regex.compile(r"\s+".join(map(regex.escape, parts)), flags)
    composed, places = _composed(text)
    found: list[tuple[int, int]] = []
    at = 0
    while match := pattern.search(composed, at):
        first, last = (bisect_left(places, offset) for offset in match.span())
        at = match.start() + 1
        if (places[first], places[last]) != match.span():
            continue
        start, end = grapheme_borders(text)[first], grapheme_borders(text)[last]
        if not whole_words or (is_word_border(text, start) and is_word_border(text, end)):
            found.append((start, end))
            at = match.end()
    return tuple(found)


@lru_cache(maxsize=64)
def _composed(text: str) -> tuple[str, Sequence[int]]:
    """The text in NFC, and where in it each of its `grapheme_borders` is."""
    borders = grapheme_borders(text)
    if is_normalized("NFC", text):
        return text, borders
    pieces = [normalize("NFC", text[start:end]) for start, end in pairwise(borders)]
    return "".join(pieces), (0, *accumulate(map(len, pieces)))


def folded(text: str) -> str:
    """The text as it is looked for whatever its case and its normal form; offsets are lost."""
    return normalize("NFC", normalize("NFC", text).casefold())


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


def utf16_points(text: str) -> list[int]:
    """For each UTF-16 unit of the text, and its end, the code point that it belongs to (0-based)."""
    points: list[int] = []
    for at, letter in enumerate(text):
        points += [at] * (2 if ord(letter) > 0xFFFF else 1)
    return [*points, len(text)]
