"""How long the sessions of all projects take: a page of them from the API, the page Sessions in a browser.

    python -m bench.all_sessions [--rounds 7]

Fills one folder with 10,000 sessions in 6 projects, most of them saved several times, and another one with
100. The browser opens both in turns (warm: each was opened once before), from the start of the navigation to
the first frame in which the table is there.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import insert

from labeling.model import Mode, NamedClass, Status, Type
from labeling.server.accounts import local_token
from labeling.server.storage.ids import take_ids
from labeling.server.storage.projects import add_project
from labeling.server.storage.store import open_store
from labeling.server.storage.tables import COUNTS, saves, sessions
from labeling.studio.client import connect
from labeling.studio.filter import SessionFilter
from tests.e2e.app_server import AppServer
from tests.e2e.chromium import launch

PROJECTS = 6
SIZES = (100, 10_000)
CLASSES = [f"A class with number {number}" for number in range(20)]
READY = """() => !!document.querySelector('[data-testid="data-grid-canvas"] td')"""
ASKED = {
    "most behind first": SessionFilter(),
    "last changed first": SessionFilter(order="changed"),
    "searched": SessionFilter(search="round 77"),
    "by status and type": SessionFilter(statuses=("ANNOTATING",), types=("ABSA",)),
}


def fill(folder: Path, count: int) -> None:
    """So many sessions, as if people had worked on most of them."""
    chance, now = random.Random(7), datetime.now(UTC)
    store = open_store(folder)
    local_token(store, folder)
    with store.database.writing() as connection:
        classes = [NamedClass(name=name) for name in CLASSES]
        projects = [
            add_project(connection, f"Project {number}", Type.ABSA, classes, ("POS", "NEG"), now)
            for number in range(PROJECTS)
        ]
        rows = list[dict[str, Any]]()
        for number, session_id in enumerate(take_ids(connection, "sessions", count)):
            documents = chance.choice((20, 100, 1_000))
            annotated = chance.choice((0, documents, chance.randint(1, documents - 1)))
            status = Status.FINISHED if annotated == documents else Status.ANNOTATING
            rows.append(
                {
                    "project_id": projects[number % PROJECTS],
                    "id": session_id,
                    "uuid": str(uuid.uuid4()),
                    "name": f"Round {number}",
                    "mode": Mode.ANNOTATION,
                    "status": status if annotated else Status.CREATED,
                    "type": Type.ABSA,
                    "classes": CLASSES,
                    "labels": ["POS", "NEG"],
                    "document_count": documents,
                    "annotated_count": annotated,
                    "user_id": 1,
                    "created": now - timedelta(hours=number),
                    "version": 1 + chance.randint(0, 5),
                }
            )
        connection.execute(insert(sessions), rows)
        made = [
            {
                "project_id": row["project_id"],
                "session_id": row["id"],
                "n": n,
                "user_id": 1,
                "at": row["created"] + timedelta(minutes=n),
                "client": "bench",
                **dict.fromkeys(COUNTS, 1),
            }
            for row in rows
            for n in range(2, row["version"] + 1)
        ]
        connection.execute(insert(saves), made)
    store.close()


@contextmanager
def apps() -> Iterator[dict[int, AppServer]]:
    """An app over each number of sessions."""
    with TemporaryDirectory() as name:
        running = dict[int, AppServer]()
        try:
            for count in SIZES:
                folder = Path(name) / str(count)
                fill(folder / "data", count)
                running[count] = AppServer(folder / "data", env={"LABELING_SAMPLE": ""}, anew=True)
            yield running
        finally:
            for server in running.values():
                server.stop()


def opened(page: Page, url: str) -> None:
    page.goto("about:blank")
    page.goto(url, wait_until="commit")
    page.wait_for_function(READY, polling="raf")


def median(rounds: int, work: Callable[[], object]) -> float:
    """Milliseconds that it takes, after a first time that does not count."""
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[1:])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    rounds = arguments.parse_args().rounds
    with apps() as running, sync_playwright() as playwright:
        page = launch(playwright).new_page(viewport={"width": 1280, "height": 800})
        for count, server in running.items():
            api = connect(f"{server.url}/api", server.token, timeout=60)
            for words, only in ASKED.items():
                took = median(rounds, lambda api=api, only=only: api.all_sessions(only))
                print(f"{count:,} sessions, a page of 100 {words}: median {took:.0f} ms")
            took = median(rounds, lambda server=server: opened(page, server.url))
            print(f"{count:,} sessions, the page Sessions opened: median {took:.0f} ms")


if __name__ == "__main__":
    main()
