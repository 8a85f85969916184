"""How fast the embedded API answers on 10,000 documents, alone and to eight clients, beside a bare engine.

    python -m bench.api [--documents 10000] [--postgresql] [--processes 2]

Eight clients save into one session, where each waits for the others, and into one session each, as annotators
do. The bare engine is SQLite's executemany of the same segments and tags after pydantic has checked the
documents.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from bench.letters import CLASSES, LABELS, api_alone, letters
from labeling.model import Document
from tests.postgres import fresh_database

CALLS = 200
CLIENTS = 8
DETAILS = {"details": "segments,tags"}


class Lean:
    """A client that costs little: eight of them share the machine with what they measure."""

    def __init__(self, address: str, token: str) -> None:
        url = urlsplit(address)
        self._connection = HTTPConnection(url.netloc, timeout=120)
        self._path, self._headers = url.path, {"Authorization": f"Bearer {token}"}

    def get(self, path: str, params: dict[str, object]) -> int:
        """The status."""
        return self._send("GET", f"{path}?{urlencode(params)}", None)

    def put(self, path: str, body: object) -> int:
        """The status."""
        return self._send("PUT", path, json.dumps(body).encode())

    def _send(self, method: str, path: str, body: bytes | None) -> int:
        self._connection.request(method, self._path + path, body, self._headers)
        with self._connection.getresponse() as answer:
            answer.read()
        return answer.status


def percentile(times: list[float]) -> float:
    """The 95th."""
    return sorted(times)[int(0.95 * len(times))]


def percentiles(times: list[float]) -> str:
    """Median and 95th percentile, in milliseconds."""
    return f"p50 {1000 * statistics.median(times):.1f} ms, p95 {1000 * percentile(times):.1f} ms"


def timed(call: Callable[[int], None], count: int = CALLS, first: int = 0) -> list[float]:
    times = []
    for n in range(first, first + count):
        began = time.perf_counter()
        call(n)
        times.append(time.perf_counter() - began)
    return times


def rate(make: Callable[[], Callable[[int], None]]) -> float:
    """Calls a second of eight clients together, each with a connection of its own."""
    calls = [make() for _ in range(CLIENTS)]

    def work(call: Callable[[int], None], number: int) -> None:
        for n in range(CALLS // 2):
            call(n * CLIENTS + number)

    threads = [threading.Thread(target=work, args=(call, number)) for number, call in enumerate(calls)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return CLIENTS * (CALLS // 2) / (time.perf_counter() - began)


def while_deleting(
    http: httpx.Client, project: int, body: dict[str, object], put: Callable[[int], None]
) -> str:
    """What a PUT takes while as large a session is deleted, and just before, three times in turn."""
    quiet: list[float] = []
    busy: list[float] = []
    for turn in range(3):
        sessions = f"/projects/{project}/annotations"
        other = http.post(sessions, json={**body, "name": f"Gone {turn}"}).json()["id"]
        time.sleep(1)
        quiet += timed(put)
        assert http.delete(f"{sessions}/{other}").status_code == 204
        n = 0
        while http.get(f"{sessions}/{other}").status_code == 200:
            busy += timed(put, 5, first=n)
            n += 5
    ratio = percentile(busy) / percentile(quiet)
    return (
        f"PUT of one changed document, idle: {percentiles(quiet)}; while documents are deleted: "
        f"{percentiles(busy)} ({len(busy)} of them), {ratio:.2f} × p95"
    )


def get_page(http: Lean, path: str, count: int, n: int) -> None:
    query = {**DETAILS, "offset": (n * 977) % (count - 50), "limit": 50}
    assert http.get(f"{path}/documents", query) == 200


def put_one(http: Lean, path: str, documents: list[Any], n: int) -> None:
    """Save one of the documents with another label of its first tag."""
    item = documents[(n * 977) % len(documents)]
    tag = item["segments"][0]["tags"][0]
    tag["label"] = "NEG" if tag["label"] == "POS" else "POS"
    assert http.put(path, {"documents": [item]}) == 200


def bare(documents: list[dict[str, object]], folder: Path) -> float:
    """Seconds for pydantic and executemany alone."""
    connection = sqlite3.connect(folder / "bare.db")
    connection.execute("pragma journal_mode=wal")
    connection.execute("create table documents (id integer primary key, text text)")
    connection.execute(
        "create table segments (id integer primary key, document integer, a integer, b integer, text text)"
    )
    connection.execute("create table tags (id integer primary key, segment integer, class text, label text)")
    began = time.perf_counter()
    read = [Document.model_validate(item) for item in documents]
    segments = [(n, s.start, s.end, s.text) for n, d in enumerate(read) for s in d.segments]
    tags = [(n, t.class_, t.label) for n, s in enumerate(s for d in read for s in d.segments) for t in s.tags]
    with connection:
        connection.executemany("insert into documents (text) values (?)", [(d.text,) for d in read])
        connection.executemany("insert into segments (document, a, b, text) values (?, ?, ?, ?)", segments)
        connection.executemany("insert into tags (segment, class, label) values (?, ?, ?)", tags)
    return time.perf_counter() - began


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=10_000)
    arguments.add_argument("--processes", type=int, default=1)
    arguments.add_argument("--postgresql", action="store_true", help="on a database of the tests' server")
    asked = arguments.parse_args()
    count: int = asked.documents
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database()) if asked.postgresql else ""
        folder, addresses, token = stack.enter_context(api_alone(processes=asked.processes, database_url=url))
        turns = cycle(addresses)

        headers = {"Authorization": f"Bearer {token}"}
        http = httpx.Client(base_url=next(turns), headers=headers, trust_env=False, timeout=120)
        project = http.post("/projects", json={"name": "Bench", "type": "ABSA"}).json()["id"]
        documents = [one.to_json() for one in letters(count)]
        body: dict[str, object] = {
            "name": "Letters",
            "classes": CLASSES,
            "labels": LABELS,
            "documents": documents,
        }
        began = time.perf_counter()
        session = http.post(f"/projects/{project}/annotations", json=body).json()["id"]
        took = time.perf_counter() - began
        alone = bare(documents, folder)
        print(f"POST of {count:,} documents: {took:.2f} s, {took / alone:.1f} × bare ({alone:.2f} s)")
        path = f"/projects/{project}/annotations/{session}"
        began = time.perf_counter()
        everything = http.get(f"{path}/documents", params=DETAILS).json()["documents"]
        print(f"GET of all: {time.perf_counter() - began:.2f} s")
        own = [(path, everything)]
        for _ in range(CLIENTS - 1):
            other = http.post(f"/projects/{project}/annotations", json=body).json()["id"]
            own_path = f"/projects/{project}/annotations/{other}"
            own.append((own_path, http.get(f"{own_path}/documents", params=DETAILS).json()["documents"]))
        owns = cycle(own)

        def client() -> Lean:
            return Lean(next(turns), token)

        def page() -> Callable[[int], None]:
            return partial(get_page, client(), path, count)

        def put() -> Callable[[int], None]:
            return partial(put_one, client(), path, everything)

        def put_own() -> Callable[[int], None]:
            return partial(put_one, client(), *next(owns))

        for what, make in (("page of 50", page), ("PUT of one changed document", put)):
            timed(make(), 20)
            print(f"{what}: {percentiles(timed(make()))}")
            print(f"{what}, {CLIENTS} clients on one session: {rate(make):.0f} /s")
        print(f"PUT of one changed document, {CLIENTS} clients on one session each: {rate(put_own):.0f} /s")
        print(while_deleting(http, project, body, put()))


if __name__ == "__main__":
    main()
