"""One save under way: what both forms of sending have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from labeling.documents.reader import Reader
from labeling.draft.document import DraftDocument, Loaded, opened, with_mark
from labeling.draft.draft import Draft
from labeling.draft.matching import units_of
from labeling.draft.vocabulary import merged_names, renamed_list
from labeling.errors import Exists, Forbidden, Invalid, NotFound, NotSignedIn
from labeling.model import Document, Info, Session, SessionChange, unique
from labeling.saving.in_flight import doubted, sent_now, settled, trusted
from labeling.saving.merge import Choice, Conflict, merge_value
from labeling.saving.merge import Clash as ValueClash
from labeling.saving.readback import Wanted, called_as_mine, item_of, joined
from labeling.saving.rebase import rebased
from labeling.saving.rename_phases import begun, held_at, stages, upto
from labeling.studio.client import LabelingClient

Body = dict[str, Any]
REFUSED = (Invalid, NotSignedIn, Forbidden, NotFound, Exists)
"""Answers to the update call that say that nothing was stored. After any other failure it may have been."""
NAME = "name"
"""Stands for the session's name among the things to choose."""

Choices = Mapping[str, Mapping[str, Choice]]
"""What the person chose: by document key (or NAME), then by the conflict's key."""
Keep = Callable[[Callable[[Draft], Draft]], object]
"""Called with what has come to be true of the draft, whatever comes next; such a change may be made again."""
Watch = Callable[[int, int, str], None]
"""Called with how many documents are done, of how many, and what is going on."""


@dataclass(frozen=True)
class Plan:
    """What a save is about, beside the session's own fields.

    `rows_left` counts the unfinished segments, which go out as they were read.
    """

    documents: tuple[DraftDocument, ...]
    added: tuple[Document, ...]
    rows_left: int
    renames: bool = False

    @cached_property
    def keys(self) -> frozenset[str]:
        """The documents that differ; others are sent for a rename only, and follow the server."""
        return frozenset(document.key for document in self.documents)


@dataclass(frozen=True)
class Clash:
    """A document in which somebody else replaced what I replaced, differently; nothing of it was sent."""

    document: DraftDocument
    conflicts: tuple[Conflict, ...]


def plan(draft: Draft) -> Plan:
    """What differs from the base and can be sent. A document of which only unfinished rows differ stays."""
    changed = draft.changed_documents
    return Plan(
        documents=tuple(d for d in changed if d.done_changed or d.sendable != d.base_segments),
        added=draft.added,
        rows_left=sum(len(document.unfinished) for document in changed),
        renames=bool(draft.pending_renames),
    )


class Stopped(Exception):
    """The person stopped the save."""


@dataclass
class SaveRun:
    """A save and what came of it so far; `labeling.saving.save.Report` says what each result means.

    `draft` is the draft as it was when the save began, but for the renames that the server has come to hold.
    """

    api: LabelingClient
    draft: Draft
    plan: Plan
    choices: Choices
    over: frozenset[str]
    watch: Watch
    keep: Keep
    stopped: Callable[[], bool]
    info: Info = field(default_factory=Info)
    tag: str | None = None
    sent: int = 0
    in_doubt: int | None = None
    proved: dict[str, tuple[DraftDocument, Document]] = field(default_factory=dict)
    handed: set[str] = field(default_factory=set)
    session_proved: bool = False
    added: bool = False
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    clashes: dict[str, Clash] = field(default_factory=dict)
    name_clash: tuple[str, str] | None = None
    copies: list[DraftDocument] = field(default_factory=list)
    was_stopped: bool = False

    def __post_init__(self) -> None:
        self.reader = Reader(self.api, self.draft.base)
        self.before = self.after = self.draft.base
        self.in_doubt = self.draft.in_doubt
        self.settled: dict[str, Document] = {}
        self.gone: dict[str, int] = {}
        self.other: dict[str, int] = {}
        self.changed_elsewhere: dict[str, int] = {}

    def settle(self) -> None:
        """Find out what the server took of an earlier save that was not proved."""
        doubtful = [document for document in self.draft.documents.values() if document.sent is not None]
        if doubtful:
            held = self.settled = self.reader.find(doubtful)
            self.draft = settled(self.draft, held)
            self.plan = plan(self.draft)
            self.keep(lambda draft: settled(draft, held))

    def read_session(self) -> Session:
        """The session now. Where the server honours `If-Match`, what is sent from here on is refused if it changes."""
        session, self.tag = self.api.session_tag(self.draft.base.project_id, self.draft.base.id)
        return session

    def go_on(self) -> None:
        """Between two requests. Raises Stopped when the person has stopped the save."""
        if self.stopped():
            raise Stopped

    # What is to be sent

    def joined(self, document: DraftDocument, there: Document | None) -> Wanted | None:
        """What the document is to be, with what others did to it; None where that cannot be said, which is noted."""
        for found in (self.clashes, self.gone, self.other):
            found.pop(document.key, None)
        if there is None:
            self.gone[document.key] = document.position
            return None
        if there.text != document.text:
            self.other[document.key] = document.position
            return None
        theirs = called_as_mine(self.draft, document, there)
        result = joined(self.draft, document, theirs, self.choices.get(document.key))
        if result.conflicts:
            self.clashes[document.key] = Clash(document, result.conflicts)
            return None
        if units_of(result.segments) != units_of(document.sendable):
            self.changed_elsewhere[document.key] = document.position
        return Wanted(document, result.segments, document.done if document.done_changed else there.annotated)

    def wanted(self, document: DraftDocument, there: Document | None) -> Wanted | None:
        """What is to be sent of the document; None when nothing can or need be. What is held already is proved."""
        wanted = self.joined(document, there)
        if wanted is None or there is None or not self.is_held(wanted, there):
            return wanted
        # Units alone do not tell texts put right; where sending twice may double, a server's own texts are left be.
        if not wanted.is_alike(there.segments) and (
            self.info.can("upsert") or Wanted(document, document.base_segments, None).is_alike(there.segments)
        ):
            return wanted
        self.hold(document, there)
        return None

    def is_held(self, wanted: Wanted, held: Document) -> bool:
        """Whether the server holds the document as it is to be."""
        if held.text != wanted.document.text or wanted.differs(held.segments):
            return False
        return not self.info.can("annotated") or bool(held.annotated) == bool(wanted.done)

    def hold(self, document: DraftDocument, there: Document) -> None:
        """Note as proved."""
        if document.key in self.plan.keys:
            self.proved[document.key] = (document, with_mark(there, document.base_done))

    def hand_over(self) -> None:
        """Have it kept what was proved since the last time, so that no crash makes it unsaved again."""
        sent, new = self.draft, {key: pair for key, pair in self.proved.items() if key not in self.handed}
        if new:
            self.keep(lambda draft: rebased(draft, None, new, sent))
            self.handed |= set(new)

    def fields(self, now: Session, *, grown: bool = False) -> SessionChange:
        """Name, classes and labels to be sent, joined with what others did meanwhile.

        `grown`: the lists with the names that are to go, as long as documents may use them.
        """
        mine, base, pending = self.draft, self.draft.base, self.draft.pending_renames
        fields: dict[str, Any] = {}
        for kind in ("classes", "labels"):
            read, there = (renamed_list(getattr(side, kind), kind, pending) for side in (base, now))
            names = merged_names(read, getattr(mine, kind), there)
            fields[kind] = unique((*names, *getattr(now, kind))) if grown else names
        name = merge_value(base.name, mine.name, now.name)
        self.name_clash = None
        if isinstance(name, ValueClash):
            choice = self.choices.get(NAME, {}).get(NAME)
            if choice is None:
                self.name_clash = (mine.name, now.name)
            name = mine.name if choice == "mine" else now.name
        fields["name"] = name
        return SessionChange.model_validate(
            {key: value for key, value in fields.items() if value != getattr(now, key)}
        )

    # Renames

    @property
    def rename_stages(self) -> tuple[int, ...]:
        return tuple(stages(self.draft.renames, self.draft.held))

    def renamed(self, clock: int, there: Document, key: str, position: int) -> Wanted | None:
        """A document as the renames up to that clock make it, whatever else is to be done to it; None: as it is."""
        read = opened(Loaded(key, position, there), self.draft.held)
        segments = read.called_now(upto(self.draft.renames, clock)).segments
        if all(now is was for now, was in zip(segments, read.segments, strict=True)):
            return None
        now = replace(read, segments=segments)
        return Wanted(now, now.sendable, there.annotated)

    def begin_renames(self, clock: int) -> None:
        """Note that the server may hold the renames up to that clock in part, before anything of them is sent."""
        self.keep(lambda draft: begun(draft, clock))

    def hold_renames(self, clock: int) -> None:
        """Note that the server holds the renames up to that clock in every document."""
        self.draft = held_at(self.draft, clock)
        self.keep(lambda draft: held_at(draft, clock))

    def item(self, wanted: Wanted) -> Document:
        ids = self.info.can("upsert") and self.info.can("ids")
        return item_of(wanted, ids=ids, annotated=self.info.can("annotated"))

    def put(self, body: Body, edited: Iterable[str] = ()) -> None:
        """`edited` are the keys of the documents that go as the draft has them: kept as sent before they leave."""
        base = self.draft.base
        sent = {key: sent_now(self.draft, key) for key in edited if key in self.plan.keys}
        if sent:
            self.keep(lambda draft: doubted(draft, sent))
        try:
            self.after, self.tag = self.api.update_tagged(
                base.project_id, base.id, SessionChange.model_validate(body), if_match=self.tag
            )
        except REFUSED:
            if sent:
                self.keep(lambda draft: trusted(draft, sent))
            raise
        self.sent += len(body.get("documents", ()))

    @property
    def is_held_back(self) -> bool:
        """Whether documents are left as they were, so that the lists have to keep the names that these use."""
        return bool(self.clashes or self.other or self.differences)


def given(documents: Sequence[Document], ids: Sequence[int]) -> Body:
    """The two lists of the update call, each only when it holds something."""
    lists = {"documents": documents, "document_ids": ids}
    return {name: items for name, items in lists.items() if items}
