"""Sending to a server that may replace, add or match what it is sent: one request, never repeated by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from labeling.draft.document import DraftDocument, Loaded, opened
from labeling.draft.vocabulary import Field
from labeling.errors import (
    LabelingError,
    Moved,
    Unavailable,
)
from labeling.model import Document, SessionChange
from labeling.saving.attempt import REFUSED, Body, given
from labeling.saving.proving import ProvingRun
from labeling.saving.readback import Wanted, absent, named_in_one, named_places
from labeling.saving.rename_phases import lists_after, stays, upto

STOPPED = "Nothing was sent again."


@dataclass(frozen=True)
class Part:
    """What one request is to bring: documents by their key, fields of the session, new documents."""

    documents: Mapping[str, Wanted]
    fields: SessionChange
    added: Sequence[Document] = ()
    only_renames: bool = False


class SaveWhole(ProvingRun):
    """The request names every document of the session, so that however the server reads it nothing drops out."""

    def send(self) -> bool:
        self.send_parts()
        return not (self.clashes or self.copies or self.name_clash)

    def send_parts(self) -> None:
        for clock in self.stages_apart():
            if not self.send_renames(clock):
                return
        touched = self.plan.documents or self.plan.added or self.draft.pending_renames
        everything = tuple(self.reader.each()) if touched else ()
        held = {item.key: item.document for item in everything}
        mine = {document.key: document for document in self.plan.documents}
        mine |= {view.key: view for view in self.renamed_views(everything) if view.key not in mine}
        found = {key: self.wanted(document, held.get(key)) for key, document in mine.items()}
        fields = self.fields(self.after, grown=bool(self.other))
        if self.clashes or self.name_clash:
            return
        part = Part(
            {key: wanted for key, wanted in found.items() if wanted is not None}, fields, self.plan.added
        )
        if self.draft.pending_renames:
            self.begin_renames(self.draft.renames.clock)
        if self.send_part(part, everything) and not (self.gone or self.other):
            self.hold_renames(self.draft.renames.clock)

    # Renames

    def stages_apart(self) -> tuple[int, ...]:
        """The renames that the server has to hold before anything else is sent, each for itself."""
        clocks = self.rename_stages
        if not clocks:
            return ()
        rules = upto(self.draft.renames, clocks[-1]).since(clocks[-2] if len(clocks) > 1 else self.draft.held)
        mine: dict[Field, tuple[str, ...]] = {"classes": self.draft.classes, "labels": self.draft.labels}
        together = all(stays(rules, field, name) for field, names in mine.items() for name in names)
        return clocks[:-1] if together else clocks

    def send_renames(self, clock: int) -> bool:
        """Send the renames up to that clock and nothing else. Whether the server is proved to hold them."""
        everything = tuple(self.reader.each())
        found = {item.key: self.renamed(clock, item.document, item.key, item.position) for item in everything}
        rules = upto(self.draft.renames, clock).since(self.draft.held)
        part = Part(
            {key: wanted for key, wanted in found.items() if wanted},
            lists_after(rules, self.after),
            only_renames=True,
        )
        self.begin_renames(clock)
        held = self.send_part(part, everything)
        if held:
            self.hold_renames(clock)
        return held

    def renamed_views(self, everything: Iterable[Loaded]) -> list[DraftDocument]:
        """The documents in which a rename changes a tag."""
        clock = self.draft.renames.clock
        return [
            self.draft.view(item)
            for item in everything
            if self.draft.pending_renames and self.renamed(clock, item.document, item.key, item.position)
        ]

    # One request

    def send_part(self, part: Part, everything: Sequence[Loaded]) -> bool:
        """Send it, if there is anything to send, and prove it; whether the server holds it."""
        self.stop_at_copies(part.documents.values(), everything)
        if self.copies:
            return False
        self.go_on()
        doubtful = everything[self.draft.in_doubt :] if self.draft.in_doubt is not None else ()
        added = absent(part.added, doubtful)
        if part.documents or added:
            part = replace(part, added=added)
            views = [opened(item) for item in everything]
            ids, documents = named_in_one(views, part.documents, added)
            others = (Wanted(view, view.sendable, view.done) for view in documents)
            items = [self.item(part.documents.get(other.document.key, other)) for other in others]
            items += [document for document in added if document.id is None]
            self.put_once({**part.fields.to_json(), **given(items, ids)}, part, len(everything))
            self.prove_part(part, views)
        else:
            if not part.fields.is_empty:
                self.put(part.fields.to_json())
            self.added = bool(part.added)
        return not self.differences

    def stop_at_copies(self, missing: Iterable[Wanted], everything: Sequence[Loaded]) -> None:
        """After a save that is not proved: where copies have come since, nothing more is sent without being asked."""
        since = self.draft.in_doubt
        if since is None or not {i.document.text for i in everything[:since]} & {
            i.document.text for i in everything[since:]
        }:
            return
        for document in (wanted.document for wanted in missing):
            if document.key not in self.over:
                self.copies.append(document)
                self.notes.append(
                    f"{added_once_more(document, copies(document, everything, since))} {STOPPED}"
                )

    def put_once(self, body: Body, part: Part, count: int) -> None:
        before = self.draft.in_doubt
        self.doubt(count if before is None else min(before, count))
        try:
            self.put(body, () if part.only_renames else part.documents)
        except (*REFUSED, Moved):
            self.doubt(before)
            raise
        except Unavailable:
            if not self.was_taken(part, count):
                raise
            self.sent = len(body.get("documents", ()))
            self.notes.append(
                "The answer got lost, but the server holds your changes: nothing was sent twice."
            )

    def doubt(self, count: int | None) -> None:
        """From now on documents after so many may be copies; kept before the request leaves, for it may be the last."""
        self.in_doubt = count
        self.keep(lambda draft: replace(draft, in_doubt=count))

    def was_taken(self, part: Part, count: int) -> bool:
        """Whether an update call that came to no good answer was carried out all the same."""
        try:
            found = tuple(self.reader.each())
            now = self.read_session()
        except LabelingError:
            return False
        for wanted in part.documents.values():
            places = copies(wanted.document, found, count)
            if places:
                self.notes.append(f"{added_once_more(wanted.document, places)} {STOPPED}")
        held = {item.key: item.document for item in found}
        return (
            all(key in held and self.is_held(wanted, held[key]) for key, wanted in part.documents.items())
            and not absent(part.added, found[count:])
            and all(getattr(now, name) == getattr(part.fields, name) for name in part.fields.model_fields_set)
        )

    def prove_part(self, part: Part, views: Sequence[DraftDocument]) -> None:
        """Read everything back: what was sent, what was added, and that nothing else was lost or changed."""
        found = tuple(self.reader.each())
        held = {item.key: item.document for item in found}
        for key, wanted in part.documents.items():
            places = copies(wanted.document, found, len(views))
            if places and not (key in held and self.is_held(wanted, held[key])):
                self.differences.append(added_once_more(wanted.document, places))
            elif part.only_renames:
                self.prove_renamed([wanted], held)
            else:
                self.prove([wanted], held)
        others = [view for view in views if view.key not in part.documents]
        lost = [view.position for view in others if view.key not in held]
        changed = [
            view.position
            for view in others
            if view.key in held and Wanted(view, view.sendable, view.done).differs(held[view.key].segments)
        ]
        if lost:
            self.differences.append(f"Lost from the session, though not edited: {named_places(lost)}.")
        if changed:
            self.differences.append(f"Different now, though not edited: {named_places(changed)}.")
        self.prove_added(part.added, found[len(views) :], found)


def copies(document: DraftDocument, found: Iterable[Loaded], since: int) -> list[int]:
    """Where the document's text stands once more, among the documents that have come since."""
    return [
        item.position
        for item in found
        if item.position >= since and item.key != document.key and item.document.text == document.text
    ]


def added_once_more(document: DraftDocument, places: Sequence[int]) -> str:
    if not places:
        return f"Document {document.position + 1} would be added once more: this server adds what it is sent."
    return (
        f"Document {document.position + 1} was not changed but added once more "
        f"({named_places(places)}): this server adds what it is sent."
    )
