"""How to tag, beside the text: what each class means as the server says it, and the person's own notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from components.annotate.highlighter import Drawn, Keys
from components.annotate.session_notes import notes_of
from components.shell.answers import fresh
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import UiState, widget_value
from labeling.editing.session import names_on_server
from labeling.errors import LabelingError, explain
from labeling.model import NamedClass, Session
from labeling.phrases import too_long
from labeling.reviewing.notes import GUIDELINE

LASTING = 60.0
"""Seconds for which what the classes mean is not asked for again."""
LONGEST = 20_000
"""Characters of a person's notes."""


@dataclass
class Guidelines:
    """Whether the panel is open, and which notes in it are edited, by their name in the preferences."""

    is_open: bool = False
    edited: str = ""


def guidelines_button(ui: UiState) -> None:
    is_open = are_open(ui)

    def turn() -> None:
        ui.of(Guidelines).is_open = not is_open

    st.button(
        "Guidelines",
        key="guidelines",
        icon=":material/right_panel_close:" if is_open else ":material/menu_book:",
        help="Close the guidelines" if is_open else "How to tag, beside the text",
        on_click=turn,
    )


def are_open(ui: UiState) -> bool:
    return ui.of(Guidelines).is_open


def guidelines(desk: Desk, keys: Keys, segments: Sequence[Drawn]) -> None:
    """The panel. `segments` are those of the open document: their tags are counted."""
    with st.container(key="guidelines-panel"):
        st.markdown("**Guidelines**")
        if desk.session.description:
            st.markdown(plain(desk.session.description))
        _answered(desk)
        _notes(desk.ui, desk.session)
        used = Counter(name for segment in segments for tag in segment.tags for name in enumerate(tag))
        classes, labels = desk.draft.classes, desk.draft.labels
        if desk.draft.scheme.shape.classes:
            st.markdown("**Classes**")
            meanings = _meanings(desk)
            st.markdown(entries(classes, keys.classes, {name: used[0, name] for name in classes}, meanings))
        if desk.draft.scheme.shape.labels:
            st.markdown("**Labels**")
            st.markdown(entries(labels, keys.labels, {name: used[1, name] for name in labels}))


def _answered(desk: Desk) -> None:
    """The notes that leads have put here: the words of the text, and what was said of them."""
    found = [note for note in notes_of(desk) if note.closed == GUIDELINE]
    for note in found:
        said = " → ".join(plain(post.words) for post in note.posts)
        st.markdown(f"*{plain(str(note.body.get('quote', '')))}* {said}")


def entries(
    names: Iterable[str],
    keys: Mapping[str, str],
    used: Mapping[str, int],
    meanings: Mapping[str, NamedClass] | None = None,
) -> str:
    """Names in Markdown: each with its key, its count in the open document, what it means and an example."""
    found = []
    for name in names:
        meaning = (meanings or {}).get(name)
        key = f"`{keys[name]}` " if name in keys else ""
        count = f" :gray[· {used[name]} here]" if used.get(name) else ""
        words = [f"{key}**{plain(name)}**{count}"]
        if meaning is not None and (meaning.description or "").strip():
            words.append(plain(meaning.description or ""))
        if meaning is not None and (meaning.example or "").strip():
            words.append(f":gray[for example] *{plain(meaning.example or '')}*")
        found.append("  \n".join(words))
    return "\n\n".join(found) or ":gray[None]"


def _meanings(desk: Desk) -> dict[str, NamedClass]:
    """What the server says of the classes, under the names that they have in the draft."""

    def read() -> tuple[NamedClass, ...] | LabelingError:
        # A failure is remembered as well: the panel must not hold up every tag by asking once more.
        try:
            return desk.api.project_classes(desk.session.project_id)
        except LabelingError as error:
            return error

    known = fresh(desk.ui, f"class-meanings-{desk.session.project_id}", read, seconds=LASTING)
    if isinstance(known, LabelingError):
        st.caption(plain(explain(known, "read what the classes mean")))
        return {}
    by_name = {item.name: item for item in known}
    found: dict[str, NamedClass] = {}
    for name in desk.draft.classes:
        known_as = [old for old in names_on_server(desk.draft, "classes", name) if old in by_name]
        if known_as:
            found[name] = by_name[known_as[0]]
    if not any(item.description or item.example for item in found.values()):
        st.caption("The server says nothing about what they mean.")
    return found


# The person's notes


def _notes(ui: UiState, session: Session) -> None:
    """Free text in Markdown. The API has no place for it, so it is the person's own."""
    name = f"notes/{session.project_id}"
    known = ui.preferences.get(name)
    text = known if isinstance(known, str) else ""
    if ui.of(Guidelines).edited != name:
        if text:
            st.markdown(text)
        words = "Edit your notes" if text else "Write notes of your own"
        edit = partial(_edit, ui, name)
        st.button(words, key="notes-edit", icon=":material/edit:", type="tertiary", on_click=edit)
        return
    with st.form("notes", border=False):
        st.text_area(
            "Your notes",
            text,
            key="notes-text",
            height=240,
            placeholder="What to tag, what to leave, what to do when in doubt. Markdown.",
        )
        st.caption("Kept for you alone, in all sessions of this project: the server has no place for it.")
        with st.container(horizontal=True):
            st.form_submit_button("Keep", key="notes-keep", type="primary", on_click=partial(_keep, ui, name))
            st.form_submit_button("Cancel", key="notes-cancel", on_click=partial(_edit, ui, ""))


def _keep(ui: UiState, name: str) -> None:
    text = (widget_value("notes-text") or "").strip()
    if why := too_long(text, "What you note", LONGEST):
        ui.tell("page", "warning", why)
        return
    ui.preferences.change(name, lambda before: text)
    if ui.preferences.why is not None:
        ui.tell("page", "warning", f"Your notes are in this tab only for now: {ui.preferences.why}.")
    _edit(ui, "")


def _edit(ui: UiState, name: str) -> None:
    ui.of(Guidelines).edited = name
