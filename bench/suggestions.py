"""How long annotators wait for their edits while suggestions are learned, against the same while nothing is.

    python -m bench.suggestions [--annotators 20] [--every 3] [--seconds 15] [--turns 4] [--documents 800]

Starts the app on a folder of its own. Each annotator has a tab without a browser, as in `bench.many`, and
edits all the time. In turn nothing is learned, and somebody else opens a session of so many done documents
from which suggestions are learned in a process beside the app; edits count while that process lives. On a
busy machine compare the ratio, over many turns.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
import time
from contextlib import AsyncExitStack
from pathlib import Path

from websockets.asyncio.client import connect as dial

from bench.letters import app, letters, link, make_session
from bench.many import AT_A_TIME, DOCUMENTS, WARM, Annotator
from tests.tab import LINE

PATIENCE = 120.0
"""Seconds until it has to be learned."""


def is_learning(app_pid: int) -> bool:
    """Whether the app has a process that learns."""
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            parent = int(one.with_name("stat").read_text().rpartition(")")[2].split()[1])
            if parent == app_pid and b"labeling.prediction.apart" in one.read_bytes():
                return True
        except OSError:
            continue
    return False


async def edits(tabs: list[Annotator], every: float, until: asyncio.Event) -> list[float]:
    """Seconds that each edit waited, until it is enough."""
    waits: list[float] = []

    async def edit(tab: Annotator) -> None:
        due = time.perf_counter() + tab.chance.random() * every
        while not until.is_set():
            await asyncio.sleep(max(0.0, min(0.2, due - time.perf_counter())))
            if time.perf_counter() >= due:
                waits.append(await tab.edit())
                due = max(due + every, time.perf_counter())

    await asyncio.gather(*map(edit, tabs))
    return waits


async def over(seconds: float, enough: asyncio.Event) -> None:
    await asyncio.sleep(seconds)
    enough.set()


async def while_learning(url: str, pid: int, enough: asyncio.Event, started: asyncio.Event) -> None:
    """Open a session from which is learned, and tell when that begins and ends."""
    tab = Annotator(url, 0)
    async with dial(tab.address, **LINE) as line:
        await tab.open(line)
        until = time.perf_counter() + PATIENCE
        while not is_learning(pid) and time.perf_counter() < until:
            await asyncio.sleep(0.05)
        if not is_learning(pid):
            raise RuntimeError("nothing was learned")
        started.set()
        while is_learning(pid):
            await asyncio.sleep(0.1)
        enough.set()
        await tab.close()


async def in_turn(
    urls: list[str], learned: list[str], pid: int, every: float, seconds: float
) -> tuple[list[float], list[float]]:
    idle, busy = list[float](), list[float]()
    tabs = [Annotator(url, number) for number, url in enumerate(urls)]
    async with AsyncExitStack() as lines:
        for first in range(0, len(tabs), AT_A_TIME):
            some = tabs[first : first + AT_A_TIME]
            opened = [await lines.enter_async_context(dial(tab.address, **LINE)) for tab in some]
            await asyncio.gather(*(tab.open(line) for tab, line in zip(some, opened, strict=True)))
        for _ in range(math.ceil(WARM / len(tabs))):
            await asyncio.gather(*(tab.edit() for tab in tabs))
        for url in learned:
            enough = asyncio.Event()
            waits, _ = await asyncio.gather(edits(tabs, every, enough), over(seconds, enough))
            idle += waits
            print(f"{len(idle)} edits while nothing is learned", flush=True)
            enough, started = asyncio.Event(), asyncio.Event()
            learning = asyncio.create_task(while_learning(url, pid, enough, started))
            await asyncio.wait({learning, asyncio.create_task(started.wait())}, return_when="FIRST_COMPLETED")
            waits = await edits(tabs, every, enough) if started.is_set() else []
            await learning
            busy += waits
            print(f"{len(busy)} edits while something is", flush=True)
        await asyncio.gather(*(tab.close() for tab in tabs))
    return idle, busy


def p95(waits: list[float]) -> float:
    return sorted(waits)[math.ceil(0.95 * len(waits)) - 1]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--annotators", type=int, default=20)
    arguments.add_argument("--every", type=float, default=3.0)
    arguments.add_argument("--seconds", type=float, default=15.0)
    arguments.add_argument("--turns", type=int, default=4)
    arguments.add_argument("--documents", type=int, default=800)
    given = arguments.parse_args()
    with app() as (server, api):
        urls = [link(server.url, make_session(api, letters(DOCUMENTS))) for _ in range(given.annotators)]
        done = [one.model_copy(update={"annotated": True}) for one in letters(given.documents)]
        done[-1] = done[-1].model_copy(update={"annotated": False})
        learned = [link(server.url, make_session(api, done), given.documents) for _ in range(given.turns)]
        idle, busy = asyncio.run(in_turn(urls, learned, server.process.pid, given.every, given.seconds))
    for words, waits in (("nothing is learned", idle), ("suggestions are learned", busy)):
        print(
            f"{words}: {len(waits):,} edits of {given.annotators} annotators, kept after "
            f"{1000 * statistics.median(waits):.0f} ms (median), {1000 * p95(waits):.0f} ms (p95)"
        )
    print(f"p95 while learning: {p95(busy) / p95(idle):.2f} times of idle")


if __name__ == "__main__":
    main()
