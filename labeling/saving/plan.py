"""What a save is about, and what it makes of each document and of the session's own fields. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from labeling.draft.document import DraftDocument, Loaded, Outcome, opened
from labeling.draft.draft import Draft
from labeling.draft.matching import units_of
from labeling.draft.others import NameQuestion
from labeling.draft.vocabulary import FIELDS, Field, merged_names, renamed_list
from labeling.model import Document, Segment, Session, SessionChange, unique
from labeling.saving.merge import Choice, Merged, merge, merge_value

Body = dict[str, Any]


@dataclass(frozen=True)
class Choices:
    """What the person chose where an earlier report asked; `documents` by the document's and conflict's key.

    `resend`: documents (by key) to be sent although the server may have made a copy of them before.
    """

    documents: Mapping[str, Mapping[str, Choice]] = field(default_factory=dict)
    resend: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SavePlan:
    """What is to be saved, beside the session's own fields.

    `rows_left`: unfinished segments, sent as they were read.
    """

    documents: tuple[DraftDocument, ...]
    added: tuple[Document, ...]
    rows_left: int
    renames: bool = False

    @cached_property
    def keys(self) -> frozenset[str]:
        """The documents that differ; others are sent for a rename only, and follow the server."""
        return frozenset(document.key for document in self.documents)


def plan_of(draft: Draft) -> SavePlan:
    """What differs from the base and can be sent. A document of which only unfinished rows differ stays."""
    changed = draft.changed_documents
    return SavePlan(
        documents=tuple(d for d in changed if d.done_changed or d.sendable != d.base_segments),
        added=draft.added,
        rows_left=sum(len(document.unfinished) for document in changed),
        renames=bool(draft.pending_renames),
    )


class ExpectedDocument(NamedTuple):
    """A document as the server is to hold it: the view that it comes from, its segments and its done mark."""

    document: DraftDocument
    segments: tuple[Segment, ...]
    done: bool | None

    @classmethod
    def unchanged(cls, view: DraftDocument) -> ExpectedDocument:
        return cls(view, view.sendable, view.done)

    def differs(self, there: Iterable[Segment]) -> bool:
        """Whether what the server holds differs from it in a unit."""
        return units_of(self.segments) != units_of(there)

    def is_alike(self, there: Iterable[Segment]) -> bool:
        """Whether what the server holds says the same down to the texts and to which tags stand together."""
        return _forms(self.segments) == _forms(there)

    def item(self, *, ids: bool, annotated: bool) -> Document:
        """The document as the update call carries it:
        whole, each untouched segment exactly as it was read."""
        fields: dict[str, object] = {"text": self.document.text, "segments": self.segments}
        if ids and self.document.source.id is not None:
            fields = {"id": self.document.source.id, **fields}
        if annotated:
            fields["annotated"] = bool(self.done)
        return Document.model_validate(fields)


def _forms(segments: Iterable[Segment]) -> Counter[tuple[object, ...]]:
    return Counter(
        (s.span, s.text, *sorted((tag.class_ or "", tag.label or "") for tag in s.tags)) for s in segments
    )


def called_as_mine(draft: Draft, document: DraftDocument, there: Document) -> tuple[Segment, ...]:
    """What the server holds of a document, under the names that are valid in the draft."""
    read = opened(Loaded(document.key, document.position, there), draft.renames_held)
    return read.called_now(draft.renames).base_segments


def merged(
    draft: Draft,
    document: DraftDocument,
    theirs: Sequence[Segment],
    choices: Mapping[str, Choice] | None = None,
    outcome: Outcome | None = None,
) -> Merged:
    """A document (as the draft shows it) merged with what others made of it, under the draft's names.

    `outcome`: of the last merge of it, if there was one.
    """
    one_tag, mine = draft.scheme.shape.one_tag, document.sendable
    return merge(document.base_segments, mine, theirs, one_tag=one_tag, choices=choices, outcome=outcome)


def renamed(draft: Draft, clock: int, read: Loaded) -> ExpectedDocument | None:
    """A document as the renames up to that clock make it, whatever else is to be done to it;
    None: as it is."""
    was = opened(read, draft.renames_held)
    segments = was.called_now(draft.renames.upto(clock)).segments
    if all(now is before for now, before in zip(segments, was.segments, strict=True)):
        return None
    now = replace(was, segments=segments)
    return ExpectedDocument(now, now.sendable, read.document.annotated)


def session_change(
    draft: Draft, now: Session, asked: Sequence[NameQuestion] = (), *, grown: bool = False
) -> SessionChange:
    """Name, classes and labels to be sent, merged with what others did.

    `grown`: the lists with the names that are to go, as long as documents may use them. What is `asked` about
    stays as it is there; to a list in which a name is asked about only others are added.
    """
    base, pending, waits = draft.base, draft.pending_renames, {one.gone.field for one in asked}
    fields: dict[str, Any] = {}
    for kind in FIELDS:
        there = getattr(now, kind)
        read, called = (renamed_list(getattr(side, kind), kind, pending) for side in (base, now))
        names = merged_names(read, getattr(draft, kind), called)
        if kind in waits:
            left = {one.mine for one in asked} | {rule.new for rule, _ in pending if rule.field == kind}
            names = unique((*there, *(name for name in names if name not in read and name not in left)))
        fields[kind] = unique((*names, *there)) if grown else names
    name = merge_value(base.name, draft.name, now.name, clash=now.name)
    fields["name"] = now.name if "name" in waits else name
    change = {key: value for key, value in fields.items() if value != getattr(now, key)}
    return SessionChange.model_validate(change)


def waiting_names(draft: Draft, now: Session, asked: Sequence[NameQuestion]) -> frozenset[tuple[Field, str]]:
    """The names that no tag can be sent under before an answer: those asked about, and those that the server
    has not got until then."""
    if not asked:
        return frozenset()
    found: set[tuple[Field, str]] = set()
    after = session_change(draft, now, asked)
    for one in asked:
        kind = one.gone.field
        if kind == "name":
            continue
        there = getattr(after, kind) if kind in after.model_fields_set else getattr(now, kind)
        names = {one.gone.old, *getattr(draft, kind)} - set(there)
        found |= {(kind, name) for name in names}
    return frozenset(found)


def given(documents: Sequence[Document], ids: Sequence[int] = ()) -> Body:
    """The two lists of the update call, each only when it holds something."""
    lists = {"documents": documents, "document_ids": ids}
    return {name: items for name, items in lists.items() if items}


def named_in_one(
    everything: Sequence[DraftDocument], changed: Collection[str], added: Sequence[Document] = ()
) -> tuple[list[int], list[DraftDocument]]:
    """For a server whose reading of the lists is unknown: (`document_ids`, documents to be sent whole).

    All ids, so that a replacing server drops nothing, and only the changed documents, so that an adding
    server doubles no more than those. Of a text that occurs more than once all copies go, in order. Without
    ids, or where a server that pairs the two lists would get it wrong, all documents go. `added` go in both
    cases.
    """
    ids = [document.source.id for document in everything]
    texts = Counter(document.text for document in everything)
    doubled = {d.text for d in everything if d.key in changed and texts[d.text] > 1}
    sent = [d for d in everything if d.key in changed or d.text in doubled]
    known = [number for number in ids if number is not None]
    new = [document.id for document in added if document.id is not None]
    if len(known) < len(ids):
        return new, list(everything)
    pairs = [d.source.id for d in sent] + [None] * (len(added) - len(new))
    if len(pairs) == len(known) + len(new) and pairs != known + new:
        return known + new, list(everything)
    return known + new, sent
