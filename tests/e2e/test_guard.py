"""A page of somebody else, in the browser of a person who works with the app on the same computer."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.app_server import AppServer

OPENED = """address => new Promise((done) => {
  const socket = new WebSocket(address, ["streamlit"]);
  socket.onopen = () => done(true);
  socket.onclose = () => done(false);
})"""


@pytest.fixture
def theirs(browser: Browser, server: AppServer) -> Iterator[Page]:
    """A page under a name that its owner lets point to this computer."""
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(f"http://elsewhere.test:{urlsplit(server.url).port}/annotate")
    assert answer is not None
    assert answer.status == 400
    assert "does not go by the name “elsewhere.test”" in page.locator("body").inner_text()
    yield page
    context.close()


def test_it_reaches_neither_the_api_nor_the_app_by_its_own_name(server: AppServer, theirs: Page) -> None:
    port = urlsplit(server.url).port
    assert theirs.evaluate("() => fetch('/api/projects').then(answer => answer.status)") == 400
    assert theirs.evaluate(OPENED, f"ws://elsewhere.test:{port}/_stcore/stream") is False


def test_it_opens_no_socket_to_the_app_by_the_apps_name(
    server: AppServer, theirs: Page, new_page: Page
) -> None:
    address = f"{server.url.replace('http', 'ws')}/_stcore/stream"
    assert theirs.evaluate(OPENED, address) is False
    new_page.goto(f"{server.url}/_stcore/health")
    assert new_page.evaluate(OPENED, address) is True
