"""What this app saved, kept beside the drafts where the server keeps no history: who, when, and each document
before and after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from labeling.draft.document import DraftDocument
from labeling.draft.events import Event, SaveProved
from labeling.errors import NotKept
from labeling.model import Document
from labeling.store.review_values import DocumentState, ReviewKey, Who
from labeling.store.synced import SyncedDraft


class NotedSave:
    """Notes what a save proves, on the way to `keep`."""

    def __init__(self, keep: Callable[[Event], object]) -> None:
        self._keep = keep
        self._proved: dict[str, tuple[DraftDocument, Document]] = {}

    def keep(self, event: Event) -> None:
        """Note it, and let it happen."""
        if isinstance(event, SaveProved):
            self._proved |= event.documents
        self._keep(event)

    def store(self, work: SyncedDraft, who: str) -> None:
        """Keep it, if anything was proved. It is lost where the store fails: the save itself stands."""
        states = [
            DocumentState(
                key,
                {
                    "position": view.position,
                    "before": view.source.model_dump(mode="json", by_alias=True),
                    "after": now.model_dump(mode="json", by_alias=True),
                },
            )
            for key, (view, now) in self._proved.items()
        ]
        if states:
            key = ReviewKey(str(work.session.project_id), work.session.lasting_name)
            with suppress(NotKept):
                saves = work.store.review(work.key.api).saves
                saves.add(key, Who(work.key.person, who), {"documents": len(states)}, states)
