"""Sending to a server that matches documents and keeps the others: the changed ones only, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from labeling.documents.reader import CHUNK
from labeling.draft.document import DraftDocument, Loaded, opened
from labeling.draft.vocabulary import uses_in
from labeling.errors import Invalid, Moved
from labeling.model import Session, SessionChange
from labeling.saving.attempt import Attempt
from labeling.saving.plan import Body, ExpectedDocument, given, renamed
from labeling.saving.readback import prove, prove_added, prove_renamed
from labeling.saving.rename_phases import Rules, fits, lists_after, phases, renamed_from
from labeling.studio.filter import DocumentFilter

T = TypeVar("T")
BATCH = 200
"""Documents in one update call."""
TRIES = 20
"""How often a part is merged and sent again when somebody else changed the session in between."""
ROUNDS = 5
"""How often the session is searched for names that are to go and that somebody else still gives."""
COMMON = 0.2
"""The share of documents using a name from which all are read:
a page that the server filters costs thrice as much."""


class Batch(NamedTuple):
    """What one update call is to bring, and the documents in it."""

    body: Body
    documents: Sequence[ExpectedDocument] = ()


@dataclass
class Batches:
    """Each batch is sent by compare-and-set and proved before the next; any may be repeated.

    A server bounds its lists: where there is no room for old and new names beside each other, the lists go in
    one request with the documents. `moves` counts how often somebody else was faster.
    """

    attempt: Attempt
    moves: int = field(default=0, init=False)

    def send(self) -> bool:
        """Send and prove the documents. True: there is more to be done even when the person has to choose."""
        attempt, plan = self.attempt, self.attempt.plan
        for clock in phases(attempt.draft.renames, attempt.draft.renames_held, self.has_room):
            if not attempt.renames_wait:
                self.send_renames(clock)
        now = attempt.report.after
        many = plan.renames or len(plan.documents) > BATCH
        many = many and fits(attempt.fields(now, grown=True), now)
        if many:  # the lists first grow and only last shrink: on the way they have the names of every tag
            self.send_fields(lambda now: attempt.fields(now, grown=True))
        for documents in in_batches(plan.documents) if many else [plan.documents]:
            self.send_batch(documents, with_fields=not many)
        if many:
            self.send_fields(self.last_fields)
        self.send_added()
        return True

    def compare_and_set(
        self, make: Callable[[], Batch], *, edited: bool = False
    ) -> Sequence[ExpectedDocument]:
        """Send a batch, made anew whenever somebody else changed the session first; gives the documents sent.
        Raises Moved when others are always faster."""
        self.attempt.go_on()
        for _ in range(TRIES):
            body, documents = make()
            if not body:
                return documents
            try:
                self.attempt.put(body, [sent.document.key for sent in documents] if edited else ())
            except Moved:
                self.moves += 1
                self.attempt.follow()
            else:
                return documents
        raise Moved("others change this session all the time")

    def send_batch(self, documents: Sequence[DraftDocument], *, with_fields: bool) -> None:
        """Read, merge, send and prove."""
        attempt = self.attempt

        def make() -> Batch:
            there = attempt.reader.find(documents)
            found = [attempt.to_send(document, there.get(document.key)) for document in documents]
            expected = [document for document in found if document is not None]
            fields = self.last_fields(attempt.report.after).to_json() if with_fields else {}
            return Batch(fields | given([attempt.item(one) for one in expected]), expected)

        try:
            sent = self.compare_and_set(make, edited=True)
        except Invalid:
            if not attempt.asks_for_missing(documents):
                raise
            sent = self.compare_and_set(make, edited=True)
        prove(attempt, sent, attempt.reader.find([one.document for one in sent]))
        attempt.hand_over()
        attempt.watch(len(attempt.report.proved), len(attempt.plan.documents), "Saving")

    def send_fields(self, fields: Callable[[Session], SessionChange]) -> None:
        """Name, classes and labels."""
        self.compare_and_set(lambda: Batch(fields(self.attempt.report.after).to_json()))

    def last_fields(self, now: Session) -> SessionChange:
        """Name, classes and labels as they are to be. What is left as it was keeps its names."""
        return self.attempt.fields(now, grown=self.attempt.leaves_documents)

    def send_added(self) -> None:
        """New documents. One that is there already is not added again: by its id, or as the n-th with its
        text, so copies go in one request with those before."""
        attempt, added = self.attempt, self.attempt.plan.added
        new = [document for document in added if document.id is None]
        bodies = []
        for start in range(0, len(new), BATCH):
            texts = {document.text for document in new[start : start + BATCH]}
            before = [document for document in new[:start] if document.text in texts]
            bodies.append(given([*before, *new[start : start + BATCH]]))
        bodies += [given((), ids) for ids in in_batches([d.id for d in added if d.id is not None])]
        for body in bodies:
            self.compare_and_set(lambda body=body: Batch(body))  # type: ignore[misc]
        prove_added(
            attempt, added, attempt.reader.each(attempt.report.before.document_count), attempt.reader.each()
        )

    # Renames go through every document that uses a name

    def send_renames(self, clock: int) -> None:
        """The lists with the new names; the documents; the lists without the old ones; and round again until
        no document has an old name: somebody else may give it to a tag as long as the list has it."""
        attempt = self.attempt
        rules = attempt.draft.renames_to(clock)
        attempt.begin_renames(clock)
        for last in (*[False] * (ROUNDS - 1), True):
            attempt.follow()
            at_once = not self.has_room(rules)
            if not at_once:
                self.send_lists(rules, grown=True)
            if attempt.renames_wait:
                return
            affected = self.affected(rules)
            if not affected and lists_after(rules, attempt.report.after).is_empty:
                attempt.end_renames(clock)
                return
            try:
                self.send_renamed(clock, affected, rules if at_once else ())
                if attempt.report.differences or attempt.renames_wait:
                    return
                self.send_lists(rules)
            except Invalid:
                if last:
                    raise
        raise Moved("others go on using the names that are to go")

    def has_room(self, rules: Rules) -> bool:
        """Whether the lists can hold the old and the new names of the rules at once."""
        now = self.attempt.report.after
        return fits(lists_after(rules, now, grown=True), now)

    def send_lists(self, rules: Rules, *, grown: bool = False) -> None:
        """Unless it has to be asked first: somebody else may rename the same at any moment."""

        def lists(now: Session) -> SessionChange:
            return SessionChange() if self.attempt.renames_wait else lists_after(rules, now, grown=grown)

        self.send_fields(lists)

    def send_renamed(self, clock: int, affected: Sequence[Loaded], at_once: Rules = ()) -> None:
        """The documents; `at_once`: in one request, with the lists after these rules."""
        attempt, moves = self.attempt, self.moves

        def made(items: Sequence[Loaded]) -> Batch:
            if attempt.renames_wait:
                return Batch({})
            if self.moves != moves:
                there = attempt.reader.find(map(opened, items))
                items = [i._replace(document=there[i.key]) for i in items if i.key in there]
            found = [renamed(attempt.draft, clock, item) for item in items]
            expected = [document for document in found if document is not None]
            lists = lists_after(at_once, attempt.report.after).to_json()
            return Batch(lists | given([attempt.item(one) for one in expected]), expected)

        for done, items in enumerate([affected] if at_once else in_batches(affected)):
            attempt.watch(done * BATCH, len(affected), "Renaming")
            sent = self.compare_and_set(lambda items=items: made(items))  # type: ignore[misc]
            prove_renamed(attempt, sent, attempt.reader.find([one.document for one in sent]))

    def affected(self, rules: Rules) -> list[Loaded]:
        """The documents that use a name which is called otherwise now."""
        attempt, names = self.attempt, renamed_from(rules)
        filters = [DocumentFilter.using(*name) for name in sorted(names)]
        if not attempt.info.can("filters") or self.is_common(filters):
            return [
                item
                for item in attempt.reader.each()
                if any(uses_in(item.document.segments, *name) for name in names)
            ]
        found: dict[str, Loaded] = {}
        for filter_ in filters:
            offset = 0
            while True:
                attempt.go_on()
                page = attempt.reader.read(offset, filter_, CHUNK)
                found |= {item.key: item for item in page.items}
                offset += len(page.items)
                attempt.watch(0, page.total, "Looking for the documents that use it")
                if not page.items or offset >= page.total:
                    break
        return sorted(found.values(), key=lambda item: item.position)

    def is_common(self, filters: Sequence[DocumentFilter]) -> bool:
        """Whether reading everything is cheaper than having the server look for the names page by page."""
        uses = sum(self.attempt.reader.read(0, filter_, 1).total for filter_ in filters)
        return uses > self.attempt.report.after.document_count * COMMON


def in_batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
