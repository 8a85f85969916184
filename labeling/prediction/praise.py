"""Which English words praise and which complain, from the list that vaderSentiment brings along (MIT)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from labeling.prediction.words import WORD, WordSplitter

Praise = dict[str, float]
"""From -4 to 4 for a word."""
_ENGLISH = frozenset(("the", "and", "of", "this", "with", "that", "are", "were", "they", "you", "have"))
_SHARE = 0.08
"""Of the words, from which on a text is English."""
_LOOKED_AT = 2_000
"""Texts."""


def praise_for(texts: Iterable[str]) -> Praise:
    """The list, if the texts are English and it is installed; else none."""
    words = WordSplitter()
    read = [word for text in islice(texts, _LOOKED_AT) for word in words.read(text).low]
    return _listed() if sum(word in _ENGLISH for word in read) > _SHARE * len(read) else {}


def _listed() -> Praise:
    """Read from the file: the package's own module would bring a client for the web along."""
    package = find_spec("vaderSentiment")
    if package is None or package.origin is None:
        return {}
    lines = (Path(package.origin).parent / "vader_lexicon.txt").read_text(encoding="utf-8").splitlines()
    parted: list[Sequence[str]] = [line.split("\t") for line in lines if line]
    return {word.lower(): float(value) for word, value, *_ in parted if WORD.fullmatch(word)}
