"""Choose a document: the list with its search and filters, and the way from one to the next, which follows the list."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from components.annotate.document_list import Item, document_list
from components.annotate.live import pressed
from components.panels.session_check import check_button, checked_of
from components.shell.page import failed, loading, reporting
from components.shell.pickers import first_words
from components.shell.state import UiState, set_widget, widget_value
from components.shell.status import read_everything
from labeling.documents.listing import Admitted, Listing, admitted, drafted, listing_of, needs_whole
from labeling.documents.reader import PAGE, Filter, Loaded, Page, Reader, loaded_from
from labeling.draft.draft import Draft
from labeling.errors import LabelingError, NotSignedIn
from labeling.phrases import count_of

DONE = {"All": None, "To do": False, "Done": True}
NOT_LISTED = "The list of documents is not made yet"


# Which documents are listed


class Only(NamedTuple):
    """What no server can list: documents with unsaved changes, documents with problems."""

    changed: bool = False
    problems: bool = False


def _only(ui: UiState) -> Only:
    """Chosen for one session: the next one is listed whole."""
    session, only = ui.kept.get("list-only", (None, Only()))
    return only if session == (ui.project_id, ui.session_id) else Only()


def documents_listed(ui: UiState, reader: Reader, draft: Draft) -> Listing | None:
    """The documents of the list as the draft has them; None while something has to be read or checked before."""
    return _listing(ui, reader, draft, ui.filter, _only(ui))


def _listing(ui: UiState, reader: Reader, draft: Draft, filter_: Filter, only: Only) -> Listing | None:
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
    known: dict[Filter, Admitted] = ui.kept.setdefault("admitted", {})
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
    to_do, only = ui.filter._replace(annotated=False), _only(ui)._replace(changed=False)

    def is_another(item: Loaded) -> bool:
        return item.position != of

    def is_to_do(item: Loaded) -> bool:
        return is_another(item) and to_do.admits(drafted(item, draft))

    listing, is_wanted = _listing(ui, reader, draft, to_do, only), is_another
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
    ui.open_document(place)
    ui.kept["show-document"] = True


def follow(ui: UiState, reader: Reader, target: Loaded | str) -> None:
    """Open the document that was looked for, or say why there is none."""
    if isinstance(target, str):
        ui.said = (ui.run, target)
    else:
        go(ui, reader, target.position)


def open_document(ui: UiState, reader: Reader, place: int) -> None:
    """`go` for a callback: when it fails, the next screen says so."""
    with reporting(ui, f"read document {place + 1}"):
        go(ui, reader, place)


# The list


def current_document(ui: UiState, reader: Reader) -> Loaded | None:
    """The document that is open, if there is one. It is shown also while the list cannot be read, or is not made yet."""
    with loading("read the documents"):
        current = reader.at(ui.position)
        if current is None and reader.session.document_count:
            st.warning(
                f"There is no document {ui.position + 1}: the session has {reader.session.document_count}."
            )
            go(ui, reader, 0)
            current = reader.at(0)
    ui.is_behind = False
    ui.open = "" if current is None else current.key
    return current


def documents(ui: UiState, reader: Reader, draft: Draft) -> None:
    """A page of the documents that the search and the filter admit."""
    with loading("read the documents"):
        try:
            _list(ui, reader, draft)
        except NotSignedIn:
            raise
        except LabelingError as error:
            failed(ui, error, "read the documents", key="list-again")


def _list(ui: UiState, reader: Reader, draft: Draft) -> None:
    listing = documents_listed(ui, reader, draft)
    if listing is None and _prepare(ui, reader, draft):
        listing = documents_listed(ui, reader, draft)
    if listing is None:
        return
    shown = listing.page(ui.offset)
    is_there = any(item.position == ui.position for item in shown.items)
    if ui.kept.get("show-document") and not is_there:
        ui.offset = listing.page_of(ui.position)
        shown = listing.page(ui.offset)
    if not shown.items and ui.offset and shown.total:
        ui.offset = (shown.total - 1) // PAGE * PAGE
        shown = listing.page(ui.offset)
    ui.kept.pop("show-document", None)
    _draw(ui, reader, shown, draft)


def _prepare(ui: UiState, reader: Reader, draft: Draft) -> bool:
    """Offer to read or check what has to be known before the list can be made; whether that was done now."""
    if _only(ui).problems:
        st.caption("The list needs a check of every document.")
        return check_button(ui, reader, reader.session, draft, key="list-check-session") is not None
    st.caption(
        "This server cannot filter by itself."
        if reader.needs_all(ui.filter)
        else "Until you save, the server lists by the old names of classes and labels."
    )
    if not pressed(ui, f"Read all {reader.session.document_count:,} documents", key="read-all"):
        return False
    read_everything(reader)
    return True


def document_filter(ui: UiState, draft: Draft) -> None:
    """What is searched for, and which documents are listed."""
    if ui.filter.class_ not in draft.classes:
        ui.filter = ui.filter._replace(class_="")
    if ui.filter.label not in draft.labels:
        ui.filter = ui.filter._replace(label="")
    search, more = st.columns([8, 5], gap="xsmall")
    with search:
        _search(ui)
    with more:
        _more(ui, draft)
    word = next(word for word, done in DONE.items() if done is ui.filter.annotated)
    set_widget("document-done", "Changed" if _only(ui).changed else word)
    st.segmented_control(
        "Show",
        [*DONE, "Changed"],
        required=True,
        key="document-done",
        label_visibility="collapsed",
        on_change=_set_done,
        args=(ui,),
    )


def _search(ui: UiState) -> None:
    if (widget_value("document-search") or "").strip() != ui.filter.search:
        set_widget("document-search", ui.filter.search)
    st.text_input(
        "Search the documents",
        key="document-search",
        placeholder="Search",
        label_visibility="collapsed",
        icon=":material/search:",
        on_change=_set_search,
        args=(ui,),
    )


def _more(ui: UiState, draft: Draft) -> None:
    """By class, label and problems, behind a button which says whether any is asked for."""
    problems = _only(ui).problems
    is_asked = bool(ui.filter.class_ or ui.filter.label or problems)
    box = st.popover(
        "Filtered" if is_asked else "Filter",
        key="document-filters",
        help="By class, label or problems",
        width="stretch",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        for field, names, chosen in (
            ("class", draft.classes, ui.filter.class_),
            ("label", draft.labels, ui.filter.label),
        ):
            set_widget(f"document-{field}", chosen or None)
            st.selectbox(
                f"With {field}",
                names,
                index=None,
                key=f"document-{field}",
                placeholder="any",
                on_change=_set_more,
                args=(ui,),
            )
        set_widget("document-problems", problems)
        st.toggle("With problems", key="document-problems", on_change=_set_more, args=(ui,))


def _set_search(ui: UiState) -> None:
    _list_by(ui, ui.filter._replace(search=(widget_value("document-search") or "").strip()), _only(ui))


def _set_done(ui: UiState) -> None:
    chosen = widget_value("document-done") or "All"
    only = _only(ui)._replace(changed=chosen == "Changed")
    _list_by(ui, ui.filter._replace(annotated=DONE.get(chosen)), only)


def _set_more(ui: UiState) -> None:
    class_, label = widget_value("document-class") or "", widget_value("document-label") or ""
    only = _only(ui)._replace(problems=bool(widget_value("document-problems")))
    _list_by(ui, ui.filter._replace(class_=class_, label=label), only)


def _list_by(ui: UiState, filter_: Filter, only: Only) -> None:
    ui.kept["list-only"] = ((ui.project_id, ui.session_id), only)
    ui.filter, ui.offset = filter_, 0


def _draw(ui: UiState, reader: Reader, shown: Page, draft: Draft) -> None:
    if not shown.items:
        st.info(_nothing(ui))
        return
    document_list(
        key="documents",
        items=[_item(loaded, draft) for loaded in shown.items[:PAGE]],
        current=ui.position,
        on_open=lambda place: open_document(ui, reader, place),
    )
    pages = -(-shown.total // PAGE)
    if pages > 1:
        here = ui.offset // PAGE + 1
        # A page turned by other means is another widget: this one cannot be given a value.
        key = f"document-page-{pages}-{here}"
        st.pagination(
            pages,
            default=here,
            key=key,
            max_visible_pages=5,
            on_change=lambda: _turn(ui, widget_value(key)),
        )
    st.caption(count_of(shown.total, "document"))


def _nothing(ui: UiState) -> str:
    if not ui.filter.is_empty:
        return "No document fits the filter."
    return {
        Only(): "There are no documents here.",
        Only(changed=True): "No document has unsaved changes.",
        Only(problems=True): "No document has problems.",
        Only(changed=True, problems=True): "No document with unsaved changes has problems.",
    }[_only(ui)]


def _item(loaded: Loaded, draft: Draft) -> Item:
    view = draft.view(loaded.key, loaded.document, loaded.position)
    return Item(
        position=loaded.position,
        words=first_words(loaded.document.text),
        tags=view.tag_count,
        done=bool(view.done),
        changed=view.is_changed,
    )


def _turn(ui: UiState, page: int) -> None:
    ui.offset = (page - 1) * PAGE
