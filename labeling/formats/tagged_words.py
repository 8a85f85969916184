"""Words with a tag each as segments of a text; tags in any of the usual schemes: IOB1, BIO, BIOES, BILOU."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from labeling.phrases import count_of

OUTSIDE = "O"
TAG = re.compile(r"O|[BIESLUM](-.*)?")
MARKED = re.compile(r"[BIESLUM]-.+")

PUT_TOGETHER = "The texts are put together from their words, with a space between."
"""What is to be known of them."""

Spans = list[tuple[int, int]]
Pairs = Counter[tuple[str, str]]
"""How often a tag stands behind another; the first of a sentence stands behind O."""


def put_together(words: Iterable[str], joined: Collection[int] = ()) -> tuple[str, Spans]:
    """The words with a space between, and where they are; no space is behind the `joined`, by their place."""
    spans: Spans = []
    pieces: list[str] = []
    at = 0
    for n, word in enumerate(words):
        spans.append((at, at + len(word)))
        pieces += (word,) if n in joined else (word, " ")
        at += len(word) + (n not in joined)
    return "".join(pieces).removesuffix(" "), spans


def aligned(text: str, words: Iterable[str]) -> Spans | None:
    """Where the words are in a text that has nothing but white space between them; None where it has."""
    at = 0
    spans: Spans = []
    for word in words:
        start = text.find(word, at)
        if start < 0 or not (start == at or text[at:start].isspace()):
            return None
        at = start + len(word)
        spans.append((start, at))
    return None if text[at:].strip() else spans


def runs(tags: Iterable[str], spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """(start, end, name) of each run of words that are tagged as one. A tag that goes on with nothing before
    it begins one, as in IOB1."""
    start, end, open_ = 0, 0, None
    before = OUTSIDE
    for tag, span in zip(tags, spans, strict=True):
        if tag == OUTSIDE and open_ is None:
            before = tag
            continue
        name = _name(tag)
        if open_ is not None and (name is None or _begins(before, tag)):
            yield start, end, open_
            open_ = None
        if name is not None:
            start, end, open_ = span[0] if open_ is None else start, span[1], name
        before = tag
    if open_ is not None:
        yield start, end, open_


def pairs_of(tags: Iterable[str]) -> Pairs:
    return Counter(pairwise([OUTSIDE, *tags]))


def notes(pairs: Pairs) -> Iterator[str]:
    """What is to be known of tags: those that go on with nothing before them, where B is not only between two
    neighbours as in IOB1, and those without a mark."""
    is_bio = False
    going_on = unmarked = 0
    for (before, tag), times in pairs.items():
        is_new = tag != OUTSIDE and _name(before) != _name(tag)
        is_bio = is_bio or (is_new and tag[0] == "B")
        is_marked = bool(TAG.fullmatch(tag))
        unmarked += 0 if is_marked else times
        going_on += times if is_new and is_marked and tag[0] in "IMEL" else 0
    if going_on and is_bio:
        yield f"{count_of(going_on, 'tag')} that went on with nothing before: a segment begins."
    if unmarked:
        yield f"{count_of(unmarked, 'tag')} without a mark as B- or I-: neighbours are one segment."


@lru_cache(maxsize=1024)
def _name(tag: str) -> str | None:
    """The name in a tag; None where it says that there is none, the tag itself where it has no mark."""
    if tag == OUTSIDE:
        return None
    return tag[2:] if TAG.fullmatch(tag) else tag


@lru_cache(maxsize=1024)
def _begins(before: str, tag: str) -> bool:
    """Whether a tag other than O begins a segment behind this one."""
    if _name(before) != _name(tag):
        return True
    marks = [one[0] if TAG.fullmatch(one) else "I" for one in (before, tag)]
    return marks[0] in "ELSU" or marks[1] in "BSU"
