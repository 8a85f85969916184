"""How long annotators wait for their edits, and a client for the API, while something is learned.

    python -m bench.learning [--annotators 20] [--every 3] [--seconds 10] [--turns 3] [--documents 800]

Starts the app on a folder of its own. Each annotator has a tab without a browser, as in `bench.many`, and
edits all the time; beside them a client updates a document and reads a page of 50, in turn. For so many
seconds each, in turn, nothing is learned; suggestions are, for somebody who opens a session of so many done
documents; a model is trained as a job. What is still being learned then is broken off. It is read from /proc
how the processes that learn give way. On a busy machine compare the ratios, over many turns.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import signal
import statistics
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from websockets.asyncio.client import connect as dial

from bench.letters import app, letters, link, make_session
from bench.many import DOCUMENTS, Annotator, open_all
from labeling.model import Session
from tests.e2e.app_server import AppServer
from tests.tab import LINE

PATIENCE = 60.0
"""Seconds until something has to be learned, and until nothing is learned any more."""
PAUSE = 0.1
"""Seconds between two calls of the API's client."""
NOTHING = "nothing is learned"
PAGE = 50
POLICIES = {os.SCHED_OTHER: "normal", os.SCHED_BATCH: "batch", os.SCHED_IDLE: "idle"}

Waits = dict[str, list[float]]
"""Seconds, by what was waited for."""


def parents() -> dict[int, int]:
    """Of each process that runs, whose child it is."""
    found = {}
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(one.parent.name)] = int(one.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return found


def learning(app_pid: int) -> int | None:
    """The process below the app that learns, if there is one."""
    parent_of = parents()
    for pid in parent_of:
        above = pid
        while above > 1 and above != app_pid:
            above = parent_of.get(above, 0)
        try:
            if above == app_pid and b"labeling.prediction.apart" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        except OSError:
            continue
    return None


def giving_way(pid: int) -> str:
    """How a process comes after others."""
    group = Path(f"/proc/{pid}/autogroup")
    said = group.read_text().split() if group.exists() else []
    own = said[-1] if said else "none"
    policy = POLICIES.get(os.sched_getscheduler(pid), "another")
    return f"policy {policy}, nice {os.getpriority(os.PRIO_PROCESS, pid)}, its group's {own}"


async def until_learning(app_pid: int, *, so: bool) -> int:
    until = time.perf_counter() + PATIENCE
    while ((pid := learning(app_pid)) is not None) != so:
        if time.perf_counter() > until:
            raise RuntimeError("nothing was learned" if so else "it is learned without end")
        await asyncio.sleep(0.1)
    return pid or 0


class Bench:
    """The people at work, and what is learned beside them."""

    def __init__(self, server: AppServer, tabs: list[Annotator], every: float, seconds: float) -> None:
        self.pid, self.tabs, self.every, self.seconds = server.process.pid, tabs, every, seconds
        headers = {"Authorization": f"Bearer {server.token}"}
        self.http = httpx.AsyncClient(
            base_url=f"{server.url}/api", headers=headers, trust_env=False, timeout=60
        )
        self.called = 0

    async def work(self, session: Session) -> Waits:
        """What is waited for in so many seconds."""
        waits: Waits = {"edit": [], "PUT": [], f"page of {PAGE}": []}
        end = time.perf_counter() + self.seconds
        people = (self._edits(tab, end, waits["edit"]) for tab in self.tabs)
        await asyncio.gather(*people, self._calls(session, end, waits))
        return waits

    async def _edits(self, tab: Annotator, end: float, waits: list[float]) -> None:
        due = time.perf_counter() + tab.chance.random() * self.every
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            kept, _ = await tab.edit()
            waits.append(kept)
            due = max(due + self.every, time.perf_counter())

    async def _calls(self, session: Session, end: float, waits: Waits) -> None:
        path = f"/projects/{session.project_id}/annotations/{session.id}"
        query = {"details": "segments,tags", "offset": 0, "limit": PAGE}
        item: dict[str, Any] = {}
        while time.perf_counter() < end:
            self.called += 1
            began = time.perf_counter()
            if self.called % 2 or not item:
                answer = await self.http.get(f"{path}/documents", params=query)
                item, what = answer.json()["documents"][self.called % PAGE], f"page of {PAGE}"
            else:
                tag = item["segments"][0]["tags"][0]
                tag["label"] = "NEG" if tag["label"] == "POS" else "POS"
                answer, what = await self.http.put(path, json={"documents": [item]}), "PUT"
            answer.raise_for_status()
            waits[what].append(time.perf_counter() - began)
            await asyncio.sleep(PAUSE)

    async def while_suggesting(self, session: Session, url: str) -> Waits:
        """Somebody opens the session of this address, from which is learned."""
        tab = Annotator(url, 0)
        async with dial(tab.address, **LINE) as line:
            await tab.open(line)
            pid, waits = await asyncio.gather(until_learning(self.pid, so=True), self.work(session))
            await tab.close()
        self._break_off("suggestions are learned", pid)
        await until_learning(self.pid, so=False)
        return waits

    async def while_training(self, session: Session, project: int) -> Waits:
        """A model is trained from what is done in the project."""
        started = await self.http.post(f"/projects/{project}/models", json={})
        started.raise_for_status()
        model = f"/projects/{project}/models/{started.json()['id']}"
        pid, waits = await asyncio.gather(until_learning(self.pid, so=True), self.work(session))
        (await self.http.delete(model)).raise_for_status()
        self._break_off("a model is trained", pid)
        await until_learning(self.pid, so=False)
        return waits

    def _break_off(self, what: str, pid: int) -> None:
        if learning(self.pid) != pid:
            print(f"{what}: it was at its end before the {self.seconds:.0f} s; try more documents")
            return
        print(f"{what}: {giving_way(pid)}", flush=True)
        os.kill(pid, signal.SIGKILL)


async def in_turn(bench: Bench, calm: Session, learned: list[tuple[str, int]]) -> list[Mapping[str, Waits]]:
    """Of each turn what was waited for, by what was learned meanwhile."""
    turns = []
    async with AsyncExitStack() as lines:
        tabs = bench.tabs
        await open_all(tabs, lines)
        print(f"At work: {len(tabs)} annotators, a client", flush=True)
        for url, project in learned:
            turn = {NOTHING: await bench.work(calm)}
            turn["suggestions are learned"] = await bench.while_suggesting(calm, url)
            turn["a model is trained"] = await bench.while_training(calm, project)
            turns.append(turn)
            print(f"turn {len(turns)}: {ratios(turn)}", flush=True)
        await asyncio.gather(*(tab.close() for tab in tabs))
    await bench.http.aclose()
    return turns


class Figures(NamedTuple):
    """Seconds."""

    median: float
    p95: float

    @classmethod
    def of(cls, waits: list[float]) -> Figures:
        ordered = sorted(waits)
        return cls(statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1])

    def __str__(self) -> str:
        return f"{1000 * self.median:.0f} ms (median), {1000 * self.p95:.0f} ms (p95)"


def ratios(turn: Mapping[str, Waits]) -> str:
    """By how much each p95 is that of the time in which nothing is learned."""
    said = []
    for meanwhile, waits in turn.items():
        if meanwhile != NOTHING:
            times = (
                f"{what} {Figures.of(all_).p95 / Figures.of(turn[NOTHING][what]).p95:.2f}"
                for what, all_ in waits.items()
            )
            said.append(f"{meanwhile}: {', '.join(times)}")
    return "; ".join(said)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--annotators", type=int, default=20)
    arguments.add_argument("--every", type=float, default=3.0)
    arguments.add_argument("--seconds", type=float, default=10.0)
    arguments.add_argument("--turns", type=int, default=3)
    arguments.add_argument("--documents", type=int, default=800)
    given = arguments.parse_args()
    with app() as (server, api):
        urls = [link(server.url, make_session(api, letters(DOCUMENTS))) for _ in range(given.annotators)]
        calm = make_session(api, letters(DOCUMENTS))
        done = [one.model_copy(update={"annotated": True}) for one in letters(given.documents)]
        learned = []
        for _ in range(given.turns):
            # From the one that is finished models learn; of the other the last document is still to do.
            first = make_session(api, done)
            done[-1] = done[-1].model_copy(update={"annotated": False})
            learned.append((link(server.url, make_session(api, done), given.documents), first.project_id))
            done[-1] = done[-1].model_copy(update={"annotated": True})
        tabs = [Annotator(url, number) for number, url in enumerate(urls)]
        turns = asyncio.run(in_turn(Bench(server, tabs, given.every, given.seconds), calm, learned))
    together = {
        meanwhile: {
            what: [one for turn in turns for one in turn[meanwhile][what]] for what in turns[0][NOTHING]
        }
        for meanwhile in turns[0]
    }
    for meanwhile, waits in together.items():
        for what, all_ in waits.items():
            print(f"{meanwhile}: {what}, {len(all_):,} times, {Figures.of(all_)}")
    print(f"p95 against the time when {NOTHING}: {ratios(together)}")


if __name__ == "__main__":
    main()
