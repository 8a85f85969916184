"""The app below a path of its host, as behind a proxy: the components' scripts are found there,
and nothing is refused."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.app_server import AppServer


def test_the_text_is_drawn_where_the_app_is_served_below_a_path(tmp_path: Path, new_page: Page) -> None:
    page, server = new_page, AppServer(tmp_path / "data", base_path="tool")
    try:
        for address in ("tool/annotate", "tool/"):
            page.goto(f"{server.url}/{address}")
            page.get_by_role("link", name="Annotate", exact=True).click()
            text = page.get_by_role("textbox", name="Document text")
            expect(text.locator("mark").first).to_be_visible()
            expect(page.get_by_role("listbox", name="Documents").get_by_role("option").first).to_be_visible()
            expect(page).to_have_title(re.compile(r"^1/\d+ .+ · Tagwright$"))
    finally:
        server.stop()
