"""The documents that a list shows, as the draft has them, and which comes next. Pure, but for reading pages.

A server that filters knows nothing of the draft: so the draft decides on what it changed, the server on the
rest, and both are one list in the order of the session. What no server can list (what was changed, what has
problems) and what was read whole is listed here alone.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple, TypeVar

from labeling.documents.memo import Remembered
from labeling.documents.reader import PAGE, LoadedPage, Reader
from labeling.documents.rows import RowFilter
from labeling.draft.document import Loaded, loaded_from
from labeling.draft.draft import Draft
from labeling.draft.vocabulary import name_now
from labeling.model import Document
from labeling.studio.filter import EVERYTHING, DocumentFilter

F = TypeVar("F", DocumentFilter, RowFilter)


class DraftFilter(NamedTuple):
    """What no server can list: documents with unsaved changes, with problems, with open notes."""

    changed: bool = False
    problems: bool = False
    notes: bool = False


EVERY_DOCUMENT = DraftFilter()


@dataclass(frozen=True)
class DraftListing:
    """What the server lists by `asked` (None: nothing) without the `known` documents, and `mine`, in order.

    `listed` are the places of the known documents that the server lists too: they are counted there.
    """

    reader: Reader
    asked: DocumentFilter | None
    mine: Sequence[Loaded] = ()
    known: Collection[str] = frozenset()
    listed: Sequence[int] = ()

    def page(self, offset: int) -> LoadedPage:
        """The documents from `offset` on."""
        if self.asked is None:
            return LoadedPage(tuple(self.mine[offset : offset + PAGE]), len(self.mine))
        if self.listed == self._places:
            return self.reader.page(offset, self.asked)
        begin = self._begin(offset)
        rank, at = self._before(begin)
        items = heapq.merge(self._others(begin), self.mine[at:], key=_place)
        total = self._read(begin).total - len(self.listed) + len(self.mine)
        skip = max(0, offset - rank)
        return LoadedPage(tuple(islice(items, skip, skip + PAGE)), total)

    def page_of(self, place: int) -> int:
        """The offset of the page on which the document at a place of the session stands, or would stand."""
        return self._rank(place) // PAGE * PAGE

    def first_after(
        self, place: int, is_wanted: Callable[[Loaded], bool] = lambda item: True
    ) -> Loaded | None:
        """The first wanted document of the list behind a place (0-based; -1: from the start)."""
        later = self.mine[bisect_right(self._places, place) :]
        begin = 0 if self.asked is None else self.reader.offset_behind(place, self.asked)
        items = heapq.merge(self._others(begin), later, key=_place)
        return next((item for item in items if item.position > place and is_wanted(item)), None)

    def last_before(
        self, place: int, is_wanted: Callable[[Loaded], bool] = lambda item: True
    ) -> Loaded | None:
        """The last wanted document of the list before a place of the session."""
        earlier = self.mine[: bisect_left(self._places, place)]
        items = heapq.merge(self._others_back(place), reversed(earlier), key=_place, reverse=True)
        return next((item for item in items if item.position < place and is_wanted(item)), None)

    @cached_property
    def _places(self) -> Sequence[int]:
        return [item.position for item in self.mine]

    def _read(self, begin: int) -> LoadedPage:
        assert self.asked is not None
        return self.reader.page(begin, self.asked)

    def _others(self, begin: int) -> Iterator[Loaded]:
        """What the server lists from an offset on, without the known documents."""
        for page in self.reader.pages_from(begin, self.asked) if self.asked is not None else ():
            yield from (item for item in page.items if item.key not in self.known)

    def _others_back(self, place: int) -> Iterator[Loaded]:
        """What the server lists, without the known documents, backwards from the page of a place on."""
        last = -1 if self.asked is None else self.reader.offset_behind(place - 1, self.asked)
        for offset in range(last, -1, -PAGE):
            yield from (item for item in reversed(self._read(offset).items) if item.key not in self.known)

    # A rank is how many documents of this list come before; an offset of the server's counts in its own list.

    def _rank(self, place: int) -> int:
        mine = bisect_left(self._places, place)
        if self.asked is None:
            return mine
        begin = self.reader.offset_behind(place - 1, self.asked)
        before = begin + sum(item.position < place for item in self._read(begin).items)
        return min(before, self._read(0).total) - bisect_left(self.listed, place) + mine

    def _before(self, begin: int) -> tuple[int, int]:
        """The rank of what the server lists at `begin`, and how many of mine come before it."""
        if not begin:
            return 0, 0
        items = self._read(begin).items
        if not items:
            # Fewer than the first page said: it was read before.
            return begin + len(self.mine), len(self.mine)
        place = items[0].position
        at = bisect_left(self._places, place)
        return begin - bisect_left(self.listed, place) + at, at

    def _begin(self, rank: int) -> int:
        """Where the last page of the server's begins that does not begin behind a rank."""
        last = max(0, self._read(0).total - 1) // PAGE
        low = min(last, max(0, (rank - len(self.mine)) // PAGE))
        high = min(last, (rank + len(self.listed)) // PAGE)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._before(middle * PAGE)[0] <= rank else (low, middle - 1)
        return low * PAGE


def _place(item: Loaded) -> int:
    return item.position


def drafted(loaded: Loaded, draft: Draft) -> Document:
    """A document as the draft has it, in the form in which documents are read."""
    if loaded.key not in draft.documents and not draft.renames.log:
        return loaded.document
    view = draft.view(loaded)
    return view.source.model_copy(update={"segments": view.sendable, "annotated": view.done})


def named_now(filter_: F, draft: Draft, clock: int) -> F:
    """A filter that was made at a clock of the renames, by the names of now; a removed name is asked for no
    more."""
    rules = draft.renames.since(clock)
    class_ = name_now(filter_.class_, "classes", rules)
    label = name_now(filter_.label, "labels", rules)
    return filter_._replace(
        class_=class_ if class_ in draft.classes else "", label=label if label in draft.labels else ""
    )


Admitted = Remembered[tuple[bool, bool]]


def admitted(filter_: DocumentFilter) -> Admitted:
    """Whether a filter admits a document as the draft has it, and as it was read."""

    def look(loaded: Loaded, draft: Draft) -> tuple[bool, bool]:
        return filter_.admits(drafted(loaded, draft)), filter_.admits(loaded.document)

    return Remembered(look)


def needs_whole(reader: Reader, draft: Draft, filter_: DocumentFilter) -> bool:
    """Whether every document has to be read before they can be listed by a filter.

    So it is where the server cannot filter, or calls the classes and labels otherwise than the draft.
    """
    named = bool(filter_.class_ or filter_.label)
    return reader.whole is None and (reader.needs_all(filter_) or (named and bool(draft.pending_renames)))


def listing_of(
    reader: Reader,
    draft: Draft,
    filter_: DocumentFilter = EVERYTHING,
    among: Sequence[Loaded] | None = None,
    remembered: Admitted | None = None,
) -> DraftListing:
    """The documents that a filter admits as the draft has them, `among` these or else in the whole session.

    Where `needs_whole`, the session has to be read before. `remembered`: what that filter was found to admit.
    """
    looks = remembered or admitted(filter_)
    if among is None and not filter_.is_empty:
        among = reader.whole
    if among is not None:
        return DraftListing(reader, None, [item for item in among if looks.of(item, draft)[0]])
    if filter_.is_empty:
        return DraftListing(reader, EVERYTHING)
    changed = [loaded_from(document) for document in draft.changed_documents]
    return DraftListing(
        reader,
        filter_,
        [item for item in changed if looks.of(item, draft)[0]],
        frozenset(item.key for item in changed),
        [item.position for item in changed if looks.of(item, draft)[1]],
    )
