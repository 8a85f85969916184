"""Sending to a server that matches documents and keeps the others: the changed ones only, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from labeling.documents.reader import CHUNK, Filter
from labeling.draft.document import DraftDocument, Loaded, opened
from labeling.draft.vocabulary import uses_in
from labeling.errors import Invalid, Moved
from labeling.model import Document, Session, SessionChange
from labeling.saving.attempt import given
from labeling.saving.proving import ProvingRun
from labeling.saving.readback import Wanted
from labeling.saving.rename_phases import Rules, lists_after, renamed_from, upto

T = TypeVar("T")
BATCH = 200
"""Documents in one update call."""
TRIES = 20
"""How often a part is joined and sent again when somebody else changed the session in between."""
ROUNDS = 5
"""How often the session is searched for names that are to go and that somebody else still gives."""
COMMON = 0.2
"""The share of documents using a name from which all are read: a page that the server filters costs thrice as much."""

Held = Mapping[str, Document]


class SaveInBatches(ProvingRun):
    """Each batch is proved before the next, and any of them may be repeated.

    Where the server honours `If-Match`, nothing that somebody else changes between the reading and the writing of a
    batch can be lost: the batch is refused, read again and joined again. With several batches, and with renames,
    the lists of names first grow and only last shrink: on the way every tag has its class and label in the session.
    `moves` counts how often somebody else was first.
    """

    moves = 0

    def send(self) -> bool:
        many = self.plan.renames or len(self.plan.documents) > BATCH
        for clock in self.rename_stages:
            self.send_renames(clock)
        if many:
            self.send_fields(lambda now: self.fields(now, grown=True))
        for batch in [*in_batches(self.plan.documents)] or [()]:
            self.send_batch(batch, with_fields=not many)
        if many:
            self.send_fields(self.last_fields)
        self.send_added()
        return True

    def send_batch(self, documents: Sequence[DraftDocument], *, with_fields: bool) -> None:
        """Join, send and prove."""
        self.go_on()
        fields = self.last_fields if with_fields else None
        sent = self.send_documents(documents, self.wanted, fields=fields, edited=True)
        self.prove(sent, self.reader.find([wanted.document for wanted in sent]))
        self.hand_over()
        self.watch(len(self.proved), len(self.plan.documents), "Saving")

    def send_documents(
        self,
        documents: Sequence[DraftDocument],
        wanted: Callable[[DraftDocument, Document | None], Wanted | None],
        *,
        read: Held | None = None,
        fields: Callable[[Session], SessionChange] | None = None,
        edited: bool = False,
    ) -> list[Wanted]:
        """Send what is wanted of these documents. `read` is how the server held them when the tag was read."""
        for _ in range(TRIES):
            held = self.reader.find(documents) if read is None else read
            found = [wanted(document, held.get(document.key)) for document in documents]
            sent = [document for document in found if document is not None]
            body = {} if fields is None else fields(self.after).to_json()
            body |= given([self.item(document) for document in sent], [])
            if not body or self.was_put(body, [w.document.key for w in sent] if edited else ()):
                return sent
            read = None
        raise Moved("others change this session all the time")

    def send_fields(self, fields: Callable[[Session], SessionChange]) -> None:
        """Name, classes and labels."""
        self.go_on()
        self.send_documents((), lambda document, there: None, fields=fields)

    def last_fields(self, now: Session) -> SessionChange:
        """Name, classes and labels as they are to be. What is left as it was keeps its names."""
        return self.fields(now, grown=self.is_held_back)

    def was_put(self, body: dict[str, object], edited: Iterable[str] = ()) -> bool:
        """Whether it was carried out; if somebody else changed the session first, that is read now."""
        try:
            self.put(body, edited)
        except Moved:
            self.moves += 1
            self.after = self.read_session()
            return False
        return True

    def send_added(self) -> None:
        """New documents. One that is there already, by its id or its text, is not added again.

        The n-th mention of a text means the n-th such document, so copies go in one request with those before.
        """
        texts = [document for document in self.plan.added if document.id is None]
        ids = [document.id for document in self.plan.added if document.id is not None]
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            known = {document.text for document in batch}
            before = [document for document in texts[:start] if document.text in known]
            self.add([*before, *batch], [])
        for numbers in in_batches(ids):
            self.add([], numbers)
        self.prove_added(self.plan.added, self.reader.each(self.before.document_count), self.reader.each())

    def add(self, texts: Sequence[Document], ids: Sequence[int]) -> None:
        self.go_on()
        for _ in range(TRIES):
            if self.was_put(given(texts, ids)):
                return
        raise Moved("others change this session all the time")

    # Renames go through every document that uses a name

    def send_renames(self, clock: int) -> None:
        """The lists with the new names; the documents; the lists without the old ones; a look whether all is done.

        Somebody else may give a tag the old name until the list is without it, so it goes round.
        """
        rules = upto(self.draft.renames, clock).since(self.draft.held)
        for last in (*[False] * (ROUNDS - 1), True):
            self.after = self.read_session()
            self.send_fields(lambda now: lists_after(rules, now, grown=True))
            affected = self.affected(rules)
            if not affected and lists_after(rules, self.after).is_empty:
                self.hold_renames(clock)
                return
            self.send_renamed(clock, affected)
            if self.differences:
                return
            try:
                self.send_fields(lambda now: lists_after(rules, now))
            except Invalid:
                if last:
                    raise
        raise Moved("others go on using the names that are to go")

    def send_renamed(self, clock: int, affected: Sequence[Loaded]) -> None:
        def wanted(document: DraftDocument, there: Document | None) -> Wanted | None:
            return None if there is None else self.renamed(clock, there, document.key, document.position)

        moves = self.moves
        for done, batch in enumerate(in_batches(affected)):
            self.go_on()
            self.watch(done * BATCH, len(affected), "Renaming")
            read = {item.key: item.document for item in batch} if self.moves == moves else None
            documents = [opened(item) for item in batch]
            self.begin_renames(clock)
            sent = self.send_documents(documents, wanted, read=read)
            self.prove_renamed(sent, self.reader.find([w.document for w in sent]))

    def affected(self, rules: Rules) -> list[Loaded]:
        """The documents that use a name which is called otherwise now."""
        names = renamed_from(rules)
        filters = [Filter.using(*name) for name in sorted(names)]
        if not self.info.can("filters") or self.is_common(filters):
            return [
                item
                for item in self.reader.each()
                if any(uses_in(item.document.segments, *name) for name in names)
            ]
        found: dict[str, Loaded] = {}
        for filter_ in filters:
            offset = 0
            while True:
                self.go_on()
                page = self.reader.read(offset, filter_, CHUNK)
                found |= {item.key: item for item in page.items}
                offset += len(page.items)
                self.watch(0, page.total, "Looking for the documents that use it")
                if not page.items or offset >= page.total:
                    break
        return sorted(found.values(), key=lambda item: item.position)

    def is_common(self, filters: Sequence[Filter]) -> bool:
        """Whether reading everything is cheaper than having the server look for the names page by page."""
        uses = sum(self.reader.read(0, filter_, 1).total for filter_ in filters)
        return uses > self.after.document_count * COMMON


def in_batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
