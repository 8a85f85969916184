"""What a model is to learn: done documents with their tags, and of which form the tags are."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from labeling.model import Type, Unit
from labeling.phrases import count_of

FEWEST_DOCUMENTS, FEWEST_TAGS = 10, 30
"""Below these a model would be a guess."""
MOST_DOCUMENTS = 10_000
"""Documents that are learned from, the first ones: more take memory, and bring little."""
WHOLE = 0.9
"""Share of the tags that stand on whole documents, from which on the documents are what is tagged."""


class Example(NamedTuple):
    """A document that somebody has done, also one that was left without tags: it shows where nothing is."""

    text: str
    tags: tuple[Unit, ...] = ()


class Task(StrEnum):
    """Spans with their tags; else whole documents: any classes, one label, any pairs of the two."""

    SPANS = "SPANS"
    CLASS = "CLASS"
    LABEL = "LABEL"
    CLASSLABEL = "CLASSLABEL"

    @property
    def is_whole(self) -> bool:
        return self is not Task.SPANS


def task_of(examples: Sequence[Example], type_: str | None = None) -> Task:
    """What is to be learned, by where the tags stand; the session type says which parts whole documents take.

    A type that is not known takes pairs.
    """
    tags = [(example.text, tag) for example in examples for tag in example.tags]
    whole = sum(not text[:start].strip() and not text[end:].strip() for text, (start, end, _, _) in tags)
    if not tags or type_ == Type.ABSA or whole < WHOLE * len(tags):
        return Task.SPANS
    if type_ == Type.LABEL and all(class_ is None for _, (_, _, class_, _) in tags):
        return Task.LABEL
    return Task.CLASS if all(label is None for _, (_, _, _, label) in tags) else Task.CLASSLABEL


def is_missing(examples: Sequence[Example]) -> str:
    """What is needed more before a model can be trained, as a sentence; empty when there is enough."""
    return too_few(len(examples), sum(len(example.tags) for example in examples))


def too_few(documents: int, tags: int) -> str:
    """The same of so many done documents with so many tags."""
    documents, tags = FEWEST_DOCUMENTS - documents, FEWEST_TAGS - tags
    needed = [count_of(documents, "done document")] if documents > 0 else []
    needed += [count_of(tags, "tag")] if tags > 0 else []
    if not needed:
        return ""
    verb = "is" if needed in (["1 done document"], ["1 tag"]) else "are"
    return f"{' and '.join(needed)} more {verb} needed to train a model."
