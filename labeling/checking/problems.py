"""What is wrong in a document's segments, found by looking; nothing is repaired here. Pure.

A wrong value is data: it is read, shown, and named in words for the person who annotates. What can be done
about each problem is in `labeling.checking.repairs`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

from labeling.draft.document import DraftDocument
from labeling.draft.memory import Memory
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Scheme
from labeling.model import Segment, Shape, TagNames, missing, unique
from labeling.phrases import count_of, quote, tag_in_words
from labeling.spans import cuts_grapheme, is_word_border, span_problem, trim, utf16_points, within_marks

Kind = Literal[
    "unreadable",
    "no-span",
    "unfinished",
    "range",
    "empty",
    "grapheme",
    "white",
    "marks",
    "text",
    "twice",
    "unknown",
    "foreign",
    "labels",
    "utf16",
    "utf16-perhaps",
]
KINDS: dict[Kind, str] = {
    "unreadable": "document that cannot be read",
    "no-span": "without a span",
    "unfinished": "offsets still to be put right",
    "range": "span outside the text",
    "empty": "empty span",
    "grapheme": "half a character",
    "white": "white space at the edge",
    "marks": "marks at the edge that belong to no word",
    "text": "sent with another text",
    "twice": "tag twice",
    "unknown": "class or label that the session lacks",
    "foreign": "label that the project lacks",
    "labels": "more than one label",
    "utf16": "offsets counted in UTF-16",
    "utf16-perhaps": "offsets perhaps counted in UTF-16",
}
ENOUGH = 3
"""Spans without text that must fit whole words only when read as UTF-16: one or two may do so by chance."""


Span = tuple[int, int]


class Problem(NamedTuple):
    """Something wrong with a segment, by its key; with the whole document where the key is empty.

    `about`: the name that the session or the project lacks, or the tag that stands twice.
    """

    kind: Kind
    segment: str
    words: str
    about: str = ""


def problems_of(document: DraftDocument, scheme: Scheme) -> tuple[Problem, ...]:
    """Everything wrong in a document, in the order of its segments.

    Where its offsets are counted in UTF-16 units, that one problem stands for those that follow from it.
    """
    if document.source.fault:
        words = f"This document cannot be read: the server sent it in another form ({document.source.fault})"
        return (Problem("unreadable", "", words),)
    by_segment = problems_by_segment(document, scheme)
    found = [problem for problems in by_segment.values() for problem in problems]
    read = as_read(document)
    fit = utf16_fit(document.text, read)
    if fit.is_suspected:
        return (_suspicion(document.text, fit), *found)
    if not fit.is_certain:
        return tuple(found)
    counted_so = {one.key for one in read}
    spans = count_of(fit.evidence, "span fits", "spans fit")
    words = f"The offsets seem to be counted in UTF-16 units: {spans} only so"
    follow = ("range", "grapheme", "white", "marks", "text")
    left = (one for one in found if one.kind not in follow or one.segment not in counted_so)
    return (Problem("utf16", "", words), *left)


def problems_by_segment(document: DraftDocument, scheme: Scheme) -> dict[str, tuple[Problem, ...]]:
    """What is wrong with each segment, by itself and beside the others: by its key, in their order.

    Only segments that are others than the last time are looked at.
    """

    def look() -> dict[str, tuple[Problem, ...]]:
        again = repeated(document.segments)
        return {one.key: of(one, again.get(one.key, ())) for one in document.segments}

    def of(segment: DraftSegment, again: tuple[TagNames, ...]) -> tuple[Problem, ...]:
        asked = (segment.key, segment.raw, text, scheme, again)
        return _OF_SEGMENTS.of(segment.segment, asked, lambda: _segment(text, segment, scheme, again))

    text = document.text
    return _OF_DOCUMENTS.of(document, scheme, look)


_OF_DOCUMENTS: Memory[DraftDocument, dict[str, tuple[Problem, ...]]] = Memory()
_OF_SEGMENTS: Memory[Segment, tuple[Problem, ...]] = Memory()


def in_words(problems: Iterable[Problem]) -> str:
    """What is wrong, in plain words; empty when nothing is."""
    return "; ".join(problem.words for problem in problems)


def _segment(
    text: str, segment: DraftSegment, scheme: Scheme, again: Collection[TagNames]
) -> tuple[Problem, ...]:
    """`again`: those of the segment's tags that are `repeated` in its document."""
    key, placed = segment.key, segment.segment
    if segment.raw is not None:
        words = span_problem(text, segment.raw.start, segment.raw.end)
        return (Problem("unfinished", key, words),) if words else ()
    if not placed.is_placed:
        return (Problem("no-span", key, "has no span"),)
    return (
        *_span(text, key, placed, scheme.shape),
        *_tags(key, [tag.names for tag in placed.tags if any(tag.names)], scheme),
        *(_repeated(key, names) for names in again),
    )


def repeated(segments: Iterable[DraftSegment]) -> dict[str, tuple[TagNames, ...]]:
    """The tags that stand on an earlier segment with the very same span too, by the key of the later one."""
    seen: dict[tuple[int, ...], set[TagNames]] = {}
    found: dict[str, tuple[TagNames, ...]] = {}
    for one in segments:
        if one.raw is not None or one.segment.span is None:
            continue
        names = dict.fromkeys(tag.names for tag in one.segment.tags if any(tag.names))
        before = seen.setdefault(one.segment.span, set())
        again = tuple(pair for pair in names if pair in before)
        if again:
            found[one.key] = again
        before.update(names)
    return found


def _repeated(key: str, names: TagNames) -> Problem:
    tag = tag_in_words(names)
    return Problem("twice", key, f"{tag} stands on an earlier segment with the same span already", tag)


def _span(text: str, key: str, placed: Segment, shape: Shape) -> Iterable[Problem]:
    start, end, said = placed.start, placed.end, placed.text
    wrong = span_problem(text, start, end)
    if wrong:
        inside = 0 <= start <= end <= len(text)
        cut = inside and (cuts_grapheme(text, start) or cuts_grapheme(text, end)) and start < end
        yield Problem("grapheme" if cut else "empty" if inside else "range", key, wrong)
        return
    held = text[start:end]
    if said is not None and said != held:
        yield Problem(
            "text", key, f"was sent with another text: {quote(said, 0, len(said))}{_only(said, held)}"
        )
    if shape.whole_documents and (start, end) == (0, len(text)):
        return
    seen = trim(text, start, end)
    if seen[0] == seen[1]:
        yield Problem("empty", key, f"is nothing but {_unseen(held)}")
        return
    if held.strip() != held:
        yield Problem("white", key, "begins or ends with white space")
    left, right = within_marks(text, start, end)
    before, after = text[start:left].strip(), text[right:end].strip()
    if before or after:
        sides = (("start", before), ("end", after))
        edges = "; ".join(f"{_marks(part)} at its {side}" for side, part in sides if part)
        yield Problem("marks", key, f"holds what is no part of a word: {edges}")


def _unseen(held: str) -> str:
    return "white space" if not held.strip() else "signs that cannot be seen"


def _marks(part: str) -> str:
    """Marks in words: those that can be seen as they are, others by their code points."""
    return " ".join(mark if mark.isprintable() else f"U+{ord(mark):04X}" for mark in part)


def _only(said: str, held: str) -> str:
    """Where case or white space explains it."""
    if said.casefold() == held.casefold():
        return " (only upper and lower case differ)"
    return " (only white space differs)" if said.split() == held.split() else ""


def _tags(key: str, names: Sequence[TagNames], scheme: Scheme) -> Iterable[Problem]:
    for pair, count in Counter(names).items():
        if count > 1:
            yield Problem("twice", key, f"{tag_in_words(pair)} stands twice", tag_in_words(pair))
    classes, labels = ([pair[at] for pair in names] for at in (0, 1))
    lacking = (*missing(classes, scheme.classes), *missing(labels, scheme.labels))
    for name in unique(lacking):
        yield Problem("unknown", key, f"“{name}” is not in the session", name)
    of_project = scheme.labels if scheme.project_labels is None else scheme.project_labels
    for name in missing(labels, (*of_project, *lacking)):
        yield Problem("foreign", key, f"“{name}” is not one of the project's labels", name)
    if scheme.shape.one_tag and len(names) > 1:
        yield Problem("labels", key, "has more than one label")


# UTF-16


def as_read(document: DraftDocument) -> tuple[DraftSegment, ...]:
    """The segments that still have the span and the text with which they were read."""
    read = {one.key: (one.segment.span, one.segment.text) for one in document.base}
    return tuple(
        one
        for one in document.segments
        if one.raw is None and read.get(one.key) == (one.segment.span, one.segment.text)
    )


class Utf16Fit(NamedTuple):
    """How the spans of a document fit when their offsets are read as UTF-16 units.

    `proved`: how many have their own text only so. The others fit whole words only so, each as (as it stands,
    so): those without a text are `likely`; of the `doubtful` the text is what stands there, which a server
    may have cut out itself. `against`: one fits only as it stands.
    """

    proved: int = 0
    likely: tuple[tuple[Span, Span], ...] = ()
    doubtful: tuple[tuple[Span, Span], ...] = ()
    against: bool = False

    @property
    def evidence(self) -> int:
        """How many spans fit only so."""
        return self.proved + len(self.likely)

    @property
    def is_certain(self) -> bool:
        return not self.against and (self.proved > 0 or len(self.likely) >= ENOUGH)

    @property
    def is_suspected(self) -> bool:
        return not self.against and not self.is_certain and bool(self.likely or self.doubtful)


def utf16_fit(text: str, segments: Sequence[DraftSegment]) -> Utf16Fit:
    """How these segments, with the spans as they were read, fit the text in units of UTF-16."""
    if text.isascii() or all(ord(letter) <= 0xFFFF for letter in text):
        return Utf16Fit()
    points = utf16_points(text)
    proved = 0
    likely: list[tuple[Span, Span]] = []
    doubtful: list[tuple[Span, Span]] = []
    for segment in segments:
        placed = segment.segment
        if segment.raw is not None or not placed.is_placed:
            continue
        start, end = placed.start, placed.end
        if not 0 <= start < end < len(points):
            # Past the end even in UTF-16 units: it fits neither way.
            continue
        stands, so = (start, end), (points[start], points[end])
        if so == stands:
            continue
        fits_now = end <= len(text) and _whole_words(text, *stands)
        fits_so = _whole_words(text, *so)
        if not placed.text:
            against = fits_now and not fits_so
        elif text[slice(*stands)] != placed.text:
            proved += text[slice(*so)] == placed.text
            continue
        else:
            against = text[slice(*so)] != placed.text and (fits_now or not fits_so)
        if against:
            return Utf16Fit(against=True)
        if fits_so and not fits_now:
            (doubtful if placed.text else likely).append((stands, so))
    return Utf16Fit(proved, tuple(likely), tuple(doubtful))


def _suspicion(text: str, fit: Utf16Fit) -> Problem:
    """Both readings of the first span that fits whole words only in UTF-16 units, side by side."""
    spans = (*fit.likely, *fit.doubtful)
    stands, so = spans[0]
    more = f", and {count_of(len(spans) - 1, 'more span')}" if len(spans) > 1 else ""
    words = (
        f"Perhaps the offsets are counted in UTF-16 units: {stands[0]}–{stands[1]} is "
        f"{quote(text, *stands)} as it stands, {quote(text, *so)} so{more}"
    )
    return Problem("utf16-perhaps", "", words)


def _whole_words(text: str, start: int, end: int) -> bool:
    """Whether a span begins and ends at borders of words, and not with white space; or is the whole text."""
    if (start, end) == (0, len(text)):
        return True
    at_borders = is_word_border(text, start) and is_word_border(text, end)
    return at_borders and trim(text, start, end) == (start, end)
