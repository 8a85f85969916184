"""Kill servers and workers at random moments, break every call of a save in every way, let three people work
at random, type a storm of edits in a browser, and print what came of it.

    python -m tests.soak [--points 50] [--examples 500] [--seed N] [--only "job killed"]

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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
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
from tests.contract.killed_servers import kill_servers_and_workers
from tests.contract.renames import HOWS, PLACES, broken_off, every_request
from tests.contract.stories import learn, stories
from tests.contract.test_openapi import CALLS, REFUSABLE
from tests.contract.together import Together
from tests.postgres import address, fresh_database
from tests.stores import DATABASES
from tests.unit.agreement.coverage import coverage

DOCUMENTS = 1500
"""What jobs clone, take up and delete: 30 steps of a deletion, which leaves the database to others for most
of its time."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--points", type=int, default=50, help="kills of each kind on each database")
    parser.add_argument("--examples", type=int, default=500, help="stories of three people on each database")
    parser.add_argument("--fuzzed", type=int, default=200, help="requests of each call, and stories of calls")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--only", default="", help="the parts whose names have these letters in them")
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    for name, run in parts(asked):
        if asked.only in name:
            began = time.perf_counter()
            came = run()
            say(f"{name}: {came}, in {time.perf_counter() - began:.0f} s")


def parts(asked: argparse.Namespace) -> Iterator[tuple[str, Callable[[], str]]]:
    """What is tried, with its name; each says what came of it."""
    seeds = list(range(asked.seed, asked.seed + asked.points))
    databases = DATABASES
    if address() is None:
        say("There is no PostgreSQL here: that half is left out.")
        databases = DATABASES[:1]
    for each in databases:
        yield f"server killed, {each}", partial(servers_killed, each, seeds)
        yield f"worker killed, {each}", partial(workers_killed, each, seeds)
        yield f"server and worker killed, {each}", partial(calls_killed, each, seeds[::2])
        yield f"job killed, {each}", partial(jobs_killed, each, seeds[::2])
        yield f"killed at a model, {each}", partial(models_killed, each, seeds[::2])
        yield f"plan killed, {each}", partial(plans_killed, each, seeds[::5])
    yield "faults", every_fault
    for each in databases:
        yield f"three people, {each}", partial(together, each, asked.examples)
    yield "properties", properties
    yield "storm", storm
    yield "intervals", partial(intervals, asked.seed)
    yield "fuzzer", partial(fuzzed, asked.fuzzed)
    for role, each in product(ROLES, databases):
        count = asked.fuzzed if each == "sqlite" else asked.fuzzed // 10
        yield f"stories of {role}, {each}", partial(tell_stories, each, role, count)


@contextmanager
def a_place(database: str) -> Iterator[tuple[Path, str]]:
    """A folder, and the URL of a database of its own, empty for SQLite."""
    with TemporaryDirectory() as folder:
        if database == "sqlite":
            yield Path(folder), ""
        else:
            with fresh_database() as url:
                yield Path(folder), url


def servers_killed(database: str, seeds: list[int]) -> str:
    with a_place(database) as (folder, url):
        return of_points(kill_servers(folder / "data", url, seeds))


def workers_killed(database: str, seeds: list[int]) -> str:
    with a_place(database) as (folder, url), embedded("over a socket", folder, database) as server:
        killed = kill_workers(folder, url, server.api, str(server.http.base_url), server.token, seeds)
        return of_points(killed)


def of_points(killed: Iterable[Point]) -> str:
    points = list(killed)
    held = sorted(point.held for point in points)
    return (
        f"{len(points)} points, broken off: {sum(point.said != 'saved' for point in points)}; "
        f"documents held at the kill: {held[0]} to {held[-1]}, median {statistics.median(held):.0f}; "
        "nothing lost or doubled"
    )


def calls_killed(database: str, seeds: list[int]) -> str:
    """Amid two calls for each seed: an upload or a clone, and a deletion."""
    with a_place(database) as (folder, url):
        kills = list(kill_servers_and_workers(folder / "data", url, seeds, DOCUMENTS))
    caught = Counter(kill.what for kill in kills if kill.is_amid)
    return (
        f"{len(kills)} points, the worker with it at {sum(kill.with_worker for kill in kills)}; "
        f"caught amid it: {caught.total()} "
        f"({', '.join(f'{what} {count}' for what, count in sorted(caught.items()))}); "
        "nothing lost, doubled or stuck"
    )


def jobs_killed(database: str, seeds: list[int]) -> str:
    """Of a clone and of a deletion for each seed."""
    with a_place(database) as (folder, url):
        amid = kill_jobs(folder / "data", url, seeds, DOCUMENTS)
    return f"{len(amid)} points, {sum(amid)} amid it; nothing lost, doubled or stuck"


def models_killed(database: str, seeds: list[int]) -> str:
    """At the training and at the predicting for each seed."""
    with a_place(database) as (folder, url):
        amid = kill_model_jobs(folder / "data", url, seeds, 150)
    return f"{len(amid)} points, {sum(amid)} amid it; always the same came of it"


def plans_killed(database: str, seeds: list[int]) -> str:
    """A plan of six people over a thousand documents for each seed."""
    with TemporaryDirectory() as folder, embedded("over a socket", Path(folder), database) as server:
        made = kill_plans(server, Path(folder), seeds, 1000, 6)
    return f"{len(made)} points, {min(made)} to {max(made)} of 7 sessions there at the kill; all made once"


def every_fault() -> str:
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
    count = 6 * len(FAULTS) + len(HOWS) * len(PLACES)
    return f"{count} sweeps over every call, nothing lost or doubled"


def together(database: str, examples: int) -> str:
    stories = settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with TemporaryDirectory() as folder, embedded("in process", Path(folder), database) as server:
        run_state_machine_as_test(lambda: Together(server), settings=stories)
    return f"{examples} stories, nothing lost or doubled"


def properties() -> str:
    """Those of spans, steps, drafts and merges."""
    rooms = [f"tests/unit/{room}" for room in ("test_spans.py", "draft", "editing", "saving")]
    tried(*rooms, otherwise="a property does not hold")
    return "a thousand examples of each, all hold"


def storm() -> str:
    """The whole of the one that the tests take half of."""
    tried("tests/e2e/test_annotator.py", "-k", "storm_of_edits", otherwise="an edit of the storm is lost")
    return "a hundred edits at twenty a second, kept in order"


def tried(*tests: str, otherwise: str) -> None:
    """Tests, thoroughly."""
    command = [sys.executable, "-m", "pytest", *tests, "--hypothesis-profile=thorough"]
    if subprocess.run([*command, "-p", "no:cacheprovider"], check=False).returncode:
        raise SystemExit(otherwise)


def intervals(seed: int) -> str:
    held = coverage(50, 2000, draws=2000, seed=seed)
    assert 0.92 <= held <= 0.97, held
    return f"{100 * held:.1f} % hold the truth"


def fuzzed(examples: int) -> str:
    """Every call as each role, good requests and bad ones."""
    count = 0
    for role, (method, path) in product(ROLES, CALLS):
        with fuzzed_server() as server:
            token = token_of(server, role)
            count += fuzz(server, method, path, GenerationMode.POSITIVE, token, examples)
            if (method, path) in REFUSABLE:
                fuzz(server, method, path, GenerationMode.NEGATIVE, token, examples)
    return f"{count} calls came through, all as described"


def tell_stories(database: str, role: Role, examples: int) -> str:
    """Stories of calls, from a model on that has learned."""
    through = Counter[str]()

    def told(method: str, path: str, status: int) -> None:
        through[f"{method} {path}"] += status < 300

    with fuzzed_server(database) as server:
        learn(server)
        stories(server, token_of(server, role), examples, 20, told)
    of_models = sum(count for call, count in through.items() if "/models" in call or "/corrections" in call)
    return (
        f"{examples}; {through.total()} calls came through, {len(+through)} different ones, "
        f"{of_models} of them about models and corrections; all as described"
    )


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
