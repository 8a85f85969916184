"""The draft of a session: what the person changed, over what the server holds. Pure values.

What a document looks like is its own segments under the names that are valid now
(`labeling.draft.vocabulary`): `view` gives that. `documents` has the touched ones under the names that their
tags were given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from labeling.draft.document import DraftDocument, Loaded, opened, with_mark
from labeling.draft.edits import Step
from labeling.draft.matching import rekeyed
from labeling.draft.memory import Memory
from labeling.draft.vocabulary import NameGone, Rename, Renames, Scheme, renamed_list
from labeling.errors import NotFound
from labeling.model import Document, Session, SessionChange, shape_of

NO_RENAMES = Renames()
HISTORY = 1000
"""How many steps the history keeps."""


@dataclass(frozen=True)
class Draft:
    """The session as last read, every document touched since, and the steps that led here.

    `renames_held` is the clock of those that the server is proved to hold. `in_doubt`: how many documents the
    session had before a save that is not proved; what has come after them since may be copies that the server
    made. `windows`: the number of the last edit that each browser window has sent and that was taken in or
    refused. `gone`: names that others took away and that are still meant here (`labeling.draft.others`).
    """

    base: Session
    name: str
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    documents: Mapping[str, DraftDocument] = field(default_factory=dict)
    added: tuple[Document, ...] = ()
    renames: Renames = NO_RENAMES
    renames_held: int = 0
    steps: tuple[Step, ...] = ()
    taken: int = 0
    in_doubt: int | None = None
    windows: Mapping[str, int] = field(default_factory=dict)
    project_labels: tuple[str, ...] | None = None
    gone: tuple[NameGone, ...] = ()

    @cached_property
    def scheme(self) -> Scheme:
        """The classes and labels as they are now, and what the session's type allows."""
        shape = shape_of(self.base.type)
        of_project = self.project_labels if shape.project_labels_only else None
        return Scheme(self.classes, self.labels, shape, of_project)

    def within(self, project_labels: tuple[str, ...] | None) -> Draft:
        """The draft as it is drawn, beside its project's labels where they are known. It is not kept."""
        if project_labels == self.project_labels:
            return self
        return _WITHIN.of(self, project_labels, lambda: replace(self, project_labels=project_labels))

    @cached_property
    def changed_documents(self) -> tuple[DraftDocument, ...]:
        """Views of the documents that differ from what was read, in the order of the session."""
        views = map(self._called_now, self.documents.values())
        return tuple(sorted((v for v in views if v.is_changed), key=lambda view: view.position))

    @property
    def pending_renames(self) -> tuple[tuple[Rename, bool], ...]:
        """(rule, forward) for each that the server does not hold yet, in order."""
        return self.renames.since(self.renames_held)

    def renames_to(self, clock: int) -> tuple[tuple[Rename, bool], ...]:
        """(rule, forward) for each that the server has to carry out to come to that clock, in order."""
        return self.renames.upto(clock).since(self.renames_held)

    @cached_property
    def session_change(self) -> SessionChange:
        """What differs from the base in name, classes and labels."""
        fields: dict[str, object] = {}
        for name in ("name", "classes", "labels"):
            if getattr(self, name) != getattr(self.base, name):
                fields[name] = getattr(self, name)
        return SessionChange.model_validate(fields)

    @cached_property
    def changed_fields(self) -> tuple[str, ...]:
        """Name, classes and labels where they differ by more than what a rename of theirs says itself."""
        found = ["name"] if self.name != self.base.name else []
        for names in ("classes", "labels"):
            if getattr(self, names) != renamed_list(getattr(self.base, names), names, self.pending_renames):
                found.append(names)
        return tuple(found)

    @property
    def is_changed(self) -> bool:
        return bool(
            self.added or not self.session_change.is_empty or self.pending_renames or self.changed_documents
        )

    def view(self, read: Loaded) -> DraftDocument:
        """The document as the draft has it, over what was just read: under the names that are valid now."""
        return self._called_now(self.first_named(read))

    def first_named(self, read: Loaded) -> DraftDocument:
        """The same under the names that its tags were given: what `documents` has of a touched one."""
        known = self.documents.get(read.key)
        if known is None:
            return opened(read, self.renames_held)
        return (
            _READINGS.of(known, (read, self.renames_held, self.renames), lambda: self._read_anew(known, read))
            or known
        )

    def _read_anew(self, known: DraftDocument, read: Loaded) -> DraftDocument | None:
        """A touched document over what was just read of it; None where it stays as it is."""
        view, position = self._called_now(known), read.position
        document = with_mark(read.document, known.base_done)
        if view.is_changed or known.source == document:
            return None if known.position == position else replace(known, position=position)
        base = rekeyed(document, known, view, self.renames_held, is_mine=False)
        return replace(
            known, position=position, source=document, base=base, segments=base, done=document.annotated
        )

    def document(self, key: str) -> DraftDocument:
        """A touched document. Raises NotFound for one that the draft does not have."""
        if key not in self.documents:
            raise NotFound("this document is no longer in your draft")
        return self._called_now(self.documents[key])

    def _called_now(self, document: DraftDocument) -> DraftDocument:
        if not self.renames.log:
            return document
        return _VIEWS.of(document, self.renames, lambda: document.called_now(self.renames))


_READINGS: Memory[DraftDocument, DraftDocument | None] = Memory()
"""How touched documents stand over what was read of them last: it is asked several times a run."""
_WITHIN: Memory[Draft, Draft] = Memory()
"""Drafts as they are drawn."""
_VIEWS: Memory[DraftDocument, DraftDocument] = Memory()
"""Documents under the names that are valid now."""


def new_draft(session: Session) -> Draft:
    return Draft(base=session, name=session.name, classes=session.classes, labels=session.labels)
