"""Everything that may happen to a draft, and what it is after that. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, assert_never

from labeling.draft import evidence, history, saved
from labeling.draft.document import DraftDocument, Sent
from labeling.draft.draft import Draft
from labeling.draft.edits import Change
from labeling.draft.vocabulary import NameGone
from labeling.model import Document, Session

# Done by the person; `at`: when (RFC 3339, UTC)


class StepTaken(NamedTuple):
    """`documents` are those that the change is about, as `Draft.view` gave them."""

    change: Change
    documents: Sequence[DraftDocument] = ()
    at: str = ""


class StepUndone(NamedTuple):
    """The last step that stands is taken back."""

    at: str = ""


class StepRedone(NamedTuple):
    """What the last undo took is brought back."""

    at: str = ""


class HistoryWalked(NamedTuple):
    """Undone or redone until step `number` is the last that stands; 0: none does."""

    number: int
    at: str = ""


class EditNumbered(NamedTuple):
    """The edit that a browser window gave this number is taken in, or refused."""

    window: str
    number: int


class DraftFoundAgain(NamedTuple):
    """The draft store has lost this draft, which a window still holds."""

    draft: Draft


# Read from the server


class SessionRead(NamedTuple):
    """What was not changed here follows the session as read."""

    session: Session


# Told by a save


class DocumentsSent(NamedTuple):
    """These documents are about to leave, as given: from now on the server may hold that."""

    documents: Mapping[str, Sent]


class DocumentsLanded(NamedTuple):
    """What the server took of documents that were sent: what it holds of each, or None for none of it."""

    documents: Mapping[str, Document | None]


class RenamesBegun(NamedTuple):
    """The server may come to hold the renames up to that clock in some documents and not in others."""

    clock: int


class RenamesHeld(NamedTuple):
    """The server holds the renames up to that clock in every document and in the lists."""

    clock: int


class NamesMissing(NamedTuple):
    """The server refused tags for these names, which its lists do not have."""

    names: tuple[NameGone, ...]


class NamesCompared(NamedTuple):
    """What the tags of documents tell of names that others took away (`labeling.draft.evidence`)."""

    names: tuple[NameGone, ...]


class CopiesPossible(NamedTuple):
    """Documents of the session after so many may be copies that the server made; None: it makes none."""

    since: int | None


class SaveProved(NamedTuple):
    """The server holds these documents as they were in `sent`, the draft of which they were saved.

    It holds name, classes and labels as in `session` (None: not proved), and the new documents if `added`.
    """

    documents: saved.Proved
    sent: Draft
    session: Session | None = None
    added: bool = False


class ProposalsRuled(NamedTuple):
    """The server knows what was said of what it proposes for these documents."""

    documents: saved.Ruled


Event = (
    StepTaken
    | StepUndone
    | StepRedone
    | HistoryWalked
    | EditNumbered
    | DraftFoundAgain
    | SessionRead
    | DocumentsSent
    | DocumentsLanded
    | RenamesBegun
    | RenamesHeld
    | NamesMissing
    | NamesCompared
    | CopiesPossible
    | SaveProved
    | ProposalsRuled
)


def apply(draft: Draft, event: Event) -> Draft:
    """The draft after what happened to it: the same object where that changes nothing."""
    match event:
        case StepTaken(change, documents, at):
            return history.take(draft, change, *documents, at=at)
        case StepUndone(at):
            return history.undo(draft, at=at)
        case StepRedone(at):
            return history.redo(draft, at=at)
        case HistoryWalked(number, at):
            return history.walk(draft, number, at=at)
        case EditNumbered(window, number):
            return replace(draft, windows={**draft.windows, window: number})
        case DraftFoundAgain(held):
            return history.found_again(draft, held)
        case SessionRead(session):
            return history.refreshed(draft, session)
        case DocumentsSent(documents):
            return saved.with_sent(draft, documents)
        case DocumentsLanded(documents):
            return saved.landed(draft, documents)
        case RenamesBegun(clock):
            return saved.begun(draft, clock)
        case RenamesHeld(clock):
            return saved.with_renames_held(draft, clock)
        case NamesMissing(names):
            new = tuple(one for one in names if one not in draft.gone)
            return replace(draft, gone=(*draft.gone, *new)) if new else draft
        case NamesCompared(names):
            gone = evidence.with_told(draft, names)
            return draft if gone == draft.gone else replace(draft, gone=gone)
        case CopiesPossible(since):
            return draft if draft.in_doubt == since else replace(draft, in_doubt=since)
        case SaveProved(documents, sent, session, added):
            return saved.rebased(draft, session, documents, sent, added=added)
        case ProposalsRuled(documents):
            return saved.with_ruled(draft, documents)
        case _:
            assert_never(event)
