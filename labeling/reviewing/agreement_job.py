"""Several sessions are read and compared beside the screen."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from labeling.agreement.comparison import Comparison, compare
from labeling.agreement.figures import Figures, figures
from labeling.agreement.shared import Counted, Shared, shared
from labeling.agreement.tags import TaggedText
from labeling.errors import LabelingError
from labeling.model import Session, Status
from labeling.reviewing.handed_in import ReadTexts, SessionTexts


@dataclass(frozen=True)
class Agreement:
    """What came of it: the sessions by ascending id, their documents side by side, and every figure.

    `is_first`: the documents are as they were first handed in, else as they are now.
    """

    read: tuple[SessionTexts, ...]
    counted: Counted
    is_first: bool
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
            one.session.status == Status.FINISHED
            or any(text.done is not None for text in texts_of(one, self.is_first))
            for one in self.read
        )


def texts_of(read: SessionTexts, is_first: bool) -> tuple[TaggedText, ...]:
    """The documents of a session as they are compared."""
    return read.first if is_first else read.texts


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
        *,
        is_first: bool = True,
    ) -> None:
        self.sessions = tuple(sorted(sessions, key=lambda session: session.id))
        self.counted = counted
        self.is_first = is_first
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
        side_by_side = shared([texts_of(one, self.is_first) for one in read])
        finished = [one.session.status == Status.FINISHED for one in read]
        comparison = compare(
            side_by_side, self.counted, finished, lambda done, of: self._tell("Matching the tags", done, of)
        )
        seed = [session.id for session in self.sessions]
        found = figures(comparison, seed, self._tell)
        return Agreement(read, self.counted, self.is_first, side_by_side, comparison, found)

    def _tell_read(self, before: int, total: int, count: int) -> None:
        self._tell("Reading the documents", before + count, total)

    def _tell(self, what: str, done: int, of: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        self.progress = (what, done, of)


class _Stopped(Exception):
    """The person wants it no more."""
