"""Documents that come with a new session, checked and made ready to be stored before anything is locked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from labeling.packed import Packed
from labeling.server.rules.bodies import NewDocumentBody
from labeling.server.rules.merging import Extra, StoredSegment, merged_segments, refuse_bad_tags
from labeling.server.storage.inserts import packed_extra
from labeling.server.storage.segments import tag_values
from labeling.server.storage.session_documents import text_hash
from labeling.spans import folded

GoOn = Callable[[], None]
"""Called between two parts of long work; what it raises breaks the work off."""


def always() -> None:
    """Long work goes on to its end."""


class NewDocument(NamedTuple):
    """A document without ids. Segments are (start, end, text, extra, tags), tags (class, label, extra,
    origin)."""

    text: str
    hash: str
    folded: str
    meta: Extra | None
    is_marked: bool
    segments: list[tuple[Any, ...]]


class Newcomers(NamedTuple):
    """Documents to be stored; how many of them are marked as annotated, and their segments and tags."""

    documents: Sequence[NewDocument] = ()
    marked: int = 0
    segments: int = 0
    tags: int = 0


def made_ready(
    sent: Iterable[Sequence[NewDocumentBody]], classes: Sequence[str], labels: Sequence[str], go_on: GoOn
) -> Newcomers:
    """The documents of a session with these lists; ids that they bring are those of some other session.

    Raises Invalid, with the place in the body that is wrong.
    """
    marked = segment_count = tag_count = 0

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal marked, segment_count, tag_count
        first = 0
        for some in sent:
            go_on()
            places = [f"documents[{n}]" for n in range(first, first + len(some))]
            found = [
                merged_segments((), item.segments or (), item.text, place)
                for item, place in zip(some, places, strict=True)
            ]
            refuse_bad_tags(zip(places, found, strict=True), classes, labels)
            for item, each in zip(some, found, strict=True):
                marked += item.annotated is True
                segment_count += len(each)
                tag_count += sum(len(one.tags) for one in each)
                yield tuple(_document(item, each))
            first += len(some)

    made = Packed(rows(), NewDocument._make)
    return Newcomers(made, marked, segment_count, tag_count)


def _document(item: NewDocumentBody, found: Sequence[StoredSegment]) -> NewDocument:
    placed = [
        (
            one.start,
            one.end,
            one.text,
            packed_extra(one.extra),
            [tag_values(tag) for tag in one.tags],
        )
        for one in found
    ]
    text = item.text
    return NewDocument(text, text_hash(text), folded(text), item.meta or None, item.annotated is True, placed)
