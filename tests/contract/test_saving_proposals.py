"""What is said of proposed tags travels with a save, and nothing that nobody has confirmed ever does."""

from __future__ import annotations

import httpx

from labeling.documents.proposals import Proposals
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import discard, undo
from labeling.draft.ruled import Ghost
from labeling.draft.summary import change_count, lines
from labeling.editing.ghosts import open_ghosts, reject_ghosts, take_ghosts
from labeling.editing.table import delete_rows, row_id
from labeling.errors import Failed
from labeling.model import Session, TagNames
from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.proposals import store_proposals
from tests.contract.embedded import Embedded
from tests.contract.proposed import a_correction
from tests.contract.saves import Wire, applied, at, edit, held, marks, save, stepped, tagging, wire_to
from tests.contract.transport import InProcess

BED, WAS, SOFT = (4, 7), (8, 11), (12, 16)


def proposals_in(server: Embedded) -> Session:
    """A session to be corrected: three tags proposed for “The bed was soft”, two for “Two beds”."""
    ids = a_correction(server.store, server.project(), classes=("Staff",))
    place = SessionAddress(ids["project_id"], ids["correction_id"])
    more = [((*WAS, "Staff", "NEG"), 0.4), ((*SOFT, "Comfort", "POS"), 0.95)]
    others = [((0, 3, "Comfort", "POS"), 0.9), ((4, 8, "Comfort", "NEG"), 0.3)]
    with server.store.database.writing() as connection:
        first = ids["document_id"]
        store_proposals(connection, place, [(first, more), (first + 1, others)])
    return server.api.session(ids["project_id"], ids["correction_id"])


def ghosts_of(server: Embedded, draft: Draft, position: int = 0) -> dict[tuple[int, int], Ghost]:
    loaded = at(server.api, draft, position)
    view = draft.view(loaded)
    proposed = Proposals(server.api, draft.base).of(loaded.document, position)
    return {one.span: one for one in open_ghosts(view, proposed, draft.renames, draft.scheme)}


def say(
    server: Embedded, draft: Draft, what: str, *spans: tuple[int, int], names: TagNames = (None, None)
) -> Draft:
    """The draft with what is proposed there for the first document taken or rejected, as one step."""
    ghosts = [ghosts_of(server, draft)[span] for span in spans]

    def make(document: DraftDocument, _: Draft) -> Change | Refused:
        if what == "reject":
            return reject_ghosts(document, ghosts)
        return take_ghosts(document, ghosts, names, f"w-{draft.taken}", draft.scheme)

    return edit(draft, at(server.api, draft, 0), make)


def test_what_is_taken_changed_and_rejected_is_so_on_the_server_and_the_rest_stays_proposed(
    either: Embedded,
) -> None:
    session = proposals_in(either)
    draft = new_draft(session)
    assert len(ghosts_of(either, draft)) == 3
    draft = say(either, draft, "take", BED)
    draft = say(either, draft, "take", WAS, names=("Staff", "POS"))
    draft = say(either, draft, "reject", SOFT)
    assert not ghosts_of(either, draft)
    assert [line.words for line in lines(draft.changed_documents[0])] == [
        "+ “bed” Comfort/POS",
        "+ “was” Staff/POS",
        "“soft” proposed Comfort/POS → rejected",
    ]
    wire = wire_to(either)
    saved = save(wire.client(either.token), draft)
    assert saved.is_whole
    assert saved.ruled == 3
    assert held(either.api, session)[0][1] == {
        (4, 7, "Comfort", "POS"): 1,
        (8, 11, "Staff", "POS"): 1,
    }
    after = applied(draft, saved)
    assert not after.is_changed
    assert not ghosts_of(either, after)
    assert all(step.saved for step in after.steps)
    # The other document: nothing of it was sent, counted or marked, and all of it is still proposed.
    assert len(ghosts_of(either, after, 1)) == 2
    assert held(either.api, session)[1][1] == {}
    assert marks(either.api, session) == [True, False]
    assert "Two beds" not in "".join(r.content.decode() for r in wire.calls if r.method != "GET")
    again = save(either.api, after)
    assert again.ruled == again.sent == 0


def test_nothing_undecided_is_sent_with_a_document_that_is_edited_and_done(server: Embedded) -> None:
    session = proposals_in(server)
    draft = edit(new_draft(session), at(server.api, new_draft(session), 0), tagging(0, 3, "Staff", "NEG"))
    saved = save(server.api, draft)
    assert saved.is_whole
    assert held(server.api, session)[0][1] == {(0, 3, "Staff", "NEG"): 1}
    assert len(ghosts_of(server, applied(draft, saved))) == 3


def test_undone_before_a_save_nothing_was_said_and_undone_after_it_it_is_proposed_again(
    server: Embedded,
) -> None:
    session = proposals_in(server)
    draft = say(server, new_draft(session), "take", BED, SOFT)
    assert not undo(draft).is_changed
    assert not discarded(draft).is_changed
    assert len(ghosts_of(server, undo(draft))) == 3
    saved = save(server.api, draft)
    after = undo(applied(draft, saved))
    assert change_count(after) == 4, "two tags go, two are proposed again"
    assert len(ghosts_of(server, after)) == 3
    again = save(server.api, after)
    assert again.is_whole
    assert held(server.api, session)[0][1] == {}
    assert len(ghosts_of(server, applied(after, again))) == 3


def test_a_rejection_that_was_saved_can_be_undone_and_is_then_decided_anew(either: Embedded) -> None:
    session = proposals_in(either)
    draft = say(either, new_draft(session), "reject", BED, WAS, SOFT)
    saved = save(either.api, draft)
    after = undo(applied(draft, saved))
    assert set(ghosts_of(either, after)) == {BED, WAS, SOFT}
    again = save(either.api, after)
    assert again.is_whole
    assert again.ruled == 3
    assert not any("cannot be proposed again" in note for note in again.notes)
    open_ = applied(after, again)
    assert not open_.is_changed
    assert set(ghosts_of(either, new_draft(session))) == {BED, WAS, SOFT}
    taken = say(either, open_, "take", BED)
    assert save(either.api, taken).is_whole
    assert held(either.api, session)[0][1] == {(4, 7, "Comfort", "POS"): 1}


def discarded(draft: Draft) -> Draft:
    return stepped(draft, discard(draft))


def test_what_is_taken_and_then_removed_is_rejected(server: Embedded) -> None:
    session = proposals_in(server)
    draft = say(server, new_draft(session), "take", BED)
    made = draft.changed_documents[0].segments[0]
    gone = row_id(made.key, made.tag_keys[0])
    draft = edit(draft, at(server.api, draft, 0), lambda document, _: delete_rows(document, [gone]))
    saved = save(server.api, draft)
    assert saved.is_whole
    assert held(server.api, session)[0][1] == {}
    assert set(ghosts_of(server, applied(draft, saved))) == {WAS, SOFT}


class Refusing(Wire):
    """Answers no rejection."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if request.method == "DELETE" else super().handle_request(request)


def test_a_save_that_is_broken_off_says_so_and_goes_on_where_it_was(server: Embedded) -> None:
    session = proposals_in(server)
    draft = say(server, new_draft(session), "take", BED)
    draft = say(server, draft, "reject", SOFT)
    wire = Refusing(InProcess(server.app))
    saved = save(wire.client(server.token), draft)
    assert isinstance(saved.error, Failed)
    rest = applied(draft, saved)
    assert rest.is_changed
    assert SOFT not in ghosts_of(server, rest)
    assert held(server.api, session)[0][1] == {(4, 7, "Comfort", "POS"): 1}
    again = save(server.api, rest)
    assert again.is_whole
    assert not applied(rest, again).is_changed
    assert set(ghosts_of(server, applied(rest, again))) == {WAS}


def test_somebody_else_may_have_decided_meanwhile(server: Embedded) -> None:
    session = proposals_in(server)
    mine = say(server, new_draft(session), "take", BED)
    theirs = say(server, new_draft(session), "reject", BED)
    assert save(server.api, theirs).is_whole
    saved = save(server.api, mine)
    assert saved.is_whole
    assert held(server.api, session)[0][1] == {(4, 7, "Comfort", "POS"): 1}
    assert not applied(mine, saved).is_changed


class OfUnknownReading(Wire):
    """Says nothing of how it reads the lists of an update call."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if request.url.path != "/info":
            return answer
        answer.read()
        told = {**answer.json(), "abilities": ["ids"]}
        return httpx.Response(200, json=told)


def test_a_server_of_unknown_reading_gets_no_document_with_something_undecided(server: Embedded) -> None:
    session = proposals_in(server)
    api = OfUnknownReading(InProcess(server.app)).client(server.token)
    draft = edit(new_draft(session), at(api, new_draft(session), 1), tagging(0, 8, "Staff", "NEG"))
    draft = say(server, say(server, draft, "take", BED, SOFT), "reject", WAS)
    saved = save(api, draft)
    note = "Not sent before all that is proposed there is taken or rejected: document 2."
    assert (saved.error, saved.ruled) == (None, 3)
    assert note in saved.notes
    assert held(server.api, session)[0][1] == {(4, 7, "Comfort", "POS"): 1, (12, 16, "Comfort", "POS"): 1}
    assert held(server.api, session)[1][1] == {}
    assert [one.position for one in applied(draft, saved).changed_documents] == [1]
