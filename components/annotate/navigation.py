"""The way from one document to the next: which documents are listed, what comes next, opening it."""

from __future__ import annotations

from dataclasses import dataclass, field

from components.annotate.session_notes import noted_documents
from components.shell.desk import Desk
from components.shell.state import UiState
from components.shell.telling import reporting
from labeling.documents.check import Checked, problems_in
from labeling.documents.listing import (
    Admitted,
    DraftFilter,
    DraftListing,
    admitted,
    drafted,
    listing_of,
    needs_whole,
)
from labeling.draft.document import Loaded, loaded_from
from labeling.studio.filter import DocumentFilter

NEAR = 500
"""Documents looked at for the next problem while the whole session was not checked."""
NOT_LISTED = "The list of documents is not made yet"


@dataclass
class Looks:
    """What was found before with the filters in use."""

    found: dict[DocumentFilter, Admitted] = field(default_factory=dict)


@dataclass
class SessionCheck:
    """The last check of a whole session."""

    last: Checked | None = None


def documents_listed(desk: Desk) -> DraftListing | None:
    """The documents of the list as the draft has them; None while something has to be read or checked."""
    return listing_by(desk, desk.ui.place.filter, desk.ui.place.among)


def listing_by(desk: Desk, filter_: DocumentFilter, only: DraftFilter) -> DraftListing | None:
    among: list[Loaded] | None = None
    if only.problems:
        checked = checked_of(desk)
        if checked is None:
            return None
        among = [loaded for loaded, _ in checked.now(desk.draft)]
    if only.notes:
        noted = noted_documents(desk)
        among = noted if among is None else [item for item in among if item.key in {one.key for one in noted}]
    if only.changed:
        changed = {document.key: loaded_from(document) for document in desk.draft.changed_documents}
        among = list(changed.values()) if among is None else [i for i in among if i.key in changed]
    if among is None and needs_whole(desk.reader, desk.draft, filter_):
        return None
    return listing_of(desk.reader, desk.draft, filter_, among, _looks(desk.ui, filter_))


def _looks(ui: UiState, filter_: DocumentFilter) -> Admitted:
    """What was found with a filter before; no more filters are remembered than are in use at a time."""
    known = ui.of(Looks).found
    if filter_ not in known:
        if len(known) > 1:
            known.clear()
        known[filter_] = admitted(filter_)
    return known[filter_]


def neighbours(listing: DraftListing, place: int, way: int, count: int = 1) -> list[Loaded]:
    """The next documents of the list (1) or those before (-1), the nearest first, counted from a place."""
    found: list[Loaded] = []
    step = listing.first_after if way > 0 else listing.last_before
    while len(found) < count and (item := step(found[-1].position if found else place)) is not None:
        found.append(item)
    return found


def neighbour(desk: Desk, way: int, of: int) -> Loaded | str:
    """The document of the list after (1) or before (-1) the place `of`, or in words why there is none."""
    listing = documents_listed(desk)
    if listing is None:
        return NOT_LISTED
    found = neighbours(listing, of, way)
    return found[0] if found else f"This is the {'last' if way > 0 else 'first'} document"


def next_to_do(desk: Desk, of: int) -> Loaded | str:
    """The next document that is not done, of those that the list's search, class and label admit, after the
    place `of` and then from the first on; or in words why there is none."""
    to_do, only = desk.ui.place.filter._replace(annotated=False), desk.ui.place.among._replace(changed=False)

    listing = listing_by(desk, to_do, only)
    if listing is None and only.problems:
        return NOT_LISTED
    is_listed = listing is not None

    def is_wanted(item: Loaded) -> bool:
        return item.position != of and (is_listed or to_do.admits(drafted(item, desk.draft)))

    # Where there is no list, one by one as far as is needed: that may be much less than everything.
    listing = listing or listing_of(desk.reader, desk.draft)
    found = listing.first_after(of, is_wanted) or listing.first_after(-1, is_wanted)
    return found or "Every other document is done"


def go(desk: Desk, place: int) -> None:
    """Open the document at a place; the list is brought to its page when it is drawn.

    Raises LabelingError where it cannot be read: then the person stays with the document that is open.
    """
    desk.reader.at(place)
    desk.ui.place.open_document(place)
    desk.ui.place.list_follows = True


def follow(desk: Desk, target: Loaded | str) -> None:
    """Open the document that was looked for, or say why there is none."""
    if isinstance(target, str):
        desk.tell("text", "info", target)
    else:
        go(desk, target.position)


def open_document(desk: Desk, place: int) -> None:
    """`go` for a callback: when it fails, the next screen says so."""
    with reporting(desk.ui, f"read document {place + 1}"):
        go(desk, place)


def next_problem(desk: Desk, of: int) -> Loaded | str:
    """The next document with a problem after the place `of` and then from the first on; or in words why there
    is none."""
    checked = checked_of(desk)
    if checked is not None:
        wrong = [loaded for loaded, _ in checked.now(desk.draft) if loaded.position != of]
        behind = [loaded for loaded in wrong if loaded.position > of]
        return next(iter(behind or wrong), "No other document has a problem")
    count = desk.session.document_count
    for step in range(1, min(count, NEAR + 1)):
        near = desk.reader.at((of + step) % count)
        if near is not None and problems_in(near, desk.draft):
            return near
    if count <= NEAR:
        return "No other document has a problem"
    return f"No problem in the next {NEAR} documents. The tab Problems checks all of them"


def checked_of(desk: Desk) -> Checked | None:
    """What the check of this session found, while that still holds."""
    checked = last_check(desk)
    return checked if checked is not None and checked.writes == desk.ui.answers.writes else None


def last_check(desk: Desk) -> Checked | None:
    checked = desk.ui.of(SessionCheck).last
    return checked if checked is not None and checked.session == desk.session.key else None
