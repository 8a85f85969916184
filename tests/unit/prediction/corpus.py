"""Small made-up corpora whose answers are known."""

from __future__ import annotations

import random
from collections.abc import Sequence

from labeling.prediction.task import Example

NOUNS = {"Staff": ("waiter", "cook", "host"), "Food": ("soup", "goat cheese", "bread"), "Place": ("terrace",)}
GOOD, BAD = ("kind", "lovely", "fresh", "warm"), ("rude", "stale", "dull", "cold")


def reviews(count: int, seed: int = 0, parts: int = 2) -> list[Example]:
    """Sentences about things that are good or bad; every fifth one is about nothing."""
    chance = random.Random(seed)
    return [_review(chance, 0 if n % 5 == 4 else parts) for n in range(count)]


def _review(chance: random.Random, parts: int) -> Example:
    text, tags = "We came on a day in May", []
    for _ in range(parts):
        class_ = chance.choice(list(NOUNS))
        noun, good = chance.choice(NOUNS[class_]), chance.random() < 0.5
        text += f", and the {noun}"
        tags.append((len(text) - len(noun), len(text), class_, "POS" if good else "NEG"))
        text += f" was {chance.choice(GOOD if good else BAD)}"
    return Example(f"{text}.", tuple(tags))


def phrases(text: str, phrase: str, count: int = 12) -> list[Example]:
    """Documents in which a phrase is tagged, in a text that has it once, and as many without it."""
    start = text.index(phrase)
    tagged = Example(text, ((start, start + len(phrase), "Thing", "POS"),))
    return [tagged, Example(text.replace(phrase, ""))] * count


def whole(rows: Sequence[tuple[str, tuple[tuple[str | None, str | None], ...]]]) -> list[Example]:
    """Documents tagged as a whole."""
    return [
        Example(text, tuple((0, len(text), class_, label) for class_, label in names)) for text, names in rows
    ]
