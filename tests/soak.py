"""`make soak`: what the tests do with a few fixed seeds, with many random ones; prints figures. Takes a while.

Servers and keepers of drafts are killed in mid-save at random points on each database, and three people work on one
session while everything breaks. It ends at the first loss, with the seed that shows it.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests import postgres
from tests.contract.embedded import embedded
from tests.contract.killed import Point, kill_servers, kill_workers
from tests.contract.test_saving_together import QUICK
from tests.contract.together import Together
from tests.stores import DATABASES


def main() -> None:
    options = argparse.ArgumentParser(prog="make soak")
    options.add_argument("--points", type=int, default=50, help="kills of each kind on each database")
    options.add_argument("--examples", type=int, default=200, help="runs of the state machine")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = options.parse_args()
    chance = random.Random(given.seed)
    say(f"seed {given.seed}")
    for database in DATABASES:
        if database == "postgresql" and postgres.address() is None:
            say("postgresql: none found, left out")
            continue
        seeds = [chance.randrange(10**6) for _ in range(given.points)]
        servers(database, seeds)
        workers(database, seeds)
    with tempfile.TemporaryDirectory() as folder, embedded("in process", Path(folder)) as server:
        began = time.monotonic()
        many = settings(QUICK, max_examples=given.examples, derandomize=False)
        run_state_machine_as_test(lambda: Together(server), settings=many)
        say(f"three people on one session: {given.examples} runs, {time.monotonic() - began:.0f} s, no loss")


def servers(database: str, seeds: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, address_of(database) as url:
        tell(f"{database}: server killed in mid-save", kill_servers(Path(folder) / "data", url, seeds))


def workers(database: str, seeds: list[int]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        address_of(database) as url,
        embedded("over a socket", Path(folder), database) as server,
    ):
        address = str(server.http.base_url)
        points = kill_workers(Path(folder), url, server.api, address, server.token, seeds)
        tell(f"{database}: keeper of the draft killed in mid-save", points)


@contextmanager
def address_of(database: str) -> Iterator[str]:
    """Empty for SQLite, else the URL of a new PostgreSQL database."""
    if database == "sqlite":
        yield ""
    else:
        with postgres.fresh_database() as url:
            yield url


def tell(what: str, points: Iterable[object]) -> None:
    began = time.monotonic()
    found = list(points)
    said = Counter(re.sub(r":\d+", "", point.said) for point in found if isinstance(point, Point))
    more = f" ({', '.join(f'{many} × {words}' for words, many in said.most_common())})" if said else ""
    say(f"{what}: {len(found)} points, {time.monotonic() - began:.0f} s, nothing lost, nothing doubled{more}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
