"""The text of the open document: what the highlighter is given to draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import accumulate, takewhile

from streamlit.delta_generator import DeltaGenerator

from components.annotate.acts import scope_of, standing_of, take_report
from components.annotate.by_name import looks_of
from components.annotate.highlighter import (
    Around,
    Drawn,
    DrawnDocument,
    DrawnGhost,
    Keys,
    highlighter,
)
from components.annotate.navigation import documents_listed, neighbours
from components.annotate.show_only import ShownTags, hidden_note
from components.annotate.suggestions import raw_suggestions, suggested, wish_for
from components.shell.desk import Desk
from components.shell.telling import reporting
from labeling.checking.problems import in_words, problems_by_segment
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.memory import Memory
from labeling.draft.ruled import Ghost
from labeling.editing.ghosts import open_ghosts
from labeling.editing.text import Act, shown_tags
from labeling.errors import LabelingError
from labeling.model import Document

AHEAD, BEHIND = 5, 2
"""Documents handed to the text before the person asks for them, on each side."""
LARGEST = 20_000
"""Code points that are handed over ahead, at most, on each side."""


def document_text(
    desk: Desk,
    document: DraftDocument,
    around: Around,
    keys: Keys,
    only: ShownTags,
    note_place: DeltaGenerator,
    *,
    on_ask: Callable[[Act], None],
    awaited: str = "",
) -> DrawnDocument:
    """Draw the open document, to be tagged; gives what is drawn of it.

    `note_place`: where it is said that segments are hidden. `on_ask` is given what a key asks of the page.
    `awaited`: as the highlighter has it.
    """
    drawn = drawn_document(document, desk.draft, (*_proposed(desk, document), *suggested(desk, document)))
    _pick_linked(desk, drawn)
    with note_place:
        hidden_note(desk.ui, drawn.segments, only)
    highlighter(
        key="text",
        scope=scope_of(desk),
        document=drawn,
        around=around,
        scheme=desk.draft.scheme,
        keys=keys,
        looks=looks_of(desk),
        standing=partial(standing_of, desk),
        on_report=partial(take_report, desk, on_ask=on_ask),
        only=only,
        show=desk.ui.place.shown,
        linked=desk.ui.place.linked is not None,
        say=desk.ui.said,
        sought=desk.ui.place.filter.search,
        read_only=locked_at(desk, document),
        awaited=awaited,
    )
    return drawn


def _pick_linked(desk: Desk, drawn: DrawnDocument) -> None:
    """Have the segment picked that the link names which led here."""
    span, desk.ui.place.sought = desk.ui.place.sought, None
    if span is None:
        return
    there = [one.key for one in drawn.segments if (one.start, one.end) == span]
    if there:
        desk.ui.show(there[0])
    else:
        desk.tell("text", "info", f"There is no segment at {span[0]}–{span[1]} any more")


def locked_at(desk: Desk, document: DraftDocument) -> str:
    """Why a document cannot be edited; empty when it can."""
    return desk.locked or ("This document cannot be read" if document.source.fault else "")


def _proposed(desk: Desk, document: DraftDocument) -> tuple[Ghost, ...]:
    """What the server proposes for the open document; where that cannot be read, it is said."""
    with reporting(desk.ui, "read what is proposed for this document"):
        return desk.reader.proposals.of(document.source, document.position)
    return ()


def drawn_document(document: DraftDocument, draft: Draft, proposed: Sequence[Ghost] = ()) -> DrawnDocument:
    """A document as the text draws it, with what is wrong with each segment, and what is proposed and not yet
    decided."""
    problems = problems_by_segment(document, draft.scheme)
    ghosts = open_ghosts(document, proposed, draft.renames, draft.scheme)
    segments = tuple(
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
    return DrawnDocument(
        document=document.key,
        text=document.text,
        segments=segments,
        position=document.position,
        done=bool(document.done),
        ghosts=tuple(DrawnGhost(**dict(one)) for one in ghosts),
    )


def documents_around(desk: Desk) -> Around:
    """The documents of the list that come next and before, to be shown before anybody asks Python."""
    with suppress(LabelingError):
        listing = documents_listed(desk)
        if listing is not None:
            later, earlier = (
                neighbours(listing, desk.ui.place.position, way, n) for way, n in ((1, AHEAD), (-1, BEHIND))
            )
            here = desk.reader.at(desk.ui.place.position)
            wish_for(desk, [*([here] if here else []), *later, *earlier])
            drawn = partial(_drawn, desk)
            return Around(drawn(later), drawn(earlier), has_next=bool(later), has_previous=bool(earlier))
    # They are looked for when the person asks for them, who is told then what is wrong.
    last = desk.session.document_count - 1
    return Around(has_next=desk.ui.place.position < last, has_previous=desk.ui.place.position > 0)


def _drawn(desk: Desk, found: Sequence[Loaded]) -> tuple[DrawnDocument, ...]:
    sizes = accumulate(len(loaded.document.text) for loaded in found)
    small = takewhile(lambda size: size[1] <= LARGEST, zip(found, sizes, strict=True))
    # What cannot be read is opened by Python alone, which says so.
    readable = takewhile(lambda loaded: not loaded.document.fault, (loaded for loaded, _ in small))
    return tuple(_near(desk, loaded) for loaded in readable)


def _near(desk: Desk, loaded: Loaded) -> DrawnDocument:
    draft = desk.draft
    proposed = desk.reader.proposals.at_hand(loaded.document, loaded.position)

    def draw() -> DrawnDocument:
        view = draft.view(loaded)
        return drawn_document(view, draft, (*proposed, *suggested(desk, view)))

    if loaded.key in draft.documents:
        return draw()
    suggestions = raw_suggestions(desk, loaded.key)
    held = (draft.scheme, draft.renames, draft.renames_held)
    asked = (loaded.key, loaded.position, *held, proposed, suggestions)
    return _NEAR.of(loaded.document, asked, draw)


_NEAR: Memory[Document, DrawnDocument] = Memory()
"""Documents that nobody touched, as they were drawn around the open one: each edit there draws them again."""
