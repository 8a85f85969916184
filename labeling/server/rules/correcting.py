"""Pure: what becomes of a document's segments when proposals of a model are taken or opened again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from labeling.server.rules.merging import Extra, StoredSegment, StoredTag
from labeling.server.rules.progress import is_complete

Segments = tuple[StoredSegment, ...]


class PredictedTag(NamedTuple):
    """A tag that a model proposed, and how sure it was; as long as it is open, nobody has confirmed it.
    `extra` are the keys that we do not know."""

    id: int
    segment_id: int
    start: int
    end: int
    class_: str | None
    label: str | None
    confidence: float
    is_open: bool
    extra: Extra | None = None

    @property
    def tag(self) -> StoredTag:
        return StoredTag(self.id, self.class_, self.label, self.extra)

    def named(self, tag: StoredTag) -> PredictedTag:
        """With the class, the label and what else is said of a tag."""
        return self._replace(class_=tag.class_, label=tag.label, extra=tag.extra)


def host_of(segments: Iterable[StoredSegment], proposal: PredictedTag) -> StoredSegment | None:
    """The segment that a proposal's tag goes on: that of its own number, else one of the same span."""
    same = [one for one in segments if (one.start, one.end) == (proposal.start, proposal.end)]
    return next((one for one in same if one.id == proposal.segment_id), same[0] if same else None)


def with_segment(segments: Segments, proposal: PredictedTag, text: str) -> Segments:
    """With a segment where the proposal stands, before those that begin later."""
    if host_of(segments, proposal) is not None:
        return segments
    start, end = proposal.start, proposal.end
    new = StoredSegment(proposal.segment_id, start, end, text[start:end])
    at = next((n for n, one in enumerate(segments) if one.start > start), len(segments))
    return (*segments[:at], new, *segments[at:])


def taken(segments: Segments, proposal: PredictedTag, text: str) -> Segments:
    """With the proposal as a tag; where an equal one stands already, as it was."""
    found = with_segment(segments, proposal, text)
    host = host_of(found, proposal)
    assert host is not None
    if any((tag.class_, tag.label) == (proposal.class_, proposal.label) for tag in host.tags):
        return found
    return with_tags(found, host.id, (*host.tags, proposal.tag))


def opened_again(segments: Segments, proposal: PredictedTag) -> Segments:
    """Without the tag that the proposal has become, nor its segment where that has no other."""
    found = []
    for one in segments:
        left = tuple(tag for tag in one.tags if tag.id != proposal.id)
        if left or len(left) == len(one.tags) or one.id != proposal.segment_id:
            found.append(one._replace(tags=left))
    return tuple(found)


def with_tags(segments: Segments, segment_id: int, tags: Sequence[StoredTag]) -> Segments:
    """With these tags on one segment."""
    return tuple(one._replace(tags=tuple(tags)) if one.id == segment_id else one for one in segments)


def is_corrected(before: bool, now: Segments, *, has_open: bool) -> bool:
    """Whether a document counts as annotated after a correction: when no proposal of it is open any more and
    there are segments, all with tags; else it stays as it was as long as no segment is bare."""
    whole = all(segment.tags for segment in now)
    return (is_complete(now) and not has_open) or (before and whole)
