"""What a person did, as values: edits, each with what it replaced, and the steps that they make up.

An edit's inverse is itself turned round. An edit of a document replaces the state of one segment as a whole;
it costs the same whatever the session's size. Keys of segments and tags are those of `labeling.draft.keys`;
`-` is the row of a segment without tags.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from labeling.draft.decided import Decision
from labeling.draft.document import DraftDocument
from labeling.draft.ruled import Ruling
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import NameGone, Rename
from labeling.model import Document, Value


class _Edit(Value):
    """An edit names its kind in JSON, where fields that were not set are left out."""

    def model_post_init(self, context: object) -> None:
        self.__pydantic_fields_set__.add("kind")


class SegmentEdit(_Edit):
    """One segment's state before and after; None where it does not exist.

    `at` is its place in the document.
    """

    kind: Literal["segment"] = "segment"
    document: str
    at: int
    before: DraftSegment | None
    after: DraftSegment | None

    def inverse(self) -> SegmentEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})

    @property
    def key(self) -> str:
        return (self.before or self.after).key  # type: ignore[union-attr]

    def made_on(self, now: DraftSegment) -> DraftSegment | None:
        """The segment after the edit. What others made of it since, and the edit is not about, stays."""
        if now == self.before:
            return self.after
        was = {} if self.before is None else self.before.tags_by_key
        there = now.tags_by_key
        came = {key: tag for key, tag in there.items() if key not in was}
        if self.after is None:
            return now.with_tags(came) if came else None
        tags = {key: tag for key, tag in self.after.tags_by_key.items() if was.get(key) != tag}
        left = {key: there[key] for key in self.after.tag_keys if key not in tags and key in there}
        order = dict.fromkeys([key for key in self.after.tag_keys if key in tags or key in left])
        is_as_it_was = self.before is not None and self.before.bare == self.after.bare
        segment = now if is_as_it_was else self.after
        return segment.with_tags({key: (came | left | tags)[key] for key in order | dict.fromkeys(came)})


class DoneEdit(_Edit):
    """What the annotator says of a document: done or not."""

    kind: Literal["done"] = "done"
    document: str
    before: bool | None
    after: bool | None

    def inverse(self) -> DoneEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


class NameEdit(_Edit):
    """The session's name."""

    kind: Literal["name"] = "name"
    before: str
    after: str

    def inverse(self) -> NameEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


class NamesEdit(_Edit):
    """The session's classes or labels, in order."""

    kind: Literal["names"] = "names"
    field: Literal["classes", "labels"]
    before: tuple[str, ...]
    after: tuple[str, ...]

    def inverse(self) -> NamesEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


class RenameEdit(_Edit):
    """The `index`-th rule of the draft switched on or off: all tags of a name are called otherwise, or go."""

    kind: Literal["rename"] = "rename"
    index: int
    rule: Rename
    on: bool = True

    def inverse(self) -> RenameEdit:
        return self.model_copy(update={"on": not self.on})


class DocumentsEdit(_Edit):
    """Documents to be added to the session: new texts, or (with an id) documents of the project."""

    kind: Literal["documents"] = "documents"
    before: tuple[Document, ...]
    after: tuple[Document, ...]

    def inverse(self) -> DocumentsEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


class AnswerEdit(_Edit):
    """What was asked of a name that others took away is answered; turned round, it is asked again."""

    kind: Literal["answer"] = "answer"
    gone: NameGone
    is_answered: bool = True

    def inverse(self) -> AnswerEdit:
        return self.model_copy(update={"is_answered": not self.is_answered})


class DecisionEdit(_Edit):
    """What is decided at a place of a document: it stands beside the draft, in the review store.

    `before` is what was decided there; None: nothing.
    """

    kind: Literal["decision"] = "decision"
    document: str
    before: Decision | None
    after: Decision | None

    def inverse(self) -> DecisionEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


class RulingEdit(_Edit):
    """What is said of a tag that is proposed for a document. `before` is what was said; None: nothing."""

    kind: Literal["ruling"] = "ruling"
    document: str
    before: Ruling | None
    after: Ruling | None

    def inverse(self) -> RulingEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})

    @property
    def key(self) -> str:
        return (self.before or self.after).key  # type: ignore[union-attr]


OnDocument = SegmentEdit | DoneEdit | RulingEdit
"""The edits of one document."""
Edit = Annotated[
    OnDocument | NameEdit | NamesEdit | RenameEdit | DocumentsEdit | AnswerEdit | DecisionEdit,
    Field(discriminator="kind"),
]


class Change(NamedTuple):
    """A step to be taken: its name and its edits."""

    name: str
    edits: tuple[Edit, ...]


class Refused(NamedTuple):
    """Something that cannot be done, and why."""

    reason: str


class Step(Value):
    """A step taken.

    `of` is the step that an undo or a redo is about; `at` when it was taken (RFC 3339, UTC).
    """

    number: int
    name: str
    edits: tuple[Edit, ...]
    kind: Literal["edit", "undo", "redo"] = "edit"
    of: int | None = None
    saved: bool = False
    at: str = ""


def between(document: DraftDocument, after: Sequence[DraftSegment]) -> tuple[Edit, ...]:
    """The edits that make the segments of a document these, in this order.

    What goes goes from the end, what comes comes from the beginning: so each place is right when its edit is
    applied, and also when it is undone. What changes its place goes and comes again.
    """
    places, before = document.places, document.segments
    staying: set[str] = set()
    last = -1
    for one in after:
        if places.get(one.key, -1) > last:
            last = places[one.key]
            staying.add(one.key)

    def edit(at: int, was: DraftSegment | None, now: DraftSegment | None) -> SegmentEdit:
        return SegmentEdit(document=document.key, at=at, before=was, after=now)

    pairs = [(before[places[one.key]], one) for one in after if one.key in staying]
    # Most are the same object: what is equal but another costs a comparison of all that they hold.
    changed = [(was, now) for was, now in pairs if was is not now and was != now]
    gone = [(at, was) for at, was in enumerate(before) if was.key not in staying]
    come = [(at, one) for at, one in enumerate(after) if one.key not in staying]
    return (
        *(edit(places[now.key], was, now) for was, now in changed),
        *(edit(at, was, None) for at, was in reversed(gone)),
        *(edit(at, None, one) for at, one in come),
    )


def edited(document: DraftDocument, after: Mapping[str, DraftSegment | None]) -> tuple[Edit, ...]:
    """The edits that make some segments, by their keys, these; None: away with it."""
    states = (after.get(one.key, one) for one in document.segments)
    return between(document, [one for one in states if one is not None])
