"""The calls about what was done to a session. Only where the server names `history`."""

from __future__ import annotations

from datetime import datetime

from labeling.studio.calls import Calls, session_path
from labeling.studio.saves import DocumentVersion, HandedInListing, SaveDetails, SaveListing


class HistoryCalls(Calls):
    """A session's saves, what each changed, and a document's versions."""

    def saves(
        self,
        project_id: int,
        session_id: int,
        *,
        document_id: int | None = None,
        user_id: int | None = None,
        since: datetime | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> SaveListing:
        """One page of the saves, newest first: those of a document, by a person, from a moment on."""
        query = {
            "document_id": document_id,
            "user_id": user_id,
            "since": since and since.isoformat(),
            "offset": offset,
            "limit": limit,
        }
        return self._read(SaveListing, f"{session_path(project_id, session_id)}/history", query)

    def one_save(
        self, project_id: int, session_id: int, n: int, *, offset: int = 0, limit: int = 50
    ) -> SaveDetails:
        """A save with one page of the documents that it changed, before and after."""
        path = f"{session_path(project_id, session_id)}/history/{n}"
        return self._read(SaveDetails, path, {"offset": offset, "limit": limit}, n=n)

    def versions(self, project_id: int, session_id: int, document_id: int) -> tuple[DocumentVersion, ...]:
        """A document after each of its saves, newest first, at last as it came into the session."""
        path = f"{session_path(project_id, session_id)}/documents/{document_id}/history"
        return self._read_all(DocumentVersion, path)

    def handed_in(
        self, project_id: int, session_id: int, *, offset: int = 0, limit: int = 1000
    ) -> HandedInListing:
        """One page of documents, by id, as they were first called done."""
        query = {"offset": offset, "limit": limit}
        return self._read(HandedInListing, f"{session_path(project_id, session_id)}/handed-in", query)
