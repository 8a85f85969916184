"""Documents that come with a new session: made rows before anything is locked, so that others wait no longer
than it takes to store these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection

from labeling.packed import Packed
from labeling.server.rules.bodies import NewDocumentBody
from labeling.server.rules.merging import Extra, StoredSegment, merged_segments, refuse_bad_tags
from labeling.server.storage.ids import SessionAddress, take_ids
from labeling.server.storage.inserts import as_stored, insert_rows, packed_extra
from labeling.server.storage.segments import SEGMENT_COLUMNS, TAG_COLUMNS
from labeling.server.storage.session_documents import text_hash
from labeling.server.storage.tables import documents, segments, session_documents, tags
from labeling.spans import folded

GoOn = Callable[[], None]
"""Called between two parts of long work; what it raises breaks the work off."""

_AT_ONCE = 1000
"""Documents stored at a time."""
_DOCUMENT_COLUMNS = ("group_id", "text", "text_hash", "folded", "meta", "created")


def always() -> None:
    """Long work goes on to its end."""


class _Document(NamedTuple):
    """A document without ids. Segments are (start, end, text, extra, tags), tags (class, label, extra)."""

    text: str
    hash: str
    folded: str
    meta: Extra | None
    is_marked: bool
    segments: list[tuple[Any, ...]]


class Newcomers(NamedTuple):
    """Documents to be stored; how many of them are marked as annotated, and their segments and tags."""

    documents: Sequence[_Document] = ()
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

    made = Packed(rows(), _Document._make)
    return Newcomers(made, marked, segment_count, tag_count)


def _document(item: NewDocumentBody, found: Sequence[StoredSegment]) -> _Document:
    placed = [
        (
            one.start,
            one.end,
            one.text,
            packed_extra(one.extra),
            [(tag.class_, tag.label, packed_extra(tag.extra)) for tag in one.tags],
        )
        for one in found
    ]
    text = item.text
    return _Document(text, text_hash(text), folded(text), item.meta or None, item.annotated is True, placed)


def store_newcomers(
    connection: Connection,
    at: SessionAddress,
    group_id: int | None,
    now: datetime,
    new: Newcomers,
    go_on: GoOn,
) -> None:
    """Append them to a session that has no documents yet."""
    document_ids = take_ids(connection, "documents", len(new.documents))
    segment_ids = take_ids(connection, "segments", new.segments)
    tag_ids = take_ids(connection, "tags", new.tags)
    created = as_stored(connection, documents.c.created, now)
    annotated = as_stored(connection, session_documents.c.annotated, now)
    rest = enumerate(new.documents)
    while some := list(islice(rest, _AT_ONCE)):
        go_on()
        of_documents, entries, of_segments, of_tags = [], [], [], []
        for position, one in some:
            document_id = next(document_ids)
            this = (*at, document_id)
            words = (one.text, one.hash, one.folded, as_stored(connection, documents.c.meta, one.meta))
            of_documents.append((at.project_id, document_id, group_id, *words, created))
            entries.append((*this, position, annotated if one.is_marked else None))
            for n, (*segment, its_tags) in enumerate(one.segments):
                segment_id = next(segment_ids)
                of_segments.append((*this, segment_id, n, *segment))
                of_tags += [(*this, segment_id, next(tag_ids), k, *tag) for k, tag in enumerate(its_tags)]
        insert_rows(connection, documents, _DOCUMENT_COLUMNS, of_documents)
        insert_rows(connection, session_documents, ("position", "annotated"), entries)
        insert_rows(connection, segments, SEGMENT_COLUMNS, of_segments)
        insert_rows(connection, tags, TAG_COLUMNS, of_tags)
