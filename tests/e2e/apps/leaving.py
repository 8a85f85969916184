"""Two pages with unsaved work, and one without, under one title;
elements above and below what is not to be seen."""

import secrets

import streamlit as st

from components.shell.assets import assets
from components.shell.compat import is_script
from components.shell.first_page import first_page
from components.shell.leaving import leaving
from components.shell.page import STYLE
from components.shell.reconnection import reconnection


def count(name: str, by: int) -> None:
    st.session_state[name] = max(0, st.session_state.get(name, 0) + by)


def page(title: str) -> None:
    st.text("above")
    leaving(
        unkept=st.session_state.get("unkept", 0),
        unsaved=st.session_state.get("unsaved", 0),
        title=f"{title} \n",  # a browser gives a title without such white space
    )
    st.text("below")
    st.text("directly below")
    st.button("Edit", on_click=count, args=("unsaved", 1))
    st.button("Save", on_click=count, args=("unsaved", -9))
    st.button("Fail to keep", on_click=count, args=("unkept", 1))
    st.button("Keep", on_click=count, args=("unkept", -9))
    st.text(
        f"{title}: {st.session_state.get('unsaved', 0)} unsaved, {st.session_state.get('unkept', 0)} unkept"
    )


def annotate() -> None:
    page("Annotate")


def sessions() -> None:
    page("Sessions")


def elsewhere() -> None:
    st.text("elsewhere")


if is_script():
    st.set_page_config(page_title="Tagwright")
    st.html(STYLE)
    pages = [annotate, sessions, elsewhere]
    st.navigation([st.Page(each, title=each.__name__.title()) for each in pages], position="top").run()
    reconnection(run=secrets.token_hex(4))
else:
    app = st.App(__file__, routes=[assets(), *first_page()])
