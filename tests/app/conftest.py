"""Whole pages, started from app.py, on an embedded server in this process."""

from __future__ import annotations

import atexit
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import httpx
import pytest
import streamlit as st
from fastapi import FastAPI
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.runtime.context import ContextProxy
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from components.annotate import suggestions
from components.shell import answers, connections
from components.shell.compat import read_components_plainly
from components.shell.heard_out import hear_out
from labeling.documents import reader
from labeling.model import Role
from labeling.sample import projects
from labeling.server.accounts import local_token
from labeling.server.app import create_app
from labeling.server.storage.store import Store, memory_store, open_store
from labeling.settings import Settings
from labeling.store import preferences
from labeling.store.drafts import DraftStore, open_drafts
from labeling.studio.client import LabelingClient
from labeling.suggesting.suggester import Suggester, SuggestionKey, Wish
from tests.app.build import a_person
from tests.app.team import Browser
from tests.contract.transport import InProcess

APP = Path(__file__).parents[2] / "app.py"
# As app.py has it, of which a test runs the script alone.
read_components_plainly()
hear_out()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample data, written once and then copied."""
    folder = tmp_path_factory.mktemp("seeded")
    open_store(folder, sample=True).close()
    return folder


@pytest.fixture
def store(seeded: Path, tmp_path: Path) -> Iterator[Store]:
    """A SQLite store with the sample data in it."""
    shutil.copytree(seeded, tmp_path, dirs_exist_ok=True)
    store = open_store(tmp_path)
    yield store
    store.close()


def server_over(store: Store) -> InProcess:
    """The way to the server over a test's store. There is one server for all: the first call of each route
    in a new one takes as long as ten more."""
    server = _server()
    server.state.store = store
    return InProcess(server)


@cache
def _server() -> FastAPI:
    nothing = memory_store()
    atexit.register(nothing.close)
    return create_app(nothing)


@pytest.fixture
def api(store: Store, tmp_path: Path) -> LabelingClient:
    """A client of the store, as the local user."""
    http = httpx.Client(transport=server_over(store), base_url="http://api")
    return LabelingClient(http, local_token(store, tmp_path), pause=lambda seconds: None)


@pytest.fixture(scope="session")
def no_drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file without drafts, its tables made once and then copied."""
    folder = tmp_path_factory.mktemp("drafts")
    drafts = open_drafts(folder)
    drafts.drafts("embedded", "local")
    drafts.close()
    return folder / "drafts.db"


@pytest.fixture(autouse=True)
def drafts(no_drafts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DraftStore]:
    """Where the app under test keeps drafts."""
    shutil.copy(no_drafts, tmp_path)
    drafts = open_drafts(tmp_path)
    monkeypatch.setattr(connections, "draft_store", lambda: drafts)
    yield drafts
    drafts.close()


class Clock:
    """The clock by which the app tells how old that is which it shows."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def pass_a_minute(self) -> None:
        """What was read from the server is asked for anew the next time that it is looked at."""
        self.ahead += 61


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (answers, reader, preferences):
        monkeypatch.setattr(module, "time", clock)
    return clock


class _NothingLearned(Suggester):
    def wish(self, key: SuggestionKey, wish: Wish) -> None:
        """Nothing goes on beside a test that is not about it, and would outlive it."""


@pytest.fixture(autouse=True)
def nothing_learned(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model is trained for suggestions, but in tests that ask for `learning`."""
    if "learning" not in request.fixturenames:
        monkeypatch.setattr(suggestions, "Suggester", _NothingLearned)


@pytest.fixture
def learning() -> Iterator[None]:
    """Suggestions are learned beside the app; what is under way comes to its end before the test does."""
    yield
    for thread in threading.enumerate():
        if thread.name == "suggestions":
            thread.join(120)


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages run within app.py, as they do in the browser, which has no cookies yet;
    by itself AppTest runs what lies in pages/ alone."""
    begin = PagesManager.__init__

    def begin_with_shell(manager: PagesManager, *given: Any, **named: Any) -> None:
        begin(manager, *given, **named)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begin_with_shell)
    monkeypatch.setattr(ContextProxy, "cookies", {})
    monkeypatch.setattr(AppTest, "_run", _where_it_came_to(AppTest._run))
    for maker in (app_test, local_script_runner):
        monkeypatch.setattr(maker, "ScriptCache", _scripts)
    monkeypatch.setattr(app_test, "MagicMock", _runtime)
    monkeypatch.setattr(local_script_runner, "require_widgets_deltas", _until_it_ends)


def _where_it_came_to(run: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Runs of an app that stays on the page a run led to, as the browser does. AppTest goes back with each
    run to the page that the test once asked for."""

    def run_there(app: AppTest, *given: Any, **named: Any) -> AppTest:
        try:
            return run(app, *given, **named)
        finally:
            app._page_hash = ""

    return run_there


@cache
def _scripts() -> ScriptCache:
    """The scripts as they are compiled, which AppTest would do anew for each run: a quarter of its time."""
    return ScriptCache()


def _until_it_ends(runner: local_script_runner.LocalScriptRunner, timeout: float) -> None:
    """Wait for a run. AppTest looks a thousand times a second whether it is over, which holds it up."""
    thread = runner._script_thread
    assert thread is not None
    thread.join(timeout)
    if thread.is_alive():
        runner.request_stop()
        thread.join()
        raise RuntimeError(f"the run took longer than {timeout} s")


@cache
def _runtime(spec: type) -> MagicMock:
    """What stands in the place of Streamlit's server, which AppTest would make anew for each run."""
    return MagicMock(spec=spec)


@pytest.fixture
def app(api: LabelingClient, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app over that client, not yet run."""
    st.cache_resource.clear()
    monkeypatch.setattr(connections, "connect", lambda token: api)
    return new_app()


def new_app() -> AppTest:
    """The app as started from its file, not yet run."""
    app = AppTest.from_file(str(APP), default_timeout=30)
    app._bidi_component_manager = _components()
    # Lists that are made when they are looked at are open, so that a test can read and press what is in them.
    for box in ("history-list", "changes-list", "only", "document-filters", "add-segment-box"):
        app.session_state[box] = True
    return app


@cache
def _components() -> BidiComponentManager:
    """The registry of components, which AppTest would make anew for each app by reading every package's
    metadata."""
    manager = BidiComponentManager()
    manager.discover_and_register_components(start_file_watching=False)
    return manager


def session_named(api: LabelingClient, wanted: str) -> tuple[int, int]:
    """(project id, session id) of a sample session."""
    for project in api.projects():
        for session in api.sessions(project.id):
            if session.name == wanted:
                return project.id, session.id
    raise LookupError(f"{wanted} is not one of {[p.name for p in projects()]}")


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """The browser before an app in which people sign in."""
    browser = Browser(new_app)
    monkeypatch.setattr(ContextProxy, "cookies", browser.cookies)
    monkeypatch.setattr(connections, "settings", lambda: Settings(sign_in=True, data_dir=tmp_path))
    return browser


@pytest.fixture
def signed_in(
    api: LabelingClient, store: Store, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AppTest]:
    """Opens a page of a project, by its link, to somebody with that role there who signs in."""

    def signed_in(page: str, project: int, role: Role, name: str, **link: str) -> AppTest:
        a_person(api, store, role, project, name)
        st.cache_resource.clear()
        connect = partial(LabelingClient, api._http, pause=lambda seconds: None)
        monkeypatch.setattr(connections, "connect", connect)
        app = browser.new_app()
        app.query_params.update({"project": str(project), **link})
        return browser.at(page).sign_in(app, f"{name}@example.org")

    return signed_in
