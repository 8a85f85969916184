"""What one edit costs the line, counted on the websocket of the running app; no browser takes part."""

from __future__ import annotations

import pytest

from bench.letters import letters, link, make_session
from labeling.studio.client import LabelingClient
from tests.e2e.app_server import AppServer
from tests.tab import Tab

MOST = 15_000
"""Bytes that an edit may send on a document of some 40 words, however many documents the session has."""


def tab_of(server: AppServer, documents: int) -> Tab:
    """A tab on a new session of so many documents."""
    with server.http() as http:
        session = make_session(LabelingClient(http), letters(documents))
    return Tab(link(server.url, session))


@pytest.mark.parametrize("documents", [1, 100])
def test_an_edit_sends_what_is_another_now_and_no_script_or_style(server: AppServer, documents: int) -> None:
    with tab_of(server, documents) as tab:
        tab.open()
        tab.tag((0, 6), ("Room", "POS"), 1)
        assert (tab.data("text")["applied"], tab.data("text")["refused"]) == ({"w": 1}, [])
        assert tab.bytes_sent < MOST, tab.sent
        for node in tab.components.values():
            assert len(node.js_content) < 400
            assert (node.css_content, node.html_content) == ("", "")


def test_what_the_browser_says_it_holds_is_left_out_until_it_asks_for_it(server: AppServer) -> None:
    with tab_of(server, 3) as tab:
        tab.open()
        for component in ("text", "documents"):
            assert all(tab.data(component)["parts"].values()), "nothing is held yet"
        tab.tag((0, 6), ("Room", "POS"), 1)
        for component in ("text", "documents"):
            names = list(tab.data(component)["parts"])
            assert not any(tab.data(component)["parts"].values())
            tab.report(component, {**tab.state(component), "asks": names})
            assert all(tab.data(component)["parts"].values())
