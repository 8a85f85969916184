"""What the model sees of a word and of a span, as names that its weights belong to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import regex

from labeling.model import Unit
from labeling.prediction.groups import Groups
from labeling.prediction.praise import Praise
from labeling.prediction.words import Worded

Lexicon = dict[str, str]
"""How often a word stood inside a span, and how well that is known: `4f` is nearly always, of many."""
Weights = dict[str, float]
"""Features with how much of each there is."""

_UNKNOWN = "unk"
_REPEATED = regex.compile(r"(.)\1+")
_BREAKS = frozenset(".,;:!?…،؛؟。，、；！？।-–—()")
"""Each ends a clause."""
_NEGATIONS = frozenset(("not", "no", "never", "without", "hardly"))
_FARTHEST = 100
"""Words from a span, to its left and to its right, that are looked at."""
_PHRASE = 6
"""Words of a span that is a feature as a whole."""
_REMEMBERED = 20_000
"""Words of which it is kept how they look: most of a text is a few words again and again."""


class WordCounts:
    """How often each word was seen, and how often inside a span; those of some documents can be taken off."""

    def __init__(self) -> None:
        self.seen, self.inside = Counter[str](), Counter[str]()

    def add(self, worded: Worded, tags: Iterable[Unit]) -> None:
        covered = {n for start, end, _, _ in tags for n in range(*worded.within(start, end))}
        self.seen.update(worded.low)
        self.inside.update(worded.low[n] for n in sorted(covered))

    def lexicon(self, without: WordCounts | None = None) -> Lexicon:
        """Of all words that were seen; `without`: but for what those counts hold."""
        found = {}
        for word, count in self.seen.items():
            seen = count - (without.seen[word] if without else 0)
            inside = self.inside[word] - (without.inside[word] if without else 0)
            if seen:
                sure = "r" if seen < 3 else "m" if seen < 10 else "f"
                found[word] = f"{min(4, int(5 * inside / seen))}{sure}"
        return found


def word_features(worded: Worded, lexicon: Lexicon, groups: Groups) -> list[list[str]]:
    """Of each word: itself, its neighbours, its form, and what is known of it."""
    places, low = worded.places, worded.low
    forms = [_form(worded.text[a:b]) for a, b in places]
    known = [lexicon.get(word, _UNKNOWN) for word in low]
    grouped = [groups.get(word, ()) for word in low]
    glued = [n > 0 and places[n - 1][1] == places[n][0] for n in range(len(low))] + [False]
    padded = ("^", "^", *low, "$", "$")
    found = []
    for n, word in enumerate(low):
        features = ["b", f"w={word}", f"h={forms[n]}", f"l={known[n]}"]
        features += (f"w-1={padded[n + 1]}", f"w+1={padded[n + 3]}")
        features += (f"w-2={padded[n]}", f"w+2={padded[n + 4]}")
        features += _ends(word)
        if n:
            features += (f"s-1={low[n - 1][-3:]}", f"h-1={forms[n - 1]}", f"g-={low[n - 1]} {word}")
            features += (f"l-1={known[n - 1]}", f"ll-={known[n - 1]}{known[n]}")
        if n + 1 < len(low):
            features += (f"s+1={low[n + 1][-3:]}", f"h+1={forms[n + 1]}", f"g+={word} {low[n + 1]}")
            features += (f"l+1={known[n + 1]}", f"ll={known[n]}{known[n + 1]}")
        if glued[n]:
            features.append("gl")
        if glued[n + 1]:
            features.append("gr")
        for near in range(max(0, n - 1), min(len(low), n + 2)):
            features += _in_groups(grouped[near], near - n)
        found.append(features)
    return found


@lru_cache(_REMEMBERED)
def _ends(word: str) -> tuple[str, ...]:
    """Its first and its last letters, up to four, never all of it."""
    lengths = range(1, min(4, len(word) - 1) + 1)
    return tuple(part for length in lengths for part in (f"p={word[:length]}", f"s={word[-length:]}"))


@lru_cache(_REMEMBERED)
def _in_groups(groups: tuple[int, ...], far: int) -> tuple[str, ...]:
    return tuple(f"c{size}{far}={group}" for size, group in enumerate(groups))


@lru_cache(_REMEMBERED)
def _form(word: str) -> str:
    """`Xx`, `9`, `x` for letters and digits, else what it is."""
    if not word[0].isalnum():
        return word[:2]
    signs = ("X" if c.isupper() else "x" if c.islower() else "9" if c.isdigit() else "o" for c in word[:12])
    return _REPEATED.sub(r"\1", "".join(signs))


def span_features(worded: Worded, span: tuple[int, int], groups: Groups, praise: Praise) -> Weights:
    """Of a span: its words, those around it, and what praises or complains in its clause."""
    first, after = worded.within(*span)
    found: Weights = {"b": 1.0}
    if first == after:
        return found
    _add_inside(found, worded.low, first, after, groups)
    for side, order in _sides(len(worded.low), first, after):
        _add_side(found, worded.low, side, order, groups)
    return {**found, **_praised(worded.low, first, after, praise)} if praise else found


def _sides(count: int, first: int, after: int) -> Iterator[tuple[str, range]]:
    """The words to the left and to the right of a span that are near enough, the nearest first."""
    yield "L", range(first - 1, max(-1, first - 1 - _FARTHEST), -1)
    yield "R", range(after, min(count, after + _FARTHEST))


def _add_inside(found: Weights, low: Sequence[str], first: int, after: int, groups: Groups) -> None:
    for n in range(first, after):
        found[f"i={low[n]}"] = 1.0
        found.update((f"n={part}", 0.5) for part in _parts(low[n]))
        found.update((f"ic{size}={group}", 1.0) for size, group in enumerate(groups.get(low[n], ())))
        if n + 1 < after:
            found[f"ib={low[n]} {low[n + 1]}"] = 1.0
    if after - first <= _PHRASE:
        found[f"ph={' '.join(low[first:after])}"] = 1.0


def _add_side(found: Weights, low: Sequence[str], side: str, order: range, groups: Groups) -> None:
    in_clause = True
    for far, n in enumerate(order, 1):
        word, weight = low[n], 1 / (1 + 0.1 * far)
        in_clause = in_clause and word not in _BREAKS
        if far <= 3:
            found[f"{side}{far}={word}"] = 1.0
        if far <= 6:
            found[f"{side}n={word}"] = weight
        if far <= 8:
            for size, group in enumerate(groups.get(word, ())):
                found[f"{side}c{size}={group}"] = weight
        if far <= 10 and n:
            found[f"cb={low[n - 1]} {word}"] = weight
        near = f"c={word}"
        if found.get(near, 0.0) < weight:
            found[near] = weight
        if in_clause and found.get(clause := f"k={word}", 0.0) < weight:
            found[clause] = weight
        if len(word) > 4:
            found[f"cs={word[:4]}"] = weight


def _praised(low: Sequence[str], first: int, after: int, praise: Praise) -> Weights:
    """How much praise and how much complaint stands around a span, each plain or negated."""
    found: Weights = defaultdict(float)
    for side, order in _sides(len(low), first, after):
        in_clause = True
        for far, n in enumerate(order, 1):
            in_clause = in_clause and low[n] not in _BREAKS
            value = praise.get(low[n])
            if not value:
                continue
            negated = "n" if _is_negated(low, n) else ""
            kind, weight = f"v{negated}{'+' if value > 0 else '-'}", abs(value) / 2 / (1 + 0.1 * far)
            found[kind] += weight
            found[kind + side] += weight
            if in_clause:
                found[f"vk{kind[1:]}"] += weight
    return found or {"v0": 1.0}


def _is_negated(low: Sequence[str], n: int) -> bool:
    """`not so good`, and `don't like`, whose `t` is a word."""
    return not _NEGATIONS.isdisjoint(low[max(0, n - 3) : n]) or (n > 1 and low[n - 1] == "t")


def crossed(features: Mapping[str, float], class_code: str) -> Weights:
    """With the class of the span, which the label may depend on, by the words of the span and beside it."""
    beside = {f"{class_code}&{name}": 1.0 for name in features if name[:2] in ("i=", "L1", "R1")}
    return {**features, f"cls={class_code}": 1.0, **beside}


def document_features(low: Sequence[str]) -> Counter[str]:
    """Of a whole document: its words, pairs of them and parts of them, with how often each occurs."""
    found = Counter(f"w={word}" for word in low)
    for word in low:
        if len(word) > 3:
            found.update(f"n={part}" for part in _parts(word))
    found.update(f"b={word} {following}" for word, following in pairwise(low))
    return found


def _parts(word: str) -> Iterator[str]:
    """Three to five letters of a word, its ends marked."""
    marked = f"_{word}_"
    for length in (3, 4, 5):
        for start in range(max(1, len(marked) - length + 1)):
            yield marked[start : start + length]
