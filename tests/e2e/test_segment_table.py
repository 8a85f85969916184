from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app_server import AppServer
from tests.e2e.grid import Grid

APPS = Path(__file__).parent / "apps"


@pytest.fixture
def slow_app(tmp_path: Path) -> Iterator[AppServer]:
    server = AppServer(tmp_path / "data", script=APPS / "slow_table.py")
    yield server
    server.stop()


def test_twelve_cells_typed_at_speed_are_stored_by_a_slow_server(slow_app: AppServer, page: Page):
    page.goto(slow_app.url)
    grid = Grid(page, "segments-")
    wanted = ["Room", "Price", "Food"] * 4
    expect(page.get_by_text("stored: Staff")).to_be_visible(timeout=20000)
    grid.type(0, "Class", *wanted)
    expect(page.get_by_text("stored: " + " ".join(wanted))).to_be_visible(timeout=20000)
    assert [grid.cell(row, "Class") for row in range(12)] == wanted


def test_offsets_typed_in_the_table_follow_the_draft_right_or_not_yet_right(slow_app: AppServer, page: Page):
    page.goto(slow_app.url)
    grid = Grid(page, "segments-")
    expect(page.get_by_text("stored: Staff")).to_be_visible(timeout=20000)
    grid.type(0, "End", "1")
    expect(grid.at(0, "Text")).to_have_text("o", timeout=10000)
    grid.type(1, "Start", "99")
    expect(page.get_by_text("end 7 is before start 99")).to_be_visible(timeout=10000)
    expect(grid.at(1, "Start")).to_have_text("99")
    grid.type(1, "Start", "4")
    expect(page.get_by_text("is before start")).to_have_count(0, timeout=10000)
