"""What a review of a session costs: its tags counted by class and label, and searched by words.

    python -m bench.overview [--documents 10000]

Documents of 240 characters with five tags each, a tenth as many and so many of them: the second is to take
ten times as long as the first. Then as a lead sees it: the app on a folder of its own, two sessions of so
many documents with five tags each; from the link to the page, and one of them in numbers when asked for.
"""

from __future__ import annotations

import argparse
import time

from playwright.sync_api import sync_playwright

from bench.letters import app, letters, make_session
from labeling.documents.overview import TagFilter, crossing, overview
from labeling.draft.document import Loaded
from labeling.draft.vocabulary import Scheme
from labeling.model import Document, NewSession, Segment, Session, Tag
from tests.e2e.chromium import launch

CLASSES = tuple(f"Class {n}" for n in range(5))
PATIENCE = 60_000
"""Milliseconds after which the bench gives up."""


def measure(count: int) -> float:
    """Seconds of work for so many documents."""
    text = "Some words of a review. " * 10
    segments = tuple(
        Segment(span=(n, n + 9), text=text[n : n + 9], tags=(Tag.of(CLASSES[n], "POS"),)) for n in range(5)
    )
    document = Document(text=text, segments=segments)
    items = [Loaded(f"d{number}", number, document) for number in range(count)]
    session = Session(id=1, project_id=1, classes=CLASSES, labels=("POS",))
    began = time.process_time()
    seen = overview(items)
    crossing(seen.tags, Scheme.of(session))
    wanted = TagFilter(text="WORD")
    found = sum(wanted.admits(tag) for tag in seen.tags)
    took = time.process_time() - began
    assert found == 5 * count
    print(f"{count:,} documents, {5 * count:,} tags: {took:.2f} s", flush=True)
    return took


def seen(count: int, rounds: int = 5) -> None:
    """Seconds from the link, in a browser that knows the app."""
    documents = letters(count)
    with app() as (server, api), sync_playwright() as playwright:
        project = make_session(api, documents).project_id
        api.create_session(project, NewSession(name="Letters again", documents=tuple(documents)))
        page = launch(playwright).new_page()
        page.goto(server.url)
        page.wait_for_timeout(1000)
        for _ in range(rounds):
            began = time.perf_counter()
            page.goto(f"{server.url}/review?project={project}&tab=overview")
            all_of_it = page.get_by_role("button", name="Read all")
            all_of_it.wait_for(timeout=PATIENCE)
            listed = time.perf_counter() - began
            began = time.perf_counter()
            all_of_it.click()
            page.get_by_text("Read from the server at").wait_for(timeout=PATIENCE)
            counted = time.perf_counter() - began
            print(f"page: from the link {listed:.2f} s, a session in numbers when asked {counted:.2f} s")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=10_000)
    most = arguments.parse_args().documents
    print(f"ratio {measure(most) / measure(most // 10):.1f}", flush=True)
    seen(most)


if __name__ == "__main__":
    main()
