"""What a tag came of is sent to servers that name `origin`, and to no other. Pure."""

from __future__ import annotations

from labeling.model import ORIGIN, Document, Tag


def tells_origins(document: Document) -> bool:
    """Whether any of its tags has the key."""
    return any(_tells(tag) for segment in document.segments for tag in segment.tags)


def with_origins(document: Document, *, named: bool) -> Document:
    """The document as a server takes it that names `origin`, or does not. What somebody else keeps under that
    key goes to a server that does not know it, and stays as it is on one that does."""
    if not tells_origins(document):
        return document
    segments = tuple(
        one.model_copy(update={"tags": tuple(_taken(tag, named) for tag in one.tags)}) if one.tags else one
        for one in document.segments
    )
    return document.model_copy(update={"segments": segments})


def _taken(tag: Tag, named: bool) -> Tag:
    return tag if not _tells(tag) or (tag.origin is not None) == named else tag.came_of(None)


def _tells(tag: Tag) -> bool:
    return ORIGIN in (tag.model_extra or ())
