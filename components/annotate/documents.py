"""Choose a document: the list with its search and filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from components.annotate.document_list import Item, document_list
from components.annotate.navigation import documents_listed, go, open_document
from components.shell.desk import Desk
from components.shell.long_work import pressed, read_everything
from components.shell.pickers import first_words
from components.shell.showing import showing
from components.shell.state import Place, SessionKey, UiState, widget_value
from components.shell.telling import failed, loading, news
from components.shell.text_first import another_text
from labeling.documents.listing import EVERY_DOCUMENT, DraftFilter, named_now
from labeling.documents.memo import Remembered
from labeling.documents.reader import PAGE, LoadedPage
from labeling.draft.document import Loaded
from labeling.draft.draft import Draft
from labeling.errors import LabelingError, NotSignedIn
from labeling.model import Status
from labeling.phrases import count_of
from labeling.studio.filter import EVERYTHING

DONE = {"All": None, "To do": False, "Done": True}


@dataclass
class Lines:
    """How the documents of a session were listed before: an edit changes one line."""

    session: SessionKey | None = None
    known: Remembered[Item] = field(default_factory=lambda: Remembered(_item))

    @staticmethod
    def of(desk: Desk) -> Remembered[Item]:
        lines = desk.ui.of(Lines)
        if lines.session != desk.session.key:
            lines.session, lines.known = desk.session.key, Remembered(_item)
        return lines.known


def current_document(desk: Desk) -> Loaded | None:
    """The document that is open, if there is one.

    It is shown also while the list cannot be read, or is not made yet.
    """
    with loading("read the documents"):
        current = desk.reader.at(desk.ui.place.position)
        if current is None and desk.session.document_count:
            number, count = desk.ui.place.position + 1, desk.session.document_count
            news(f"There is no document {number}: the session has {count:,}. This is the first one.")
            go(desk, 0)
            current = desk.reader.at(0)
    desk.ui.mine.is_behind = False
    desk.ui.place.document = "" if current is None else current.key
    return current


def no_documents(desk: Desk) -> None:
    """What a session without documents is for, and the way to the first ones; nothing where it failed, as why
    that is stands above."""
    if desk.session.status == Status.FAILED:
        return
    with st.container(key="no-documents"):
        st.info("This session has no documents yet.", icon=":material/info:")
        if not desk.read_only and pressed(
            desk.ui, "Add documents", key="add-documents-first", kind="primary"
        ):
            st.switch_page("pages/sessions.py")


def documents(desk: Desk, *, check: Callable[[], object]) -> None:
    """A page of the documents that the search and the filter admit.

    `check` draws what checks all of them where the list needs that; it gives nothing until that is done.
    """
    with loading("read the documents"):
        try:
            _list(desk, check)
        except NotSignedIn:
            raise
        except LabelingError as error:
            failed(desk.ui, error, "read the documents", key="list-again")


def _list(desk: Desk, check: Callable[[], object]) -> None:
    place, listing = desk.ui.place, documents_listed(desk)
    if listing is None and _prepare(desk, check):
        listing = documents_listed(desk)
    if listing is None:
        return
    shown = listing.page(place.offset)
    is_there = any(item.position == place.position for item in shown.items)
    if place.list_follows and not is_there:
        place.offset = listing.page_of(place.position)
        shown = listing.page(place.offset)
    if not shown.items and place.offset and shown.total:
        place.offset = (shown.total - 1) // PAGE * PAGE
        shown = listing.page(place.offset)
    place.list_follows = False
    _draw(desk, shown)


def _prepare(desk: Desk, check: Callable[[], object]) -> bool:
    """Offer to read or check what has to be known before the list can be made; whether that was done now."""
    if desk.ui.place.among.problems:
        st.caption("The list needs a check of every document.")
        return check() is not None
    st.caption(
        "This server cannot filter by that."
        if desk.reader.needs_all(desk.ui.place.filter)
        else "Until you save, the server lists by the old names of classes and labels."
    )
    if not pressed(desk.ui, f"Read all {desk.session.document_count:,} documents", key="read-all"):
        return False
    read_everything(desk.reader)
    return True


def document_filter(desk: Desk) -> None:
    """What is searched for, and which documents are listed, where there are any."""
    if not desk.session.document_count and not desk.draft.is_changed:
        return
    place = desk.ui.place
    place.filter = named_now(place.filter, desk.draft, place.clock)
    place.clock = desk.draft.renames.clock
    search, more = st.columns([8, 5], gap="xsmall")
    with search:
        _search(desk.ui)
    with more:
        _more(desk)
    word = next(word for word, done in DONE.items() if done is place.filter.annotated)
    shown = "Changed" if place.among.changed else word
    key, chose = showing(desk.ui, "document-done", shown, partial(_set_done, place))
    st.segmented_control(
        "Show", [*DONE, "Changed"], required=True, key=key, label_visibility="collapsed", on_change=chose
    )


def _search(ui: UiState) -> None:
    by = partial(_narrow, ui.place, "search")
    key, typed = showing(ui, "document-search", ui.place.filter.search, by)
    st.text_input(
        "Search the documents",
        key=key,
        placeholder="Search",
        label_visibility="collapsed",
        icon=":material/search:",
        on_change=typed,
    )


def _more(desk: Desk) -> None:
    """By class, label and problems, behind a button which says whether any is asked for."""
    place = desk.ui.place
    asked = place.filter
    is_asked = asked.class_ or asked.label or asked.information or place.among.problems or place.among.notes
    box = st.popover(
        "Filtered" if is_asked else "Filter",
        key="document-filters",
        help="By class, label, information, problems or notes",
        width="stretch",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        for field, names, chosen in (
            ("class", desk.draft.classes, place.filter.class_),
            ("label", desk.draft.labels, place.filter.label),
        ):
            by = partial(_narrow, place, {"class": "class_"}.get(field, field))
            key, chose = showing(desk.ui, f"document-{field}", chosen or None, by)
            st.selectbox(f"With {field}", names, index=None, key=key, placeholder="any", on_change=chose)
        by = partial(_narrow, place, "information")
        key, typed = showing(desk.ui, "document-information", place.filter.information, by)
        st.text_input(
            "With information",
            key=key,
            placeholder="such as stars: 4",
            help="What documents carry beside their text. The server cannot look for it: all are read.",
            on_change=typed,
        )
        for what, is_on in (("problems", place.among.problems), ("notes", place.among.notes)):
            key, chose = showing(desk.ui, f"document-{what}", is_on, partial(_among, place, what))
            st.toggle(f"With {what}", key=key, on_change=chose)


def _set_done(place: Place, chosen: str) -> None:
    among = place.among._replace(changed=chosen == "Changed")
    place.list_by(place.filter._replace(annotated=DONE.get(chosen)), among)


def _narrow(place: Place, field: str, words: str | None) -> None:
    is_typed = field in ("search", "information")
    narrowed: dict[str, Any] = {field: (words or "").strip() if is_typed else words or ""}
    place.list_by(place.filter._replace(**narrowed))


def _among(place: Place, field: str, is_wanted: bool) -> None:
    place.list_by(place.filter, place.among._replace(**{field: is_wanted}))


def _draw(desk: Desk, shown: LoadedPage) -> None:
    if not shown.items:
        if desk.session.document_count:
            st.info(_nothing(desk.ui))
            every = (EVERYTHING, EVERY_DOCUMENT)
            if (desk.ui.place.filter, desk.ui.place.among) != every:
                st.button("Show all documents", key="list-all", on_click=desk.ui.place.list_by, args=every)
        return
    lines = Lines.of(desk)

    def opened(place: int) -> None:
        another_text(desk.ui)
        open_document(desk, place)

    document_list(
        key="documents",
        items=[lines.of(loaded, desk.draft) for loaded in shown.items[:PAGE]],
        current=desk.ui.place.position,
        on_open=opened,
        text=widget_value("text"),
    )
    pages = -(-shown.total // PAGE)
    if pages > 1:
        here = desk.ui.place.offset // PAGE + 1
        # A page turned by other means is another widget: this one cannot be given a value.
        key = f"document-page-{pages}-{here}"

        def turn() -> None:
            desk.ui.place.offset = (widget_value(key) - 1) * PAGE

        st.pagination(pages, default=here, key=key, max_visible_pages=5, on_change=turn)
    st.caption(count_of(shown.total, "document"))


def _nothing(ui: UiState) -> str:
    if not ui.place.filter.is_empty:
        return "No document fits the filter."
    if ui.place.among.notes:
        return "No document that fits has open notes."
    return {
        DraftFilter(): "There are no documents here.",
        DraftFilter(changed=True): "No document has unsaved changes.",
        DraftFilter(problems=True): "No document has problems.",
        DraftFilter(changed=True, problems=True): "No document with unsaved changes has problems.",
    }[ui.place.among]


def _item(loaded: Loaded, draft: Draft) -> Item:
    view = draft.view(loaded)
    words = "Cannot be read" if view.source.fault else first_words(view.text)
    return Item(loaded.position, words, view.tag_count, done=bool(view.done), changed=view.is_changed)
