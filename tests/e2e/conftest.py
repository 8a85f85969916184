"""One browser and one app for all browser tests, and a fresh page for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.e2e.app_server import AppServer
from tests.e2e.chromium import launch, options
from tests.e2e.runs import heard

RESULTS = Path(__file__).parents[2] / "test-results"
SIZE = {"width": 1280, "height": 900}
HARMLESS = re.compile(
    r"favicon|ResizeObserver loop|WebSocket connection to .* failed|preloaded using link preload|"
    r"Failed to load resource: net::ERR_(CONNECTION_REFUSED|NAME_NOT_RESOLVED|INTERNET_DISCONNECTED)|"
    r"Client Error in reaching server endpoint|Cannot send rerun backMessage when disconnected|"
    r"Streamlit server is not responding|DoInitPings timed out|Connection timed out\."
)
"""What the browser or Streamlit's own front end says when nothing is wrong with the app: a test may stop the
server."""

# What is awaited comes at last on a busy machine as well, and costs nothing where it comes at once.
expect.set_options(timeout=120_000)
failed_call = pytest.StashKey[bool]()


LONG = (
    *("test_nothing_lost.py", "test_annotator.py", "test_restart.py", "test_segment_table.py"),
    *("test_main_job.py", "test_while_it_works.py", "test_cost_of_a_span.py", "test_new_session.py"),
)
"""Files of few tests that take long."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, those of many short tests after them: so no process waits long for another's last
    file. Files of other folders stay where they are."""
    mine = [n for n, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    sizes = Counter(items[n].path for n in mine)

    def place(item: pytest.Item) -> tuple[int, int, str]:
        name = item.path.name
        return LONG.index(name) if name in LONG else len(LONG), -sizes[item.path], name

    for n, item in zip(mine, sorted((items[n] for n in mine), key=place), strict=True):
        items[n] = item


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[failed_call] = report.failed
    return report


def result_file(request: pytest.FixtureRequest, ending: str) -> Path:
    """Where a test leaves something to be looked at."""
    RESULTS.mkdir(exist_ok=True)
    return RESULTS / (re.sub(r"[^\w.-]+", "-", request.node.name) + ending)


def complaint(message: ConsoleMessage) -> list[str]:
    """What the console was told, and where, if it is an error."""
    return [f"{message.text} at {message.location['url']}"] if message.type in ("error", "assert") else []


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ends with this folder's tests: while Playwright is open, nothing else can use asyncio in this
    thread."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """For pages that have nothing in common with `page`."""
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def profile(
    playwright: Playwright, shared_app: AppServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """Somebody's browser. It keeps the scripts that it was sent, compiled, and as long as one page is open
    the process that draws the others: so a page opens in a third of the time."""
    folder = tmp_path_factory.mktemp("profile")
    profile = playwright.chromium.launch_persistent_context(folder, viewport=SIZE, **options(playwright))
    profile.set_default_timeout(120_000)
    profile.new_page().goto(f"{shared_app.url}/_stcore/health")
    yield profile
    profile.close()


class Tab:
    """A tab, and the errors in it, thrown or written to the console."""

    def __init__(self, profile: BrowserContext) -> None:
        self.page = heard(profile.new_page())
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.extend(complaint(message)))

    def check(self) -> None:
        """An error since the last check fails the test."""
        serious = [error for error in self.errors if not HARMLESS.search(error)]
        self.errors.clear()
        if serious:
            pytest.fail("The page reported errors:\n" + "\n".join(serious))

    def close(self) -> None:
        """The tab, and what its site has stored."""
        storage = self.page.context.new_cdp_session(self.page)
        kinds = {"origin": "/".join(self.page.url.split("/")[:3]), "storageTypes": "local_storage,indexeddb"}
        storage.send("Storage.clearDataForOrigin", kinds)
        self.page.close()


def has_failed(request: pytest.FixtureRequest, page: Page) -> bool:
    """Whether the test did; then a picture is left of the page."""
    failed: bool = request.node.stash.get(failed_call, False)
    if failed:
        page.screenshot(path=result_file(request, ".png"))
    return failed


@pytest.fixture
def new_page(profile: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab of the test's own."""
    tab = Tab(profile)
    yield tab.page
    has_failed(request, tab.page)
    tab.close()
    profile.clear_cookies()
    tab.check()


@pytest.fixture(scope="package")
def kept(profile: BrowserContext) -> dict[str, Tab]:
    """The tabs that one test after the other has, by their fixtures."""
    return {}


def lent(kept: dict[str, Tab], profile: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The tab that is kept for a fixture.

    A test that fails, or takes it out of `kept`, leaves a new one to the next.
    """
    name = str(request.fixturename)
    if name not in kept:
        kept[name] = Tab(profile)
    tab = kept[name]
    yield tab.page
    profile.clear_permissions()
    if has_failed(request, tab.page) or name not in kept:
        kept.pop(name, None)
        tab.close()
    tab.check()


@pytest.fixture
def page(kept: dict[str, Tab], profile: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Somebody's tab. It stays open from test to test, so that `go` need not load the app again."""
    yield from lent(kept, profile, request)


@pytest.fixture
def sheet(kept: dict[str, Tab], profile: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The like for what is tried without the app, so that the other need not leave it."""
    yield from lent(kept, profile, request)


@pytest.fixture(scope="package")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Without sample data: every test works in sessions of its own."""
    app = AppServer(tmp_path_factory.mktemp("app") / "data", env={"LABELING_SAMPLE": ""})
    yield app
    app.stop()


@pytest.fixture
def server(shared_app: AppServer) -> AppServer:
    """The shared app, which a test may kill."""
    shared_app.revive()
    return shared_app


@pytest.fixture
def recorded(page: Page, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, recorded picture by picture:

    `python -m playwright show-trace test-results/<test>.zip` plays it.
    """
    page.context.tracing.start(screenshots=True, snapshots=True)
    yield page
    page.context.tracing.stop(path=result_file(request, ".zip"))
