"""A document goes back to who tagged it: it is not done any more."""

from __future__ import annotations

from labeling.documents.reader import Reader
from labeling.errors import Moved
from labeling.model import Document, Session, SessionChange
from labeling.studio.client import LabelingClient

TRIES = 5
"""How often it is tried where others change the session meanwhile."""


def take_mark_away(api: LabelingClient, session: Session, document: str, position: int) -> bool:
    """Say that a document (by its key, and its place as a hint) is not done; whether the server takes that.

    All else of it is sent as it is held. Raises LabelingError, and Moved where others change the session all
    the time.
    """
    info = api.info()
    if not (info.can("annotated") and info.can("upsert")):
        return False
    for left in reversed(range(TRIES)):
        tag = api.session_tag(session.project_id, session.id).tag if info.can("if-match") else None
        held = _held(api, session, document, position)
        if held is None or not held.annotated:
            return held is not None
        change = SessionChange(documents=(held.model_copy(update={"annotated": False}),))
        try:
            api.update_session(session.project_id, session.id, change, if_match=tag)
        except Moved:
            if not left:
                raise
        else:
            return True
    return False


def _held(api: LabelingClient, session: Session, document: str, position: int) -> Document | None:
    """The document as the server holds it now."""
    reader = Reader(api, session)
    there = reader.at(position)
    if there is not None and there.key == document:
        return there.document
    return next((one.document for one in reader.each_said() if one.key == document), None)
