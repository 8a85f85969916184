"""A note on a place that is decided: for the leads, or for who tagged it; a document goes back."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from components.review.decide_acts import Deciding
from components.review.decide_reading import DecideReading, key_of
from components.review.reached import say_who_sees
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import set_widget, widget_value
from components.shell.telling import reporting
from labeling.model import Project, Session
from labeling.phrases import count_of, quote
from labeling.reviewing.decisions import PlaceStanding
from labeling.reviewing.final_version import DecideRow, lanes
from labeling.reviewing.notes import Otherwise, as_body, differences, tagger_of, why_no_words
from labeling.reviewing.sending_back import take_mark_away
from labeling.store.review_values import LEADS, NoteKind, StoredNote, Who

KINDS: tuple[NoteKind, ...] = ("remark", "question", "decided otherwise", "send back")
TO_LEADS = "the leads"
EVERYBODY = "everybody who has the document"


def note_form(desk: Desk, project: Project, state: Deciding, reading: DecideReading) -> None:
    """What is to be said about the place, to whom; nothing while none is asked for."""
    found = state.place(state.noting)
    if found is None:
        state.noting = None
        return
    row, place = found
    order = lanes(reading.plan.seed, row.key, len(row.sides.names))
    people = {f"person {lane}": row.sides.names[at] for lane, at in enumerate(order, start=1)}
    with st.container(border=True, key="decide-note"):
        st.markdown(f"**Note on {plain(quote(row.text, *place.span))}**, document {row.position + 1}")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = st.selectbox("Kind", KINDS, key="decide-note-kind", width=190, format_func=str.capitalize)
            is_theirs = kind in ("decided otherwise", "send back")
            options = [*([] if is_theirs else [TO_LEADS]), EVERYBODY, *people]
            to = st.selectbox("For", options, key="decide-note-to", width=260)
            st.text_input("What you want to say", key="decide-note-words")
            add = partial(_add, desk, state, reading, row, place, people)
            st.button("Add note", key="decide-note-add", type="primary", on_click=add)
            st.button("Cancel", key="decide-note-cancel", on_click=partial(_over, state))
        otherwise = _otherwise(place, to, people)
        if kind == "decided otherwise" and not otherwise:
            st.caption("Decide the place first: only who has something else can be told.")
        elif to != TO_LEADS:
            told = otherwise if kind == "decided otherwise" else _those(to, people)
            sessions = [one for one in reading.sessions if one.lasting_name in told]
            # Who is who stays unknown until the place is decided.
            say_who_sees(desk.ui, project, sessions, are_named=False)


def _over(state: Deciding) -> None:
    state.noting = None


def _those(to: str, people: Mapping[str, str]) -> Sequence[str]:
    """Their sessions' lasting names."""
    return list(people.values()) if to == EVERYBODY else [people[to]]


def _otherwise(place: PlaceStanding, to: str, people: Mapping[str, str]) -> dict[str, Otherwise]:
    """What was decided otherwise than those to be told have it, by session."""
    told = set(people.values()) if to == EVERYBODY else {people.get(to)}
    return {name: said for name, said in differences(place).items() if name in told}


def _add(
    desk: Desk,
    state: Deciding,
    reading: DecideReading,
    row: DecideRow,
    place: PlaceStanding,
    people: Mapping[str, str],
) -> None:
    kind, to = widget_value("decide-note-kind"), widget_value("decide-note-to")
    words = (widget_value("decide-note-words") or "").strip()
    if why := why_no_words(kind, words):
        desk.tell("page", "warning", why)
        return
    by = Who(desk.ui.sign_in.owner, desk.ui.sign_in.name)
    if to == TO_LEADS:
        body = {"position": row.position, "quote": quote(row.text, *place.span)}
        key = key_of(reading.final)
        notes = [StoredNote(_new_id(), key, row.key, kind, by, place.span, LEADS, body=body)]
    elif kind == "decided otherwise":
        notes = [
            told_note(reading, row, place, name, said, by)
            for name, said in _otherwise(place, to, people).items()
        ]
    else:
        notes = [_note_to(reading, row, place, name, kind, by) for name in _those(to, people)]
    if not notes:
        desk.tell("page", "warning", "Nobody there has anything else than what was decided.")
        return
    # The same form sent again, after a part of it failed, keeps no note twice.
    notes = [note._replace(id=_id_in(state.asked, note, words)) for note in notes]
    if _kept(desk, notes, words) and (kind != "send back" or _sent_back(desk, reading, row, notes)):
        desk.tell("page", "success", f"{count_of(len(notes), 'note')} kept.")
        set_widget("decide-note-words", "")
        state.noting = None


def _kept(desk: Desk, notes: Sequence[StoredNote], words: str) -> bool:
    with reporting(desk.ui, "keep the note"):
        assert desk.ui.store is not None
        desk.ui.store.review(desk.ui.api_name).notes.add(notes, words)
        return True
    return False


def _sent_back(desk: Desk, reading: DecideReading, row: DecideRow, notes: Sequence[StoredNote]) -> bool:
    """Take the done marks away of what the notes, kept by now, send back; whether nothing failed."""
    sessions = {one.lasting_name: one for one in reading.sessions}
    is_sent, is_told = False, True
    with reporting(desk.ui, "take the done mark away; the note is kept, so press Add note once more"):
        for note in notes:
            key, position = row.there[note.key.session]
            session = sessions[note.key.session]
            is_told = take_mark_away(desk.api, session, key, position) and is_told
        is_sent = True
    desk.ui.answers.known.clear()
    if not is_told:
        desk.tell("page", "info", "This server cannot take a done mark back: the note alone says so.")
    return is_sent


def _session_of(reading: DecideReading, name: str) -> Session:
    return next(one for one in reading.sessions if one.lasting_name == name)


def _new_id() -> str:
    return secrets.token_hex(8)


def _id_in(asked: tuple[str, int], note: StoredNote, words: str) -> str:
    """The id of a note that a form asked for: the same for the same note of the same form."""
    said = json.dumps([asked, note.key, note.document, note.kind, note.by.person, words])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _note_to(
    reading: DecideReading,
    row: DecideRow,
    place: PlaceStanding,
    name: str,
    kind: NoteKind,
    by: Who,
    body: Mapping[str, object] | None = None,
    span: tuple[int, int] | None = None,
) -> StoredNote:
    """A note for who tagged a session, on the document there."""
    session = _session_of(reading, name)
    document, position = row.there[name]
    span = span or place.span
    return StoredNote(
        _new_id(),
        key_of(session),
        document,
        kind,
        by,
        span,
        tagger_of(session),
        body={"position": position, "quote": quote(row.text, *span), **(body or {})},
    )


def told_note(
    reading: DecideReading, row: DecideRow, place: PlaceStanding, name: str, said: Otherwise, by: Who
) -> StoredNote:
    """The note that tells who tagged a session what was decided otherwise, with the decision attached."""
    body = as_body(said, reading.final.lasting_name, place.key)
    span = said.had[:2] if said.had is not None else None
    return _note_to(reading, row, place, name, "decided otherwise", by, body, span)
