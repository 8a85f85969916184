"""What one step costs in a draft of 100 kept documents and in one of 10,000, in one run, as a ratio.

    [TEST_DATABASE_URL=postgresql://…] python -m bench.draft_store

Each append writes one document's state, one step and the number of its window; each look reads what is new.
The two drafts take turns in one database, so that what else the machine does slows both.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from labeling.store.drafts import DraftKey, DraftStore, Facts, Write, open_drafts

SIZES = (100, 10_000)
STEPS = 500
BASE = '{"source":"' + "A room with a view, and breakfast until noon. " * 10 + '"}'
STATE = '{"segments":["s1","s2","s3"],"done":false}'


def key(documents: int) -> DraftKey:
    return DraftKey("embedded", "bench", f"session of {documents}")


def begin(drafts: DraftStore, documents: int) -> int:
    """A draft in which every document was touched, and its history is full; its revision."""
    drafts.remove(key(documents))
    return drafts.append(
        key(documents),
        0,
        Write(
            "{}",
            Facts(1, 1, "Bench", documents),
            [(f"id:{n}", BASE, STATE) for n in range(documents)],
            steps=[(n, STATE) for n in range(1, 1001)],
        ),
    )


def one_step(drafts: DraftStore, documents: int, revision: int, number: int) -> tuple[float, float]:
    """Seconds to append a step, and seconds for a look that finds nothing else."""
    write = Write(
        "{}",
        Facts(1, 1, "Bench", documents),
        [(f"id:{number * 7919 % documents}", None, STATE)],
        steps=[(1000 + number, STATE)],
        first_step=1 + number,
        windows={"tab": number},
    )
    began = time.perf_counter()
    new = drafts.append(key(documents), revision, write)
    appended = time.perf_counter()
    kept = drafts.read(key(documents), new)
    looked = time.perf_counter()
    assert kept is not None
    assert not kept.documents
    return appended - began, looked - appended


def measure(name: str, drafts: DraftStore) -> None:
    revisions = {documents: begin(drafts, documents) for documents in SIZES}
    appends: dict[int, list[float]] = {documents: [] for documents in SIZES}
    looks: dict[int, list[float]] = {documents: [] for documents in SIZES}
    for number in range(1, STEPS + 1):
        for documents in SIZES:
            append, look = one_step(drafts, documents, revisions[documents], number)
            revisions[documents] += 1
            appends[documents].append(append)
            looks[documents].append(look)
    for what, times in (("append one step", appends), ("look for news", looks)):
        medians = {documents: statistics.median(times[documents]) for documents in SIZES}
        small, large = (medians[documents] for documents in SIZES)
        words = ", ".join(f"{1000 * median:.2f} ms with {n:,}" for n, median in medians.items())
        print(f"{name}, {what}: {words} documents, ratio {large / small:.2f}")
    for documents in SIZES:
        drafts.remove(key(documents))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with closing(open_drafts(Path(folder))) as drafts:
            measure("SQLite", drafts)
        url = os.environ.get("TEST_DATABASE_URL", "")
        if url:
            with closing(open_drafts(Path(folder), url)) as drafts:
                measure("PostgreSQL", drafts)


if __name__ == "__main__":
    main()
