"""How long Annotate takes to open on 100 and on 10,000 documents, and what one save there sends.

    python -m bench.open_annotate [--rounds 7]

Starts the app on a folder of its own, makes both sessions through the API, and takes turns opening them in
one browser (warm: each was opened once before). Times run from the start of the navigation to the first frame
in which the document's text, the list and the table are there.
"""

from __future__ import annotations

import argparse
import statistics
import time

from playwright.sync_api import Page, sync_playwright

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

READY = """() => {
  const shadows = [...document.querySelectorAll('*')].map((node) => node.shadowRoot).filter((root) => root);
  const has = (what) => shadows.some((root) => root.querySelector(what));
  return has('mark') && has('[role=option]')
    && !!document.querySelector('[data-testid="data-grid-canvas"] td');
}"""


def opened(page: Page, url: str) -> float:
    """Milliseconds until the page is ready."""
    page.goto("about:blank")
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(READY, polling="raf")
    return 1000 * (time.perf_counter() - began)


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
        times: dict[int, list[float]] = {count: [] for count in sessions}
        page = launch(playwright).new_page(viewport={"width": 1280, "height": 900})
        for turn in range(rounds + 1):
            for count, session in sessions.items():
                took = opened(page, link(server.url, session, 51))
                if turn:
                    times[count].append(took)
        save_one(api, sessions[10_000])
    medians = {count: statistics.median(values) for count, values in times.items()}
    for count, median in medians.items():
        print(f"open Annotate on {count:,} documents: median {median:.0f} ms of {len(times[count])}")
    print(f"ratio: {medians[10_000] / medians[100]:.2f}")


if __name__ == "__main__":
    main()
