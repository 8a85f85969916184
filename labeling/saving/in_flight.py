"""What was sent and is not proved. Were it merged as it stands after a broken-off save, what I sent would
look like somebody else's: so a save first looks which of it arrived. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from labeling.draft.document import DraftDocument, Sent, with_mark
from labeling.draft.draft import Draft
from labeling.draft.matching import units_of
from labeling.model import Document
from labeling.saving.plan import called_as_mine, merged
from labeling.saving.rebase import rebased
from labeling.saving.rename_phases import upto


def sent_now(draft: Draft, key: str) -> Sent:
    """What is sent of a document when it is sent now."""
    document = draft.documents[key]
    clock = draft.renames.clock
    return Sent(segments=document.segments, done=document.done, clock=clock, taken=draft.taken)


def with_sent(draft: Draft, sent: Mapping[str, Sent | None]) -> Draft:
    """The draft, when these documents are about to be sent as given;
    None: the server is known not to have taken it."""
    known = {key: replace(draft.documents[key], sent=sent[key]) for key in sent if key in draft.documents}
    return replace(draft, documents={**draft.documents, **known})


def settled(draft: Draft, found: Mapping[str, Document]) -> Draft:
    """The draft over what the server holds of the documents in doubt: what it took is saved,
    the rest is not."""
    for key, there in found.items():
        document = draft.documents.get(key)
        if document is None or document.sent is None or there.text != document.text:
            continue
        sent = document.sent
        as_sent = replace(document, segments=sent.segments, done=sent.done, sent=None)
        then = replace(
            draft,
            renames=upto(draft.renames, sent.clock),
            taken=sent.taken,
            documents={**draft.documents, key: as_sent},
        )
        was = then.document(key)
        draft = with_sent(draft, {key: None})
        if _is_taken(then, was, there):
            draft = rebased(draft, None, {key: (was, with_mark(there, was.base_done))}, then)
    return draft


def _is_taken(draft: Draft, was: DraftDocument, there: Document) -> bool:
    """Whether to send it once more would change nothing of what the server holds."""
    theirs = called_as_mine(draft, was, there)
    result = merged(draft, was, theirs)
    is_marked = not was.done_changed or there.annotated in (None, bool(was.done))
    return is_marked and not result.conflicts and units_of(result.segments) == units_of(theirs)
