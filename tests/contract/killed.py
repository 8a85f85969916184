"""Processes killed with SIGKILL in mid-save: the API alone, and a worker that keeps a draft, as the app does.

`python -m tests.contract.killed FOLDER DATABASE_URL API TOKEN PROJECT SESSION` is the worker: it tags
documents, one after the other, says `kept N` when the N-th tag is kept, and saves after every fifth.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from labeling.documents.reader import Reader
from labeling.draft.document import Loaded
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Refused
from labeling.draft.events import StepTaken, apply
from labeling.draft.history import take
from labeling.editing.session import add_documents, rename_name, rename_session
from labeling.editing.table import add_segment, set_done
from labeling.model import Document, NewProject, NewSession, Session, Type
from labeling.saving.save import save
from labeling.store.drafts import DraftKey, DraftStore, open_drafts
from labeling.store.synced import SyncedDraft
from labeling.studio.client import LabelingClient
from tests.contract.saves import Kept

ROOT = Path(__file__).parents[2]
COUNT = 230
"""Documents of the session of which the server is killed: more than go in one batch."""
SHORT = 15
"""Documents of the session that the worker tags."""


class Point(NamedTuple):
    """A kill and what came of it: when (in calls of a save, or in seconds), what the save then said, how many
    documents the server held of it."""

    moment: float
    said: str
    held: int


def environment(database_url: str = "", workers: int = 0) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LABELING_")}
    own = {"LABELING_DATABASE_URL": database_url, "LABELING_WORKERS": str(workers)}
    return {**kept, "PYTHONPATH": str(ROOT), **own}


class Server:
    """`python -m labeling.server`, started and killed over and over on the same data."""

    def __init__(self, folder: Path, database_url: str, workers: int = 0) -> None:
        self.folder, self.database_url, self.workers = folder, database_url, workers
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "labeling.server", "--data", str(self.folder), "--port", "0"]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(self.database_url, self.workers),
            cwd=self.folder.parent,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().split()[1]
        self.token = (self.folder / "token").read_text().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    @contextmanager
    def api(self, transport: httpx.BaseTransport | None = None) -> Iterator[LabelingClient]:
        with httpx.Client(base_url=self.address, timeout=30, trust_env=False, transport=transport) as http:
            yield LabelingClient(http, self.token, pause=lambda seconds: None)


class Counted(httpx.HTTPTransport):
    """The line to a server, with how long each call took."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.perf_counter()
        response = super().handle_request(request)
        response.read()
        self.seconds.append(time.perf_counter() - began)
        return response


class Deadly(httpx.HTTPTransport):
    """The line to a server that is killed so many seconds after the call of that number was sent, and in any
    case before the next one."""

    def __init__(self, server: Server, call: int, seconds: float) -> None:
        super().__init__()
        self.call, self.sent = call, 0
        self.timer = threading.Timer(seconds, server.process.kill)
        self.process = server.process

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.sent == self.call:
            self.timer.start()
        elif self.sent == self.call + 1:
            self.timer.join()
            self.process.wait(30)
        self.sent += 1
        return super().handle_request(request)


@contextmanager
def running(folder: Path, database_url: str, workers: int = 0) -> Iterator[Server]:
    server = Server(folder, database_url, workers)
    try:
        yield server
    finally:
        server.kill()


def a_session(api: LabelingClient, count: int) -> Session:
    project = api.add_project(
        NewProject(name="P", type=Type.ABSA, classes=("Staff", "Room"), labels=("POS", "NEG"))
    )
    documents = tuple(
        Document.model_validate(
            {
                "text": f"Text number {n} of all",
                "segments": [{"span": [0, 4], "tags": [{"class": "Staff", "label": "POS"}]}],
            }
        )
        for n in range(count)
    )
    return api.create_session(project.id, NewSession(name="Before", documents=documents))


def made(draft: Draft, change: object) -> Draft:
    assert not isinstance(change, Refused), change
    return take(draft, change)  # type: ignore[arg-type]


def a_draft(api: LabelingClient, session: Session) -> Draft:
    """A tag in every document, some marked as done, a class renamed in all of them, a name, a new text."""
    draft = new_draft(api.session(session.project_id, session.id))
    draft = made(draft, rename_session(draft, "After"))
    draft = made(draft, rename_name(draft, "classes", "Staff", "Crew"))
    draft = made(draft, add_documents(draft, [Document(text="One more")]))
    for item in Reader(api, session).each():
        draft = apply(draft, tagged(draft, item))
        if item.position % 10 == 0:
            view = draft.view(item)
            draft = take(draft, set_done(view, True), view)
    return draft


def tagged(draft: Draft, item: Loaded) -> StepTaken:
    view = draft.view(item)
    change = add_segment(view, 5, 11, "Room", "NEG", draft.taken + 1)
    assert not isinstance(change, Refused), change
    return StepTaken(change, (view,))


def held(api: LabelingClient, session: Session) -> list[tuple[str, bool, list[tuple[object, ...]]]]:
    """(text, done, units) of each document."""
    return [
        (
            item.document.text,
            bool(item.document.annotated),
            sorted(u for s in item.document.segments for u in s.units),
        )
        for item in Reader(api, session).each()
    ]


def wanted(count: int = COUNT) -> list[tuple[str, bool, list[tuple[object, ...]]]]:
    """What a server is to hold that `a_draft` of so many documents was saved to."""
    units: list[tuple[object, ...]] = [(0, 4, "Crew", "POS"), (5, 11, "Room", "NEG")]
    texts = [(f"Text number {n} of all", n % 10 == 0, units) for n in range(count)]
    return [*texts, ("One more", False, [])]


def kill_servers(folder: Path, database_url: str, seeds: list[int]) -> Iterator[Point]:
    """Kill the API in the call of a save that each seed chooses, and before its last, start it again, save
    again, and compare."""
    with running(folder, database_url) as server:
        counted = Counted()
        with server.api() as api:
            session = a_session(api, COUNT)
            draft = a_draft(api, session)
        with server.api(counted) as api:
            assert Kept(draft).save(api).is_whole
        for seed in seeds:
            call, seconds = moment_in(counted.seconds[:-1], random.Random(seed).random())
            with server.api() as api:
                session = a_session(api, COUNT)
                kept = Kept(a_draft(api, session))
            deadly = Deadly(server, call, seconds)
            with server.api(deadly) as api:
                report = kept.save(api)
            deadly.timer.join()
            server.kill()
            server.start()
            with server.api() as api:
                count = sum(len(units) > 1 for _, _, units in held(api, session))
                again = kept.save(api)
                assert again.is_whole, (seed, again.error, again.differences, again.conflicts)
                assert held(api, session) == wanted(), seed
                assert (again.after.name, again.after.classes) == ("After", ("Crew", "Room")), seed
                assert not kept.draft.is_changed, seed
            yield Point(call, str(report.error or "saved"), count)


def moment_in(calls: Sequence[float], share: float) -> tuple[int, float]:
    """Which of some calls is under way after that share of all their seconds, and for how many seconds."""
    left = share * sum(calls)
    for call, seconds in enumerate(calls):
        if left < seconds:
            return call, left
        left -= seconds
    return len(calls) - 1, calls[-1]


# The worker


def kill_workers(
    folder: Path, database_url: str, api: LabelingClient, address: str, token: str, seeds: list[int]
) -> Iterator[Point]:
    """Kill a worker at a moment that each seed chooses, have its work gone on with from what was kept, and
    compare."""
    for seed in seeds:
        session = a_session(api, SHORT)
        random_ = random.Random(seed)
        kept: set[int] = set()
        command = [sys.executable, "-m", "tests.contract.killed", str(folder), database_url]
        command += [address, token, str(session.project_id), str(session.id)]
        worker = start_worker(command)
        last = random_.randrange(SHORT)
        for line in worker.stdout or ():
            kept.add(int(line.split()[1]))
            if len(kept) > last:
                break
        moment = random_.uniform(0, 0.1)
        time.sleep(moment)
        worker.kill()
        rest = worker.communicate()[0].splitlines(keepends=True)
        kept |= {int(line.split()[1]) for line in rest if line.endswith("\n")}
        count = sum(len(units) > 1 for _, _, units in held(api, session))
        with _drafts(folder, database_url) as store:
            mine = SyncedDraft(store, key_of(session), session, "look")
            unsaved = {document.position for document in mine.draft.changed_documents}
        on_server = {n for n, (_, _, units) in enumerate(held(api, session)) if len(units) > 1}
        assert kept <= unsaved | on_server, (seed, kept - unsaved - on_server)
        list(work(str(folder), database_url, address, token, str(session.project_id), str(session.id)))
        units: list[tuple[object, ...]] = [(0, 4, "Staff", "POS"), (5, 11, "Room", "NEG")]
        assert held(api, session) == [(f"Text number {n} of all", False, units) for n in range(SHORT)], seed
        yield Point(moment, f"after {len(kept)} kept", count)


def start_worker(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(), cwd=ROOT)


@contextmanager
def _drafts(folder: Path, database_url: str) -> Iterator[DraftStore]:
    store = open_drafts(folder, database_url)
    try:
        yield store
    finally:
        store.close()


def key_of(session: Session) -> DraftKey:
    return DraftKey("worker", "ann", session.uuid or "")


def work(
    folder: str, database_url: str, address: str, token: str, project_id: str, session_id: str
) -> Iterator[int]:
    """Tag each document that has no tag of mine yet, and save after every fifth and in the end; say which
    is kept."""
    with (
        _drafts(Path(folder), database_url) as store,
        httpx.Client(base_url=address, timeout=30, trust_env=False) as http,
    ):
        api = LabelingClient(http, token)
        session = api.session(int(project_id), int(session_id))
        kept = SyncedDraft(store, key_of(session), session, f"worker-{os.getpid()}")
        for item in Reader(api, session).each():
            view = kept.draft.view(item)
            if len(view.segments) == 1:
                kept.take(lambda draft, item=item: tagged(draft, item))  # type: ignore[misc]
                assert not kept.waiting
            yield item.position
            if item.position % 5 == 4:
                _save(api, kept)
        _save(api, kept)
        assert not kept.draft.is_changed


def _save(api: LabelingClient, kept: SyncedDraft) -> None:
    report = save(api, kept.draft, keep=kept.keep)
    assert report.is_whole, (report.error, report.differences)


if __name__ == "__main__":
    for number in work(*sys.argv[1:]):
        sys.stdout.write(f"kept {number}\n")
        sys.stdout.flush()
