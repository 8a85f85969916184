"""A class or label renamed, merged or removed in every document: in parts, interrupted anywhere, and taken
back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from labeling.documents.reader import Reader
from labeling.draft.draft import Draft
from labeling.draft.history import redo, refreshed, undo
from labeling.editing.session import add_documents, remove_name
from labeling.errors import Invalid, Unavailable
from labeling.model import Document, Session, SessionChange
from labeling.saving.batches import BATCH
from labeling.saving.plan import Choices
from tests.contract.embedded import Embedded
from tests.contract.other_server import TOKEN, OtherServer, Reading
from tests.contract.renames import (
    PLACES,
    Died,
    How,
    Pairs,
    breaking,
    broken_off,
    end_of,
    renaming,
    texts,
    told_apart,
)
from tests.contract.saves import (
    EASY,
    STAFF,
    Kept,
    Wire,
    a_session,
    a_text,
    applied,
    cell,
    change,
    edited,
    fresh,
    held,
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


def puts(wire: Wire) -> list[dict[str, Any]]:
    return [httpx.Response(200, content=r.content).json() for r in wire.calls if r.method == "PUT"]


def test_a_rename_over_many_documents_goes_in_three_parts_with_valid_data_at_every_point(
    either: Embedded,
) -> None:
    server = either
    count = BATCH + 10
    session = a_session(server, *texts(count), a_text("Other", (0, 5, "Comfort", "NEG")))
    draft = renaming(fresh(server.api, session), ("Staff", "Crew"))
    wire = wire_to(server)
    report = save(wire.client(server.token), draft)
    assert report.is_whole
    first, *middle, last = puts(wire)
    assert first == {"classes": ["Comfort", "Crew", "Staff"]}
    assert last == {"classes": ["Comfort", "Crew"]}
    assert [(list(body), len(body["documents"])) for body in middle] == [
        (["documents"], BATCH),
        (["documents"], 10),
    ]
    assert held(server.api, session) == state(
        *texts(count, "Crew"), a_text("Other", (0, 5, "Comfort", "NEG"))
    )
    after = applied(draft, report)
    assert not after.is_changed
    assert (after.classes, after.documents) == (("Comfort", "Crew"), {})
    assert save(server.api, after).sent == 0


def test_edits_go_with_a_rename_and_follow_it(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), *texts(2))
    draft = edited(server.api, fresh(server.api, session), 0, cell("0/0", "label", "NEG"))
    draft = edited(server.api, draft, 1, tagging(5, 6, "Staff", "NEG"))
    draft = renaming(draft, ("Staff", "Crew"))
    draft = edited(server.api, draft, 2, tagging(5, 6, "Crew", "NEG"))
    report = save(server.api, draft)
    assert report.is_whole
    assert held(server.api, session) == state(
        a_text(EASY, (5, 10, "Crew", "NEG")),
        *(a_text(f"Text {n}", (0, 4, "Crew", "POS"), (5, 6, "Crew", "NEG")) for n in range(2)),
    )
    assert not applied(draft, report).is_changed


def test_done_marks_stay_as_they_are_when_a_class_is_renamed(server: Embedded) -> None:
    marked, open_ = ({**document.to_json(), "annotated": n == 0} for n, document in enumerate(texts(2)))
    session = a_session(server, *(Document.model_validate(document) for document in (marked, open_)))
    assert save(server.api, renaming(fresh(server.api, session), ("Staff", "Crew"))).is_whole
    assert [item.document.annotated for item in Reader(server.api, session).each()] == [True, False]


def test_a_merged_class_leaves_one_tag_where_there_were_two_and_a_removed_one_bare_segments(
    server: Embedded,
) -> None:
    both = a_text(EASY, STAFF)
    [segment] = both.to_json()["segments"]
    segment["tags"].append({"class": "Comfort", "label": "POS"})
    session = a_session(server, Document.model_validate({"text": EASY, "segments": [segment]}), *texts(1))
    draft = fresh(server.api, session)
    merged = stepped(draft, remove_name(draft, "classes", "Staff", 2, "Comfort"))
    report = save(server.api, merged)
    assert report.is_whole
    assert held(server.api, session) == state(a_text(EASY, (5, 10, "Comfort", "POS")), *texts(1, "Comfort"))
    draft = applied(merged, report)
    removed = stepped(draft, remove_name(draft, "classes", "Comfort", 2))
    report = save(server.api, removed)
    assert report.is_whole
    bare = [
        Document.model_validate({"text": t, "segments": [{"span": s}]})
        for t, s in ((EASY, [5, 10]), ("Text 0", [0, 4]))
    ]
    assert held(server.api, session) == state(*bare)
    assert report.after.classes == ()
    assert not applied(removed, report).is_changed


# Taken back


def test_a_rename_undone_before_the_save_sends_nothing(server: Embedded) -> None:
    session = a_session(server, *texts(2))
    draft = undo(renaming(fresh(server.api, session), ("Staff", "Crew")))
    assert not draft.is_changed
    wire = wire_to(server)
    assert save(wire.client(server.token), draft).is_whole
    assert puts(wire) == []


def test_a_rename_undone_after_the_save_renames_back_and_redone_forth_again(server: Embedded) -> None:
    session = a_session(server, *texts(2))
    draft = renaming(fresh(server.api, session), ("Staff", "Crew"))
    draft = applied(draft, save(server.api, draft))
    for turn, name in ((undo, "Staff"), (redo, "Crew"), (undo, "Staff")):
        draft = turn(draft)
        assert draft.is_changed
        report = save(server.api, draft)
        assert report.is_whole
        draft = applied(draft, report)
        assert not draft.is_changed
        assert (held(server.api, session), report.after.classes) == (
            state(*texts(2, name)),
            ("Comfort", name),
        )


def test_a_rename_undone_while_its_save_ran_goes_back_with_the_next(server: Embedded) -> None:
    session = a_session(server, *texts(2))
    draft = renaming(fresh(server.api, session), ("Staff", "Crew"))
    report = save(server.api, draft)
    draft = applied(undo(draft), report)
    assert draft.is_changed
    again = save(server.api, draft)
    assert again.is_whole
    assert held(server.api, session) == state(*texts(2))
    assert not applied(draft, again).is_changed


# Names that change places: what was renamed in part must not be renamed twice


@pytest.mark.parametrize(
    ("how", "pairs"),
    [("cancelled", PLACES[0]), ("failed", PLACES[1]), ("answer lost", PLACES[1]), ("killed", PLACES[2])],
)
def test_renames_broken_off_at_any_request_and_saved_again_end_as_wanted(
    server: Embedded, pairs: Pairs, how: How
) -> None:
    """Once for all requests before which server and draft hold the same; `python -m tests.soak` takes every
    one. Where one name is renamed, `test_saving_faults` lets every call of it fail."""
    broken_off(server, pairs, how, told_apart)


@pytest.mark.parametrize("turns", [(undo,), (undo, redo)])
@pytest.mark.parametrize("how", ["answer lost", "killed"])
def test_a_rename_broken_off_at_any_request_and_then_taken_back_is_taken_back_everywhere(
    server: Embedded, how: How, turns: tuple[Callable[[Draft], Draft], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two turns it is the save of the undo that is broken off, and the redo that is saved after it."""
    monkeypatch.setattr("labeling.saving.batches.BATCH", 2)

    def a_draft() -> tuple[Session, Kept]:
        session = a_session(server, *texts(3))
        kept = Kept(renaming(fresh(server.api, session), ("Staff", "Crew")))
        if redo in turns:
            assert kept.save(server.api).is_whole
            kept.draft = undo(kept.draft)
        return session, kept

    _, kept = a_draft()
    whole = wire_to(server)
    assert save(whole.client(server.token), kept.draft).is_whole
    assert sum(call.method == "PUT" for call in whole.calls) == 4
    for number in range(2, len(whole.calls)):
        session, kept = a_draft()
        wire = wire_to(server, at=number, fault=breaking(how))
        if how == "killed":
            with pytest.raises(Died):
                kept.save(wire.client(server.token))
        else:
            kept.save(wire.client(server.token))
        now = server.api.session(session.project_id, session.id)
        kept.draft = turns[-1](refreshed(kept.draft, now))
        again = kept.save(server.api)
        assert again.is_whole, (number, whole.lines[number], again.error, again.differences)
        name = "Crew" if turns[-1] is redo else "Staff"
        assert held(server.api, session) == state(*texts(3, name)), (number, whole.lines[number])
        assert again.after.classes == ("Comfort", name)
        assert not kept.draft.is_changed


# Somebody else uses the name meanwhile


def test_somebody_who_gives_the_old_name_at_any_moment_of_a_rename_gets_the_new_one_or_is_refused(
    either: Embedded,
) -> None:
    server = either

    def a_draft() -> tuple[Session, Draft]:
        session = a_session(server, *texts(2), a_text("Bare"))
        return session, renaming(fresh(server.api, session), ("Staff", "Crew"))

    whole = wire_to(server)
    assert save(whole.client(server.token), a_draft()[1]).is_whole
    outcomes = set()
    for number in range(2, len(whole.calls)):
        session, draft = a_draft()

        def give(session: Session = session) -> None:
            answer = server.http.put(
                f"projects/{session.project_id}/annotations/{session.id}",
                json={"documents": [a_text("Bare", (0, 4, "Staff", "NEG")).to_json()]},
                headers={"Authorization": server.token},
            )
            outcomes.add(answer.status_code)

        report = save(wire_to(server, on_call={number: give}).client(server.token), draft)
        assert report.is_whole, (number, whole.lines[number], report.error, report.differences)
        classes = {class_ for _, units in held(server.api, session) for _, _, class_, _ in units} - {None}
        assert (classes, report.after.classes) == ({"Crew"}, ("Comfort", "Crew")), whole.lines[number]
    assert outcomes == {200, 400}


def test_a_conflict_in_one_document_does_not_keep_a_rename_from_the_others(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), *texts(2))
    draft = edited(server.api, fresh(server.api, session), 0, cell("0/0", "label", "NEG"))
    draft = renaming(draft, ("Staff", "Crew"))
    change(server.api, session, documents=[a_text(EASY, (5, 10, "Comfort", "POS"))])
    report = save(server.api, draft)
    [asked] = report.conflicts
    assert asked.conflicts[0].mine == ((5, 10, "Crew", "NEG"),)
    assert report.after.classes == ("Comfort", "Crew")
    assert held(server.api, session)[1:] == state(*texts(2, "Crew"))
    draft = applied(draft, report)
    assert [document.position for document in draft.changed_documents] == [0]
    assert draft.pending_renames == ()
    again = save(server.api, draft, choices=Choices({asked.document.key: {asked.conflicts[0].key: "mine"}}))
    assert again.is_whole
    assert held(server.api, session)[0] == state(a_text(EASY, (5, 10, "Crew", "NEG")))[0]


def test_a_class_that_goes_stays_in_the_list_while_a_conflict_leaves_it_in_use(server: Embedded) -> None:
    """The tags were retagged one by one, so the list follows only when the documents are all saved."""
    session = a_session(server, a_text(EASY, STAFF), a_text("Text 0", (0, 4, "Comfort", "POS")))
    draft = edited(server.api, fresh(server.api, session), 0, cell("0/0", "class_", "Comfort"))
    draft = stepped(draft, remove_name(draft, "classes", "Staff", 0))
    change(server.api, session, documents=[a_text(EASY, (5, 10, "Staff", "NEG"))])
    report = save(server.api, draft)
    assert (report.error, report.differences, len(report.conflicts)) == (None, (), 1)
    assert "classes keep their names" in " ".join(report.notes)
    assert report.after.classes == ("Comfort", "Staff")
    draft = applied(draft, report)
    assert draft.session_change == SessionChange(classes=("Comfort",))
    [conflict] = report.conflicts[0].conflicts
    again = save(
        server.api, draft, choices=Choices({report.conflicts[0].document.key: {conflict.key: "mine"}})
    )
    assert again.is_whole
    assert again.after.classes == ("Comfort",)


def test_a_batch_that_somebody_else_was_faster_with_has_the_later_ones_read_again(server: Embedded) -> None:
    count = BATCH + 3
    session = a_session(server, *texts(count))
    draft = renaming(fresh(server.api, session), ("Staff", "Crew"))
    whole = wire_to(server)
    save(whole.client(server.token), draft)
    first = [n for n, line in enumerate(whole.lines) if line.startswith("PUT")][1]
    session = a_session(server, *texts(count))
    draft = renaming(fresh(server.api, session), ("Staff", "Crew"))
    last = f"Text {count - 1}"
    theirs = a_text(last, (0, 4, "Staff", "POS"), (5, 7, "Comfort", "NEG"))
    wire = wire_to(server, on_call={first: lambda: change(server.api, session, documents=[theirs])})
    report = save(wire.client(server.token), draft)
    assert report.is_whole
    assert (
        held(server.api, session)[-1]
        == state(a_text(last, (0, 4, "Crew", "POS"), (5, 7, "Comfort", "NEG")))[0]
    )


# Servers that name no abilities


@pytest.mark.parametrize(
    "pairs", [[("Staff", "Crew")], [("Room", "Space"), ("Staff", "Room")]], ids=["one", "two"]
)
@pytest.mark.parametrize("gives_ids", [True, False], ids=["ids", "no ids"])
def test_a_replacing_server_gets_a_rename_in_one_request_for_each_time_a_name_moves_on(
    pairs: Pairs, gives_ids: bool
) -> None:
    documents = [a_text(EASY, STAFF, (12, 21, "Room", "NEG")), a_text("Last")]
    server = OtherServer("replace", [document.to_json() for document in documents], gives_ids=gives_ids)
    api = other_api(server)
    draft = renaming(fresh(api, other_session(api)), *pairs)
    draft = edited(api, draft, 1, tagging(0, 4, draft.classes[0], "POS"))
    draft = edited(api, draft, 0, tagging(0, 4, draft.classes[0], "POS"))
    report = save(api, draft)
    assert report.is_whole
    assert len(server.puts) == len(pairs)
    assert held(api, other_session(api)) == state(
        a_text(
            EASY,
            (5, 10, end_of(pairs, "Staff"), "POS"),
            (12, 21, end_of(pairs, "Room"), "NEG"),
            (0, 4, draft.classes[0], "POS"),
        ),
        a_text("Last", (0, 4, draft.classes[0], "POS")),
    )
    assert server.session["classes"] == list(draft.classes)
    assert not applied(draft, report).is_changed


@pytest.mark.parametrize("reading", ["replace", "add"])
def test_a_rename_whose_answer_was_lost_is_not_sent_twice(reading: Reading) -> None:
    pairs = [("Room", "Space"), ("Staff", "Room")]
    server = OtherServer(reading, [a_text(EASY, STAFF, (12, 21, "Room", "NEG")).to_json()], gives_ids=True)
    api = other_api(server)
    draft = renaming(fresh(api, other_session(api)), *pairs)
    kept = Kept(draft)
    wire = Wire(InProcess(server.app), at=3, fault=breaking("answer lost"))
    report = kept.save(wire.client(TOKEN))
    assert wire.lines[3].startswith("PUT")
    if reading == "replace":
        assert report.is_whole
        assert held(api, other_session(api)) == state(
            a_text(EASY, (5, 10, "Room", "POS"), (12, 21, "Space", "NEG"))
        )
        assert len(server.puts) == 2
        return
    assert isinstance(report.error, Unavailable)
    again = kept.save(api)
    assert [document.position for document in again.copies] == [0]
    assert len(server.puts) == 1


def test_a_rename_whose_answer_was_lost_and_that_is_then_taken_back_is_taken_back_there() -> None:
    server = OtherServer("replace", [a_text(EASY, STAFF).to_json()], gives_ids=True)
    api = other_api(server)
    kept = Kept(renaming(fresh(api, other_session(api)), ("Staff", "Crew")))
    wire = Wire(InProcess(server.app), at=3, until=99, fault=breaking("answer lost"))
    assert not kept.save(wire.client(TOKEN)).is_whole
    assert held(api, other_session(api)) == state(a_text(EASY, (5, 10, "Crew", "POS")))
    kept.draft = undo(kept.draft)
    assert kept.draft.is_changed
    assert kept.save(api).is_whole
    assert held(api, other_session(api)) == state(a_text(EASY, STAFF))
    assert not kept.draft.is_changed


def test_a_new_document_is_kept_when_the_renames_before_it_are_held_and_its_own_request_is_refused() -> None:
    server = OtherServer("replace", [a_text(EASY, STAFF, (12, 21, "Room", "NEG")).to_json()], gives_ids=True)
    api = other_api(server)
    draft = renaming(fresh(api, other_session(api)), ("Room", "Space"), ("Staff", "Room"))
    kept = Kept(stepped(draft, add_documents(draft, [Document(text="One more")])))

    def refused(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT" and b"One more" in request.content:
            return httpx.Response(400, json={"status": "fail", "message": "not now"})
        return inner.handle_request(request)

    report = kept.save(Wire(InProcess(server.app), fault=refused, at=0, until=99).client(TOKEN))
    assert isinstance(report.error, Invalid)
    assert len(server.puts) == 1
    assert [document.text for document in kept.draft.added] == ["One more"]
    assert kept.save(api).is_whole
    assert [document.text for document in read(api, other_session(api))] == [EASY, "One more"]


@pytest.mark.parametrize("pairs", [PLACES[0], [("Room", "Space"), ("Staff", "Room")]], ids=["one", "two"])
def test_a_server_that_answers_well_but_renames_nothing_proves_nothing(pairs: Pairs) -> None:
    server = OtherServer("replace", [a_text(EASY, STAFF, (12, 21, "Room", "NEG")).to_json()], gives_ids=True)
    api = other_api(server)
    draft = renaming(fresh(api, other_session(api)), *pairs)

    def pretending(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**server.session, "document_count": 1})

    report = save(Wire(InProcess(server.app), fault=pretending, at=3).client(TOKEN), draft)
    assert any("Document 1" in difference for difference in report.differences)
    after = applied(draft, report)
    assert after.pending_renames == draft.pending_renames
    assert save(api, after).is_whole
