"""A session's documents as a listing shows them: filtered, in the session's order, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pydantic_core import from_json
from sqlalchemy import ColumnElement, Connection, and_, func, select

from labeling.server.api.answers import Answer
from labeling.server.rules.queries import Listing
from labeling.server.storage.ids import Spot, in_blocks
from labeling.server.storage.segments import SEGMENTS_OF, TAGS_OF
from labeling.server.storage.session_documents import of_session
from labeling.server.storage.tables import documents, session_documents, tags

_CONTAINS = {"sqlite": func.instr, "postgresql": func.strpos}
"""Where a text stands in another, from 1 on, or 0. LIKE would limit the length of what is looked for."""

_DOCUMENTS_OF_SESSION = session_documents.join(
    documents,
    and_(
        documents.c.project_id == session_documents.c.project_id,
        documents.c.id == session_documents.c.document_id,
    ),
)


def holds(connection: Connection, search: str) -> ColumnElement[bool]:
    """Whether a document's text holds the words, whatever their case."""
    return _CONTAINS[connection.dialect.name](documents.c.folded, search.casefold()) > 0


def conditions_of(connection: Connection, spot: Spot, listing: Listing) -> list[ColumnElement[bool]]:
    found = of_session(spot)
    if listing.search:
        found.append(holds(connection, listing.search))
    if listing.annotated is not None:
        marked = session_documents.c.annotated
        found.append(marked.is_not(None) if listing.annotated else marked.is_(None))
    named = [
        column == name
        for column, name in ((tags.c.class_, listing.class_), (tags.c.label, listing.label))
        if name
    ]
    if named:
        tagged = select(tags.c.document_id).where(
            tags.c.project_id == spot.project_id, tags.c.session_id == spot.session_id, *named
        )
        found.append(session_documents.c.document_id.in_(tagged))
    return found


def count_documents(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> int:
    statement = select(func.count()).select_from(_DOCUMENTS_OF_SESSION).where(*conditions)
    return connection.execute(statement).scalar_one()


def items_of(
    connection: Connection, spot: Spot, listing: Listing, conditions: Sequence[ColumnElement[bool]]
) -> list[Answer]:
    """The documents that a listing asks for, in the session's order, with the details that it asks for."""
    place = session_documents.c.position
    statement = (
        select(documents.c.id, documents.c.text, documents.c.meta, session_documents.c.annotated, place)
        .select_from(_DOCUMENTS_OF_SESSION)
        .where(*conditions)
        .order_by(place)
    )
    page = listing.page
    if listing.is_filtered:
        statement = statement.offset(page.offset).limit(page.limit)
    else:
        # Positions have no gaps, so a far page is found by the index and not by counting up to it.
        statement = statement.where(place >= page.offset)
        if page.limit is not None:
            statement = statement.where(place < page.offset + page.limit)
    rows = connection.execute(statement).all()
    details = listing.details
    segments = (
        segments_of(connection, spot, [row.id for row in rows], with_tags="tags" in details)
        if "segments" in details
        else {}
    )
    items: list[Answer] = []
    for row in rows:
        item: Answer = {
            "id": row.id,
            "text": row.text,
            "annotated": row.annotated is not None,
            "position": row.position,
        }
        if "meta" in details and row.meta:
            item["meta"] = row.meta
        if "segments" in details:
            item["segments"] = segments.get(row.id, [])
        items.append(item)
    return items


def segments_of(
    connection: Connection, spot: Spot, document_ids: Sequence[int], *, with_tags: bool
) -> dict[int, list[Answer]]:
    """The segments of each document as they are sent, straight from the rows: most of a page is made here."""
    found: defaultdict[int, list[Answer]] = defaultdict(list)
    for block in in_blocks(document_ids):
        where = {**spot._asdict(), "values": block}
        tags_of: defaultdict[int, list[Answer]] = defaultdict(list)
        for segment_id, tag_id, class_, label, extra in (
            connection.execute(TAGS_OF, where).all() if with_tags else ()
        ):
            tag = {"id": tag_id, "class": class_, "label": label}
            tags_of[segment_id].append(tag if extra is None else {**tag, **from_json(extra)})
        for document_id, segment_id, start, end, text, extra in connection.execute(SEGMENTS_OF, where).all():
            segment: Answer = {"id": segment_id, "text": text, "span": [start, end]}
            if with_tags:
                segment["tags"] = tags_of[segment_id]
            found[document_id].append(segment if extra is None else {**segment, **from_json(extra)})
    return found
