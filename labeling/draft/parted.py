"""A saved merge of names, taken back: the documents hold one name, the history still has two. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from labeling.draft.draft import Draft
from labeling.draft.edits import Edit, RenameEdit, SegmentEdit, Step
from labeling.draft.vocabulary import Rename, called_now
from labeling.model import Tag


def parted(draft: Draft, step: Step) -> Iterator[Edit]:
    """The edits that give tags the name back that a saved merge took from them, where the history has it."""
    merges = [edit for edit in step.edits if isinstance(edit, RenameEdit) and edit.on]
    merges = [edit for edit in merges if edit.rule.new and not edit.rule.is_fresh]
    if not step.saved or not merges:
        return
    known, clock = _known_tags(draft, step.number), draft.renames.clock + len(merges)
    for key, document in draft.documents.items():
        for segment in document.segments:
            tags = {
                tag_key: (was, clock)
                for tag_key, now in segment.tags_by_key.items()
                if (key, tag_key) in known
                for merge in merges
                if (was := _before(draft, merge, known[key, tag_key], now)) is not None
            }
            if tags:
                after = segment.with_tags(segment.tags_by_key | tags)
                yield SegmentEdit(document=key, at=0, before=segment, after=after)


def _before(draft: Draft, merge: RenameEdit, known: tuple[Tag, int], there: tuple[Tag, int]) -> Tag | None:
    """A tag under its name before the merge; None where it was not merged, or was named otherwise since."""
    log, rule = draft.renames.log, merge.rule
    at = max((n for n, entry in enumerate(log) if entry == (merge.index, True)), default=0)
    then = called_now(known[0], draft.renames.upto(at).since(known[1]))
    now = called_now(there[0], draft.renames.since(there[1]))
    if then is None or now is None or rule.new is None:
        return None
    merged = called_now(then, [(rule, True)])
    if merged is None or merged.names != now.names or merged.names == then.names:
        return None
    return called_now(now, [(Rename(field=rule.field, old=rule.new, new=rule.old), True)])


def _known_tags(draft: Draft, until: int) -> dict[tuple[str, str], tuple[Tag, int]]:
    """By document and key: each tag as the steps before `until` left or found it, with its clock."""
    found: dict[tuple[str, str], tuple[Tag, int]] = {}
    for edit in (edit for step in draft.steps if step.number < until for edit in step.edits):
        if isinstance(edit, SegmentEdit):
            for side in (edit.before, edit.after):
                tags = {} if side is None else side.tags_by_key
                found |= {(edit.document, key): tag for key, tag in tags.items()}
    return found
