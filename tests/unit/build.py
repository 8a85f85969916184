"""Builders for values that tests need: say what matters, get the rest."""

from __future__ import annotations

from labeling.draft.document import DraftDocument, Loaded, opened
from labeling.draft.draft import Draft, new_draft
from labeling.editing.table import row_id
from labeling.model import Document, Segment, Session, Tag


def a_session(**fields: object) -> Session:
    return Session.model_validate(
        {
            "id": 5,
            "project_id": 1,
            "name": "Hotel reviews",
            "type": "ABSA",
            "mode": "ANNOTATION",
            "status": "CREATED",
            "classes": ["Staff", "Room", "Price"],
            "labels": ["POS", "NEG", "NEU"],
            "document_count": 3,
            **fields,
        }
    )


def a_segment(text: str, start: int, end: int, *tags: tuple[str | None, str | None]) -> Segment:
    return Segment(text=text[start:end], span=(start, end), tags=tuple(Tag.of(*names) for names in tags))


def a_document(text: str = "Kind staff, small room.", *segments: Segment, **fields: object) -> Document:
    return Document.model_validate({"text": text, "segments": segments, **fields})


def a_draft(**fields: object) -> Draft:
    return new_draft(a_session(**fields))


def an_open_document(document: Document, position: int = 0, key: str = "id:1") -> DraftDocument:
    return opened(Loaded(key, position, document))


def key_of(document: DraftDocument, n: int) -> str:
    """The key of the n-th segment as it was read."""
    return document.base[n].key


def row(document: DraftDocument, place: str) -> str:
    """The id of a row by the places of its segment and its tag as they were read: `0/1`.

    What is no number is a key.
    """
    segment, _, tag = place.partition("/")
    if not segment.isdecimal():
        return place
    read = document.base[int(segment)]
    return row_id(read.key, read.tag_keys[int(tag)] if tag.isdecimal() else tag)
