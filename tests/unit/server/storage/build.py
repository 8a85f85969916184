"""A session in an empty store, and what is sent to change it."""

from __future__ import annotations

from typing import Any

from labeling.server.rules.bodies import ChangeBody, ProjectBody, SessionBody
from labeling.server.rules.queries import DocumentQuery
from labeling.server.rules.reading import SessionParts, checked_documents
from labeling.server.storage.admission import Caller
from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.store import Store

ME = Caller(1, "local@localhost", is_local=True)
EVERYTHING = DocumentQuery(details=frozenset({"segments", "tags", "meta"}))


def a_session(store: Store, *documents: dict[str, Any]) -> SessionAddress:
    store.people.adopt_local_token("0" * 64)
    project = ProjectBody.model_validate({"name": "P", "type": "ABSA", "classes": ["Bed"]})
    project_id = store.projects.add(ME, project)["project_id"]
    parts = SessionParts(SessionBody(), checked_documents(documents))
    return SessionAddress(project_id, store.sessions.create(ME, project_id, parts)["id"])


def documents_of(store: Store, at: SessionAddress) -> list[dict[str, Any]]:
    """The session's documents with everything."""
    return store.documents.of_session(at, EVERYTHING).documents


def change(**fields: Any) -> ChangeBody:
    return ChangeBody.model_validate(fields)


def tagged(value: str, *spans: tuple[int, int]) -> dict[str, Any]:
    return {"text": value, "segments": [{"span": span, "tags": [{"class": "Bed"}]} for span in spans]}
