"""What one person made of one document, in little memory: the values that are compared.

A *person* is a session here: two people who tagged the same texts are two sessions over them.
"""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from labeling.model import Document


class PlacedTag(NamedTuple):
    """One tag of a document: half-open offsets in code points, class and label; a missing part is None.

    Several tags on one span are several of these.
    """

    start: int
    end: int
    class_: str | None = None
    label: str | None = None

    @property
    def span(self) -> tuple[int, int]:
        return (self.start, self.end)

    @property
    def names(self) -> tuple[str | None, str | None]:
        """(class, label)."""
        return (self.class_, self.label)

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Sorts tags by start, end, class and label; a missing name comes first."""
        return (self.start, self.end, self.class_ or "", self.label or "")

    def overlaps(self, other: PlacedTag) -> bool:
        """Whether they share a character; touching is not overlapping."""
        return self.start < other.end and other.start < self.end

    def iou(self, other: PlacedTag) -> float:
        """Shared characters in all characters of both, 0 to 1 (intersection over union)."""
        shared = min(self.end, other.end) - max(self.start, other.start)
        if shared <= 0:
            return 0.0
        return shared / (max(self.end, other.end) - min(self.start, other.start))


class TaggedText(NamedTuple):
    """A document as one person left it. `tags` in their order (start, end, names), duplicates kept.

    `position`: 0-based place in the person's session. `spans`: every segment's span, with or without tags.
    `unfinished`: segments without tags; `broken`: those whose span is not in the text. Neither is compared.
    `done`: the mark; None where the server does not say it. `handed_in`: when it was first set, after
    `seconds` of active work, where that is known.
    """

    position: int
    id: int | None
    text: str
    tags: tuple[PlacedTag, ...] = ()
    spans: frozenset[tuple[int, int]] = frozenset()
    unfinished: int = 0
    broken: int = 0
    done: bool | None = None
    handed_in: datetime | None = None
    seconds: int | None = None


def tagged_text(document: Document, position: int) -> TaggedText:
    """What is compared of a document at a place (0-based) of its session."""
    length = len(document.text)
    fitting = [
        (span, [names for tag in segment.tags if any(names := tag.names)])
        for segment in document.segments
        if (span := segment.span) is not None and len(span) == 2 and 0 <= span[0] < span[1] <= length
    ]
    tags = [PlacedTag(start, end, *names) for (start, end), those in fitting for names in those]
    if len(tags) > 1:
        tags.sort(key=attrgetter("order"))
    return TaggedText(
        position,
        document.id,
        document.text,
        tuple(tags),
        frozenset(span for span, _ in fitting),
        unfinished=sum(not those for _, those in fitting),
        broken=len(document.segments) - len(fitting),
        done=document.annotated,
    )
