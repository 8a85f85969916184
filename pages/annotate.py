"""Annotate: tag the documents of a session, on the text and in the table."""

from dataclasses import replace
from functools import partial

from components.annotate.document_bar import document_bar, editing, subject_of
from components.annotate.documents import current_document, document_filter, documents, no_documents
from components.annotate.guidelines import are_open, guidelines, guidelines_button
from components.annotate.highlighter import picked_on
from components.annotate.information import information_line
from components.annotate.keys import help_wanted, is_help_open, keys_of, open_help
from components.annotate.layout import bar, pane, panes_alone
from components.annotate.live import annotate_page, live
from components.annotate.notes import ask_note, notes_button, notes_panel
from components.annotate.panes import divider
from components.annotate.show_only import only_of, show_only
from components.annotate.suggestions import suggestions_switch
from components.annotate.table_pane import shown_tab, table_tabs
from components.annotate.text import document_text, documents_around, locked_at
from components.models.reading import made_share, predicted_score
from components.panels.checks import check_button, checks_panel, problem_count, session_checks
from components.panels.occurrences import ask_occurrences, occurrences_panel
from components.panels.paste_rows import paste_rows
from components.saving.changes import changes, changes_bar, standing_of_work
from components.saving.panel import asked_of, press, save_result
from components.shell.desk import Desk, desk_at
from components.shell.link import link
from components.shell.page import slot, start
from components.shell.pickers import no_session, place_picker
from components.shell.state import widget_value
from components.shell.status import follow, session_standing, why_failed
from components.shell.telling import why_locked, window
from components.shell.text_first import name_of_rest, rest_waits
from components.shell.turns import turns
from components.tables.all_documents import all_documents
from components.tables.segment_table import segment_table
from labeling.draft.document import Loaded
from labeling.editing.text import Act

ui = start("Annotate", compact=True)
panes_alone()
top, asked = bar("top-bar"), pane("asked")
with top:
    project, session = place_picker(ui)
if session is None:
    with asked:
        no_session(ui)
page_desk = desk_at(ui, session, project)
with top:
    session_standing(session, predicted_score(ui, session), made_share(ui, session))
    with slot():
        follow(ui, [session])
    tools, changes_place = bar("tools"), changes_bar()
with asked:
    with slot():
        why_locked(page_desk)
        why_failed(session)
    with slot():
        save_result(page_desk)
with bar("bench"):
    with pane("list-pane"):
        document_filter(page_desk)
        list_place = pane("list")
    with pane("main-pane"):
        bar_place = bar("document-bar")
        with pane("split"):
            text_place = pane("text-pane")
            with text_place:
                note_place = slot()
            divider()
            with pane("table-pane"):
                with bar("table-bar"):
                    table_tabs(ui)
                    row_tools = bar("row-tools")
                shown, below = pane("shown"), pane("below")
    guidelines_place = pane("guidelines-pane") if are_open(ui) else None
keys, only, tab = keys_of(page_desk), only_of(page_desk), shown_tab(ui)


def work(desk: Desk) -> Loaded | None:
    """The open document, the list that it is in, and what is said of unsaved work; gives the document."""
    with list_place:
        loaded = current_document(desk)
    link(ui, document=True)
    rest = "" if loaded is None else name_of_rest(ui, "text")
    if loaded is None:
        with text_place:
            no_documents(desk)
    else:
        document = desk.draft.view(loaded)
        here = replace(desk, why=locked_at(desk, document))
        around = documents_around(desk)
        with text_place:
            drawn = document_text(
                desk, document, around, keys, only, note_place, on_ask=partial(answer, desk), awaited=rest
            )
            information_line(document.source)
        turns.step_back()  # that what was done is kept is told: others who wait for that come first
        if rest:
            listed(desk)
            rest_waits(rest)
        with bar_place:
            document_bar(here, loaded, document, around)
            notes_button(desk, project.role)
        with row_tools:
            problem_count(desk, document)
        with shown:
            if tab == "Tags":
                picked = picked_on(widget_value("text"))
                segment_table(here, document, on_change=editing(desk, loaded), tools=row_tools, picked=picked)
            elif tab == "Problems":
                checks_panel(desk, loaded, document)
            elif tab == "Notes":
                notes_panel(desk, loaded, document, project.role)
        if guidelines_place is not None:
            with guidelines_place:
                guidelines(desk, keys, drawn.segments)
    window(ui, subject_of(desk, loaded))
    with changes_place:
        changes(desk)
    standing_of_work(desk)
    if not rest:
        listed(desk)
    return loaded


def listed(desk: Desk) -> None:
    """The documents beside the text. After an edit they come last: whoever edits looks at the text."""
    with list_place:
        documents(desk, check=partial(check_button, desk, key="list-check-session"))


def page(desk: Desk) -> object:
    """What stands around the open document."""
    return annotate_page(
        desk,
        asked_to_send=asked_of(desk),
        follows_every_edit=shown_tab(ui) != "Tags" or is_help_open(ui),
    )


def answer(desk: Desk, act: Act) -> None:
    """What the person asked of the page by a key."""
    if act.what == "help":
        open_help(ui)
    elif act.what == "occurrences":
        ask_occurrences(ui, act)
    elif act.what == "note":
        ask_note(ui, act)
    elif not desk.why:
        press(desk)


# Sent before what stands around it: it is what the person waits for.
with pane("foot"):
    loaded = live(page_desk, work, page)

with tools:
    show_only(page_desk)
    guidelines_button(ui)
    suggestions_switch(page_desk, project.role)
help_wanted(page_desk)
if loaded is not None:
    with below:
        if tab == "All documents":
            all_documents(page_desk)
        elif tab == "Every occurrence":
            occurrences_panel(page_desk, loaded)
        elif tab == "Paste":
            paste_rows(page_desk, loaded)
        elif tab == "Problems":
            session_checks(page_desk)
