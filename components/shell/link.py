"""The way from the browser's address to a place in the app, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from components.shell.compat import is_history_navigation
from components.shell.state import UiState, ui_state

_LINK = ("project", "session", "document", "segment")
_STREAMLIT = ("embed", "embed_options")
_SPAN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


def link(ui: UiState, *, document: bool = False, words: Mapping[str, str] | None = None) -> None:
    """Keep the browser's address true, so that it can be bookmarked: the document is the number shown.

    `words`: what else the page has chosen; it takes them back with `ui.address.take` when such a link is
    followed.
    """
    wanted: dict[str, object] = {"project": ui.place.project_id, "session": ui.place.session_id}
    if document:
        wanted["document"] = ui.place.position + 1
        wanted["segment"] = ui.place.linked and "-".join(map(str, ui.place.linked))
    params = {name: str(value) for name, value in wanted.items() if value is not None} | dict(words or {})
    if ui.address.set(params):
        st.query_params.from_dict(params)


def no_page() -> None:
    """Say that the address is that of no page, and what is shown instead."""
    name = urlsplit(st.context.url or "").path
    words = f"There is no page “{name}”: this is Sessions. All pages stand in the bar above."
    ui_state().tell("page", "warning", words)


def adopt_link(ui: UiState) -> bool:
    """Go where the browser's address leads, if the person went there; whether they did. Asked once a run."""
    said = {name: value for name, value in st.query_params.to_dict().items() if name not in _STREAMLIT}
    params = {name: value for name, value in said.items() if name in _LINK}
    if not ui.address.is_news(said, by_button=is_history_navigation()):
        return False
    ui.address.followed = {name: value for name, value in said.items() if name not in _LINK}
    numbers = {
        name: int(value)
        for name, value in params.items()
        if name != "segment" and value.isdecimal() and 0 < int(value[:10]) < 10**9
    }
    span = _SPAN.fullmatch(params.get("segment", ""))
    if "project" in numbers:
        same = ui.place.session_id if numbers["project"] == ui.place.project_id else None
        ui.place.choose_session(numbers["project"], numbers.get("session", same))
    if "document" in numbers:
        ui.place.open_document(numbers["document"] - 1)
        ui.place.list_follows = True
    if span:
        ui.place.seek((int(span[1]), int(span[2])))
    if len(numbers) + bool(span) < len(params):
        ui.tell(
            "page", "warning", "The link names something that is not a number from 1 up; it was left out."
        )
    return True
