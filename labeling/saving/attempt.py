"""One save under way: the draft, the session on the server, and what came of it so far."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from labeling.documents.gone_names import compare_names
from labeling.documents.reader import Reader
from labeling.draft.document import DraftDocument, Outcome, with_mark
from labeling.draft.draft import Draft
from labeling.draft.events import (
    CopiesPossible,
    DocumentsLanded,
    DocumentsSent,
    Event,
    NamesMissing,
    RenamesBegun,
    RenamesHeld,
    SaveProved,
    SessionRead,
    apply,
)
from labeling.draft.matching import units_of
from labeling.draft.others import is_changed_in, missing_names, questions, renames_wait
from labeling.draft.saved import sent_now
from labeling.draft.vocabulary import Field, uses_in
from labeling.draft.worked import worked
from labeling.errors import Exists, Forbidden, Invalid, NotFound, NotSignedIn
from labeling.model import Document, Info, Segment, Session, SessionChange
from labeling.saving.in_flight import landed
from labeling.saving.merge import outcome_of
from labeling.saving.plan import (
    Body,
    Choices,
    ExpectedDocument,
    called_as_mine,
    merged,
    plan_of,
    session_change,
    waiting_names,
)
from labeling.saving.report import DocumentConflicts, Report, given_up_in_words, named_places
from labeling.studio.client import LabelingClient

REFUSED = (Invalid, NotSignedIn, Forbidden, NotFound, Exists)
"""Answers to the update call that say that nothing was stored. After any other failure it may have been."""

Keep = Callable[[Event], object]
"""Takes what has come to be true of the draft, whatever comes next; it may apply it to a newer draft."""
Watch = Callable[[int, int, str], None]
"""Called with how many documents are done, of how many, and what is going on."""


class Stopped(Exception):
    """The person stopped the save."""


Fate = Literal["gone", "other text", "waits", "kept here", "marked", "merged"]
WORDS: dict[Fate, str] = {
    "gone": "No longer in this session: {}. Your changes there were not sent.",
    "other text": "The text itself was changed on the server: {}. Your changes there were not sent.",
    "waits": "Not sent before you have answered what is asked about the names: {}.",
    "kept here": "This server cannot be told of these done marks, they are kept here only: {}.",
    "marked": "Marked as done, which this server cannot take back: {}.",
    "merged": "Joined with what others changed meanwhile: {}.",
}
"""What is said of the documents that met with it."""


@dataclass
class Attempt:
    """What the steps of one save share.

    `draft` is as it was when the save began, but for what the save found out of documents in flight and of
    renames. What the person does meanwhile comes to the draft in the store alone.
    """

    api: LabelingClient
    draft: Draft
    choices: Choices
    keep: Keep
    watch: Watch
    stopped: Callable[[], bool]

    def __post_init__(self) -> None:
        self.plan = plan_of(self.draft)
        # Active work on each document since it was saved last.
        self.seconds = worked(self.draft.steps)
        self.report = Report(self.draft.base, self.draft.base, rows_left=self.plan.rows_left)
        self.reader = Reader(self.api, self.draft.base)
        self.info = Info()
        self.tag: str | None = None
        # Documents, as sent and as the server holds them, that `keep` was not given yet.
        self.proved: dict[str, tuple[DraftDocument, Document]] = {}
        # Whether nothing broke it off; whether the new documents, and name and lists, are proved.
        self.is_through = False
        self.added = self.has_fields = False
        # What the last merge of each document came to.
        self.outcomes: dict[str, Outcome] = {}
        self.fates: defaultdict[Fate, dict[str, int]] = defaultdict(dict)
        self.waiting_names: frozenset[tuple[Field, str]] = frozenset()
        # What the person did that does not stand, by document and conflict.
        self.given_up: dict[tuple[str, str], str] = {}

    def begin(self) -> None:
        """Read what the server can do, the session as it is now,
        and what the server took of an unproved save."""
        self.info = self.api.info()
        self.report.before = self.follow(first=True)
        self.watch(0, len(self.plan.documents), "Reading what the server holds")
        unproved = [document for document in self.draft.documents.values() if document.sent is not None]
        if unproved:
            there = self.reader.find(unproved)
            self.advance(landed(self.draft, there))
            self.plan = plan_of(self.draft)
            self.report.rows_left = self.plan.rows_left

    def advance(self, event: Event) -> None:
        """Go on from the draft after what happened, and have it kept."""
        self.draft = apply(self.draft, event)
        self.keep(event)

    def go_on(self) -> None:
        """Between two requests. Raises Stopped when the person has stopped the save."""
        if self.stopped():
            raise Stopped

    # The session on the server

    def read_session(self) -> Session:
        """The session now.

        Where the server honours `If-Match`, what is sent next is refused if it changes.
        """
        base = self.draft.base
        self.report.after, self.tag = self.api.session_tag(base.project_id, base.id)
        return self.report.after

    def follow(self, *, first: bool = False) -> Session:
        """The session now; what others did to its name and lists that is at odds with the draft is asked.

        The draft follows what was read `first`. Later it holds what this save has sent, of which the person
        may have taken something back meanwhile.
        """
        session = self.read_session()
        if first:
            self.advance(SessionRead(session))
            told = compare_names(self.draft, self.reader)
            if told is not None:
                self.advance(told)
        self.ask(session)
        return session

    def ask(self, session: Session) -> None:
        """What has to be answered of names, with the session as it is now."""
        followed = apply(self.draft, SessionRead(session))
        self.report.names = questions(followed)
        self.waiting_names = waiting_names(followed, session, self.report.names)

    def asks_for_missing(self, documents: Iterable[DraftDocument]) -> bool:
        """After a refusal: whether it may be for names that the session has not got, which are asked now."""
        missing = missing_names(self.draft, documents, self.report.after)
        if missing:
            self.advance(NamesMissing(missing))
            self.ask(self.report.after)
        return bool(missing)

    @property
    def renames_wait(self) -> bool:
        """Whether nothing of what was renamed here can be sent before an answer."""
        return renames_wait(self.report.names)

    def put(self, body: Body, edited: Iterable[str] = ()) -> None:
        """The update call; `edited`: keys of the documents that go as the draft has them, kept as in flight
        before they leave. Raises Moved where somebody else was faster."""
        base = self.draft.base
        sent = sent_now(self.draft, {key: self.outcomes.get(key) for key in edited if key in self.plan.keys})
        if sent:
            self.keep(DocumentsSent(sent))
        try:
            self.report.after, self.tag = self.api.update_tagged(
                base.project_id, base.id, SessionChange.model_validate(body), if_match=self.tag
            )
        except REFUSED:
            if sent:
                self.keep(DocumentsLanded(dict.fromkeys(sent)))
            raise
        self.report.sent += len(body.get("documents", ()))

    def note(self, fate: Fate, document: DraftDocument) -> None:
        self.fates[fate][document.key] = document.position

    @property
    def leaves_documents(self) -> bool:
        """Whether documents are left as they were,
        so that the lists have to keep the names that these use."""
        left = self.report.conflicts_by_key or self.fates["other text"] or self.fates["waits"]
        return bool(left or self.report.differences)

    # What is to be sent

    def merged(self, document: DraftDocument, there: Document | None) -> ExpectedDocument | None:
        """The document with what others did to it; None where that cannot be said, which is noted."""
        self.report.conflicts_by_key.pop(document.key, None)
        for places in self.fates.values():
            places.pop(document.key, None)
        if there is None or there.text != document.text:
            self.note("gone" if there is None else "other text", document)
            return None
        theirs = called_as_mine(self.draft, document, there)
        choices, outcome = self.choices.documents.get(document.key), self.outcomes.get(document.key)
        result = merged(self.draft, document, theirs, choices, outcome)
        if self.waits(document, there, theirs, result.segments):
            self.note("waits", document)
            return None
        for conflict in result.given_up:
            self.given_up[document.key, conflict.key] = given_up_in_words(document, conflict)
        if result.conflicts:
            self.report.conflicts_by_key[document.key] = DocumentConflicts(document, result.conflicts)
            return None
        self.outcomes[document.key] = outcome_of(theirs, result.segments)
        if units_of(result.segments) != units_of(document.sendable):
            self.note("merged", document)
        done = document.done if document.done_changed else there.annotated
        return ExpectedDocument(document, result.segments, done)

    def waits(
        self,
        document: DraftDocument,
        there: Document,
        theirs: Sequence[Segment],
        segments: Sequence[Segment],
    ) -> bool:
        """Whether the document cannot be sent before it is answered what a name of its tags is to be."""
        if not self.report.names:
            return False
        if self.renames_wait and any(map(operator.is_not, theirs, there.segments)):
            return True
        return any(uses_in(segments, *name) or is_changed_in(document, *name) for name in self.waiting_names)

    def to_send(self, document: DraftDocument, there: Document | None) -> ExpectedDocument | None:
        """What is to be sent of the document; None when nothing can or need be.

        What is held already is proved.
        """
        expected = self.merged(document, there)
        if expected is None or there is None or not self.is_held(expected, there):
            return expected
        # Units alone do not tell texts put right; where sending twice may double, a server's own texts are
        # left be.
        read = ExpectedDocument(document, document.base_segments, None)
        if not expected.is_alike(there.segments) and (
            self.info.can("upsert") or read.is_alike(there.segments)
        ):
            return expected
        self.note_proved(document, there)
        return None

    def item(self, expected: ExpectedDocument) -> Document:
        ids = self.info.can("upsert") and self.info.can("ids")
        item = expected.item(ids=ids, annotated=self.info.can("annotated"))
        seconds = self.seconds.get(expected.document.key) if self.info.can("history") else None
        return item.model_copy(update={"seconds": seconds}) if seconds else item

    def fields(self, now: Session, *, grown: bool = False) -> SessionChange:
        """Name, classes and labels to be sent; `grown` as in `session_change`."""
        return session_change(self.draft, now, self.report.names, grown=grown)

    def begin_renames(self, clock: int) -> None:
        """Note that the server may hold the renames up to that clock in part,
        before anything of them is sent."""
        self.keep(RenamesBegun(clock))

    def end_renames(self, clock: int) -> None:
        """Note that the server holds the renames up to that clock in every document."""
        self.advance(RenamesHeld(clock))

    # What is proved

    def is_held(self, expected: ExpectedDocument, there: Document) -> bool:
        """Whether the server holds the document as it is to be."""
        if there.text != expected.document.text or expected.differs(there.segments):
            return False
        return not self.info.can("annotated") or bool(there.annotated) == bool(expected.done)

    def note_proved(self, document: DraftDocument, there: Document) -> None:
        if document.key in self.plan.keys:
            self.proved[document.key] = (document, with_mark(there, document.base_done))

    def hand_over(self) -> None:
        """Have it kept what was proved since the last time, so that no crash makes it unsaved again; what
        still needs its done mark waits for `mark_done`."""
        waiting = {key: pair for key, pair in self.proved.items() if self.needs_mark(*pair)}
        proved = {key: pair for key, pair in self.proved.items() if key not in waiting}
        if proved:
            self.proved = waiting
            self.report.proved |= proved.keys()
            self.keep(SaveProved(proved, self.draft))

    def needs_mark(self, document: DraftDocument, there: Document) -> bool:
        """Whether the server is still to be told apart that the document is done, or not done."""
        differs = bool(document.done) != bool(there.annotated)
        return document.done_changed and differs and not self.info.can("annotated")

    def mark_done(self) -> None:
        """On a server without done marks in the update call: say it afterwards, document by document."""
        base = self.draft.base
        for key, (sent, there) in [*self.proved.items()]:
            if not self.needs_mark(sent, there):
                continue
            if sent.source.id is None or not sent.done:
                self.note("kept here", sent)
                continue
            self.go_on()
            self.api.mark_annotated(base.project_id, base.id, sent.source.id)
            self.note("marked", sent)
            self.proved[key] = (sent, there.model_copy(update={"annotated": True}))

    def end(self) -> None:
        """Have the rest of what is proved kept, and say what documents met with."""
        report = self.report
        report.proved |= self.proved.keys()
        for fate, words in WORDS.items():
            places = [n for key, n in self.fates[fate].items() if fate != "merged" or key in report.proved]
            said = (words.format(named_places(sorted(places))),) if places else ()
            if fate in ("gone", "other text"):
                report.differences += said
            else:
                report.notes += said
        report.not_made = tuple(words for (key, _), words in self.given_up.items() if key in report.proved)
        if self.is_through and report.is_whole and (report.sent or report.proved):
            # Only a proof shows that the server makes no copies; a save of nothing shows nothing.
            self.keep(CopiesPossible(None))
        session = report.after if self.has_fields else None
        self.keep(SaveProved(self.proved, self.draft, session, self.added))
