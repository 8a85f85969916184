"""Answers that only managers can see: a copy of a session, kept as known answers. What was broken off is
begun again and ends as if it had never been."""

from __future__ import annotations

from collections.abc import Callable

from labeling.model import Document, NewSession, Part, Segment, Session, SessionChange, Tag
from labeling.studio.client import LabelingClient

BATCH = 200
"""Documents that are read and sent at a time."""
Tell = Callable[[int, int], None]
"""Is told how many of how many documents are copied; what it raises ends the work."""


def hidden_copy(
    api: LabelingClient, session: Session, tell: Tell = lambda done, total: None
) -> Session | None:
    """The session with the same documents and tags, all done, that is there for managers alone. It is for
    servers that name `assign`; None where a document has no id, or the session has no document."""
    ids: list[int] = []
    while True:
        page = api.documents(*session.key, offset=len(ids), limit=BATCH, details=())
        ids += [document.id for document in page.documents if document.id is not None]
        if not page.documents or len(ids) >= page.document_count:
            break
    if not ids or len(ids) < page.document_count:
        return None
    copy = _begun(api, session, tuple(ids))
    for offset in range(0, len(ids), BATCH):
        tell(offset, len(ids))
        there = api.documents(*session.key, offset=offset, limit=BATCH).documents
        api.update_session(*copy.key, SessionChange(documents=tuple(map(_answered, there))))
    tell(len(ids), len(ids))
    return api.session(*copy.key)


def _begun(api: LabelingClient, session: Session, ids: tuple[int, ...]) -> Session:
    """The copy that was begun before and not ended, else a new one."""
    name = f"{session.name} · answers"
    for one in api.sessions(session.project_id):
        if (one.name, one.part, one.document_count) == (name, Part.GOLD, len(ids)):
            return one
    return api.create_session(
        session.project_id,
        NewSession(
            name=name,
            classes=session.classes,
            labels=session.labels,
            document_ids=ids,
            part=Part.GOLD,
            blind=True,
        ),
    )


def _answered(document: Document) -> Document:
    """The document as it is sent to another session: there its segments and tags are new."""
    segments = tuple(
        Segment(span=segment.span, tags=tuple(Tag.of(*tag.names) for tag in segment.tags))
        for segment in document.segments
    )
    return Document(id=document.id, text=document.text, segments=segments, annotated=True)
