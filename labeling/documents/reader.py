"""Read a session's documents page by page, with the key and the place of each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from labeling.documents.proposals import Proposals
from labeling.draft.document import DraftDocument, Loaded, loaded_from
from labeling.draft.draft import Draft
from labeling.draft.keys import document_keys
from labeling.errors import Failed, LabelingError, NotFound, Unavailable, Unreadable
from labeling.model import Document, Session
from labeling.studio.client import LabelingClient
from labeling.studio.filter import EVERYTHING, DocumentFilter

AGE = 60.0
"""Seconds after which a page is read again, to see what others did; where that fails, what was read stays."""
PAGE = 50
"""Documents on a page of the list."""
CHUNK = 500
"""Documents read at a time when the whole session is read."""
AROUND = 200
"""Documents read at a time when some of them are looked for where they stood last."""

FEW = 20
"""Up to so many known documents are read one by one, more by pages."""

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


class LoadedPage(NamedTuple):
    """One page of the list; `total` is how many documents the filter admits."""

    items: tuple[Loaded, ...]
    total: int


@dataclass
class Reader:
    """Reads through a client and remembers what it read until `forget`.

    Where documents have no ids, a key counts the equal texts before it, so such a session is read from its
    start; where the server cannot filter, filtering reads the whole session.
    """

    api: LabelingClient
    session: Session
    _pages: dict[tuple[DocumentFilter, int, int], tuple[float, LoadedPage]] = field(default_factory=dict)
    _prefix: list[Loaded] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)
    _complete: bool = False
    _proposals: Proposals | None = None

    @property
    def proposals(self) -> Proposals:
        """What is proposed for its documents."""
        if self._proposals is None or self._proposals.session != self.session:
            self._proposals = Proposals(self.api, self.session)
        return self._proposals

    def needs_all(self, filter_: DocumentFilter) -> bool:
        """Whether listing with this filter has to read the whole session first."""
        is_ours = bool(filter_.information) or not self.api.info().can("filters")
        return not filter_.is_empty and is_ours and not self._complete

    def page(self, offset: int, filter_: DocumentFilter = EVERYTHING, limit: int = PAGE) -> LoadedPage:
        """The documents from `offset` on among those that the filter admits."""
        if self._complete or not self._has_ids:
            return self._local(offset, filter_, limit)
        key = (filter_, offset, limit)
        read_at, found = self._pages.get(key, (0.0, None))
        if found is None or time.monotonic() - read_at > AGE:
            try:
                found = (
                    self._local(offset, filter_, limit)
                    if self.needs_all(filter_)
                    else self.read(offset, filter_, limit)
                )
            except (Unavailable, Failed):
                if found is None:
                    raise
            self._pages[key] = (time.monotonic(), found)
        return found

    def at(self, position: int) -> Loaded | None:
        """The document at a place of the session, None past its end."""
        offset = position - position % PAGE
        items = self.page(offset).items
        return next((item for item in items if item.position == position), None)

    def pages_from(self, offset: int, filter_: DocumentFilter) -> Iterator[LoadedPage]:
        """The pages of a listing from an offset on, read as they are asked for."""
        while (page := self.page(offset, filter_)).items:
            yield page
            offset += PAGE
            if offset >= page.total:
                return

    def offset_behind(self, place: int, filter_: DocumentFilter) -> int:
        """The offset of the first page that ends behind a place: lists are in the order of the session."""
        if filter_.is_empty:
            return (place + 1) // PAGE * PAGE
        low, high = 0, -(-self.page(0, filter_).total // PAGE)
        while low < high:
            middle = (low + high) // 2
            items = self.page(middle * PAGE, filter_).items
            low, high = (middle + 1, high) if items and items[-1].position <= place else (low, middle)
        return low * PAGE

    @property
    def whole(self) -> Sequence[Loaded] | None:
        """Every document of the session in order, where all of them were read already."""
        return tuple(self._prefix) if self._complete else None

    def all(self, on_progress: Progress | None = None) -> Sequence[Loaded]:
        """Every document of the session, in order, whatever was read before."""
        self.forget()
        for done in self._extend():
            if on_progress is not None:
                on_progress(done, max(done, self.session.document_count))
        return tuple(self._prefix)

    def each(self, offset: int = 0, *, by_id: bool = False) -> Iterator[Loaded]:
        """Every document in order, remembering none. Without ids, keys are right from the start only.

        Raises Unreadable at one that cannot be read; `by_id`: only where it has no id either.
        """
        for loaded in self.each_said(offset):
            yield loaded if by_id and loaded.document.id is not None else readable(loaded)

    def each_said(self, offset: int = 0) -> Iterator[Loaded]:
        """The same with those that cannot be read."""
        seen: Counter[str] = Counter()
        while True:
            documents, total = self._read(offset, EVERYTHING, CHUNK)
            yield from _loaded(documents, offset, seen)
            offset += len(documents)
            # More than was asked for: a server that knows no pages, and would send the same again for ever.
            if not documents or offset >= total > 0 or len(documents) > CHUNK:
                return

    def find(self, wanted: Iterable[DraftDocument]) -> dict[str, Document]:
        """These documents as the server holds them now, by key; one that the session lacks is absent.

        A few are read one by one, more by the pages where they stood last, and the whole session only for
        what is not found so. Raises Unreadable where one of them cannot be read.
        """
        left = {document.key: document for document in wanted}
        found: dict[str, Document] = {}
        if self._has_ids:
            near = self._one_by_one(left) if len(left) <= FEW else self._around(left)
            found = {key: document for key, document in near if key in left}
        if len(found) < len(left):
            found |= {item.key: item.document for item in self.each_said() if item.key in left}
        for key, document in found.items():
            readable(Loaded(key, left[key].position, document))
        return found

    def as_now(self, draft: Draft, wanted: Iterable[Loaded]) -> list[Loaded]:
        """These documents as they are to be edited now, each once, without what is no longer at its place."""
        each = {one.key: one for one in wanted}.values()
        found = (self.now(draft, loaded.key, loaded.position) for loaded in each)
        return [loaded for loaded in found if loaded is not None]

    def now(self, draft: Draft, key: str, position: int) -> Loaded | None:
        """A document as it is to be edited now; None where it is no longer at its place.

        What the draft has changed is edited as the draft has it, all else as it was read last: what was read
        before a save would bring back what was there then.
        """
        known = draft.documents.get(key)
        if known is not None and draft.document(key).is_changed:
            return loaded_from(known)
        found = None
        try:
            found = self.at(position) if position >= 0 else None
        except LabelingError:
            if known is None:
                raise
        if found is not None and found.key == key:
            return found
        return None if known is None else loaded_from(known)

    def forget(self) -> None:
        """Read anew from here on: something was saved, or the person asked for it."""
        self._pages.clear()
        self._prefix.clear()
        self._seen.clear()
        self._complete = False
        self._proposals = None

    def _one_by_one(self, wanted: Mapping[str, DraftDocument]) -> Iterator[tuple[str, Document]]:
        for key, document in wanted.items():
            if document.source.id is None:
                continue
            with suppress(NotFound):
                yield key, self.api.document(self.session.project_id, self.session.id, document.source.id)

    def _around(self, wanted: Mapping[str, DraftDocument]) -> Iterator[tuple[str, Document]]:
        for chunk in sorted({document.position // AROUND for document in wanted.values()}):
            documents, _ = self._read(chunk * AROUND, EVERYTHING, AROUND)
            yield from zip(document_keys(documents), documents, strict=True)

    @property
    def _has_ids(self) -> bool:
        return self.api.info().can("ids")

    def _local(self, offset: int, filter_: DocumentFilter, limit: int) -> LoadedPage:
        wanted = offset + limit
        if not self._complete and (not filter_.is_empty or len(self._prefix) < wanted):
            for done in self._extend():
                if filter_.is_empty and done >= wanted:
                    break
        if filter_.is_empty:
            total = (
                len(self._prefix) if self._complete else max(self.session.document_count, len(self._prefix))
            )
            return LoadedPage(tuple(self._prefix[offset:wanted]), total)
        admitted = [item for item in self._prefix if filter_.admits(item.document)]
        return LoadedPage(tuple(admitted[offset:wanted]), len(admitted))

    def read(self, offset: int, filter_: DocumentFilter, limit: int) -> LoadedPage:
        """One page as the server has it now, where it can filter; remembered by nobody."""
        documents, total = self._read(offset, filter_, limit)
        places = None if filter_.is_empty else [_place(document) for document in documents]
        return LoadedPage(tuple(_loaded(documents, offset, Counter(), places)), total)

    def _extend(self) -> Iterator[int]:
        while True:
            offset = len(self._prefix)
            documents, total = self._read(offset, EVERYTHING, CHUNK)
            self._prefix.extend(_loaded(documents, offset, self._seen))
            if not documents or len(self._prefix) >= total > 0:
                self._complete = True
                yield len(self._prefix)
                return
            yield len(self._prefix)

    def _read(self, offset: int, filter_: DocumentFilter, limit: int) -> tuple[tuple[Document, ...], int]:
        page = self.api.documents(
            self.session.project_id,
            self.session.id,
            offset=offset,
            limit=limit,
            only=filter_,
        )
        return page.documents, page.document_count if page.total is None else page.total


def _loaded(
    documents: Sequence[Document], offset: int, seen: Counter[str], places: Sequence[int | None] | None = None
) -> Iterator[Loaded]:
    """`places` are those that a filtering server says; without a filter a document's place is plain."""
    for n, (key, document) in enumerate(zip(document_keys(documents, seen), documents, strict=True)):
        said = places[n] if places is not None else None
        yield Loaded(key, offset + n if said is None else said, document)


def readable(loaded: Loaded) -> Loaded:
    """The document. Raises Unreadable where it cannot be read."""
    if loaded.document.fault:
        where, fault = loaded.position + 1, loaded.document.fault
        raise Unreadable(f"the server sent document {where} in another form: {fault}")
    return loaded


def _place(document: Document) -> int | None:
    said = (document.model_extra or {}).get("position")
    return said if isinstance(said, int) else None
