"""One browser and one app for all browser tests, and a fresh page for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.e2e.app_server import AppServer
from tests.e2e.chromium import launch
from tests.e2e.runs import heard

RESULTS = Path(__file__).parents[2] / "test-results"
SIZE = {"width": 1280, "height": 900}
HARMLESS = re.compile(
    r"favicon|ResizeObserver loop|WebSocket connection to .* failed|preloaded using link preload|"
    r"Failed to load resource: net::ERR_(CONNECTION_REFUSED|NAME_NOT_RESOLVED|INTERNET_DISCONNECTED)|"
    r"Client Error in reaching server endpoint|Cannot send rerun backMessage when disconnected|"
    r"Streamlit server is not responding|DoInitPings timed out|Connection timed out\.|"
    r"404 \(Not Found\) at \S+/\w+/_stcore/(health|host-config)"
)
"""What the browser or Streamlit's own front end says when nothing is wrong with the app: opened by a page's
link, the front end first looks for the server below that page; and a test may stop the server."""

# What is awaited comes at last on a busy machine as well, and costs nothing where it comes at once.
expect.set_options(timeout=30_000)
failed_call = pytest.StashKey[bool]()


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
def browser() -> Iterator[Browser]:
    """Ends with this folder's tests: while Playwright is open, nothing else can use asyncio in this
    thread."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of its own. An error on it, thrown or written to the console, fails the test."""
    context = browser.new_context(viewport=SIZE)
    page = heard(context.new_page())
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.extend(complaint(message)))
    yield page
    if request.node.stash.get(failed_call, False):
        page.screenshot(path=result_file(request, ".png"))
    context.close()
    serious = [error for error in errors if not HARMLESS.search(error)]
    if serious:
        pytest.fail("The page reported errors:\n" + "\n".join(serious))


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
