"""Words that are tagged elsewhere and bare here, and tags whose borders are unlike their siblings'. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from labeling.checking.suspects import Gathered, Proposed, Suspect, ranked
from labeling.checking.words import WordRange
from labeling.model import TagNames
from labeling.phrases import tag_in_words

LEAST = 2
"""How often words must be tagged before they are missed elsewhere."""
LEAST_SHARE = 0.25
"""Of the places of words, how many must be tagged before the others are missed."""
LONGEST = 12
"""Words of a tag that is looked for elsewhere, at most: so the cost stays linear in the text."""

FEW = 2.0
"""Siblings that the word at the border weighs as much as."""
BASE = 0.05
"""How often a border is taken to be wrong, while nothing speaks for it or against it."""
HALF = 0.5
"""A border is doubted that more siblings speak against than for it."""

Phrase = tuple[str, ...]


# Tagged elsewhere, bare here


def untagged(seen: Gathered) -> tuple[Suspect, ...]:
    """Places without a tag whose words are tagged elsewhere, with the tag that these words have most.

    Ranked by the share of their places that are tagged, with two bare ones more, so that many places weigh
    more than few. A place that another segment touches is neither.
    """
    tagged: dict[Phrase, Counter[TagNames]] = defaultdict(Counter)
    spans: dict[int, set[WordRange]] = defaultdict(set)
    for tag in seen.tags:
        if tag.words is not None and tag.words.last - tag.words.first <= LONGEST:
            tagged[_phrase(seen, tag.at, tag.words)][tag.names] += 1
            spans[tag.at].add(tag.words)
    starts: dict[str, set[int]] = defaultdict(set)
    for phrase, names in tagged.items():
        if names.total() >= LEAST:
            starts[phrase[0]].add(len(phrase))
    bare: dict[Phrase, list[tuple[int, WordRange]]] = defaultdict(list)
    times: Counter[Phrase] = Counter()
    covered = _covered(seen)
    for at, document in enumerate(seen.documents):
        if not document.is_looked_at:
            continue
        words = document.words.folded
        for place, phrase in _places(words, starts, tagged):
            if place in spans[at]:
                times[phrase] += 1
            elif not any(number in covered[at] for number in range(place.first, place.last)):
                bare[phrase].append((at, place))

    def find() -> Iterator[tuple[float, int, WordRange, Phrase]]:
        for phrase, where in bare.items():
            all_ = times[phrase] + len(where)
            score = times[phrase] / (all_ + 2)
            if times[phrase] >= LEAST and score >= LEAST_SHARE:
                yield from ((score, at, place, phrase) for at, place in where)

    taken: dict[int, set[int]] = defaultdict(set)
    rows: list[Suspect] = []
    # Of places that overlap the likeliest is listed, of equals the longest.
    for score, at, place, phrase in sorted(find(), key=lambda one: (-one[0], -len(one[3]))):
        numbers = range(place.first, place.last)
        if any(number in taken[at] for number in numbers):
            continue
        taken[at].update(numbers)
        span = seen.documents[at].words.span(*place)
        usual, most = tagged[phrase].most_common(1)[0]
        words = " ".join(seen.documents[at].view.text[slice(*span)].split())
        all_ = times[phrase] + len(bare[phrase])
        why = f"“{words}” is tagged in {times[phrase]:,} of {all_:,} places"
        why += f", {most:,} × {tag_in_words(usual)}"
        rows.append(seen.about("untagged", at, span, Proposed(span, usual), why, score))
    return ranked(rows)


def _covered(seen: Gathered) -> dict[int, set[int]]:
    """The numbers of the words that some segment touches, with a tag or bare, by document."""
    found: dict[int, set[int]] = defaultdict(set)
    for at, document in enumerate(seen.documents):
        text, whole = document.words, len(document.view.text)
        for segment in document.view.segments:
            placed = segment.segment
            if not placed.is_placed or (placed.start, placed.end) == (0, whole):
                continue
            found[at].update(text.touched(placed.start, placed.end))
    return found


def _places(
    words: Sequence[str], starts: dict[str, set[int]], known: dict[Phrase, Counter[TagNames]]
) -> Iterator[tuple[WordRange, Phrase]]:
    for first, word in enumerate(words):
        for length in starts.get(word, ()):
            phrase = tuple(words[first : first + length])
            if len(phrase) == length and phrase in known:
                yield WordRange(first, first + length), phrase


def _phrase(seen: Gathered, at: int, words: WordRange) -> Phrase:
    return tuple(seen.documents[at].words.folded[slice(*words)])


# Border unlike its siblings


class _Other(NamedTuple):
    """Other borders of a tag: its words then, and how many siblings have them so, how many as it has them.

    `edge`: the word in question, with the same two counts for it at the border of whatever words.
    """

    words: WordRange
    so: int
    as_here: int
    edge: str
    edge_so: int
    edge_as_here: int
    adds: bool
    is_first: bool

    @property
    def score(self) -> float:
        """The share of siblings that have it so, leaning on the word alone where there are few siblings."""
        alone = (self.edge_so + FEW * BASE) / (self.edge_so + self.edge_as_here + FEW)
        return (self.so + FEW * alone) / (self.so + self.as_here + FEW)

    @property
    def why(self) -> str:
        """In words, by what speaks more."""
        side = "first" if self.is_first else "last"
        if self.so + self.as_here >= LEAST and self.so > self.as_here:
            what = f"with “{self.edge}”" if self.adds else f"without “{self.edge}”"
            return f"tagged {what} in {self.so:,} of {self.so + self.as_here + 1:,} such places"
        all_ = self.edge_so + self.edge_as_here + 1
        if self.adds:
            return f"“{self.edge}” is the {side} word of a tag in {self.edge_so:,} of {all_:,} places"
        return f"“{self.edge}” is left out in {self.edge_so:,} of {all_:,} places"


def borders(seen: Gathered) -> tuple[Suspect, ...]:
    """Tags that begin or end a word earlier or later than others around the same words do.

    What is compared is the longer of the two spans, wherever it stands in a text: how often all of it is
    tagged, how often all but that word. Where those words are new, the word at the border speaks alone.
    """
    siblings, edges = _border_counts(seen)

    def find() -> Iterator[Suspect]:
        for tag in seen.tags:
            if tag.words is None or tag.words.last - tag.words.first > LONGEST:
                continue
            words = seen.documents[tag.at].words
            best = max(
                _others(words.folded, tag.words, siblings, edges), key=lambda one: one.score, default=None
            )
            if best is not None and best.score > HALF:
                proposed = Proposed(words.span(*best.words), tag.names)
                yield seen.suspect("border", tag, proposed, best.why, best.score)

    return ranked(find())


_Counts = Counter[tuple[Phrase, str]]


def _border_counts(seen: Gathered) -> tuple[_Counts, _Counts]:
    """How often a phrase is tagged "whole", without its first ("first") and without its last word ("last").

    And how often a word is the first or the last "in" a tag of several words, and right before or after one.
    """
    siblings: _Counts = Counter()
    edges: _Counts = Counter()
    for at, words in {(tag.at, tag.words) for tag in seen.tags if tag.words is not None}:
        folded, (first, last) = seen.documents[at].words.folded, words
        if last - first > LONGEST:
            continue
        siblings[tuple(folded[first:last]), "whole"] += 1
        if first > 0:
            siblings[tuple(folded[first - 1 : last]), "first"] += 1
            edges[(folded[first - 1],), "first out"] += 1
        if last < len(folded):
            siblings[tuple(folded[first : last + 1]), "last"] += 1
            edges[(folded[last],), "last out"] += 1
        if last - first > 1:
            edges[(folded[first],), "first in"] += 1
            edges[(folded[last - 1],), "last in"] += 1
    return siblings, edges


def _others(words: Sequence[str], here: WordRange, siblings: _Counts, edges: _Counts) -> Iterator[_Other]:
    """The tag with one word less or more at either side; it does not count among its own siblings."""
    first, last = here

    def other(to: WordRange, longer: WordRange, edge: str, side: str, *, adds: bool) -> _Other:
        phrase = tuple(words[slice(*longer)])
        all_, part = siblings[phrase, "whole"], siblings[phrase, side]
        inside, outside = edges[(edge,), f"{side} in"], edges[(edge,), f"{side} out"]
        if adds:
            return _Other(to, all_, part - 1, edge, inside, outside - 1, True, side == "first")
        return _Other(to, part, all_ - 1, edge, outside, inside - 1, False, side == "first")

    if last - first > 1:
        yield other(WordRange(first + 1, last), here, words[first], "first", adds=False)
        yield other(WordRange(first, last - 1), here, words[last - 1], "last", adds=False)
    if first > 0:
        longer = WordRange(first - 1, last)
        yield other(longer, longer, words[first - 1], "first", adds=True)
    if last < len(words):
        longer = WordRange(first, last + 1)
        yield other(longer, longer, words[last], "last", adds=True)
