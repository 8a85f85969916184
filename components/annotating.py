"""One document on the Annotate page: the bar above it, and the way from what was done on it to the draft."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import streamlit as st

from components.checks_panel import go_to_problem
from components.highlighter import Around, Drawn, DrawnDocument, Standing
from components.pickers import go, neighbour, next_to_do
from components.saving_panel import press
from components.state import UiState, set_widget, widget_value
from labeling.client import LabelingClient
from labeling.draft import Draft, DraftDocument
from labeling.edits import Change, Refused
from labeling.errors import LabelingError, explain
from labeling.model import Session, Shape
from labeling.reading import Loaded, Reader
from labeling.rows import problem_of, read_only_reason, set_done
from labeling.tagging import Act, acts_in, change_of, numbers_in, shown_tags

Edit = Callable[[DraftDocument], Change | Refused]
AHEAD = 2
"""Documents handed to the text before the person asks for them."""
LARGEST = 20_000
"""Code points of the largest document that is handed over ahead."""
REMEMBERED = 20
"""Acts that were taken back, told to the browser again with each run."""


def editing(ui: UiState, session: Session, loaded: Loaded) -> Callable[[Edit], bool]:
    """What the screens call to edit the open document: whether the draft took it; a refusal is kept to be shown."""

    def edit(make: Edit) -> bool:
        why = ui.edit_document(session, loaded, lambda document, draft: make(document))
        if why:
            ui.refusals.append(f"Not stored: {why}.")
        return not why

    return edit


# The document as it is drawn


def drawn_document(document: DraftDocument, draft: Draft, shape: Shape) -> DrawnDocument:
    """A document as the text draws it."""
    return DrawnDocument(
        document=document.key,
        text=document.text,
        segments=segments_of(document, draft, shape),
        position=document.position,
        done=bool(document.done),
    )


def segments_of(document: DraftDocument, draft: Draft, shape: Shape) -> tuple[Drawn, ...]:
    """The segments as the highlighter draws them, with what is wrong with each."""
    return tuple(
        Drawn(
            key=segment.key,
            start=segment.segment.start,
            end=segment.segment.end,
            tags=shown_tags(segment),
            problem=problem_of(document.text, segment, draft.classes, draft.labels, shape),
        )
        for segment in document.segments
        if segment.segment.is_placed
    )


def documents_around(ui: UiState, reader: Reader, draft: Draft, shape: Shape) -> Around:
    """The documents that come next and the one before, so that they can be shown before anybody asks Python."""
    try:
        later, earlier = _places(ui, reader, 1, AHEAD), _places(ui, reader, -1, 1)
        return Around(
            next=_drawn(reader, draft, shape, later),
            previous=_drawn(reader, draft, shape, earlier),
            has_next=bool(later),
            has_previous=bool(earlier),
        )
    except LabelingError:
        # They are read when the person asks for them, who is told then what is wrong.
        return Around(has_next=True, has_previous=ui.position > 0)


def _places(ui: UiState, reader: Reader, way: int, count: int) -> list[int]:
    """The places of the next documents that the filter admits, or of those before, the nearest first."""
    places: list[int] = []
    at = neighbour(ui, reader, way)
    while at is not None and len(places) < count:
        places.append(at)
        at = neighbour(ui, reader, way, at)
    return places


def _drawn(reader: Reader, draft: Draft, shape: Shape, places: list[int]) -> tuple[DrawnDocument, ...]:
    found = []
    for place in places:
        loaded = reader.at(place)
        if loaded is None or len(loaded.document.text) > LARGEST:
            break
        found.append(drawn_document(draft.view(loaded.key, loaded.document, loaded.position), draft, shape))
    return tuple(found)


# What was done on the text


def scope_of(ui: UiState, session: Session) -> str:
    """Names whose draft of which session it is, without saying it."""
    words = "\n".join((ui.api_name, ui.owner, session.lasting_name))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def standing_of(ui: UiState, session: Session, report: object) -> Standing:
    """How far the acts have come of each window that the browser named."""
    work = ui.work(session)
    windows = numbers_in(acts_in(report))
    return Standing(
        applied={window: work.draft.windows.get(window, 0) for window in windows},
        kept={window: work.kept_number(window) for window in windows},
        refused=tuple(ui.taken_back),
    )


def take_report(
    ui: UiState,
    reader: Reader,
    session: Session,
    shape: Shape,
    report: object,
    *,
    refuse: str,
    on_ask: Callable[[Act], None],
) -> bool:
    """Bring the acts that are new to the draft, in order; whether there was any. `refuse`: why edits cannot be taken.

    An act whose document cannot be read now stays with the browser, which sends it again, and so do those after it.
    """
    taken = False
    for act in acts_in(report):
        if act.number <= ui.work(session).draft.windows.get(act.window, 0):
            continue
        try:
            why = _take(ui, reader, session, shape, act, refuse=refuse, on_ask=on_ask)
        except LabelingError as error:
            ui.notice("warning", explain(error, "read the document that you tagged"))
            break
        taken = True
        if why:
            ui.taken_back = [*ui.taken_back, (*act.of, why)][-REMEMBERED:]
    return taken


def _take(
    ui: UiState,
    reader: Reader,
    session: Session,
    shape: Shape,
    act: Act,
    *,
    refuse: str,
    on_ask: Callable[[Act], None],
) -> str:
    """One act; why it was refused, or nothing."""
    if act.kind in ("go", "ask"):
        ui.apply(session, lambda draft: draft, act.of)
        if act.kind == "ask":
            on_ask(act)
        else:
            _go(ui, reader, ui.draft_of(session), shape, act)
        return ""
    if refuse:
        return ui.apply(session, lambda draft: Refused(refuse), act.of)
    if act.kind in ("undo", "redo"):
        (ui.undo if act.kind == "undo" else ui.redo)(session, act.of)
        return ""
    if act.kind == "unreadable":
        return ui.apply(session, lambda draft: Refused("this edit could not be read"), act.of)
    loaded = _loaded(reader, ui.draft_of(session), act)
    if loaded is None:
        return ui.apply(session, lambda draft: Refused("this document is no longer there"), act.of)
    return ui.edit_document(
        session, loaded, lambda document, draft: change_of(act, document, draft, shape), act.of
    )


def _loaded(reader: Reader, draft: Draft, act: Act) -> Loaded | None:
    """The document of an act: the place where it stood is a hint."""
    known = draft.documents.get(act.document)
    if known is not None:
        return Loaded(known.key, known.position, known.source)
    loaded = reader.at(act.position) if act.position >= 0 else None
    if loaded is not None and loaded.key == act.document:
        return loaded
    return next((item for item in reader.each() if item.key == act.document), None)


def _go(ui: UiState, reader: Reader, draft: Draft, shape: Shape, act: Act) -> None:
    to = act.to
    if to is not None and 0 <= to < reader.session.document_count:
        go(ui, reader, to)
    elif act.what == "to-do":
        _go_to_do(ui, reader, draft, act.position)
    elif act.what == "problem":
        go_to_problem(ui, reader, reader.session, draft, shape, act.position)
    elif (to := neighbour(ui, reader, act.way, act.position)) is not None:
        go(ui, reader, to)


def _go_to_do(ui: UiState, reader: Reader, draft: Draft, of: int) -> None:
    to = next_to_do(ui, reader, draft, of)
    if to is None:
        ui.said = (ui.run, "Every other document is done")
    else:
        go(ui, reader, to)


def answer(ui: UiState, api: LabelingClient, session: Session, act: Act) -> None:
    """What the person asked of the page by a key: to save, or for help."""
    if act.what == "save":
        if not read_only_reason(session, None):
            press(ui, api, session)
        return
    ui.kept["ask"] = act.what
    ui.kept["asked"] = act


# The bar


def document_bar(
    ui: UiState,
    reader: Reader,
    session: Session,
    document: DraftDocument,
    *,
    edit: Callable[[Edit], bool],
    read_only: bool,
) -> None:
    """Which document this is; previous, next, done."""
    before, after = neighbour(ui, reader, -1), neighbour(ui, reader, 1)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="document-bar"):
        st.subheader(f"Document {document.position + 1} of {session.document_count:,}", anchor=False)
        st.button(
            "Previous",
            key="previous",
            icon=":material/chevron_left:",
            disabled=before is None,
            help="The document before (,)",
            on_click=lambda: go(ui, reader, before or 0),
        )
        st.button(
            "Next",
            key="next",
            icon=":material/chevron_right:",
            disabled=after is None,
            help="The next document (.)",
            on_click=lambda: go(ui, reader, after or 0),
        )
        st.button(
            "Next to do",
            key="next-to-do",
            disabled=before is None and after is None,
            help="The next document that is not done (>)",
            on_click=lambda: _find_to_do(ui, reader, session, document.position),
        )
        key = f"done-{document.key}"
        set_widget(key, bool(document.done))
        st.toggle(
            "Done",
            key=key,
            disabled=read_only,
            on_change=_mark,
            args=(edit, key),
        )
        st.button(
            "Done and next" if after is not None else "Done",
            key="done-and-next",
            type="primary",
            icon=":material/check:",
            disabled=read_only,
            help="Ctrl+Enter",
            on_click=lambda: _done_and_next(ui, reader, edit, after),
        )


def _find_to_do(ui: UiState, reader: Reader, session: Session, of: int) -> None:
    try:
        _go_to_do(ui, reader, ui.draft_of(session), of)
    except LabelingError as error:
        ui.notice("warning", explain(error, "look for the next document"))


def _mark(edit: Callable[[Edit], bool], key: str) -> None:
    edit(lambda now: set_done(now, bool(widget_value(key))))


def _done_and_next(ui: UiState, reader: Reader, edit: Callable[[Edit], bool], after: int | None) -> None:
    edit(lambda now: set_done(now, True))
    if after is not None:
        go(ui, reader, after)
