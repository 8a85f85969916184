"""One document on the Annotate page: the bar above it, and the way from what was done on it to the draft."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import accumulate, takewhile

from components.annotate.highlighter import Around, Drawn, DrawnDocument
from components.annotate.navigation import (
    documents_listed,
    neighbours,
)
from components.shell.state import UiState
from labeling.checking.problems import in_words, problems_by_segment
from labeling.documents.reader import Reader
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.vocabulary import Scheme
from labeling.editing.text import shown_tags
from labeling.errors import LabelingError

AHEAD, BEHIND = 5, 2
"""Documents handed to the text before the person asks for them, on each side."""
LARGEST = 20_000
"""Code points that are handed over ahead, at most, on each side."""


# The document as it is drawn


def drawn_document(document: DraftDocument, scheme: Scheme) -> DrawnDocument:
    """A document as the text draws it."""
    return DrawnDocument(
        document=document.key,
        text=document.text,
        segments=segments_of(document, scheme),
        position=document.position,
        done=bool(document.done),
    )


def segments_of(document: DraftDocument, scheme: Scheme) -> tuple[Drawn, ...]:
    """The segments as the highlighter draws them, with what is wrong with each."""
    problems = problems_by_segment(document, scheme)
    return tuple(
        Drawn(
            key=segment.key,
            start=segment.segment.start,
            end=segment.segment.end,
            tags=shown_tags(segment),
            problem=in_words(problems[segment.key]),
        )
        for segment in document.segments
        if segment.segment.is_placed
    )


def documents_around(ui: UiState, reader: Reader, draft: Draft) -> Around:
    """The documents of the list that come next and the one before, so that they can be shown before anybody asks Python."""
    with suppress(LabelingError):
        listing = documents_listed(ui, reader, draft)
        if listing is not None:
            later, earlier = (
                neighbours(listing, ui.place.position, way, n) for way, n in ((1, AHEAD), (-1, BEHIND))
            )
            return Around(
                next=_drawn(draft, later),
                previous=_drawn(draft, earlier),
                has_next=bool(later),
                has_previous=bool(earlier),
            )
    # They are looked for when the person asks for them, who is told then what is wrong.
    last = reader.session.document_count - 1
    return Around(has_next=ui.place.position < last, has_previous=ui.place.position > 0)


def _drawn(draft: Draft, found: Sequence[Loaded]) -> tuple[DrawnDocument, ...]:
    sizes = accumulate(len(loaded.document.text) for loaded in found)
    small = takewhile(lambda size: size[1] <= LARGEST, zip(found, sizes, strict=True))
    views = (draft.view(loaded) for loaded, _ in small)
    return tuple(drawn_document(view, draft.scheme) for view in views)


# What was done on the text


# The bar
