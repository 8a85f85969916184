"""What a server proposes for the documents of a correction session, read page by page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from labeling.draft.ruled import OF_SERVER, Ghost
from labeling.errors import Failed, LabelingError, NotFound, Unavailable
from labeling.learned import proposal_of
from labeling.model import Document, Mode, Session
from labeling.studio.client import LabelingClient

AGE = 60.0
"""Seconds after which a page is read again, to see what others decided; where that fails, what was read
stays."""
PAGE = 25
"""Documents read at a time."""


def proposed_in(document: Document) -> tuple[Ghost, ...]:
    """The tags of a document of the corrections listing that nobody has confirmed yet."""
    return tuple(_ghosts(document))


def _ghosts(document: Document) -> Iterator[Ghost]:
    for segment in document.segments:
        if not segment.is_placed or segment.server_id is None:
            continue
        for tag in segment.tags:
            said = proposal_of(tag)
            if said.is_open and said.id is not None:
                yield Ghost(
                    key=f"{OF_SERVER}{said.id}",
                    start=segment.start,
                    end=segment.end,
                    tag=tag.names,
                    confidence=said.confidence,
                    segment=segment.server_id,
                )


@dataclass
class Proposals:
    """Reads through a client and remembers what it read until `forget`."""

    api: LabelingClient
    session: Session
    _pages: dict[int, tuple[float, dict[int, tuple[Ghost, ...]]]] = field(default_factory=dict)

    def of(self, document: Document, position: int) -> tuple[Ghost, ...]:
        """What is proposed for a document that stands at a place of the session (0-based): nothing where the
        session is none of corrections. Raises LabelingError where it cannot be read."""
        if self.session.mode != Mode.CORRECTION or self.session.is_busy or document.id is None:
            return ()
        offset = position - position % PAGE
        read_at, found = self._pages.get(offset, (0.0, None))
        if found is None or time.monotonic() - read_at > AGE:
            try:
                found = self._read(offset)
            except NotFound:  # a server that knows no such call proposes nothing
                found = {}
            except (Unavailable, Failed):
                if found is None:
                    raise
            self._pages[offset] = (time.monotonic(), found)
        return found.get(document.id, ())

    def at_hand(self, document: Document, position: int) -> tuple[Ghost, ...]:
        """The same as far as it can be read; for documents that are only near the open one."""
        try:
            return self.of(document, position)
        except LabelingError:
            return ()

    def now(self, document: Document, position: int) -> Document | None:
        """The document with what is proposed as the server has it now; None where it is there no more."""
        for offset, limit in ((position, 1), *((n, 200) for n in range(0, self.session.document_count, 200))):
            page = self.api.corrected_documents(
                self.session.project_id, self.session.id, offset=offset, limit=limit
            )
            for one in page.documents:
                if one.id == document.id:
                    return one
        return None

    def forget(self) -> None:
        """Read anew from here on."""
        self._pages.clear()

    def _read(self, offset: int) -> dict[int, tuple[Ghost, ...]]:
        page = self.api.corrected_documents(
            self.session.project_id, self.session.id, offset=offset, limit=PAGE
        )
        return {one.id: proposed_in(one) for one in page.documents if one.id is not None}
