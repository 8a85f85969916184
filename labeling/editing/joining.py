"""Two segments made one, and one made two, each as one step. Pure. Offsets are code points."""

from __future__ import annotations

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Refused, between, edited
from labeling.draft.segment import DraftSegment
from labeling.editing.table import new_segment, placed_at, with_tags
from labeling.model import Tag, TagNames
from labeling.phrases import quote
from labeling.spans import snap, span_problem, trim

Span = tuple[int, int]
"""(start, end) in code points."""


def join(document: DraftDocument, segment: DraftSegment, other: DraftSegment) -> Change | Refused:
    """The step by which a segment takes in another one of the same tags, and all that lies between them.

    It keeps its key and its tags; the other one goes.
    """
    if segment.key == other.key:
        return Refused("a segment cannot be joined with itself")
    if _names(segment) != _names(other):
        return Refused("the two segments no longer have the same tags")
    (start, end), (first, last) = _span(segment), _span(other)
    span = snap(document.text, min(start, first), max(end, last))
    name = f"Join {quote(document.text, start, end)} and {quote(document.text, first, last)}"
    return Change(name, edited(document, {segment.key: placed_at(document, segment, *span), other.key: None}))


def split(document: DraftDocument, segment: DraftSegment, gap: Span, step: str) -> Change | Refused:
    """The step that cuts a segment in two: it keeps what is before the `gap`, a new one with the same tags
    gets what comes after. `step` begins the new keys."""
    (start, end), text = _span(segment), document.text
    if document.find(f"{step}.0") is not None:
        return Change("", ())
    if not start < gap[0] <= gap[1] < end:
        return Refused("the cut is not inside the segment")
    left, right = (start, trim(text, start, gap[0])[1]), (trim(text, gap[1], end)[0], end)
    problem = span_problem(text, *left) or span_problem(text, *right)
    if problem:
        return Refused(problem)
    added = new_segment(text, right, (None, None), step)
    if isinstance(added, Refused):
        return added
    added = with_tags(added, [(f"{step}.{n}", Tag.of(*names)) for n, names in enumerate(_names(segment))])
    cut = placed_at(document, segment, *left)
    after = [cut if one.key == segment.key else one for one in document.segments]
    after.insert(sum(one.segment.start <= right[0] for one in after), added)
    name = f"Split {quote(text, start, end)} into {quote(text, *left)} and {quote(text, *right)}"
    return Change(name, between(document, after))


def _names(segment: DraftSegment) -> list[TagNames]:
    """The tags of a segment, however they are ordered; rows still to be filled are none."""
    return sorted((tag.names for tag in segment.finished().tags), key=repr)


def _span(segment: DraftSegment) -> Span:
    return segment.segment.start, segment.segment.end
