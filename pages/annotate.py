"""Annotate: tag the documents of a session, on the text and in the table."""

from dataclasses import replace
from functools import partial

import streamlit as st

from components.annotate.document_bar import document_bar, editing
from components.annotate.documents import current_document, document_filter, documents, no_documents
from components.annotate.guidelines import are_open, guidelines, guidelines_button
from components.annotate.information import information_line
from components.annotate.keys import help_wanted, is_help_open, keys_of, open_help
from components.annotate.live import annotate_page, live
from components.annotate.show_only import only_of, show_only
from components.annotate.text import document_text, documents_around, locked_at
from components.panels.checks import check_button, checks_open, checks_panel, session_checks
from components.panels.occurrences import are_occurrences_open, ask_occurrences, occurrences_panel
from components.panels.paste_rows import is_paste_open, paste_button, paste_rows
from components.saving.changes import changes, standing_of_work
from components.saving.panel import asked_of, press, save_result
from components.shell.desk import Desk, desk_at
from components.shell.link import link
from components.shell.page import slot, start
from components.shell.pickers import pick_project, pick_session
from components.shell.status import follow, progress_bar, status_badge
from components.shell.telling import why_locked, window
from components.tables.all_documents import all_documents, all_documents_switch, are_all_shown
from components.tables.segment_table import segment_table
from labeling.draft.document import Loaded
from labeling.editing.text import Act

ui = start("Annotate", compact=True)
where, bar = st.columns([5, 4], vertical_alignment="bottom")
with where, st.container(horizontal=True, vertical_alignment="bottom"):
    project = pick_project(ui)
    session = pick_session(ui, project)
page_desk = desk_at(ui, session, project)
with slot():
    why_locked(page_desk)
stands, tools = st.columns([9, 5])
with slot():
    save_result(page_desk)
listed, shown, *beside = st.columns(
    [6, 15, 6] if are_open(ui) else [3, 10], gap="small" if are_open(ui) else "medium"
)
with listed:
    status_badge(session)
    follow(ui, [session])
    progress_bar(session)
    document_filter(page_desk)
    list_place = st.container()
with shown:
    bar_place, text_place, panels, table_place = slot(), slot(), slot(), slot()
keys, only = keys_of(page_desk), only_of(page_desk)


def work(desk: Desk) -> Loaded | None:
    """The open document, the list that it is in, and what is said of unsaved work; gives the document."""
    with list_place:
        loaded = current_document(desk)
    link(ui, document=True)
    if loaded is None:
        with text_place:
            no_documents()
    else:
        document = desk.draft.view(loaded)
        here = replace(desk, why=locked_at(desk, document))
        around = documents_around(desk)
        with text_place:
            drawn = document_text(desk, document, around, keys, only, on_ask=partial(answer, desk))
            information_line(document.source)
        with bar_place:
            document_bar(here, loaded, document, around)
        if not are_all_shown(ui):
            with table_place:
                segment_table(
                    *(here, document),
                    on_change=editing(desk, loaded),
                    below=partial(checks_panel, desk, loaded, document),
                )
        for panel in beside:
            with panel:
                guidelines(desk, keys, drawn.segments)
    window(ui)
    with bar:
        changes(desk)
    with stands:
        standing_of_work(desk)
    with list_place:
        documents(desk, check=partial(check_button, desk, key="list-check-session"))
    return loaded


def page(desk: Desk) -> object:
    """What stands around the open document."""
    panels = (are_occurrences_open(desk), is_paste_open(desk), is_help_open(ui), checks_open())
    return annotate_page(
        desk, asked_to_send=asked_of(desk), follows_every_edit=are_all_shown(ui) or any(panels)
    )


def answer(desk: Desk, act: Act) -> None:
    """What the person asked of the page by a key."""
    if act.what == "help":
        open_help(ui)
    elif act.what == "occurrences":
        ask_occurrences(ui, act)
    elif not desk.why:
        press(desk)


# Sent before what stands around it: it is what the person waits for.
loaded = live(page_desk, work, page)

with tools, st.container(horizontal=True, horizontal_alignment="right"):
    show_only(page_desk)
    session_checks(page_desk)
    guidelines_button(ui)
help_wanted(page_desk)
if loaded is not None:
    with panels:
        with slot():
            occurrences_panel(page_desk, loaded)
        with st.container(horizontal=True, vertical_alignment="center"):
            all_documents_switch(ui)
            paste_button(page_desk)
        with slot():
            paste_rows(page_desk, loaded)
    if are_all_shown(ui):
        with table_place:
            all_documents(page_desk)
