"""Several sessions are read and compared beside the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from labeling.agreement.comparison import Comparison, compare
from labeling.agreement.figures import Figures, figures
from labeling.agreement.shared import Counted, Shared, shared
from labeling.agreement.suggested import without_suggested
from labeling.agreement.tags import TaggedText
from labeling.model import Session, Status
from labeling.reviewing.beside import Beside, TellWhat
from labeling.reviewing.handed_in import ReadTexts, SessionTexts


@dataclass(frozen=True)
class Agreement:
    """What came of it: the sessions by ascending id, their documents side by side, and every figure.

    `is_first`: the documents are as they were first handed in, else as they are now. `with_suggested`: what
    people took of suggestions counts as well; `suggested` says how much that is.
    """

    read: tuple[SessionTexts, ...]
    counted: Counted
    is_first: bool
    shared: Shared
    comparison: Comparison
    figures: Figures
    with_suggested: bool = False
    suggested: str = ""

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


class AgreementJob(Beside[Agreement]):
    """One comparison under way, or over. `known`: sessions that were read before, by id; those of the job are
    added."""

    def __init__(
        self,
        read: ReadTexts,
        sessions: Sequence[Session],
        counted: Counted,
        known: Mapping[int, SessionTexts],
        *,
        is_first: bool = True,
        with_suggested: bool = False,
    ) -> None:
        self.sessions = tuple(sorted(sessions, key=lambda session: session.id))
        self.counted = counted
        self.is_first = is_first
        self.with_suggested = with_suggested
        self.known = dict(known)
        self._read = read
        super().__init__("agreement", self._worked_out)

    def _worked_out(self, tell: TellWhat) -> Agreement:
        read_all(self._read, self.sessions, self.known, tell)
        read = tuple(self.known[session.id] for session in self.sessions)
        side_by_side = shared([texts_of(one, self.is_first) for one in read])
        finished = [one.session.status == Status.FINISHED for one in read]
        less = without_suggested(side_by_side, [one.suggested for one in read], self.counted, finished)
        said = less.words(is_left_out=not self.with_suggested)
        comparison = compare(
            side_by_side if self.with_suggested else less.shared,
            self.counted,
            finished,
            lambda done, of: tell("Matching the tags", done, of),
        )
        seed = [session.id for session in self.sessions]
        found = figures(comparison, seed, tell)
        return Agreement(
            *(read, self.counted, self.is_first, side_by_side, comparison, found, self.with_suggested, said)
        )


def read_all(
    read: ReadTexts, sessions: Sequence[Session], known: dict[int, SessionTexts], tell: TellWhat
) -> None:
    """Read those of the sessions that are not known yet. Raises LabelingError."""
    total = sum(session.document_count for session in sessions)
    before = 0
    for session in sessions:
        told = partial(_tell_read, tell, before, total)
        told(0)
        if session.id not in known:
            known[session.id] = read(session, told)
        before += session.document_count


def _tell_read(tell: TellWhat, before: int, total: int, count: int) -> None:
    tell("Reading the documents", before + count, total)
