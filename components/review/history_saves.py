"""The saves of a session that its server keeps: found by person, document and time, each opened to what it
changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import pandas as pd
import streamlit as st

from components.review.history_documents import ChangedText, class_choice, documents, place_of, restore
from components.review.place import say, word
from components.review.tables import height_of
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.naming import person_name, within
from components.shell.showing import showing
from components.shell.state import ROW_CHOICE, row_choice
from components.shell.telling import loading
from labeling.errors import NotFound
from labeling.studio.saves import ListedSave, SavedDocument, SaveDetails

PAGE = 50
"""Saves on a page."""
AT_ONCE = 10
"""Documents of a save that are shown at a time."""
SAVE, PERSON, DOCUMENT = "save", "person", "document"
"""Words of the address."""
OWN = {"name": "name", "classes": "classes", "labels": "labels", "user_id": "person"}
"""What of a session's own is told; the rest follows from its documents."""


@dataclass
class SavesShown:
    """Which page of saves and of a save's documents is open, and of which session and filter."""

    of: tuple[object, ...] = ()
    page: int = 0
    documents: int = AT_ONCE


@dataclass
class Places:
    """Where documents stand in a session, by their ids; None: not there any more."""

    of: tuple[object, ...] = ()
    found: dict[int, int | None] = field(default_factory=dict)


def saves(desk: Desk) -> None:
    """The table, and below it the save that is chosen."""
    ui, session = desk.ui, desk.session
    with st.container(horizontal=True, vertical_alignment="bottom"):
        only_document = _document_number(desk)
        only_person = _person(desk)
        classes = class_choice(desk)
    state, of = ui.of(SavesShown), (session.key, only_document, only_person)
    if state.of != of:
        state.of, state.page = of, 0
    with loading("read the history of the session"):
        document_id = _id_of(desk, only_document)
        listing = ui.api.saves(
            *session.key,
            document_id=document_id,
            user_id=only_person,
            offset=state.page * PAGE,
            limit=PAGE,
        )
    if not listing.saves:
        is_narrowed = of[1:] != (None, None)
        words = "No save fits." if is_narrowed or state.page else "Nothing was saved in this session yet."
        st.info(words, icon=":material/info:")
        return
    chosen = _table(desk, listing.saves)
    _pager(state, has_more=listing.has_more)
    if chosen is not None:
        _save(desk, chosen, classes, state)


def _document_number(desk: Desk) -> int | None:
    said = word(desk.ui, DOCUMENT)
    now = int(said) if said.isdecimal() and 0 < int(said[:9]) < 10**8 else None

    def take(number: int | None) -> None:
        say(desk.ui, **{DOCUMENT: str(number or ""), SAVE: ""})

    key, typed = showing(desk.ui, f"history-document-{desk.session.id}", now, take)
    number = st.number_input(
        "Document",
        1,
        10**8,
        key=key,
        placeholder="any",
        width=140,
        on_change=typed,
    )
    return None if number is None else int(number)


def _id_of(desk: Desk, number: int | None) -> int | None:
    """The id of the document at a place (from 1). Raises NotFound."""
    if number is None:
        return None
    found = desk.reader.at(number - 1)
    if found is None or found.document.id is None:
        raise NotFound(f"The session has no document {number:,}.")
    return found.document.id


def _person(desk: Desk) -> int | None:
    """Whose saves: of those who work in the project, where the caller sees them."""
    with loading("read who works in this project"):
        if not desk.api.info().can("people"):
            return None
        members = desk.api.members(desk.session.project_id)
    names = {str(one.id): person_name(desk.ui, one) or f"Person {one.id}" for one in members}
    if len(names) < 2:
        return None
    said = word(desk.ui, PERSON)
    name, now = f"history-person-{desk.session.id}", said if said in names else ""
    key, chose = showing(desk.ui, name, now, lambda person: say(desk.ui, **{PERSON: person, SAVE: ""}))
    chosen = st.selectbox(
        "Person",
        ["", *names],
        format_func=lambda one: names.get(one, "Everybody"),
        key=key,
        width=220,
        on_change=chose,
    )
    return int(chosen) if chosen else None


def _table(desk: Desk, listed: Sequence[ListedSave]) -> int | None:
    """The saves as a table; the number of the one that is chosen."""
    numbers = [one.n for one in listed]
    said = word(desk.ui, SAVE)
    chosen = int(said) if said.isdecimal() else None
    key = f"history-saves-{desk.session.id}"
    chose = row_choice(key, numbers, chosen, lambda n: say(desk.ui, **{SAVE: str(n)}))
    frame = pd.DataFrame(
        {
            "n": numbers,
            "at": [one.at for one in listed],
            "who": [person_name(desk.ui, one.user) or "–" for one in listed],
            "documents": [one.documents for one in listed],
            "what": [what_in_words(one) for one in listed],
            "client": [one.client for one in listed],
        }
    )
    column = st.column_config
    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=height_of(len(listed), 8),
        row_height=35,
        on_select=chose,
        selection_mode=ROW_CHOICE,
        column_config={
            "n": column.NumberColumn("Save", format="localized", width=64),
            "at": column.DatetimeColumn("Saved", format="YYYY-MM-DD HH:mm", timezone=st.context.timezone),
            "who": column.TextColumn("By", width=200),
            "documents": column.NumberColumn("Documents", format="localized"),
            "what": column.TextColumn("Changed", width=300),
            "client": column.TextColumn("With"),
        },
        placeholder="–",
        alt="The saves of the session, newest first. Choose a row to see what it changed.",
    )
    return chosen if chosen in numbers else None


def what_in_words(save: ListedSave | SaveDetails) -> str:
    """`tags · 5 done · classes`: how many tags of which kind is told where they are matched, below."""
    words = ["tags"] if save.added or save.removed or save.renamed or save.moved else []
    words += [f"{save.done:,} done"] if save.done else []
    words += [OWN[name] for name in save.replaced if name in OWN]
    words += ["documents added or gone"] if "document_count" in save.replaced else []
    return " · ".join(words) or "marks or segments"


def _pager(state: SavesShown, *, has_more: bool) -> None:
    if not has_more and not state.page:
        return

    def turn(by: int) -> None:
        state.page += by

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Newer", key="history-newer", disabled=not state.page, on_click=turn, args=(-1,))
        st.button("Older", key="history-older", disabled=not has_more, on_click=turn, args=(1,))


def _save(desk: Desk, n: int, classes: tuple[str | None, ...] | None, state: SavesShown) -> None:
    """What one save changed, in words, and the way back."""
    with loading("read this save"):
        save = desk.api.one_save(*desk.session.key, n, limit=state.documents)
    who = within(person_name(desk.ui, save.user))
    when = f" of {save.at:%d %b %Y %H:%M} UTC" if save.at else ""
    name = f"the save by {who}{when}" + (f", {classes[0]}" if classes else "")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(f"Save {n:,} by {plain(who)}", anchor=False)
        st.button(
            f"Restore {'this class in' if classes else ''} all of it".replace("  ", " "),
            key="history-restore-all",
            icon=":material/undo:",
            disabled=desk.read_only or not save.documents,
            help="Takes the whole save back in your draft, as one step: nothing is saved yet.",
            on_click=partial(restore, desk, partial(_all_of, desk, n), classes, name),
        )
    if own := [OWN[name_] for name_ in save.replaced if name_ in OWN]:
        st.caption(f"The session's {' and '.join(own)} changed too; that is not taken back here.")
    documents(desk, [_changed(desk, one, n) for one in save.documents], classes, name)
    if save.has_more:

        def more() -> None:
            state.documents += AT_ONCE

        st.button("More documents", key="history-more", on_click=more)


def _all_of(desk: Desk, n: int) -> list[ChangedText]:
    """Every document that a save changed."""
    found, offset = list[ChangedText](), 0
    while True:
        page = desk.api.one_save(*desk.session.key, n, offset=offset, limit=100)
        found += [ChangedText(one.then(one.before), one.then(one.after)) for one in page.documents]
        offset += len(page.documents)
        if not page.has_more or not page.documents:
            return found


def _changed(desk: Desk, one: SavedDocument, save: int) -> ChangedText:
    """What a save made of a document, with its place, which is asked for once."""
    known = desk.ui.of(Places)
    if known.of != (desk.session.key, desk.session.document_count):
        known.of, known.found = (desk.session.key, desk.session.document_count), {}
    if one.id not in known.found:
        known.found[one.id] = None
        with suppress(NotFound):
            known.found[one.id] = place_of(desk.api.document(*desk.session.key, one.id))
    return ChangedText(one.then(one.before), one.then(one.after), known.found[one.id], save)
