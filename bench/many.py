"""What one edit costs the server, and how long many annotators wait for theirs.

    python -m bench.many [--annotators 1 50 150] [--every 3] [--seconds 30]

Starts the app on a folder of its own and makes a session of 100 documents for each annotator. Each has a tab
without a browser, which tags a word or takes a tag away again every few seconds, at a moment of its own, over
the websocket; it runs what the page asks to be run by itself, as a browser does. The server's processor time
is what the kernel counts; what the tabs cost it while nobody edits is measured first, said apart, and left
out of an edit's. Latency counts only on a machine that does nothing else, the generator's own share included.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import chain, count, cycle, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect

from bench.letters import CLASSES, LABELS, app, letter, letters, link, make_session
from tests.tab import LINE, Talk

DOCUMENTS = 100
AT_A_TIME = 8
"""Tabs that are opened at once."""
WARM = 24
"""Edits that are made before it is measured, at least."""
TURNS = 6
"""Words that are tagged before they are freed again, so that the document stays of one size."""
PATIENCE = 60.0
"""Seconds after which an edit that is not kept says that the app cannot follow so many."""
TICK = os.sysconf("SC_CLK_TCK")


class Figures(NamedTuple):
    """Seconds from each edit to its acknowledgement and to the end of its drawing, and what it took: seconds
    of processor, bytes sent."""

    waits: list[tuple[float, float]]
    seconds: float
    idle: float
    busy: float
    own: float
    sent: int


def free_words() -> list[tuple[int, int]]:
    """Where the words stand that the first document of a session has no tag on."""
    first = letter(0)
    taken = {(segment.start, segment.end) for segment in first.segments}
    ends = [at for at, sign in enumerate(f"{first.text} ") if sign == " "]
    words = [(end + 1, after) for end, after in pairwise(ends)]
    return [word for word in words[1:] if word not in taken][:TURNS]


class Annotator(Talk):
    """A tab whose person tags, and the line to the app."""

    def __init__(self, url: str, number: int) -> None:
        super().__init__(url)
        self.chance = random.Random(number)
        self.numbers = count(1)
        self.turns: Iterator[tuple[bool, tuple[int, int]]] = cycle(
            chain(((True, word) for word in free_words()), ((False, word) for word in free_words()))
        )
        self.received = self.kept = self.drawn = 0
        self.heard = asyncio.Condition()
        self.is_open = False
        self.due: dict[str, tuple[float, asyncio.TimerHandle]] = {}

    async def open(self, line: ClientConnection) -> None:
        """Run the page, and listen from then on."""
        self.line = line
        self.listening = asyncio.create_task(self._listen())
        await line.send(self.run())
        await self._until(lambda: self.is_open)

    async def close(self) -> None:
        for _, timer in self.due.values():
            timer.cancel()
        self.listening.cancel()
        await asyncio.gather(self.listening, return_exceptions=True)

    async def edit(self) -> tuple[float, float]:
        """Tag a word or free it; seconds until the app says that it keeps that, and until all is drawn."""
        number, (is_new, word) = next(self.numbers), next(self.turns)
        began = time.perf_counter()
        await self.line.send(self._tagged(number, word) if is_new else self._freed(number, word))
        await self._until(lambda: self.kept >= number)
        kept = time.perf_counter() - began
        if self.data("text")["refused"]:
            raise RuntimeError(f"an edit was refused: {self.data('text')['refused']}")
        await self._until(lambda: self.drawn >= number)
        return kept, time.perf_counter() - began

    def _tagged(self, number: int, word: tuple[int, int]) -> bytes:
        return self.acted(number, kind="add", span=word, tag=(CLASSES[number % 4], LABELS[number % 3]))

    def _freed(self, number: int, word: tuple[int, int]) -> bytes:
        there = (one for one in self.data("text")["segments"] if (one["start"], one["end"]) == word)
        return self.acted(number, kind="delete", segment=next(there)["key"], at=word)

    async def _listen(self) -> None:
        async for raw in self.line:
            assert isinstance(raw, bytes)
            self.received += len(raw)
            before, is_end = self.components.get("text"), self.hear(raw)
            if self.components.get("text") is not before:
                self.kept = self.data("text")["kept"].get("w", 0)
            if is_end:
                self.is_open, self.drawn = True, self.kept
                self._follow_timers()
            async with self.heard:
                self.heard.notify_all()

    async def _until(self, is_so: Any) -> None:
        async with self.heard:
            await asyncio.wait_for(self.heard.wait_for(lambda: is_so() or self.listening.done()), PATIENCE)
        if self.listening.done():
            self.listening.result()
            raise RuntimeError("the app closed the connection")

    def _follow_timers(self) -> None:
        for fragment in [one for one in self.due if self.timers.get(one) != self.due[one][0]]:
            self.due.pop(fragment)[1].cancel()
        for fragment in self.timers.keys() - self.due.keys():
            self._set(fragment, self.timers[fragment])

    def _set(self, fragment: str, seconds: float) -> None:
        def run() -> None:
            self._set(fragment, seconds)
            self.sending = asyncio.ensure_future(self.line.send(self.run(fragment, by_timer=True)))

        self.due[fragment] = seconds, asyncio.get_running_loop().call_later(seconds, run)


def processor(pid: int) -> float:
    """Seconds of processor that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


async def measured(tabs: list[Annotator], pid: int, every: float, seconds: float) -> Figures:
    began = processor(pid)
    await asyncio.sleep(seconds / 2)
    idle = (processor(pid) - began) / (seconds / 2)
    waits: list[tuple[float, float]] = []

    async def edit(tab: Annotator) -> None:
        due = time.perf_counter() + tab.chance.random() * every
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            waits.append(await tab.edit())
            due = max(due + every, time.perf_counter())

    began, own, sent = processor(pid), time.process_time(), sum(tab.received for tab in tabs)
    start = time.perf_counter()
    end = start + seconds
    await asyncio.gather(*map(edit, tabs))
    took = time.perf_counter() - start
    own, sent = time.process_time() - own, sum(tab.received for tab in tabs) - sent
    return Figures(waits, took, idle, processor(pid) - began, own, sent)


async def open_all(tabs: list[Annotator], lines: AsyncExitStack) -> None:
    """Open the tabs, and edit in them until the process is warm; `lines` ends their connections."""
    for first in range(0, len(tabs), AT_A_TIME):
        some = tabs[first : first + AT_A_TIME]
        opened = [await lines.enter_async_context(connect(tab.address, **LINE)) for tab in some]
        await asyncio.gather(*(tab.open(line) for tab, line in zip(some, opened, strict=True)))
    # The first edit still brings what a new tab asks for, and a new process runs slower at first.
    for _ in range(math.ceil(WARM / len(tabs))):
        await asyncio.gather(*(tab.edit() for tab in tabs))


async def annotating(urls: list[str], pid: int, every: float, seconds: float) -> Figures:
    tabs = [Annotator(url, number) for number, url in enumerate(urls)]
    async with AsyncExitStack() as lines:
        await open_all(tabs, lines)
        try:
            return await measured(tabs, pid, every, seconds)
        finally:
            await asyncio.gather(*(tab.close() for tab in tabs))


def say(annotators: int, found: Figures) -> None:
    kept, drawn = (sorted(each) for each in zip(*found.waits, strict=True))
    # By nearest rank: the least of the times that at least 95 of 100 do not exceed.
    last = math.ceil(0.95 * len(kept)) - 1
    edits, idle = len(kept), found.idle * found.seconds
    print(
        f"{annotators} annotators, {edits:,} edits: kept after {1000 * statistics.median(kept):.0f} ms "
        f"(median), {1000 * kept[last]:.0f} ms (p95), all of it drawn after "
        f"{1000 * statistics.median(drawn):.0f} and {1000 * drawn[last]:.0f} ms · an edit: "
        f"{1000 * (found.busy - idle) / edits:.1f} ms of the "
        f"server's processor, {found.sent / edits / 1000:.1f} KB · idle: "
        f"{1000 * found.idle / annotators:.1f} ms a second and tab · cores: server "
        f"{found.busy / found.seconds:.2f}, generator {found.own / found.seconds:.2f}",
        flush=True,
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--annotators", type=int, nargs="+", default=[1, 50, 100, 150])
    arguments.add_argument("--every", type=float, default=3.0)
    arguments.add_argument("--seconds", type=float, default=30.0)
    given = arguments.parse_args()
    for annotators in given.annotators:
        with app() as (server, api):
            documents = letters(DOCUMENTS)
            urls = [link(server.url, make_session(api, documents)) for _ in range(annotators)]
            try:
                found = asyncio.run(annotating(urls, server.process.pid, given.every, given.seconds))
            except TimeoutError:
                print(f"{annotators} annotators: nothing was kept for {PATIENCE:.0f} s", flush=True)
            else:
                say(annotators, found)


if __name__ == "__main__":
    main()
