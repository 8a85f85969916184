"""The draft of a session: what the person changed, over what the server holds. Pure values, no screen, no network.

A document's key is `id:<id>`, else `text:<sha256>#<n>`, the n-th with that text. What a document looks like is its
own segments under the names that are valid now (`labeling.draft.vocabulary`): `view` gives that, `documents` what is kept.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from labeling.draft.edits import DraftSegment, Sent, Step
from labeling.draft.vocabulary import Rename, Renames, called_now
from labeling.errors import NotFound
from labeling.model import Document, Segment, Session, SessionChange, Tag, Unit, unique

NO_RENAMES = Renames()
HISTORY = 1000
"""How many steps the history keeps."""


@dataclass(frozen=True)
class DraftDocument:
    """A document as the draft has it, beside what was read (`source`; `base` is that with keys).

    `position` is a hint for loading; `sent` what the server may have taken of it. In a view the names are those valid now, and `kept` is what it is a view of.
    """

    key: str
    position: int
    source: Document
    base: tuple[DraftSegment, ...]
    segments: tuple[DraftSegment, ...]
    done: bool | None = None
    sent: Sent | None = None
    kept: DraftDocument | None = field(default=None, compare=False, repr=False)
    views: dict[Renames, DraftDocument] = field(init=False, default_factory=dict, compare=False, repr=False)
    last_read: list[_Reading] = field(init=False, default_factory=list, compare=False, repr=False)

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
        return bool(self.changed_keys) or self.done_changed or self.sent is not None

    @cached_property
    def changed_keys(self) -> tuple[str, ...]:
        """The segments that differ from what was read, rows still to be filled aside."""
        if self.segments == self.base:
            return ()
        was, now = ({s.key: (s.finished(), s.raw) for s in side} for side in (self.base, self.segments))
        return tuple(key for key in unique((*was, *now)) if was.get(key) != now.get(key))

    @property
    def done_changed(self) -> bool:
        return bool(self.done) != bool(self.base_done)

    @property
    def change_count(self) -> int:
        return len(self.changed_keys) + self.done_changed or int(self.is_changed)

    @cached_property
    def sendable(self) -> tuple[Segment, ...]:
        """What a save sends: an unfinished segment as it was read, or not at all when it is new."""
        read = {segment.key: segment.segment for segment in self.base}
        sent = (read.get(s.key) if s.is_unfinished else s.finished() for s in self.segments)
        return tuple(segment for segment in sent if segment is not None)

    @cached_property
    def base_segments(self) -> tuple[Segment, ...]:
        return tuple(segment.segment for segment in self.base)

    @property
    def raw(self) -> DraftDocument:
        """What is kept of it: with the names that its tags were given."""
        return self if self.kept is None else self.kept

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each segment stands among the segments, by its key."""
        return {segment.key: at for at, segment in enumerate(self.segments)}

    def find(self, key: str) -> DraftSegment | None:
        at = self.places.get(key)
        return None if at is None else self.segments[at]

    def index(self, key: str) -> int:
        """Raises KeyError for a key that no segment has."""
        return self.places[key]

    @cached_property
    def base_by_key(self) -> dict[str, DraftSegment]:
        """The segments as they were read."""
        return {segment.key: segment for segment in self.base}

    def called_now(self, renames: Renames) -> DraftDocument:
        """The view of it under the names that are valid now."""
        if not renames.log:
            return self
        view = self.views.get(renames)
        if view is None:
            # Most segments are as they were read: the same object, which is named once.
            base = {id(segment): _named(segment, renames) for segment in self.base}
            view = replace(
                self,
                base=tuple(base.values()),
                segments=tuple(base.get(id(s)) or _named(s, renames) for s in self.segments),
                kept=self,
            )
            # Only a memory: a save beside the screen may look at the same document, under other names.
            self.views.clear()
            self.views[renames] = view
        return view


class _Reading(NamedTuple):
    """How a touched document stands over what was read of it last. It is asked several times a run, and its segments
    keep the keys that they got, whatever is done to other documents."""

    document: Document
    of: tuple[int, int, Renames]
    found: DraftDocument

    def is_of(self, document: Document, of: tuple[int, int, Renames]) -> bool:
        return self.document is document and self.of == of


@dataclass(frozen=True)
class Draft:
    """The session as last read, every document touched since, and the steps that led here.

    `held` is the clock of the renames that the server is proved to hold. `in_doubt`: how many documents the session
    had before a save that is not proved; what has come after them since may be copies that the server made.
    `windows`: the number of the last edit that each browser window has sent and that was taken in or refused.
    """

    base: Session
    name: str
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    documents: Mapping[str, DraftDocument] = field(default_factory=dict)
    added: tuple[Document, ...] = ()
    renames: Renames = NO_RENAMES
    held: int = 0
    steps: tuple[Step, ...] = ()
    taken: int = 0
    in_doubt: int | None = None
    windows: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def changed_documents(self) -> tuple[DraftDocument, ...]:
        """Views of the documents that differ from what was read, in the order of the session."""
        views = (document.called_now(self.renames) for document in self.documents.values())
        return tuple(sorted((v for v in views if v.is_changed), key=lambda view: view.position))

    @property
    def pending_renames(self) -> tuple[tuple[Rename, bool], ...]:
        """(rule, forward) for each that the server does not hold yet, in order."""
        return self.renames.since(self.held)

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

    def view(self, key: str, document: Document, position: int) -> DraftDocument:
        """The document as the draft has it: with its edits, or else as it was just read."""
        known = self.documents.get(key)
        if known is None:
            return opened(key, document, position, self.held).called_now(self.renames)
        of = (position, self.held, self.renames)
        last = next(iter(known.last_read), None)
        if last is None or not last.is_of(document, of):
            last = _Reading(document, of, self._read(known, document, position))
            known.last_read[:] = [last]
        return last.found.called_now(self.renames)

    def _read(self, known: DraftDocument, document: Document, position: int) -> DraftDocument:
        """A touched document over what was just read of it."""
        document = with_mark(document, known.base_done)
        view = known.called_now(self.renames)
        if known.source == document or view.is_changed:
            return known if known.position == position else replace(known, position=position)
        base = rekeyed(document, view, f"r{self.taken}", self.held)
        return replace(
            known, position=position, source=document, base=base, segments=base, done=document.annotated
        )

    def document(self, key: str) -> DraftDocument:
        """A touched document. Raises NotFound for one that the draft does not have."""
        if key not in self.documents:
            raise NotFound("this document is no longer in your draft")
        return self.documents[key].called_now(self.renames)


def _named(segment: DraftSegment, renames: Renames) -> DraftSegment:
    """The segment with its tags as they are called now. What became the same tag twice by it is one."""
    rules = {clock: renames.since(clock) for clock in set(segment.clocks)}
    called = [
        called_now(tag, rules[clock]) for tag, clock in zip(segment.segment.tags, segment.clocks, strict=True)
    ]
    is_own = [now is tag for now, tag in zip(called, segment.segment.tags, strict=True)]
    if all(is_own):
        return segment.model_copy(update={"since": ()}) if segment.since else segment
    seen = {tag.names for tag, own in zip(segment.segment.tags, is_own, strict=True) if own}
    pairs: list[tuple[str, Tag]] = []
    for key, now, own in zip(segment.tag_keys, called, is_own, strict=True):
        if now is not None and (own or now.names not in seen):
            seen.add(now.names)
            pairs.append((key, now))
    named = with_tags(segment.segment, (tag for _, tag in pairs))
    return segment.model_copy(
        update={"segment": named, "tag_keys": tuple(key for key, _ in pairs), "since": ()}
    )


def is_other(source: Document, then: Document | None) -> bool:
    """Whether a touched document was read or stored anew since `then`."""
    return source is not then and source != then


def with_mark(document: Document, known: bool | None) -> Document:
    """A server that lists no done marks does not take back the one that was `known` before."""
    if document.annotated is not None or known is None:
        return document
    return document.model_copy(update={"annotated": known})


def with_tags(segment: Segment, tags: Iterable[Tag]) -> Segment:
    return segment.model_copy(update={"tags": tuple(tags)})


def renamed_list(names: Sequence[str], field: str, rules: Iterable[tuple[Rename, bool]]) -> tuple[str, ...]:
    """A session's classes or labels after some renames: the new name in the place of the old one."""
    for rule, forward in rules:
        if rule.field != field:
            continue
        if forward:
            names = [rule.new if name == rule.old else name for name in names if name != rule.old or rule.new]  # type: ignore[misc]
        elif rule.is_fresh:
            names = [rule.old if name == rule.new else name for name in names]
    return unique(names)


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


def opened(key: str, document: Document, position: int, clock: int = 0) -> DraftDocument:
    """The document with keys on its segments and tags, nothing edited yet; its names are of that clock."""
    segments = tuple(
        DraftSegment(
            key=f"b{n}",
            segment=segment,
            tag_keys=tuple(f"b{m}" for m in range(len(segment.tags))),
            since=(clock,) * len(segment.tags) if clock else (),
        )
        for n, segment in enumerate(document.segments)
    )
    return DraftDocument(
        key=key, position=position, source=document, base=segments, segments=segments, done=document.annotated
    )


def rekeyed(held: Document, known: DraftDocument, prefix: str, clock: int) -> tuple[DraftSegment, ...]:
    """What the server holds, under the keys that the draft had for it; the rest gets keys of its own.

    What has the same units is the same segment; of what is left, what stands on the same span, in order: others gave
    it other tags.
    """
    open_keys = {segment.key for segment in known.unfinished}
    free = [s for s in (*known.segments, *known.raw.segments) if s.key not in open_keys]
    free += [segment for segment in known.base if segment.key in open_keys]
    names = {s.key for side in (known.segments, known.base, known.raw.segments) for s in side}
    same: dict[int, DraftSegment] = {}
    for likeness in (counted, _span):
        _match(held.segments, free, same, likeness)
    return tuple(
        _keyed(
            segment,
            same.get(n),
            known.base_by_key.get(same[n].key) if n in same else None,
            _unused(f"{prefix}.{n}", names),
            clock,
        )
        for n, segment in enumerate(held.segments)
    )


def _match(
    held: Sequence[Segment],
    known: Iterable[DraftSegment],
    same: dict[int, DraftSegment],
    likeness: Callable[[Segment], Hashable],
) -> None:
    """Adds to `same`, by its place, which known segment each held one is, of those that are left on both sides."""
    used = {segment.key for segment in same.values()}
    alike: dict[Hashable, deque[DraftSegment]] = {}
    for one in known:
        if one.key not in used:
            alike.setdefault(likeness(one.finished()), deque()).append(one)
    for n, segment in enumerate(held):
        left = alike.get(likeness(segment)) if n not in same else None
        # A segment stands among the known as it is shown and as it is kept.
        while left and left[0].key in used:
            left.popleft()
        if left:
            same[n] = left.popleft()
            used.add(same[n].key)


def _span(segment: Segment) -> Hashable:
    return segment.span


def _unused(name: str, names: Collection[str]) -> str:
    """The name, or one like it that is not there yet."""
    while name in names:
        name += "'"
    return name


def _keyed(
    segment: Segment, same: DraftSegment | None, base: DraftSegment | None, key: str, clock: int
) -> DraftSegment:
    """The segment with the keys of the one that it is the `same` as (None: of its own).

    A tag of the `base` that others gave another name is still that tag.
    """
    rows = [(k, tag.names) for k, tag in same.rows if any(tag.names)] if same is not None else []
    left, keys = list(rows), [""] * len(segment.tags)
    for m, tag in enumerate(segment.tags):
        match = next((pair for pair in left if pair[1] == tag.names), None)
        if match is not None:
            left.remove(match)
            keys[m] = match[0]
    renamed = iter([k for k, _ in left if base is not None and k in base.tag_keys])
    names = set(same.tag_keys) if same is not None else set()
    for m in range(len(keys)):
        keys[m] = keys[m] or next(renamed, "") or _unused(f"{key}.{m}", names)
    return DraftSegment(
        key=same.key if same is not None else key,
        segment=segment,
        tag_keys=tuple(keys),
        since=(clock,) * len(keys) if clock else (),
    )


def merged_names(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Three lists of names as one: in my order, without what they removed, with what they added at the end."""
    if tuple(mine) == tuple(base):
        return tuple(theirs)
    removed = set(base) - set(theirs)
    added = [name for name in theirs if name not in set(base)]
    return unique([name for name in mine if name not in removed] + added)


def counted(segment: Segment) -> frozenset[tuple[Unit, int]]:
    """The units of a segment with how often it has each, whatever their order."""
    return frozenset(Counter(segment.units).items())


def units_of(segments: Iterable[Segment]) -> Counter[Unit]:
    """The units of a document, counted: what a merge and a proof compare."""
    return Counter(unit for segment in segments for unit in segment.units)
