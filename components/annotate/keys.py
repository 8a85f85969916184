"""Which key does what: a person's keys of classes and labels, and the help that lists all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from components.annotate.by_name import kept_by_name, kept_name
from components.annotate.highlighter import Keys
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import UiState, ui_state, widget_value
from labeling.draft.shortcuts import Name, as_key, chosen, faults, in_use, kept_keys, to_json
from labeling.model import Shape


class KeyLine(NamedTuple):
    """What some keys do. Each of `keys` does it; ` + ` stands between those that are pressed together.
    `fits`: in which sessions there is something for it to do."""

    keys: tuple[str, ...]
    does: str
    fits: Callable[[Shape], bool] = lambda shape: True


def _has_both(shape: Shape) -> bool:
    return shape.classes and shape.labels


KEYS = {
    "Tag": (
        KeyLine(("digit",), "The class with this key", lambda shape: shape.classes),
        KeyLine(("letter",), "The label with this key", lambda shape: shape.labels),
        KeyLine(("Enter",), "Take the class or the label alone", _has_both),
        KeyLine(("Space",), "The last tag once more"),
        KeyLine(
            ("/",),
            "Find a class or a label by its name; so does a letter that is no key, with words selected",
        ),
        KeyLine(("=",), "Tag every occurrence of the words"),
        KeyLine(("*",), "Make the whole document what is tagged", lambda shape: shape.whole_documents),
    ),
    "Move and select": (
        KeyLine(("← →",), "By character"),
        KeyLine(("↑ ↓",), "By line"),
        KeyLine(("Ctrl + ← →",), "By word"),
        KeyLine(("Home", "End"), "To the ends of the line"),
        KeyLine(("Ctrl + Home", "Ctrl + End"), "To the ends of the document"),
        KeyLine(("Shift + any of these",), "Select whole words"),
        KeyLine(("Alt + Shift + ← →",), "Select by character"),
        KeyLine(
            (";",), "Jump: with two letters, select the next word that begins with them; again: the one after"
        ),
        KeyLine(
            ("Ctrl + G", "Ctrl + Shift + G"), "Select the next, the previous hit of the documents' search"
        ),
        KeyLine(("Ctrl + A",), "Select the whole document"),
    ),
    "Segments": (
        KeyLine(("Tab", "Shift + Tab"), "Pick the next, the one before"),
        KeyLine(("Shift + ← →",), "Move the end of the picked one"),
        KeyLine(("Ctrl + Shift + ← →",), "Move its start"),
        KeyLine(("Alt + these two",), "By character instead of word"),
        KeyLine(("↑ ↓",), "Choose one of its tags", lambda shape: not shape.one_tag),
        KeyLine(("+",), "Give it a further tag", lambda shape: not shape.one_tag),
        KeyLine(("Ctrl + J",), "Join it with the next one of the same tags"),
        KeyLine(("Ctrl + X",), "Split it where it was clicked on, or the one around the cursor there"),
        KeyLine(("Backspace",), "Remove the tag"),
        KeyLine(("Delete",), "Remove the segment"),
        KeyLine(("Esc",), "Drop what was begun, then leave the text"),
    ),
    "What is proposed": (
        KeyLine(("Tab", "Shift + Tab"), "Pick the next, the one before, as with segments"),
        KeyLine(("Enter",), "Take the picked one, and go on to the next"),
        KeyLine(("Delete", "Backspace"), "Reject it, and go on to the next"),
        KeyLine(("digit", "letter"), "Take it with this class or label instead"),
        KeyLine(("Shift + Enter",), "Take all that are sure enough, as one step"),
    ),
    "Documents": (
        KeyLine((".",), "Next"),
        KeyLine((",",), "Previous"),
        KeyLine((">",), "Next that is not done"),
        KeyLine(("!",), "Next with a problem"),
        KeyLine(("#",), "A note on the picked segment, the words selected, else the document"),
        KeyLine(("Ctrl + Enter",), "Done and next"),
        KeyLine(
            ("Enter",),
            "The same where whole documents are tagged, with nothing begun",
            lambda shape: shape.whole_documents,
        ),
    ),
    "Page": (
        KeyLine(("Ctrl + S",), "Save"),
        KeyLine(("Ctrl + Z",), "Undo"),
        KeyLine(("Ctrl + Shift + Z", "Ctrl + Y"), "Redo"),
        KeyLine(("?",), "This help"),
    ),
}
"""All keys of the page Annotate, as its help and the documentation list them. On a Mac, ⌘ stands for Ctrl."""

FIELDS = 6
"""Fields for keys in one row."""
STYLE = f"<style>{Path(__file__).with_suffix('.css').read_text(encoding='utf-8')}</style>"


# A person's keys


def keys_of(desk: Desk) -> Keys:
    """The keys of the session's classes and labels; what is new gets one, which is kept for this person."""
    now = _now(desk)
    return Keys(
        classes={name: key for (field, name), key in now.items() if field == "classes"},
        labels={name: key for (field, name), key in now.items() if field == "labels"},
    )


def _now(desk: Desk) -> dict[Name, str]:
    return kept_by_name(desk, "keys", in_use)


# The help


@dataclass
class Help:
    """The help: in which run and on which visit to the page it was `opened`, if it is open, and what is wrong
    with the typed keys."""

    opened: tuple[int, int] | None = None
    wrong: dict[Name, str] = field(default_factory=dict)


def open_help(ui: UiState) -> None:
    """Show the help, until it is closed."""
    help_ = ui.of(Help)
    help_.opened, help_.wrong = (ui.screen.run, ui.screen.visit), {}


def is_help_open(ui: UiState) -> bool:
    """Whether the help is shown; going to another page closed it."""
    opened = ui.of(Help).opened
    return opened is not None and opened[1] == ui.screen.visit


def help_wanted(desk: Desk) -> None:
    """The help while it is open, whatever else runs the page."""
    if is_help_open(desk.ui):
        _help(desk)


def _closed() -> None:
    ui_state().of(Help).opened = None


@st.dialog("Keys", width=920, icon=":material/keyboard:", on_dismiss=_closed)
def _help(desk: Desk) -> None:
    opened = desk.ui.of(Help).opened
    if opened is None:
        # Its form was kept: the page shows the new keys.
        st.rerun()
    every, own = st.tabs(["All keys", "Your keys"], key=f"help-{opened[0]}", on_change="rerun")
    with every:
        st.html(STYLE + key_groups(desk.draft.scheme.shape))
        st.caption("On a Mac, ⌘ stands for Ctrl.")
    with own:
        _form(desk, _now(desk), opened[0])


def key_groups(shape: Shape) -> str:
    """The keys that do something in a session of this shape, as tables in HTML."""
    tables = []
    for name, lines in KEYS.items():
        rows = [
            f"<tr><th scope='row'>{' '.join(map(_chord, line.keys))}</th><td>{escape(line.does)}</td></tr>"
            for line in lines
            if line.fits(shape)
        ]
        tables.append(f"<table><caption>{escape(name)}</caption><tbody>{''.join(rows)}</tbody></table>")
    return f"<div class='key-groups'>{''.join(tables)}</div>"


def _chord(keys: str) -> str:
    parts = [key.split() if key[0] in "←↑" else [key] for key in keys.split(" + ")]
    return f"<span>{'<i>+</i>'.join(''.join(map(_cap, part)) for part in parts)}</span>"


def _cap(key: str) -> str:
    """A key is drawn as one; words that stand for keys are words."""
    return f"<em>{escape(key)}</em>" if key[0].islower() or " " in key else f"<kbd>{escape(key)}</kbd>"


def _form(desk: Desk, now: dict[Name, str], opened: int) -> None:
    """A field for the key of each class and label."""
    shape, wrong = desk.draft.scheme.shape, desk.ui.of(Help).wrong
    lists: dict[str, list[Name]] = {}
    if shape.classes:
        lists["Classes"] = [("classes", name) for name in desk.draft.classes]
    if shape.labels:
        lists["Labels"] = [("labels", name) for name in desk.draft.labels]
    # By its name: another window may change the lists while the keys are typed.
    fields = {name: f"key-{opened}-{'-'.join(name)}" for names in lists.values() for name in names}
    st.caption(
        "One letter or one digit each. A field that you leave empty is filled for you while there are "
        "keys. They are kept for you alone, in all sessions of this project."
    )
    with st.form("your-keys", border=False, enter_to_submit=False):
        for title, names in lists.items():
            st.markdown(f"**{title}**")
            columns = st.columns(FIELDS)
            for n, name in enumerate(names):
                columns[n % FIELDS].text_input(plain(name[1]), now.get(name, ""), key=fields[name])
        if wrong:
            words = [f"**{plain(called)}**: {plain(why)}." for (_, called), why in wrong.items()]
            st.error("  \n".join(words), icon=":material/block:")
        with st.container(horizontal=True):
            keep, reset = partial(_keep, desk, fields), partial(_reset, desk)
            st.form_submit_button("Keep these keys", key="keep-keys", type="primary", on_click=keep)
            st.form_submit_button("Back to the automatic ones", key="reset-keys", on_click=reset)


def _keep(desk: Desk, fields: dict[Name, str]) -> None:
    wanted = {name: as_key(widget_value(key) or "") for name, key in fields.items()}
    desk.ui.of(Help).wrong = wrong = faults(wanted)
    if wrong:
        return
    _set(desk, lambda value: to_json(chosen(wanted, kept_keys(value))))
    desk.tell("text", "info", "The keys are as you want them")


def _reset(desk: Desk) -> None:
    _set(desk, lambda value: [])
    desk.tell("text", "info", "The keys are the automatic ones again")


def _set(desk: Desk, choose: Callable[[Any], object]) -> None:
    desk.ui.preferences.change(kept_name("keys", desk.session), choose)
    if desk.ui.preferences.why is not None:
        desk.tell("page", "warning", f"Your keys hold in this tab only for now: {desk.ui.preferences.why}.")
    _closed()
