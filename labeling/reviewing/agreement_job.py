"""Several sessions are read and compared beside the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from labeling.agreement.comparison import Comparison, compare
from labeling.agreement.figures import Figures, figures
from labeling.agreement.shared import Counted, Shared, shared
from labeling.agreement.tags import PlacedTag, TaggedText, tagged_text
from labeling.documents.reader import Reader
from labeling.errors import LabelingError
from labeling.model import Session, Status
from labeling.studio.client import LabelingClient

STEP = 100
"""Documents between two words on how far it is."""
Tell = Callable[[int], None]
"""Called with how many documents are read. It may raise, to break the reading off."""


class SessionTexts(NamedTuple):
    """The documents of one session as they are compared, and how many could not be read."""

    session: Session
    texts: tuple[TaggedText, ...]
    unreadable: int
    at: datetime


ReadTexts = Callable[[Session, Tell], SessionTexts]
"""Gives what is compared of a session: its documents as they are now, or as they were first handed in."""


def as_now(api: LabelingClient) -> ReadTexts:
    """The documents as the server has them now. Raises LabelingError."""

    def read(session: Session, tell: Tell) -> SessionTexts:
        found: list[TaggedText] = []
        known: dict[PlacedTag, PlacedTag] = {}
        unreadable = 0
        for count, loaded in enumerate(Reader(api, session).each_said(), start=1):
            if count % STEP == 0:
                tell(count)
            if loaded.document.fault:
                unreadable += 1
                continue
            text = tagged_text(loaded.document, loaded.position)
            found.append(text._replace(tags=tuple(known.setdefault(tag, tag) for tag in text.tags)))
        return SessionTexts(session, tuple(found), unreadable, datetime.now(UTC))

    return read


@dataclass(frozen=True)
class Agreement:
    """What came of it: the sessions by ascending id, their documents side by side, and every figure."""

    read: tuple[SessionTexts, ...]
    counted: Counted
    shared: Shared
    comparison: Comparison
    figures: Figures

    @property
    def sessions(self) -> tuple[Session, ...]:
        return tuple(one.session for one in self.read)

    @property
    def is_marked(self) -> bool:
        """Whether it can be told at all which documents are done."""
        return any(
            one.session.status == Status.FINISHED or any(text.done is not None for text in one.texts)
            for one in self.read
        )


class AgreementJob:
    """One comparison under way, or over.

    `known`: sessions that were read before, by id; those of the job are added. `progress`: what is done, how
    much of it, and of how much.
    """

    def __init__(
        self,
        read: ReadTexts,
        sessions: Sequence[Session],
        counted: Counted,
        known: Mapping[int, SessionTexts],
    ) -> None:
        self.sessions = tuple(sorted(sessions, key=lambda session: session.id))
        self.counted = counted
        self.progress: tuple[str, int, int] = ("Reading the documents", 0, 0)
        self.known = dict(known)
        self._read = read
        self._found: Agreement | None = None
        self._error: LabelingError | None = None
        self._fault: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="agreement", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it is over, after waiting at most so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Work out nothing more."""
        self._stop.set()

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()

    def result(self) -> Agreement | None:
        """What came of it; None where it was stopped. Raises LabelingError where something could not be read;
        a fault of the program itself is raised as it is."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        if self._error is not None:
            raise self._error
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._worked_out()
        except _Stopped:
            return
        except LabelingError as error:
            self._error = error
        except BaseException as fault:  # noqa: BLE001 - kept for result(), which raises it on the screen
            self._fault = fault

    def _worked_out(self) -> Agreement:
        total = sum(session.document_count for session in self.sessions)
        before = 0
        for session in self.sessions:
            tell = partial(self._tell_read, before, total)
            tell(0)
            if session.id not in self.known:
                self.known[session.id] = self._read(session, tell)
            before += session.document_count
        read = tuple(self.known[session.id] for session in self.sessions)
        side_by_side = shared([one.texts for one in read])
        finished = [one.session.status == Status.FINISHED for one in read]
        comparison = compare(
            side_by_side, self.counted, finished, lambda done, of: self._tell("Matching the tags", done, of)
        )
        seed = [session.id for session in self.sessions]
        return Agreement(read, self.counted, side_by_side, comparison, figures(comparison, seed, self._tell))

    def _tell_read(self, before: int, total: int, count: int) -> None:
        self._tell("Reading the documents", before + count, total)

    def _tell(self, what: str, done: int, of: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        self.progress = (what, done, of)


class _Stopped(Exception):
    """The person wants it no more."""
