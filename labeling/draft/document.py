"""One document in the draft, beside what was read of it. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from labeling.draft.segment import DraftSegment, _named
from labeling.draft.vocabulary import Renames
from labeling.model import Document, Segment, Value, unique


class Loaded(NamedTuple):
    """A document as read, with its key and its place in the session (0-based)."""

    key: str
    position: int
    document: Document


@dataclass(frozen=True)
class DraftDocument:
    """A document as the draft has it, beside what was read (`source`; `base` is that with keys).

    `position` is a hint for loading; `sent` what the server may have taken of it. In a view the names are those valid now, and `kept` is what it is a view of.
    """

    key: str
    position: int
    source: Document
    base: tuple[DraftSegment, ...]
    segments: tuple[DraftSegment, ...]
    done: bool | None = None
    sent: Sent | None = None
    kept: DraftDocument | None = field(default=None, compare=False, repr=False)
    views: dict[Renames, DraftDocument] = field(init=False, default_factory=dict, compare=False, repr=False)
    last_read: list[_Reading] = field(init=False, default_factory=list, compare=False, repr=False)

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def base_done(self) -> bool | None:
        return self.source.annotated

    @property
    def tag_count(self) -> int:
        return sum(any(tag.names) for segment in self.segments for tag in segment.segment.tags)

    @property
    def unfinished(self) -> tuple[DraftSegment, ...]:
        return tuple(segment for segment in self.segments if segment.is_unfinished)

    @property
    def is_changed(self) -> bool:
        return bool(self.changed_keys) or self.done_changed or self.sent is not None

    @cached_property
    def changed_keys(self) -> tuple[str, ...]:
        """The segments that differ from what was read, rows still to be filled aside."""
        if self.segments == self.base:
            return ()
        was, now = ({s.key: (s.finished(), s.raw) for s in side} for side in (self.base, self.segments))
        return tuple(key for key in unique((*was, *now)) if was.get(key) != now.get(key))

    @property
    def done_changed(self) -> bool:
        return bool(self.done) != bool(self.base_done)

    @property
    def change_count(self) -> int:
        return len(self.changed_keys) + self.done_changed or int(self.is_changed)

    @cached_property
    def sendable(self) -> tuple[Segment, ...]:
        """What a save sends: an unfinished segment as it was read, or not at all when it is new."""
        read = {segment.key: segment.segment for segment in self.base}
        sent = (read.get(s.key) if s.is_unfinished else s.finished() for s in self.segments)
        return tuple(segment for segment in sent if segment is not None)

    @cached_property
    def base_segments(self) -> tuple[Segment, ...]:
        return tuple(segment.segment for segment in self.base)

    @property
    def raw(self) -> DraftDocument:
        """What is kept of it: with the names that its tags were given."""
        return self if self.kept is None else self.kept

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each segment stands among the segments, by its key."""
        return {segment.key: at for at, segment in enumerate(self.segments)}

    def find(self, key: str) -> DraftSegment | None:
        at = self.places.get(key)
        return None if at is None else self.segments[at]

    def index(self, key: str) -> int:
        """Raises KeyError for a key that no segment has."""
        return self.places[key]

    @cached_property
    def base_by_key(self) -> dict[str, DraftSegment]:
        """The segments as they were read."""
        return {segment.key: segment for segment in self.base}

    def called_now(self, renames: Renames) -> DraftDocument:
        """The view of it under the names that are valid now."""
        if not renames.log:
            return self
        view = self.views.get(renames)
        if view is None:
            # Most segments are as they were read: the same object, which is named once.
            base = {id(segment): _named(segment, renames) for segment in self.base}
            view = replace(
                self,
                base=tuple(base.values()),
                segments=tuple(base.get(id(s)) or _named(s, renames) for s in self.segments),
                kept=self,
            )
            # Only a memory: a save beside the screen may look at the same document, under other names.
            self.views.clear()
            self.views[renames] = view
        return view


class _Reading(NamedTuple):
    """How a touched document stands over what was read of it last. It is asked several times a run, and its segments
    keep the keys that they got, whatever is done to other documents."""

    document: Document
    of: tuple[int, int, Renames]
    found: DraftDocument

    def is_of(self, document: Document, of: tuple[int, int, Renames]) -> bool:
        return self.document is document and self.of == of


def loaded_from(document: DraftDocument) -> Loaded:
    """A document of the draft as it was read."""
    return Loaded(document.key, document.position, document.source)


def is_other(source: Document, then: Document | None) -> bool:
    """Whether a touched document was read or stored anew since `then`."""
    return source is not then and source != then


def with_mark(document: Document, known: bool | None) -> Document:
    """A server that lists no done marks does not take back the one that was `known` before."""
    if document.annotated is not None or known is None:
        return document
    return document.model_copy(update={"annotated": known})


def document_keys(documents: Iterable[Document], seen: Counter[str] | None = None) -> list[str]:
    """A key for each document; `seen` counts the texts that came before these, and is brought up to date."""
    seen = Counter() if seen is None else seen
    keys = []
    for document in documents:
        if document.id is not None:
            keys.append(f"id:{document.id}")
            continue
        digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
        seen[digest] += 1
        keys.append(f"text:{digest}#{seen[digest]}")
    return keys


def opened(read: Loaded, clock: int = 0) -> DraftDocument:
    """The document with keys on its segments and tags, nothing edited yet; its names are of that clock."""
    document = read.document
    segments = tuple(
        DraftSegment(
            key=f"b{n}",
            segment=segment,
            tag_keys=tuple(f"b{m}" for m in range(len(segment.tags))),
            since=(clock,) * len(segment.tags) if clock else (),
        )
        for n, segment in enumerate(document.segments)
    )
    return DraftDocument(
        key=read.key,
        position=read.position,
        source=document,
        base=segments,
        segments=segments,
        done=document.annotated,
    )


class Sent(Value):
    """A document as it was when it was sent last, while it is not proved whether the server took it.

    `clock` is that of the renames, `taken` the number of the last step then.
    """

    segments: tuple[DraftSegment, ...]
    done: bool | None
    clock: int
    taken: int
