"""A new session is made, once, beside the screen: sent a few documents at a time, and stopped when
the person says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import fstat
from tempfile import TemporaryFile
from typing import IO, NamedTuple, TypeVar

from labeling.errors import TimedOut, Unavailable
from labeling.model import Info, NewProject, Project, Session
from labeling.studio.client import LabelingClient
from labeling.studio.codec import body_of, encoded
from labeling.studio.creation import PlannedSession
from labeling.studio.origins import with_origins
from labeling.studio.under_way import BrokenOff, UnderWay

LOOKS = 60
"""How often to look for what was asked for when no answer came in time."""
PAUSE = 1.0
"""Seconds before each look."""
_AT_ONCE = 500
"""Documents between two looks whether to go on."""

T = TypeVar("T", Project, Session)
Wait = Callable[[float], None]


class Outcome(NamedTuple):
    """What came of it. `session` is None where it was stopped before there was one.

    `is_stopped`: the person stopped it; a session that is there all the same was made before the server knew.
    `was_sent`: the server had been sent all of it.
    """

    project: Project
    session: Session | None
    is_stopped: bool = False
    was_sent: bool = False


class Making:
    """A session that is being made, or is made. `project` is there as soon as it is made, where it is new."""

    def __init__(self, api: LabelingClient, wanted: PlannedSession, *, wait: Wait = time.sleep) -> None:
        self.wanted = wanted
        self.project = wanted.project
        self._api, self._wait = api, wait
        self._under_way = UnderWay()
        self._packed = 0
        self._made: Outcome | None = None
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="making", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it is over, after waiting at most so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Make no session, unless it is there already."""
        self._under_way.stop()

    @property
    def is_stopping(self) -> bool:
        return self._under_way.is_stopped

    @property
    def progress(self) -> tuple[float, str]:
        """How much of it is done, from 0 to 1, and what is being done. What the server does, and how long it
        takes for it, nobody tells: that is thought to be the last half."""
        count, sent = max(1, len(self.wanted.documents)), self._under_way
        if not sent.total:
            return self._packed / count * 0.4, f"Put together: {self._packed:,} of {count:,} documents"
        if sent.sent < sent.total:
            words = f"Sent: {sent.sent / 1e6:.1f} of {sent.total / 1e6:.1f} MB"
            return 0.4 + sent.sent / sent.total * 0.1, words
        seconds = time.monotonic() - sent.since
        return 0.5, f"The server checks and stores {count:,} documents, for {seconds:.0f} s"

    def result(self) -> Outcome:
        """What came of it. Raises a LabelingError, or a fault of the program, which is seen here."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        assert self._made is not None
        return self._made

    def _run(self) -> None:
        try:
            self._made = self._make()
        except BaseException as fault:  # noqa: BLE001 - kept for result(), which raises it on the screen
            self._fault = fault

    def _make(self) -> Outcome:
        project, under_way = self.wanted.project, self._under_way
        if isinstance(project, NewProject):
            # It is there from here on: should the session fail, trying again makes no second project.
            project = self.project = make_project(self._api, project, wait=self._wait)
        assert project is not None
        session = None
        with (
            suppress(BrokenOff),
            session_body(self.wanted, self._api.info(), tell=self._tell) as body,
        ):
            session = make_session(
                self._api, project.id, self.wanted.name.strip(), body, under_way, wait=self._wait
            )
        was_sent = 0 < under_way.total <= under_way.sent
        return Outcome(project, session, under_way.is_stopped, was_sent)

    def _tell(self, count: int) -> None:
        self._packed = count
        self._under_way.go_on()


@contextmanager
def session_body(
    wanted: PlannedSession, info: Info, *, tell: Callable[[int], None] = lambda count: None
) -> Iterator[IO[bytes]]:
    """The body that makes the session, in a file that is gone afterwards: its documents are held a few at a
    time, and are as the server takes them. `tell` is told how many are in it, and what it raises breaks the
    work off. Raises Unsendable for what has no form in JSON."""
    parts: dict[str, object] = {"name": wanted.name.strip()}
    if wanted.shape.classes:
        parts["classes"] = wanted.classes
    if wanted.shape.labels:
        parts["labels"] = wanted.labels
    with TemporaryFile() as file:
        file.write(encoded(parts)[:-1] + b',"documents":[')
        for number, document in enumerate(wanted.documents):
            if number % _AT_ONCE == 0:
                tell(number)
            sent = body_of(with_origins(document, named=info.can("origin")))
            if not info.can("annotated"):
                sent.pop("annotated", None)
            file.write((b"," if number else b"") + encoded(sent, f"documents[{number}]"))
        file.write(b"]}")
        file.seek(0)
        yield file


def make_session(
    api: LabelingClient,
    project_id: int,
    name: str,
    body: IO[bytes],
    under_way: UnderWay,
    *,
    wait: Wait = time.sleep,
) -> Session:
    """Make it once: when no answer comes, look whether it appears before giving up.

    Raises BrokenOff where it was stopped and is not there.
    """
    size = fstat(body.fileno()).st_size
    return _made_once(
        lambda: api.sessions(project_id),
        lambda: api.send_session(project_id, body, size, under_way),
        name,
        wait,
        under_way,
    )


def make_project(api: LabelingClient, project: NewProject, *, wait: Wait = time.sleep) -> Project:
    """Make it once, like a session."""
    return _made_once(api.projects, lambda: api.add_project(project), project.name, wait, UnderWay())


def _made_once(
    listed: Callable[[], tuple[T, ...]], make: Callable[[], T], name: str, wait: Wait, under_way: UnderWay
) -> T:
    before = {item.id for item in listed()}
    try:
        return make()
    except (Unavailable, BrokenOff) as error:
        # A large session may take the server longer than a call may: it appears when it is whole.
        end = time.monotonic() + LOOKS * PAUSE
        for look in range(LOOKS if isinstance(error, TimedOut) else 1):
            if time.monotonic() > end or (look and under_way.is_stopped):
                break
            wait(PAUSE)
            with suppress(Unavailable):
                found = [item for item in listed() if item.id not in before and item.name == name]
                if len(found) == 1:
                    return found[0]
        under_way.go_on()
        raise
