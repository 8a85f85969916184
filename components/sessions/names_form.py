"""The classes or labels of a session: add, order, rename, merge, remove; how many documents use them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import pandas as pd
import streamlit as st

from components.shell.answers import fresh
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import ROW_CHOICE, row_choice, set_widget, widget_value
from components.shell.telling import loading
from labeling.documents.reader import Reader
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.vocabulary import SINGULAR, Field, uses_in
from labeling.editing.session import (
    add_name,
    move_name,
    names_of,
    names_on_server,
    remove_name,
    rename_name,
    uses_in_draft,
)
from labeling.phrases import count_of
from labeling.studio.filter import DocumentFilter

Doing = Literal["Rename", "Remove"]
Make = Callable[[Draft], Change | Refused]
DOINGS: tuple[Doing, ...] = ("Rename", "Remove")
NOWHERE = "Nowhere: the tags go, their segments stay"


@dataclass
class NameLists:
    """By list: the name chosen in it, what is asked about one of its names, the other name that is to be
    renamed to, and is there already, and the name that was added last."""

    chosen: dict[str, str] = field(default_factory=dict)
    asked: dict[str, tuple[Doing, str]] = field(default_factory=dict)
    merging: dict[str, str] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)


def names_form(desk: Desk, field: Field, known: Sequence[str] | None) -> None:
    """One list of names: choose one to move, rename or remove it; add another below. `known`: only these."""
    names = desk.draft.classes if field == "classes" else desk.draft.labels
    st.markdown(f"**{field.capitalize()}**")
    key, lists = f"{field}-{desk.session.id}", desk.ui.of(NameLists)
    chosen = lists.chosen.get(key)
    chosen = chosen if chosen in names else None
    chose = row_choice(key, names, chosen, lambda name: lists.chosen.update({key: name}))
    if names:
        st.dataframe(
            pd.DataFrame({"name": list(names)}),
            key=key,
            hide_index=True,
            height=min(38 + 35 * len(names), 260),
            row_height=35,
            on_select=chose,
            selection_mode=ROW_CHOICE,
            column_config={"name": st.column_config.TextColumn(field.capitalize())},
            alt=f"The {field} of the session in their order. Choose one to move, rename or remove it.",
        )
    else:
        st.caption(f"No {field} yet.")
    _buttons(desk, field, chosen, key, idle=desk.read_only or chosen is None)
    asked = lists.asked.get(key)
    if asked is not None and asked[1] == chosen and not desk.read_only:
        _ask(desk, field, names, asked, key)
    _add_field(desk, field, known, names, f"add-{key}")


def _buttons(desk: Desk, field: Field, chosen: str | None, key: str, *, idle: bool) -> None:
    one = SINGULAR[field]
    with st.container(horizontal=True):
        for word, icon, by in (
            ("Up", ":material/arrow_upward:", -1),
            ("Down", ":material/arrow_downward:", 1),
        ):
            st.button(
                "",
                key=f"{word}-{key}",
                icon=icon,
                disabled=idle,
                help=f"Move the chosen {one} {word.lower()}",
                on_click=desk.step,
                args=(partial(move_name, field=field, name=chosen or "", by=by),),
            )
        for doing in DOINGS:
            st.button(
                f"{doing} …",
                key=f"{doing.lower()}-{key}",
                disabled=idle,
                help=f"{doing} the chosen {one} in the list and in every document; "
                "shows first how many use it",
                on_click=_asks,
                args=(desk, key, (doing, chosen)),
            )


def _asks(desk: Desk, key: str, about: tuple[Doing, str]) -> None:
    _answered(desk, key)
    desk.ui.of(NameLists).asked[key] = about


def _answered(desk: Desk, key: str) -> None:
    lists = desk.ui.of(NameLists)
    lists.asked.pop(key, None)
    lists.merging.pop(key, None)


def _ask(desk: Desk, field: Field, names: Sequence[str], asked: tuple[Doing, str], key: str) -> None:
    """How many documents use the name; what is to become of it, and of their tags."""
    doing, name = asked
    one = SINGULAR[field]
    with st.container(border=True, key=f"asked-box-{key}"):
        with loading(f"count the uses of {name}"), st.spinner("Counting the documents that use it"):
            count_name = f"uses-{desk.session.project_id}-{desk.session.id}-{field}-{name}-{desk.draft.taken}"
            uses = fresh(desk.ui, count_name, lambda: _uses(desk, field, name))
        st.markdown(f"**{doing} the {one} {plain(name)}**, used in {count_of(uses, 'document')}")
        if doing == "Rename":
            _renaming(desk, field, name, names, key)
        else:
            _removing(desk, field, name, names, uses, key)
        st.button("Cancel", key=f"cancel-{key}", on_click=_answered, args=(desk, key))
        if uses:
            st.caption("One step, which Undo takes back. Save then goes through the documents.")


def _renaming(desk: Desk, field: Field, name: str, names: Sequence[str], key: str) -> None:
    """In a form: what is typed goes with the press on the button, which no run of the page comes before."""
    with st.form(f"rename-form-{key}", border=False):
        st.text_input("New name", key=f"new-name-{key}-{name}", value=name)
        st.form_submit_button(
            "Rename", key=f"do-{key}", type="primary", on_click=_rename, args=(desk, field, name, key)
        )
    other = desk.ui.of(NameLists).merging.get(key)
    if other is not None and other in names and other != name:
        st.caption(f"There is “{plain(other)}” already: the two become one.")
        make = partial(remove_name, field=field, name=name, uses=1, new=other)
        _button(desk, f"Merge into {plain(other)}", make, key, name="merge")


def _rename(desk: Desk, field: Field, name: str, key: str) -> None:
    """A name that is there already is asked about: the two would become one."""
    new, lists = (widget_value(f"new-name-{key}-{name}") or "").strip(), desk.ui.of(NameLists)
    lists.merging.pop(key, None)
    if new != name and new in names_of(desk.now().draft, field):
        lists.merging[key] = new
    elif new == name:
        desk.tell("page", "info", f"It is called “{name}” already.")
    else:
        _do(desk, partial(rename_name, field=field, name=name, new=new), key)


def _button(desk: Desk, word: str, make: Make | None, key: str, *, name: str = "do") -> None:
    st.button(
        word,
        key=f"{name}-{key}",
        type="primary",
        disabled=make is None,
        on_click=_do,
        args=(desk, make, key),
    )


def _removing(desk: Desk, field: Field, name: str, names: Sequence[str], uses: int, key: str) -> None:
    make, word = _removal(field, name, names, uses, key)
    _button(desk, word, make, key)


def _removal(field: Field, name: str, names: Sequence[str], uses: int, key: str) -> tuple[Make | None, str]:
    """The step as it is chosen so far (None: it is not), and the word on its button."""
    if not uses:
        return (lambda draft: remove_name(draft, field, name, 0)), "Remove"
    others = [other for other in names if other != name]
    to = st.selectbox(
        "Where do its tags go?",
        [*others, NOWHERE],
        index=None,
        key=f"to-{key}-{name}",
        placeholder="Choose",
    )
    if to is None:
        return None, "Remove"
    if to == NOWHERE:
        return (lambda draft: remove_name(draft, field, name, uses)), "Remove with its tags"
    return (lambda draft: remove_name(draft, field, name, uses, to)), "Remove, and move its tags"


def _do(desk: Desk, make: Make, key: str) -> None:
    if desk.took(make):
        _answered(desk, key)


def _add_field(desk: Desk, field: Field, known: Sequence[str] | None, names: Sequence[str], key: str) -> None:
    one, add = SINGULAR[field], partial(_add, desk, field, key, empty="" if known is None else None)
    if known is None:
        st.text_input(
            f"Add a {one}",
            key=key,
            placeholder=f"Name of a new {one}, then Enter",
            disabled=desk.read_only,
            on_change=add,
        )
    else:
        st.selectbox(
            f"Add a {one} of the project",
            [name for name in known if name not in names],
            index=None,
            key=key,
            placeholder="In this type of session, labels are the project's",
            disabled=desk.read_only,
            on_change=add,
        )


def _add(desk: Desk, field: Field, key: str, empty: str | None) -> None:
    name, added = widget_value(key), desk.ui.of(NameLists).added
    # The browser may tell it once more, before it has drawn the field empty.
    is_told_again = name == added.get(key) and (name or "").strip() in names_of(desk.now().draft, field)
    if name and (is_told_again or desk.took(lambda draft: add_name(draft, field, name))):
        added[key] = name
        set_widget(key, empty)


def _uses(desk: Desk, field: Field, name: str) -> int:
    """In how many documents a name is used, the draft's changes included."""
    there, reader = names_on_server(desk.draft, field, name), Reader(desk.api, desk.session)
    if desk.api.info().can("filters"):
        on_server = sum(reader.read(0, DocumentFilter.using(field, other), 1).total for other in there)
    else:
        on_server = sum(
            any(uses_in(item.document.segments, field, other) for other in there)
            for item in reader.each_said()
        )
    touched = [desk.draft.document(key) for key in desk.draft.documents]
    return uses_in_draft(touched, field, name, on_server)
