"""Who works in this tab: known by the browser's cookie, asked for in place, and the way out."""

from __future__ import annotations

import json
from contextlib import suppress

import streamlit as st

from components.shell import connections
from components.shell.answers import forget
from components.shell.assets import loader
from components.shell.state import SessionKey, UiState
from labeling.errors import Forbidden, Invalid, NotFound, NotKept, NotSignedIn
from labeling.model import Person

_component = st.components.v2.component("sign-in", js=loader("shell/sign_in"), isolate_styles=True)


def recognise(ui: UiState) -> None:
    """Take in whom the browser's cookie names, looked up in each run: it may be ended in another window.

    Raises NotKept where that cannot be looked up and nobody is known yet.
    """
    sent = cookie()
    known = ui.sign_in.token
    try:
        found = connections.sign_ins().find(sent) if sent else None
    except NotKept:
        if not known:
            raise
        return
    if found is None:
        # Without a cookie, it is whoever opens the app, where that is how it is run.
        if known or connections.asks_who():
            ui.sign_in.is_over = True
        return
    if found.token == known:
        return
    ui.sign_in.token, ui.sign_in.email, ui.sign_in.is_over = found.token, found.email, False
    ui.answers.offline = ""
    forget(ui)
    if found.goes_on:
        ui.sign_in.goes_on = found.goes_on
        with suppress(NotKept):
            connections.sign_ins().went_on(sent)


def cookie() -> str:
    """What the browser sent when it opened this tab; no script of a page can read it."""
    return str(st.context.cookies.get(connections.cookie_name(), ""))


def sign_in(ui: UiState) -> None:
    """The form, in place; what was edited stays as it is. It is sent past Streamlit, to an address that gives
    the browser its cookie, and then the page is loaded anew."""
    is_back = ui.sign_in.client is not None
    caption = "Your unsaved changes are kept." if is_back else "Label spans of text, together."
    _component(key="sign-in", data={"caption": caption, "goesOn": _goes_on(ui)})


def _goes_on(ui: UiState) -> str:
    """The save that the sign-in ended, and whose it is."""
    resume = ui.save.resume
    return "" if resume is None else json.dumps({"owner": ui.sign_in.owner, "save": resume})


def _save_of(goes_on: str, owner: str) -> SessionKey | None:
    """The session whose save is to go on for this person. Anything may have been sent as that."""
    with suppress(ValueError, TypeError, KeyError):
        wanted = json.loads(goes_on)
        project_id, session_id = wanted["save"]
        if wanted["owner"] == owner:
            return int(project_id), int(session_id)
    return None


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
    ui.become(str(person.id or person.email or email or ""), person.name or person.email or email)
    if ui.sign_in.goes_on:
        ui.save.resume = _save_of(ui.sign_in.goes_on, ui.sign_in.owner)
        ui.sign_in.goes_on = ""
