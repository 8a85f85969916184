"""This span gets this tag: one rule for the text, keys, the table, pasted rows and every occurrence. Pure.

A segment that covers just these words gets the tag, else a new one does. Where the session's type allows one
label, it takes the place of the one that is there. Offsets are code points.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Refused, edited
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Scheme, with_names
from labeling.editing.table import add_segment, new_segment, with_tags
from labeling.model import Tag, TagNames
from labeling.phrases import quote, tag_in_words
from labeling.spans import occurrences

Span = tuple[int, int]
"""(start, end) in code points."""


def tag_problem(names: TagNames, scheme: Scheme) -> str:
    """Why a tag cannot be given in this session; empty when it can."""
    if not any(names):
        return "a tag needs a class or a label"
    for name, known, allowed, word in (
        (names[0], scheme.classes, scheme.shape.classes, "class"),
        (names[1], scheme.labels, scheme.shape.labels, "label"),
    ):
        if name is not None and not allowed:
            return f"a session of this type has no {word} on its tags"
        if name is not None and name not in known:
            return f"“{name}” is not one of the session's {'classes' if word == 'class' else 'labels'}"
    return ""


def tag_span(
    document: DraftDocument,
    span: Span,
    names: TagNames,
    step: int | str,
    scheme: Scheme,
    *,
    seen: bool = True,
) -> Change | Refused:
    """The step that tags a span, or adds a bare segment where no tag is named. `step` begins the new keys."""
    why = tag_problem(names, scheme) if any(names) else ""
    if why:
        return Refused(why)
    # Two segments may have the same span: who asks for a bare one gets it.
    here = [one for one in document.segments if one.raw is None and one.segment.span == span]
    if not here or not any(names):
        return add_segment(document, *span, *names, step)
    return tag_segment(document, here, names, f"{step}.0", scheme, seen=seen)


def tag_segment(
    document: DraftDocument,
    here: Sequence[DraftSegment],
    names: TagNames,
    key: str,
    scheme: Scheme,
    *,
    seen: bool,
) -> Change | Refused:
    """The step that gives one of the segments on a span a tag; `key` is the tag's where it is a further one.

    `seen`: the person saw which tags they have. A label that nobody saw is not replaced.
    """
    after = _tagged(here, names, key, scheme)
    if after is None:
        return Change("", ())
    words = quote(document.text, after.segment.start, after.segment.end)
    was = replaced(document.find(after.key), scheme)
    if was and not seen:
        return Refused(f"{words} has the label {was} by now")
    name = f"Retag {words} {was} → {tag_in_words(names)}" if was else f"Tag {words} {tag_in_words(names)}"
    return Change(name, edited(document, {after.key: after}))


def replaced(segment: DraftSegment | None, scheme: Scheme) -> str:
    """The label of a segment whose place another one would take, in words; empty where none would."""
    if segment is None or not scheme.shape.one_tag:
        return ""
    return next((tag_in_words(tag.names) for tag in segment.segment.tags[:1] if any(tag.names)), "")


def _tagged(here: Sequence[DraftSegment], names: TagNames, key: str, scheme: Scheme) -> DraftSegment | None:
    """Of the segments on one span the one that gets the tag, with it; None where it is so already."""
    if not any(names) or any(names in (tag.names for tag in one.segment.tags) for one in here):
        return None
    segment = here[0]
    # The row of a segment without tags is none of these, but the same row once it is filled is.
    rows = list(zip(segment.tag_keys, segment.segment.tags, strict=True))
    takes = (at for at, (_, tag) in enumerate(rows) if scheme.shape.one_tag or not any(tag.names))
    at = next(takes, len(rows))
    key, tag = rows[at] if at < len(rows) else (key, Tag())
    rows[at : at + 1] = [(key, with_names(tag, *names))]
    return with_tags(segment, rows)


class SpanIndex:
    """A document's segments, found by their spans, while many of its spans get a tag."""

    def __init__(self, document: DraftDocument) -> None:
        self.document = document
        self._held = {one.key: one for one in document.segments}
        self._order = list(self._held)
        self._starts = sorted(one.segment.start for one in document.segments)
        self._places: dict[str, tuple[Span, ...]] = {}
        self._at: dict[tuple[int, ...] | None, list[str]] = {}
        for one in document.segments:
            if one.raw is None:
                self._at.setdefault(one.segment.span, []).append(one.key)

    @property
    def segments(self) -> tuple[DraftSegment, ...]:
        """All of them by now, in their order."""
        return tuple(self._held[key] for key in self._order)

    def places(self, words: str) -> tuple[Span, ...]:
        """Every place where the words stand in the text; looked for once."""
        if words not in self._places:
            self._places[words] = occurrences(self.document.text, words)
        return self._places[words]

    def tagged(self, span: Span, names: TagNames, step: str, scheme: Scheme) -> DraftSegment | Refused | None:
        """The segment at a span with that tag, or bare where no tag is named; None where it is so already.

        It is another segment only where none has that span; `step` begins its keys. It is not taken in yet.
        """
        here = [self._held[key] for key in self._at.get(span, ())]
        if not here:
            return new_segment(self.document.text, span, names, step)
        return _tagged(here, names, f"{step}.0", scheme)

    def find(self, key: str) -> DraftSegment | None:
        """The segment as it is by now."""
        return self._held.get(key)

    def put(self, segment: DraftSegment) -> None:
        """Take a tagged segment in: in its place, or by where it starts."""
        if segment.key not in self._held:
            start = segment.segment.start
            self._order.insert(bisect_right(self._starts, start), segment.key)
            insort(self._starts, start)
            self._at.setdefault(segment.segment.span, []).append(segment.key)
        self._held[segment.key] = segment
