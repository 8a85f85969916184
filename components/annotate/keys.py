"""Which key does what: a person's keys of classes and labels, and the help that lists all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from components.annotate.highlighter import Keys
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import UiState, ui_state, widget_value
from labeling.draft.shortcuts import Name, as_key, chosen, faults, in_use, kept_keys, to_json
from labeling.model import Session, Shape


class KeyLine(NamedTuple):
    """What some keys do. Each of `keys` does it; ` + ` stands between those that are pressed together.
    `fits`: in which sessions there is something for it to do."""

    keys: tuple[str, ...]
    does: str
    fits: Callable[[Shape], bool] = lambda shape: True


class KeyGroup(NamedTuple):
    name: str
    lines: tuple[KeyLine, ...]


def _has_both(shape: Shape) -> bool:
    return shape.classes and shape.labels


KEYS = (
    KeyGroup(
        "Tag",
        (
            KeyLine(("digit",), "The class with this key", lambda shape: shape.classes),
            KeyLine(("letter",), "The label with this key", lambda shape: shape.labels),
            KeyLine(("Enter",), "Take the class or the label alone", _has_both),
            KeyLine(("Space",), "The last tag once more"),
            KeyLine(("/",), "Find a class or a label by its name"),
            KeyLine(("=",), "Tag every occurrence of the words"),
        ),
    ),
    KeyGroup(
        "Move and select",
        (
            KeyLine(("← →",), "By character"),
            KeyLine(("↑ ↓",), "By line"),
            KeyLine(("Ctrl + ← →",), "By word"),
            KeyLine(("Home", "End"), "To the ends of the line"),
            KeyLine(("Ctrl + Home", "Ctrl + End"), "To the ends of the document"),
            KeyLine(("Shift + any of these",), "Select whole words"),
            KeyLine(("Alt + Shift + ← →",), "Select by character"),
            KeyLine(("Ctrl + A",), "Select the whole document"),
        ),
    ),
    KeyGroup(
        "Segments",
        (
            KeyLine(("Tab", "Shift + Tab"), "Pick the next, the one before"),
            KeyLine(("Shift + ← →",), "Move the end of the picked one"),
            KeyLine(("Ctrl + Shift + ← →",), "Move its start"),
            KeyLine(("Alt + these two",), "By character instead of word"),
            KeyLine(("↑ ↓",), "Choose one of its tags", lambda shape: not shape.one_tag),
            KeyLine(("+",), "Give it a further tag", lambda shape: not shape.one_tag),
            KeyLine(("Backspace",), "Remove the tag"),
            KeyLine(("Delete",), "Remove the segment"),
            KeyLine(("Esc",), "Drop what was begun, then leave the text"),
        ),
    ),
    KeyGroup(
        "Documents",
        (
            KeyLine((".",), "Next"),
            KeyLine((",",), "Previous"),
            KeyLine((">",), "Next that is not done"),
            KeyLine(("!",), "Next with a problem"),
            KeyLine(("Ctrl + Enter",), "Done and next"),
            KeyLine(
                ("Enter",),
                "The same where whole documents are tagged, with nothing begun",
                lambda shape: shape.whole_documents,
            ),
        ),
    ),
    KeyGroup(
        "Page",
        (
            KeyLine(("Ctrl + S",), "Save"),
            KeyLine(("Ctrl + Z",), "Undo"),
            KeyLine(("Ctrl + Shift + Z", "Ctrl + Y"), "Redo"),
            KeyLine(("?",), "This help"),
        ),
    ),
)
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
    classes, labels = desk.draft.scheme.offered("classes"), desk.draft.scheme.offered("labels")
    rules = desk.draft.renames.since(0)

    def keep(value: Any) -> object:
        return in_use(value, classes, labels, rules)[1]

    value = desk.ui.preferences.get(_kept_as(desk.session))
    if keep(value) is not value:
        desk.ui.preferences.change(_kept_as(desk.session), keep)
        value = desk.ui.preferences.get(_kept_as(desk.session))
    return in_use(value, classes, labels, rules)[0]


def _kept_as(session: Session) -> str:
    return f"keys/{session.project_id}"


# The help


@dataclass(frozen=True)
class OpenHelp:
    """The help while it is open: since which run, on which visit to the page, and what is wrong with the
    typed keys."""

    opened: int
    visit: int
    wrong: dict[Name, str] = field(default_factory=dict)


@dataclass
class Help:
    open: OpenHelp | None = None


def open_help(ui: UiState) -> None:
    """Show the help, until it is closed."""
    ui.of(Help).open = OpenHelp(opened=ui.screen.run, visit=ui.screen.visit)


def is_help_open(ui: UiState) -> bool:
    """Whether the help is shown; going to another page closed it."""
    known = ui.of(Help).open
    return known is not None and known.visit == ui.screen.visit


def help_wanted(desk: Desk) -> None:
    """The help while it is open, whatever else runs the page."""
    if is_help_open(desk.ui):
        _help(desk)


def _closed() -> None:
    ui_state().of(Help).open = None


@st.dialog("Keys", width=920, icon=":material/keyboard:", on_dismiss=_closed)
def _help(desk: Desk) -> None:
    open_ = desk.ui.of(Help).open
    if open_ is None:
        # Its form was kept: the page shows the new keys.
        st.rerun()
    every, own = st.tabs(["All keys", "Your keys"], key=f"help-{open_.opened}", on_change="rerun")
    with every:
        st.html(STYLE + key_groups(desk.draft.scheme.shape))
        st.caption("On a Mac, ⌘ stands for Ctrl.")
    with own:
        _form(desk, _now(desk), open_)


def key_groups(shape: Shape) -> str:
    """The keys that do something in a session of this shape, as tables in HTML."""
    tables = []
    for group in KEYS:
        rows = [
            f"<tr><th scope='row'>{' '.join(map(_chord, line.keys))}</th><td>{escape(line.does)}</td></tr>"
            for line in group.lines
            if line.fits(shape)
        ]
        tables.append(f"<table><caption>{escape(group.name)}</caption><tbody>{''.join(rows)}</tbody></table>")
    return f"<div class='key-groups'>{''.join(tables)}</div>"


def _chord(keys: str) -> str:
    parts = ["".join(_cap(part) for part in _caps(key)) for key in keys.split(" + ")]
    return f"<span>{'<i>+</i>'.join(parts)}</span>"


def _caps(key: str) -> list[str]:
    return key.split() if key[0] in "←↑" else [key]


def _cap(key: str) -> str:
    """A key is drawn as one; words that stand for keys are words."""
    return f"<em>{escape(key)}</em>" if key[0].islower() or " " in key else f"<kbd>{escape(key)}</kbd>"


def _form(desk: Desk, now: dict[Name, str], open_: OpenHelp) -> None:
    """A field for the key of each class and label."""
    lists: list[tuple[str, list[Name]]] = []
    if desk.draft.scheme.shape.classes:
        lists.append(("Classes", [("classes", name) for name in desk.draft.classes]))
    if desk.draft.scheme.shape.labels:
        lists.append(("Labels", [("labels", name) for name in desk.draft.labels]))
    # By its name: another window may change the lists while the keys are typed.
    fields = {name: f"key-{open_.opened}-{'-'.join(name)}" for _, names in lists for name in names}
    st.caption(
        "One letter or one digit each. A field that you leave empty is filled for you while there are "
        "keys. They are "
        "kept for you alone, in all sessions of this project."
    )
    with st.form("your-keys", border=False, enter_to_submit=False):
        for title, names in lists:
            st.markdown(f"**{title}**")
            columns = st.columns(FIELDS)
            for n, name in enumerate(names):
                columns[n % FIELDS].text_input(plain(name[1]), now.get(name, ""), key=fields[name])
        if open_.wrong:
            words = [f"**{plain(called)}**: {plain(why)}." for (_, called), why in open_.wrong.items()]
            st.error("  \n".join(words), icon=":material/block:")
        with st.container(horizontal=True):
            st.form_submit_button(
                "Keep these keys",
                key="keep-keys",
                type="primary",
                on_click=partial(_keep, desk, fields),
            )
            st.form_submit_button(
                "Back to the automatic ones",
                key="reset-keys",
                on_click=partial(_reset, desk),
            )


def _keep(desk: Desk, fields: dict[Name, str]) -> None:
    wanted = {name: as_key(widget_value(key) or "") for name, key in fields.items()}
    wrong = faults(wanted)
    if wrong:
        if (help_ := desk.ui.of(Help)).open is not None:
            help_.open = replace(help_.open, wrong=wrong)
        return
    _set(desk, lambda value: to_json(chosen(wanted, kept_keys(value))))
    desk.tell("text", "info", "The keys are as you want them")


def _reset(desk: Desk) -> None:
    _set(desk, lambda value: [])
    desk.tell("text", "info", "The keys are the automatic ones again")


def _set(desk: Desk, choose: Callable[[Any], object]) -> None:
    desk.ui.preferences.change(_kept_as(desk.session), choose)
    if desk.ui.preferences.why is not None:
        desk.tell("page", "warning", f"Your keys hold in this tab only for now: {desk.ui.preferences.why}.")
    _closed()
