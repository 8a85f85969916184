"""The documents of a session as they are, and as each stood when it was first called done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from labeling.agreement.suggested import SuggestedTags
from labeling.agreement.tags import PlacedTag, TaggedText, tagged_text
from labeling.documents.reader import Reader
from labeling.draft.document import Loaded
from labeling.errors import NotFound
from labeling.model import Document, Segment, Session
from labeling.phrases import count_of
from labeling.store.review import ReviewStore
from labeling.store.review_values import HandedIn, ReviewKey
from labeling.studio.client import LabelingClient
from labeling.suggesting.said import SUGGESTED, suggested_tags

STEP = 100
"""Documents between two words on how far it is."""
PAGE = 1000
Tell = Callable[[int], None]
"""Called with how many documents are read. It may raise, to break the reading off."""


class HandedInFrom(StrEnum):
    """What knows how documents stood when they were first called done."""

    HISTORY = "history"
    """The server, of every document."""
    COPIES = "copies"
    """This app, of those that were called done with it."""
    NOTHING = "nothing"


class SessionTexts(NamedTuple):
    """The documents of one session as they are compared, and how many could not be read.

    `texts`: as they are now. `first`: as each was first handed in, the same object where that is how it is
    now; `of_copies`: how many of these are known from this app's copies alone. `suggested`: which tags were
    suggested to the person and taken.
    """

    session: Session
    texts: tuple[TaggedText, ...]
    unreadable: int
    at: datetime
    first: tuple[TaggedText, ...]
    known_from: HandedInFrom = HandedInFrom.NOTHING
    of_copies: int = 0
    suggested: SuggestedTags = frozenset()

    @property
    def changed_since(self) -> int:
        """How many documents have other tags now than when they were first handed in."""
        return sum(now.tags != then.tags for now, then in zip(self.texts, self.first, strict=True))


ReadTexts = Callable[[Session, Tell], SessionTexts]
"""Gives what is compared of a session."""


class First(NamedTuple):
    """When a document was first called done, after how many seconds of work, with which segments; None: with
    those that it has now."""

    at: datetime | None
    seconds: int | None
    segments: tuple[Segment, ...] | None


def reading_texts(api: LabelingClient, review: ReviewStore | None) -> ReadTexts:
    """Reads the documents as the server has them now, and what is known of them as they were first handed
    in: from the server's history, else from the copies in the review store.

    Raises LabelingError, NotKept among them.
    """
    return partial(_read, api, review)


def _read(api: LabelingClient, review: ReviewStore | None, session: Session, tell: Tell) -> SessionTexts:
    known: dict[PlacedTag, PlacedTag] = {}
    found: list[TaggedText] = []
    read: list[tuple[Loaded, TaggedText]] = []
    unreadable = 0
    told = set[tuple[int, PlacedTag]]()
    tells_origin = api.info().can("origin")
    for count, loaded in enumerate(Reader(api, session).each_said(), start=1):
        if count % STEP == 0:
            tell(count)
        if loaded.document.fault:
            unreadable += 1
            continue
        text = _in_little(tagged_text(loaded.document, loaded.position), known)
        if tells_origin:
            told.update(_told(loaded.document.segments, loaded.position))
        found.append(text)
        read.append((loaded._replace(document=loaded.document.model_copy(update={"segments": ()})), text))
    at = datetime.now(UTC)
    suggested = _suggested(review, session, {one.key: one.position for one, _ in read})
    # After the documents: one that is changed in between is known as it was before.
    by_id = _of_history(api, session)
    if by_id is not None:
        first = tuple(_first(one, text, by_id.get(one.document.id or 0), known) for one, text in read)
        for one, _ in read if tells_origin else ():
            first_of = by_id.get(one.document.id or 0)
            told.update(_told(first_of.segments or () if first_of else (), one.position))
        known_from, of_copies = HandedInFrom.HISTORY, 0
        return SessionTexts(
            session, tuple(found), unreadable, at, first, known_from, of_copies, suggested | told
        )
    copies = _of_copies(review, session)
    first = tuple(_first(one, text, copies.get(one.key), known) for one, text in read)
    of_copies = sum(one.key in copies for one, _ in read)
    known_from = HandedInFrom.COPIES if of_copies else HandedInFrom.NOTHING
    return SessionTexts(session, tuple(found), unreadable, at, first, known_from, of_copies, suggested | told)


def _suggested(review: ReviewStore | None, session: Session, places: Mapping[str, int]) -> SuggestedTags:
    """What was suggested and taken, as this app has kept it; `places`: of the documents, by their keys."""
    if review is None:
        return frozenset()
    said = review.verdicts(ReviewKey(str(session.project_id), session.lasting_name), SUGGESTED)
    return frozenset(
        (places[document], PlacedTag(*unit)) for document, unit in suggested_tags(said) if document in places
    )


def _told(segments: Iterable[Segment], position: int) -> Iterator[tuple[int, PlacedTag]]:
    """What the server tells was suggested, with whichever app it was taken."""
    for segment in segments:
        for tag in segment.tags:
            if tag.origin is not None:
                yield position, PlacedTag(segment.start, segment.end, *tag.names)


def _in_little(text: TaggedText, known: dict[PlacedTag, PlacedTag]) -> TaggedText:
    """The same, with tags that are alike kept once."""
    return text._replace(tags=tuple(known.setdefault(tag, tag) for tag in text.tags))


def _first(
    loaded: Loaded, now: TaggedText, first: First | None, known: dict[PlacedTag, PlacedTag]
) -> TaggedText:
    if first is None:
        return now
    if first.segments is None:
        then = now
    else:
        then = _in_little(tagged_text(_with(loaded.document, first.segments), loaded.position), known)
    return then._replace(done=True, handed_in=first.at, seconds=first.seconds)


def _with(document: Document, segments: tuple[Segment, ...]) -> Document:
    return document.model_copy(update={"segments": segments})


def _of_history(api: LabelingClient, session: Session) -> dict[int, First] | None:
    """What the server knows, by the documents' ids; None: it keeps no history."""
    if not api.info().can("history"):
        return None
    found: dict[int, First] = {}
    offset = 0
    with suppress(NotFound):
        while True:
            page = api.handed_in(session.project_id, session.id, offset=offset, limit=PAGE)
            found |= {one.id: First(one.at, one.seconds, one.segments) for one in page.documents}
            offset += PAGE
            if not page.has_more:
                return found
    return None


def _of_copies(review: ReviewStore | None, session: Session) -> dict[str, First]:
    if review is None:
        return {}
    kept = review.handed_in(ReviewKey(str(session.project_id), session.lasting_name))
    return dict(_readable(kept.values()))


_SEGMENTS: TypeAdapter[tuple[Segment, ...]] = TypeAdapter(tuple[Segment, ...])


def _readable(kept: Iterable[HandedIn]) -> Iterable[tuple[str, First]]:
    for one in kept:
        with suppress(ValidationError):
            yield one.document, First(one.at, None, _SEGMENTS.validate_python(_said(one.body)))


def _said(body: Mapping[str, object]) -> object:
    return body.get("segments")


def state_in_words(read: Sequence[SessionTexts], names: Sequence[str], *, is_first: bool) -> str:
    """Which state of the documents figures are of; `names`: what each session is called."""
    changed = sum(one.changed_since for one in read)
    if not is_first:
        since = f"; {count_of(changed, 'document')} had other tags when first handed in" if changed else ""
        return f"As the documents are now{since}."
    sources = {one.known_from for one in read}
    if sources == {HandedInFrom.NOTHING}:
        return (
            "As the documents are now: how they were first handed in is not known. This server keeps no "
            "history, and nobody called one of them done in this app."
        )
    words = ["As first handed in: each document as it was first called done, from the server's history."]
    if HandedInFrom.HISTORY not in sources:
        copies, total = sum(one.of_copies for one in read), sum(len(one.texts) for one in read)
        words = [
            f"As first handed in where a document was called done in this app ({copies:,} of {total:,}); "
            "the others as they are now."
        ]
    if changed:
        words.append(
            f"{count_of(changed, 'document')} {'has' if changed == 1 else 'have'} other tags by now."
        )
    for one, name in zip(read, names, strict=True):
        if gone := _names_gone(one):
            words.append(f"{name} calls nothing {gone} any more: renamed or removed since then.")
    return " ".join(words)


def _names_gone(read: SessionTexts) -> str:
    """The classes and labels in what was first handed in that the session has not got any more."""
    session = read.session
    gone: dict[str, None] = {}
    for now, then in zip(read.texts, read.first, strict=True):
        for tag in then.tags if then.tags != now.tags else ():
            for name, known in zip(tag.names, (session.classes, session.labels), strict=True):
                if name is not None and known and name not in known:
                    gone[name] = None
    return " or ".join(f"“{name}”" for name in sorted(gone)[:5])
