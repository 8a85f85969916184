"""Every tab of Review, and Assign, on a server that names no abilities, and with any number of people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from components.shell import connections
from labeling.model import Document, Session
from labeling.server.accounts import local_token
from labeling.server.storage.store import Store
from labeling.studio.client import LabelingClient
from tests.app.browser import press, shown, until_said, whole
from tests.app.build import a_project, a_session, tagged
from tests.app.conftest import server_over

TABS = ("overview", "agreement", "decide", "check", "people", "history")
OF_ABILITIES = ("id", "annotated", "user_id", "part", "plan", "blind", "role")


class OnlyTheContract(httpx.BaseTransport):
    """The server as one that names no abilities and knows no calls or keys beyond them."""

    def __init__(self, server: httpx.BaseTransport) -> None:
        self.server = server

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if re.search(r"/info$|/history|/handed-in|/people|/person$|/statuses$", path):
            return httpx.Response(404, json={"message": "no such call"})
        response = self.server.handle_request(request)
        if request.method != "GET" or response.status_code != 200:
            return response
        return httpx.Response(200, json=_without(json.loads(response.read()), path.endswith("/documents")))


def _without(said: object, is_listing: bool) -> object:
    if isinstance(said, list):
        return [_without(one, is_listing) for one in said]
    if not isinstance(said, dict):
        return said
    gone = OF_ABILITIES if is_listing else OF_ABILITIES[1:]
    return {key: _without(value, is_listing) for key, value in said.items() if key not in gone}


@pytest.fixture
def plain(app: AppTest, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LabelingClient:
    """The client of the app, on that server."""
    http = httpx.Client(transport=OnlyTheContract(server_over(store)), base_url="http://api")
    client = LabelingClient(http, local_token(store, tmp_path), pause=lambda seconds: None)
    monkeypatch.setattr(connections, "connect", lambda token: client)
    return client


def people(api: LabelingClient, project: int, count: int) -> list[Session]:
    """Sessions over the same documents, in which they differ at one place."""

    def letter(person: int, n: int) -> Document:
        label = "NEG" if n == 0 and person % 2 else "POS"
        made = tagged(f"{n} kind staff", ("staff", "Staff", label))
        return made.model_copy(update={"annotated": n < 2})

    return [
        a_session(api, *(letter(person, n) for n in range(3)), project=project, name=f"Person {person}")
        for person in range(count)
    ]


def opened(app: AppTest, project: int, tab: str, sessions: list[Session] | None = None) -> str:
    """A tab of Review, or the page Assign, by its address; all that it says."""
    app.query_params.clear()
    app.query_params["project"] = str(project)
    page = "assign"
    if tab != "assign":
        page, app.query_params["tab"] = "review", tab
        app.query_params["sessions"] = ",".join(str(one.id) for one in sessions or [])
    whole(app.switch_page(f"pages/{page}.py").run())
    return shown(app)


def figures(app: AppTest) -> Iterator[str]:
    """The words in all tables."""
    for frame in (*app.dataframe, *app.table):
        for column in frame.value.columns:
            yield from (str(value) for value in frame.value[column] if isinstance(value, str | float))


def test_each_tab_and_assign_say_what_a_server_without_abilities_lacks(
    app: AppTest, api: LabelingClient, plain: LabelingClient
) -> None:
    project = a_project(api)
    two = people(api, project, 2)
    opened(app, project, "overview")
    until_said(app, "Places to decide and suspects were counted")
    unmarked = "This server does not say which documents are done."
    assert unmarked in opened(app, project, "agreement", two)
    press(app, "agreement-shared")
    until_said(app, "This server keeps no history")
    assert any("F1 of identical tags: 0.667" in one.value for one in app.subheader)
    opened(app, project, "decide", two)
    press(app, "decide-start")
    assert unmarked in shown(app)
    opened(app, project, "check")
    assert not app.exception
    assert unmarked in opened(app, project, "people", two)
    assert "This Studio API keeps no history" in opened(app, project, "history")
    assert "This Studio API makes every session yours and hides none" in opened(app, project, "assign")


@pytest.mark.parametrize("count", [0, 1, 12])
def test_no_screen_fails_or_shows_what_is_no_number_with_any_number_of_people(
    app: AppTest, api: LabelingClient, count: int
) -> None:
    project = a_project(api)
    sessions = people(api, project, count)
    for tab in (*TABS, "assign"):
        said = opened(app, project, tab, sessions)
        assert not app.exception
        assert said
        if any(button.key == "decide-start" for button in app.button):
            press(app, "decide-start")
        for words in (said, *figures(app)):
            assert not re.search(r"\bnan\b|\binf\b", words, re.IGNORECASE), (tab, words)
