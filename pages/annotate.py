"""Annotate: tag the documents of a session, on the text and in the table."""

from functools import partial

import streamlit as st

from components.annotate.acts import scope_of, standing_of, take_report
from components.annotate.document_bar import document_bar, editing
from components.annotate.documents import current_document, document_filter, documents
from components.annotate.guidelines import are_open, guidelines, guidelines_button
from components.annotate.highlighter import highlighter
from components.annotate.keys import help_wanted, is_help_open, keys_of, open_help
from components.annotate.live import AnnotatePage, annotate_page, live
from components.annotate.show_only import hidden_note, only_of, show_only
from components.annotate.text import documents_around, drawn_document
from components.panels.checks import checks_open, checks_panel, session_checks
from components.panels.occurrences import (
    are_occurrences_open,
    ask_occurrences,
    occurrences_panel,
    occurrences_wanted,
)
from components.panels.paste_rows import is_paste_open, paste_button, paste_rows
from components.panels.session_check import check_button
from components.saving.changes import changes, standing_of_work
from components.saving.panel import asked_of, press, save_result
from components.shell.link import link
from components.shell.page import frame, slot
from components.shell.pickers import pick_project, pick_session
from components.shell.status import follow, progress_bar, status_badge
from components.shell.telling import window
from components.tables.all_documents import all_documents, all_documents_switch, are_all_shown
from components.tables.segment_table import segment_table
from labeling.access import read_only_reason
from labeling.draft.document import Loaded
from labeling.editing.text import Act

ui, api = frame("Annotate", compact=True)
where, bar = st.columns([5, 4], vertical_alignment="bottom")
with where, st.container(horizontal=True, vertical_alignment="bottom"):
    project = pick_project(ui, api)
    session = pick_session(ui, api, project)
draft, reader = ui.draft_of(session), ui.reader_of(api, session)
why = read_only_reason(session, project.role)
locked = why or ui.save.refused(session)
read_only = bool(locked)
with slot():
    if locked:
        st.info(locked, icon=":material/lock:")
stands, tools = st.columns([9, 5])
with slot():
    save_result(ui, api, session)
listed, shown, *beside = st.columns(
    [6, 15, 6] if are_open(ui) else [3, 10], gap="small" if are_open(ui) else "medium"
)
with listed:
    status_badge(session)
    follow(ui, [session])
    progress_bar(session)
    document_filter(ui, draft)
    list_place = st.container()
with shown:
    bar_place, text_place, panels, table_place = slot(), slot(), slot(), slot()
keys, only = keys_of(ui, session, draft), only_of(ui, session, draft)


def work() -> Loaded | None:
    """The open document, the list that it is in, and what is said of unsaved work; gives the document."""
    draft = ui.draft_of(session)
    with list_place:
        loaded = current_document(ui, reader)
    link(ui, document=True)
    if loaded is None:
        with text_place:
            st.info(
                "This session has no documents yet. Add some on the page *Sessions*.", icon=":material/info:"
            )
    else:
        document = draft.view(loaded)
        drawn = drawn_document(document, draft.scheme)
        around = documents_around(ui, reader, draft)
        edit = editing(ui, session, loaded)
        with text_place:
            with slot():
                hidden_note(ui, drawn.segments, only)
            highlighter(
                key="text",
                scope=scope_of(ui, session),
                document=drawn,
                around=around,
                scheme=draft.scheme,
                keys=keys,
                standing=partial(standing_of, ui, session),
                on_report=partial(
                    take_report,
                    *(ui, reader, session),
                    refuse=locked,
                    on_ask=answer,
                ),
                only=only,
                show=ui.place.shown,
                say=ui.said,
                read_only=locked,
            )
        with bar_place:
            document_bar(ui, reader, session, document, around, edit=edit, read_only=read_only)
        if not are_all_shown(ui):
            with table_place:
                segment_table(
                    *(ui, document, draft.scheme),
                    step=ui.step_name(session),
                    on_change=edit,
                    read_only=read_only,
                    below=partial(
                        checks_panel,
                        *(ui, reader, session, loaded, document, draft.scheme),
                        read_only=read_only,
                    ),
                )
        for panel in beside:
            with panel:
                guidelines(ui, api, session, draft, keys, drawn.segments)
    window(ui)
    with bar:
        changes(ui, api, session, read_only=why)
    with stands:
        standing_of_work(ui, session)
    with list_place:
        documents(
            *(ui, reader, draft),
            check=partial(check_button, ui, reader, session, draft, key="list-check-session"),
        )
    return loaded


def page() -> AnnotatePage:
    """What stands around the open document."""
    panels = (are_occurrences_open(ui, session), is_paste_open(ui, session), is_help_open(ui), checks_open())
    return annotate_page(
        *(ui, session),
        asked_to_send=asked_of(ui, session, ui.draft_of(session)),
        follows_every_edit=are_all_shown(ui) or any(panels),
    )


def answer(act: Act) -> None:
    """What the person asked of the page by a key."""
    if act.what == "help":
        open_help(ui)
    elif act.what == "occurrences":
        ask_occurrences(ui, act)
    elif not why:
        press(ui, api, session)


# Sent before what stands around it: it is what the person waits for.
loaded = live(ui, work, page)

with tools, st.container(horizontal=True, horizontal_alignment="right"):
    show_only(ui, session, draft)
    session_checks(ui, reader, session, draft, read_only=read_only)
    guidelines_button(ui)
help_wanted(ui, session, draft)
if loaded is not None:
    document = draft.view(loaded)
    occurrences_wanted(ui, session, document, read_only=read_only)
    with panels:
        with slot():
            occurrences_panel(ui, reader, session, loaded, draft, read_only=read_only)
        with st.container(horizontal=True, vertical_alignment="center"):
            all_documents_switch(ui)
            paste_button(ui, session, read_only=read_only)
        with slot():
            paste_rows(ui, reader, session, loaded, draft, read_only=read_only)
    if are_all_shown(ui):
        with table_place:
            all_documents(ui, reader, session, draft, read_only=read_only)
