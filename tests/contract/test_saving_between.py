"""Somebody else changes the session at any moment of a save:
nothing of theirs and nothing of mine is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from labeling.documents.reader import Reader
from labeling.draft.draft import Draft
from labeling.draft.events import Event, apply
from labeling.editing.session import add_name, rename_name
from labeling.editing.table import delete_rows
from labeling.errors import Forbidden, Moved
from labeling.model import Document, Session
from labeling.saving import save as saving
from labeling.saving.batches import BATCH
from labeling.studio.client import LabelingClient
from tests.contract.embedded import Embedded
from tests.contract.other_server import TOKEN, OtherServer
from tests.contract.saves import (
    EASY,
    ROOM,
    STAFF,
    Kept,
    Wire,
    a_session,
    a_text,
    applied,
    cell,
    change,
    changed,
    done,
    edit,
    edited,
    fresh,
    held,
    marks,
    other_api,
    other_session,
    read,
    save,
    state,
    stepped,
    tagging,
    wire_to,
)
from tests.contract.transport import InProcess
from tests.unit.build import row

THEIRS = (0, 4, "Comfort", "POS")


def add_a_tag(api: LabelingClient, session: Session, position: int, *tag: Any) -> None:
    """Somebody else tags a document as it is at this moment, and marks it done, in one call."""
    document = next(item.document for item in Reader(api, session).each() if item.position == position)
    [new] = a_text(document.text, tag).segments
    changed = document.model_copy(update={"segments": (*document.segments, new), "annotated": True})
    change(api, session, documents=[changed.to_json()])


def moments(server: Embedded, make: Callable[[], tuple[Session, Draft]]) -> range:
    """The numbers of all calls of a save, and one after its last."""
    wire = wire_to(server)
    assert save(wire.client(server.token), make()[1]).is_whole
    return range(1, len(wire.calls) + 1)


def test_a_tag_that_somebody_else_put_beside_one_deleted_here_is_kept_without_a_question(
    either: Embedded,
) -> None:
    session = a_session(either, a_text(EASY, STAFF))
    draft = edited(
        either.api, fresh(either.api, session), 0, lambda view, _: delete_rows(view, [row(view, "0/0")])
    )
    add_a_tag(either.api, session, 0, 5, 10, "Comfort", "NEG")
    add_a_tag(either.api, session, 0, *ROOM)
    report = save(either.api, draft)
    assert (report.is_whole, report.conflicts) == (True, ())
    assert held(either.api, session) == state(a_text(EASY, (5, 10, "Comfort", "NEG"), ROOM))


def test_a_tag_given_by_somebody_else_at_any_moment_stands_beside_mine(either: Embedded) -> None:
    def make() -> tuple[Session, Draft]:
        session = a_session(either, a_text(EASY, STAFF), a_text("Second"))
        draft = edited(either.api, fresh(either.api, session), 0, tagging(*ROOM))
        draft = edited(either.api, draft, 0, lambda view, _: delete_rows(view, [row(view, "0/0")]))
        return session, stepped(draft, add_name(draft, "classes", "Mine"))

    for number in moments(either, make):
        session, draft = make()

        def theirs(session: Session = session) -> None:
            add_a_tag(either.api, session, 0, *THEIRS)
            add_a_tag(either.api, session, 1, 0, 6, "Staff", "NEG")
            now = either.api.session(session.project_id, session.id)
            change(either.api, session, classes=[*now.classes, "Theirs"])

        wire = wire_to(either, on_call={number: theirs})
        report = save(wire.client(either.token), draft)
        if wire.on_call:
            theirs()
        assert report.is_whole, (number, report.error, report.differences)
        assert held(either.api, session) == state(
            a_text(EASY, ROOM, THEIRS), a_text("Second", (0, 6, "Staff", "NEG"))
        ), number
        assert marks(either.api, session) == [True, True], number
        now = either.api.session(session.project_id, session.id)
        assert Counter(now.classes) == Counter(("Comfort", "Staff", "Mine", "Theirs")), number
        after = applied(draft, report)
        assert not after.is_changed
        assert save(either.api, after).sent == 0


def test_a_tag_that_somebody_else_gives_where_mine_is_gone_is_asked_about_at_no_moment(
    either: Embedded,
) -> None:
    def make() -> tuple[Session, Draft]:
        session = a_session(either, a_text(EASY, STAFF))
        draft = fresh(either.api, session)
        return session, edited(either.api, draft, 0, lambda view, _: delete_rows(view, [row(view, "0/0")]))

    for number in moments(either, make):
        session, draft = make()

        def theirs(session: Session = session) -> None:
            add_a_tag(either.api, session, 0, 5, 9, "Staff", "POS")

        wire = wire_to(either, on_call={number: theirs})
        report = save(wire.client(either.token), draft)
        if wire.on_call:
            theirs()
        assert (report.conflicts, report.differences, report.error) == ((), (), None), number
        assert held(either.api, session) == state(a_text(EASY, (5, 9, "Staff", "POS"))), number
        assert not applied(draft, report).is_changed


def test_a_save_whose_first_try_arrived_unheard_asks_nothing_of_what_others_did_before_the_second(
    server: Embedded,
) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = fresh(server.api, session)
    draft = edited(server.api, draft, 0, lambda view, _: delete_rows(view, [row(view, "0/0")]))
    puts: list[int] = []

    def first_unheard(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        response = inner.handle_request(request)
        if request.method != "PUT" or puts:
            return response
        puts.append(1)
        add_a_tag(server.api, session, 0, 5, 9, "Staff", "POS")
        raise httpx.ReadTimeout("nothing is heard", request=request)

    report = save(wire_to(server, fault=first_unheard, at=0, until=99).client(server.token), draft)
    assert (report.conflicts, report.differences, report.error, puts) == ((), (), None, [1])
    assert held(server.api, session) == state(a_text(EASY, (5, 9, "Staff", "POS")))
    assert not applied(draft, report).is_changed


def test_a_retagging_by_somebody_else_at_any_moment_is_kept_or_asked_about_never_overwritten(
    server: Embedded,
) -> None:
    def make() -> tuple[Session, Draft]:
        session = a_session(server, a_text(EASY, STAFF))
        return session, edited(server.api, fresh(server.api, session), 0, cell("0/0", "label", "NEG"))

    for number in moments(server, make):
        session, draft = make()
        theirs = a_text(EASY, (5, 10, "Comfort", "POS"))
        wire = wire_to(
            server,
            on_call={number: lambda s=session, t=theirs: change(server.api, s, documents=[t.to_json()])},
        )
        report = save(wire.client(server.token), draft)
        if wire.on_call:
            assert report.is_whole
            continue
        assert held(server.api, session) == state(theirs), number
        assert report.conflicts or report.is_whole
        if report.conflicts:
            after = applied(draft, report)
            assert changed(after) == draft.changed_documents


def test_two_who_save_the_same_session_at_the_same_time_over_and_over_lose_nothing(either: Embedded) -> None:
    """Each save is broken into by a whole save of the other one."""
    session = a_session(either, a_text(EASY))
    mine, yours = fresh(either.api, session), fresh(either.api, session)
    for start in range(0, 12, 2):
        mine = edited(either.api, mine, 0, tagging(start, start + 2, "Staff", "POS"))
        yours = edited(either.api, yours, 0, tagging(start, start + 1, "Comfort", "NEG"))
        reports = []

        def other(draft: Draft = yours, reports: list[Any] = reports) -> None:
            reports.append(save(either.api, draft))

        wire = wire_to(either, on_call={1 + start // 2 % 5: other})
        report = save(wire.client(either.token), mine)
        assert report.is_whole
        assert reports[0].is_whole
        mine, yours = applied(mine, report), applied(yours, reports[0])
    every = [(s, s + 2, "Staff", "POS") for s in range(0, 12, 2)]
    every += [(s, s + 1, "Comfort", "NEG") for s in range(0, 12, 2)]
    assert held(either.api, session) == state(a_text(EASY, *every))


def test_a_session_that_others_change_all_the_time_is_given_up_and_everything_is_kept(
    server: Embedded,
) -> None:
    session = a_session(server, a_text(EASY))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*STAFF))

    class Busy(httpx.BaseTransport):
        inner = InProcess(server.app)
        count = 0

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "PUT":
                self.count += 1
                change(server.api, session, name=f"Named {self.count} times")
            return self.inner.handle_request(request)

    report = save(Wire(Busy()).client(server.token), draft)
    assert isinstance(report.error, Moved)
    after = applied(draft, report)
    assert changed(after) == draft.changed_documents
    assert save(server.api, after).is_whole
    assert held(server.api, session) == state(a_text(EASY, STAFF))


def test_each_batch_is_handed_over_as_soon_as_it_is_proved_and_never_sent_again(server: Embedded) -> None:
    count = BATCH + 5
    session = a_session(server, *(a_text(f"Text {n}") for n in range(count)))
    draft = fresh(server.api, session)
    for item in Reader(server.api, session).each():
        draft = edit(draft, item, tagging(0, 4, "Staff", "POS"))
    handed: list[int] = []
    kept = draft

    def keep(event: Event) -> None:
        nonlocal kept
        before, kept = kept, apply(kept, event)
        if settled := len(before.changed_documents) - len(kept.changed_documents):
            handed.append(settled)

    wire = wire_to(server)
    report = saving.save(wire.client(server.token), draft, keep=keep, stopped=lambda: bool(handed))
    assert report.stopped
    assert not report.is_whole
    assert handed == [BATCH]
    assert [document.position for document in kept.changed_documents] == [*range(BATCH, count)]
    again = save(server.api, kept)
    assert (again.is_whole, again.sent) == (True, 5)
    assert not applied(kept, again).is_changed


def test_what_is_edited_after_a_batch_was_handed_over_stays_unsaved(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second"))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    kept = draft

    def keep(event: Event) -> None:
        nonlocal kept
        kept = edited(server.api, apply(kept, event), 0, cell("0/0", "label", "NEG"))

    saving.save(server.api, draft, keep=keep)
    assert [document.position for document in kept.changed_documents] == [0]
    assert save(server.api, kept).is_whole
    assert held(server.api, session)[0] == state(a_text(EASY, (5, 10, "Staff", "NEG"), ROOM))[0]


def test_a_save_repeated_after_any_call_sends_nothing_that_is_held_already(server: Embedded) -> None:
    """The app dies after a call of the save, before it has noted anything, and saves the same draft anew."""

    class Died(Exception):
        pass

    def die(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        inner.handle_request(request)
        raise Died

    def make() -> tuple[Session, Draft]:
        session = a_session(server, a_text(EASY, STAFF), a_text("Second", (0, 6, "Staff", "POS")))
        draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
        draft = edited(server.api, draft, 1, done())
        return session, stepped(draft, rename_name(draft, "classes", "Staff", "Crew"))

    for number in moments(server, make)[:-1]:
        session, draft = make()
        with pytest.raises(Died):
            save(wire_to(server, at=number, fault=die).client(server.token), draft)
        before = read(server.api, session)
        wire = wire_to(server)
        assert save(wire.client(server.token), draft).is_whole
        after = read(server.api, session)
        crew = a_text(EASY, (5, 10, "Crew", "POS"), ROOM), a_text("Second", (0, 6, "Crew", "POS"))
        assert state(*after) == state(*crew)
        assert [document.annotated for document in after] == [False, True]
        puts = [httpx.Response(200, content=r.content).json() for r in wire.calls if r.method == "PUT"]
        again = {item["text"] for body in puts for item in body.get("documents", ())}
        assert not again & {was.text for was, now in zip(before, after, strict=True) if was == now}, number


# Servers without If-Match


class Plain(httpx.BaseTransport):
    """The embedded server as one that lacks an ability; unless told otherwise,
    it does not honour If-Match."""

    def __init__(self, server: Embedded, lacks: str = "if-match") -> None:
        self.inner, self.lacks = InProcess(server.app), lacks

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.lacks == "if-match":
            request.headers.pop("If-Match", None)
        response = self.inner.handle_request(request)
        if not request.url.path.endswith("/info"):
            return response
        body = response.json()
        return httpx.Response(
            200, json={**body, "abilities": [a for a in body["abilities"] if a != self.lacks]}
        )


def test_done_marks_that_go_one_by_one_are_saved_for_good_where_documents_go_in_batches(
    server: Embedded,
) -> None:
    session = a_session(server, a_text(EASY), a_text("Second"))
    draft = edited(server.api, fresh(server.api, session), 0, done())
    wire = Wire(Plain(server, lacks="annotated"))
    report = save(wire.client(server.token), draft)
    assert report.is_whole
    assert sum(line.startswith("POST") for line in wire.lines) == 1
    assert [document.annotated for document in read(server.api, session)] == [True, False]
    assert not applied(draft, report).is_changed


class Unmarkable(Plain):
    """Takes no done marks: neither in the update call nor one by one."""

    def __init__(self, server: Embedded, fault: Exception | None = None) -> None:
        super().__init__(server, lacks="annotated")
        self.fault = fault

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            if self.fault is not None:
                raise self.fault
            return httpx.Response(403, json={"message": "no marks"})
        return super().handle_request(request)


def one_done_and_all_others_tagged(server: Embedded) -> tuple[Session, Draft]:
    session = a_session(server, *(a_text(f"Text {n}") for n in range(BATCH + 5)))
    first, *others = Reader(server.api, session).each()
    draft = edit(fresh(server.api, session), first, done())
    for item in others:
        draft = edit(draft, item, tagging(0, 4, "Staff", "POS"))
    return session, draft


def what_is_left(draft: Draft) -> list[tuple[int, bool, tuple[str, ...]]]:
    return [(view.position, view.done_changed, view.changed_keys) for view in draft.changed_documents]


def test_a_done_mark_that_is_refused_holds_up_no_other_document_and_stays_unsaved_alone(
    server: Embedded,
) -> None:
    session, draft = one_done_and_all_others_tagged(server)
    report = save(Wire(Unmarkable(server)).client(server.token), draft)
    assert isinstance(report.error, Forbidden)
    assert [len(units) for _, units in held(server.api, session)] == [0] + [1] * (BATCH + 4)
    assert what_is_left(applied(draft, report)) == [(0, True, ())]


def test_what_was_proved_before_the_program_failed_is_saved(server: Embedded) -> None:
    _, draft = one_done_and_all_others_tagged(server)
    broken = Wire(Unmarkable(server, fault=ZeroDivisionError())).client(server.token)
    kept = Kept(draft)
    with pytest.raises(ZeroDivisionError):
        kept.save(broken)
    assert what_is_left(kept.draft) == [(0, True, ())]


def test_without_if_match_other_documents_are_untouched_and_what_comes_after_the_writing_stands(
    server: Embedded,
) -> None:
    def make() -> tuple[Session, Draft]:
        session = a_session(server, a_text(EASY, STAFF), a_text("Second"))
        return session, edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))

    whole = Wire(Plain(server))
    assert save(whole.client(server.token), make()[1]).is_whole
    put = next(n for n, line in enumerate(whole.lines) if line.startswith("PUT"))
    for number in range(1, len(whole.calls)):
        session, draft = make()
        before_reading_or_after_writing = number < put or number > put

        def theirs(session: Session = session, both: bool = before_reading_or_after_writing) -> None:
            add_a_tag(server.api, session, 1, 0, 6, "Staff", "NEG")
            if both:
                add_a_tag(server.api, session, 0, *THEIRS)

        report = save(Wire(Plain(server), on_call={number: theirs}).client(server.token), draft)
        assert report.is_whole, (number, report.differences)
        first = (STAFF, ROOM, THEIRS) if before_reading_or_after_writing else (STAFF, ROOM)
        assert held(server.api, session) == state(
            a_text(EASY, *first), a_text("Second", (0, 6, "Staff", "NEG"))
        ), number


@pytest.mark.parametrize("gives_ids", [True, False], ids=["ids", "no ids"])
def test_what_somebody_else_changes_after_the_one_request_is_told(gives_ids: bool) -> None:
    documents = [a_text(EASY, STAFF), a_text("Second")]
    server = OtherServer("replace", [document.to_json() for document in documents], gives_ids=gives_ids)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 0, tagging(12, 21, "Room", "NEG"))

    def theirs() -> None:
        server.documents[1]["segments"] = a_text("Second", (0, 6, "Staff", "POS")).to_json()["segments"]

    wire = Wire(InProcess(server.app), on_call={4: theirs})
    report = save(wire.client(TOKEN), draft)
    assert wire.lines[3].startswith("PUT")
    assert report.differences == ("Different now, though not edited: document 2.",)
    assert held(api, other_session(api))[1] == state(a_text("Second", (0, 6, "Staff", "POS")))[0]
    after = applied(draft, report)
    assert not after.changed_documents
    assert save(api, after).is_whole


def test_documents_of_a_session_are_joined_with_what_others_did_before_the_one_request() -> None:
    documents = [a_text(EASY, STAFF), Document(text="Second")]
    server = OtherServer("replace", [document.to_json() for document in documents], gives_ids=True)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 0, tagging(12, 21, "Room", "NEG"))
    server.documents[0]["segments"] += a_text(EASY, (0, 4, "Room", "POS")).to_json()["segments"]
    report = save(api, draft)
    assert report.is_whole
    assert report.notes == ("Joined with what others changed meanwhile: document 1.",)
    assert (
        held(api, other_session(api))[0]
        == state(a_text(EASY, STAFF, (12, 21, "Room", "NEG"), (0, 4, "Room", "POS")))[0]
    )
