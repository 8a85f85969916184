"""What is drawn while the machine has no time to send it, in a real Streamlit app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app_server import AppServer

APP = Path(__file__).parent / "apps" / "slow_to_send.py"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AppServer]:
    server = AppServer(tmp_path / "data", script=APP)
    yield server
    server.stop()


def test_a_part_drawn_alone_right_after_the_page_finds_it_as_it_was_drawn(server: AppServer, new_page: Page):
    new_page.goto(server.url)
    expect(new_page.get_by_text("all is drawn")).to_be_visible()
    new_page.get_by_role("button", name="Draw all").click()
    new_page.get_by_role("button", name="Count").click()
    expect(new_page.get_by_text("counted to 1")).to_be_visible()
    expect(new_page.get_by_text("and within to 1")).to_be_visible()
