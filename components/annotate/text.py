"""One document on the Annotate page: the bar above it, and the way from what was done on it to the draft."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import accumulate, takewhile

import streamlit as st

from components.annotate.documents import documents_listed, follow, neighbour, neighbours, next_to_do
from components.annotate.highlighter import Around, Drawn, DrawnDocument, Standing
from components.annotate.keys import is_help_open
from components.panels.checks import checks_open, next_problem
from components.panels.occurrences import are_occurrences_open
from components.panels.paste_rows import is_paste_open
from components.saving.panel import asked_of, press
from components.shell.page import reporting
from components.shell.state import UiState
from components.tables.all_documents import are_all_shown
from labeling.access import read_only_reason
from labeling.checking.problems import in_words, problems_by_segment
from labeling.documents.reader import Loaded, Reader
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.editing.table import set_done
from labeling.editing.text import Act, acts_in, change_of, numbers_in, shown_tags
from labeling.errors import LabelingError, explain
from labeling.model import Session, Shape
from labeling.studio.client import LabelingClient

Edit = Callable[[DraftDocument, Draft], Change | Refused]
AHEAD, BEHIND = 5, 2
"""Documents handed to the text before the person asks for them, on each side."""
LARGEST = 20_000
"""Code points that are handed over ahead, at most, on each side."""


def editing(ui: UiState, session: Session, loaded: Loaded) -> Callable[[Edit], bool]:
    """What the screens call to edit the open document: whether the draft took it; a refusal is kept to be shown."""

    def edit(make: Edit) -> bool:
        why = ui.edit_document(session, loaded, make)
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
    problems = problems_by_segment(document.text, document.segments, draft.classes, draft.labels, shape)
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


def documents_around(ui: UiState, reader: Reader, draft: Draft, shape: Shape) -> Around:
    """The documents of the list that come next and the one before, so that they can be shown before anybody asks Python."""
    with suppress(LabelingError):
        listing = documents_listed(ui, reader, draft)
        if listing is not None:
            later, earlier = (
                neighbours(listing, ui.position, way, n) for way, n in ((1, AHEAD), (-1, BEHIND))
            )
            return Around(
                next=_drawn(draft, shape, later),
                previous=_drawn(draft, shape, earlier),
                has_next=bool(later),
                has_previous=bool(earlier),
            )
    # They are looked for when the person asks for them, who is told then what is wrong.
    last = reader.session.document_count - 1
    return Around(has_next=ui.position < last, has_previous=ui.position > 0)


def _drawn(draft: Draft, shape: Shape, found: Sequence[Loaded]) -> tuple[DrawnDocument, ...]:
    sizes = accumulate(len(loaded.document.text) for loaded in found)
    small = takewhile(lambda size: size[1] <= LARGEST, zip(found, sizes, strict=True))
    views = (draft.view(loaded.key, loaded.document, loaded.position) for loaded, _ in small)
    return tuple(drawn_document(view, draft, shape) for view in views)


def around_of(ui: UiState, session: Session) -> object:
    """What all but the open document and its list is drawn from; never the same while all of it follows every edit."""
    draft = ui.draft_of(session)
    panels = (are_occurrences_open(ui, session), is_paste_open(ui, session), is_help_open(ui), checks_open())
    if are_all_shown(ui) or any(panels):
        return object()
    return (
        *(ui.token, ui.signed_out, ui.offline, tuple(ui.notices)),
        *(ui.saving, ui.next_save, ui.reports.get(session.key), asked_of(ui, session, draft)),
        *(ui.kept.get("ask"), draft.classes, draft.labels, ui.kept.get("only")),
    )


# What was done on the text


def scope_of(ui: UiState, session: Session) -> str:
    """Names whose draft of which session it is, without saying it."""
    words = "\n".join((ui.api_name, ui.owner, session.lasting_name))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def standing_of(ui: UiState, session: Session, report: object) -> Standing:
    """How far the acts have come of each window that the browser named."""
    work = ui.work(session)
    for of, why in work.refused:
        if of is not None:
            ui.take_back(of, why)
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

    An act for which something cannot be read now stays with the browser, which sends it again, and so do those after it.
    """
    taken = False
    for act in acts_in(report):
        if act.number <= ui.work(session).draft.windows.get(act.window, 0):
            continue
        try:
            why = _take(ui, reader, session, shape, act, refuse=refuse, on_ask=on_ask)
        except LabelingError as error:
            ui.notice("warning", explain(error, _doing(act)))
            break
        taken = True
        if why:
            ui.take_back(act.of, why)
    return taken


def _doing(act: Act) -> str:
    """What an act was about to do, for the sentence that says why it failed."""
    if act.kind == "ask":
        return "save" if act.what == "save" else "answer that key"
    return "open another document" if act.kind == "go" else "read the document that you tagged"


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
    """One act; why it was refused, or nothing. What fails is not acknowledged."""
    if act.kind in ("go", "ask"):
        if act.kind == "ask":
            on_ask(act)
        else:
            follow(ui, reader, _target(ui, reader, session, shape, act))
        ui.apply(session, lambda draft: draft, act.of)
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
    loaded = reader.now(draft, act.document, act.position)
    return loaded or next((item for item in reader.each() if item.key == act.document), None)


def _target(ui: UiState, reader: Reader, session: Session, shape: Shape, act: Act) -> Loaded | str:
    """Where an act leads, or in words why it leads nowhere."""
    draft = ui.draft_of(session)
    there = reader.at(act.to) if act.to is not None and act.to >= 0 else None
    if there is not None:
        return there
    if act.what == "to-do":
        return next_to_do(ui, reader, draft, act.position)
    if act.what == "problem":
        return next_problem(ui, reader, session, draft, shape, act.position)
    return neighbour(ui, reader, draft, act.way, act.position)


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
    around: Around,
    *,
    edit: Callable[[Edit], bool],
    read_only: bool,
) -> None:
    """Which document this is; previous, next, done and next."""

    def step(way: int) -> None:
        with reporting(ui, "open another document"):
            found = neighbour(ui, reader, ui.draft_of(session), way, document.position)
            follow(ui, reader, found)

    def find_to_do() -> None:
        with reporting(ui, "look for the next document"):
            follow(ui, reader, next_to_do(ui, reader, ui.draft_of(session), document.position))

    def done_and_next() -> None:
        if edit(lambda now, _: set_done(now, True)) and around.has_next:
            step(1)

    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="document-bar"):
        st.subheader(f"Document {document.position + 1} of {session.document_count:,}", anchor=False)
        st.button(
            "Previous",
            key="previous",
            icon=":material/chevron_left:",
            disabled=not around.has_previous,
            help="The document before (,)",
            on_click=step,
            args=(-1,),
        )
        st.button(
            "Next",
            key="next",
            icon=":material/chevron_right:",
            disabled=not around.has_next,
            help="The next document (.)",
            on_click=step,
            args=(1,),
        )
        st.button(
            "Next to do",
            key="next-to-do",
            disabled=session.document_count < 2,
            help="The next document that is not done (>)",
            on_click=find_to_do,
        )
        st.button(
            "Done and next" if around.has_next else "Done",
            key="done-and-next",
            type="primary",
            icon=":material/check:",
            disabled=read_only,
            help="Ctrl+Enter",
            on_click=done_and_next,
        )
