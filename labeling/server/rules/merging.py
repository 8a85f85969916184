"""Pure: what an update call does to a document, its mark, and the session's status.

Segments and tags keep their ids wherever they can be recognised: a segment by its span, a tag by its class
and label, the n-th to the n-th where several are equal; a tag that is gone and one that is new on its segment
are one that was given other names. What is absent in a body stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from labeling.errors import Invalid
from labeling.server.rules.bodies import DocumentBody, SegmentBody, TagBody

Extra = dict[str, Any]
NO_ID = 0
"""The id of what is not stored yet."""


class StoredTag(NamedTuple):
    """A tag as it is stored; `extra` are the keys that we do not know, and its origin."""

    id: int
    class_: str | None
    label: str | None
    extra: Extra | None = None


class StoredSegment(NamedTuple):
    """A segment `[start, end)` as it is stored, in code points; `extra` are the keys that we do not know."""

    id: int
    start: int
    end: int
    text: str
    extra: Extra | None = None
    tags: tuple[StoredTag, ...] = ()


class _HasId(Protocol):
    @property
    def id(self) -> int: ...


class _MayHaveId(Protocol):
    @property
    def id(self) -> int | None: ...


Old = TypeVar("Old", bound=_HasId)
New = TypeVar("New", bound=_MayHaveId)


def paired(
    stored: Sequence[Old],
    sent: Sequence[New],
    old_key: Callable[[Old], Hashable],
    new_key: Callable[[New], Hashable],
) -> Iterator[tuple[Old | None, New]]:
    """Each sent thing with the stored one that it is: by id where the keys agree, else by key in order."""
    by_id = {old.id: old for old in stored}
    claimed = {
        index: by_id.pop(new.id)
        for index, new in enumerate(sent)
        if new.id in by_id and old_key(by_id[new.id]) == new_key(new)
    }
    waiting: defaultdict[Hashable, list[Old]] = defaultdict(list)
    for old in reversed(stored):
        if old.id in by_id:
            waiting[old_key(old)].append(old)
    for index, new in enumerate(sent):
        others = waiting.get(new_key(new))
        yield claimed.get(index) or (others.pop() if others else None), new


def merged_segments(
    stored: Sequence[StoredSegment], sent: Sequence[SegmentBody], text: str, where: str
) -> tuple[StoredSegment, ...]:
    """All segments that a document has from now on, in the order sent.

    Raises Invalid for a span outside the text; `where` names the document in the message.
    """
    for index, segment in enumerate(sent):
        start, end = segment.span
        if not 0 <= start < end <= len(text):
            raise Invalid(
                f"{where}.segments[{index}].span: [{start}, {end}] is not a part of the text, "
                f"which has {len(text)} characters; 0 <= start < end <= {len(text)} is needed"
            )
    pairs = paired(stored, sent, lambda old: (old.start, old.end), lambda new: new.span)
    return tuple(_merged_segment(old, new, text) for old, new in pairs)


def _merged_segment(old: StoredSegment | None, new: SegmentBody, text: str) -> StoredSegment:
    start, end = new.span
    if old is None:
        tags = () if not new.tags else _merged_tags((), new.tags)
        said = text[start:end] if new.text is None else new.text
        return StoredSegment(NO_ID, start, end, said, new.model_extra or None, tags)
    return StoredSegment(
        old.id,
        start,
        end,
        old.text if new.text is None else new.text,
        _merged_extra(old.extra, new.model_extra),
        old.tags if new.tags is None else _merged_tags(old.tags, new.tags),
    )


def _merged_tags(stored: Sequence[StoredTag], sent: Sequence[TagBody]) -> tuple[StoredTag, ...]:
    if not stored:
        return tuple(StoredTag(NO_ID, *new.names, new.extra or None) for new in sent)
    pairs = list(paired(stored, sent, lambda old: (old.class_, old.label), lambda new: new.names))
    known = {old.id for old, _ in pairs if old}
    # What is left over on both sides are tags that were given other names: by id, else in order.
    left = [old for old in stored if old.id not in known]
    renamed = paired(left, [new for old, new in pairs if old is None], lambda old: None, lambda new: None)
    return tuple(
        StoredTag(old.id, *new.names, _merged_extra(old.extra, new.extra))
        if old
        else StoredTag(_id_of(next(renamed)[0]), *new.names, new.extra or None)
        for old, new in pairs
    )


def _id_of(old: StoredTag | None) -> int:
    return old.id if old else NO_ID


def _merged_extra(old: Extra | None, new: Extra | None) -> Extra | None:
    """Keys that were not sent stay: the vendor's client drops those it does not know."""
    return {**(old or {}), **{key: value for key, value in (new or {}).items() if value is not None}} or None


def with_ids(
    segments: Iterable[StoredSegment], segment_ids: Iterator[int], tag_ids: Iterator[int]
) -> tuple[StoredSegment, ...]:
    """The segments and their tags, those without an id given the next ones."""
    return tuple(
        StoredSegment(
            segment.id or next(segment_ids),
            *segment[1:5],
            tuple(tag if tag.id else StoredTag(next(tag_ids), *tag[1:]) for tag in segment.tags),
        )
        for segment in segments
    )


def resolved(
    items: Sequence[DocumentBody], texts: Mapping[int, str], in_order: Mapping[str, Sequence[int]]
) -> list[int | None]:
    """The document of the session that each item means; None where the item brings a new one.

    `texts` has the text of each document that an item names by id and the session holds; `in_order` the
    documents of each text, by their place in the session. An id is taken first; the n-th mention of a text
    then means the n-th such document that no id took. Raises Invalid for an id that cannot be meant.
    """
    claimed: set[int] = set()
    for index, item in enumerate(items):
        if item.id is None:
            continue
        if item.id not in texts:
            raise Invalid(f"documents[{index}].id: document {item.id} is not in this session")
        if item.text is not None and item.text != texts[item.id]:
            raise Invalid(f"documents[{index}].text: differs from the text of document {item.id}")
        if item.id in claimed:
            raise Invalid(f"documents[{index}].id: document {item.id} is named twice")
        claimed.add(item.id)
    free = {
        text: iter([document_id for document_id in ids if document_id not in claimed])
        for text, ids in in_order.items()
    }
    return [
        item.id if item.id is not None else next(free.get(item.text or "", iter(())), None) for item in items
    ]


def refuse_bad_tags(
    documents: Iterable[tuple[str, Sequence[StoredSegment]]], classes: Iterable[str], labels: Iterable[str]
) -> None:
    """Raises Invalid for a tag without class and label, or with one that the session's lists lack.

    `documents` are (place in the body, segments).
    """
    known_classes, known_labels = {None, *classes}, {None, *labels}
    for where, segments in documents:
        for index, segment in enumerate(segments):
            for number, tag in enumerate(segment.tags):
                if fault := tag_fault(tag, known_classes, known_labels):
                    raise Invalid(f"{where}.segments[{index}].tags[{number}]{fault}")


def tag_fault(tag: StoredTag, classes: Container[str | None], labels: Container[str | None]) -> str:
    """What is wrong with a tag, after its place in the body; empty when nothing is. None is in the lists."""
    if tag.class_ not in classes:
        return f'.class: "{tag.class_}" is not among the classes of the session'
    if tag.label not in labels:
        return f'.label: "{tag.label}" is not among the labels of the session'
    return "" if tag.class_ or tag.label else ": needs a class, a label or both"
