"""Say something to who tagged a session, on the very span: a note that waits for them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.review.agreement_place import Compared
from components.review.decide_reading import key_of
from components.review.reached import say_who_sees
from components.shell.markdown import plain
from components.shell.showing import Once, once
from components.shell.state import UiState, widget_value
from components.shell.telling import reporting
from labeling.agreement.comparison import Meeting
from labeling.draft.keys import document_keys
from labeling.model import Document, Project
from labeling.phrases import quote
from labeling.reviewing.notes import may_write, tagger_of, why_no_words
from labeling.store.review_values import StoredNote, Who

WORDS, WHOM = "people-tell-words", "people-tell-whom"
Names = Sequence[str]
"""What people are called, by their indexes."""


def tell(
    ui: UiState, project: Project, found: Compared, row: Meeting, to: Sequence[int], names: Names
) -> None:
    """A line for it, where the person may write one: `to` one of these."""
    if ui.store is None or not may_write(project.role, "remark"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="people-tell"):
        person = to[0]
        if len(to) > 1:
            person = st.selectbox(
                "Tell", to, format_func=names.__getitem__, key=f"{WHOM}-{'-'.join(map(str, to))}", width=200
            )
        label = f"Tell {plain(names[person])}" if len(to) == 1 else "What you want to say"
        field = once(ui, WORDS)
        st.text_input(label, key=field.key, width=480)
        send = partial(_send, ui, found, row, person, field)
        st.button("Tell", key=f"{field.key}-send", icon=":material/send:", on_click=send)
    say_who_sees(ui, project, [found.sessions[person]])


def _send(ui: UiState, found: Compared, row: Meeting, person: int, field: Once) -> None:
    if field.is_over:
        return
    words = (widget_value(field.key) or "").strip()
    if why := why_no_words("remark", words):
        ui.tell("page", "warning", why)
        return
    assert ui.store is not None
    compared = found.comparison.texts[row.text]
    given = compared.by_person[person]
    assert given is not None
    own = row.tags[row.people.index(person)] or next(tag for tag in row.tags if tag is not None)
    session = found.sessions[person]
    note = StoredNote(
        secrets.token_hex(8),
        key_of(session),
        document_keys([Document(id=given.id, text=given.text)])[0],
        "remark",
        Who(ui.sign_in.owner, ui.sign_in.name),
        own.span,
        tagger_of(session),
        body={"position": given.position, "quote": quote(given.text, *own.span)},
    )
    with reporting(ui, "keep the note"):
        ui.store.review(ui.api_name).notes.add([note], words)
        ui.tell("page", "success", "Told: the note stands on the text there.")
        field.end()
