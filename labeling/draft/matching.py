"""Which segment of a reading is which known one. Pure."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

from labeling.draft.document import DraftDocument
from labeling.draft.segment import DraftSegment
from labeling.model import Document, Segment, Unit


def rekeyed(held: Document, known: DraftDocument, prefix: str, clock: int) -> tuple[DraftSegment, ...]:
    """What the server holds, under the keys that the draft had for it; the rest gets keys of its own.

    What has the same units is the same segment; of what is left, what stands on the same span, in order: others gave
    it other tags.
    """
    open_keys = {segment.key for segment in known.unfinished}
    free = [s for s in (*known.segments, *known.raw.segments) if s.key not in open_keys]
    free += [segment for segment in known.base if segment.key in open_keys]
    names = {s.key for side in (known.segments, known.base, known.raw.segments) for s in side}
    same: dict[int, DraftSegment] = {}
    for likeness in (counted, _span):
        _match(held.segments, free, same, likeness)
    return tuple(
        _keyed(
            segment,
            same.get(n),
            known.base_by_key.get(same[n].key) if n in same else None,
            _unused(f"{prefix}.{n}", names),
            clock,
        )
        for n, segment in enumerate(held.segments)
    )


def _match(
    held: Sequence[Segment],
    known: Iterable[DraftSegment],
    same: dict[int, DraftSegment],
    likeness: Callable[[Segment], Hashable],
) -> None:
    """Adds to `same`, by its place, which known segment each held one is, of those that are left on both sides."""
    used = {segment.key for segment in same.values()}
    alike: dict[Hashable, deque[DraftSegment]] = {}
    for one in known:
        if one.key not in used:
            alike.setdefault(likeness(one.finished()), deque()).append(one)
    for n, segment in enumerate(held):
        left = alike.get(likeness(segment)) if n not in same else None
        # A segment stands among the known as it is shown and as it is kept.
        while left and left[0].key in used:
            left.popleft()
        if left:
            same[n] = left.popleft()
            used.add(same[n].key)


def _span(segment: Segment) -> Hashable:
    return segment.span


def _unused(name: str, names: Collection[str]) -> str:
    """The name, or one like it that is not there yet."""
    while name in names:
        name += "'"
    return name


def _keyed(
    segment: Segment, same: DraftSegment | None, base: DraftSegment | None, key: str, clock: int
) -> DraftSegment:
    """The segment with the keys of the one that it is the `same` as (None: of its own).

    A tag of the `base` that others gave another name is still that tag.
    """
    rows = [(k, tag.names) for k, tag in same.rows if any(tag.names)] if same is not None else []
    left, keys = list(rows), [""] * len(segment.tags)
    for m, tag in enumerate(segment.tags):
        match = next((pair for pair in left if pair[1] == tag.names), None)
        if match is not None:
            left.remove(match)
            keys[m] = match[0]
    renamed = iter([k for k, _ in left if base is not None and k in base.tag_keys])
    names = set(same.tag_keys) if same is not None else set()
    for m in range(len(keys)):
        keys[m] = keys[m] or next(renamed, "") or _unused(f"{key}.{m}", names)
    return DraftSegment(
        key=same.key if same is not None else key,
        segment=segment,
        tag_keys=tuple(keys),
        since=(clock,) * len(keys) if clock else (),
    )


def counted(segment: Segment) -> frozenset[tuple[Unit, int]]:
    """The units of a segment with how often it has each, whatever their order."""
    return frozenset(Counter(segment.units).items())


def units_of(segments: Iterable[Segment]) -> Counter[Unit]:
    """The units of a document, counted: what a merge and a proof compare."""
    return Counter(unit for segment in segments for unit in segment.units)
