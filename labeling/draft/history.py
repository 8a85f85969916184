"""Steps on a draft: taken, undone, redone, reverted, discarded. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from labeling.draft.document import DraftDocument, loaded_from
from labeling.draft.draft import HISTORY, Draft
from labeling.draft.edits import (
    AnswerEdit,
    Change,
    DecisionEdit,
    DocumentsEdit,
    DoneEdit,
    Edit,
    NameEdit,
    NamesEdit,
    OnDocument,
    Refused,
    RenameEdit,
    RulingEdit,
    SegmentEdit,
    Step,
    between,
)
from labeling.draft.others import gone_between, is_begun
from labeling.draft.parted import parted
from labeling.draft.ruled import with_ruling
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import FIELDS, called_now, merged_names, renamed_list
from labeling.model import Document, Session

DONE = "done"
"""Stands for the done mark among the keys of a document's segments."""


def take(draft: Draft, change: Change, *touched: DraftDocument, at: str = "") -> Draft:
    """The draft after one more step. `touched` are the documents it is about, as `view` gave them.

    Documents that the draft has already need not be given; they are meant as the step's renames show them.
    """
    if not change.edits:
        return draft
    named = {edit.document for edit in change.edits if isinstance(edit, OnDocument)}
    renamed = _apply(draft, [edit for edit in change.edits if isinstance(edit, RenameEdit)])
    first_named = {key: draft.documents[key] for key in named if key in draft.documents}
    first_named |= {
        one.key: draft.first_named(loaded_from(one)) if draft.renames.log else one for one in touched
    }
    views = {key: renamed.document(key) for key in named if key in draft.documents}
    views |= {document.key: document for document in touched}
    edits = tuple(_first_named(renamed, edit, views, first_named) for edit in change.edits)
    draft = _apply(replace(draft, documents={**draft.documents, **first_named}), edits)
    return _record(draft, change.name, edits, "edit", None, at)


def _first_named(
    draft: Draft, edit: Edit, views: Mapping[str, DraftDocument], documents: Mapping[str, DraftDocument]
) -> Edit:
    """The edit of a view as an edit of the document: a tag that was not renamed here keeps its first name."""
    if not isinstance(edit, SegmentEdit) or edit.document not in views or not draft.renames.log:
        return edit
    view, document = views[edit.document], documents[edit.document]
    before = None if edit.before is None else document.find(edit.before.key)
    after = None if edit.after is None else _segment_first_named(draft, edit.after, view, document)
    return edit.model_copy(update={"before": before, "after": after})


def _segment_first_named(
    draft: Draft, after: DraftSegment, view: DraftDocument, document: DraftDocument
) -> DraftSegment | None:
    if view.base_by_key.get(after.key) == after:
        return document.base_by_key[after.key]
    first, was = document.find(after.key), view.find(after.key)
    if was == after:
        return first
    first_tags = (
        {key: (tag, clock) for (key, tag), clock in zip(first.rows, first.clocks, strict=False)}
        if first
        else {}
    )
    shown_tags = dict(was.rows) if was else {}
    parts = [
        (key, *first_tags[key])
        if key in first_tags and shown_tags.get(key) == tag
        else (key, tag, draft.renames.clock)
        for key, tag in zip(after.tag_keys, after.segment.tags, strict=True)
    ]
    # A tag that a rename hides is still there, and comes back when the rename is undone; one that became the
    # same as another shares its fate.
    left = {tag.names for key, tag in shown_tags.items() if (key, tag) in after.rows}
    for key, (tag, clock) in first_tags.items():
        called = called_now(tag, draft.renames.since(clock))
        if key not in shown_tags and (called is None or called.names in left):
            parts.append((key, tag, clock))
    return after.model_copy(
        update={
            "segment": after.segment.model_copy(update={"tags": tuple(tag for _, tag, _ in parts)}),
            "tag_keys": tuple(key for key, _, _ in parts),
            "since": tuple(clock for _, _, clock in parts),
        }
    )


def refreshed(draft: Draft, session: Session) -> Draft:
    """The draft over the session as just read: what was not changed here follows the server."""
    return draft if session == draft.base else followed(draft, session, draft.base)


def followed(draft: Draft, session: Session, base: Session | Draft) -> Draft:
    """The draft over another session, with what was changed here since `base`."""
    gone, lists = gone_between(draft, base, session), dict[str, Any]()
    for field in FIELDS:
        if is_begun(draft):  # what the lists are halfway through one's own renames says nothing
            session = session.model_copy(update={field: getattr(draft.base, field)})
        else:
            was, mine, there = (getattr(side, field) for side in (base, draft, session))
            called = renamed_list(there, field, draft.pending_renames)
            # A name that is gone there stays where something else is called so here.
            was = [name for name in was if name in there or name not in called]
            lists[field] = merged_names(was, mine, there)
    name = session.name if draft.name == base.name else draft.name
    return replace(draft, base=session, name=name, gone=gone, **lists)


def found_again(draft: Draft, held: Draft) -> Draft:
    """A draft that was begun while its store had lost another one, which is found again: its steps come after
    those of `held`."""
    known = {(step.number, step.at, step.edits) for step in held.steps}
    windows = {
        name: max(side.windows.get(name, 0) for side in (draft, held))
        for name in (*draft.windows, *held.windows)
    }
    new = [step for step in draft.steps if (step.number, step.at, step.edits) not in known]
    if not new:
        return replace(held, windows=windows) if draft.taken < held.taken else draft
    if draft.steps[: len(held.steps)] == held.steps:
        return draft  # another window of the person has found it before, and gone on
    result = replace(held, documents={**draft.documents, **held.documents}, windows=windows)
    for step in new:
        edits = tuple(
            edit.model_copy(update={"index": len(result.renames.made)})
            if isinstance(edit, RenameEdit) and edit.on
            else edit
            for edit in step.edits
        )
        result = _record(_apply(result, edits), step.name, edits, "edit", None, step.at)
    return result


# Undo, redo, and the walk through the history


def undoable(draft: Draft) -> Step | None:
    """The step that undo would take back."""
    done, _ = stacks(draft.steps)
    return done[-1] if done else None


def redoable(draft: Draft) -> Step | None:
    """The step that redo would bring back."""
    _, undone = stacks(draft.steps)
    return undone[-1] if undone else None


def undo(draft: Draft, *, at: str = "") -> Draft:
    """Take back the last step that stands; a step itself."""
    step = undoable(draft)
    return draft if step is None else _again(draft, step, "undo", f"Undo: {undone_in_words(step)}", at)


def undone_in_words(step: Step) -> str:
    """What undo takes back of a step, in words. Where names were merged or removed and that is saved, the
    documents no longer say which tags had them; the history does of those that it is about."""
    renames = [edit.rule for edit in step.edits if isinstance(edit, RenameEdit) and edit.on]
    if step.saved and not all(rule.is_fresh for rule in renames):
        return (
            f"{step.name} – the name, and those of its tags that your history holds; the others stay as saved"
        )
    return step.name


def redo(draft: Draft, *, at: str = "") -> Draft:
    """Bring back what the last undo took; a step itself."""
    step = redoable(draft)
    return draft if step is None else _again(draft, step, "redo", f"Redo: {step.name}", at)


def walk(draft: Draft, number: int, *, at: str = "") -> Draft:
    """Undo or redo until step `number` is the last that stands; 0: none does.

    An unknown number changes nothing.
    """
    done, undone = ([step.number for step in steps] for steps in stacks(draft.steps))
    if number in undone:
        for _ in undone[undone.index(number) :]:
            draft = redo(draft, at=at)
    elif number in done or number == 0:
        for _ in done[done.index(number) + 1 if number else 0 :]:
            draft = undo(draft, at=at)
    return draft


def stacks(steps: Sequence[Step]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """(the steps that stand, oldest first; those undone, next to be redone last), read off the history."""
    known = {step.number: step for step in steps}
    done: list[int] = []
    undone: list[int] = []
    for step in steps:
        if step.of is None:
            done.append(step.number)
            undone.clear()
            continue
        source, target = (done, undone) if step.kind == "undo" else (undone, done)
        if source and source[-1] == step.of:
            source.pop()
        target.append(step.of)
    # A step that the history has lost cannot be redone, nor can those undone before it.
    lost = max((at for at, number in enumerate(undone, 1) if number not in known), default=0)
    return (
        tuple(known[number] for number in done if number in known),
        tuple(known[number] for number in undone[lost:]),
    )


def _again(draft: Draft, step: Step, kind: Literal["undo", "redo"], name: str, at: str) -> Draft:
    edits = step.edits
    if kind == "undo":
        edits = (*(edit.inverse() for edit in reversed(step.edits)), *parted(draft, step))
    return _record(_apply(draft, edits), name, edits, kind, step.number, at)


# Back to what was read


def revert(document: DraftDocument, only: Collection[str] = ()) -> Change:
    """The step that puts a document back to what was read: all of it,
    or the segments (by key) and done mark named."""
    edits = list(between(document, _reverted(document, only)))
    if document.done_changed and (not only or DONE in only):
        edits.append(DoneEdit(document=document.key, before=document.done, after=document.base_done))
    edits += _unsaid(document, only)
    what = "one change of document" if only else "document"
    return Change(f"Revert {what} {document.position + 1}", tuple(edits))


def _unsaid(document: DraftDocument, only: Collection[str]) -> Iterable[RulingEdit]:
    """What was said of what is proposed, taken back: all of it, or by ghosts and segments that are named."""
    spans = {one.segment.span for one in document.segments if one.key in only}
    for one in document.rulings:
        if not only or one.key in only or (one.says == "taken" and one.ghost.span in spans):
            yield RulingEdit(document=document.key, before=one, after=None)


def _reverted(document: DraftDocument, only: Collection[str]) -> Sequence[DraftSegment]:
    """The segments as they were read, or those of some keys beside the others as they are."""
    if not only:
        return document.base
    base, mine = document.base_by_key, document.places
    states = (base.get(one.key) if one.key in only else one for one in document.segments)
    after = [one for one in states if one is not None]
    for at, one in enumerate(document.base):
        if one.key not in mine and one.key in only:
            after.insert(at, one)
    return after


def revert_field(draft: Draft, field: str) -> Change | Refused:
    """The step that puts name, classes or labels back to what was read (`added`: adds no documents)."""
    if field == "name":
        return Change("Revert the session's name", (NameEdit(before=draft.name, after=draft.base.name),))
    if field == "added":
        return Change("Add no documents", (DocumentsEdit(before=draft.added, after=()),))
    if draft.pending_renames:
        return Refused(f"Revert the renamed or removed names first: the {field} follow from them.")
    before, after = getattr(draft, field), getattr(draft.base, field)
    used = {
        name
        for document in draft.changed_documents
        for segment in document.segments
        for tag in segment.segment.tags
        for name in (tag.class_ if field == "classes" else tag.label,)
    }
    lost = [name for name in before if name not in after and name in used]
    if lost:
        return Refused(f"Your unsaved tags use {', '.join(lost)}. Revert or retag those first.")
    return Change(f"Revert the {field}", (NamesEdit(field=field, before=before, after=after),))


def discard(draft: Draft) -> Change:
    """One step that puts everything back to what was read. It can be undone like any other.

    What a save has begun of a rename is still to be taken back there: that stays unsaved.
    """
    edits: list[Edit] = [
        RenameEdit(index=index, rule=draft.renames.made[index], on=not forward)
        for index, forward in reversed(draft.renames.switched_since(draft.renames_held))
    ]
    # Without the renames other documents may differ: what was typed had become the same as what was read.
    edits += [edit for document in _apply(draft, edits).changed_documents for edit in revert(document).edits]
    for names in ("classes", "labels"):
        before, after = getattr(draft, names), getattr(draft.base, names)
        if before != after:
            edits.append(NamesEdit(field=names, before=before, after=after))
    if draft.name != draft.base.name:
        edits.append(NameEdit(before=draft.name, after=draft.base.name))
    if draft.added:
        edits.append(DocumentsEdit(before=draft.added, after=()))
    # What was decided with the changes that go: also where nothing came of it in the text.
    unsaved = [edit for step in draft.steps if not step.saved for edit in step.edits]
    edits += [edit.inverse() for edit in reversed(unsaved) if isinstance(edit, DecisionEdit)]
    return Change("Discard all unsaved changes", tuple(edits))


# Applying


def _record(
    draft: Draft,
    name: str,
    edits: tuple[Edit, ...],
    kind: Literal["edit", "undo", "redo"],
    of: int | None,
    at: str,
) -> Draft:
    step = Step(number=draft.taken + 1, name=name, edits=edits, kind=kind, of=of, at=at)
    return replace(draft, steps=(*draft.steps, step)[-HISTORY:], taken=step.number)


def _apply(draft: Draft, edits: Iterable[Edit]) -> Draft:
    documents = dict(draft.documents)
    segments: dict[str, _Segments] = {}
    fields: dict[str, Any] = {}
    for edit in edits:
        match edit:
            case SegmentEdit():
                if edit.document not in segments:
                    segments[edit.document] = _Segments(documents[edit.document].segments)
                segments[edit.document].apply(edit)
            case DoneEdit():
                documents[edit.document] = replace(documents[edit.document], done=edit.after)
            case RulingEdit():
                one = documents[edit.document]
                rulings = with_ruling(one.rulings, edit.before, edit.after)
                documents[edit.document] = replace(one, rulings=rulings)
            case NameEdit():
                fields["name"] = edit.after
            case NamesEdit():
                # What has come into the list or gone since is none of this edit's: undo leaves it alone.
                names = fields.get(edit.field, getattr(draft, edit.field))
                fields[edit.field] = merged_names(edit.before, edit.after, names)
            case RenameEdit():
                renames = fields.get("renames", draft.renames)
                fields["renames"] = renames.switched(edit.index, edit.rule, edit.on)
            case DocumentsEdit():
                fields["added"] = _joined(fields.get("added", draft.added), edit)
            case AnswerEdit():
                left = tuple(one for one in fields.get("gone", draft.gone) if one != edit.gone)
                fields["gone"] = left if edit.is_answered else (*left, edit.gone)
            case DecisionEdit():
                pass  # stored beside the draft, with the step
    for key, edited in segments.items():
        documents[key] = replace(documents[key], segments=tuple(edited.segments))
    return replace(draft, **fields, documents=documents)


def _joined(added: Sequence[Document], edit: DocumentsEdit) -> tuple[Document, ...]:
    waiting = [document for document in added if document in edit.after or document not in edit.before]
    new = [d for d in edit.after if d not in edit.before and d not in waiting]
    return (*waiting, *new)


class _Segments:
    """The segments of a document while edits are applied to them, one after another."""

    def __init__(self, segments: Iterable[DraftSegment]) -> None:
        self.segments = list(segments)
        self._keys = [segment.key for segment in self.segments]
        self._there = set(self._keys)

    def apply(self, edit: SegmentEdit) -> None:
        key = edit.key
        at = self._keys.index(key) if key in self._there else None
        after = edit.after if at is None else edit.made_on(self.segments[at])
        if after is None and at is not None:
            del self.segments[at], self._keys[at]
            self._there.discard(key)
        elif after is not None and at is not None:
            self.segments[at] = after
        elif after is not None:
            at = min(edit.at, len(self.segments))
            self.segments.insert(at, after)
            self._keys.insert(at, key)
            self._there.add(key)
