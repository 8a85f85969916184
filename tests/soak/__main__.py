"""Kill servers and workers at random moments, break every call of a save in every way, let three people work
at random, type a storm of edits in a browser, and print what came of it.

    python -m tests.soak [--points 50] [--examples 500] [--seed N]

It ends with an error as soon as anything is lost or doubled; the seed that it prints repeats the moments.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode

from labeling.model import Role
from tests.contract.embedded import embedded
from tests.contract.faults import FAULTS, adding, every_call, ours, replacing
from tests.contract.fuzzing import ROLES, fuzz, fuzzed_server, token_of
from tests.contract.killed import Point, kill_servers, kill_workers
from tests.contract.killed_jobs import kill_jobs
from tests.contract.killed_models import kill_model_jobs
from tests.contract.killed_plans import kill_plans
from tests.contract.killed_servers import Kill, kill_servers_and_workers
from tests.contract.renames import HOWS, PLACES, broken_off, every_request
from tests.contract.stories import learn, stories
from tests.contract.test_openapi import CALLS, REFUSABLE
from tests.contract.together import Together
from tests.postgres import address, fresh_database
from tests.stores import DATABASES
from tests.unit.agreement.coverage import coverage


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--points", type=int, default=50, help="kills of each kind on each database")
    parser.add_argument("--examples", type=int, default=500, help="stories of three people on each database")
    parser.add_argument("--fuzzed", type=int, default=200, help="requests of each call, and stories of calls")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    asked = parser.parse_args()
    seeds = list(range(asked.seed, asked.seed + asked.points))
    say(f"seed {asked.seed}")
    for database in DATABASES:
        if database == "postgresql" and address() is None:
            say("There is no PostgreSQL here: that half is left out.")
            continue
        tell(f"server killed, {database}", lambda database=database: servers_killed(database, seeds))
        tell(f"worker killed, {database}", lambda database=database: workers_killed(database, seeds))
        began = time.perf_counter()
        kills = calls_killed(database, seeds[::2])
        caught = Counter(kill.what for kill in kills if kill.is_amid)
        say(
            f"server killed amid uploads, clones and deletions, {database}: {len(kills)} points in "
            f"{time.perf_counter() - began:.0f} s, its worker with it at "
            f"{sum(kill.with_worker for kill in kills)} of them; caught amid it: {caught.total()} "
            f"({', '.join(f'{what} {count}' for what, count in sorted(caught.items()))}); "
            "nothing lost, doubled or stuck"
        )
        began = time.perf_counter()
        reached = jobs_killed(database, seeds)
        say(
            f"job killed, {database}: {len(reached)} points in {time.perf_counter() - began:.0f} s, "
            f"{sum(0 < share < 1 for share in reached)} of them in its midst; nothing lost, doubled or stuck"
        )
        began = time.perf_counter()
        amid = models_killed(database, seeds[::2])
        say(
            f"killed at a model, {database}: {len(amid)} points in {time.perf_counter() - began:.0f} s, "
            f"{sum(amid)} of them in its midst; always the same came of it"
        )
        began = time.perf_counter()
        made = plans_killed(database, seeds[::5])
        say(
            f"plan killed, {database}: {len(made)} points in {time.perf_counter() - began:.0f} s, "
            f"{min(made)} to {max(made)} of 7 sessions there at the kill; all made once"
        )
    began = time.perf_counter()
    count = every_fault()
    seconds = time.perf_counter() - began
    say(f"faults: {count} sweeps over every call in {seconds:.0f} s, nothing lost or doubled")
    for database in DATABASES if address() is not None else DATABASES[:1]:
        began = time.perf_counter()
        together(database, asked.examples)
        seconds = time.perf_counter() - began
        say(f"three people, {database}: {asked.examples} stories in {seconds:.0f} s, nothing lost or doubled")
    began = time.perf_counter()
    properties()
    say(f"properties: a thousand examples of each in {time.perf_counter() - began:.0f} s, all hold")
    began = time.perf_counter()
    storm()
    say(f"storm: a hundred edits at twenty a second in {time.perf_counter() - began:.0f} s, kept in order")
    began = time.perf_counter()
    held = coverage(50, 2000, draws=2000, seed=asked.seed)
    assert 0.92 <= held <= 0.97, held
    say(f"intervals: {100 * held:.1f} % hold the truth in {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    calls = fuzzed(asked.fuzzed)
    say(f"fuzzer: {calls} calls came through in {time.perf_counter() - began:.0f} s, all as described")
    for role in ROLES:
        tell_stories("sqlite", role, asked.fuzzed)
        if address() is not None:
            tell_stories("postgresql", role, asked.fuzzed // 10)


@contextmanager
def a_place(database: str) -> Iterator[tuple[Path, str]]:
    """A folder, and the URL of a database of its own, empty for SQLite."""
    with TemporaryDirectory() as folder:
        if database == "sqlite":
            yield Path(folder), ""
        else:
            with fresh_database() as url:
                yield Path(folder), url


def servers_killed(database: str, seeds: list[int]) -> Iterator[Point]:
    with a_place(database) as (folder, url):
        yield from kill_servers(folder / "data", url, seeds)


def workers_killed(database: str, seeds: list[int]) -> Iterator[Point]:
    with a_place(database) as (folder, url), embedded("over a socket", folder, database) as server:
        yield from kill_workers(folder, url, server.api, str(server.http.base_url), server.token, seeds)


def calls_killed(database: str, seeds: list[int]) -> list[Kill]:
    """Two kills for each seed: of an upload or a clone, and of a deletion."""
    with a_place(database) as (folder, url):
        return list(kill_servers_and_workers(folder / "data", url, seeds, 6000))


def jobs_killed(database: str, seeds: list[int]) -> list[float]:
    with a_place(database) as (folder, url):
        return kill_jobs(folder / "data", url, seeds, 2000)


def models_killed(database: str, seeds: list[int]) -> list[bool]:
    """Two kills for each seed: of a training, and of the predicting."""
    with a_place(database) as (folder, url):
        return kill_model_jobs(folder / "data", url, seeds, 150)


def plans_killed(database: str, seeds: list[int]) -> list[int]:
    """A plan of six people over a thousand documents for each seed."""
    with TemporaryDirectory() as folder, embedded("over a socket", Path(folder), database) as server:
        return kill_plans(server, Path(folder), seeds, 1000, 6)


def tell(what: str, run: Callable[[], Iterator[Point]]) -> None:
    began = time.perf_counter()
    points = list(run())
    held = sorted(point.held for point in points)
    say(
        f"{what}: {len(points)} points in {time.perf_counter() - began:.0f} s; "
        f"broken off: {sum(point.said != 'saved' for point in points)}; "
        f"documents held at the kill: {held[0]} to {held[-1]}, median {statistics.median(held):.0f}; "
        "nothing lost or doubled"
    )


def every_fault() -> int:
    """Every fault at every call of a save, and renames broken off at each, of which the tests take the
    telling ones."""
    with TemporaryDirectory() as folder, embedded("in process", Path(folder)) as server:
        for name, rename in product(FAULTS, (False, True)):
            ours(server, name, rename, every_call)
        for how, pairs in product(HOWS, PLACES):
            broken_off(server, pairs, how, every_request)
    for name, gives_ids in product(FAULTS, (False, True)):
        replacing(name, gives_ids, every_call)
        adding(name, gives_ids, every_call)
    return 6 * len(FAULTS) + len(HOWS) * len(PLACES)


def together(database: str, examples: int) -> None:
    stories = settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with TemporaryDirectory() as folder, embedded("in process", Path(folder), database) as server:
        run_state_machine_as_test(lambda: Together(server), settings=stories)


def properties() -> None:
    """Those of spans, steps, drafts and merges."""
    rooms = [f"tests/unit/{room}" for room in ("test_spans.py", "draft", "editing", "saving")]
    tried(*rooms, otherwise="a property does not hold")


def storm() -> None:
    """The whole of the one that the tests take half of."""
    tried("tests/e2e/test_annotator.py", "-k", "storm_of_edits", otherwise="an edit of the storm is lost")


def tried(*tests: str, otherwise: str) -> None:
    """Tests, thoroughly."""
    command = [sys.executable, "-m", "pytest", *tests, "--hypothesis-profile=thorough"]
    if subprocess.run([*command, "-p", "no:cacheprovider"], check=False).returncode:
        raise SystemExit(otherwise)


def fuzzed(examples: int) -> int:
    """Every call as each role, good requests and bad ones; how many came through."""
    count = 0
    for role, (method, path) in product(ROLES, CALLS):
        with fuzzed_server() as server:
            token = token_of(server, role)
            count += fuzz(server, method, path, GenerationMode.POSITIVE, token, examples)
            if (method, path) in REFUSABLE:
                fuzz(server, method, path, GenerationMode.NEGATIVE, token, examples)
    return count


def tell_stories(database: str, role: Role, examples: int) -> None:
    """Stories of calls, from a model on that has learned; how many of their calls came through."""
    began = time.perf_counter()
    through = Counter[str]()

    def told(method: str, path: str, status: int) -> None:
        through[f"{method} {path}"] += status < 300

    with fuzzed_server(database) as server:
        learn(server)
        stories(server, token_of(server, role), examples, 20, told)
    of_models = sum(count for call, count in through.items() if "/models" in call or "/corrections" in call)
    say(
        f"stories of {role}, {database}: {examples}; {through.total()} calls came through in "
        f"{time.perf_counter() - began:.0f} s, {sum(map(bool, through.values()))} different ones, "
        f"{of_models} of them about models and corrections; all as described"
    )


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
