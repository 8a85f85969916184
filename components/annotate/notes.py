"""The tab Notes beside the text: what is asked, said and decided otherwise about the open document."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.annotate.navigation import open_document
from components.annotate.session_notes import (
    SessionNotes,
    close_settled,
    look_again,
    myself,
    notes_key,
    notes_of,
    store_of,
    waiting_notes,
)
from components.annotate.table_pane import show_tab
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.naming import name_of, within
from components.shell.showing import Once, once
from components.shell.state import Span, UiState, set_widget, widget_value
from components.shell.telling import reporting
from labeling.access import is_lead
from labeling.draft.document import DraftDocument, Loaded
from labeling.editing.text import Act
from labeling.model import Role
from labeling.phrases import count_of, quote, too_long
from labeling.reviewing.notes import (
    GUIDELINE,
    LONGEST,
    OF_ALL,
    Otherwise,
    has_it,
    is_on_segment,
    may_write,
    new_note,
    otherwise_of,
    tagger_of,
    take_it,
    why_no_words,
)
from labeling.store.review_values import LEADS, NotePost, StoredNote

LISTED = 20
"""Notes on other documents that are listed; the rest are counted."""
WORDS = "note-words"
OTHERWISE = "decided otherwise"


@dataclass
class NoteAsked:
    """What a note is asked for on: a span of a document (by its key), or all of it."""

    document: str = ""
    span: Span | None = None


def ask_note(ui: UiState, act: Act) -> None:
    """Open the tab for a note on what the person has picked or selected."""
    asked = ui.of(NoteAsked)
    asked.document, asked.span = act.document, act.span
    show_tab(ui, "Notes")


def notes_button(desk: Desk, role: str | None) -> None:
    """How many notes wait for the person, and the way to the next of them."""
    waiting = waiting_notes(desk, role)
    if not waiting:
        return
    otherwise = sum(note.kind == OTHERWISE for note in waiting)
    words = f"Decided otherwise: {otherwise:,}" if otherwise else f"Notes: {len(waiting):,}"
    st.button(
        words,
        key="notes-waiting",
        icon=":material/chat:",
        type="tertiary",
        help="What waits for you in this session: opens the next one",
        on_click=_next_waiting,
        args=(desk, waiting),
    )


def _next_waiting(desk: Desk, waiting: list[StoredNote]) -> None:
    here, now = desk.ui.place.document, desk.ui.place.position
    show_tab(desk.ui, "Notes")
    if any(note.document == here for note in waiting):
        note = next(note for note in waiting if note.document == here)
    else:
        places = sorted(waiting, key=lambda note: (_place(note) <= now, _place(note)))
        note = places[0]
    _open(desk, note)


def _place(note: StoredNote) -> int:
    place = note.body.get("position", 0)
    return place if isinstance(place, int) else 0


def _open(desk: Desk, note: StoredNote) -> None:
    """Open the note's document, with the segment picked that it is on."""
    if desk.ui.place.document != note.document:
        open_document(desk, _place(note))
    if is_on_segment(note):
        desk.ui.place.sought = note.span


def notes_panel(desk: Desk, loaded: Loaded, document: DraftDocument, role: str | None) -> None:
    """The notes on the open document, a new one, and which other documents have some."""
    if close_settled(desk, document.key, document.base):
        st.rerun()  # what waits is counted above the text, too
    every = notes_of(desk)
    if why := desk.ui.of(SessionNotes).why:
        st.warning(f"Notes cannot be read or kept at the moment: {plain(why)}.", icon=":material/warning:")
    if role != Role.VIEWER:
        _new(desk, document, role)
    here = [note for note in every if note.document == document.key]
    for note in sorted(here, key=lambda one: bool(one.closed)):
        _note(desk, loaded, document, note, role)
    if not here:
        st.caption("There are no notes on this document. `#` writes one on what is picked on the text.")
    _elsewhere(desk, [note for note in every if note.document != document.key and not note.closed])


def _new(desk: Desk, document: DraftDocument, role: str | None) -> None:
    asked = desk.ui.of(NoteAsked)
    span = asked.span if asked.document == document.key else None
    kinds = [kind for kind in OF_ALL if may_write(role, kind)]
    on = quote(document.text, *span) if span is not None else "the whole document"
    with st.container(horizontal=True, vertical_alignment="bottom", key="new-note"):
        st.selectbox(f"Note on {plain(on)}", kinds, key="note-kind", width=260, format_func=str.capitalize)
        field = once(desk.ui, WORDS)
        st.text_input("What you want to say", key=field.key, placeholder="What is it about?")
        st.button(
            "Add note",
            key=f"{field.key}-add",
            icon=":material/add_comment:",
            on_click=_add,
            args=(desk, document, span, role, field),
        )


def _add(desk: Desk, document: DraftDocument, span: Span | None, role: str | None, field: Once) -> None:
    if field.is_over:
        return
    kind, words = widget_value("note-kind"), (widget_value(field.key) or "").strip()
    if why := why_no_words(kind, words):
        desk.tell("page", "warning", f"{why} *Unsure* alone needs no words." if not words else why)
        return
    if not may_write(role, kind):
        return
    # A lead who looks at somebody's session asks them; everybody else asks the leads.
    to = tagger_of(desk.session) if is_lead(role) and desk.session.user_id is not None else LEADS
    to = LEADS if to == desk.ui.sign_in.owner else to
    note = new_note(notes_key(desk), document, kind, myself(desk), span=span, to=to)
    with reporting(desk.ui, "keep the note"):
        store_of(desk).add([note], words)
        field.end()
        desk.ui.of(NoteAsked).document = ""
    look_again(desk)


def _note(desk: Desk, loaded: Loaded, document: DraftDocument, note: StoredNote, role: str | None) -> None:
    """One note with its thread, and what can be done about it."""
    with st.container(border=True, key=f"note-{note.id}"):
        on = "" if note.span is None else f" {plain(quote(document.text, *note.span))}"
        state = f" · closed, {note.closed}" if note.closed else ""
        waits = "" if note.closed else f" · waits for {_waits(note)}"
        who = plain(within(name_of(desk.ui, note.by)))
        st.markdown(f"**{note.kind.capitalize()}**{on} · {who}{waits}{state}")
        otherwise = otherwise_of(note)
        if otherwise is not None:
            st.markdown(plain(otherwise.words_in(document.text)))
        for post in note.posts:
            st.caption(_post(desk, post))
        if role == Role.VIEWER:
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if otherwise is not None and not note.closed:
                _taking(desk, loaded, document, note, otherwise)
            if is_on_segment(note):
                st.button("Show", key=f"note-show-{note.id}", on_click=_open, args=(desk, note))
            st.text_input(
                "Answer",
                key=f"note-answer-{note.id}",
                placeholder="Answer",
                label_visibility="collapsed",
                on_change=partial(_answer, desk, note, role),
            )
            # Two buttons: the second of two clicks on one does not press the other.
            closing, key = ("Open again", "reopen") if note.closed else ("Close", "close")
            st.button(closing, key=f"note-{key}-{note.id}", on_click=_close, args=(desk, note))
            if is_lead(role) and note.posts and note.closed != GUIDELINE:
                st.button(
                    "Into the guidelines",
                    key=f"note-guideline-{note.id}",
                    help="Closes it; everybody in this session finds it in Guidelines, with its words",
                    on_click=_close,
                    args=(desk, note, GUIDELINE),
                )


def _waits(note: StoredNote) -> str:
    return "the leads" if note.waits_for == LEADS else "the annotator"


def _post(desk: Desk, post: NotePost) -> str:
    return f"{plain(name_of(desk.ui, post.by) or 'Somebody')}, {post.at:%d %b %H:%M}: {plain(post.words)}"


def _taking(
    desk: Desk, loaded: Loaded, document: DraftDocument, note: StoredNote, otherwise: Otherwise
) -> None:
    is_there = has_it((unit for one in document.segments for unit in one.segment.units), otherwise)

    def take() -> None:
        why = desk.edit_document(
            loaded, lambda now, draft: take_it(now, draft, otherwise, f"taken-{note.id}-{desk.step_name}")
        )
        if why:
            desk.tell("page", "warning", f"Not taken: {why}.")

    st.button(
        "Taken, not saved yet" if is_there else "Take it",
        key=f"note-take-{note.id}",
        type="primary",
        disabled=is_there or desk.read_only,
        help="A step in your own draft, which can be undone. The note closes when it is saved.",
        on_click=take,
    )


def _answer(desk: Desk, note: StoredNote, role: str | None) -> None:
    key = f"note-answer-{note.id}"
    words = (widget_value(key) or "").strip()
    if not words:
        return
    if why := too_long(words, "An answer", LONGEST):
        desk.tell("page", "warning", why)
        return
    me = desk.ui.sign_in.owner
    # It waits for whoever said something before, for the leads where that was none of them.
    to = note.by.person if note.by.person not in ("", me) and is_lead(role) else LEADS
    with reporting(desk.ui, "keep your answer"):
        store_of(desk).answer(note.id, myself(desk), words, waits_for=to)
        set_widget(key, "")
    look_again(desk)


def _close(desk: Desk, note: StoredNote, how: str = "") -> None:
    with reporting(desk.ui, "close the note"):
        store_of(desk).answer(note.id, myself(desk), closed=how or ("" if note.closed else "by hand"))
    look_again(desk)


def _elsewhere(desk: Desk, notes: list[StoredNote]) -> None:
    if not notes:
        return
    st.caption(f"On other documents: {count_of(len(notes), 'open note')}")
    for note in sorted(notes, key=_place)[:LISTED]:
        words = f"Document {_place(note) + 1}: {note.kind} {note.body.get('quote', '')}"
        st.button(
            plain(words), key=f"note-open-{note.id}", type="tertiary", on_click=_open, args=(desk, note)
        )
    if len(notes) > LISTED:
        st.caption(f"… and {len(notes) - LISTED:,} more: the list's filter *With notes* has their documents.")
