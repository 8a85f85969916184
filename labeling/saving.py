"""Plan, send and prove a save: what goes out, in which form, and whether the server holds it afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from labeling.client import LabelingClient
from labeling.draft import Draft, DraftDocument, merged_names, opened, rebased
from labeling.errors import (
    Exists,
    Forbidden,
    Invalid,
    LabelingError,
    Moved,
    NotFound,
    NotSignedIn,
    Unavailable,
)
from labeling.model import Document, Info, Session, SessionChange, unique
from labeling.proof import (
    absent,
    as_wanted,
    carries,
    differ,
    difference,
    is_alike,
    item_of,
    named_in_one,
    named_places,
)
from labeling.reading import Loaded, Reader

BATCH = 200
"""Documents in one update call, where such calls may be repeated."""
REFUSED = (Invalid, NotSignedIn, Forbidden, NotFound, Exists, Moved)
"""Answers to the update call that say that nothing was stored. After any other failure it may have been."""

Body = dict[str, Any]
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
    """What came of a save.

    `before` and `after` are the session as read at its beginning and at its end; `proved` maps a document's key
    to its state when sent and what the server holds. `session_proved` says that for name, classes and labels,
    `added` for the new documents. `draft` is the draft as it was when the save began. `in_doubt`: how many
    documents there were before an update call that may have added copies.
    """

    before: Session
    after: Session
    seconds: float
    sent: int
    rows_left: int
    proved: dict[str, tuple[DraftDocument, Document]] = field(default_factory=dict)
    session_proved: bool = False
    added: bool = False
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    conflicts: tuple[DraftDocument, ...] = ()
    error: LabelingError | None = None
    draft: Draft | None = None
    in_doubt: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything that was to be saved is proved to be held."""
        return not (self.differences or self.conflicts or self.error)


def plan(draft: Draft) -> Plan:
    """What differs from the base and can be sent. A document of which only unfinished rows differ stays."""
    changed = draft.changed_documents
    return Plan(
        change=draft.session_change,
        documents=tuple(d for d in changed if d.done_changed or d.sendable != d.base_segments),
        added=draft.added,
        rows_left=sum(len(document.unfinished) for document in changed),
    )


def applied(draft: Draft, report: Report) -> Draft:
    """The draft with what was proved as its new base; the rest stays unsaved."""
    sent = draft if report.draft is None else report.draft
    fields: dict[str, object] = {"in_doubt": None}
    if not report.is_whole:
        doubts = [count for count in (draft.in_doubt, report.in_doubt) if count is not None]
        fields["in_doubt"] = min(doubts, default=None)
    if report.added:
        fields["added"] = tuple(document for document in draft.added if document not in sent.added)
    session = report.after if report.session_proved else None
    return rebased(draft.model_copy(update=fields), session, report.proved, sent)


def save(
    api: LabelingClient,
    draft: Draft,
    *,
    over: Collection[str] = (),
    watch: Watch = lambda done, total, what: None,
) -> Report:
    """Send what changed and prove it. Never raises a LabelingError: the report holds it.

    `over` names documents (by key) that are to be sent although the last save stopped at them: somebody else
    changed them meanwhile, or the server may have made a copy.
    """
    return _Saving(api, draft, plan(draft), frozenset(over), watch).run()


@dataclass
class _Saving:
    api: LabelingClient
    draft: Draft
    plan: Plan
    over: frozenset[str]
    watch: Watch
    info: Info = field(default_factory=Info)
    sent: int = 0
    in_doubt: int | None = None
    proved: dict[str, tuple[DraftDocument, Document]] = field(default_factory=dict)
    session_proved: bool = False
    added: bool = False
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    conflicts: list[DraftDocument] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reader = Reader(self.api, self.draft.base)
        self.before = self.after = self.draft.base

    def run(self) -> Report:
        began = time.perf_counter()
        error: LabelingError | None = None
        try:
            self.save()
        except LabelingError as fault:
            error = fault
        return Report(
            before=self.before,
            after=self.after,
            seconds=time.perf_counter() - began,
            sent=self.sent,
            rows_left=self.plan.rows_left,
            proved=self.proved,
            session_proved=self.session_proved,
            added=self.added,
            differences=tuple(self.differences),
            notes=tuple(self.notes),
            conflicts=tuple(self.conflicts),
            error=error,
            draft=self.draft,
            in_doubt=self.in_doubt,
        )

    def save(self) -> None:
        self.info = self.api.info()
        self.before = self.after = self.session()
        self.watch(0, len(self.plan.documents), "Reading what the server holds")
        if self.info.can("upsert") and self.info.can("ids"):
            missing = self.not_held(self.reader.find(self.plan.documents))
            if not self.conflicts:
                self.send_changed(missing)
        else:
            touched = self.plan.documents or self.plan.added
            everything = tuple(self.reader.each()) if touched else ()
            missing = self.not_held({item.key: item.document for item in everything})
            self.stop_at_copies(missing, everything)
            if not self.conflicts:
                self.send_in_one(missing, everything)
        if self.conflicts:
            # Nothing was sent, so nothing can differ from what was sent.
            self.notes, self.differences = [*self.notes, *self.differences], []
            return
        self.mark_done()
        self.prove_session()

    def session(self) -> Session:
        return self.api.session(self.draft.base.project_id, self.draft.base.id)

    # What the server holds already, and what somebody else has done

    def not_held(self, held: dict[str, Document]) -> list[DraftDocument]:
        """The touched documents as they are to be sent. Those that the server holds already are proved."""
        missing: list[DraftDocument] = []
        gone, other = [], []
        for document in self.plan.documents:
            there = held.get(document.key)
            if there is None:
                gone.append(document.position)
                continue
            if there.text != document.text:
                other.append(document.position)
                continue
            wanted = as_wanted(document, there)
            if not self.is_held(wanted, there):
                moved = differ(wanted.base_segments, there.segments)
                if moved and document.key not in self.over:
                    self.conflicts.append(document)
                else:
                    missing.append(wanted)
            elif self.info.can("upsert") and not is_alike(wanted.sendable, there.segments):
                missing.append(wanted)
            else:
                self.hold(document, there)
        for places, what in (
            (gone, "No longer in this session"),
            (other, "The text itself was changed on the server"),
        ):
            if places:
                said = f"{what}: {named_places(places)}. Your changes there were not sent."
                self.differences.append(said)
        return missing

    def is_held(self, wanted: DraftDocument, held: Document) -> bool:
        """Whether the server holds the document as it is to be."""
        same = held.text == wanted.text and not differ(wanted.sendable, held.segments)
        return same and (not self.info.can("annotated") or bool(held.annotated) == bool(wanted.done))

    def hold(self, document: DraftDocument, there: Document) -> None:
        """Note as proved. Where the server says nothing of done marks, the last that was known stands."""
        if there.annotated is None:
            there = there.model_copy(update={"annotated": document.base_done})
        self.proved[document.key] = (document, there)

    def stop_at_copies(self, missing: Iterable[DraftDocument], everything: Sequence[Loaded]) -> None:
        """After a save that is not proved: what now stands once more is not sent again without being asked."""
        if self.draft.in_doubt is None:
            return
        for document in missing:
            places = self.copies(document, everything, self.draft.in_doubt)
            if places and document.key not in self.over:
                self.conflicts.append(document)
                self.notes.append(f"{self.added_once_more(document, places)} Nothing was sent again.")

    def copies(self, document: DraftDocument, found: Iterable[Loaded], since: int) -> list[int]:
        """Where the document's text stands once more, among the documents that have come since."""
        return [
            item.position
            for item in found
            if item.position >= since and item.key != document.key and item.document.text == document.text
        ]

    def added_once_more(self, document: DraftDocument, places: Sequence[int]) -> str:
        return (
            f"Document {document.position + 1} was not changed but added once more "
            f"({named_places(places)}): this server adds what it is sent."
        )

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

    # Sending to a server that matches documents and keeps the others

    def send_changed(self, missing: Sequence[DraftDocument]) -> None:
        """The changed documents only, in batches, each proved before the next; any of them may be repeated.

        With several batches the lists of names first grow and only last shrink, so that every tag on the way
        has its class and label in the session.
        """
        change = self.fields(self.before)
        if change.is_empty and not missing and not self.plan.added:
            return
        batches = list(_batches(missing)) or [()]
        wide = change
        if len(batches) > 1:
            grown: dict[str, object] = {
                field: unique((*getattr(change, field), *getattr(self.before, field)))
                for field in ("classes", "labels")
                if field in change.model_fields_set
            }
            wide = change.model_copy(update=grown)
        for number, batch in enumerate(batches):
            first, last = number == 0, number == len(batches) - 1
            fields = (change if last else wide).to_json() if first or last else {}
            added = self.plan.added if last else ()
            items = [self.item(document) for document in batch]
            items += [document for document in added if document.id is None]
            ids = [document.id for document in added if document.id is not None]
            self.put({**fields, **_given(items, ids)})
            self.prove(batch, self.reader.find(batch))
            self.watch(len(self.proved), len(self.plan.documents), "Saving")
        self.prove_added(self.reader.each(self.before.document_count), self.reader.each())

    # Sending to a server that may replace, add or match

    def send_in_one(self, missing: Sequence[DraftDocument], everything: Sequence[Loaded]) -> None:
        """One call that is right however the server reads its lists; never repeated by itself."""
        change = self.fields(self.before)
        doubtful = everything[self.draft.in_doubt :] if self.draft.in_doubt is not None else ()
        added = absent(self.plan.added, doubtful)
        if missing or added:
            mine = {document.key: document for document in missing}
            views = [
                mine.get(item.key) or opened(item.key, item.document, item.position) for item in everything
            ]
            ids, documents = named_in_one(views, mine, added)
            items = [self.item(document) for document in documents]
            items += [document for document in added if document.id is None]
            self.put_once({**change.to_json(), **_given(items, ids)}, missing, added, len(everything))
            self.prove_all(missing, views)
        else:
            if not change.is_empty:
                self.put(change.to_json())
            self.added = bool(self.plan.added)

    def put_once(
        self, body: Body, missing: Sequence[DraftDocument], added: Sequence[Document], count: int
    ) -> None:
        self.in_doubt = count
        try:
            self.put(body)
        except REFUSED:
            self.in_doubt = None
            raise
        except Unavailable:
            if not self.was_taken(missing, added, count):
                raise
            self.sent = len(body.get("documents", ()))
            self.notes.append(
                "The answer got lost, but the server holds your changes: nothing was sent twice."
            )

    def was_taken(self, missing: Sequence[DraftDocument], added: Sequence[Document], count: int) -> bool:
        """Whether an update call that came to no good answer was carried out all the same."""
        try:
            found = tuple(self.reader.each())
            now = self.session()
        except LabelingError:
            return False
        for document in missing:
            places = self.copies(document, found, count)
            if places:
                self.notes.append(f"{self.added_once_more(document, places)} Nothing was sent again.")
        held = {item.key: item.document for item in found}
        return (
            all(d.key in held and self.is_held(d, held[d.key]) for d in missing)
            and not absent(added, found[count:])
            and self.fields(now).is_empty
        )

    def item(self, document: DraftDocument) -> Document:
        ids = self.info.can("upsert") and self.info.can("ids")
        return item_of(document, ids=ids, annotated=self.info.can("annotated"))

    def put(self, body: Body) -> None:
        base = self.draft.base
        self.after = self.api.update_session(base.project_id, base.id, SessionChange.model_validate(body))
        self.sent += len(body.get("documents", ()))

    def mark_done(self) -> None:
        """On a server without done marks in the update call: say it afterwards, document by document."""
        if self.info.can("annotated"):
            return
        base = self.draft.base
        kept, told = [], []
        try:
            for document in self.plan.documents:
                if not document.done_changed or document.key not in self.proved:
                    continue
                if document.source.id is None or not document.done:
                    kept.append(document.position)
                    continue
                self.api.mark_annotated(base.project_id, base.id, document.source.id)
                told.append(document.position)
                sent, held = self.proved[document.key]
                self.proved[document.key] = (sent, held.model_copy(update={"annotated": True}))
        finally:
            for places, what in (
                (kept, "This server cannot be told of these done marks, they are kept here only"),
                (told, "Marked as done, which this server cannot take back"),
            ):
                if places:
                    self.notes.append(f"{what}: {named_places(places)}.")

    # Proving

    def prove(self, documents: Iterable[DraftDocument], held: dict[str, Document]) -> None:
        """Compare what was sent with what the server holds now."""
        for document in documents:
            there = held.get(document.key)
            if there is None:
                self.differences.append(f"Document {document.position + 1} is no longer in this session.")
            elif self.is_held(document, there):
                self.hold(self.draft.documents[document.key], there)
                if not carries(document.sendable, there.segments):
                    self.differences.append(
                        f"Document {document.position + 1}: all spans and tags are there, but texts or further keys "
                        "of its segments differ from what was sent."
                    )
            else:
                self.differences.append(difference(document, there))

    def prove_added(self, tail: Iterable[Loaded], everything: Iterable[Loaded]) -> None:
        """New documents stand at the end; one that the session held before may stand anywhere."""
        if not self.plan.added:
            return
        before = absent(self.plan.added, tail)
        left = absent(before, everything) if before else []
        self.added = not left
        if left:
            self.differences.append(f"Added documents that are not in the session: {len(left)}.")
        elif before:
            self.notes.append(f"Added documents that were in the session already: {len(before)}.")

    def prove_all(self, missing: Sequence[DraftDocument], views: Sequence[DraftDocument]) -> None:
        """Read everything back: what was sent, what was added, and that nothing else was lost or changed."""
        found = tuple(self.reader.each())
        held = {item.key: item.document for item in found}
        for document in missing:
            places = self.copies(document, found, len(views))
            if places and not (document.key in held and self.is_held(document, held[document.key])):
                self.differences.append(self.added_once_more(document, places))
            else:
                self.prove([document], held)
        sent = {document.key for document in missing}
        others = [view for view in views if view.key not in sent]
        lost = [view.position for view in others if view.key not in held]
        changed = [
            view.position
            for view in others
            if view.key in held and differ(view.base_segments, held[view.key].segments)
        ]
        if lost:
            self.differences.append(f"Lost from the session, though not edited: {named_places(lost)}.")
        if changed:
            self.differences.append(f"Different now, though not edited: {named_places(changed)}.")
        self.prove_added(found[len(views) :], found)

    def prove_session(self) -> None:
        """Read the session back: its name and lists, how many documents it has, its status and progress."""
        before, self.after = self.before, self.session()
        wrong = self.fields(self.after).model_fields_set
        self.session_proved = not wrong
        for name in sorted(wrong):
            self.differences.append(f"{name.capitalize()}: the server holds something else than was sent.")
        renamed = "name" in self.plan.change.model_fields_set - wrong
        if renamed and before.name not in (self.draft.base.name, self.draft.name):
            self.notes.append(f"Somebody else had named this session “{before.name}”; it has your name now.")
        known, count = before.document_count, self.after.document_count
        most = known + (len(self.plan.added) if self.added else 0)
        if known and not known <= count <= most:
            said = f"Documents in the session now: {count:,}, not {most:,} as expected."
            harmless = count > most and self.info.can("upsert")
            (self.notes if harmless else self.differences).append(said)


def _given(documents: Sequence[Document], ids: Sequence[int]) -> Body:
    """The two lists of the update call, each only when it holds something."""
    lists = {"documents": documents, "document_ids": ids}
    return {name: given for name, given in lists.items() if given}


def _batches(documents: Sequence[DraftDocument]) -> Iterator[Sequence[DraftDocument]]:
    for start in range(0, len(documents), BATCH):
        yield documents[start : start + BATCH]
