"""What may be wrong in tags that nobody else has looked at: the rows of work lists, and their material. Pure.

A suspect is no error: each says in words why it is listed, and what would be done about it. Lists are ordered
by their score, the likeliest first. Offsets are code points.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple
from urllib.parse import quote

from labeling.checking.problems import Problem
from labeling.checking.words import Span, WordRange, Words, words_key
from labeling.draft.document import DraftDocument
from labeling.editing.table import row_id
from labeling.model import TagNames

ListName = Literal[
    "class",
    "label",
    "untagged",
    "border",
    "pair",
    "problem",
    "length",
    "sparse",
    "twin",
    "doubt",
    "doubt-class",
]
LISTS: dict[ListName, str] = {
    "doubt": "The model doubts the label",
    "doubt-class": "The model doubts the class",
    "class": "Same words, other class",
    "label": "Same words, other label",
    "untagged": "Tagged elsewhere, bare here",
    "border": "Border unlike its siblings",
    "pair": "Rare pair of class and label",
    "problem": "Problems in the data",
    "length": "Unusual length",
    "sparse": "Far fewer tags than the length says",
    "twin": "Same text, other tags",
}
DOUBTS: tuple[ListName, ...] = ("doubt", "doubt-class")
"""The lists for which a model has to be asked."""
BARE: TagNames = (None, None)
"""Stands for no tag: nothing stands here, or what stands here is to go."""
AROUND = 40
"""Code points shown before and after the words of a suspect."""


class Proposed(NamedTuple):
    """What is to stand instead: the tag at a span; `BARE` where the tag is to go."""

    span: Span
    names: TagNames


class Suspect(NamedTuple):
    """A place that may be wrong.

    `names`: the tag that stands there, with its row of the segments table; `BARE` where none does, or where
    the whole document is meant, which has `tags` of them. `proposed` is None where only a person can say what
    is right.
    """

    list: ListName
    session: int
    document: str
    position: int
    text: str
    span: Span
    names: TagNames
    proposed: Proposed | None
    why: str
    score: float
    row: str = ""
    problem: Problem | None = None
    tags: int = 0

    @property
    def mark(self) -> str:
        """Its place and its tag, whatever the list: another once the tag has changed."""
        if self.problem is not None:
            return f"{self.problem.kind} {self.span[0]}-{self.span[1]} {self.problem.about}"
        if self.list == "sparse":
            return f"{self.tags} tags"
        names = "/".join("-" if name is None else quote(name, safe="") for name in self.names)
        return f"{self.span[0]}-{self.span[1]} {names}"

    @property
    def context(self) -> tuple[str, str, str]:
        """What stands before its words, they, and what stands after, each on one line."""
        start, end = self.span
        before, after = self.text[max(0, start - AROUND) : start], self.text[end : end + AROUND]
        left, right = "…" if start > AROUND else "", "…" if end + AROUND < len(self.text) else ""
        shown = self.text[start:end]
        long = len(shown) > 2 * AROUND
        if long:
            shown = f"{shown[:AROUND]} … {shown[-AROUND:]}"
        return (left + _line(before), _line(shown), _line(after) + right)


def _line(text: str) -> str:
    return "".join(" " if sign.isspace() else sign for sign in text)


class SeenTag(NamedTuple):
    """A tag as it stands: in which of the documents, in which row, over which words (None: it cuts one).

    `key`: its words as they are compared.
    """

    at: int
    row: str
    span: Span
    names: TagNames
    key: str
    words: WordRange | None


class SeenDocument(NamedTuple):
    """A document as it stands in its session, and its words."""

    session: int
    view: DraftDocument
    words: Words

    @property
    def is_looked_at(self) -> bool:
        """Whether somebody has looked for tags here, as far as anybody can know: it is done, or has some."""
        return self.view.done is not False or self.view.tag_count > 0


class Gathered(NamedTuple):
    """The documents of one or more sessions, and their tags in the same order."""

    documents: tuple[SeenDocument, ...]
    tags: tuple[SeenTag, ...]

    def suspect(
        self, list_: ListName, tag: SeenTag, proposed: Proposed | None, why: str, score: float
    ) -> Suspect:
        """The row of a list about one of the tags."""
        seen = self.documents[tag.at]
        view = seen.view
        return Suspect(
            *(
                list_,
                seen.session,
                view.key,
                view.position,
                view.text,
                tag.span,
                tag.names,
                proposed,
                why,
                score,
            ),
            row=tag.row,
        )

    def about(
        self, list_: ListName, at: int, span: Span, proposed: Proposed | None, why: str, score: float
    ) -> Suspect:
        """The row of a list about a place without a tag, or about a whole document."""
        view = self.documents[at].view
        return Suspect(
            *(list_, self.documents[at].session, view.key, view.position, view.text),
            *(span, BARE, proposed, why, score),
        )


def gathered(views: Iterable[tuple[int, DraftDocument]]) -> Gathered:
    """Go once through (session id, document); documents and spans that cannot be read are left out."""
    documents: list[SeenDocument] = []
    tags: list[SeenTag] = []
    for session, view in views:
        if view.source.fault:
            continue
        words = Words(view.text)
        for segment in view.segments:
            placed = segment.segment
            if segment.raw is not None or not placed.is_placed or not placed.fits(len(view.text)):
                continue
            span = (placed.start, placed.end)
            within = words.within(*span)
            key = words_key(view.text, *span)
            tags += [
                SeenTag(len(documents), row_id(segment.key, name), span, tag.names, key, within)
                for name, tag in segment.rows
                if any(tag.names)
            ]
        documents.append(SeenDocument(session, view, words))
    return Gathered(tuple(documents), tuple(tags))


def ranked(found: Iterable[Suspect]) -> tuple[Suspect, ...]:
    """The likeliest first; equals in the order of their sessions."""
    return tuple(sorted(found, key=lambda one: (-one.score, one.session, one.position, one.span)))
