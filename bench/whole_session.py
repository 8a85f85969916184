"""How long it takes to look through a whole session: checks, every occurrence, all documents in one table.

    python -m bench.whole_session [--documents 10000]

Starts the app on a folder of its own with sessions of 100 and of so many documents of about 40 words and five
segments, and asks for each of them in a browser. Times run from the click to what it brings about.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect, sync_playwright

from bench.letters import app, letters, link, make_session
from tests.e2e.chromium import launch

PATIENCE = 120_000
"""Milliseconds after which a bench gives up."""


def seconds(act: Callable[[], None], until: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    until()
    return time.perf_counter() - began


def settle(page: Page) -> None:
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=PATIENCE
    )


def checks(page: Page, count: int) -> float:
    page.get_by_role("button", name="Checks", exact=True).click()
    ask = page.get_by_role("button", name=f"Check all {count:,} documents")
    found = page.get_by_text(f"No problem in {count:,} documents.")
    took = seconds(ask.click, lambda: found.wait_for(timeout=PATIENCE))
    page.keyboard.press("Escape")
    settle(page)
    return took


def occurrences(page: Page, count: int) -> float:
    """Words that stand once in a session, so that all of it has to be searched."""
    page.get_by_role("textbox", name="Document text").focus()
    for key in ("Control+ArrowRight", "Control+Shift+ArrowRight", "="):
        page.keyboard.press(key)
    page.get_by_role("textbox", name="Words", exact=True).fill(f"Letter {count - 1}")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_text("In the whole session").click()
    settle(page)
    ask = page.get_by_role("button", name=f"Search all {count:,} documents")
    tag = page.get_by_role("button", name="Tag 1 place", exact=True)
    took = seconds(ask.click, lambda: tag.wait_for(timeout=PATIENCE))
    page.get_by_role("button", name="Close", exact=True).click()
    settle(page)
    return took


def all_documents(page: Page, count: int) -> tuple[float, float, float]:
    """Until the first rows are there, every document is read, a filter has looked at all of them."""
    rows = page.locator(".st-key-all-documents").get_by_test_id("stDataFrame")
    first = seconds(page.get_by_text("All documents", exact=True).click, rows.wait_for)
    settle(page)
    read = page.get_by_role("button", name=f"Read all {count:,} documents")
    total = page.get_by_text(f"of {5 * count:,}", exact=False)
    read_all = seconds(read.click, lambda: total.wait_for(timeout=PATIENCE)) if read.count() else 0.0
    settle(page)
    words = page.get_by_role("textbox", name="Words in the segment")
    words.fill("staff")
    fits = page.locator(".st-key-all-documents").get_by_text("Rows 1–")
    before = fits.inner_text()
    filtered = seconds(
        lambda: page.keyboard.press("Enter"),
        lambda: expect(fits).not_to_have_text(before, timeout=PATIENCE),
    )
    return first, read_all, filtered


def measure(page: Page, url: str, count: int) -> None:
    page.goto(url)
    page.get_by_role("textbox", name="Document text").locator("mark").first.wait_for()
    settle(page)
    print(f"{count:,} documents, {5 * count:,} segments", flush=True)
    print(f"  check all: {checks(page, count):.2f} s", flush=True)
    print(f"  every occurrence, in all: {occurrences(page, count):.2f} s", flush=True)
    first, read_all, filtered = all_documents(page, count)
    print(f"  all documents: first rows {first:.2f} s, all read {read_all:.2f} s")
    print(f"  filtered by words: {filtered:.2f} s")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=10_000)
    counts = (100, arguments.parse_args().documents)
    with app() as (server, api), sync_playwright() as playwright:
        page = launch(playwright).new_page(viewport={"width": 1280, "height": 900})
        for count in counts:
            measure(page, link(server.url, make_session(api, letters(count))), count)


if __name__ == "__main__":
    main()
