"""One segment in the draft: its keys, its tags with the names that are valid now, offsets still as typed.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from labeling.draft.vocabulary import Renames, called_now
from labeling.model import Segment, Tag, Value


def _named(segment: DraftSegment, renames: Renames) -> DraftSegment:
    """The segment with its tags as they are called now. What became the same tag twice by it is one."""
    rules = {clock: renames.since(clock) for clock in set(segment.clocks)}
    called = [
        called_now(tag, rules[clock]) for tag, clock in zip(segment.segment.tags, segment.clocks, strict=True)
    ]
    is_own = [now is tag for now, tag in zip(called, segment.segment.tags, strict=True)]
    if all(is_own):
        return segment.model_copy(update={"since": ()}) if segment.since else segment
    seen = {tag.names for tag, own in zip(segment.segment.tags, is_own, strict=True) if own}
    pairs: list[tuple[str, Tag]] = []
    for key, now, own in zip(segment.tag_keys, called, is_own, strict=True):
        if now is not None and (own or now.names not in seen):
            seen.add(now.names)
            pairs.append((key, now))
    named = with_tags(segment.segment, (tag for _, tag in pairs))
    return segment.model_copy(
        update={"segment": named, "tag_keys": tuple(key for key, _ in pairs), "since": ()}
    )


def with_tags(segment: Segment, tags: Iterable[Tag]) -> Segment:
    return segment.model_copy(update={"tags": tuple(tags)})


BARE = "-"
"""The tag key of the row that stands for a segment without tags."""


class Raw(Value):
    """Offsets as typed that cannot be right yet (code points; None: emptied)."""

    start: int | None
    end: int | None


class DraftSegment(Value):
    """One segment in the draft. A tag without class and label is a row still to be filled: it is not sent.

    `since`: the clock of the renames at which each tag got its names; empty: all at 0.
    """

    key: str
    segment: Segment
    tag_keys: tuple[str, ...] = ()
    raw: Raw | None = None
    since: tuple[int, ...] = ()

    @property
    def rows(self) -> tuple[tuple[str, Tag], ...]:
        """(tag key, tag) of each row that stands for this segment: at least one."""
        return tuple(zip(self.tag_keys, self.segment.tags, strict=True)) or ((BARE, Tag()),)

    @property
    def clocks(self) -> tuple[int, ...]:
        return self.since or (0,) * len(self.tag_keys)

    @property
    def is_unfinished(self) -> bool:
        return self.raw is not None

    @property
    def tags_by_key(self) -> dict[str, tuple[Tag, int]]:
        """Each tag with its clock."""
        pairs = zip(self.segment.tags, self.clocks, strict=True)
        return dict(zip(self.tag_keys, pairs, strict=True))

    @property
    def bare(self) -> tuple[Segment, Raw | None]:
        """What it is beside its tags."""
        return self.segment.model_copy(update={"tags": ()}), self.raw

    def with_tags(self, tags: Mapping[str, tuple[Tag, int]]) -> DraftSegment:
        """The segment with these tags, by key and each with its clock."""
        clocks = tuple(clock for _, clock in tags.values())
        segment = self.segment.model_copy(update={"tags": tuple(tag for tag, _ in tags.values())})
        return self.model_copy(
            update={"segment": segment, "tag_keys": tuple(tags), "since": clocks if any(clocks) else ()}
        )

    def finished(self) -> Segment:
        """The segment without the rows still to be filled."""
        filled = tuple(tag for tag in self.segment.tags if any(tag.names))
        return (
            self.segment if filled == self.segment.tags else self.segment.model_copy(update={"tags": filled})
        )
