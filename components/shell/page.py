"""What every page starts from: the signed-in client, the tab's state, its notices."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.shell import connections
from components.shell.answers import forget, offline_banner
from components.shell.compat import this_tab
from components.shell.link import adopt_link
from components.shell.sign_in import connect_tab, recognise, sign_in
from components.shell.sign_in.account import account
from components.shell.state import UiState, ui_state
from components.shell.telling import loading, notices, stop, window
from components.shell.turns import turns
from components.shell.watch import watch

HERE = Path(__file__).parent
STYLE = f"<style>{(HERE / 'style.css').read_text(encoding='utf-8')}</style>"
COMPACT = f"<style>{(HERE / 'compact.css').read_text(encoding='utf-8')}</style>"


def start(title: str, *, compact: bool = False) -> UiState:
    """Start a page: adopt what the link asks for, say what there is to say, sign in where that is needed.

    A compact page leaves its room to the work, and says by itself what is unsaved, with `window`.
    """
    turns.pass_on()  # a part that is drawn alone may have become a whole page, which takes too long
    ui = ui_state()
    if title != ui.screen.title:
        ui.screen.title, ui.screen.visit = title, ui.screen.visit + 1
    ui.screen.run += 1
    ui.screen.whole_run = ui.screen.run
    watch().leave(this_tab())
    ui.store = connections.draft_store()
    ui.api_name = connections.settings().api_name
    adopt_link(ui)
    st.html(STYLE + (COMPACT if compact else ""))
    st.header(title, anchor=False)
    if ui.collect_save():
        forget(ui)
    with loading("find out who works here, and so whose drafts to open", broken="work with the server"):
        recognise(ui)
        if not ui.sign_in.is_over:
            connect_tab(ui)
    with st.container(key="notices"):
        notices(ui, "page")
    with slot():
        account(ui)
        offline_banner(ui)
    if not compact:
        window(ui)
    if ui.sign_in.is_over:
        sign_in(ui)
        stop(ui)
    return ui


def slot() -> DeltaGenerator:
    """A place for what comes and goes.

    Streamlit tells blocks apart by their number in the page: without a place of its own, what appears would
    make all below it other elements, and the text would lose its cursor, a table its open cell.
    """
    return st.container()
