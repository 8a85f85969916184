"""Plan, send and prove a save: what goes out, in which form, and whether the server holds it afterwards."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from labeling.client import LabelingClient
from labeling.draft import Draft, DraftDocument, opened, rebased, units_of
from labeling.errors import LabelingError, NotFound, Unavailable
from labeling.model import Document, Segment, Session, SessionChange, unique
from labeling.reading import Reader

BATCH = 200
"""Documents in one update call, where such calls may be repeated."""
FEW = 20
"""Up to so many touched documents are read one by one, more by pages."""

Watch = Callable[[int, int, str], None]
"""Called with how many documents are done, of how many, and what is going on."""


@dataclass(frozen=True)
class Plan:
    """What a save is about. `rows_left` counts the unfinished segments, which go out as they were read."""

    change: SessionChange
    documents: tuple[DraftDocument, ...]
    added: tuple[Document, ...]
    rows_left: int

    @property
    def is_empty(self) -> bool:
        return self.change.is_empty and not self.documents and not self.added


@dataclass(frozen=True)
class Report:
    """What came of a save. `proved` maps a document's key to its state when sent and what the server holds."""

    before: Session
    after: Session
    seconds: float
    sent: int
    rows_left: int
    proved: dict[str, tuple[DraftDocument, Document]] = field(default_factory=dict)
    added: bool = False
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    conflicts: tuple[DraftDocument, ...] = ()
    error: LabelingError | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything that was to be saved is proved to be held."""
        return not (self.differences or self.conflicts or self.error)


def plan(draft: Draft) -> Plan:
    """What differs from the base and can be sent. A document of which only unfinished rows differ stays."""
    changed = draft.changed_documents
    return Plan(
        change=draft.session_change,
        documents=tuple(d for d in changed if d.done_changed or differ(d.sendable, d.base_segments)),
        added=draft.added,
        rows_left=sum(len(document.unfinished) for document in changed),
    )


def applied(draft: Draft, report: Report) -> Draft:
    """The draft with what was proved as its new base; the rest stays unsaved."""
    after = rebased(draft, report.after, report.proved)
    return after.model_copy(update={"added": ()}) if report.added else after


def save(
    api: LabelingClient,
    draft: Draft,
    *,
    over: Collection[str] = (),
    watch: Watch = lambda done, total, what: None,
) -> Report:
    """Send what changed and prove it. Never raises a LabelingError: the report holds it.

    `over` names documents (by key) that somebody else changed meanwhile and that are to be sent all the same.
    """
    return _Saving(api, draft, plan(draft), frozenset(over), watch).run()


def merged_names(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Three lists of names as one: in my order, without what they removed, with what they added at the end."""
    removed = set(base) - set(theirs)
    added = [name for name in theirs if name not in set(base)]
    return unique([name for name in mine if name not in removed] + added)


def differ(mine: Iterable[Segment], theirs: Iterable[Segment]) -> bool:
    """Whether two lists of segments differ in a unit."""
    return units_of(mine) != units_of(theirs)


def item_of(document: DraftDocument, *, ids: bool, annotated: bool) -> Document:
    """The document as the update call carries it: whole, each untouched segment exactly as it was read."""
    fields: dict[str, object] = {"text": document.text, "segments": document.sendable}
    if ids and document.source.id is not None:
        fields = {"id": document.source.id, **fields}
    if annotated:
        fields["annotated"] = bool(document.done)
    return Document.model_validate(fields)


def named_in_one(
    everything: Sequence[DraftDocument], changed: Collection[str]
) -> tuple[list[int], list[DraftDocument]]:
    """For a server whose reading of the lists is unknown: (`document_ids`, documents to be sent whole).

    All ids, so that a replacing server drops nothing, and only the changed documents, so that an adding server
    doubles no more than those. Of a text that occurs more than once all copies go, in order. Without ids, or
    where a server that pairs the two lists would get it wrong, all documents go.
    """
    ids = [document.source.id for document in everything]
    texts = Counter(document.text for document in everything)
    wanted = {d.text for d in everything if d.key in changed and texts[d.text] > 1}
    sent = [d for d in everything if d.key in changed or d.text in wanted]
    known = [number for number in ids if number is not None]
    if len(known) < len(ids):
        return [], list(everything)
    if len(sent) == len(known) and [d.source.id for d in sent] != known:
        return known, list(everything)
    return known, sent


@dataclass
class _Saving:
    api: LabelingClient
    draft: Draft
    plan: Plan
    over: frozenset[str]
    watch: Watch
    sent: int = 0
    proved: dict[str, tuple[DraftDocument, Document]] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    added: bool = False

    def run(self) -> Report:
        began = time.perf_counter()
        before = after = self.draft.base
        conflicts: tuple[DraftDocument, ...] = ()
        error: LabelingError | None = None
        try:
            self.info = self.api.info()
            before = after = self.api.session(before.project_id, before.id)
            self.watch(0, len(self.plan.documents), "Reading what the server holds")
            held = self.held_now()
            conflicts = self.conflicts(before, held)
            if not conflicts:
                missing = [d for d in self.plan.documents if not self.is_held(d, held[d.key])]
                self.prove(self.plan.documents, held, quiet=True)
                after = self.send(before, missing)
                self.prove_session(before, after)
        except LabelingError as fault:
            error = fault
        return Report(
            before=before,
            after=after,
            seconds=time.perf_counter() - began,
            sent=self.sent,
            rows_left=self.plan.rows_left,
            proved=self.proved,
            added=self.added,
            differences=tuple(self.differences),
            notes=tuple(self.notes),
            conflicts=conflicts,
            error=error,
        )

    # What the server holds

    def held_now(self, documents: Sequence[DraftDocument] | None = None) -> dict[str, Document]:
        """The touched documents as the server holds them now, by key."""
        wanted = self.plan.documents if documents is None else documents
        base = self.draft.base
        if not wanted:
            return {}
        if all(d.source.id is not None for d in wanted) and len(wanted) <= FEW and self.info.can("ids"):
            return {
                d.key: self.api.document(base.project_id, base.id, d.source.id)
                for d in wanted
                if d.source.id is not None
            }
        keys = {d.key for d in wanted}
        found = {item.key: item.document for item in Reader(self.api, base).each() if item.key in keys}
        for document in wanted:
            if document.key not in found:
                raise NotFound(f"Document {document.position + 1} is no longer in this session.")
        return found

    def is_held(self, document: DraftDocument, held: Document) -> bool:
        """Whether the server holds the document exactly as the draft would send it."""
        same = held.text == document.text and not differ(document.sendable, held.segments)
        return same and (not self.info.can("annotated") or bool(held.annotated) == bool(document.done))

    def conflicts(self, now: Session, held: dict[str, Document]) -> tuple[DraftDocument, ...]:
        """Documents that somebody else changed since they were read, and not to what is to be saved."""
        if "name" in self.plan.change.model_fields_set and now.name not in (
            self.draft.base.name,
            self.draft.name,
        ):
            self.notes.append(f"Somebody else had named this session “{now.name}”; it has your name now.")
        return tuple(
            document
            for document in self.plan.documents
            if document.key not in self.over
            and not self.is_held(document, held[document.key])
            and differ(document.base_segments, held[document.key].segments)
        )

    # Sending

    def send(self, now: Session, missing: Sequence[DraftDocument]) -> Session:
        change = self.fields(now)
        if change.is_empty and not missing and not self.plan.added:
            after = now
        elif self.info.can("upsert"):
            after = self.send_changed(now, change, missing)
        else:
            after = self.send_in_one(change, missing)
        self.mark_done()
        return after

    def fields(self, now: Session) -> SessionChange:
        """Name, classes and labels to be sent, joined with what others did to the lists meanwhile."""
        mine, base = self.draft, self.draft.base
        fields = {
            "name": mine.name,
            "classes": merged_names(base.classes, mine.classes, now.classes),
            "labels": merged_names(base.labels, mine.labels, now.labels),
        }
        sent = {
            key: fields[key] for key in self.plan.change.model_fields_set if fields[key] != getattr(now, key)
        }
        return SessionChange.model_validate(sent)

    def send_changed(self, now: Session, change: SessionChange, missing: Sequence[DraftDocument]) -> Session:
        """The changed documents only, in batches, each proved before the next; any of them may be repeated.

        With several batches the lists of names first grow and only last shrink, so that every tag on the way
        has its class and label in the session.
        """
        batches = list(_batches(missing)) or [()]
        wide = change
        if len(batches) > 1:
            grown: dict[str, object] = {
                field: unique((*getattr(change, field), *getattr(now, field)))
                for field in ("classes", "labels")
                if field in change.model_fields_set
            }
            wide = change.model_copy(update=grown)
        after = now
        for number, batch in enumerate(batches):
            first, last = number == 0, number == len(batches) - 1
            fields = (change if last else wide).to_json() if first or last else {}
            items = [
                item_of(d, ids=self.info.can("ids"), annotated=self.info.can("annotated")) for d in batch
            ]
            ids = [d.id for d in self.plan.added if d.id is not None] if last else []
            items += [d for d in self.plan.added if d.id is None] if last else []
            after = self.put(
                {
                    **fields,
                    **({"documents": items} if items else {}),
                    **({"document_ids": ids} if ids else {}),
                }
            )
            self.sent += len(items)
            self.added = last and bool(self.plan.added)
            self.prove(batch, self.held_now(batch) if batch else {})
            self.watch(len(self.proved), len(self.plan.documents), "Saving")
        return after

    def send_in_one(self, change: SessionChange, missing: Sequence[DraftDocument]) -> Session:
        """One call that is right whether the server replaces, adds or matches; never repeated by itself."""
        base = self.draft.base
        body = change.to_json()
        if missing or self.plan.added:
            keys = {d.key for d in missing}
            everything = [
                self.as_mine(item.key, item.document, item.position, keys)
                for item in Reader(self.api, base).each()
            ]
            ids, documents = named_in_one(everything, keys)
            new_ids = [d.id for d in self.plan.added if d.id is not None]
            items = [item_of(d, ids=False, annotated=self.info.can("annotated")) for d in documents]
            items += [d for d in self.plan.added if d.id is None]
            body["documents"] = items
            if ids or new_ids:
                body["document_ids"] = [*ids, *new_ids]
            self.sent = len(items)
        try:
            after = self.put(body)
        except Unavailable:
            held = self.held_now(missing)
            if not missing or not all(self.is_held(d, held[d.key]) for d in missing):
                raise
            self.notes.append(
                "The answer got lost, but the server holds your changes: nothing was sent twice."
            )
            after = self.api.session(base.project_id, base.id)
        self.added = bool(self.plan.added)
        self.prove(missing, self.held_now(missing) if missing else {})
        return after

    def as_mine(self, key: str, document: Document, position: int, changed: Collection[str]) -> DraftDocument:
        if key in changed:
            return self.draft.documents[key]
        return opened(key, document, position)

    def put(self, body: dict[str, object]) -> Session:
        base = self.draft.base
        return self.api.update_session(base.project_id, base.id, SessionChange.model_validate(body))

    def mark_done(self) -> None:
        """On a server without done marks in the update call: say it afterwards, document by document."""
        if self.info.can("annotated"):
            return
        base = self.draft.base
        for document in self.plan.documents:
            if not document.done_changed or document.key not in self.proved:
                continue
            if document.source.id is None or not document.done:
                self.notes.append(
                    f"Document {document.position + 1}: this server cannot be told that; it is kept here only."
                )
                continue
            self.api.mark_annotated(base.project_id, base.id, document.source.id)
            sent, held = self.proved[document.key]
            self.proved[document.key] = (sent, held.model_copy(update={"annotated": True}))

    # Proving

    def prove(
        self, documents: Sequence[DraftDocument], held: dict[str, Document], *, quiet: bool = False
    ) -> None:
        """Compare what was sent with what the server holds now; `quiet` only notes what is there already."""
        for document in documents:
            if self.is_held(document, held[document.key]):
                self.proved[document.key] = (document, held[document.key])
            elif not quiet:
                self.differences.append(difference(document, held[document.key]))

    def prove_session(self, before: Session, after: Session) -> None:
        for name in sorted(self.fields(after).model_fields_set):
            self.differences.append(f"{name.capitalize()}: the server holds something else than was sent.")
        new = len(self.plan.added) if self.added else 0
        known = before.document_count
        if known and not known <= after.document_count <= known + new:
            self.differences.append(
                f"The session holds {after.document_count} documents now; {known + new} were expected."
            )
        elif new and after.document_count < known + new:
            self.notes.append(
                f"{known + new - after.document_count} of the added documents were in the session already."
            )


def difference(document: DraftDocument, held: Document) -> str:
    """What the server holds of a document other than was sent, in words."""
    mine, theirs = units_of(document.sendable), units_of(held.segments)
    lacks, extra = mine - theirs, theirs - mine
    parts = []
    for count, what in ((lacks.total(), "missing"), (extra.total(), "not from you")):
        if count:
            parts.append(f"{count} {what}")
    if not parts:
        parts.append("the done mark differs" if held.text == document.text else "the text differs")
    return f"Document {document.position + 1}: " + ", ".join(parts) + "."


def _batches(documents: Sequence[DraftDocument]) -> Iterator[Sequence[DraftDocument]]:
    for start in range(0, len(documents), BATCH):
        yield documents[start : start + BATCH]
