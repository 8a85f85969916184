"""What one edit costs the line, counted on the websocket of the running app; no browser takes part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.open_annotate import make_session
from tests.e2e.app_server import AppServer
from tests.tab import Tab

MOST = 25_000
"""Bytes that an edit may send in a session of 20 documents of some 40 words. One of 100 sends some 27,000:
the rows of the list and the documents at hand go with every edit."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    server = AppServer(tmp_path_factory.mktemp("bytes") / "data", env={"LABELING_SAMPLE": ""})
    yield server
    server.stop()


@pytest.mark.parametrize(("documents", "most"), [(1, 20_000), (20, MOST)])
def test_an_edit_sends_what_is_another_now_and_no_script_or_style(
    server: AppServer, documents: int, most: int
) -> None:
    with server.http() as http:
        project = http.post("projects", json={"name": f"Of {documents}", "type": "ABSA"}).json()["id"]
        session = make_session(http, project, documents)
    with Tab(f"{server.url}/annotate?project={project}&session={session}&document=1") as tab:
        tab.open()
        given = tab.data("text")
        act = {"number": 1, "window": "w", "document": given["document"], "position": 0, "kind": "add"}
        act |= {"span": [0, 6], "tag": ["Room", "POS"]}
        tab.report("text", {"report": {"scope": given["scope"], "window": "w", "acts": [act], "sent": 1}})
        assert (tab.data("text")["applied"], tab.data("text")["refused"]) == ({"w": 1}, [])
        assert tab.bytes_sent < most, tab.sent
        for node in tab.components.values():
            assert len(node.js_content) < 1000
            assert (node.css_content, node.html_content) == ("", "")
