"""How long sessions take to be compared with intervals, and whether the page follows meanwhile.

    python -m bench.agreement [--documents 10000] [--sessions 2]

First the figures alone: matching, alpha by character, the intervals. Then as a lead sees it: the app on a
folder of its own, sessions of so many documents with five tags each, all unlike the first in one tag of five.
From the link to the headline, from there to the figures of people, and, while the comparison goes on, how
long each click in the same tab takes: the tabs of Review are chosen in turn.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Sequence

from playwright.sync_api import Page, expect, sync_playwright

from bench.letters import CLASSES, LABELS, app, letters
from labeling.agreement.comparison import compare
from labeling.agreement.figures import figures
from labeling.agreement.shared import Counted, shared
from labeling.agreement.tags import tagged_text
from labeling.model import Document, NewProject, NewSession, Segment, Session, SessionChange, Tag, Type
from labeling.studio.client import LabelingClient
from tests.e2e.chromium import launch

PATIENCE = 120_000
"""Milliseconds after which the bench gives up."""
BATCH = 500


def unlike(document: Document, chance: random.Random) -> Document:
    """What another person makes of it: one tag of five is missing, longer, or has another class or label."""
    segments = []
    for segment in document.segments:
        luck, (class_, label) = chance.random(), segment.tags[0].names
        if luck < 0.05:
            continue
        if luck < 0.10 and segment.end < len(document.text):
            segment = Segment(span=(segment.start, segment.end + 1), tags=segment.tags)
        elif luck < 0.15:
            segment = Segment(span=segment.span, tags=(Tag.of(chance.choice(CLASSES), label),))
        elif luck < 0.20:
            segment = Segment(span=segment.span, tags=(Tag.of(class_, chance.choice(LABELS)),))
        segments.append(segment)
    return document.model_copy(update={"segments": tuple(segments)})


def figures_alone(people: Sequence[Sequence[Document]]) -> None:
    """Seconds of processor, part by part."""
    began = time.process_time()
    texts = [[tagged_text(one, at) for at, one in enumerate(some)] for some in people]
    side_by_side = shared(texts)
    read = time.process_time()
    comparison = compare(side_by_side, Counted.SHARED, [False] * len(people))
    matched = time.process_time()
    intervals = [matched]

    def tell(what: str, done: int, of: int) -> None:
        if what == "Working out intervals" and not done:
            intervals[0] = time.process_time()

    found = figures(comparison, [*range(len(people))], tell)
    ended = time.process_time()
    print(
        f"side by side {read - began:.2f} s, matched {matched - read:.2f} s, "
        f"all figures {ended - matched:.2f} s, of which intervals {ended - intervals[0]:.2f} s; "
        f"F1 {found.strict.value:.3f}",
        flush=True,
    )


def sessions_of(api: LabelingClient, people: Sequence[Sequence[Document]]) -> list[Session]:
    """A session of each person, all over the same documents, all done."""
    project = api.add_project(NewProject(name="Bench", type=Type.ABSA, classes=CLASSES, labels=LABELS)).id
    made = [api.create_session(project, NewSession(name="Person 1", documents=tuple(people[0])))]
    ids: list[int] = []
    while len(ids) < len(people[0]):
        page = api.documents(project, made[0].id, offset=len(ids), limit=BATCH).documents
        ids += [document.id or 0 for document in page]
    for number in range(2, len(people) + 1):
        made.append(api.create_session(project, NewSession(name=f"Person {number}", document_ids=tuple(ids))))
    for session, some in zip(made, people, strict=True):
        for at in range(0, len(some), BATCH):
            done = tuple(
                document.model_copy(update={"id": id_, "annotated": True})
                for id_, document in zip(ids[at : at + BATCH], some[at : at + BATCH], strict=True)
            )
            api.update_session(project, session.id, SessionChange(documents=done))
    return made


def seen(page: Page, link: str) -> float:
    """Seconds from the link to the headline."""
    began = time.perf_counter()
    page.goto(link)
    page.get_by_text("F1 of identical tags").wait_for(timeout=PATIENCE)
    return time.perf_counter() - began


def clicks_meanwhile(page: Page, link: str) -> list[float]:
    """Seconds of each click while two sessions are compared."""
    page.goto(link)
    page.get_by_text("Reading the documents").wait_for(timeout=PATIENCE)
    took = []
    for _ in range(6):
        for name, shows in (("Overview", "Session in numbers"), ("Agreement", "Documents that count")):
            began = time.perf_counter()
            page.get_by_role("tab", name=name).click()
            expect(page.get_by_text(shows)).to_be_visible(timeout=PATIENCE)
            took.append(time.perf_counter() - began)
        if page.get_by_text("F1 of identical tags").is_visible():
            break
    return took


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=10_000)
    arguments.add_argument("--sessions", type=int, default=2)
    given = arguments.parse_args()
    documents = letters(given.documents)
    chance = random.Random(1)
    people = [documents, *([unlike(one, chance) for one in documents] for _ in range(1, given.sessions))]
    figures_alone(people)
    with app() as (server, api), sync_playwright() as playwright:
        made = sessions_of(api, people)
        ids = ",".join(str(one.id) for one in made)
        link = f"{server.url}/review?project={made[0].project_id}&tab=agreement&sessions={ids}"
        browser = launch(playwright)
        page = browser.new_page()
        page.goto(server.url)
        page.wait_for_timeout(1000)
        what = f"{given.documents:,} documents × {given.sessions}"
        print(f"{what}: link to headline {seen(page, link):.1f} s", flush=True)
        began = time.perf_counter()
        page.get_by_role("tab", name="People").click()
        page.get_by_text("A figure stands on").wait_for(timeout=PATIENCE)
        print(f"{what}: from there to the figures of people {time.perf_counter() - began:.1f} s", flush=True)
        took = clicks_meanwhile(browser.new_page(), link)
        print(f"{len(took)} clicks meanwhile: median {statistics.median(took):.2f} s, most {max(took):.2f} s")
        browser.close()


if __name__ == "__main__":
    main()
