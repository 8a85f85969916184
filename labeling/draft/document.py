"""One document in the draft, beside what was read of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from labeling.draft.keys import carried, is_counted, segment_keys, tag_keys
from labeling.draft.ruled import Ruling
from labeling.draft.segment import DraftSegment, _named
from labeling.draft.vocabulary import Renames
from labeling.model import Document, Segment, Unit, Value, unique

Outcome = tuple[tuple[Unit, int, int], ...]
"""(unit, how often it stood, how often it is to stand) for each that a merge changes of what others hold."""


class Loaded(NamedTuple):
    """A document as read, with its key and its place in the session (0-based)."""

    key: str
    position: int
    document: Document


@dataclass(frozen=True)
class DraftDocument:
    """A document in the draft: `source` as it was read, `base` that with keys, `segments` what the person
    made of it.

    `position` is where it stood in the session, a hint; `sent` what a save sent that is not proved yet;
    `rulings` what was said of tags that are proposed, and not saved yet.
    """

    key: str
    position: int
    source: Document
    base: tuple[DraftSegment, ...]
    segments: tuple[DraftSegment, ...]
    done: bool | None = None
    sent: Sent | None = None
    rulings: tuple[Ruling, ...] = ()

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
        return bool(self.changed_keys or self.rulings) or self.done_changed or self.sent is not None

    @cached_property
    def changed_keys(self) -> tuple[str, ...]:
        """The segments that differ from what was read, rows still to be filled aside."""
        if self.segments == self.base:
            return ()
        was, now = ({s.key: s for s in side} for side in (self.base, self.segments))
        return tuple(key for key in unique((*was, *now)) if _differ(was.get(key), now.get(key)))

    @property
    def done_changed(self) -> bool:
        return bool(self.done) != bool(self.base_done)

    @property
    def change_count(self) -> int:
        # What was taken is seen as a segment.
        said = sum(ruling.says != "taken" for ruling in self.rulings)
        return len(self.changed_keys) + self.done_changed + said or int(self.is_changed)

    @cached_property
    def sendable(self) -> tuple[Segment, ...]:
        """What a save sends: an unfinished segment as it was read, or not at all when it is new."""
        read = {segment.key: segment.segment for segment in self.base}
        sent = (read.get(s.key) if s.is_unfinished else s.finished() for s in self.segments)
        return tuple(segment for segment in sent if segment is not None)

    @cached_property
    def base_segments(self) -> tuple[Segment, ...]:
        return tuple(segment.segment for segment in self.base)

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

    def seen(self, key: str) -> DraftSegment | None:
        """The segment that a screen showed under a key, also where the document was read anew since;
        None where it is gone, or cannot be told from others."""
        found, at = self.find(key), None
        if found is None:
            at = carried(key, self.base_segments)
        if at is None or (is_counted(key) and is_counted(self.base[at].key)):
            return found
        return self.find(self.base[at].key)

    def called_now(self, renames: Renames) -> DraftDocument:
        """The document under the names that are valid now."""
        if not renames.log:
            return self
        # Most segments are as they were read: the same object, which is named once.
        base = {id(segment): _named(segment, renames) for segment in self.base}
        segments = tuple(base.get(id(s)) or _named(s, renames) for s in self.segments)
        return replace(self, base=tuple(base.values()), segments=segments)


def _differ(was: DraftSegment | None, now: DraftSegment | None) -> bool:
    if was is now or was is None or now is None:
        return was is not now
    return (was.finished(), was.raw) != (now.finished(), now.raw)


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


def opened(read: Loaded, clock: int = 0) -> DraftDocument:
    """The document as it was read, nothing edited yet; its names are of that clock."""
    document = read.document
    segments = tuple(
        DraftSegment(
            key=name,
            segment=segment,
            tag_keys=tuple(tag_keys(segment.tags)),
            since=(clock,) * len(segment.tags) if clock else (),
        )
        for name, segment in zip(segment_keys(document), document.segments, strict=True)
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

    `clock` is that of the renames, `taken` the number of the last step then; `outcome`: what that came to,
    merged with what the server held (None: not known).
    """

    segments: tuple[DraftSegment, ...]
    done: bool | None
    clock: int
    taken: int
    outcome: Outcome | None = None
