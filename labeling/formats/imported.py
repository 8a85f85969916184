"""Numbered records become documents, or are refused with a reason."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from labeling.formats.columns import ANY_SHAPE, uses_of
from labeling.formats.document_parts import Parts, parts_of, tag_parts
from labeling.formats.records import (
    Choice,
    KeyUse,
    Records,
    RefusedRow,
    Tell,
    excerpt,
    nobody,
    told,
)
from labeling.model import Document, Shape
from labeling.packed import Packed


class Renamed(NamedTuple):
    """A label of the source that became the project's, which is written otherwise."""

    given: str
    label: str
    times: int


class Imported(NamedTuple):
    """The documents of a new session, made anew as they are asked for; what was refused, the names that its
    tags use, and what became of each key of the source.

    `tag_count` tags, `done_count` documents marked as done, `repeated_count` with the text of an earlier one.
    """

    documents: Sequence[Document] = ()
    refused: tuple[RefusedRow, ...] = ()
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    keys: tuple[KeyUse, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    tag_count: int = 0
    done_count: int = 0
    repeated_count: int = 0


def imported(
    records: Records,
    choice: Choice,
    shape: Shape = ANY_SHAPE,
    known_labels: Collection[str] = (),
    tell: Tell = nobody,
) -> Imported:
    """Every record becomes a document or a refused row; rows stay in the order of the source.

    `known_labels` are the project's, for a shape that takes no others.
    """
    reading = _Reading(records, choice, shape, known_labels, tell)
    documents = Packed(reading.parts(), Document.model_validate)
    refused = (*records.refused, *reading.refused)
    return Imported(
        documents=documents,
        refused=tuple(sorted(refused, key=lambda row: (row.number, row.reason))),
        classes=tuple(name for name in reading.classes if name),
        labels=tuple(name for name in reading.labels if name),
        keys=uses_of(records, choice),
        renamed=tuple(Renamed(given, label, count) for (given, label), count in reading.renames.items()),
        tag_count=reading.tag_count,
        done_count=reading.done_count,
        repeated_count=reading.repeated_count,
    )


class _Reading:
    """The parts of each document, and what there is in those that went by."""

    def __init__(
        self, records: Records, choice: Choice, shape: Shape, known_labels: Collection[str], tell: Tell
    ) -> None:
        self._records = records
        self._choice = choice
        self._shape = shape
        self._known = tuple(known_labels)
        self._tell = tell
        self._texts = array("q")
        """A number of 64 bits for each text: equal ones have the same."""
        self.refused: list[RefusedRow] = []
        self.classes: dict[str, None] = {}
        self.labels: dict[str, None] = {}
        self.renames = Counter[tuple[str, str]]()
        self.tag_count = self.done_count = 0

    def parts(self) -> Iterator[Parts]:
        items, choice = self._records.items, self._choice
        has_own = self._shape.project_labels_only and choice.as_project and self._known
        for record in told(items, len(items), self._tell):
            parts = parts_of(record.fields, choice)
            if not isinstance(parts, str) and has_own:
                _as_project(parts, self._known, self.renames)
            reason = parts if isinstance(parts, str) else unfit(parts, self._shape, self._known)
            if reason:
                begins = excerpt(record.fields.get(choice.text))
                self.refused.append(RefusedRow(record.number, reason, begins, record.fields))
            elif not isinstance(parts, str):
                self._count(parts)
                yield parts

    @property
    def repeated_count(self) -> int:
        # Part by part: a set of all of them takes more than the documents do.
        parts = ([one for one in self._texts if one % _PARTS == part] for part in range(_PARTS))
        return sum(len(part) - len({*part}) for part in parts)

    def _count(self, parts: Parts) -> None:
        self._texts.append(hash(parts["text"]))
        self.done_count += parts.get("annotated") is True
        for segment in parts.get("segments", ()):
            for tag in segment["tags"]:
                self.tag_count += 1
                self.classes[tag.get("class", "")] = None
                self.labels[tag.get("label", "")] = None


_PARTS = 16


def _as_project(parts: Parts, labels: tuple[str, ...], renames: Counter[tuple[str, str]]) -> None:
    """Write labels as the project does, where it writes one of them in other letters."""
    for segment in parts.get("segments", ()):
        tags = segment["tags"]
        for n, tag in enumerate(tags):
            given = tag.get("label", "")
            if given and given not in labels and (label := _same_label(given, labels)):
                renames[given, label] += 1
                tags[n] = tag_parts(tag.get("class", ""), label)


_LIKE = ({"pos", "positive", "+", "1"}, {"neg", "negative", "-", "-1"}, {"neu", "neutral", "0"})
"""Words for one sentiment."""


def _same_label(label: str, labels: tuple[str, ...]) -> str:
    """The one label that is the same word in other letters, or another word for the same sentiment."""
    word = label.strip().casefold()
    same = {word, *(one for words in _LIKE if word in words for one in words)}
    exact = [known for known in labels if known.casefold() == word]
    like = exact or [known for known in labels if known.casefold() in same]
    return like[0] if len(like) == 1 else ""


def unfit(parts: Parts, shape: Shape, known_labels: Collection[str] = ()) -> str:
    """What in a document's tags sessions of this shape cannot hold, in plain words; empty when it fits."""
    for n, segment in enumerate(parts.get("segments", ()), 1):
        if shape.one_tag and len(segment["tags"]) > 1:
            return f"segment {n} has {len(segment['tags'])} tags: sessions of this type take one a segment"
        for tag in segment["tags"]:
            class_, label = tag.get("class"), tag.get("label")
            if class_ and not shape.classes:
                return f"segment {n} has the class “{class_}”: sessions of this type have no classes"
            if label and not shape.labels:
                return f"segment {n} has the label “{label}”: sessions of this type have no labels"
            if label and shape.project_labels_only and label not in known_labels:
                return f"segment {n} has the label “{label}”, which is not one of the project's"
    return ""
