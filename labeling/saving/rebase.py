"""What was saved becomes the draft's new base; what was edited meanwhile stays unsaved. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import DocumentsEdit, DoneEdit, Edit, NameEdit, NamesEdit, RenameEdit, SegmentEdit
from labeling.draft.history import over
from labeling.draft.matching import rekeyed
from labeling.draft.segment import DraftSegment
from labeling.model import Document, Session

Proved = Mapping[str, tuple[DraftDocument, Document]]
"""For each document's key: the view of it when the save began, and what the server holds now."""


def rebased(draft: Draft, session: Session | None, proved: Proved, sent: Draft | None = None) -> Draft:
    """The draft after a save. `sent` is the draft as it was when the save began.

    `session` is what the server holds of name, classes and labels, None when those are not proved. Keys are
    kept, so that a step taken before the save can still be undone. What was edited during the save stays an
    unsaved change.
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
    if session is not None:
        after = over(after, session, sent)
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
        case NameEdit():
            return draft.name == draft.base.name
        case NamesEdit():
            return bool(getattr(draft, edit.field) == getattr(draft.base, edit.field))
        case RenameEdit():
            return not any(rule == edit.rule for rule, _ in draft.pending_renames)
        case DocumentsEdit():
            return not any(document in draft.added for document in edit.after)


def _without_settled(draft: Draft, changed: Collection[str]) -> Draft:
    """Forgets the documents that nothing unsaved and no step of the history is about."""
    named = {
        edit.document
        for step in draft.steps
        for edit in step.edits
        if isinstance(edit, SegmentEdit | DoneEdit)
    }
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
