"""What the benches measure on: letters of some 40 words and five segments, and a server that holds them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from labeling.model import Document, NewProject, NewSession, Segment, Session, Tag, Type
from labeling.studio.client import LabelingClient, connect
from tests.e2e.app_server import AppServer

TEXT = "The room was quiet and the staff kind but breakfast cold and the lift slow on every floor we tried"
WORDS = TEXT.split()
CLASSES, LABELS = ("Room", "Staff", "Food", "Lift"), ("POS", "NEG", "NEU")


def letter(number: int) -> Document:
    """Some 40 words and five segments."""
    words = [WORDS[(number + n * 7) % len(WORDS)] for n in range(42)]
    text = f"Letter {number}: " + " ".join(words)
    segments, at = [], text.index(":") + 2
    for n in range(5):
        word = words[n * 8]
        start = text.index(word, at)
        at = start + len(word)
        tag = Tag.of(CLASSES[(number + n) % 4], LABELS[(number + n) % 3])
        segments.append(Segment(span=(start, at), text=word, tags=(tag,)))
    return Document(text=text, segments=tuple(segments))


def letters(count: int) -> list[Document]:
    return [letter(number) for number in range(count)]


def make_session(api: LabelingClient, documents: Iterable[Document]) -> Session:
    """A session with these documents, in a project of its own."""
    project = api.add_project(NewProject(name="Bench", type=Type.ABSA, classes=CLASSES, labels=LABELS))
    return api.create_session(project.id, NewSession(name="Letters", documents=tuple(documents)))


def link(url: str, session: Session, document: object = 1) -> str:
    """The address of Annotate at a document of a session, counted from 1."""
    return f"{url}/annotate?project={session.project_id}&session={session.id}&document={document}"


@contextmanager
def app() -> Iterator[tuple[AppServer, LabelingClient]]:
    """The app on an empty folder of its own, and a client of its API."""
    with tempfile.TemporaryDirectory() as folder:
        server = AppServer(Path(folder) / "data", env={"LABELING_SAMPLE": ""}, anew=True)
        try:
            yield server, connect(f"{server.url}/api", server.token, timeout=60)
        finally:
            server.stop()


class ApiAlone(NamedTuple):
    """The API without the app: a folder, the address of each of its processes, a token."""

    folder: Path
    addresses: list[str]
    token: str


@contextmanager
def api_alone(*, processes: int = 1, database_url: str = "") -> Iterator[ApiAlone]:
    """On SQLite in its folder, or on PostgreSQL."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder, addresses = Path(name), []
        command = [sys.executable, "-m", "labeling.server", "--port", "0", "--data", str(folder / "data")]
        for _ in range(processes):
            env = {**os.environ, "LABELING_DATABASE_URL": database_url}
            server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
            running.callback(server.kill)
            assert server.stdout is not None
            addresses.append(server.stdout.readline().split()[1])
        yield ApiAlone(folder, addresses, (folder / "data" / "token").read_text().strip())
