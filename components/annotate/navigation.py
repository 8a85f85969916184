"""The way from one document to the next: which documents are listed, what comes next, opening it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from components.shell.state import UiState
from components.shell.telling import reporting
from labeling.documents.check import Checked, problems_in
from labeling.documents.listing import (
    Admitted,
    DraftFilter,
    Listing,
    admitted,
    drafted,
    listing_of,
    needs_whole,
)
from labeling.documents.reader import Filter, Reader
from labeling.draft.document import Loaded, loaded_from
from labeling.draft.draft import Draft
from labeling.model import Session

NEAR = 500
"""Documents looked at for the next problem while the whole session was not checked."""
NOT_LISTED = "The list of documents is not made yet"


@dataclass
class Looks:
    """What was found before with the filters in use."""

    found: dict[Filter, Admitted] = field(default_factory=dict)


@dataclass
class SessionCheck:
    """The last check of a whole session."""

    last: Checked | None = None


def documents_listed(ui: UiState, reader: Reader, draft: Draft) -> Listing | None:
    """The documents of the list as the draft has them; None while something has to be read or checked before."""
    return listing_by(ui, reader, draft, ui.place.filter, ui.place.among)


def listing_by(
    ui: UiState, reader: Reader, draft: Draft, filter_: Filter, only: DraftFilter
) -> Listing | None:
    among: list[Loaded] | None = None
    if only.problems:
        checked = checked_of(ui, reader.session)
        if checked is None:
            return None
        among = [loaded for loaded, _ in checked.now(draft)]
    if only.changed:
        changed = {document.key: loaded_from(document) for document in draft.changed_documents}
        among = list(changed.values()) if among is None else [i for i in among if i.key in changed]
    if among is None and needs_whole(reader, draft, filter_):
        return None
    return listing_of(reader, draft, filter_, among, _looks(ui, filter_))


def _looks(ui: UiState, filter_: Filter) -> Admitted:
    """What was found with a filter before; no more filters are remembered than are in use at a time."""
    known = ui.of(Looks).found
    if filter_ not in known:
        if len(known) > 1:
            known.clear()
        known[filter_] = admitted(filter_)
    return known[filter_]


def neighbours(listing: Listing, place: int, way: int, count: int = 1) -> list[Loaded]:
    """The next documents of the list (1) or those before (-1), the nearest first, counted from a place."""
    found: list[Loaded] = []
    step = listing.first_after if way > 0 else listing.last_before
    while len(found) < count and (item := step(found[-1].position if found else place)) is not None:
        found.append(item)
    return found


def neighbour(ui: UiState, reader: Reader, draft: Draft, way: int, of: int) -> Loaded | str:
    """The document of the list after (1) or before (-1) the place `of`, or in words why there is none."""
    listing = documents_listed(ui, reader, draft)
    if listing is None:
        return NOT_LISTED
    found = neighbours(listing, of, way)
    return found[0] if found else f"This is the {'last' if way > 0 else 'first'} document"


def next_to_do(ui: UiState, reader: Reader, draft: Draft, of: int) -> Loaded | str:
    """The next document that is not done, among those that the list's search, class and label admit: behind the place
    `of`, and after the last one from the first on; or in words why there is none."""
    to_do, only = ui.place.filter._replace(annotated=False), ui.place.among._replace(changed=False)

    def is_another(item: Loaded) -> bool:
        return item.position != of

    def is_to_do(item: Loaded) -> bool:
        return is_another(item) and to_do.admits(drafted(item, draft))

    listing, is_wanted = listing_by(ui, reader, draft, to_do, only), is_another
    if listing is None and only.problems:
        return NOT_LISTED
    if listing is None:
        # Looked for one by one, as far as is needed: that may be much less than everything.
        listing, is_wanted = listing_of(reader, draft), is_to_do
    found = listing.first_after(of, is_wanted) or listing.first_after(-1, is_wanted)
    return found or "Every other document is done"


def go(ui: UiState, reader: Reader, place: int) -> None:
    """Open the document at a place; the list is brought to its page when it is drawn.

    Raises LabelingError where it cannot be read: then the person stays with the document that is open.
    """
    reader.at(place)
    ui.place.open_document(place)
    ui.place.list_follows = True


def follow(ui: UiState, reader: Reader, target: Loaded | str) -> None:
    """Open the document that was looked for, or say why there is none."""
    if isinstance(target, str):
        ui.tell("text", "info", target)
    else:
        go(ui, reader, target.position)


def open_document(ui: UiState, reader: Reader, place: int) -> None:
    """`go` for a callback: when it fails, the next screen says so."""
    with reporting(ui, f"read document {place + 1}"):
        go(ui, reader, place)


def next_problem(ui: UiState, reader: Reader, session: Session, draft: Draft, of: int) -> Loaded | str:
    """The next document with a problem behind the place `of`, and after the last one from the first on; or in words
    why there is none."""
    checked = checked_of(ui, session)
    if checked is not None:
        wrong = [loaded for loaded, _ in checked.now(draft) if loaded.position != of]
        behind = [loaded for loaded in wrong if loaded.position > of]
        return next(iter(behind or wrong), "No other document has a problem")
    for loaded in _near(reader, of):
        if problems_in(loaded, draft):
            return loaded
    if session.document_count <= NEAR:
        return "No other document has a problem"
    return f"No problem in the next {NEAR} documents. Checks looks at all of them"


def _near(reader: Reader, of: int) -> Iterator[Loaded]:
    """The documents behind a place, as far as is looked without a check of the whole session."""
    count = reader.session.document_count
    for step in range(1, min(count, NEAR + 1)):
        loaded = reader.at((of + step) % count)
        if loaded is not None:
            yield loaded


def checked_of(ui: UiState, session: Session) -> Checked | None:
    """What the check of this session found, while that still holds."""
    checked = last_check(ui, session)
    return checked if checked is not None and checked.writes == ui.answers.writes else None


def last_check(ui: UiState, session: Session) -> Checked | None:
    checked = ui.of(SessionCheck).last
    return checked if checked is not None and checked.session == session.key else None
