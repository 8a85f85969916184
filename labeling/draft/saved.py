"""What a save makes of the draft: what is in flight, what the server took of it, what it is proved to hold.

What was saved becomes the draft's new base; what was edited meanwhile stays unsaved. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from labeling.draft.document import DraftDocument, Outcome, Sent, with_mark
from labeling.draft.draft import Draft
from labeling.draft.edits import (
    AnswerEdit,
    DecisionEdit,
    DocumentsEdit,
    DoneEdit,
    Edit,
    NameEdit,
    NamesEdit,
    OnDocument,
    RenameEdit,
    RulingEdit,
    SegmentEdit,
)
from labeling.draft.history import followed
from labeling.draft.matching import rekeyed
from labeling.draft.ruled import Ruling
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import renamed_list
from labeling.model import Document, Session

Proved = Mapping[str, tuple[DraftDocument, Document]]
"""For each document's key: the view of it when the save began, and what the server holds now."""


# In flight: sent, and not known to have arrived


def sent_now(draft: Draft, outcomes: Mapping[str, Outcome | None]) -> dict[str, Sent]:
    """What is sent of these documents when they are sent now, and what it comes to on the server."""
    clock, taken = draft.renames.clock, draft.taken
    documents = {key: draft.documents[key] for key in outcomes}
    return {
        key: Sent(
            segments=document.segments,
            done=document.done,
            clock=clock,
            taken=taken,
            outcome=outcomes[key],
        )
        for key, document in documents.items()
    }


def with_sent(draft: Draft, sent: Mapping[str, Sent | None]) -> Draft:
    """The draft, when these documents are about to be sent as given; None: nothing of it is in flight."""
    known = {key: replace(draft.documents[key], sent=sent[key]) for key in sent if key in draft.documents}
    return replace(draft, documents={**draft.documents, **known})


def as_sent(draft: Draft, keys: Iterable[str]) -> Iterator[tuple[Draft, tuple[str, ...]]]:
    """The draft as it was when those of these documents that are in flight were sent, and which they are;
    one for each save that was broken off."""
    flights: defaultdict[tuple[int, int], dict[str, DraftDocument]] = defaultdict(dict)
    for key in keys:
        document = draft.documents.get(key)
        if document is not None and (sent := document.sent) is not None:
            then = replace(document, segments=sent.segments, done=sent.done, sent=None)
            flights[sent.clock, sent.taken][key] = then
    for (clock, taken), documents in flights.items():
        together = {**draft.documents, **documents}
        yield (
            replace(draft, renames=draft.renames.upto(clock), taken=taken, documents=together),
            tuple(documents),
        )


def landed(draft: Draft, found: Mapping[str, Document | None]) -> Draft:
    """The draft, when it is known of documents in flight what the server took: what it holds of them, or
    None for one that it did not take."""
    after = with_sent(draft, dict.fromkeys(found))
    for then, keys in as_sent(draft, found):
        taken = {key: held for key in keys if (held := found[key]) is not None}
        views = {key: then.document(key) for key in taken}
        proved = {key: (view, with_mark(taken[key], view.base_done)) for key, view in views.items()}
        if proved:
            after = rebased(after, None, proved, then)
    return after


# Renames, which reach the documents one by one


def begun(draft: Draft, clock: int) -> Draft:
    """The draft, when the server may come to hold it as far as that clock in some documents
    and not in others."""
    if clock <= draft.renames_held or clock in draft.renames.tried:
        return draft
    renames = draft.renames.model_copy(update={"tried": (*draft.renames.tried, clock)})
    return replace(draft, renames=renames)


def with_renames_held(draft: Draft, clock: int) -> Draft:
    """The draft, known to be held by the server in every document and in the lists as far as that clock."""
    if clock <= draft.renames_held:
        return draft
    rules = draft.renames_to(clock)
    lists = {field: renamed_list(getattr(draft.base, field), field, rules) for field in ("classes", "labels")}
    return replace(draft, base=draft.base.model_copy(update=lists), renames_held=clock)


# What was said of what is proposed

Ruled = Mapping[str, tuple[tuple[Ruling, ...], bool | None]]
"""For each document's key: what the server was told of what it proposes, and the document's mark since."""


def with_ruled(draft: Draft, ruled: Ruled) -> Draft:
    """The draft, when the server is proved to know what was said; what was said otherwise since stays."""
    documents = dict(draft.documents)
    for key, (told, mark) in ruled.items():
        if key not in documents:
            continue
        now = documents[key]
        source = now.source if mark is None else now.source.model_copy(update={"annotated": mark})
        documents[key] = replace(
            now,
            rulings=tuple(one for one in now.rulings if one not in told),
            source=source,
            done=now.done if now.done_changed else source.annotated,
        )
    return rebased(replace(draft, documents=documents), None, {})


# Proved


def rebased(
    draft: Draft,
    session: Session | None,
    proved: Proved,
    sent: Draft | None = None,
    *,
    added: bool = False,
) -> Draft:
    """The draft after a save. `sent` is the draft as it was when the save began.

    `session` is what the server holds of name, classes and labels, None when those are not proved; `added`:
    it has the new documents. Keys are kept, so that a step taken before the save can still be undone.
    """
    sent = draft if sent is None else sent
    clock = sent.renames.clock
    documents = dict(draft.documents)
    for key, (was, held) in proved.items():
        if key not in documents:
            continue
        now = documents[key]
        first_named = sent.documents[key]
        base = rekeyed(held, first_named, was, clock, is_mine=True)
        follows = now.done == was.done and not was.done_changed
        documents[key] = replace(
            now,
            source=held,
            base=base,
            segments=_carried(now, first_named, base),
            done=held.annotated if follows else now.done,
            sent=None,
        )
    after = replace(draft, documents=documents)
    if added:
        after = replace(after, added=tuple(new for new in draft.added if new not in sent.added))
    if session is not None:
        after = followed(after, session, sent)
    changed = {document.key for document in after.changed_documents}
    steps = tuple(
        step.model_copy(update={"saved": True})
        if not step.saved
        and step.number <= sent.taken
        and all(_is_settled(after, edit, proved, changed) for edit in step.edits)
        else step
        for step in after.steps
    )
    return _without_settled(replace(after, steps=steps), changed)


def _is_settled(draft: Draft, edit: Edit, proved: Proved, changed: Collection[str]) -> bool:
    """Whether what an edit was about is held by the server."""
    match edit:
        case SegmentEdit() | DoneEdit():
            return edit.document in proved or edit.document not in changed
        case RulingEdit():
            document = draft.documents.get(edit.document)
            return document is None or all(edit.key != one.key for one in document.rulings)
        case NameEdit():
            return draft.name == draft.base.name
        case NamesEdit():
            return bool(getattr(draft, edit.field) == getattr(draft.base, edit.field))
        case RenameEdit():
            return not any(rule == edit.rule for rule, _ in draft.pending_renames)
        case DocumentsEdit():
            return not any(document in draft.added for document in edit.after)
        case AnswerEdit() | DecisionEdit():
            return True


def _without_settled(draft: Draft, changed: Collection[str]) -> Draft:
    """Forgets the documents that nothing unsaved and no step of the history is about."""
    named = {edit.document for step in draft.steps for edit in step.edits if isinstance(edit, OnDocument)}
    kept = {key: d for key, d in draft.documents.items() if key in changed or key in named}
    return draft if len(kept) == len(draft.documents) else replace(draft, documents=kept)


def _carried(
    now: DraftDocument, sent: DraftDocument, base: tuple[DraftSegment, ...]
) -> tuple[DraftSegment, ...]:
    """The segments over a new base: as the server holds them, but for what is unfinished or edited since."""
    was = {segment.key: segment for segment in sent.segments}
    result: list[DraftSegment] = []
    for row in base:
        mine = now.find(row.key)
        edit = SegmentEdit(document=now.key, at=0, before=was.get(row.key), after=mine)
        if mine is not None and mine.is_unfinished:
            result.append(mine)
        elif edit.before == mine:
            result.append(_with_open_rows(row, mine))
        else:
            result += [after for after in (edit.made_on(row),) if after is not None]
    held = {row.key for row in base}
    for at, segment in enumerate(now.segments):
        if segment.key not in held and (segment.is_unfinished or segment != was.get(segment.key)):
            result.insert(min(at, len(result)), segment)
    return tuple(result)


def _with_open_rows(row: DraftSegment, mine: DraftSegment | None) -> DraftSegment:
    """The segment as held, with the rows of mine that are still to be filled."""
    if mine is None or all(any(tag.names) for tag in mine.segment.tags):
        return row
    clocks = dict(zip(row.tag_keys, row.clocks, strict=True))
    left = dict(zip(row.tag_keys, row.segment.tags, strict=True))
    pairs = [(key, left.pop(key, tag)) for key, tag in mine.rows if key in left or not any(tag.names)]
    pairs += left.items()
    tags = row.segment.model_copy(update={"tags": tuple(tag for _, tag in pairs)})
    since = tuple(clocks.get(key, 0) for key, _ in pairs) if row.since else ()
    return row.model_copy(
        update={"segment": tags, "tag_keys": tuple(key for key, _ in pairs), "since": since}
    )
