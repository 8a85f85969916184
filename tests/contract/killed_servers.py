"""The server's process killed with SIGKILL amid uploads, clones and deletions, with its worker or alone, and
started again: its client looks, repeats what is not there, and finds nothing lost, doubled or stuck."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

import httpx
from sqlalchemy import Table, func, select, update

from labeling.server.storage.store import Store, open_store
from labeling.server.storage.tables import (
    JobStatus,
    classes,
    counters,
    documents,
    groups,
    jobs,
    labels,
    metadata,
    segments,
    session_documents,
    sessions,
    tags,
)
from tests.contract.killed import Server, running
from tests.contract.killed_jobs import until

UPLOADS = ("documents", "file")
MAKINGS = (*UPLOADS, "clone")
DELETIONS = ("session", "project")
CALL = 0.1
"""The share of jobs that are killed while, or before, they wait for a worker."""
WAITING = 0.6
"""Seconds within which a job is begun."""


class Kill(NamedTuple):
    """What was under way at a kill, whether its worker was killed with the server, whether it was caught amid
    it (else before it began, or after it), and whether the call itself was left without an answer."""

    what: str
    with_worker: bool
    is_amid: bool
    is_unanswered: bool


class Killed:
    """A server, what it holds, and what is sent to it: sessions of so many documents."""

    def __init__(self, server: Server, store: Store, size: int) -> None:
        self.server, self.store = server, store
        self.documents = [
            {
                "text": f"Text number {n} of all",
                "segments": [{"span": [0, 4], "tags": [{"class": "Staff", "label": "POS"}]}],
            }
            for n in range(size)
        ]
        self.wanted = dict.fromkeys((documents, session_documents, segments, tags), size)
        self.wanted |= {classes: 2, labels: 2, groups: 1, sessions: 1}
        self.file = "\n".join(map(json.dumps, self.documents)).encode()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": self.server.token}
        with httpx.Client(base_url=self.server.address, headers=headers, timeout=60, trust_env=False) as http:
            return http.request(method, path, **more)

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def project(self, name: str) -> str:
        body = {"name": name, "type": "ABSA", "classes": ["Staff", "Room"], "labels": ["POS", "NEG"]}
        return f"/projects/{self.ask('POST', '/projects', json=body).json()['id']}"

    def making(self, what: str, project: str, name: str) -> dict[str, Any]:
        """The call that makes a session of documents or of a file, or a clone of the project."""
        if what == "documents":
            body = {"name": name, "documents": self.documents}
            return {"method": "POST", "path": f"{project}/annotations", "json": body}
        if what == "file":
            form = {"files": {"file": ("Round.jsonl", self.file)}, "data": {"name": name}}
            return {"method": "POST", "path": f"{project}/annotations/upload", **form}
        return {"method": "POST", "path": f"{project}/clone", "json": {"name": name}}

    def held(self) -> dict[str, int]:
        """The rows of each table, but for what tells of the past."""
        with self.store.database.reading() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
                if table not in (counters, jobs)
            }

    def rows(self, project: str) -> dict[Table, int]:
        """How many of each kind the project has."""
        project_id = int(project.rpartition("/")[2])
        with self.store.database.reading() as connection:
            return {
                table: connection.execute(
                    select(func.count()).select_from(table).where(table.c.project_id == project_id)
                ).scalar_one()
                for table in self.wanted
            }

    def contents(self, session: str) -> list[Any]:
        """Text, spans, classes and labels, document by document."""
        found, page = list[Any](), 1_000
        for offset in range(0, len(self.documents) + 1, page):
            asked = f"{session}/documents?details=segments,tags&offset={offset}&limit={page}"
            found += self.get(asked)["documents"]
        return [_told(document) for document in found]

    def is_whole(self, project: str, name: str) -> bool:
        """Whether the project has a session of that name, which is there once then and holds all; there is
        nothing else in the project."""
        made = [one["id"] for one in self.get(f"{project}/annotations") if one["name"] == name]
        assert len(made) <= 1, made
        for session_id in made:
            assert self.rows(project) == self.wanted
            assert self.contents(f"{project}/annotations/{session_id}") == list(map(_told, self.documents))
        return bool(made)

    def newest_job(self) -> Any:
        """Its row, None where nothing was ever begun."""
        with self.store.database.reading() as connection:
            statement = select(jobs).order_by(jobs.c.id.desc()).limit(1)
            return connection.execute(statement).mappings().one_or_none()

    def is_running(self) -> bool:
        """Whether a worker is at the newest job, or was when it was killed."""
        return bool(self.newest_job()["status"] == JobStatus.RUNNING)

    def end(self, workers: Iterable[int] = ()) -> None:
        """Kill these workers, and the server, with which the others end."""
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.process.kill()

    def doomed(self, with_worker: bool) -> list[int]:
        """The worker processes that are to be killed with the server."""
        if with_worker:
            until(lambda: _workers(self.server.process.pid))
        return _workers(self.server.process.pid) if with_worker else []

    def again(self, with_worker: bool) -> None:
        """Start the server again, where a killed worker's job is not to wait a minute until it counts as
        gone."""
        self.server.kill()
        self.server.start()
        if with_worker:
            with self.store.database.writing() as connection:
                is_left = jobs.c.lease.is_not(None)
                connection.execute(update(jobs).where(is_left).values(lease=jobs.c.created))

    def broken_call(self, seconds: float, with_worker: bool, asked: dict[str, Any]) -> httpx.Response | None:
        """Kill the server so many seconds after the call was sent; the answer, None where there was none."""
        timer = Timer(seconds, self.end, [self.doomed(with_worker)])
        timer.start()
        answer = None
        with suppress(httpx.TransportError):
            answer = self.ask(**asked)
        timer.join()
        return answer

    def broken_job(
        self, seconds: float, with_worker: bool, asked: dict[str, Any]
    ) -> tuple[httpx.Response, bool]:
        """Kill the server so many seconds after a worker has begun with what the call asks for; the answer,
        and whether that was under way."""
        doomed = self.doomed(with_worker)
        answer = self.ask(**asked)
        until(lambda: self.newest_job()["status"] != JobStatus.QUEUED)
        time.sleep(seconds)
        is_amid = with_worker or self.is_running()
        self.end(doomed)
        return answer, is_amid and (self.is_running() or not with_worker)


def _told(document: Any) -> Any:
    parts = [
        (part["span"], [(tag["class"], tag["label"]) for tag in part["tags"]])
        for part in document["segments"]
    ]
    return document["text"], parts


def _workers(pid: int) -> list[int]:
    """The worker processes of a server."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            with suppress(FileNotFoundError):
                if b"labeling.server.workers" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.append(child)
    return found


def kill_amid_storing(folder: Path, database_url: str, size: int, what: str) -> None:
    """Kill the server when part of an upload is written, and repeat it."""
    with (
        running(folder, database_url) as server,
        closing(open_store(folder, database_url=database_url)) as store,
    ):
        killed = Killed(server, store, size)
        project = killed.project("P")
        held, asked = killed.held(), killed.making(what, project, "Round")
        with _stalled(store) as is_reached, ThreadPoolExecutor(1) as pool:
            answer = pool.submit(killed.ask, **asked)
            until(is_reached)
            killed.end()
            assert isinstance(answer.exception(), httpx.TransportError)
        killed.again(with_worker=False)
        assert not killed.is_whole(project, "Round")
        assert killed.held() == held
        assert killed.ask(**asked).is_success
        assert killed.is_whole(project, "Round")


@contextmanager
def _stalled(store: Store) -> Iterator[Callable[[], bool]]:
    """Whoever stores tags, after all else, gets no further; tells whether somebody has got there."""
    is_sqlite = store.database.is_sqlite
    with store.database.writing() as connection:
        connection.exec_driver_sql(_STALLING if is_sqlite else "LOCK TABLE tags IN SHARE MODE")
        if not is_sqlite:
            yield lambda: _count(store, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0
            return
    yield lambda: _is_writing(store)
    with store.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER stalling")


_STALLING = """
    CREATE TRIGGER stalling AFTER INSERT ON tags
    BEGIN SELECT count(*) FROM documents a, documents b, documents c, documents d; END
"""
"""Work for hours."""


def _count(store: Store, query: str) -> int:
    with store.database.reading() as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


def _is_writing(store: Store) -> bool:
    """Whether another process holds SQLite's lock for long, as nothing does but what is stalled."""
    file = store.database.engine.url.database
    assert file is not None
    with closing(sqlite3.connect(file, timeout=1)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


def kill_servers_and_workers(folder: Path, database_url: str, seeds: list[int], size: int) -> Iterator[Kill]:
    """For each seed a session uploaded or a project cloned, and deleted, the server killed once in each."""
    with (
        running(folder, database_url, workers=1) as server,
        closing(open_store(folder, database_url=database_url)) as store,
    ):
        killed = Killed(server, store, size)
        source, took = killed.project("Source"), {}
        for what in UPLOADS:
            took[what] = _seconds_of(killed, what)
        assert killed.ask(**killed.making("documents", source, "Round")).status_code == 201
        for what in ("clone", *DELETIONS):
            took[what] = _seconds_of_job(killed, what, source)
        for number, seed in enumerate(seeds):
            held = killed.held()
            what = MAKINGS[number % len(MAKINGS)]
            if what == "clone":
                project, kill = _kill_cloning(killed, source, seed, took[what])
            else:
                project, kill = _kill_making(killed, what, seed, took[what])
            yield kill
            deleted = DELETIONS[number // len(MAKINGS) % len(DELETIONS)]
            yield _kill_deletion(killed, project, deleted, seed, took[deleted])
            assert killed.held() == held, seed


def _seconds_of(killed: Killed, what: str) -> float:
    """Seconds that an upload takes when nobody is killed."""
    project = killed.project("Timed")
    began = time.perf_counter()
    answer = killed.ask(**killed.making(what, project, "Round"))
    assert answer.is_success, answer.text
    seconds = time.perf_counter() - began
    assert killed.is_whole(project, "Round")
    return seconds


def _seconds_of_job(killed: Killed, what: str, source: str) -> float:
    """Seconds that a worker takes for a clone of the project, or for deleting one, or its session."""
    asked = killed.making("clone", source, "Timed")
    if what != "clone":
        project = f"/projects/{killed.ask(**asked).json()['id']}"
        until(lambda: killed.newest_job()["status"] == JobStatus.DONE)
        asked = {"method": "DELETE", "path": project}
        if what == "session":
            (session,) = killed.get(f"{project}/annotations")
            asked["path"] += f"/annotations/{session['id']}"
    assert killed.ask(**asked).is_success
    until(lambda: killed.newest_job()["status"] != JobStatus.QUEUED)
    began = time.perf_counter()
    until(lambda: killed.newest_job()["status"] == JobStatus.DONE)
    return time.perf_counter() - began


def _kill_making(killed: Killed, what: str, seed: int, took: float) -> tuple[str, Kill]:
    """The project that has the session in the end, and what was killed."""
    moments = random.Random(f"{seed} {what}")
    with_worker = moments.random() < 0.5
    project = killed.project(f"Of {seed}")
    held = killed.held()
    asked = killed.making(what, project, "Round")
    answer = killed.broken_call(moments.uniform(0, took), with_worker, asked)
    killed.again(with_worker)
    if not killed.is_whole(project, "Round"):
        assert answer is None, f"seed {seed}: what the server said to have stored is lost"
        assert killed.held() == held, seed
        assert killed.ask(**asked).is_success
        assert killed.is_whole(project, "Round")
    return project, Kill(what, with_worker, answer is None, answer is None)


def _kill_cloning(killed: Killed, source: str, seed: int, took: float) -> tuple[str, Kill]:
    moments = random.Random(f"{seed} clone")
    with_worker, name = moments.random() < 0.5, f"Copy {seed}"
    asked = killed.making("clone", source, name)
    kill = _kill_job(killed, "clone", with_worker, moments, asked, took)

    def copies() -> list[Any]:
        return [one for one in killed.get("/projects") if one["name"] == name]

    if not copies():
        assert kill.is_unanswered, f"seed {seed}: a clone that was begun is lost"
        assert killed.ask(**asked).is_success
    until(lambda: copies()[0]["status"] == "CREATED")
    (copy,) = copies()
    project = f"/projects/{copy['id']}"
    assert killed.is_whole(project, "Round"), seed
    return project, kill


def _kill_deletion(killed: Killed, project: str, what: str, seed: int, took: float) -> Kill:
    """Of the project, or of its session and then, with nobody killed, of the project."""
    moments = random.Random(f"{seed} deletion")
    with_worker = moments.random() < 0.5
    (session,) = killed.get(f"{project}/annotations")
    path = project if what == "project" else f"{project}/annotations/{session['id']}"
    asked = {"method": "DELETE", "path": path}
    kill = _kill_job(killed, f"deletion of a {what}", with_worker, moments, asked, took)
    if kill.is_unanswered:
        assert killed.ask(**asked).status_code in (204, 404), seed
    until(lambda: killed.ask("GET", path).status_code == 404)
    if what == "session":
        assert killed.get(f"{project}/documents?limit=1")["documents"], "its documents stay"
        assert killed.ask("DELETE", project).status_code == 204
    until(lambda: killed.newest_job()["status"] == JobStatus.DONE)
    return kill


def _kill_job(
    killed: Killed, what: str, with_worker: bool, moments: random.Random, asked: dict[str, Any], took: float
) -> Kill:
    """Kill the server in the call, while the job waits for a worker, or, mostly, amid it."""
    if moments.random() < CALL:
        answer = killed.broken_call(moments.uniform(0, WAITING), with_worker, asked)
        is_amid = False
    else:
        answer, is_amid = killed.broken_job(moments.uniform(0, took), with_worker, asked)
    killed.again(with_worker)
    assert answer is None or answer.is_success, answer.text
    return Kill(what, with_worker, is_amid, answer is None)
