"""What was sent and is not proved: what it was is kept, so that a later edit is not taken for an old one. Pure.

After a broken-off save nobody knows whether the server took a document. Were it merged as it stands, what I sent
would look like somebody else's: taking it back would change nothing, and changing it again would be a conflict with
myself. So the first thing that a save does is to look which of it arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from labeling.draft.document import DraftDocument, Sent, with_mark
from labeling.draft.draft import Draft
from labeling.draft.matching import units_of
from labeling.model import Document
from labeling.saving.readback import called_as_mine, joined
from labeling.saving.rebase import rebased
from labeling.saving.rename_phases import upto


def sent_now(draft: Draft, key: str) -> Sent:
    """What is sent of a document when it is sent now."""
    document = draft.documents[key]
    clock = draft.renames.clock
    return Sent(segments=document.segments, done=document.done, clock=clock, taken=draft.taken)


def doubted(draft: Draft, sent: Mapping[str, Sent]) -> Draft:
    """The draft, when these documents are about to be sent as they are given."""
    known = {key: replace(draft.documents[key], sent=sent[key]) for key in sent if key in draft.documents}
    return replace(draft, documents={**draft.documents, **known})


def trusted(draft: Draft, keys: Iterable[str]) -> Draft:
    """The draft, when the server is known not to have taken these documents."""
    known = {key: replace(draft.documents[key], sent=None) for key in keys if key in draft.documents}
    return replace(draft, documents={**draft.documents, **known})


def settled(draft: Draft, held: Mapping[str, Document]) -> Draft:
    """The draft over what the server holds of the documents in doubt: what it took is saved, the rest is not."""
    for key, there in held.items():
        document = draft.documents.get(key)
        if document is None or document.sent is None or there.text != document.text:
            continue
        sent = document.sent
        then = replace(draft, renames=upto(draft.renames, sent.clock), taken=sent.taken)
        was = replace(document, segments=sent.segments, done=sent.done, sent=None).called_now(then.renames)
        draft = trusted(draft, [key])
        if _is_taken(then, was, there):
            draft = rebased(draft, None, {key: (was, with_mark(there, was.base_done))}, then)
    return draft


def _is_taken(draft: Draft, was: DraftDocument, there: Document) -> bool:
    """Whether to send it once more would change nothing of what is held."""
    theirs = called_as_mine(draft, was, there)
    result = joined(draft, was, theirs)
    is_marked = not was.done_changed or there.annotated in (None, bool(was.done))
    return is_marked and not result.conflicts and units_of(result.segments) == units_of(theirs)
