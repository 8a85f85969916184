"""The repair of each problem that `checking.problems` finds, as a step; none without being asked. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from labeling.checking.problems import (
    KINDS,
    Kind,
    Problem,
    as_read,
    problems_of,
    repeated,
)
from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, NamesEdit, edited
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Field, Scheme, with_names
from labeling.editing.table import placed_at, with_tags
from labeling.model import TagNames
from labeling.phrases import count_of, name_problem
from labeling.spans import snap, trim, utf16_points, within_marks

How = Literal["repair", "remove", "add-class", "add-label"]


class Repair(NamedTuple):
    """One way to put a problem right, in words for its button."""

    how: How
    words: str


_WORDS: dict[Kind, str] = {
    "no-span": "Remove the segment",
    "range": "Cut it to the text",
    "empty": "Remove the segment",
    "grapheme": "Take the whole character",
    "white": "Leave out the white space",
    "marks": "Leave out the marks",
    "text": "Take the words of the document",
    "twice": "Keep it once",
    "utf16": "Read all offsets as UTF-16",
    "utf16-perhaps": "Read all offsets as UTF-16",
}


CERTAIN = tuple(kind for kind in _WORDS if kind != "utf16-perhaps")
"""The kinds with one right repair, which can be done to many at once."""


def repairs_for(problem: Problem, names: Sequence[TagNames], scheme: Scheme) -> tuple[Repair, ...]:
    """What can be done about a problem whose segment has these tags; none where only the person knows."""
    if problem.kind in _WORDS:
        return (Repair("repair", _WORDS[problem.kind]),)
    if problem.kind == "foreign":
        return (Repair("remove", f"Remove “{problem.about}” from the tag"),)
    if problem.kind != "unknown":
        return ()
    name, offers, shape = problem.about, [], scheme.shape
    is_class = shape.classes and name in [class_ for class_, _ in names]
    if is_class and not name_problem(name, scheme.classes, "class"):
        offers.append(Repair("add-class", f"Add “{name}” to the classes"))
    is_label = shape.labels and not shape.project_labels_only and name in [label for _, label in names]
    if is_label and not name_problem(name, scheme.labels, "label"):
        offers.append(Repair("add-label", f"Add “{name}” to the labels"))
    return (*offers, Repair("remove", f"Remove “{name}” from the tag"))


def repair(document: DraftDocument, problem: Problem, how: How, scheme: Scheme) -> Change:
    """The step that puts one problem right; empty where it is no longer there."""
    if how == "add-class":
        return _named(scheme, "classes", problem.about)
    if how == "add-label":
        return _named(scheme, "labels", problem.about)
    if problem.kind in ("utf16", "utf16-perhaps"):
        return _as_utf16(document)
    segment = document.seen(problem.segment)
    if segment is None:
        return Change("", ())
    name = f"Repair segment {document.index(segment.key) + 1}: {problem.words}"
    again = repeated(document.segments).get(segment.key, ())
    after = _repaired(document, segment, problem, scheme, again)
    return Change(name, edited(document, {segment.key: after}))


def repair_all(document: DraftDocument, kind: Kind, scheme: Scheme) -> Change:
    """The step that puts every problem of one kind in a document right."""
    if kind == "utf16":
        return _as_utf16(document)
    after: dict[str, DraftSegment | None] = {}
    count = 0
    again = repeated(document.segments)
    for problem in problems_of(document, scheme):
        if problem.kind != kind:
            continue
        segment = after.get(problem.segment, document.find(problem.segment))
        if segment is not None:
            after[segment.key] = _repaired(document, segment, problem, scheme, again.get(segment.key, ()))
            count += 1
    return Change(f"Repair {count_of(count, 'segment')}", edited(document, after))


def repair_everywhere(documents: Iterable[DraftDocument], kind: Kind, scheme: Scheme) -> Change:
    """The one step that puts every problem of a kind right in all these documents."""
    changes = [repair_all(document, kind, scheme) for document in documents]
    edits = tuple(edit for change in changes for edit in change.edits)
    where = count_of(sum(bool(change.edits) for change in changes), "document")
    return Change(f"Repair in {where}: {KINDS[kind]}", edits)


def _repaired(
    document: DraftDocument,
    segment: DraftSegment,
    problem: Problem,
    scheme: Scheme,
    again: Collection[TagNames],
) -> DraftSegment | None:
    """The segment put right; None where it goes. `again`: its tags that are `repeated` in the document."""
    text, placed = document.text, segment.segment
    if problem.kind in ("no-span", "empty"):
        return None
    if problem.kind == "range":
        start, end = max(0, min(placed.start, len(text))), max(0, min(placed.end, len(text)))
        start, end = snap(text, start, end) if start < end else (0, 0)
        return placed_at(document, segment, start, end) if start < end else None
    if problem.kind == "grapheme":
        return placed_at(document, segment, *snap(text, placed.start, placed.end))
    if problem.kind == "white":
        return placed_at(document, segment, *trim(text, placed.start, placed.end))
    if problem.kind == "marks":
        return placed_at(document, segment, *within_marks(text, placed.start, placed.end))
    if problem.kind == "text":
        said = placed.model_copy(update={"text": text[placed.start : placed.end]})
        return segment.model_copy(update={"segment": said})
    if problem.kind == "twice":
        return _once(segment, again)
    if problem.kind == "foreign":
        scheme = replace(scheme, labels=tuple(name for name in scheme.labels if name != problem.about))
    return _without(segment, problem.about, scheme)


def _once(segment: DraftSegment, again: Collection[TagNames]) -> DraftSegment | None:
    """With each tag once, and with none of those that stand on another segment; with its last tag it goes."""
    seen, rows = set(again), []
    for key, tag in segment.rows:
        if tag.names not in seen or not any(tag.names):
            rows.append((key, tag))
        seen.add(tag.names)
    return with_tags(segment, rows) if any(any(tag.names) for _, tag in rows) else None


def _without(segment: DraftSegment, name: str, scheme: Scheme) -> DraftSegment:
    """Without a name that the scheme lacks. A tag keeps its other part, unless another tag is just that."""
    rows = [(key, tag, _names_without(tag.names, name, scheme)) for key, tag in segment.rows]
    seen = {tag.names for _, tag, left in rows if left == tag.names}
    kept = []
    for key, tag, left in rows:
        if left == tag.names:
            kept.append((key, tag))
        elif any(left) and left not in seen:
            seen.add(left)
            kept.append((key, with_names(tag, *left)))
    return with_tags(segment, kept)


def _names_without(names: TagNames, name: str, scheme: Scheme) -> TagNames:
    class_, label = names
    return (
        None if class_ == name and name not in scheme.classes else class_,
        None if label == name and name not in scheme.labels else label,
    )


def _named(scheme: Scheme, field: Field, name: str) -> Change:
    before: tuple[str, ...] = getattr(scheme, field)
    if name in before:
        return Change("", ())
    word = "class" if field == "classes" else "label"
    return Change(f"Add {word} “{name}”", (NamesEdit(field=field, before=before, after=(*before, name)),))


def _as_utf16(document: DraftDocument) -> Change:
    """Every span that is as it was read, read as UTF-16 units. What lies outside even so stays as it is."""
    points = utf16_points(document.text)
    after: dict[str, DraftSegment | None] = {}
    for segment in as_read(document):
        placed = segment.segment
        if placed.is_placed and 0 <= placed.start < placed.end < len(points):
            after[segment.key] = _shifted(document.text, segment, points[placed.start], points[placed.end])
    return Change(f"Document {document.position + 1}: read the offsets as UTF-16", edited(document, after))


def _shifted(text: str, segment: DraftSegment, start: int, end: int) -> DraftSegment:
    """At its right place, with the text that it has there; what the server said of its text is that already,
    unless it cut it out where it stood."""
    placed, span = segment.segment, (start, end)
    if placed.span == span or start == end:
        return segment
    update: dict[str, object] = {"span": span}
    if placed.text and placed.text == text[placed.start : placed.end]:
        update["text"] = text[start:end]
    return segment.model_copy(update={"segment": placed.model_copy(update=update)})
