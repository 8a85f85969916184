"""What the person is told of a save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from labeling.draft.document import DraftDocument
from labeling.draft.others import NameQuestion
from labeling.errors import LabelingError
from labeling.model import Session
from labeling.phrases import quote, tag_in_words
from labeling.saving.merge import Conflict

LISTED = 10
"""Numbers of documents named in a message; more are counted."""


@dataclass(frozen=True)
class DocumentConflicts:
    """A document in which somebody else replaced what I replaced, differently; nothing of it was sent."""

    document: DraftDocument
    conflicts: tuple[Conflict, ...]


@dataclass
class Report:
    """`before` and `after`: the session as read first and last; `proved`: keys of documents that are held.

    `conflicts`, `names` (asked of the draft itself, as it is known once the session was read) and `copies`
    wait for a choice. `ruled`: how many proposed tags the server was told of, `predicted_score`: what it says
    of the model since. `not_made`: what the person did that does not stand, each in words. `stopped`: by the
    person.
    """

    before: Session
    after: Session
    seconds: float = 0.0
    sent: int = 0
    ruled: int = 0
    predicted_score: int | None = None
    rows_left: int = 0
    proved: frozenset[str] = frozenset()
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    not_made: tuple[str, ...] = ()
    conflicts_by_key: dict[str, DocumentConflicts] = field(default_factory=dict)
    names: tuple[NameQuestion, ...] = ()
    copies: tuple[DraftDocument, ...] = ()
    error: LabelingError | None = None
    stopped: bool = False

    @property
    def conflicts(self) -> tuple[DocumentConflicts, ...]:
        return tuple(self.conflicts_by_key.values())

    @property
    def asks(self) -> bool:
        """Whether the person has to choose something before the rest can be saved."""
        return bool(self.conflicts_by_key or self.copies or self.names)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was to be saved is proved to be held."""
        return not (self.differences or self.asks or self.error or self.stopped)


def named_places(places: Sequence[int]) -> str:
    """`document 3`, `documents 3, 4`, or with many, `documents 3, 4, … and 90 more`; `places` are 0-based."""
    numbers = ", ".join(str(place + 1) for place in places[:LISTED])
    more = f" and {len(places) - LISTED:,} more" if len(places) > LISTED else ""
    return f"{'document' if len(places) == 1 else 'documents'} {numbers}{more}"


def given_up_in_words(document: DraftDocument, conflict: Conflict) -> str:
    """What the person did that does not stand, as theirs was chosen."""
    start, end, *names = conflict.base
    what = "change" if conflict.mine else "removal"
    held = "removed it" if not conflict.theirs else "changed it"
    tag = tag_in_words((names[0], names[1]))
    quoted = quote(document.text, start, end)
    said = f"Document {document.position + 1}: your {what} of {quoted} ({tag}) was not made"
    return f"{said}: somebody else had {held}, as you chose."
