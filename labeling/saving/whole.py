"""Sending to a server that may replace, add or match what it is sent: one request,
never repeated by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labeling.documents.reader import readable
from labeling.draft.document import Loaded, loaded_from, opened
from labeling.draft.events import CopiesPossible
from labeling.draft.vocabulary import Field
from labeling.errors import LabelingError, Moved, Unavailable
from labeling.model import Document, SessionChange
from labeling.saving.attempt import REFUSED, Attempt
from labeling.saving.plan import Body, ExpectedDocument, given, named_in_one, renamed
from labeling.saving.readback import absent, prove, prove_added, prove_renamed
from labeling.saving.rename_phases import lists_after, phases, stays
from labeling.saving.report import named_places

NOT_AGAIN = "Nothing was sent again."


class Request(NamedTuple):
    """What one request is to bring: documents by their key, fields of the session, new documents."""

    documents: Mapping[str, ExpectedDocument]
    fields: SessionChange
    added: Sequence[Document] = ()
    only_renames: bool = False


@dataclass
class Whole:
    """The request names every document of the session,
    so that however the server reads it nothing drops out."""

    attempt: Attempt

    def send(self) -> bool:
        """Send and prove the documents; False when the person has to choose first."""
        if all(self.send_renames(clock) for clock in self.phases_apart()):
            self.send_rest()
        report = self.attempt.report
        return not (report.conflicts or report.copies)

    def send_rest(self) -> None:
        """What differs, with the last renames."""
        attempt, draft = self.attempt, self.attempt.draft
        touched = attempt.plan.documents or attempt.plan.added or draft.pending_renames
        # What cannot be read is named by its id; a rename would leave the old name in it.
        by_id = not draft.pending_renames
        everything = tuple(attempt.reader.each(by_id=by_id)) if touched else ()
        there = {item.key: item.document for item in everything}
        clock = draft.renames.clock
        sends_renames = bool(draft.pending_renames) and not attempt.renames_wait
        may_be_renamed = everything if sends_renames else ()
        mine = {item.key: draft.view(item) for item in may_be_renamed if renamed(draft, clock, item)}
        mine |= {document.key: document for document in attempt.plan.documents}
        expected = {key: attempt.to_send(document, there.get(key)) for key, document in mine.items()}
        fates = attempt.fates
        fields = attempt.fields(attempt.report.after, grown=bool(fates["other text"]))
        if attempt.report.conflicts:
            return
        documents = {key: document for key, document in expected.items() if document is not None}
        if sends_renames:
            attempt.begin_renames(clock)
        is_held = self.send_request(Request(documents, fields, attempt.plan.added), everything)
        if is_held and sends_renames and not (fates["gone"] or fates["other text"] or fates["waits"]):
            attempt.end_renames(clock)

    # Renames

    def phases_apart(self) -> tuple[int, ...]:
        """The renames that the server has to hold before anything else is sent, each for itself."""
        draft = self.attempt.draft
        clocks = tuple(phases(draft.renames, draft.renames_held))
        if not clocks or self.attempt.renames_wait:
            return ()
        rules = draft.renames.upto(clocks[-1]).since(clocks[-2] if len(clocks) > 1 else draft.renames_held)
        mine: dict[Field, tuple[str, ...]] = {"classes": draft.classes, "labels": draft.labels}
        together = all(stays(rules, field, name) for field, names in mine.items() for name in names)
        return clocks[:-1] if together else clocks

    def send_renames(self, clock: int) -> bool:
        """Send the renames up to that clock and nothing else. Whether the server is proved to hold them."""
        attempt, draft = self.attempt, self.attempt.draft
        everything = tuple(attempt.reader.each())
        found = {item.key: renamed(draft, clock, item) for item in everything}
        rules = draft.renames_to(clock)
        request = Request(
            {key: expected for key, expected in found.items() if expected is not None},
            lists_after(rules, attempt.report.after),
            only_renames=True,
        )
        attempt.begin_renames(clock)
        is_held = self.send_request(request, everything)
        if is_held:
            attempt.end_renames(clock)
        return is_held

    # One request

    def send_request(self, request: Request, everything: Sequence[Loaded]) -> bool:
        """Send it, if there is anything to send, and prove it; whether the server holds it."""
        attempt, since = self.attempt, self.attempt.draft.in_doubt
        self.stop_at_copies(request, everything)
        if attempt.report.copies:
            return False
        attempt.go_on()
        added = absent(request.added, everything[since:] if since is not None else ())
        if request.documents or added:
            request = request._replace(added=added)
            self.put_once(self.body(request, everything), request, len(everything))
            self.prove(request, everything)
        else:
            if not request.fields.is_empty:
                attempt.put(request.fields.to_json())
            attempt.added = bool(request.added)
        return not attempt.report.differences

    def body(self, request: Request, everything: Sequence[Loaded]) -> Body:
        ids, documents = named_in_one([opened(item) for item in everything], request.documents, request.added)
        for view in documents:
            readable(loaded_from(view))
        expected = (request.documents.get(v.key) or ExpectedDocument.unchanged(v) for v in documents)
        items = [self.attempt.item(one) for one in expected]
        new = [document for document in request.added if document.id is None]
        return {**request.fields.to_json(), **given([*items, *new], ids)}

    def stop_at_copies(self, request: Request, everything: Sequence[Loaded]) -> None:
        """After a save that is not proved: where copies have come since,
        nothing more is sent without being asked."""
        attempt, since = self.attempt, self.attempt.draft.in_doubt
        if since is None:
            return
        before, after = ({i.document.text for i in part} for part in (everything[:since], everything[since:]))
        for key, expected in request.documents.items() if before & after else ():
            if key not in attempt.choices.resend:
                attempt.report.copies += (expected.document,)
                said = added_once_more(expected, copies(expected, everything, since))
                attempt.report.notes += (f"{said} {NOT_AGAIN}",)

    def put_once(self, body: Body, request: Request, count: int) -> None:
        """Send it; a lost answer is looked for. Raises as `Attempt.put` does where it was not carried out."""
        attempt, before = self.attempt, self.attempt.draft.in_doubt
        self.doubt(count if before is None else min(before, count))
        try:
            attempt.put(body, () if request.only_renames else request.documents)
        except (*REFUSED, Moved):
            self.doubt(before)
            raise
        except Unavailable:
            if not self.was_taken(request, count):
                raise
            attempt.report.sent = len(body.get("documents", ()))
            attempt.report.notes += (
                "The answer got lost, but the server holds your changes: nothing was sent twice.",
            )

    def doubt(self, count: int | None) -> None:
        """From now on documents after so many may be copies; kept before the request leaves,
        for it may be the last."""
        self.attempt.keep(CopiesPossible(count))

    def was_taken(self, request: Request, count: int) -> bool:
        """Whether an update call that came to no good answer was carried out all the same."""
        attempt = self.attempt
        try:
            found = tuple(attempt.reader.each(by_id=True))
            now = attempt.read_session()
        except LabelingError:
            return False
        for expected in request.documents.values():
            places = copies(expected, found, count)
            if places:
                attempt.report.notes += (f"{added_once_more(expected, places)} {NOT_AGAIN}",)
        there = {item.key: item.document for item in found}
        fields = request.fields
        return (
            all(key in there and attempt.is_held(one, there[key]) for key, one in request.documents.items())
            and not absent(request.added, found[count:])
            and all(getattr(now, name) == getattr(fields, name) for name in fields.model_fields_set)
        )

    def prove(self, request: Request, everything: Sequence[Loaded]) -> None:
        """Read everything back: what was sent, what was added, and that nothing else was lost or changed."""
        attempt, count, report = self.attempt, len(everything), self.attempt.report
        found = tuple(attempt.reader.each(by_id=True))
        there = {item.key: item.document for item in found}
        sent = []
        for key, expected in request.documents.items():
            places = copies(expected, found, count)
            if places and not (key in there and attempt.is_held(expected, there[key])):
                report.differences += (added_once_more(expected, places),)
            else:
                sent.append(expected)
        if request.only_renames:
            prove_renamed(attempt, sent, there)
        else:
            prove(attempt, sent, there)
            prove_added(attempt, request.added, found[count:], found)
        others = [view for view in map(opened, everything) if view.key not in request.documents]
        lost = [view.position for view in others if view.key not in there]
        changed = [
            view.position
            for view in others
            if view.key in there and ExpectedDocument.unchanged(view).differs(there[view.key].segments)
        ]
        if lost:
            report.differences += (f"Lost from the session, though not edited: {named_places(lost)}.",)
        if changed:
            report.differences += (f"Different now, though not edited: {named_places(changed)}.",)


def copies(expected: ExpectedDocument, found: Iterable[Loaded], since: int) -> list[int]:
    """Where the document's text stands once more, among the documents that have come since."""
    document = expected.document
    return [
        item.position
        for item in found
        if item.position >= since and item.key != document.key and item.document.text == document.text
    ]


def added_once_more(expected: ExpectedDocument, places: Sequence[int]) -> str:
    number = expected.document.position + 1
    if not places:
        return f"Document {number} would be added once more: this server adds what it is sent."
    return (
        f"Document {number} was not changed but added once more "
        f"({named_places(places)}): this server adds what it is sent."
    )
