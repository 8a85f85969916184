"""Annotate: tag the documents of a session, on the text and in the table."""

from functools import partial

import streamlit as st

from components.all_documents import all_documents, all_documents_wanted
from components.annotating import (
    answer,
    document_bar,
    documents_around,
    drawn_document,
    editing,
    scope_of,
    standing_of,
    take_report,
)
from components.changes import changes, standing_of_work
from components.checks_panel import checks_panel, session_checks
from components.document_picker import pick_document
from components.frame import frame, link, slot
from components.guidelines import are_open, guidelines, guidelines_button
from components.highlighter import highlighter
from components.keys import help_wanted, keys_of
from components.occurrences import occurrences_panel, occurrences_wanted
from components.paste_rows import paste_button, paste_rows
from components.pickers import pick_project, pick_session
from components.saving_panel import save_result
from components.segment_table import segment_table
from components.show_only import hidden_note, show_only
from components.status import follow, progress_bar, status_badge
from labeling.model import shape_of
from labeling.rows import read_only_reason

ui, api = frame("Annotate", compact=True)
where, bar = st.columns([5, 4], vertical_alignment="bottom")
with where, st.container(horizontal=True, vertical_alignment="bottom"):
    project = pick_project(ui, api)
    session = pick_session(ui, api, project)
draft, reader, shape = ui.draft_of(session), ui.reader_of(api, session), shape_of(session.type)
why = read_only_reason(session, project.role)
locked = why or ui.refused(session)
with bar:
    changes(ui, api, session, read_only=why)
with slot():
    if locked:
        st.info(locked, icon=":material/lock:")
stands, tools = st.columns([9, 5])
with stands:
    standing_of_work(ui, session)
with tools, st.container(horizontal=True, horizontal_alignment="right"):
    only = show_only(ui, session, draft, shape)
    session_checks(ui, reader, session, draft, shape, read_only=bool(locked))
    guidelines_button(ui)
help_wanted(ui, session, draft, shape)
with slot():
    save_result(ui, api, session)

listed, shown, *beside = st.columns(
    [6, 15, 6] if are_open(ui) else [3, 10], gap="small" if are_open(ui) else "medium"
)
with listed:
    status_badge(session)
    follow(ui, [session])
    progress_bar(session)
    loaded = pick_document(ui, reader, draft)
link(ui, document=True)
with shown:
    if loaded is None:
        st.info("This session has no documents yet. Add some on the page *Sessions*.", icon=":material/info:")
        st.stop()
    document = draft.view(loaded.key, loaded.document, loaded.position)
    edit = editing(ui, session, loaded)
    drawn = drawn_document(document, draft, shape)
    around = documents_around(ui, reader, draft, shape)
    document_bar(ui, reader, session, document, around, edit=edit, read_only=bool(locked))
    with slot():
        hidden_note(ui, drawn.segments, only)
    keys = keys_of(ui, session, draft, shape)
    highlighter(
        key="text",
        scope=scope_of(ui, session),
        document=drawn,
        around=around,
        classes=draft.classes if shape.classes else (),
        labels=draft.labels if shape.labels else (),
        shape=shape,
        keys=keys,
        standing=partial(standing_of, ui, session),
        on_report=partial(
            take_report, ui, reader, session, shape, refuse=locked, on_ask=partial(answer, ui, api, session)
        ),
        only=only,
        show=ui.shown,
        say=ui.said,
        read_only=locked,
    )
    occurrences_wanted(ui, session, document)
    with slot():
        occurrences_panel(ui, reader, session, loaded, draft, shape, read_only=bool(locked))
    with st.container(horizontal=True, vertical_alignment="center"):
        many = all_documents_wanted(ui)
        paste_button(ui, session, read_only=bool(locked))
    with slot():
        paste_rows(ui, reader, session, loaded, draft, shape, read_only=bool(locked))
    if many:
        all_documents(ui, reader, session, draft, shape, read_only=bool(locked))
    else:
        segment_table(
            ui,
            document,
            draft,
            shape,
            step=ui.step_name(session),
            on_change=edit,
            read_only=bool(locked),
            below=partial(
                checks_panel, ui, reader, session, loaded, document, draft, shape, read_only=bool(locked)
            ),
        )
for panel in beside:
    with panel:
        guidelines(ui, api, session, draft, shape, keys, drawn.segments)
