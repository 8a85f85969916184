"""Which of the documents in flight arrived. Were one merged as it stands after a broken-off save, what I sent
would look like somebody else's: so a save asks this first. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from labeling.draft.document import DraftDocument, Outcome
from labeling.draft.draft import Draft
from labeling.draft.events import DocumentsLanded
from labeling.draft.matching import units_of
from labeling.draft.saved import as_sent
from labeling.model import Document
from labeling.saving.plan import called_as_mine, merged


def landed(draft: Draft, there: Mapping[str, Document]) -> DocumentsLanded:
    """What the server took of the documents in flight, by what it holds of them now."""
    found: dict[str, Document | None] = {}
    for then, keys in as_sent(draft, there):
        for key in keys:
            if there[key].text == then.documents[key].text:
                sent = draft.documents[key].sent
                outcome = None if sent is None else sent.outcome
                is_taken = _is_taken(then, then.document(key), there[key], outcome)
                found[key] = there[key] if is_taken else None
    return DocumentsLanded(found)


def _is_taken(draft: Draft, was: DraftDocument, there: Document, outcome: Outcome | None) -> bool:
    """Whether to send it once more would change nothing of what the server holds."""
    theirs = called_as_mine(draft, was, there)
    result = merged(draft, was, theirs, outcome=outcome)
    is_marked = not was.done_changed or there.annotated in (None, bool(was.done))
    return is_marked and not result.conflicts and units_of(result.segments) == units_of(theirs)
