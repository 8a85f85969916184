"""A save from the draft to the server and back, over servers of each reading: what goes out and what is
proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest

from labeling.documents.reader import CHUNK, Reader
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.history import refreshed, revert, take, undo
from labeling.draft.summary import change_count
from labeling.editing.session import (
    add_documents,
    add_name,
    move_name,
    remove_name,
    rename_name,
    rename_session,
)
from labeling.editing.table import add_tag, delete_rows
from labeling.errors import Invalid, NotFound, Unreadable
from labeling.model import Document, NewSession, Session, SessionChange, Type
from labeling.saving.batches import BATCH
from labeling.saving.merge import Choice
from labeling.saving.plan import Choices
from labeling.saving.report import Report
from labeling.studio.client import LabelingClient
from tests.contract.embedded import Embedded
from tests.contract.other_server import TOKEN, OtherServer, Reading
from tests.contract.saves import (
    EASY,
    ROOM,
    STAFF,
    Wire,
    a_session,
    a_text,
    applied,
    cell,
    change,
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
from tests.unit.build import key_of, row


def puts_through(wire: Wire) -> list[dict[str, Any]]:
    return [httpx.Response(200, content=r.content).json() for r in wire.calls if r.method == "PUT"]


# What goes out, and what is said of it


def test_a_save_sends_exactly_what_changed_and_tells_status_and_progress_before_and_after(
    server: Embedded,
) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second"), a_text("Third"))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    draft = edited(server.api, draft, 2, done())
    wire = wire_to(server)
    report = save(wire.client(server.token), draft)
    first, _, third = read(server.api, session)
    [body] = puts_through(wire)
    assert sorted(body) == ["documents"]
    assert [(item["id"], item["annotated"]) for item in body["documents"]] == [
        (first.id, False),
        (third.id, True),
    ]
    assert report.is_whole
    assert (report.before.status, report.after.status) == ("CREATED", "ANNOTATING")
    assert (report.before.progress, report.after.progress) == (0.0, 33.3)
    assert (report.sent, report.after.document_count) == (2, 3)
    assert report.seconds > 0
    assert held(server.api, session) == state(a_text(EASY, STAFF, ROOM), a_text("Second"), a_text("Third"))
    after = applied(draft, report)
    assert not after.is_changed
    assert after.base == report.after
    assert all(step.saved for step in after.steps)


def test_the_time_between_steps_goes_along_with_the_document_and_once(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second"))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    draft = edited(server.api, edited(server.api, draft, 0, done()), 1, done())
    moments = ("2026-11-03T10:00:00+00:00", "2026-11-03T10:00:40+00:00", "2026-11-03T10:00:42+00:00")
    steps = (step.model_copy(update={"at": at}) for step, at in zip(draft.steps, moments, strict=True))
    draft = replace(draft, steps=tuple(steps))
    report = save(server.api, draft)
    assert report.is_whole
    first, second = (document.id or 0 for document in read(server.api, session))
    project = session.project_id
    assert [one.seconds for one in server.api.versions(project, session.id, first)] == [40, None]
    assert [one.seconds for one in server.api.versions(project, session.id, second)] == [2, None]
    save(server.api, edited(server.api, applied(draft, report), 1, done()))
    assert [one.seconds for one in server.api.versions(project, session.id, second)][-2:] == [2, None]


def test_marking_everything_done_finishes_the_session_and_taking_a_mark_back_opens_it_again(
    server: Embedded,
) -> None:
    session = a_session(server, a_text("One"), a_text("Two"))
    draft = edited(server.api, edited(server.api, fresh(server.api, session), 0, done()), 1, done())
    report = save(server.api, draft)
    assert (report.after.status, report.after.progress) == ("FINISHED", 100.0)
    draft = undo(applied(draft, report))
    report = save(server.api, draft)
    assert report.is_whole
    assert (report.after.status, report.after.progress) == ("ANNOTATING", 50.0)
    assert marks(server.api, session) == [True, False]


def test_the_name_and_lists_alone_go_without_documents(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = stepped(fresh(server.api, session), rename_session(fresh(server.api, session), "Two"))
    draft = stepped(draft, move_name(draft, "classes", "Staff", -1))
    draft = stepped(draft, remove_name(draft, "labels", "NEG", 0))
    wire = wire_to(server)
    report = save(wire.client(server.token), draft)
    assert puts_through(wire) == [{"name": "Two", "classes": ["Staff", "Comfort"], "labels": ["POS"]}]
    assert report.is_whole
    assert report.sent == 0
    assert (report.after.name, report.after.classes, report.after.labels) == (
        "Two",
        ("Staff", "Comfort"),
        ("POS",),
    )
    assert not applied(draft, report).is_changed


def test_nothing_changed_sends_nothing(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = undo(edited(server.api, fresh(server.api, session), 0, done()))
    wire = wire_to(server)
    assert save(wire.client(server.token), draft).is_whole
    assert wire.lines == ["GET info", f"GET {session.id}", f"GET {session.id}"]


def test_keys_that_nobody_here_knows_come_back_as_they_were_read() -> None:
    raw = {
        "text": EASY,
        "segments": [
            {
                "text": "staff",
                "span": [5, 10],
                "score": 0.5,
                "tags": [{"class": "Staff", "label": None, "by": "ann"}],
            },
            {"text": "cold room", "span": [12, 21], "colour": {"r": 1}, "tags": []},
        ],
    }
    server = OtherServer("replace", [raw])
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 0, tagging(0, 4, "Room", "POS"))
    assert save(api, draft).is_whole
    [sent] = server.puts[0]["documents"]
    assert sent["segments"][1:] == raw["segments"]
    assert sent["segments"][0] == {
        "text": "Nice",
        "span": [0, 4],
        "tags": [{"class": "Room", "label": "POS"}],
    }


def test_an_edited_tag_keeps_its_other_keys_and_the_embedded_server_keeps_its_ids(server: Embedded) -> None:
    document = {
        "text": EASY,
        "segments": [{"span": [5, 10], "note": "n", "tags": [{"class": "Staff", "by": "ann"}]}],
    }
    session = a_session(server, Document.model_validate(document), a_text("Second"))
    [before, _] = read(server.api, session)
    draft = edited(server.api, fresh(server.api, session), 0, cell("0/0", "label", "POS"))
    assert save(server.api, draft).is_whole
    [now, _] = read(server.api, session)
    assert (now.id, now.segments[0].model_extra) == (before.id, before.segments[0].model_extra)
    assert now.segments[0].tags[0].model_extra["by"] == "ann"


def test_unfinished_rows_stay_here_and_are_sent_as_they_were_read(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM), a_text("Second", (0, 6, "Staff", "POS")))
    draft = edited(server.api, fresh(server.api, session), 0, cell("0/0", "end", 3))
    draft = edited(server.api, draft, 0, cell("1/0", "label", "POS"))
    draft = edited(server.api, draft, 1, cell("0/0", "start", None))
    report = save(server.api, draft)
    assert report.is_whole
    assert (report.sent, report.rows_left) == (1, 2)
    assert held(server.api, session)[0] == state(a_text(EASY, STAFF, (12, 21, "Comfort", "POS")))[0]
    after = applied(draft, report)
    assert [len(document.unfinished) for document in after.changed_documents] == [1, 1]
    assert change_count(after) == 2
    again = save(server.api, after)
    assert (again.sent, again.rows_left) == (0, 2)
    finished = edited(server.api, after, 0, cell("0/0", "end", 9))
    assert save(server.api, finished).is_whole
    assert (
        held(server.api, session)[0]
        == state(a_text(EASY, (5, 9, "Staff", "POS"), (12, 21, "Comfort", "POS")))[0]
    )


def test_a_row_still_to_be_filled_is_there_after_the_save(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = edited(server.api, fresh(server.api, session), 0, cell("0/0", "label", "NEG"))
    draft = edited(
        server.api, draft, 0, lambda view, d: add_tag(view, row(view, "0/0"), d.taken + 1, d.scheme)
    )
    report = save(server.api, draft)
    after = applied(draft, report)
    [document] = after.documents.values()
    assert [key for key, _ in document.segments[0].rows] == [document.base[0].tag_keys[0], "2.0"]
    assert not after.is_changed
    filled = edited(server.api, after, 0, cell("0/2.0", "class_", "Comfort"))
    assert save(server.api, filled).is_whole
    assert held(server.api, session) == state(a_text(EASY, (5, 10, "Staff", "NEG"), (5, 10, "Comfort", None)))


def test_a_tag_deleted_and_made_again_is_saved_and_leaves_nothing_unsaved(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = edited(
        server.api, fresh(server.api, session), 0, lambda view, _: delete_rows(view, [row(view, "0/0")])
    )
    draft = edited(server.api, draft, 0, tagging(*STAFF))
    assert draft.is_changed
    report = save(server.api, draft)
    assert report.is_whole
    assert not applied(draft, report).is_changed
    assert held(server.api, session) == state(a_text(EASY, STAFF))


def test_the_text_of_a_segment_put_right_is_sent(server: Embedded) -> None:
    wrong = {"text": EASY, "segments": [{"span": [5, 10], "text": "STAFF", "tags": [{"class": "Staff"}]}]}
    session = a_session(server, Document.model_validate(wrong))
    draft = edited(server.api, fresh(server.api, session), 0, cell("0/0", "end", 9))
    draft = edited(server.api, draft, 0, cell("0/0", "end", 10))
    report = save(server.api, draft)
    assert report.is_whole
    assert read(server.api, session)[0].segments[0].text == "staff"
    assert not applied(draft, report).is_changed


# Many documents


def test_many_documents_go_in_batches_and_each_call_leaves_valid_data(server: Embedded) -> None:
    """A class is replaced by another in every document, and the labels change places."""
    count = 2 * BATCH + 30
    session = a_session(server, *(a_text(f"Text {n}", (0, 4, "Staff", "POS")) for n in range(count)))
    draft = stepped(fresh(server.api, session), add_name(fresh(server.api, session), "classes", "Crew"))
    for item in Reader(server.api, session).each():
        draft = edit(draft, item, cell("0/0", "class_", "Crew"))
    draft = stepped(draft, remove_name(draft, "classes", "Staff", 0))
    draft = stepped(draft, move_name(draft, "labels", "NEG", -1))
    draft = stepped(draft, add_documents(draft, [Document(text="New one"), Document(text="New two")]))
    wire = wire_to(server)
    told: list[tuple[int, int]] = []
    report = save(wire.client(server.token), draft, watch=lambda n, of, what: told.append((n, of)))
    assert report.is_whole
    bodies = puts_through(wire)
    assert [len(body.get("documents", ())) for body in bodies] == [0, BATCH, BATCH, 30, 0, 2]
    assert [body["classes"] for body in bodies if "classes" in body] == [
        ["Comfort", "Crew", "Staff"],
        ["Comfort", "Crew"],
    ]
    assert told == [(0, count), (BATCH, count), (2 * BATCH, count), (count, count)]
    assert len(wire.calls) < 20
    wanted = [a_text(f"Text {n}", (0, 4, "Crew", "POS")) for n in range(count)]
    assert held(server.api, session) == state(*wanted, a_text("New one"), a_text("New two"))
    assert (report.after.classes, report.after.labels) == (("Comfort", "Crew"), ("NEG", "POS"))
    assert report.sent == count + 2
    assert not applied(draft, report).is_changed


def test_batches_that_were_proved_are_saved_when_a_later_one_fails(server: Embedded) -> None:
    count = BATCH + 5
    session = a_session(server, *(a_text(f"Text {n}") for n in range(count)))
    draft = stepped(fresh(server.api, session), add_name(fresh(server.api, session), "classes", "Crew"))
    for item in Reader(server.api, session).each():
        draft = edit(draft, item, tagging(0, 4, "Crew", "POS"))
    wire = wire_to(server)
    save(wire.client(server.token), draft)
    second = [n for n, line in enumerate(wire.lines) if line.startswith("PUT")][2]

    session = a_session(server, *(a_text(f"Text {n}") for n in range(count)))
    draft = stepped(fresh(server.api, session), add_name(fresh(server.api, session), "classes", "Crew"))
    for item in Reader(server.api, session).each():
        draft = edit(draft, item, tagging(0, 4, "Crew", "POS"))
    broken = wire_to(server, at=second, fault=lambda inner, request: httpx.Response(500))
    report = save(broken.client(server.token), draft)
    assert report.error is not None
    after = applied(draft, report)
    assert (len(report.proved), len(after.changed_documents)) == (BATCH, 5)
    assert after.classes == ("Comfort", "Staff", "Crew")
    again = save(server.api, after)
    assert again.is_whole
    assert again.sent == 5
    assert held(server.api, session) == state(
        *(a_text(f"Text {n}", (0, 4, "Crew", "POS")) for n in range(count))
    )


# Documents added


def test_new_texts_and_documents_of_the_project_are_added_at_the_end(server: Embedded) -> None:
    session = a_session(server, a_text("Known to the project"))
    other = server.api.project_documents(session.project_id).documents[0]
    draft = fresh(server.api, session)
    picked = Document(id=other.id, text=other.text)
    draft = stepped(draft, add_documents(draft, [Document(text="New"), Document(text="New"), picked]))
    report = save(server.api, draft)
    assert report.is_whole
    assert [text for text, _ in held(server.api, session)] == ["Known to the project", "New", "New"]
    assert "in the session already: 1" in report.notes[0]
    after = applied(draft, report)
    assert not after.is_changed


def test_a_document_of_the_project_that_the_session_lacks_is_put_into_it(server: Embedded) -> None:
    session = a_session(server, a_text("One"))
    others = tuple(Document(text=text) for text in ("Two", "Three"))
    server.api.create_session(session.project_id, NewSession(name="Other", documents=others))
    documents = server.api.project_documents(session.project_id).documents
    two = next(document for document in documents if document.text == "Two")
    draft = fresh(server.api, session)
    draft = stepped(draft, add_documents(draft, [Document(id=two.id, text="Two")]))
    wire = wire_to(server)
    report = save(wire.client(server.token), draft)
    assert report.is_whole
    assert puts_through(wire) == [{"document_ids": [two.id]}]
    assert [text for text, _ in held(server.api, session)] == ["One", "Two"]


def test_a_document_added_while_the_save_ran_is_still_to_be_sent(server: Embedded) -> None:
    session = a_session(server, a_text("One"))
    draft = stepped(
        fresh(server.api, session), add_documents(fresh(server.api, session), [Document(text="Two")])
    )
    report = save(server.api, draft)
    later = applied(stepped(draft, add_documents(draft, [Document(text="Three")])), report)
    assert [document.text for document in later.added] == ["Three"]
    assert save(server.api, later).is_whole
    assert [text for text, _ in held(server.api, session)] == ["One", "Two", "Three"]


def test_undoing_an_added_document_after_the_save_adds_no_other_one_again(server: Embedded) -> None:
    session = a_session(server, a_text("One"))
    draft = fresh(server.api, session)
    draft = stepped(draft, add_documents(draft, [Document(text="Two")]))
    draft = stepped(draft, add_documents(draft, [Document(text="Three")]))
    assert undo(draft).added == (Document(text="Two"),)
    after = undo(applied(draft, save(server.api, draft)))
    assert after.added == ()


# Somebody else


def test_what_others_did_in_the_same_document_stays_beside_mine(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    change(server.api, session, documents=[a_text(EASY, STAFF, (0, 4, "Comfort", "POS"))])
    report = save(server.api, draft)
    assert report.is_whole
    assert held(server.api, session) == state(a_text(EASY, STAFF, ROOM, (0, 4, "Comfort", "POS")))
    assert not applied(draft, report).is_changed


def test_a_tag_that_they_deleted_stays_deleted_and_one_that_i_deleted_too(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM, (0, 4, "Comfort", "POS")))
    draft = edited(
        server.api, fresh(server.api, session), 0, lambda view, _: delete_rows(view, [row(view, "0/0")])
    )
    change(server.api, session, documents=[a_text(EASY, STAFF, (0, 4, "Comfort", "POS"))])
    report = save(server.api, draft)
    assert report.is_whole
    assert held(server.api, session) == state(a_text(EASY, (0, 4, "Comfort", "POS")))
    assert not applied(draft, report).is_changed


def retagged_by_both(server: Embedded) -> tuple[Session, Draft]:
    """Somebody else has retagged what is retagged here; a second document is mine alone."""
    session = a_session(server, a_text(EASY, STAFF, ROOM), a_text("Second"))
    draft = edited(server.api, fresh(server.api, session), 0, cell("0/0", "label", "NEG"))
    draft = edited(server.api, draft, 0, cell("1/0", "label", "POS"))
    draft = edited(server.api, draft, 1, tagging(0, 6, "Staff", "POS"))
    change(server.api, session, documents=[a_text(EASY, (5, 10, "Comfort", "POS"), ROOM)])
    return session, draft


def test_a_real_conflict_is_asked_and_the_other_documents_are_sent_all_the_same(server: Embedded) -> None:
    session, draft = retagged_by_both(server)
    report = save(server.api, draft)
    [asked] = report.conflicts
    [conflict] = asked.conflicts
    assert (asked.document.position, conflict.base) == (0, (5, 10, "Staff", "POS"))
    assert conflict.mine == ((5, 10, "Staff", "NEG"),)
    assert conflict.theirs == ((5, 10, "Comfort", "POS"),)
    assert report.asks
    assert not report.is_whole
    assert held(server.api, session) == state(
        a_text(EASY, (5, 10, "Comfort", "POS"), ROOM), a_text("Second", (0, 6, "Staff", "POS"))
    )
    assert [document.position for document in applied(draft, report).changed_documents] == [0]


@pytest.mark.parametrize(
    ("choice", "staff"),
    [
        ("mine", [(5, 10, "Staff", "NEG")]),
        ("theirs", [(5, 10, "Comfort", "POS")]),
        ("both", [(5, 10, "Staff", "NEG"), (5, 10, "Comfort", "POS")]),
    ],
)
def test_what_is_chosen_in_a_conflict_stands_and_the_rest_of_the_document_is_saved(
    server: Embedded, choice: Choice, staff: list[tuple[int, int, str, str]]
) -> None:
    session, draft = retagged_by_both(server)
    report = save(server.api, draft)
    draft = applied(draft, report)
    again = save(server.api, draft, choices=chosen(report, choice))
    assert again.is_whole
    assert held(server.api, session)[0] == state(a_text(EASY, *staff, (12, 21, "Comfort", "POS")))[0]
    assert not applied(draft, again).is_changed


def test_a_choice_is_asked_again_when_they_have_changed_the_place_once_more(server: Embedded) -> None:
    session, draft = retagged_by_both(server)
    report = save(server.api, draft)
    draft = applied(draft, report)
    change(server.api, session, documents=[a_text(EASY, (5, 10, "Comfort", "NEG"), ROOM)])
    again = save(server.api, draft, choices=chosen(report, "mine"))
    assert [conflict.theirs for one in again.conflicts for conflict in one.conflicts] == [
        ((5, 10, "Comfort", "NEG"),)
    ]
    assert held(server.api, session)[0] == state(a_text(EASY, (5, 10, "Comfort", "NEG"), ROOM))[0]


def test_in_one_request_a_conflict_sends_nothing_at_all_until_it_is_chosen() -> None:
    server = an_other("replace", True)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 1, cell("0/0", "label", "NEG"))
    draft = edited(api, draft, 3, tagging(0, 4, "Room", "NEG"))
    server.documents[1]["segments"][0]["tags"] = [{"class": "Room", "label": "POS"}]
    report = save(api, draft)
    assert [one.document.position for one in report.conflicts] == [1]
    assert server.puts == []
    assert applied(draft, report).changed_documents == draft.changed_documents
    again = save(api, applied(draft, report), choices=chosen(report, "mine"))
    assert again.is_whole
    assert held(api, other_session(api))[1] == state(a_text(EASY, (5, 10, "Staff", "NEG")))[0]


def chosen(report: Report, choice: Choice) -> Choices:
    return Choices({one.document.key: {c.key: choice for c in one.conflicts} for one in report.conflicts})


def test_reverting_my_side_of_a_conflict_leaves_theirs(server: Embedded) -> None:
    session, draft = retagged_by_both(server)
    draft = applied(draft, save(server.api, draft))
    [document] = draft.changed_documents
    draft = take(draft, revert(document, [key_of(document, 0)]), document)
    report = save(server.api, draft)
    assert report.is_whole
    assert (
        held(server.api, session)[0]
        == state(a_text(EASY, (5, 10, "Comfort", "POS"), (12, 21, "Comfort", "POS")))[0]
    )


def test_in_a_session_with_one_tag_a_segment_two_tags_for_one_place_are_a_conflict(server: Embedded) -> None:
    project = server.project(Type.LABEL)
    text = {"text": EASY, "segments": [{"span": [0, len(EASY)]}]}
    session = server.api.create_session(
        project, NewSession(name="One", documents=(Document.model_validate(text),))
    )
    draft = edited(server.api, fresh(server.api, session), 0, cell("0/-", "label", "POS"))
    change(
        server.api,
        session,
        documents=[{"text": EASY, "segments": [{"span": [0, len(EASY)], "tags": [{"label": "NEG"}]}]}],
    )
    report = save(server.api, draft)
    assert [len(one.conflicts) for one in report.conflicts] == [1]
    again = save(server.api, applied(draft, report), choices=chosen(report, "mine"))
    assert again.is_whole
    [document] = read(server.api, session)
    assert [tag.names for segment in document.segments for tag in segment.tags] == [(None, "POS")]


def test_the_same_change_by_somebody_else_is_no_conflict(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    change(server.api, session, documents=[{**a_text(EASY, STAFF, ROOM).to_json(), "annotated": False}])
    report = save(server.api, draft)
    assert report.is_whole
    assert not applied(draft, report).is_changed
    assert held(server.api, session) == state(a_text(EASY, STAFF, ROOM))


def test_a_done_mark_of_somebody_else_stays_when_i_edit_tags(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    change(server.api, session, documents=[{"text": EASY, "annotated": True}])
    report = save(server.api, draft)
    assert report.is_whole
    assert marks(server.api, session) == [True]
    after = applied(draft, report)
    assert not after.is_changed
    assert [document.done for document in after.documents.values()] == [True]


def test_tags_of_somebody_else_stay_when_i_only_mark_the_document(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = edited(server.api, fresh(server.api, session), 0, done())
    change(server.api, session, documents=[{**a_text(EASY, STAFF, ROOM).to_json(), "annotated": False}])
    report = save(server.api, draft)
    assert report.is_whole
    assert (held(server.api, session), marks(server.api, session)) == (
        state(a_text(EASY, STAFF, ROOM)),
        [True],
    )
    after = applied(draft, report)
    assert not after.is_changed
    assert len(next(iter(after.documents.values())).segments) == 2


def test_names_that_somebody_else_added_stay_after_my_save_and_after_reading_again(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = stepped(fresh(server.api, session), add_name(fresh(server.api, session), "classes", "Mine"))
    now = change(server.api, session, classes=["Comfort", "Staff", "Theirs"], labels=["POS", "NEG", "MIX"])
    seen = refreshed(draft, now)
    assert seen.classes == ("Comfort", "Staff", "Mine", "Theirs")
    for mine in (draft, seen):
        report = save(server.api, mine)
        assert report.is_whole
        assert report.after.classes == ("Comfort", "Staff", "Mine", "Theirs")
        after = applied(mine, report)
        assert not after.is_changed
        assert (after.classes, after.labels) == (report.after.classes, ("POS", "NEG", "MIX"))
    assert undo(after).classes == ("Comfort", "Staff", "Theirs")


def test_a_name_added_while_the_save_ran_stays_unsaved_and_one_taken_back_too(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = stepped(fresh(server.api, session), add_name(fresh(server.api, session), "classes", "One"))
    report = save(server.api, draft)
    later = applied(stepped(draft, add_name(draft, "classes", "Two")), report)
    assert later.session_change == SessionChange(classes=("Comfort", "Staff", "One", "Two"))
    assert [step.saved for step in later.steps] == [False, False]
    back = applied(undo(draft), report)
    assert back.session_change == SessionChange(classes=("Comfort", "Staff"))


@pytest.mark.parametrize("number", range(1, 6))
def test_a_session_deleted_before_any_call_of_a_save_is_told_and_the_edits_are_kept(number: int) -> None:
    server = OtherServer("replace", [a_text(EASY).to_json()])
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 0, tagging(0, 4, "Staff", "POS"))
    wire = Wire(InProcess(server.app), fault=_gone, at=number, until=99)
    report = save(wire.client(TOKEN), draft)
    assert isinstance(report.error, NotFound)
    after = applied(draft, report)
    assert [document.sendable for document in after.documents.values()] == [
        document.sendable for document in draft.documents.values()
    ]
    assert after.is_changed == (not report.proved)
    assert bool(report.proved) == (number == 5)


def test_a_document_that_left_the_session_is_told_and_the_others_are_saved(server: Embedded) -> None:
    session = a_session(server, a_text(EASY), a_text("Second"))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    draft = edited(server.api, draft, 1, tagging(0, 6, "Staff", "POS"))
    gone = read(server.api, session)[0].id

    class Without(httpx.BaseTransport):
        """The server after somebody took a document out, which its own API does not offer."""

        def __init__(self) -> None:
            self.inner = InProcess(server.app)

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith(f"/{gone}"):
                return httpx.Response(404, json={"message": "no such document"})
            response = self.inner.handle_request(request)
            if not request.url.path.endswith("/documents"):
                return response
            body = response.json()
            body["documents"] = [item for item in body["documents"] if item["id"] != gone]
            return httpx.Response(200, json={**body, "document_count": 1})

    report = save(Wire(Without()).client(server.token), draft)
    assert report.error is None
    assert report.differences == ("No longer in this session: document 1. Your changes there were not sent.",)
    assert held(server.api, session)[1] == state(a_text("Second", (0, 6, "Staff", "POS")))[0]
    assert [document.position for document in applied(draft, report).changed_documents] == [0]


# Edits made while a save runs


def test_what_is_edited_during_a_save_is_unsaved_after_it_and_goes_with_the_next(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second"))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    report = save(server.api, draft)
    later = edited(server.api, draft, 0, cell("1.0/1.0", "label", "POS"))
    later = edited(server.api, later, 1, done())
    after = applied(later, report)
    assert change_count(after) == 2
    assert [step.saved for step in after.steps] == [True, False, False]
    again = save(server.api, after)
    assert again.is_whole
    assert held(server.api, session)[0] == state(a_text(EASY, STAFF, (12, 21, "Comfort", "POS")))[0]
    assert not applied(after, again).is_changed


def test_a_saved_step_can_be_undone_and_saved_again(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = edited(
        server.api, fresh(server.api, session), 0, lambda view, _: delete_rows(view, [row(view, "0/0")])
    )
    draft = edited(server.api, draft, 0, tagging(*ROOM))
    draft = applied(draft, save(server.api, draft))
    draft = undo(undo(draft))
    assert draft.is_changed
    report = save(server.api, draft)
    assert report.is_whole
    assert held(server.api, session) == state(a_text(EASY, STAFF))
    assert not applied(draft, report).is_changed


# Servers that name no abilities

SAME = "Same text"


def other_documents() -> list[Document]:
    return [a_text(SAME), a_text(EASY, STAFF), a_text(SAME), a_text("Last")]


def an_other(reading: Reading, gives_ids: bool, documents: Sequence[Document] | None = None) -> OtherServer:
    chosen = other_documents() if documents is None else documents
    return OtherServer(reading, [document.to_json() for document in chosen], gives_ids=gives_ids)


@pytest.mark.parametrize("reading", ["replace", "add"])
def test_a_document_that_cannot_be_read_is_named_by_its_id_and_never_sent(reading: Reading) -> None:
    spoilt = {"text": 7, "segments": "none"}
    server = OtherServer(reading, [a_text(EASY).to_json(), spoilt], gives_ids=True)
    api = other_api(server)
    before = server.documents[1]
    draft = edited(api, fresh(api, other_session(api)), 0, tagging(0, 4, "Staff", "POS"))
    report = save(api, draft)
    assert [item["text"] for item in server.puts[0]["documents"]] == [EASY]
    assert server.puts[0]["document_ids"] == [101, 102]
    assert before in server.documents
    assert report.is_whole == (reading == "replace")


def test_where_nothing_names_a_document_that_cannot_be_read_or_a_name_goes_through_all_nothing_is_sent() -> (
    None
):
    spoilt = {"text": 7, "segments": []}
    for gives_ids, make in ((False, tagging(0, 4, "Staff", "POS")), (True, None)):
        server = OtherServer("replace", [a_text(EASY).to_json(), spoilt], gives_ids=gives_ids)
        api = other_api(server)
        draft = fresh(api, other_session(api))
        draft = (
            edited(api, draft, 0, make)
            if make
            else stepped(draft, rename_name(draft, "classes", "Staff", "Team"))
        )
        report = save(api, draft)
        assert isinstance(report.error, Unreadable)
        assert "document 2" in report.error.message
        assert server.puts == []


@pytest.mark.parametrize("gives_ids", [True, False], ids=["ids", "no ids"])
def test_a_replacing_server_ends_with_every_document_in_its_place(gives_ids: bool) -> None:
    server = an_other("replace", gives_ids)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 2, tagging(0, 4, "Staff", "POS"))
    draft = stepped(draft, add_name(draft, "labels", "MIX"))
    report = save(api, draft)
    assert report.is_whole
    assert len(server.puts) == 1
    assert len(server.puts[0]["documents"]) == (2 if gives_ids else 4)
    assert ("document_ids" in server.puts[0]) == gives_ids
    assert held(api, other_session(api)) == state(
        a_text(SAME), a_text(EASY, STAFF), a_text(SAME, (0, 4, "Staff", "POS")), a_text("Last")
    )
    after = applied(draft, report)
    assert not after.is_changed
    again = edited(api, after, 0, tagging(5, 9, "Room", "NEG"))
    assert save(api, again).is_whole
    assert held(api, other_session(api))[0] == state(a_text(SAME, (5, 9, "Room", "NEG")))[0]
    assert len(server.documents) == 4


def test_new_texts_go_to_a_replacing_server_once_and_are_never_paired_with_the_id_of_another() -> None:
    server = an_other("replace", True, [a_text("One"), a_text("Two")])
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 1, tagging(0, 3, "Staff", "POS"))
    draft = stepped(draft, add_documents(draft, [Document(text="New")]))
    report = save(api, draft)
    assert report.is_whole
    body = server.puts[0]
    by_id = {item["id"]: item["text"] for item in server.documents}
    assert len(body["documents"]) != len(body["document_ids"]) or all(
        by_id[number] == item["text"]
        for number, item in zip(body["document_ids"], body["documents"], strict=True)
    )
    assert held(api, other_session(api)) == state(
        a_text("One"), a_text("Two", (0, 3, "Staff", "POS")), a_text("New")
    )
    assert not applied(draft, report).is_changed


@pytest.mark.parametrize("gives_ids", [True, False], ids=["ids", "no ids"])
def test_an_adding_server_is_told_apart_and_never_sent_the_same_twice(gives_ids: bool) -> None:
    server = an_other("add", gives_ids)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 1, tagging(*ROOM[:2], "Room", "NEG"))
    report = save(api, draft)
    place = 5 if gives_ids else 6
    assert report.differences[0] == (
        f"Document 2 was not changed but added once more (document {place}): "
        "this server adds what it is sent."
    )
    assert "not 4 as expected" in report.differences[-1]
    assert report.proved == set()
    draft = applied(draft, report)
    assert change_count(draft) == 1
    # The screen reads the session again, with its new count, before the next save.
    draft = refreshed(draft, other_session(api))
    again = save(api, draft)
    assert [document.position for document in again.copies] == [1]
    assert "Nothing was sent again" in again.notes[0]
    assert len(server.puts) == 1
    asked = save(api, applied(draft, again), choices=Choices(resend=frozenset({again.copies[0].key})))
    assert len(server.puts) == 2
    assert not asked.is_whole


@pytest.mark.parametrize("reading", ["replace", "add"])
def test_a_done_mark_goes_to_the_status_call_where_the_update_call_cannot_carry_it(reading: Reading) -> None:
    server = an_other(reading, True)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 1, done())
    report = save(api, draft)
    assert report.is_whole
    assert (server.puts, server.marked) == ([], [server.documents[1]["id"]])
    assert "cannot take back" in report.notes[0]
    after = applied(draft, report)
    assert not after.is_changed
    undone = undo(after)
    again = save(api, undone)
    assert "kept here only: document 2" in again.notes[0]
    assert len(server.marked) == 1
    assert applied(undone, again).is_changed
    assert [view.done for view in views(api, after)] == [None, True, None, None]


def test_a_mark_that_was_sent_stays_when_the_document_is_saved_again_and_is_not_sent_twice() -> None:
    server = an_other("replace", True)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 1, done())
    draft = applied(draft, save(api, draft))
    draft = edited(api, draft, 1, tagging(*ROOM[:2], "Room", "NEG"))
    report = save(api, draft)
    assert report.is_whole
    draft = applied(draft, report)
    assert not draft.is_changed
    assert len(server.marked) == 1
    assert views(api, draft)[1].done


def views(api: LabelingClient, draft: Draft) -> list[DraftDocument]:
    """The documents as the screen shows them."""
    return [draft.view(item) for item in Reader(api, draft.base).each()]


def test_a_done_mark_without_an_id_is_kept_here_and_that_is_said() -> None:
    server = an_other("replace", False)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 1, done())
    report = save(api, draft)
    assert (server.puts, server.marked) == ([], [])
    assert "kept here only: document 2" in report.notes[0]
    assert [document.done for document in applied(draft, report).changed_documents] == [True]


def test_a_document_that_a_server_loses_or_changes_by_itself_is_named() -> None:
    server = an_other("replace", False)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 1, tagging(*ROOM[:2], "Room", "NEG"))
    wire = Wire(InProcess(server.app), on_call={4: lambda: server.documents.pop()})
    report = save(wire.client(TOKEN), draft)
    assert wire.lines[3].startswith("PUT")
    assert report.differences == (
        "Lost from the session, though not edited: document 4.",
        "Documents in the session now: 3, not 4 as expected.",
    )
    assert [draft.documents[key].position for key in report.proved] == [1]


def test_a_server_that_answers_well_but_keeps_nothing_proves_nothing(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    draft = stepped(draft, rename_session(draft, "Two"))
    pretend = server.api.session(session.project_id, session.id).to_json() | {"name": "Two", "progress": 0}

    def pretending(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=pretend)

    report = save(wire_to(server, at=3, fault=pretending).client(server.token), draft)
    assert report.error is None
    assert report.differences == (
        "Document 1: 1 missing.",
        "Name: the server holds something else than was sent.",
    )
    after = applied(draft, report)
    assert change_count(after) == change_count(draft)
    assert save(server.api, after).is_whole


def test_a_server_that_joins_segments_of_one_span_leaves_no_tag_twice_in_the_draft() -> None:
    server = OtherServer("replace", [a_text(EASY, STAFF).to_json()], gives_ids=True)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 0, tagging(5, 10, "Room", "NEG"))

    def join() -> None:
        first, second = server.documents[0]["segments"]
        server.documents[0]["segments"] = [{**first, "tags": first["tags"] + second["tags"]}]

    report = save(Wire(InProcess(server.app), on_call={4: join}).client(TOKEN), draft)
    assert report.is_whole
    after = applied(draft, report)
    assert not after.is_changed
    [document] = after.documents.values()
    assert len(document.segments) == 1
    assert Counter(tag.names for tag in document.segments[0].segment.tags) == Counter(
        [("Staff", "POS"), ("Room", "NEG")]
    )


def test_a_server_that_sorts_segments_its_own_way_leaves_nothing_unsaved() -> None:
    server = OtherServer("replace", [a_text(EASY, STAFF).to_json()], gives_ids=True)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 0, tagging(0, 4, "Room", "NEG"))
    wire = Wire(InProcess(server.app), on_call={4: lambda: server.documents[0]["segments"].reverse()})
    report = save(wire.client(TOKEN), draft)
    assert report.is_whole
    assert not applied(draft, report).is_changed


@pytest.mark.parametrize("counts", [True, False])
def test_a_server_that_knows_no_pages_is_read_once(counts: bool) -> None:
    documents = [a_text(EASY, STAFF), *(a_text(f"Text {n}") for n in range(CHUNK))]
    server = an_other("replace", False, documents)

    class Unpaged(httpx.BaseTransport):
        def __init__(self) -> None:
            self.inner = InProcess(server.app)
            self.listings = 0

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            whole = request.url.copy_remove_param("offset").copy_remove_param("limit")
            response = self.inner.handle_request(
                httpx.Request(request.method, whole, headers=request.headers, content=request.content)
            )
            self.listings += whole.path.endswith("/documents")
            assert self.listings < 9
            if counts or not response.is_success:
                return response
            return httpx.Response(200, json={**response.json(), "document_count": None})

    wire = Wire(Unpaged())
    api = wire.client(TOKEN)
    draft = edited(api, fresh(api, other_session(api)), 0, tagging(*ROOM[:2], "Room", "NEG"))
    assert save(api, draft).is_whole
    assert (
        held(other_api(server), other_session(api))[0]
        == state(a_text(EASY, STAFF, (12, 21, "Room", "NEG")))[0]
    )
    assert len(server.documents) == CHUNK + 1


def test_a_new_text_that_a_server_drops_is_told_and_stays_to_be_sent() -> None:
    server = an_other("replace", True)
    api = other_api(server)
    draft = fresh(api, other_session(api))
    draft = stepped(draft, add_documents(draft, [Document(text="New")]))
    wire = Wire(InProcess(server.app), on_call={4: lambda: server.documents.pop()})
    report = save(wire.client(TOKEN), draft)
    assert report.differences == ("Added documents that are not in the session: 1.",)
    after = applied(draft, report)
    assert [document.text for document in after.added] == ["New"]
    assert save(api, after).is_whole
    assert [text for text, _ in held(api, other_session(api))][-2:] == ["Last", "New"]


def test_a_refused_save_raises_no_doubt_about_documents_that_come_later() -> None:
    server = an_other("replace", True)
    api = other_api(server)
    draft = edited(api, fresh(api, other_session(api)), 1, tagging(*ROOM[:2], "Room", "NEG"))
    report = save(
        Wire(InProcess(server.app), at=3, fault=lambda *_: httpx.Response(400)).client(TOKEN), draft
    )
    assert isinstance(report.error, Invalid)
    server.documents.append({"id": 999, "text": EASY, "segments": []})
    assert save(api, applied(draft, report)).is_whole


def test_documents_that_somebody_else_adds_meanwhile_are_told_and_are_nothing_wrong(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    wire = wire_to(server, on_call={4: lambda: change(server.api, session, documents=[a_text("Theirs")])})
    report = save(wire.client(server.token), draft)
    assert report.is_whole
    assert report.notes == ("Documents in the session now: 2, not 1 as expected.",)


def test_documents_that_vanish_meanwhile_are_a_difference_even_where_nothing_of_mine_is_missing(
    server: Embedded,
) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second"))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))

    def fewer(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**inner.handle_request(request).json(), "document_count": 1})

    wire = wire_to(server, at=5, fault=fewer)
    report = save(wire.client(server.token), draft)
    assert wire.lines[-1] == f"GET {session.id}"
    assert report.differences == ("Documents in the session now: 1, not 2 as expected.",)
    assert not applied(draft, report).is_changed


def _gone(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    return httpx.Response(
        404, json={"status": "fail", "message": "There is no labeling session 5 in project 1."}
    )
