"""Names that two people change at once: what one did is held, or asked about, never dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from labeling.draft.draft import Draft
from labeling.draft.history import refreshed, take, undo
from labeling.draft.others import NameQuestion, questions
from labeling.draft.summary import change_count
from labeling.editing.answers import answers, asked_in_words
from labeling.editing.session import add_name, remove_name, rename_name, rename_session
from labeling.model import Session, SessionChange, Unit
from labeling.saving.report import Report
from tests.contract.embedded import Embedded
from tests.contract.other_server import OtherServer
from tests.contract.saves import (
    EASY,
    ROOM,
    STAFF,
    Kept,
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
    save,
    state,
    stepped,
    tagging,
    wire_to,
)

CREW = (5, 10, "Crew", "POS")


def renaming(draft: Draft, old: str, new: str) -> Draft:
    return stepped(draft, rename_name(draft, "classes", old, new))


def others_rename(server: Embedded, session: Session, old: str, new: str) -> None:
    draft = fresh(server.api, session)
    assert save(server.api, renaming(draft, old, new)).is_whole


def asked(draft: Draft) -> NameQuestion:
    (question,) = questions(draft)
    return question


def answered(draft: Draft, key: str) -> Draft:
    found = {answer.key: answer.step() for answer in answers(draft, asked(draft))}
    return take(draft, found[key])


def keys(draft: Draft) -> list[str]:
    return [answer.key for answer in answers(draft, asked(draft))]


# Named differently by both


@pytest.mark.parametrize(("key", "name"), [("mine", "Mine"), ("theirs", "Theirs")])
@pytest.mark.parametrize("seen", [False, True], ids=["before it was read", "after it was read again"])
def test_a_session_named_by_both_is_asked_and_gets_the_name_that_is_chosen(
    server: Embedded, key: str, name: str, seen: bool
) -> None:
    session = a_session(server, a_text(EASY))
    kept = Kept(stepped(fresh(server.api, session), rename_session(fresh(server.api, session), "Mine")))
    kept.draft = edited(server.api, kept.draft, 0, tagging(*ROOM))
    now = change(server.api, session, name="Theirs")
    if seen:
        kept.draft = refreshed(kept.draft, now)
    report = kept.save(server.api)
    assert (report.asks, report.is_whole) == (True, False)
    assert (report.after.name, held(server.api, session)) == ("Theirs", state(a_text(EASY, ROOM)))
    assert kept.draft.session_change == SessionChange(name="Mine")
    kept.draft = answered(kept.draft, key)
    again = kept.save(server.api)
    assert again.is_whole
    assert again.after.name == kept.draft.name == name
    assert not kept.draft.is_changed


@pytest.mark.parametrize("seen", [False, True], ids=["before it was read", "after it was read again"])
@pytest.mark.parametrize(("key", "name"), [("theirs:Crew", "Crew"), ("mine:Crew", "Team"), ("apart", "Crew")])
def test_a_class_that_both_renamed_differently_is_asked_and_gets_the_name_that_is_chosen(
    either: Embedded, key: str, name: str, seen: bool
) -> None:
    server = either
    session = a_session(server, a_text(EASY, STAFF, ROOM), a_text("Second"))
    kept = Kept(renaming(fresh(server.api, session), "Staff", "Team"))
    kept.draft = edited(server.api, kept.draft, 1, tagging(0, 6, "Comfort", "NEG"))
    others_rename(server, session, "Staff", "Crew")
    if seen:
        kept.draft = refreshed(kept.draft, server.api.session(session.project_id, session.id))
    report = kept.save(server.api)
    second = a_text("Second", (0, 6, "Comfort", "NEG"))
    assert not report.is_whole
    assert held(server.api, session) == state(a_text(EASY, CREW, ROOM), second)
    assert asked(kept.draft).mine == "Team"
    assert keys(kept.draft) == ["theirs:Crew", "mine:Crew", "apart"]
    kept.draft = answered(kept.draft, key)
    assert not questions(kept.draft)
    again = kept.save(server.api)
    assert again.is_whole, (again.differences, again.error)
    assert held(server.api, session) == state(a_text(EASY, (5, 10, name, "POS"), ROOM), second)
    wanted = {"Comfort", "Crew", "Team"} if key == "apart" else {"Comfort", name}
    assert set(again.after.classes) == set(kept.draft.classes) == wanted
    assert not kept.draft.is_changed


@pytest.mark.parametrize(("key", "name"), [("theirs:Crew", "Crew"), ("mine:Crew", "Team")])
def test_a_class_that_somebody_else_renames_at_any_moment_of_my_own_rename_is_asked_or_renamed(
    server: Embedded, key: str, name: str
) -> None:
    outcomes = set()
    for number in range(2, 40):
        session = a_session(server, a_text(EASY, STAFF, ROOM), a_text("Staff", (0, 5, "Staff", "NEG")))
        kept = Kept(renaming(fresh(server.api, session), "Staff", "Team"))
        theirs = renaming(fresh(server.api, session), "Staff", "Crew")
        reports: list[Report] = []
        wire = wire_to(
            server, on_call={number: lambda theirs=theirs, to=reports: to.append(save(server.api, theirs))}
        )
        report = kept.save(wire.client(server.token))
        if wire.on_call:
            break
        now = server.api.session(session.project_id, session.id)
        kept.draft = refreshed(kept.draft, now)
        is_asked, is_theirs_asked = bool(questions(kept.draft)), reports[0].asks
        outcomes.add((is_asked, is_theirs_asked))
        assert is_asked or is_theirs_asked, (number, now.classes)
        assert report.is_whole == (not is_asked), (number, report.differences, report.error)
        if is_asked:
            kept.draft = answered(kept.draft, key)
            again = kept.save(server.api)
            assert again.is_whole, (number, again.differences, again.error)
            used = {unit[2] for _, units in held(server.api, session) for unit in units}
            assert used == set(again.after.classes) == {"Comfort", name}, (number, again.after.classes)
            assert not kept.draft.is_changed
    assert outcomes == {(True, False), (False, True)}


def test_an_answer_is_a_step_and_undo_asks_again(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    kept = Kept(renaming(fresh(server.api, session), "Staff", "Team"))
    others_rename(server, session, "Staff", "Crew")
    kept.save(server.api)
    before = asked(kept.draft)
    assert asked(undo(answered(kept.draft, "theirs:Crew"))) == before
    assert not questions(undo(kept.draft))


def test_the_same_rename_by_both_is_asked_about_by_nobody(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = renaming(fresh(server.api, session), "Staff", "Crew")
    others_rename(server, session, "Staff", "Crew")
    report = save(server.api, draft)
    assert report.is_whole
    assert (report.sent, report.after.classes) == (0, ("Comfort", "Crew"))


@pytest.mark.parametrize(
    ("key", "classes", "first"),
    [
        ("theirs:Crew", ("Comfort", "Crew"), CREW),
        ("mine:Crew", ("Comfort",), None),
        ("apart", ("Comfort", "Crew"), CREW),
    ],
)
def test_a_class_that_i_removed_and_somebody_else_renamed_is_asked(
    server: Embedded, key: str, classes: tuple[str, ...], first: tuple[int, int, str, str] | None
) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM))
    kept = Kept(
        stepped(fresh(server.api, session), remove_name(fresh(server.api, session), "classes", "Staff", 1))
    )
    others_rename(server, session, "Staff", "Crew")
    assert not kept.save(server.api).is_whole
    assert asked(kept.draft).mine is None
    kept.draft = answered(kept.draft, key)
    again = kept.save(server.api)
    assert again.is_whole
    assert again.after.classes == classes
    units = held(server.api, session)[0][1]
    assert [unit for unit in units if unit[:2] == (5, 10)] == [first or (5, 10, None, None)]


@pytest.mark.parametrize(("key", "classes"), [("apart", {"Comfort", "Team"}), ("theirs", {"Comfort"})])
def test_a_class_that_i_renamed_and_somebody_else_removed_is_asked(
    server: Embedded, key: str, classes: set[str]
) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM))
    kept = Kept(renaming(fresh(server.api, session), "Staff", "Team"))
    others = fresh(server.api, session)
    assert save(server.api, stepped(others, remove_name(others, "classes", "Staff", 1))).is_whole
    assert not kept.save(server.api).is_whole
    kept.draft = answered(kept.draft, key)
    again = kept.save(server.api)
    assert again.is_whole
    assert set(again.after.classes) == classes
    assert not kept.draft.is_changed


# A rename by one, tags under the old name by another


@pytest.mark.parametrize("seen", [False, True], ids=["before it was read", "after it was read again"])
def test_tags_under_a_name_that_somebody_else_renamed_wait_and_everything_else_is_saved(
    either: Embedded, seen: bool
) -> None:
    server = either
    session = a_session(server, a_text(EASY, STAFF), a_text("Second staff"), a_text("Third"))
    kept = Kept(fresh(server.api, session))
    kept.draft = edited(server.api, kept.draft, 1, tagging(7, 12, "Staff", "NEG"))
    kept.draft = edited(server.api, kept.draft, 2, tagging(0, 5, "Comfort", "NEG"))
    kept.draft = edited(server.api, kept.draft, 0, done())
    others_rename(server, session, "Staff", "Crew")
    if seen:
        kept.draft = refreshed(kept.draft, server.api.session(session.project_id, session.id))
    report = kept.save(server.api)
    third = a_text("Third", (0, 5, "Comfort", "NEG"))
    assert (report.error, report.is_whole) == (None, False)
    assert any(note.endswith("the names: document 2.") for note in report.notes)
    assert held(server.api, session) == state(a_text(EASY, CREW), a_text("Second staff"), third)
    assert marks(server.api, session) == [True, False, False]
    assert asked(kept.draft).mine == "Staff"
    assert asked_in_words(asked(kept.draft)).startswith("The class “Staff” is called “Crew” now: yours too?")
    assert keys(kept.draft) == ["as:Crew", "as:Comfort", "back", "remove"]
    kept.draft = answered(kept.draft, "as:Crew")
    again = kept.save(server.api)
    assert again.is_whole
    second = a_text("Second staff", (7, 12, "Crew", "NEG"))
    assert held(server.api, session) == state(a_text(EASY, CREW), second, third)
    assert again.after.classes == kept.draft.classes == ("Comfort", "Crew")
    assert not kept.draft.is_changed


@pytest.mark.parametrize(
    ("key", "second", "classes"),
    [
        ("as:Comfort", [(7, 12, "Comfort", "NEG")], {"Comfort", "Crew"}),
        ("back", [(7, 12, "Staff", "NEG")], {"Comfort", "Crew", "Staff"}),
        ("remove", [(7, 12, None, None)], {"Comfort", "Crew"}),
    ],
)
def test_what_is_answered_holds_for_the_tags_under_the_old_name_alone(
    server: Embedded, key: str, second: list[tuple[int, int, str | None, str | None]], classes: set[str]
) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second staff"))
    kept = Kept(edited(server.api, fresh(server.api, session), 1, tagging(7, 12, "Staff", "NEG")))
    others_rename(server, session, "Staff", "Crew")
    kept.save(server.api)
    kept.draft = answered(kept.draft, key)
    again = kept.save(server.api)
    assert again.is_whole, (again.differences, again.error)
    assert [sorted(units) for _, units in held(server.api, session)] == [[CREW], second]
    assert set(again.after.classes) == set(kept.draft.classes) == classes
    assert not kept.draft.is_changed


def test_one_name_less_and_one_more_is_no_rename_where_the_tags_do_not_say_so(either: Embedded) -> None:
    server = either
    session = a_session(server, a_text(EASY, STAFF, ROOM), a_text("Second staff"), a_text("Third"))
    kept = Kept(edited(server.api, fresh(server.api, session), 1, tagging(7, 12, "Staff", "NEG")))
    kept.draft = edited(server.api, kept.draft, 0, done())
    kept.draft = edited(server.api, kept.draft, 2, tagging(0, 5, "Comfort", "NEG"))
    retagged = a_text(EASY, (5, 10, "Comfort", "POS"), ROOM)
    change(server.api, session, classes=["Comfort", "Crew"], documents=[retagged])
    assert not kept.save(server.api).is_whole
    words = asked_in_words(asked(kept.draft))
    assert words.startswith("Somebody else has taken the class “Staff” away and added “Crew”.")
    assert keys(kept.draft) == ["as:Crew", "as:Comfort", "back", "remove"]
    assert held(server.api, session)[2] == state(a_text("Third", (0, 5, "Comfort", "NEG")))[0]


def test_a_retag_of_a_name_that_somebody_else_renamed_is_made_once_it_is_answered(
    server: Embedded,
) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM))
    kept = Kept(edited(server.api, fresh(server.api, session), 0, cell("0/0", "class_", "Comfort")))
    others_rename(server, session, "Staff", "Crew")
    assert not kept.save(server.api).is_whole
    kept.draft = answered(kept.draft, "as:Crew")
    report = kept.save(server.api)
    assert report.is_whole
    assert held(server.api, session) == state(a_text(EASY, (5, 10, "Comfort", "POS"), ROOM))


def test_a_class_removed_by_somebody_else_is_asked_about_and_everything_is_kept(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second"))
    kept = Kept(edited(server.api, fresh(server.api, session), 0, tagging(*ROOM)))
    change(server.api, session, classes=["Staff"])
    report = kept.save(server.api)
    assert (report.error, report.asks) == (None, True)
    assert change_count(kept.draft) == 1
    assert not any(step.saved for step in kept.draft.steps)
    assert keys(kept.draft) == ["as:Staff", "back", "remove"]
    change(server.api, session, classes=["Staff", "Comfort"])
    assert kept.save(server.api).is_whole
    assert held(server.api, session)[0] == state(a_text(EASY, STAFF, ROOM))[0]


@pytest.mark.parametrize(
    ("key", "unit", "classes"),
    [
        ("as:Crew", (12, 21, "Crew", "NEG"), {"Crew", "Food"}),
        ("as:Food", (12, 21, "Food", "NEG"), {"Crew", "Food"}),
        ("back", (12, 21, "Staff", "NEG"), {"Crew", "Food", "Staff"}),
        ("remove", (12, 21, None, None), {"Crew", "Food"}),
    ],
)
def test_a_class_that_another_was_merged_into_here_and_somebody_else_renamed_is_asked_about(
    server: Embedded, key: str, unit: Unit, classes: set[str]
) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM))
    session = change(server.api, session, classes=["Comfort", "Staff", "Food"])
    draft = fresh(server.api, session)
    kept = Kept(stepped(draft, remove_name(draft, "classes", "Comfort", 1, "Staff")))
    others_rename(server, session, "Staff", "Crew")
    report = kept.save(server.api)
    assert (report.error, report.is_whole) == (None, False)
    assert held(server.api, session) == state(a_text(EASY, CREW, ROOM))
    question = asked(kept.draft)
    assert (question.mine, question.merged) == ("Staff", ("Comfort",))
    assert asked_in_words(question).endswith(" You call “Comfort” so as well.")
    assert keys(kept.draft) == ["as:Crew", "as:Food", "back", "remove"]
    kept.draft = answered(kept.draft, key)
    again = kept.save(server.api)
    assert again.is_whole, (again.differences, again.error)
    assert [sorted(units) for _, units in held(server.api, session)] == [[CREW, unit]]
    assert set(again.after.classes) == set(kept.draft.classes) == classes
    assert not kept.draft.is_changed


@pytest.mark.parametrize("new", [None, "Crew"])
def test_their_answer_about_one_of_two_classes_called_alike_here_leaves_the_other_its_name(
    server: Embedded, new: str | None
) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM))
    draft = renaming(fresh(server.api, session), "Comfort", "All")
    kept = Kept(stepped(draft, remove_name(draft, "classes", "Staff", 1, "All")))
    others = fresh(server.api, session)
    away = rename_name(others, "classes", "Staff", new) if new else remove_name(others, "classes", "Staff", 1)
    assert save(server.api, stepped(others, away)).is_whole
    assert not kept.save(server.api).is_whole
    kept.draft = answered(kept.draft, "theirs" if new is None else "theirs:Crew")
    again = kept.save(server.api)
    assert again.is_whole, (again.differences, again.error)
    assert set(again.after.classes) == set(kept.draft.classes) == {"All"} | ({new} if new else set())
    left = [unit for unit in held(server.api, session)[0][1] if unit[2]]
    assert sorted(left) == ([CREW] if new else []) + [(12, 21, "All", "NEG")]


@pytest.mark.parametrize("new", [None, "Food"])
def test_their_answer_about_a_name_that_another_class_has_here_leaves_that_one_alone(
    server: Embedded, new: str | None
) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM))
    draft = renaming(fresh(server.api, session), "Staff", "Team")
    kept = Kept(renaming(draft, "Comfort", "Staff"))
    others = fresh(server.api, session)
    away = rename_name(others, "classes", "Staff", new) if new else remove_name(others, "classes", "Staff", 1)
    assert save(server.api, stepped(others, away)).is_whole
    assert not kept.save(server.api).is_whole
    kept.draft = answered(kept.draft, f"theirs:{new}" if new else "theirs")
    again = kept.save(server.api)
    assert again.is_whole, (again.differences, again.error)
    assert set(again.after.classes) == set(kept.draft.classes) == {"Staff"} | ({new} if new else set())
    left = [unit for unit in held(server.api, session)[0][1] if unit[2]]
    assert sorted(left) == ([(5, 10, new, "POS")] if new else []) + [(12, 21, "Staff", "NEG")]


def test_their_answer_about_a_class_merged_into_a_new_one_leaves_the_new_one_with_its_tags(
    server: Embedded,
) -> None:
    session = a_session(server, a_text(EASY, STAFF))
    draft = fresh(server.api, session)
    draft = stepped(draft, add_name(draft, "classes", "Food"))
    draft = edited(server.api, draft, 0, tagging(12, 21, "Food", "NEG"))
    kept = Kept(stepped(draft, remove_name(draft, "classes", "Staff", 1, "Food")))
    others_rename(server, session, "Staff", "Crew")
    kept.save(server.api)
    kept.draft = answered(kept.draft, "theirs:Crew")
    again = kept.save(server.api)
    assert again.is_whole, (again.differences, again.error)
    assert held(server.api, session) == state(a_text(EASY, CREW, (12, 21, "Food", "NEG")))
    assert set(again.after.classes) == set(kept.draft.classes) == {"Comfort", "Crew", "Food"}


def test_a_name_that_both_removed_and_that_is_given_to_another_class_here_stays(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM))
    draft = fresh(server.api, session)
    draft = stepped(draft, remove_name(draft, "classes", "Staff", 1))
    kept = Kept(renaming(draft, "Comfort", "Staff"))
    others = fresh(server.api, session)
    assert save(server.api, stepped(others, remove_name(others, "classes", "Staff", 1))).is_whole
    report = kept.save(server.api)
    assert report.is_whole, (report.differences, report.error, report.names)
    left = [unit for unit in held(server.api, session)[0][1] if unit[2]]
    assert (report.after.classes, left) == (("Staff",), [(12, 21, "Staff", "NEG")])


def test_a_name_that_was_gone_before_it_was_ever_seen_to_go_is_asked_about_once_it_is_refused(
    server: Embedded,
) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second staff", (7, 12, "Staff", "NEG")))
    others_rename(server, session, "Staff", "Halfway")
    kept = Kept(fresh(server.api, session))
    kept.draft = edited(server.api, kept.draft, 1, tagging(0, 6, "Halfway", "POS"))
    kept.draft = edited(server.api, kept.draft, 0, tagging(*ROOM))
    others_rename(server, session, "Halfway", "Crew")
    # As whoever did not look while the name came and went.
    kept.draft = replace(
        kept.draft, base=server.api.session(session.project_id, session.id), classes=("Comfort", "Crew")
    )
    report = kept.save(server.api)
    assert (report.error, report.asks) == (None, True)
    assert held(server.api, session)[0] == state(a_text(EASY, CREW, ROOM))[0]
    kept.draft = answered(kept.draft, "as:Crew")
    assert kept.save(server.api).is_whole
    second = a_text("Second staff", (0, 6, "Crew", "POS"), (7, 12, "Crew", "NEG"))
    assert held(server.api, session)[1] == state(second)[0]


def test_a_name_that_was_gone_and_is_added_anew_is_asked_about_no_more(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second staff"))
    kept = Kept(edited(server.api, fresh(server.api, session), 0, done()))
    others_rename(server, session, "Staff", "Crew")
    assert kept.save(server.api).is_whole
    kept.draft = stepped(kept.draft, add_name(kept.draft, "classes", "Staff"))
    kept.draft = edited(server.api, kept.draft, 1, tagging(7, 12, "Staff", "NEG"))
    assert not questions(kept.draft)
    assert kept.save(server.api).is_whole
    assert held(server.api, session)[1] == state(a_text("Second staff", (7, 12, "Staff", "NEG")))[0]


def test_whoever_does_not_use_the_name_is_asked_nothing(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second"))
    draft = edited(server.api, fresh(server.api, session), 1, tagging(0, 6, "Comfort", "NEG"))
    others_rename(server, session, "Staff", "Crew")
    report = save(server.api, draft)
    assert report.is_whole
    assert report.after.classes == ("Comfort", "Crew")


def test_what_was_asked_about_one_list_does_not_keep_a_new_name_from_the_same_list(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), a_text("Second"))
    draft = renaming(fresh(server.api, session), "Staff", "Team")
    kept = Kept(stepped(draft, add_name(draft, "classes", "Food")))
    kept.draft = edited(server.api, kept.draft, 1, tagging(0, 6, "Food", "NEG"))
    others_rename(server, session, "Staff", "Crew")
    report = kept.save(server.api)
    assert not report.is_whole
    assert report.after.classes == ("Comfort", "Crew", "Food")
    assert held(server.api, session)[1] == state(a_text("Second", (0, 6, "Food", "NEG")))[0]


def test_a_server_that_reads_lists_in_its_own_way_is_asked_about_names_as_well() -> None:
    other = OtherServer("replace", [a_text(EASY, STAFF).to_json(), a_text("Second staff").to_json()])
    api = other_api(other)
    session = other_session(api)
    kept = Kept(edited(api, fresh(api, session), 1, tagging(7, 12, "Staff", "NEG")))
    kept.draft = edited(api, kept.draft, 0, tagging(*ROOM))
    theirs = fresh(api, session)
    assert save(api, renaming(theirs, "Staff", "Crew")).is_whole
    report = kept.save(api)
    assert (report.error, report.asks) == (None, True)
    assert held(api, session) == state(a_text(EASY, CREW, ROOM), a_text("Second staff"))
    kept.draft = answered(kept.draft, "as:Crew")
    again = kept.save(api)
    assert again.is_whole
    assert held(api, session)[1] == state(a_text("Second staff", (7, 12, "Crew", "NEG")))[0]
    assert not kept.draft.is_changed


# Read while the lists stand halfway


@pytest.mark.parametrize("pairs", [[("Staff", "X"), ("Comfort", "Staff"), ("X", "Comfort")]])
def test_reading_a_session_halfway_through_ones_own_renames_loses_no_name(
    server: Embedded, pairs: list[tuple[str, str]]
) -> None:
    session = a_session(server, a_text(EASY, STAFF, ROOM))
    draft = fresh(server.api, session)
    for old, new in pairs:
        draft = renaming(draft, old, new)
    calls = 0
    while True:
        kept = Kept(draft)
        report = kept.save(server.api, stopped=_after(calls))
        now = server.api.session(session.project_id, session.id)
        kept.draft = refreshed(kept.draft, now)
        assert not questions(kept.draft)
        again = kept.save(server.api)
        assert again.is_whole, (calls, again.error, again.differences)
        assert set(again.after.classes) == set(kept.draft.classes) == {"Staff", "Comfort"}
        if report.is_whole:
            break
        calls += 1
        session = a_session(server, a_text(EASY, STAFF, ROOM))
        draft = fresh(server.api, session)
        for old, new in pairs:
            draft = renaming(draft, old, new)


def _after(calls: int) -> Callable[[], bool]:
    left = [calls]

    def stopped() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stopped
