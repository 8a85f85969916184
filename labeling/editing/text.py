"""What a person did on the text, as numbered acts that a browser sends, and the steps that they mean. Pure.

An act is numbered by the window that it comes from, names its document, and is sent again until its number is
acknowledged. An edit from the text is the same kind of step as one from the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr, ValidationError

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused, edited
from labeling.draft.ruled import Ghost
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Scheme, with_names
from labeling.editing.ghosts import reject_ghosts, take_ghosts
from labeling.editing.joining import join, split
from labeling.editing.session import add_name
from labeling.editing.table import placed_at, set_done, with_tags
from labeling.editing.tagging import tag_problem, tag_segment, tag_span
from labeling.model import TagNames, Value
from labeling.phrases import quote, tag_in_words
from labeling.spans import snap, span_problem

Span = tuple[StrictInt, StrictInt]
"""(start, end) in code points."""
OLD_NAMES = {"op": "kind", "n": "number", "from": "was"}
"""What a page says that has not been loaded again since a version with other words;
it also calls its acts `ops`."""
MOST = 2000
"""Acts of one report that are looked at; the browser sends the rest again."""


class Act(Value):
    """One thing that a person did; `kind` says which of the other fields it has. `position` is where the
    document stood.

    `add`: tag the words of a span. `tag`, `untag`, `retag`: give a segment a tag, take one away, replace one
    by another. `move`: another span. `delete`: the segment. `join`: it takes in the `other`, seen at `span`.
    `take`, `reject`: what is proposed as `ghosts`; taken as `tag`, where that names anything.
    `split`: it is cut in two, without what `span` holds. `at`: where the segment stood on the screen,
    `beside`: and how many others there.
    `done`: the mark of the document. `undo`, `redo`: of the whole session. `go`: to another document, `way`
    forward or back, or `to` a place, or to the next one to do or with a problem (`what`: to-do, problem).
    `name`: a new `name` for the list `what` (classes, labels) of the session.
    `ask`: for `what` the page has. `unreadable`: an act that is none of these.
    """

    number: StrictInt = Field(gt=0)
    window: StrictStr = Field(min_length=1, max_length=40)
    document: StrictStr = ""
    position: StrictInt = 0
    kind: (
        Literal["add", "tag", "untag", "retag", "move", "delete", "join", "split", "done", "undo", "redo"]
        | Literal["take", "reject", "name", "go", "ask", "unreadable"]
    )
    segment: StrictStr = ""
    other: StrictStr = ""
    at: Annotated[Span | None, Field(strict=False)] = None
    beside: StrictInt = 0
    span: Annotated[Span | None, Field(strict=False)] = None
    tag: Annotated[TagNames, Field(strict=False)] = (None, None)
    was: Annotated[TagNames, Field(strict=False)] = (None, None)
    done: StrictBool = False
    way: Literal[1, -1] = 1
    to: StrictInt | None = None
    what: StrictStr = ""
    name: StrictStr = ""
    ghosts: tuple[Ghost, ...] = Field((), strict=False, max_length=MOST)

    @property
    def of(self) -> tuple[str, int]:
        """The window and its number: what is acknowledged."""
        return (self.window, self.number)

    @property
    def step(self) -> str:
        """What the keys begin with that its segment and tag get, here and in the browser."""
        return f"{self.window}-{self.number}"


def acts_in(report: object) -> list[Act]:
    """The acts of a browser's report, in order; the report may be anything.

    What has no number is dropped. What has one but cannot be read is `unreadable`: acknowledged and refused.
    """
    items = report.get("acts", report.get("ops")) if isinstance(report, Mapping) else None
    acts = []
    for item in items[:MOST] if isinstance(items, Sequence) and not isinstance(items, str) else ():
        act = _act(item)
        if act is not None:
            acts.append(act)
    return acts


def _act(item: object) -> Act | None:
    named = (
        {OLD_NAMES.get(name, name): value for name, value in item.items()}
        if isinstance(item, Mapping)
        else {}
    )
    try:
        return Act.model_validate(named)
    except ValidationError:
        numbered = {name: named.get(name) for name in ("number", "window")}
    try:
        return Act.model_validate({**numbered, "kind": "unreadable"})
    except ValidationError:
        return None


def numbers_in(acts: Iterable[Act]) -> dict[str, int]:
    """The last number of each window."""
    numbers: dict[str, int] = {}
    for act in acts:
        numbers[act.window] = max(numbers.get(act.window, 0), act.number)
    return numbers


def change_of(act: Act, document: DraftDocument, scheme: Scheme) -> Change | Refused:
    """The step that an act on a document means; `document` is the view of it that the act is applied to."""
    if act.kind == "done":
        return set_done(document, act.done)
    if act.kind == "add":
        return _add(act, document, scheme)
    if act.kind == "take":
        return take_ghosts(document, act.ghosts, act.tag, act.step, scheme)
    if act.kind == "reject":
        return reject_ghosts(document, act.ghosts)
    segment = document.seen(act.segment)
    if segment is None or _is_another(segment, act, document):
        return Refused("this segment is no longer there")
    return _on_segment(act, document, segment, scheme)


def naming_of(act: Act, draft: Draft) -> Change | Refused:
    """The step that a `name` means."""
    match act.what:
        case "classes" | "labels" as field:
            return add_name(draft, field, act.name)
    return Refused("this edit names no list of names")


def _is_another(segment: DraftSegment, act: Act, document: DraftDocument) -> bool:
    """Whether a segment that was only read is not the one that the person saw: it stands elsewhere, or others
    that stood there have gone, and nobody can say which. A server may give an id again, and version 0.1.0
    only counted."""
    if act.at is None or document.base_by_key.get(segment.key) != segment:
        return False
    there = sum((one.segment.start, one.segment.end) == act.at for one in document.segments)
    is_untold = segment.segment.server_id is None and 0 < act.beside != there - 1
    return act.at != (segment.segment.start, segment.segment.end) or is_untold


def _add(act: Act, document: DraftDocument, scheme: Scheme) -> Change | Refused:
    why = tag_problem(act.tag, scheme)
    if why or act.span is None:
        return Refused(why or "this edit names no words")
    if document.find(f"{act.step}.0") is not None:
        return Change("", ())
    if not fits(document, act.span):
        return Refused(span_problem(document.text, *act.span))
    return tag_span(document, snap(document.text, *act.span), act.tag, act.step, scheme, seen=False)


def _on_segment(act: Act, document: DraftDocument, segment: DraftSegment, scheme: Scheme) -> Change | Refused:
    words = quote(document.text, segment.segment.start, segment.segment.end)
    match act.kind:
        case "delete":
            return Change(f"Delete segment {words}", edited(document, {segment.key: None}))
        case "move":
            return _move(act, document, segment)
        case "untag":
            return _untag(act, document, segment, words)
        case "join":
            other = document.seen(act.other)
            if other is None or (other.segment.start, other.segment.end) != act.span:
                return Refused("the other segment is no longer there")
            return join(document, segment, other)
        case "split":
            if act.span is None:
                return Refused("this edit names no place to cut")
            return split(document, segment, act.span, act.step)
    why = tag_problem(act.tag, scheme)
    if why:
        return Refused(why)
    rows = list(segment.rows)
    names = [tag.names for _, tag in rows]
    if act.kind == "tag" or act.tag in names:
        return tag_segment(document, [segment], act.tag, f"{act.step}.0", scheme, seen=False)
    if act.was not in names:
        return Refused(f"{words} no longer has the tag {tag_in_words(act.was)}")
    at = names.index(act.was)
    rows[at] = (rows[at][0], with_names(rows[at][1], *act.tag))
    name = f"Retag {words} {tag_in_words(act.was)} → {tag_in_words(act.tag)}"
    return Change(name, edited(document, {segment.key: with_tags(segment, rows)}))


def _untag(act: Act, document: DraftDocument, segment: DraftSegment, words: str) -> Change:
    left = list(segment.rows)
    gone = next((row for row in left if row[1].names == act.was), None)
    if gone is None:
        return Change("", ())
    left.remove(gone)
    after = with_tags(segment, left) if left else None
    return Change(f"Remove {tag_in_words(act.was)} from {words}", edited(document, {segment.key: after}))


def fits(document: DraftDocument, span: Span) -> bool:
    """Whether a span lies in the text and is not empty; it may still cut a grapheme cluster."""
    return 0 <= span[0] < span[1] <= len(document.text)


def _move(act: Act, document: DraftDocument, segment: DraftSegment) -> Change | Refused:
    if act.span is None:
        return Refused("this edit names no words")
    if not fits(document, act.span):
        return Refused(span_problem(document.text, *act.span))
    start, end = snap(document.text, *act.span)
    moved = placed_at(document, segment, start, end)
    if moved == segment:
        return Change("", ())
    name = f"Move segment {document.index(segment.key) + 1} to {quote(document.text, start, end)}"
    return Change(name, edited(document, {segment.key: moved}))


def shown_tags(segment: DraftSegment) -> tuple[TagNames, ...]:
    """The tags of a segment as the text shows them: rows still to be filled are the table's alone."""
    return tuple(tag.names for tag in segment.finished().tags)
