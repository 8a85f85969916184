"""Tags with another class or label than the same words elsewhere, or with a pair that is rare. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import log
from typing import Literal, NamedTuple

from labeling.checking.suspects import Gathered, ListName, Proposed, SeenTag, Suspect, ranked
from labeling.model import TagNames
from labeling.phrases import tag_in_words

Part = Literal["class", "label"]
LEAST = 3
"""How often words must be tagged otherwise before a tag of theirs is doubted."""
LOPSIDED = 3
"""How many times as often as its own name words must have the other one: a label that depends on the sentence
comes in all kinds on the same words, about equally often."""
FEW = 5.0
"""Tags on the same words that all tags together weigh as much as."""
RARE = 0.1
"""A pair is rare that comes at most so often as chance would have it."""


def other_names(seen: Gathered, part: Part) -> tuple[Suspect, ...]:
    """Tags with another class (or label) than nearly all tags on the same words.

    Ranked by how unlikely its own is on these words: its share among the others, leaning on its share in all
    tags where there are few others.
    """
    at = 0 if part == "class" else 1
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    overall: Counter[str] = Counter()
    beside: dict[tuple[int, tuple[int, int]], set[str]] = defaultdict(set)
    for tag in seen.tags:
        if name := tag.names[at]:
            counts[tag.key][name] += 1
            overall[name] += 1
            beside[tag.at, tag.span].add(name)

    def find() -> Iterator[Suspect]:
        for tag in seen.tags:
            name = tag.names[at]
            if not name:
                continue
            count = counts[tag.key]
            usual, times = count.most_common(1)[0]
            # Two tags on one span say that both are right.
            if (
                usual == name
                or times < max(LEAST, LOPSIDED * count[name])
                or usual in beside[tag.at, tag.span]
            ):
                continue
            all_ = count.total()
            why = f"“{_words(seen, tag)}” is {usual} in {times:,} of {all_:,}"
            own = (count[name] - 1 + FEW * overall[name] / overall.total()) / (all_ - 1 + FEW)
            yield seen.suspect(part, tag, _with(tag, at, usual), why, 1 - own)

    return ranked(find())


class ModelDoubt(NamedTuple):
    """A tag, by its number among all: how likely a model finds its name, and the likeliest other one."""

    tag: int
    share: float
    other: str
    other_share: float


def model_doubts(seen: Gathered, part: Part, doubts: Iterable[ModelDoubt]) -> tuple[Suspect, ...]:
    """Tags that a model which has not seen their documents would name otherwise, the least likely first."""
    at = 0 if part == "class" else 1
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for tag in seen.tags:
        if name := tag.names[at]:
            counts[tag.key][name] += 1

    def find() -> Iterator[Suspect]:
        for number, share, other, other_share in doubts:
            tag = seen.tags[number]
            count = counts[tag.key]
            why = f"the model: {other} {_decimal(other_share)}, {tag.names[at]} {_decimal(share)}"
            if count.total() >= LEAST and count[other]:
                why += f"; “{_words(seen, tag)}” is {other} in {count[other]:,} of {count.total():,}"
            list_: ListName = "doubt" if part == "label" else "doubt-class"
            yield seen.suspect(list_, tag, _with(tag, at, other), why, 1 - share)

    return ranked(find())


def _decimal(share: float) -> str:
    """`.93`; what is not quite 1 or 0 never looks so."""
    return f"{min(max(share, 0.01), 0.99):.2f}".removeprefix("0")


def rare_pairs(seen: Gathered) -> tuple[Suspect, ...]:
    """Tags whose class and label hardly ever go together, though each is common.

    Ranked by how many times more often chance alone would have brought the pair, times the logarithm of that
    number; what is proposed is the label that the class has most.
    """
    pairs = Counter(tag.names for tag in seen.tags if all(tag.names))
    classes: Counter[str | None] = Counter()
    labels: Counter[str | None] = Counter()
    usual: dict[str | None, str | None] = {}
    for (class_, label), times in pairs.most_common():
        classes[class_] += times
        labels[label] += times
        usual.setdefault(class_, label)
    all_ = pairs.total()

    def find() -> Iterator[Suspect]:
        for tag in seen.tags:
            class_, label = tag.names
            times = pairs.get(tag.names, 0)
            expected = classes[class_] * labels[label] / all_ if times else 0.0
            if not times or expected < LEAST or times > RARE * expected:
                continue
            why = (
                f"{tag_in_words(tag.names)} stands {times:,} × in {all_:,} tags; "
                f"{class_} has {labels_of(class_)} else"
            )
            proposed = Proposed(tag.span, (class_, usual[class_]))
            yield seen.suspect("pair", tag, proposed, why, (1 - times / expected) * log(1 + expected))

    def labels_of(class_: str | None) -> str:
        return f"{usual[class_]} in {pairs[class_, usual[class_]]:,} of {classes[class_]:,}"

    return ranked(find())


def _with(tag: SeenTag, at: int, name: str) -> Proposed:
    names: TagNames = (name, tag.names[1]) if at == 0 else (tag.names[0], name)
    return Proposed(tag.span, names)


def _words(seen: Gathered, tag: SeenTag) -> str:
    return " ".join(seen.documents[tag.at].view.text[slice(*tag.span)].split())
