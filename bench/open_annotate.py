"""How long Annotate takes to open on 100 and on 10,000 documents, and what one save there sends.

    python -m bench.open_annotate [--rounds 7]

Starts the app on a folder of its own, makes both sessions through the API, and takes turns opening them in
one browser (warm: each was opened once before). Times run from the start of the navigation to the first frame
in which the document's text, the list and the table are there.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from labeling.documents.reader import Reader
from labeling.draft.draft import new_draft
from labeling.draft.edits import Refused
from labeling.draft.history import take
from labeling.editing.table import change_cell
from labeling.saving.save import save
from labeling.studio.client import connect
from tests.e2e.app_server import AppServer
from tests.e2e.chromium import launch
from tests.unit.build import row

WORDS = [
    "The",
    "room",
    "was",
    "quiet",
    "and",
    "the",
    "staff",
    "kind",
    "but",
    "breakfast",
    "cold",
    "and",
    "the",
    "lift",
    "slow",
    "on",
    "every",
    "floor",
    "we",
    "tried",
]
CLASSES, LABELS = ["Room", "Staff", "Food", "Lift"], ["POS", "NEG", "NEU"]
READY = """() => {
  const shadows = [...document.querySelectorAll('*')].map((node) => node.shadowRoot).filter((root) => root);
  const has = (what) => shadows.some((root) => root.querySelector(what));
  return has('mark') && has('[role=option]')
    && !!document.querySelector('[data-testid="data-grid-canvas"] td');
}"""


def document(number: int) -> dict[str, object]:
    """Some 40 words and five segments."""
    words = [WORDS[(number + n * 7) % len(WORDS)] for n in range(42)]
    text = f"Letter {number}: " + " ".join(words)
    segments, at = [], text.index(":") + 2
    for n in range(5):
        word = words[n * 8]
        start = text.index(word, at)
        at = start + len(word)
        tag = {"class": CLASSES[(number + n) % 4], "label": LABELS[(number + n) % 3]}
        segments.append({"span": [start, at], "text": word, "tags": [tag]})
    return {"text": text, "segments": segments}


def make_session(http: httpx.Client, project: int, count: int) -> int:
    body = {"name": f"{count} letters", "classes": CLASSES, "labels": LABELS}
    answer = http.post(
        f"projects/{project}/annotations", json={**body, "documents": [document(n) for n in range(count)]}
    )
    answer.raise_for_status()
    number: int = answer.json()["id"]
    return number


def opened(page: Page, url: str) -> float:
    """Milliseconds until the page is ready."""
    page.goto("about:blank")
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(READY, polling="raf")
    return 1000 * (time.perf_counter() - began)


def save_one(server: AppServer, project: int, session: int) -> None:
    """Retag one document through the draft and save it; what was sent, and the seconds with its proof."""
    api = connect(f"{server.url}/api", server.token, timeout=60)
    reader = Reader(api, api.session(project, session))
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
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        server = AppServer(Path(folder) / "data")
        print(f"start to first answer: {time.perf_counter() - began:.2f} s")
        http = httpx.Client(
            base_url=f"{server.url}/api/",
            headers={"Authorization": f"Bearer {server.token}"},
            trust_env=False,
            timeout=60,
        )
        project = http.post("projects", json={"name": "Bench", "type": "ABSA"}).json()["id"]
        sessions = {}
        for count in (100, 10_000):
            began = time.perf_counter()
            sessions[count] = make_session(http, project, count)
            took = time.perf_counter() - began
            print(f"POST of {count:,} documents with {5 * count:,} segments: {took:.2f} s")
        times: dict[int, list[float]] = {count: [] for count in sessions}
        try:
            with sync_playwright() as playwright:
                page = launch(playwright).new_page(viewport={"width": 1280, "height": 900})
                for turn in range(rounds + 1):
                    for count, session in sessions.items():
                        took = opened(
                            page, f"{server.url}/annotate?project={project}&session={session}&document=51"
                        )
                        if turn:
                            times[count].append(took)
            save_one(server, project, sessions[10_000])
        finally:
            server.stop()
    medians = {count: statistics.median(values) for count, values in times.items()}
    for count, median in medians.items():
        print(f"open Annotate on {count:,} documents: median {median:.0f} ms of {len(times[count])}")
    print(f"ratio: {medians[10_000] / medians[100]:.2f}")


if __name__ == "__main__":
    main()
