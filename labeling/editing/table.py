"""The segments table as plain rows, and what a changed cell means. Pure.

One row a tag, and one row with empty class and label for a segment without tags. A row's id is made of its
segment's key and its tag's key, never of its position, so it stays the same while its cells change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, DoneEdit, Refused, SegmentEdit, edited
from labeling.draft.segment import BARE, DraftSegment, Raw
from labeling.draft.vocabulary import Scheme, with_names
from labeling.model import Segment, Tag, TagNames
from labeling.phrases import count_of, quote, tag_in_words
from labeling.spans import span_problem


def row_id(segment: str, tag: str) -> str:
    return f"{segment}/{tag}"


def segment_of(row: str) -> str:
    """The key of the segment that a row is about."""
    return row.rpartition("/")[0]


def find_row(document: DraftDocument, row: str) -> tuple[DraftSegment, str] | None:
    """(segment, tag key) of a row that still exists."""
    segment, tag = document.seen(segment_of(row)), row.rpartition("/")[2]
    return (segment, tag) if segment is not None and tag in dict(segment.rows) else None


def slice_of(text: str, raw: Raw) -> str:
    """The text that the offsets cut out; empty where they cut nothing."""
    if raw.start is None or raw.end is None or not 0 <= raw.start < raw.end:
        return ""
    return text[raw.start : raw.end]


# What the person did, as steps


def change_cell(
    document: DraftDocument, row: str, column: str, value: object, scheme: Scheme
) -> Change | Refused:
    """The step that puts `value` into one cell. `column`: start, end, class_ or label."""
    found = find_row(document, row)
    if found is None:
        return Refused("this row is no longer there")
    segment, tag_key = found
    if column in ("start", "end"):
        return move(document, segment, column, value)
    name = value if isinstance(value, str) and value else None
    known = scheme.classes if column == "class_" else scheme.labels
    if name is not None and name not in known:
        return Refused(
            f"“{name}” is not one of the session's {'classes' if column == 'class_' else 'labels'}"
        )
    before = dict(segment.rows)[tag_key]
    class_, label = (name, before.label) if column == "class_" else (before.class_, name)
    after = with_names(before, class_, label)
    if after == before:
        return Change("", ())
    rows = tuple((key, after if key == tag_key else tag) for key, tag in segment.rows)
    quoted = quote(document.text, segment.segment.start, segment.segment.end)
    edits = edited(document, {segment.key: with_tags(segment, rows)})
    return Change(f"Tag {quoted} {tag_in_words(after.names)}", edits)


def move(document: DraftDocument, segment: DraftSegment, side: str, value: object) -> Change | Refused:
    """The step that moves a segment's start or end; kept as typed while the pair cannot be right."""
    if value is not None and (
        isinstance(value, bool) or not isinstance(value, int | float) or value != int(value)
    ):
        return Refused(f"{side} must be a whole number")
    offset = None if value is None else int(value)
    raw = segment.raw or Raw(start=segment.segment.start, end=segment.segment.end)
    raw = raw.model_copy(update={side: offset})
    if raw.start is not None and raw.end is not None and not span_problem(document.text, raw.start, raw.end):
        after = placed_at(document, segment, raw.start, raw.end)
        where = quote(document.text, raw.start, raw.end)
    else:
        after = segment.model_copy(update={"raw": raw})
        where = f"{side} {'emptied' if offset is None else offset}"
    if after == segment:
        return Change("", ())
    return Change(
        f"Move segment {document.index(segment.key) + 1} to {where}", edited(document, {segment.key: after})
    )


def placed_at(document: DraftDocument, segment: DraftSegment, start: int, end: int) -> DraftSegment:
    """The segment at another span, with the slice as its text.

    At the span where it was read it is as it was read, but for its tags and for a text that was wrong.
    """
    span, placed, held = (start, end), segment.segment, document.text[start:end]
    if placed.span == span:
        return segment.model_copy(update={"raw": None})
    read = next((one for one in document.base if one.key == segment.key and one.segment.span == span), None)
    if read is None or read.segment.text not in (None, held):
        moved = placed.model_copy(update={"span": span, "text": held})
    elif (read.tag_keys, read.segment.tags) == (segment.tag_keys, placed.tags):
        return read
    else:
        moved = read.segment.model_copy(update={"tags": placed.tags})
    return segment.model_copy(update={"segment": moved, "raw": None})


def add_segment(
    document: DraftDocument, start: int, end: int, class_: str | None, label: str | None, step: int | str
) -> Change | Refused:
    """The step that adds a segment, with a tag when a class or a label is given. `step` numbers its keys."""
    added = new_segment(document.text, (start, end), (class_, label), step)
    if isinstance(added, Refused):
        return added
    if document.find(added.key) is not None:
        return Change("", ())
    at = sum(other.segment.start <= start for other in document.segments)
    quoted, tags = quote(document.text, start, end), added.segment.tags
    name = f"Tag {quoted} {tag_in_words(tags[0].names)}" if tags else f"Add segment {quoted}"
    return Change(name, (SegmentEdit(document=document.key, at=at, before=None, after=added),))


def new_segment(text: str, span: tuple[int, int], names: TagNames, step: int | str) -> DraftSegment | Refused:
    """A segment with a tag, when a class or a label is given, for the first time. `step` begins its keys."""
    problem = span_problem(text, *span)
    if problem:
        return Refused(problem)
    tags = (Tag.of(*names),) if any(names) else ()
    return DraftSegment(
        key=f"{step}.0",
        segment=Segment(text=text[slice(*span)], span=span, tags=tags),
        tag_keys=tuple(f"{step}.{n}" for n in range(len(tags))),
    )


def add_tag(document: DraftDocument, row: str, step: int | str, scheme: Scheme) -> Change | Refused:
    """The step that gives a row's segment a further row, its class and label still to be filled."""
    found = find_row(document, row)
    if found is None:
        return Refused("this row is no longer there")
    segment, _ = found
    if scheme.shape.one_tag:
        return Refused("a segment has exactly one label in a session of this type")
    if any(not any(tag.names) for _, tag in segment.rows):
        return Refused("this segment has a row without class and label already: fill that one")
    after = with_tags(segment, (*segment.rows, (f"{step}.0", Tag())))
    return Change(
        f"Add a tag to segment {document.index(segment.key) + 1}", edited(document, {segment.key: after})
    )


def delete_rows(document: DraftDocument, rows: Iterable[str]) -> Change:
    """The step that deletes rows: each its tag, and with its last tag the segment."""
    by_segment: dict[str, set[str]] = {}
    for row in rows:
        found = find_row(document, row)
        if found is not None:
            by_segment.setdefault(found[0].key, set()).add(found[1])
    after: dict[str, DraftSegment | None] = {}
    for segment in document.segments:
        gone = by_segment.get(segment.key, set())
        left = tuple(row for row in segment.rows if row[0] not in gone)
        after[segment.key] = with_tags(segment, left) if left else None
    count = sum(len(tags) for tags in by_segment.values())
    return Change(f"Delete {count_of(count, 'row')}", edited(document, after))


def set_done(document: DraftDocument, done: bool) -> Change:
    """The step that says a document is done, or is not."""
    if bool(document.done) == done:
        return Change("", ())
    name = f"Document {document.position + 1}: {'done' if done else 'not done'}"
    return Change(name, (DoneEdit(document=document.key, before=document.done, after=done),))


def with_tags(segment: DraftSegment, rows: Sequence[tuple[str, Tag]]) -> DraftSegment:
    """The segment with these rows. One bare row alone is a segment without tags."""
    if len(rows) == 1 and rows[0][0] == BARE and not any(rows[0][1].names):
        rows = ()
    tags = segment.segment.model_copy(update={"tags": tuple(tag for _, tag in rows)})
    return segment.model_copy(update={"segment": tags, "tag_keys": tuple(key for key, _ in rows)})
