"""Choose a project, a session, a document."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components.document_list import Item, document_list
from components.frame import fresh, loading
from components.state import UiState, set_widget, widget_value
from components.status import read_everything
from labeling.client import LabelingClient
from labeling.draft import Draft
from labeling.model import Project, Session
from labeling.reading import EVERYTHING, PAGE, Filter, Loaded, Page, Reader
from labeling.wording import count_of

DONE = {"All": None, "To do": False, "Done": True}


def pick_project(ui: UiState, api: LabelingClient) -> Project:
    """The project that the person is in; the first one until they choose."""
    with loading("read the projects"):
        projects = fresh(ui, "projects", api.projects)
        if ui.project_id is not None and all(project.id != ui.project_id for project in projects):
            projects = fresh(ui, "projects", api.projects, seconds=0)
    if not projects:
        st.info("There is no project yet. Make one on the page *New session*.", icon=":material/info:")
        st.stop()
    by_id = {project.id: project for project in projects}
    if ui.project_id is not None and ui.project_id not in by_id:
        st.warning(f"Project {ui.project_id} does not exist, or you have no role in it. Choose another one.")
    if ui.project_id not in by_id:
        ui.choose_session(projects[0].id, None)
    words = {number: f"{project.name} · {project.type}" for number, project in by_id.items()}
    _picker("Project", words, ui.project_id, lambda number: ui.choose_session(number, None), ui)
    return by_id[ui.project_id or projects[0].id]


def sessions_of(ui: UiState, api: LabelingClient, project: Project) -> Sequence[Session]:
    with loading("read the sessions"):
        sessions = fresh(ui, f"sessions-{project.id}", lambda: api.sessions(project.id))
        if ui.session_id is not None and all(session.id != ui.session_id for session in sessions):
            sessions = fresh(ui, f"sessions-{project.id}", lambda: api.sessions(project.id), seconds=0)
        return sessions


def pick_session(ui: UiState, api: LabelingClient, project: Project) -> Session:
    """The session that the person is in; the first one until they choose."""
    sessions = {session.id: session for session in sessions_of(ui, api, project)}
    if not sessions:
        st.info(
            "This project has no sessions yet. Make one on the page *New session*.", icon=":material/info:"
        )
        st.stop()
    if ui.session_id is not None and ui.session_id not in sessions:
        st.warning(f"Session {ui.session_id} does not exist in this project. Choose another one.")
    if ui.session_id not in sessions:
        ui.choose_session(project.id, next(iter(sessions)))
    words = {number: session.name or f"Session {number}" for number, session in sessions.items()}
    _picker("Session", words, ui.session_id, lambda number: ui.choose_session(project.id, number), ui)
    return sessions[ui.session_id or 0]


def _picker(
    label: str, words: Mapping[int, str], chosen: int | None, choose: Callable[[int], None], ui: UiState
) -> None:
    """A choice among things with ids.

    The browser names a choice by its words, not by its id: so equal words get their id beside them, and with other
    words (something was renamed), or on another page, it is another widget. What it says is then always true.
    """
    shown = told_apart(words)
    key = picker_key(label, ui.page, tuple(shown.values()))

    def chose() -> None:
        number = widget_value(key)
        if number in words:
            choose(number)

    set_widget(key, chosen)
    st.selectbox(
        label, list(shown), format_func=lambda number: shown.get(number, ""), key=key, on_change=chose
    )


def told_apart(words: Mapping[int, str]) -> dict[int, str]:
    """The words, those that stand more than once with their id."""
    counts = Counter(words.values())
    return {number: f"{word} (id {number})" if counts[word] > 1 else word for number, word in words.items()}


def picker_key(label: str, page: str, words: Sequence[str]) -> str:
    digest = hashlib.sha256("\n".join(words).encode("utf-8", "replace")).hexdigest()[:12]
    return f"{label.lower()}-of-{page}-{digest}"


def pick_document(ui: UiState, reader: Reader, draft: Draft) -> Loaded | None:
    """The list of documents, paged, with search and filter; the document that is open, if there is one."""
    with loading("read the documents"):
        _filter(ui, reader, draft)
        current = reader.at(ui.position)
        if current is None and reader.session.document_count:
            st.warning(
                f"There is no document {ui.position + 1}: the session has {reader.session.document_count}."
            )
            go(ui, reader, 0)
            current = reader.at(0)
        if ui.kept.pop("show-document", False):
            go(ui, reader, ui.position)
        shown = _page(ui, reader, ui.offset)
        if not shown.items and ui.offset and shown.total:
            ui.offset = (shown.total - 1) // PAGE * PAGE
            shown = _page(ui, reader, ui.offset)
    _list(ui, shown, draft)
    return current


def neighbour(ui: UiState, reader: Reader, way: int, of: int | None = None) -> int | None:
    """The place of the next (1) or previous (-1) document that the filter admits, counted from the open one or from
    the place `of`; None where there is none."""
    of = ui.position if of is None else of
    if ui.filter.is_empty and not _is_changed_only(ui):
        place = of + way
        return place if 0 <= place < reader.session.document_count else None
    page = _page(ui, reader, ui.offset)
    places = [item.position for item in page.items]
    after = [place for place in places if (place - of) * way > 0]
    if after:
        return min(after, key=lambda place: abs(place - of))
    offset = ui.offset + way * PAGE
    if not 0 <= offset < page.total:
        return None
    items = _page(ui, reader, offset).items
    return items[0 if way > 0 else -1].position if items else None


def next_to_do(ui: UiState, reader: Reader, draft: Draft, of: int | None = None) -> int | None:
    """The place of the next document that is not done, among those that the list's search, class and label admit: behind
    the open one or the place `of`, and after the last one from the first on. None where every other one is done."""
    of = ui.position if of is None else of
    listed = ui.filter._replace(annotated=None)
    to_do = listed._replace(annotated=False)
    asked = EVERYTHING if reader.needs_all(to_do) else to_do

    def is_to_do(item: Loaded) -> bool:
        done = draft.view(item.key, item.document, item.position).done
        return item.position != of and not done and listed.admits(item.document)

    # What the draft alone says is not done, no server lists.
    mine = [Loaded(d.key, d.position, d.source) for d in draft.documents.values() if d.source.annotated]
    for place in (of, -1):
        found = [item for item in mine if item.position > place and is_to_do(item)]
        first = reader.first_after(place, asked, is_to_do)
        if first is not None:
            found.append(first)
        if found:
            return min(found, key=lambda item: item.position).position
    return None


def go(ui: UiState, reader: Reader, place: int) -> None:
    """Open the document at a place and bring the list to its page."""
    ui.open_document(place)
    if _is_changed_only(ui):
        before = [
            document
            for document in ui.draft_of(reader.session).changed_documents
            if document.position < place
        ]
        ui.offset = len(before) // PAGE * PAGE
    elif all(item.position != place for item in _page(ui, reader, ui.offset).items):
        ui.offset = reader.offset_behind(place - 1, ui.filter)


def changed_only(draft: Draft, filter_: Filter, offset: int) -> Page:
    """The documents with unsaved changes that the filter admits as they are now."""
    items = [
        Loaded(d.key, d.position, d.source)
        for d in draft.changed_documents
        if filter_.admits(d.source.model_copy(update={"segments": d.sendable}))
    ]
    return Page(tuple(items[offset : offset + PAGE]), len(items))


def _page(ui: UiState, reader: Reader, offset: int) -> Page:
    if _is_changed_only(ui):
        return changed_only(ui.draft_of(reader.session), ui.filter, offset)
    return reader.page(offset, ui.filter)


def _is_changed_only(ui: UiState) -> bool:
    """Chosen for one session: the next one is listed whole."""
    return bool(ui.kept.get("changed-only") == (ui.project_id, ui.session_id))


def _filter(ui: UiState, reader: Reader, draft: Draft) -> None:
    _show_filter(ui, draft)
    search, more = st.columns([4, 1])
    with search:
        st.text_input(
            "Search the documents",
            key="document-search",
            placeholder="Search",
            label_visibility="collapsed",
            icon=":material/search:",
            on_change=_set_filter,
            args=(ui,),
        )
    with more, st.popover("", icon=":material/filter_alt:", help="Filter by class or label"):
        for field, names in (("class", draft.base.classes), ("label", draft.base.labels)):
            st.selectbox(
                f"With {field}",
                names,
                index=None,
                key=f"document-{field}",
                placeholder="any",
                on_change=_set_filter,
                args=(ui,),
            )
    st.segmented_control(
        "Show",
        [*DONE, "Changed"],
        required=True,
        key="document-done",
        label_visibility="collapsed",
        on_change=_set_filter,
        args=(ui,),
    )
    if not _is_changed_only(ui) and reader.needs_all(ui.filter):
        st.caption("This server cannot filter by itself.")
        if not st.button(f"Read all {reader.session.document_count:,} documents", key="read-all"):
            st.stop()
        read_everything(reader)


def _show_filter(ui: UiState, draft: Draft) -> None:
    """The fields say how the list is filtered, also after another session, or a look at another page."""
    if ui.filter.class_ not in draft.base.classes:
        ui.filter = ui.filter._replace(class_="")
    if ui.filter.label not in draft.base.labels:
        ui.filter = ui.filter._replace(label="")
    if (widget_value("document-search") or "").strip() != ui.filter.search:
        set_widget("document-search", ui.filter.search)
    set_widget("document-class", ui.filter.class_ or None)
    set_widget("document-label", ui.filter.label or None)
    word = next(word for word, done in DONE.items() if done is ui.filter.annotated)
    set_widget("document-done", "Changed" if _is_changed_only(ui) else word)


def _set_filter(ui: UiState) -> None:
    chosen = widget_value("document-done") or "All"
    ui.kept["changed-only"] = (ui.project_id, ui.session_id) if chosen == "Changed" else None
    ui.filter = Filter(
        search=(widget_value("document-search") or "").strip(),
        annotated=DONE.get(chosen),
        class_=widget_value("document-class") or "",
        label=widget_value("document-label") or "",
    )
    ui.offset = 0


def _list(ui: UiState, shown: Page, draft: Draft) -> None:
    items = shown.items[:PAGE]
    if not items:
        changed = (
            "No document has unsaved changes." if _is_changed_only(ui) else "There are no documents here."
        )
        st.info(changed if ui.filter.is_empty else "No document fits the filter.")
        return
    document_list(
        key="documents",
        items=[_item(loaded, draft) for loaded in items],
        current=ui.position,
        on_open=ui.open_document,
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


def _item(loaded: Loaded, draft: Draft) -> Item:
    view = draft.view(loaded.key, loaded.document, loaded.position)
    return Item(
        position=loaded.position,
        words=first_words(loaded.document.text),
        tags=view.tag_count,
        done=bool(view.done),
        changed=view.is_changed,
    )


def first_words(text: str, limit: int = 60) -> str:
    """The beginning of a text on one line."""
    return " ".join(text[: 4 * limit].split())[:limit]


def _turn(ui: UiState, page: int) -> None:
    ui.offset = (page - 1) * PAGE
