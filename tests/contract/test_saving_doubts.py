"""A save of which nobody knows what arrived, and then another edit:
what I sent is never taken for somebody else's."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from labeling.draft.draft import Draft
from labeling.draft.history import discard, take, undo
from labeling.draft.summary import change_count, lines
from labeling.editing.table import delete_rows
from labeling.errors import Invalid
from labeling.model import Document
from labeling.saving.report import Report
from tests.contract.embedded import Embedded
from tests.contract.other_server import TOKEN, OtherServer
from tests.contract.saves import (
    EASY,
    STAFF,
    Kept,
    Make,
    Wire,
    a_session,
    a_text,
    cell,
    change,
    done,
    edited,
    fresh,
    held,
    marks,
    other_api,
    other_session,
    read,
    state,
    tagging,
)
from tests.contract.transport import InProcess
from tests.unit.build import row

ROOM = (12, 21, "Room", "NEG")


class Place:
    """A session on a server of either form, with a way to it that can break."""

    def __init__(self, server: Embedded, form: str, *documents: Document) -> None:
        if form == "ours":
            self.api, self.token = server.api, server.token
            self.inner = InProcess(server.app)
            self.session = a_session(server, *documents, classes=("Staff", "Room"), labels=("POS", "NEG"))
        else:
            other = OtherServer("replace", [d.to_json() for d in documents], gives_ids=form == "ids")
            self.api, self.token, self.inner = other_api(other), TOKEN, InProcess(other.app)
            self.session = other_session(self.api)

    def save(self, draft: Draft, **how: Any) -> tuple[Draft, Report]:
        kept = Kept(draft)
        report = kept.save(Wire(self.inner, **how).client(self.token))
        return kept.draft, report

    def save_blindly(self, draft: Draft) -> Draft:
        """A save that is carried out while nothing is heard of it any more from the update call on."""
        whole = Wire(self.inner)
        put: list[int] = []

        def note(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
            if request.method == "PUT":
                put.append(1)
                if len(put) == 1:
                    inner.handle_request(request)
            if put:
                raise httpx.ReadTimeout("nothing is heard", request=request)
            return inner.handle_request(request)

        whole.fault, whole.faulty = note, range(99)
        kept = Kept(draft)
        assert kept.save(whole.client(self.token)).error is not None
        assert put
        return kept.draft


forms = pytest.mark.parametrize("form", ["ours", "ids", "no ids"])


@forms
def test_an_edit_taken_back_after_it_may_have_arrived_is_taken_back_on_the_server(
    server: Embedded, form: str
) -> None:
    place = Place(server, form, a_text(EASY, STAFF), a_text("Second"))
    draft = place.save_blindly(edited(place.api, fresh(place.api, place.session), 0, tagging(*ROOM)))
    assert held(place.api, place.session)[0] == state(a_text(EASY, STAFF, ROOM))[0]
    draft = undo(draft)
    assert draft.is_changed
    assert change_count(draft) == 1
    [document] = draft.changed_documents
    assert "taken back" in lines(document)[0].words
    draft, report = place.save(draft)
    assert report.is_whole
    assert held(place.api, place.session)[0] == state(a_text(EASY, STAFF))[0]
    assert not draft.is_changed


@forms
def test_what_is_retagged_again_after_it_may_have_arrived_is_no_conflict_with_myself(
    server: Embedded, form: str
) -> None:
    place = Place(server, form, a_text(EASY, STAFF))
    draft = edited(place.api, fresh(place.api, place.session), 0, cell("0/0", "label", "NEG"))
    draft = place.save_blindly(draft)
    draft = edited(place.api, draft, 0, cell("0/0", "class_", "Room"))
    draft, report = place.save(draft)
    assert report.is_whole, report.conflicts
    assert held(place.api, place.session) == state(a_text(EASY, (5, 10, "Room", "NEG")))
    assert not draft.is_changed


@pytest.mark.parametrize(
    "make", [tagging(*ROOM), cell("0/0", "label", "NEG"), done()], ids=["tag", "retag", "done"]
)
def test_everything_discarded_after_it_may_have_arrived_stands_as_it_was_before(
    server: Embedded, make: Make
) -> None:
    place = Place(server, "ours", a_text(EASY, STAFF))
    draft = place.save_blindly(edited(place.api, fresh(place.api, place.session), 0, make))
    draft = take(draft, discard(draft), *draft.changed_documents)
    draft, report = place.save(draft)
    assert report.is_whole
    assert held(place.api, place.session) == state(a_text(EASY, STAFF))
    assert marks(place.api, place.session) == [False]
    assert not draft.is_changed


def test_what_others_did_in_between_stays_when_mine_is_taken_back(server: Embedded) -> None:
    place = Place(server, "ours", a_text(EASY, STAFF))
    before = edited(place.api, fresh(place.api, place.session), 0, tagging(*ROOM))
    theirs = a_text(EASY, STAFF, (0, 4, "Room", "POS"))
    change(place.api, place.session, documents=[{**theirs.to_json(), "annotated": True}])
    draft = place.save_blindly(before)
    [now] = read(place.api, place.session)
    later = a_text(EASY, STAFF, (0, 4, "Room", "POS"), ROOM, (0, 10, "Staff", "NEG"))
    assert state(now) == state(a_text(EASY, STAFF, (0, 4, "Room", "POS"), ROOM))
    change(place.api, place.session, documents=[{**later.to_json(), "annotated": True}])
    draft, report = place.save(undo(draft))
    assert report.is_whole
    assert held(place.api, place.session) == state(
        a_text(EASY, STAFF, (0, 4, "Room", "POS"), (0, 10, "Staff", "NEG"))
    )
    assert marks(place.api, place.session) == [True]
    assert not draft.is_changed


@pytest.mark.parametrize("form", ["ours", "no ids"])
def test_what_others_add_after_a_save_that_arrived_unheard_is_not_asked_about(
    server: Embedded, form: str
) -> None:
    place = Place(server, form, a_text(EASY, STAFF))
    draft = fresh(place.api, place.session)
    draft = edited(place.api, draft, 0, lambda view, _: delete_rows(view, [row(view, "0/0")]))
    draft = place.save_blindly(draft)
    theirs = a_text(EASY, (5, 9, "Staff", "POS"))
    [there] = read(place.api, place.session)
    change(place.api, place.session, documents=[{**there.to_json(), **theirs.to_json()}])
    draft, report = place.save(draft)

    assert (report.conflicts, report.is_whole, report.sent) == ((), True, 0)
    assert held(place.api, place.session) == state(theirs)
    assert not draft.is_changed


def test_what_never_arrived_and_is_taken_back_needs_nothing_sent(server: Embedded) -> None:
    place = Place(server, "ours", a_text(EASY, STAFF))
    draft = edited(place.api, fresh(place.api, place.session), 0, tagging(*ROOM))

    def refused(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    draft, report = place.save(draft, fault=refused, at=3)
    assert report.error is not None
    draft, report = place.save(undo(draft))
    assert report.is_whole
    assert report.sent == 0
    assert not draft.is_changed


def test_what_the_server_refused_and_is_taken_back_leaves_nothing_in_doubt(server: Embedded) -> None:
    place = Place(server, "ours", a_text(EASY, STAFF))
    draft = edited(place.api, fresh(place.api, place.session), 0, tagging(*ROOM))

    def refused(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        if request.method != "PUT":
            return inner.handle_request(request)
        return httpx.Response(400, json={"message": "Comfort is no class here"})

    draft, report = place.save(draft, fault=refused, at=0, until=99)
    assert isinstance(report.error, Invalid)
    assert draft.is_changed
    assert not undo(draft).is_changed


@pytest.mark.parametrize("gives_ids", [True, False], ids=["ids", "no ids"])
def test_after_the_app_died_with_a_request_under_way_a_server_that_adds_is_not_sent_it_again_unasked(
    gives_ids: bool,
) -> None:
    other = OtherServer("add", [a_text(EASY, STAFF).to_json()], gives_ids=gives_ids)
    api = other_api(other)
    kept = Kept(edited(api, fresh(api, other_session(api)), 0, tagging(*ROOM)))

    class Died(Exception):
        pass

    def die(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        inner.handle_request(request)
        raise Died

    with pytest.raises(Died):
        kept.save(Wire(InProcess(other.app), fault=die, at=3).client(TOKEN))
    assert len(other.puts) == 1
    report = kept.save(api)
    assert [document.position for document in report.copies] == [0]
    assert len(other.puts) == 1
    assert kept.draft.changed_documents
