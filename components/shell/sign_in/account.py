"""One's own account, at the end of the page's head: name, password, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from components.shell import connections
from components.shell.markdown import plain
from components.shell.sign_in import cookie
from components.shell.state import UiState, ui_state, widget_value
from components.shell.telling import reporting
from labeling.errors import LabelingError, explain

OWN, EVERYWHERE, HERE = "Your account", "Sign out everywhere", "Sign out"


@dataclass
class OwnAccount:
    """On which visit to a page it was opened; going to another page closed it. What is said there, once."""

    opened: int | None = None
    said: tuple[Literal["success", "error"], str] | None = None


def account(ui: UiState) -> None:
    """Who is signed in, where somebody signed in by hand, and the way out."""
    if ui.of(OwnAccount).opened == ui.screen.visit:
        _own_account(ui)
    if not ui.sign_in.token or ui.sign_in.is_over:
        return
    acts = (OWN, EVERYWHERE, HERE) if ui.api.info().can("people") else (HERE,)
    with st.container(key="account"):
        st.menu_button(
            plain(ui.sign_in.name),
            acts,
            key="account-menu",
            icon=":material/person:",
            help="Your account, and the way out",
            on_click=_do,
            args=(ui,),
        )


def _do(ui: UiState) -> None:
    act = widget_value("account-menu")
    if act == OWN:
        ui.of(OwnAccount).opened = ui.screen.visit
    elif act:
        _sign_out(ui, everywhere=act == EVERYWHERE)


def _closed() -> None:
    ui_state().of(OwnAccount).opened = None


@st.dialog("Your account", icon=":material/person:", on_dismiss=_closed)
def _own_account(ui: UiState) -> None:
    own = ui.of(OwnAccount)
    st.caption(f"You are signed in with {plain(ui.sign_in.email)}.")
    if own.said is not None:
        kind, words = own.said
        {"success": st.success, "error": st.error}[kind](plain(words))
        own.said = None
    with st.form("account-name", border=False):
        name = "" if ui.sign_in.name == ui.sign_in.email else ui.sign_in.name
        st.text_input("Name", key="account-name-text", value=name, help="As others see you.")
        st.form_submit_button("Keep the name", on_click=_rename, args=(ui,))
    with st.form("account-password", border=False, clear_on_submit=True):
        st.text_input("Your password", key="account-old", type="password", autocomplete="current-password")
        st.text_input("New password", key="account-new", type="password", autocomplete="new-password")
        st.text_input("Once more", key="account-again", type="password", autocomplete="new-password")
        st.form_submit_button("Change the password", on_click=_change_password, args=(ui,))


def _sign_out(ui: UiState, *, everywhere: bool) -> None:
    with reporting(ui, "sign out"):
        if everywhere:
            ui.api.sign_out_everywhere()
        else:
            ui.api.sign_out()
    with reporting(ui, "sign out"):
        if everywhere:
            connections.sign_ins().end_all(ui.sign_in.owner)
        else:
            connections.sign_ins().end(cookie())
    ui.sign_in.token = ""
    ui.sign_in.is_over = True


def _rename(ui: UiState) -> None:
    with _saying(ui, "keep your name") as own:
        person = ui.api.change_account(name=widget_value("account-name-text").strip())
        ui.sign_in.name = person.name or person.email or ui.sign_in.name
        own.said = ("success", f"Others see you as {ui.sign_in.name}.")


def _change_password(ui: UiState) -> None:
    old, new = widget_value("account-old"), widget_value("account-new")
    if not new or new != widget_value("account-again"):
        words = "The two new passwords differ" if new else "There is no new password"
        ui.of(OwnAccount).said = ("error", f"{words}, so it is not changed.")
        return
    with _saying(ui, "change your password") as own:
        ui.api.change_account(password=new, old_password=old)
        own.said = ("success", "Your password is changed. You are signed out everywhere else.")


@contextmanager
def _saying(ui: UiState, doing: str) -> Iterator[OwnAccount]:
    """What comes of it is said in the dialog, which is drawn alone."""
    own = ui.of(OwnAccount)
    try:
        yield own
    except LabelingError as error:
        own.said = ("error", explain(error, doing))
