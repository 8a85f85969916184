"""Which segment of a reading is which known one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence

from labeling.draft.document import DraftDocument
from labeling.draft.keys import segment_keys, tag_keys, unused
from labeling.draft.segment import DraftSegment
from labeling.model import Document, Segment, Unit

Likeness = Callable[[Segment], Hashable]
"""What two segments have in common that are the same; None: this one cannot be known by it."""


def rekeyed(
    held: Document, known: DraftDocument, view: DraftDocument, clock: int, *, is_mine: bool
) -> tuple[DraftSegment, ...]:
    """What the server holds, under the keys that the draft had for it; the rest gets those of the reading.

    `view` is `known` under the names valid now. What has the same units is the same segment; of what is left,
    what has the same id, or stands alone on its span: others gave it other tags. Where there are several,
    others may have removed one of them, and nobody can say which: those are new. `is_mine`: it was sent from
    here, so what is left on a span, however many, is taken in order.
    """
    open_keys = {segment.key for segment in view.unfinished}
    free = [s for s in (*view.segments, *known.segments) if s.key not in open_keys]
    free += [segment for segment in view.base if segment.key in open_keys]
    same: dict[int, DraftSegment] = {}
    for likeness in (_id_and_units, counted, _span) if is_mine else _likenesses(held.segments, view):
        _match(held.segments, free, same, likeness, in_order=is_mine)
    names = {s.key for side in (view.segments, view.base, known.segments) for s in side}
    result = []
    for n, (segment, name) in enumerate(zip(held.segments, segment_keys(held), strict=True)):
        was = same.get(n)
        key = unused(name, names) if was is None else was.key
        names.add(key)
        result.append(_keyed(segment, was, view.base_by_key.get(key), key, clock))
    return tuple(result)


def _likenesses(held: Sequence[Segment], view: DraftDocument) -> tuple[Likeness, ...]:
    """By what a segment is known again that others may have changed: by its span where it was, and is,
    alone there."""
    then, now = (Counter(one.span for one in side) for side in (view.base_segments, held))

    def alone(segment: Segment) -> Hashable:
        is_alone = segment.server_id is None and then[segment.span] == now[segment.span] == 1
        return segment.span if is_alone else None

    return _id_and_units, counted, _id, alone


def _match(
    held: Sequence[Segment],
    known: Iterable[DraftSegment],
    same: dict[int, DraftSegment],
    likeness: Likeness,
    *,
    in_order: bool,
) -> None:
    """Adds to `same`, by its place, which known segment each held one is,
    of those that are left on both sides."""
    used = {segment.key for segment in same.values()}
    # A segment stands among the known as it is shown and as it was first named.
    alike: dict[Hashable, dict[str, DraftSegment]] = {}
    for one in known:
        if one.key not in used:
            alike.setdefault(likeness(one.finished()), {}).setdefault(one.key, one)
    places: dict[Hashable, list[int]] = {}
    for n, segment in enumerate(held):
        if n not in same:
            places.setdefault(likeness(segment), []).append(n)
    for what, there in places.items():
        found = [one for one in alike.get(what, {}).values() if one.key not in used]
        if what is None or not (in_order or len(found) == len(there)):
            continue
        for n, one in zip(there, found, strict=False):
            same[n] = one
            used.add(one.key)


def _id_and_units(segment: Segment) -> Hashable:
    return segment.server_id, counted(segment)


def _id(segment: Segment) -> Hashable:
    return segment.server_id


def _span(segment: Segment) -> Hashable:
    return segment.span or ()


def _keyed(
    segment: Segment, same: DraftSegment | None, base: DraftSegment | None, key: str, clock: int
) -> DraftSegment:
    """The segment with the keys of the one that it is the `same` as (None: of its own).

    A tag of the `base` that others gave another name is still that tag.
    """
    left = [(k, tag.names) for k, tag in same.rows if any(tag.names)] if same is not None else []
    keys = [""] * len(segment.tags)
    for m, tag in enumerate(segment.tags):
        match = next((pair for pair in left if pair[1] == tag.names), None)
        if match is not None:
            left.remove(match)
            keys[m] = match[0]
    renamed = iter([k for k, _ in left if base is not None and k in base.tag_keys])
    names = set(same.tag_keys) if same is not None else set()
    for m, name in enumerate(tag_keys(segment.tags)):
        keys[m] = keys[m] or next(renamed, "") or unused(name, names)
        names.add(keys[m])
    return DraftSegment(
        key=key,
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
