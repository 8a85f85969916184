"""The draft of a session: named, undoable steps over what the server holds. Pure values, no screen, no network.

A step holds its edits, and each edit holds what it replaced, so its inverse is itself turned round. An edit
of a document replaces the state of one segment as a whole; it costs the same whatever the session's size.
Keys: a document's is `id:<id>`, else `text:<sha256>#<n>`; a segment's is `b<n>` for the n-th that was read,
else `<step>.<n>`; a tag's likewise, and `-` for the row of a segment without tags.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from labeling.model import Document, Segment, Session, SessionChange, Tag, Unit, Value, unique

HISTORY = 1000
"""How many steps the history keeps."""
BARE = "-"
"""The tag key of the row that stands for a segment without tags."""


class Raw(Value):
    """Offsets as typed that cannot be right yet (code points; None: emptied)."""

    start: int | None
    end: int | None


class DraftSegment(Value):
    """One segment in the draft. A tag without class and label is a row still to be filled: it is not sent."""

    key: str
    segment: Segment
    tag_keys: tuple[str, ...] = ()
    raw: Raw | None = None

    @property
    def rows(self) -> tuple[tuple[str, Tag], ...]:
        """(tag key, tag) of each row that stands for this segment: at least one."""
        return tuple(zip(self.tag_keys, self.segment.tags, strict=True)) or ((BARE, Tag()),)

    @property
    def is_unfinished(self) -> bool:
        return self.raw is not None

    def finished(self) -> Segment:
        """The segment without the rows still to be filled."""
        filled = tuple(tag for tag in self.segment.tags if any(tag.names))
        return (
            self.segment if filled == self.segment.tags else self.segment.model_copy(update={"tags": filled})
        )


class DraftDocument(Value):
    """A document as the draft has it, beside what was read (`base`). `position` is a hint for loading."""

    key: str
    position: int
    source: Document
    base: tuple[DraftSegment, ...]
    segments: tuple[DraftSegment, ...]
    done: bool | None = None

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def base_done(self) -> bool | None:
        return self.source.annotated

    @property
    def tag_count(self) -> int:
        return sum(any(tag.names) for segment in self.segments for tag in segment.segment.tags)

    @property
    def unfinished(self) -> tuple[DraftSegment, ...]:
        return tuple(segment for segment in self.segments if segment.is_unfinished)

    @property
    def is_changed(self) -> bool:
        return self.segments_changed or self.done_changed

    @property
    def segments_changed(self) -> bool:
        return self.segments != self.base and (self.sendable != self.base_segments or bool(self.unfinished))

    @property
    def done_changed(self) -> bool:
        return bool(self.done) != bool(self.base_done)

    @property
    def sendable(self) -> tuple[Segment, ...]:
        """What a save sends: an unfinished segment as it was read, or not at all when it is new."""
        read = {segment.key: segment.segment for segment in self.base}
        sent = (read.get(s.key) if s.is_unfinished else s.finished() for s in self.segments)
        return tuple(segment for segment in sent if segment is not None)

    @property
    def base_segments(self) -> tuple[Segment, ...]:
        return tuple(segment.segment for segment in self.base)

    def find(self, key: str) -> DraftSegment | None:
        return next((segment for segment in self.segments if segment.key == key), None)

    def index(self, key: str) -> int:
        return next(at for at, segment in enumerate(self.segments) if segment.key == key)


class SegmentEdit(Value):
    """One segment's state before and after; None where it does not exist. `at` is its place in the document."""

    kind: Literal["segment"] = "segment"
    document: str
    at: int
    before: DraftSegment | None
    after: DraftSegment | None

    def inverse(self) -> SegmentEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


class DoneEdit(Value):
    """What the annotator says of a document: done or not."""

    kind: Literal["done"] = "done"
    document: str
    before: bool | None
    after: bool | None

    def inverse(self) -> DoneEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


class NameEdit(Value):
    """The session's name."""

    kind: Literal["name"] = "name"
    before: str
    after: str

    def inverse(self) -> NameEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


class NamesEdit(Value):
    """The session's classes or labels, in order."""

    kind: Literal["names"] = "names"
    field: Literal["classes", "labels"]
    before: tuple[str, ...]
    after: tuple[str, ...]

    def inverse(self) -> NamesEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


class DocumentsEdit(Value):
    """Documents to be added to the session: new texts, or (with an id) documents of the project."""

    kind: Literal["documents"] = "documents"
    before: tuple[Document, ...]
    after: tuple[Document, ...]

    def inverse(self) -> DocumentsEdit:
        return self.model_copy(update={"before": self.after, "after": self.before})


Edit = Annotated[SegmentEdit | DoneEdit | NameEdit | NamesEdit | DocumentsEdit, Field(discriminator="kind")]


class Change(NamedTuple):
    """A step to be taken: its name and its edits."""

    name: str
    edits: tuple[Edit, ...]


class Step(Value):
    """A step taken. `of` is the step that an undo or a redo is about."""

    number: int
    name: str
    edits: tuple[Edit, ...]
    kind: Literal["edit", "undo", "redo"] = "edit"
    of: int | None = None
    saved: bool = False


class Draft(Value):
    """The session as last read, every document touched since, and the steps that led here."""

    base: Session
    name: str
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    documents: Mapping[str, DraftDocument] = {}
    added: tuple[Document, ...] = ()
    steps: tuple[Step, ...] = ()
    taken: int = 0
    in_doubt: int | None = None
    """How many documents the session had before a save that is not proved: what has come after them since
    may be copies that the server made of what was sent."""

    @property
    def changed_documents(self) -> tuple[DraftDocument, ...]:
        """In the order of the session."""
        changed = (document for document in self.documents.values() if document.is_changed)
        return tuple(sorted(changed, key=lambda document: document.position))

    @property
    def session_change(self) -> SessionChange:
        """What differs from the base in name, classes and labels."""
        fields: dict[str, object] = {}
        for field in ("name", "classes", "labels"):
            if getattr(self, field) != getattr(self.base, field):
                fields[field] = getattr(self, field)
        return SessionChange.model_validate(fields)

    @property
    def change_count(self) -> int:
        """How many unsaved changes there are: segments, done marks, session fields and new documents."""
        fields = len(self.session_change.model_fields_set) + len(self.added)
        return fields + sum(len(lines(document)) for document in self.changed_documents)

    @property
    def is_changed(self) -> bool:
        return bool(self.added or not self.session_change.is_empty or self.changed_documents)

    def view(self, key: str, document: Document, position: int) -> DraftDocument:
        """The document as the draft has it: with its edits, or else as it was just read."""
        known = self.documents.get(key)
        if known is None:
            return opened(key, document, position)
        if document.annotated is None and known.base_done is not None:
            # A server that lists no done marks does not take back the one that was sent to it.
            document = document.model_copy(update={"annotated": known.base_done})
        if known.is_changed or known.source == document:
            return known if known.position == position else known.model_copy(update={"position": position})
        base = _rekeyed(document, known, f"r{self.taken}")
        return known.model_copy(
            update={
                "position": position,
                "source": document,
                "base": base,
                "segments": base,
                "done": document.annotated,
            }
        )

    @property
    def undoable(self) -> Step | None:
        """The step that undo would take back."""
        return _stacks(self.steps)[0]

    @property
    def redoable(self) -> Step | None:
        """The step that redo would bring back."""
        return _stacks(self.steps)[1]


def document_keys(documents: Iterable[Document], seen: Counter[str] | None = None) -> list[str]:
    """A key for each document; `seen` counts the texts that came before these, and is brought up to date."""
    seen = Counter() if seen is None else seen
    keys = []
    for document in documents:
        if document.id is not None:
            keys.append(f"id:{document.id}")
            continue
        digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
        seen[digest] += 1
        keys.append(f"text:{digest}#{seen[digest]}")
    return keys


def new_draft(session: Session) -> Draft:
    return Draft(base=session, name=session.name, classes=session.classes, labels=session.labels)


def opened(key: str, document: Document, position: int) -> DraftDocument:
    """The document with keys on its segments and tags, nothing edited yet."""
    segments = tuple(
        DraftSegment(key=f"b{n}", segment=segment, tag_keys=tuple(f"b{m}" for m in range(len(segment.tags))))
        for n, segment in enumerate(document.segments)
    )
    return DraftDocument(
        key=key, position=position, source=document, base=segments, segments=segments, done=document.annotated
    )


def take(draft: Draft, change: Change, *touched: DraftDocument) -> Draft:
    """The draft after one more step. `touched` are the documents it is about, as `view` gave them."""
    if not change.edits:
        return draft
    documents = {**draft.documents, **{document.key: document for document in touched}}
    draft = draft.model_copy(update={"documents": documents})
    return _record(_apply(draft, change.edits), change.name, change.edits, "edit", None)


def refreshed(draft: Draft, session: Session) -> Draft:
    """The draft over the session as just read: what was not changed here follows the server."""
    return _over(draft, session, draft.base)


def _over(draft: Draft, session: Session, base: Session | Draft) -> Draft:
    """The draft over another session, with what was changed here since `base`."""
    fields: dict[str, object] = {
        field: merged_names(getattr(base, field), getattr(draft, field), getattr(session, field))
        for field in ("classes", "labels")
    }
    fields["name"] = session.name if draft.name == base.name else draft.name
    return draft.model_copy(update={**fields, "base": session})


def merged_names(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Three lists of names as one: in my order, without what they removed, with what they added at the end."""
    if tuple(mine) == tuple(base):
        return tuple(theirs)
    removed = set(base) - set(theirs)
    added = [name for name in theirs if name not in set(base)]
    return unique([name for name in mine if name not in removed] + added)


def revert(document: DraftDocument) -> Change:
    """The step that puts a document back to what was read."""
    mine = {segment.key: segment for segment in document.segments}
    base = {segment.key: segment for segment in document.base}
    edits: list[Edit] = [
        SegmentEdit(document=document.key, at=document.index(key), before=segment, after=base.get(key))
        for key, segment in reversed(mine.items())
        if base.get(key) != segment
    ]
    edits += [
        SegmentEdit(document=document.key, at=at, before=None, after=segment)
        for at, segment in enumerate(document.base)
        if segment.key not in mine
    ]
    if document.done != document.base_done:
        edits.append(DoneEdit(document=document.key, before=document.done, after=document.base_done))
    return Change(f"Revert document {document.position + 1}", tuple(edits))


def undo(draft: Draft) -> Draft:
    """Take back the last step that stands; a step itself."""
    step = draft.undoable
    return draft if step is None else _again(draft, step, "undo", f"Undo: {step.name}")


def redo(draft: Draft) -> Draft:
    """Bring back what the last undo took; a step itself."""
    step = draft.redoable
    return draft if step is None else _again(draft, step, "redo", f"Redo: {step.name}")


def _again(draft: Draft, step: Step, kind: Literal["undo", "redo"], name: str) -> Draft:
    edits = tuple(edit.inverse() for edit in reversed(step.edits)) if kind == "undo" else step.edits
    return _record(_apply(draft, edits), name, edits, kind, step.number)


def _record(
    draft: Draft, name: str, edits: tuple[Edit, ...], kind: Literal["edit", "undo", "redo"], of: int | None
) -> Draft:
    step = Step(number=draft.taken + 1, name=name, edits=edits, kind=kind, of=of)
    return draft.model_copy(update={"steps": (*draft.steps, step)[-HISTORY:], "taken": step.number})


def _stacks(steps: Sequence[Step]) -> tuple[Step | None, Step | None]:
    """(what undo takes back, what redo brings back), read off the history."""
    done: list[Step] = []
    undone: list[Step] = []
    known = {step.number: step for step in steps}
    for step in steps:
        if step.kind == "edit":
            done.append(step)
            undone.clear()
        elif step.of in known:
            source, target = (done, undone) if step.kind == "undo" else (undone, done)
            if source and source[-1].number == step.of:
                target.append(source.pop())
    return (done[-1] if done else None, undone[-1] if undone else None)


def _apply(draft: Draft, edits: Iterable[Edit]) -> Draft:
    documents = dict(draft.documents)
    fields: dict[str, Any] = {}
    for edit in edits:
        match edit:
            case SegmentEdit():
                documents[edit.document] = _replace(documents[edit.document], edit)
            case DoneEdit():
                documents[edit.document] = documents[edit.document].model_copy(update={"done": edit.after})
            case NameEdit():
                fields["name"] = edit.after
            case NamesEdit():
                # What has come into the list or gone since is none of this edit's: undo leaves it alone.
                names = fields.get(edit.field, getattr(draft, edit.field))
                fields[edit.field] = merged_names(edit.before, edit.after, names)
            case DocumentsEdit():
                waiting = [
                    d for d in fields.get("added", draft.added) if d in edit.after or d not in edit.before
                ]
                new = [d for d in edit.after if d not in edit.before and d not in waiting]
                fields["added"] = (*waiting, *new)
    return draft.model_copy(update={**fields, "documents": documents})


def _replace(document: DraftDocument, edit: SegmentEdit) -> DraftDocument:
    key = (edit.before or edit.after).key  # type: ignore[union-attr]
    kept = [segment for segment in document.segments if segment.key != key]
    if edit.after is not None:
        here = document.find(key)
        at = document.index(key) if here is not None else min(edit.at, len(kept))
        kept.insert(at, edit.after)
    return document.model_copy(update={"segments": tuple(kept)})


# What was saved becomes the base


def rebased(
    draft: Draft,
    session: Session | None,
    proved: Mapping[str, tuple[DraftDocument, Document]],
    sent: Draft | None = None,
) -> Draft:
    """The draft after a save. `proved`: for each document, its state when sent and what the server holds now.

    `session` is what the server holds of name, classes and labels, None when those are not proved; `sent` is
    the draft as it was when the save began. Keys are kept, so that a step taken before the save can still be
    undone. What was edited during the save stays an unsaved change.
    """
    sent = draft if sent is None else sent
    documents = dict(draft.documents)
    for key, (was, held) in proved.items():
        now = documents.get(key, was)
        base = _rekeyed(held, was, f"s{draft.taken}")
        follows = now.done == was.done and not was.done_changed
        documents[key] = now.model_copy(
            update={
                "source": held,
                "base": base,
                "segments": _carried(now, was, base),
                "done": held.annotated if follows else now.done,
            }
        )
    after = draft.model_copy(update={"documents": documents})
    if session is not None:
        after = _over(after, session, sent)
    steps = [
        step.model_copy(update={"saved": True})
        if step.number <= sent.taken and all(_is_settled(after, edit, proved) for edit in step.edits)
        else step
        for step in after.steps
    ]
    return after.model_copy(update={"steps": tuple(steps)})


def _is_settled(draft: Draft, edit: Edit, proved: Collection[str]) -> bool:
    """Whether what an edit was about is held by the server."""
    match edit:
        case SegmentEdit() | DoneEdit():
            return edit.document in proved or not draft.documents[edit.document].is_changed
        case NameEdit():
            return draft.name == draft.base.name
        case NamesEdit():
            return bool(getattr(draft, edit.field) == getattr(draft.base, edit.field))
        case DocumentsEdit():
            return not draft.added


def _carried(
    now: DraftDocument, sent: DraftDocument, base: tuple[DraftSegment, ...]
) -> tuple[DraftSegment, ...]:
    """The segments over a new base: as the server holds them, but for what is unfinished or edited since."""
    was = {segment.key: segment for segment in sent.segments}
    mine = {segment.key: segment for segment in now.segments}
    kept = {key: s for key, s in mine.items() if s.is_unfinished or s != was.get(key)}
    result = [
        kept[row.key] if row.key in kept else _with_open_rows(row, mine.get(row.key))
        for row in base
        if row.key in mine or row.key not in was
    ]
    held = {row.key for row in base}
    for at, segment in enumerate(now.segments):
        if segment.key in kept and segment.key not in held:
            result.insert(min(at, len(result)), segment)
    return tuple(result)


def _with_open_rows(row: DraftSegment, mine: DraftSegment | None) -> DraftSegment:
    """The segment as held, with the rows of mine that are still to be filled."""
    if mine is None or all(any(tag.names) for tag in mine.segment.tags):
        return row
    left = dict(zip(row.tag_keys, row.segment.tags, strict=True))
    pairs = [(key, left.pop(key, tag)) for key, tag in mine.rows if key in left or not any(tag.names)]
    pairs += left.items()
    tags = row.segment.model_copy(update={"tags": tuple(tag for _, tag in pairs)})
    return row.model_copy(update={"segment": tags, "tag_keys": tuple(key for key, _ in pairs)})


def _rekeyed(held: Document, sent: DraftDocument, prefix: str) -> tuple[DraftSegment, ...]:
    """What the server holds, under the keys that the draft had for it; the rest gets keys of its own."""
    free = [segment for segment in sent.segments if not segment.is_unfinished]
    free += [segment for segment in sent.base if segment.key in {s.key for s in sent.unfinished}]
    keyed = []
    for n, segment in enumerate(held.segments):
        units = Counter(segment.units)
        same = next((s for s in free if Counter(s.finished().units) == units), None)
        if same is not None:
            free.remove(same)
        keyed.append(_keyed(segment, same, f"{prefix}.{n}"))
    return tuple(keyed)


def _keyed(segment: Segment, same: DraftSegment | None, key: str) -> DraftSegment:
    left = [(k, tag.names) for k, tag in same.rows if any(tag.names)] if same is not None else []
    keys = []
    for m, tag in enumerate(segment.tags):
        match = next((pair for pair in left if pair[1] == tag.names), None)
        if match is not None:
            left.remove(match)
        keys.append(match[0] if match is not None else f"{key}.{m}")
    return DraftSegment(key=same.key if same is not None else key, segment=segment, tag_keys=tuple(keys))


# The changes in words


def tag_in_words(names: tuple[str | None, str | None]) -> str:
    """`Staff/POS`, `Staff`, `POS`, or `no tag`."""
    return "/".join(name for name in names if name) or "no tag"


class Line(NamedTuple):
    """One unsaved change of a document: what is gone and what is new, for one piece of text."""

    quote: str
    before: str
    after: str

    @property
    def words(self) -> str:
        if not self.before:
            return f"+ {self.quote} {self.after}".rstrip()
        return (
            f"− {self.quote} {self.before}"
            if not self.after
            else f"{self.quote} {self.before} → {self.after}"
        )


def quote(text: str, start: int, end: int, limit: int = 40) -> str:
    """The slice in quotation marks, on one line, shortened in the middle."""
    part = " ".join(text[start:end].split())
    return f"“{part}”" if len(part) <= limit else f"“{part[: limit // 2]} … {part[-limit // 2 + 3 :]}”"


def lines(document: DraftDocument) -> tuple[Line, ...]:
    """What differs from the base, a line a segment, in the order of the text."""
    base = {segment.key: segment for segment in document.base}
    mine = {segment.key: segment for segment in document.segments}
    found: list[tuple[int, Line]] = []
    for key in unique((*base, *mine)):
        old, new = base.get(key), mine.get(key)
        if old == new:
            continue
        was, now = _in_words(document.text, old), _in_words(document.text, new)
        if was == now:
            continue
        place = (new or old).segment  # type: ignore[union-attr]
        quoted = quote(document.text, place.start, place.end)
        found.append((place.start, Line(quoted, was[1] if was else "", now[1] if now else "")))
        if was and now and was[0] != now[0]:
            found[-1] = (place.start, Line(quoted, f"{was[0]} {was[1]}", f"{now[0]} {now[1]}"))
    result = [line for _, line in sorted(found, key=lambda pair: pair[0])]
    if document.done_changed:
        result.append(Line("done", "yes" if document.base_done else "no", "yes" if document.done else "no"))
    return tuple(result)


def _in_words(text: str, segment: DraftSegment | None) -> tuple[str, str] | None:
    """(span, tags) of a segment in words; an unfinished one says what was typed."""
    if segment is None:
        return None
    if segment.raw is not None:
        typed = (segment.raw.start, segment.raw.end)
        return ("–".join("?" if offset is None else str(offset) for offset in typed), "unfinished")
    finished = segment.finished()
    tags = ", ".join(tag_in_words(tag.names) for tag in finished.tags) or "no tag"
    return (f"{finished.start}–{finished.end}", tags)


def units_of(segments: Iterable[Segment]) -> Counter[Unit]:
    """The units of a document, counted: what a merge and a proof compare."""
    return Counter(unit for segment in segments for unit in segment.units)
