"""What was found in documents as the draft has them: another look costs only what changed. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.model import Document

T = TypeVar("T")
Look = Callable[[Loaded, Draft], T]


@dataclass
class Remembered(Generic[T]):
    """What `look` found in each document.

    It is called again where a document was read anew or touched, and for all when a name has changed.
    """

    look: Look[T]
    _known: dict[str, tuple[DraftDocument | None, Document, T]] = field(default_factory=dict)
    _names: object = None

    def of(self, loaded: Loaded, draft: Draft) -> T:
        names = (draft.renames, draft.scheme)
        if names != self._names:
            self._known.clear()
            self._names = names
        touched = draft.documents.get(loaded.key)
        known = self._known.get(loaded.key)
        if known is None or known[0] is not touched or known[1] is not loaded.document:
            known = self._known[loaded.key] = (touched, loaded.document, self.look(loaded, draft))
        return known[2]
