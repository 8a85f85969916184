"""What a lead counts in a project's sessions and in the documents of one session. Pure.

Lengths and offsets are code points. A tag with neither class nor label counts as no tag at all.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from statistics import fmean, median
from typing import NamedTuple

from labeling.draft.document import Loaded
from labeling.draft.vocabulary import Scheme
from labeling.model import Session, unique
from labeling.spans import folded

BEGINNING = 240
"""Code points of a document kept to recognise it by."""

Name = str | None
"""A class or a label; None where a tag has none."""


class TagRow(NamedTuple):
    """A tag with the slice that it stands on. `document` is the number shown on screen, from 1."""

    document: int
    start: int
    end: int
    text: str
    class_: Name
    label: Name
    done: bool | None


class SegmentRow(NamedTuple):
    """A segment without tags."""

    document: int
    start: int
    end: int
    text: str


class DocumentRow(NamedTuple):
    """A document's beginning and numbers. `done` is None where the server does not say."""

    document: int
    text: str
    length: int
    segments: int
    tags: int
    done: bool | None


class Spread(NamedTuple):
    """How numbers are spread."""

    smallest: float
    median: float
    mean: float
    largest: float


class Overview(NamedTuple):
    """A session's documents in numbers, everything in the order of the session.

    `unreadable`: the numbers of the documents that cannot be read; nothing else here counts them.
    """

    documents: tuple[DocumentRow, ...]
    tags: tuple[TagRow, ...]
    bare: tuple[SegmentRow, ...]
    unreadable: tuple[int, ...] = ()

    @property
    def segment_count(self) -> int:
        return sum(row.segments for row in self.documents)

    @property
    def untagged(self) -> tuple[DocumentRow, ...]:
        """The documents without any tag."""
        return tuple(row for row in self.documents if not row.tags)

    @property
    def not_done(self) -> tuple[DocumentRow, ...]:
        """The documents that the server says are not done."""
        return tuple(row for row in self.documents if row.done is False)

    @property
    def done_count(self) -> int | None:
        """How many documents are done; None when the server does not say for each of them."""
        if any(row.done is None for row in self.documents):
            return None
        return len(self.documents) - len(self.not_done)

    @property
    def density(self) -> float:
        """Tags for each 1,000 code points of text; 0 without text."""
        length = sum(row.length for row in self.documents)
        return 1000 * len(self.tags) / length if length else 0.0


def overview(items: Iterable[Loaded]) -> Overview:
    """Go through the documents once and count."""
    documents: list[DocumentRow] = []
    tags: list[TagRow] = []
    bare: list[SegmentRow] = []
    unreadable: list[int] = []
    for item in items:
        document, number = item.document, item.position + 1
        if document.fault:
            unreadable.append(number)
            continue
        text, before = document.text, len(tags)
        for segment in document.segments:
            start, end = segment.start, segment.end
            slice_ = text[start:end] if segment.fits(len(text)) else segment.text or ""
            pairs = [tag.names for tag in segment.tags if any(tag.names)]
            tags += [TagRow(number, start, end, slice_, *pair, document.annotated) for pair in pairs]
            if not pairs:
                bare.append(SegmentRow(number, start, end, slice_))
        documents.append(
            DocumentRow(
                document=number,
                text=text[:BEGINNING],
                length=len(text),
                segments=len(document.segments),
                tags=len(tags) - before,
                done=document.annotated,
            )
        )
    return Overview(tuple(documents), tuple(tags), tuple(bare), tuple(unreadable))


class Crossing(NamedTuple):
    """Tags by class (rows) and label (columns); a pair that is not in `counts` has none.

    A part that no tag has and the type does not know is the one name None.
    """

    classes: tuple[Name, ...]
    labels: tuple[Name, ...]
    counts: Counter[tuple[Name, Name]]

    def of_class(self, class_: Name) -> int:
        return sum(self.counts[class_, label] for label in self.labels)

    def of_label(self, label: Name) -> int:
        return sum(self.counts[class_, label] for class_ in self.classes)

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def has_classes(self) -> bool:
        return self.classes != (None,)

    @property
    def has_labels(self) -> bool:
        return self.labels != (None,)

    def most_used(self, classes: int, labels: int) -> Crossing:
        """At most so many classes and labels, those with the most tags, in the order they had."""
        kept_classes = _most(self.classes, self.of_class, classes)
        kept_labels = _most(self.labels, self.of_label, labels)
        pairs = {
            (class_, label): count
            for (class_, label), count in self.counts.items()
            if class_ in kept_classes and label in kept_labels
        }
        return Crossing(kept_classes, kept_labels, Counter(pairs))


def crossing(tags: Iterable[TagRow], scheme: Scheme) -> Crossing:
    """Count tags by class and label: the session's names first, unused ones too, then all others met."""
    counts = Counter((tag.class_, tag.label) for tag in tags)
    return Crossing(
        classes=_names(scheme.offered("classes"), [class_ for class_, _ in counts]),
        labels=_names(scheme.offered("labels"), [label for _, label in counts]),
        counts=counts,
    )


class TagFilter(NamedTuple):
    """Which tags to list; an empty part admits all. `text` is looked for in the slice, in any case."""

    classes: Collection[Name] = ()
    labels: Collection[Name] = ()
    text: str = ""

    def admits(self, tag: TagRow) -> bool:
        return (
            (not self.classes or tag.class_ in self.classes)
            and (not self.labels or tag.label in self.labels)
            and (not self.text or folded(self.text) in folded(tag.text))
        )


def spread(values: Sequence[float]) -> Spread | None:
    """How the values are spread; None when there are none."""
    if not values:
        return None
    return Spread(min(values), median(values), fmean(values), max(values))


class Totals(NamedTuple):
    """Several sessions together. `progress` is the percentage of all their documents that is done, `done` how
    many that are; None: the server says it of some in percent alone."""

    sessions: int
    finished: int
    documents: int
    progress: float
    done: int | None


def totals(sessions: Sequence[Session]) -> Totals:
    """Add sessions up; each weighs as many documents as it has. One decimal, rounded down."""
    documents = sum(session.document_count for session in sessions)
    done = sum(map(_done, sessions))
    # Rounded first: 877 may come out of the division as 876.9999999999999.
    share = math.floor(round(1000 * done / max(documents, 1), 10)) / 10
    finished = sum(session.status == "FINISHED" for session in sessions)
    is_exact = all(session.annotated_count is not None for session in sessions)
    return Totals(len(sessions), finished, documents, share, round(done) if is_exact else None)


def about_done(session: Session) -> int:
    """How many documents of a session are done; where the server says it in percent alone, about so many."""
    return round(_done(session))


def _done(session: Session) -> float:
    """The same before it is rounded."""
    if session.annotated_count is not None:
        return session.annotated_count
    return session.document_count * session.progress / 100


def _names(known: Iterable[str], met: Sequence[Name]) -> tuple[Name, ...]:
    """The names in the session's order, those it lacks after them, None last where it occurs."""
    names: tuple[Name, ...] = unique([*known, *sorted({name for name in met if name is not None})])
    return (*names, None) if None in met or not names else names


def _most(names: Sequence[Name], count: Callable[[Name], int], limit: int) -> tuple[Name, ...]:
    kept = set(sorted(names, key=count, reverse=True)[:limit])
    return tuple(name for name in names if name in kept)
