"""Who is signed in: the form, the tab's client of the API, the way out."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from components.shell import connections
from components.shell.answers import forget
from components.shell.markdown import plain
from components.shell.state import UiState, widget_value
from components.shell.telling import reporting
from labeling.addresses import browser_address
from labeling.errors import Forbidden, Invalid, NotFound, NotSignedIn
from labeling.model import Person


def sign_in(ui: UiState) -> None:
    """Ask for e-mail and password, in place; what was edited stays as it is."""
    with st.form("sign-in", width=420):
        st.subheader("Sign in", anchor=False)
        st.caption("Your unsaved changes are kept.")
        st.text_input("E-mail", key="sign-in-email", autocomplete="email")
        st.text_input("Password", key="sign-in-password", type="password", autocomplete="current-password")
        st.form_submit_button("Sign in", type="primary", on_click=_sign_in, args=(ui,))


def _sign_in(ui: UiState) -> None:
    with reporting(ui, "sign in"):
        email = widget_value("sign-in-email").strip()
        ui.sign_in.token = connections.connect("").sign_in(
            email, widget_value("sign-in-password"), browser=_browser()
        )
        ui.sign_in.email = email
        ui.sign_in.is_over = False
        ui.answers.offline = ""
        forget(ui)


def _browser() -> str:
    """The address of the person's browser, so that many wrong passwords there hold up nobody elsewhere."""
    context = st.context  # it knows no address of this computer's own
    forwarded = context.headers.get_all("X-Forwarded-For")
    return browser_address(context.ip_address or "127.0.0.1", forwarded, connections.settings().proxies)


def connect_tab(ui: UiState) -> None:
    """Make this tab's client, anew for each token; it remembers what the server can do.

    Whose drafts these are does not depend on a passing failure: where the server cannot say now who this is,
    its LabelingError is raised, and nothing is done under another name. A server without that call knows
    people by the e-mail that they signed in with, or nobody in particular.
    """
    known, token = ui.sign_in.client, ui.sign_in.token
    if known is not None and known[0] == token:
        return
    client, person, email = connections.connect(token), Person(), ui.sign_in.email
    with suppress(NotFound, Invalid, Forbidden, NotSignedIn):
        person = client.who()
    ui.sign_in.client = (token, client)
    ui.become(str(person.id or person.email or email or ""), person.email or email)


def account(ui: UiState) -> None:
    """Who is signed in, where somebody signed in by hand, and the way out."""
    if ui.sign_in.token and not ui.sign_in.is_over:
        with st.container(
            horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="account"
        ):
            st.caption(f"Signed in as {plain(ui.sign_in.name)}")
            st.button("Sign out", key="sign-out", type="tertiary", on_click=_sign_out, args=(ui,))


def _sign_out(ui: UiState) -> None:
    with reporting(ui, "sign out"):
        ui.api.sign_out()
    ui.sign_in.token = ""
    ui.sign_in.is_over = True
