"""How long Annotate takes to open on 100 and on 10,000 documents, and what one save there sends.

    python -m bench.open_annotate [--rounds 7]

Starts the app on a folder of its own, makes both sessions through the API, and takes turns opening them in
one browser (warm: each was opened once before), then opens the larger one a few times in a browser that
holds nothing (cold). All times are the page's own, from the start of the navigation to the first frame in
which there is the text with its segments and the list of documents (usable), and to that with the table too
(all), as a screen reader has it: the grid makes that some 200 ms after it is seen.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from bench.letters import app, letters, link, make_session
from labeling.documents.reader import Reader
from labeling.draft.draft import new_draft
from labeling.draft.edits import Refused
from labeling.draft.history import take
from labeling.editing.table import change_cell
from labeling.model import Session
from labeling.saving.save import save
from labeling.studio.client import LabelingClient
from tests.e2e.chromium import launch
from tests.unit.build import row

COLD = 5
WATCH = """
const look = () => {
  const roots = [...document.querySelectorAll('div')].map((node) => node.shadowRoot).filter((root) => root);
  const has = (what) => roots.some((root) => root.querySelector(what));
  const table = document.querySelector('[data-testid="data-grid-canvas"] td');
  if (has('mark') && has('[role=option]')) window.usable ??= performance.now();
  if (window.usable && table) window.all = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Run in a page before any of its own scripts."""


class Opened(NamedTuple):
    """Milliseconds from the start of the navigation."""

    usable: float
    all: float


def opened(page: Page, url: str) -> Opened:
    page.goto("about:blank")
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => window.all", polling="raf")
    page.wait_for_timeout(300)  # what is still under way is none of the next one's
    return Opened(*page.evaluate("() => [window.usable, window.all]"))


def new_page(browser: Browser) -> Page:
    """A page of a browser that holds nothing yet."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(WATCH)
    return page


def say(what: str, times: Sequence[Opened]) -> None:
    usable, all_ = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{what}: usable median {usable:.0f} ms, all {all_:.0f} ms of {len(times)}", flush=True)


def save_one(api: LabelingClient, session: Session) -> None:
    """Retag one document through the draft and save it; what was sent, and the seconds with its proof."""
    reader = Reader(api, session)
    loaded = reader.at(5_000)
    assert loaded is not None
    draft = new_draft(reader.session)
    view = draft.view(loaded)
    change = change_cell(view, row(view, "0/0"), "label", "NEU", draft.scheme)
    if isinstance(change, Refused) or not change.edits:
        change = change_cell(view, row(view, "0/0"), "label", "POS", draft.scheme)
    assert not isinstance(change, Refused)
    report = save(api, take(draft, change, view), keep=lambda event: None)
    proved = "proved" if report.is_whole else "not proved"
    print(f"save of one change there: {report.sent} document sent, {proved}, {1000 * report.seconds:.0f} ms")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    rounds = arguments.parse_args().rounds
    began = time.perf_counter()
    with app() as (server, api), sync_playwright() as playwright:
        print(f"start to first answer: {time.perf_counter() - began:.2f} s")
        sessions = {}
        for count in (100, 10_000):
            documents = letters(count)
            began = time.perf_counter()
            sessions[count] = make_session(api, documents)
            took = time.perf_counter() - began
            print(f"POST of {count:,} documents with {5 * count:,} segments: {took:.2f} s")
        times: dict[int, list[Opened]] = {count: [] for count in sessions}
        browser = launch(playwright)
        page = new_page(browser)
        for turn in range(rounds + 1):
            for count, session in sessions.items():
                took_now = opened(page, link(server.url, session, 51))
                if turn:
                    times[count].append(took_now)
        cold = []
        for _ in range(COLD):
            page.context.close()
            page = new_page(browser)
            cold.append(opened(page, link(server.url, sessions[10_000], 51)))
        save_one(api, sessions[10_000])
    for count, found in times.items():
        say(f"open Annotate on {count:,} documents", found)
    say("the same with 10,000, cold", cold)
    ratio = statistics.median(one.usable for one in times[10_000]) / statistics.median(
        one.usable for one in times[100]
    )
    print(f"ratio: {ratio:.2f}")


if __name__ == "__main__":
    main()
