from dataclasses import replace

import pytest

from labeling.draft.document import Loaded
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Change, Refused, RenameEdit
from labeling.draft.history import take, undo
from labeling.draft.summary import change_count, lines
from labeling.editing.session import (
    add_documents,
    add_name,
    move_name,
    names_on_server,
    remove_name,
    rename_name,
    rename_session,
    uses_in_draft,
)
from labeling.editing.table import change_cell, delete_rows
from labeling.model import Document
from tests.unit.build import a_document, a_draft, a_segment, a_session, row


def after(draft: Draft, change: Change | Refused) -> Draft:
    assert isinstance(change, Change), change
    return take(draft, change)


def test_a_session_is_renamed_with_its_name_trimmed_and_never_to_nothing():
    assert after(a_draft(), rename_session(a_draft(), " Round two ")).session_change.to_json() == {
        "name": "Round two"
    }
    assert isinstance(rename_session(a_draft(), "  "), Refused)
    assert rename_session(a_draft(), "Hotel reviews") == Change("", ())


def test_a_name_is_added_at_the_end_and_only_once():
    draft = after(a_draft(), add_name(a_draft(), "classes", " Food "))
    assert draft.classes == ("Staff", "Room", "Price", "Food")
    assert isinstance(add_name(draft, "classes", "Food"), Refused)
    assert isinstance(add_name(draft, "classes", " "), Refused)
    assert draft.session_change.to_json() == {"classes": ["Staff", "Room", "Price", "Food"]}


def test_a_label_that_is_not_the_projects_is_added_only_where_the_type_allows_it():
    draft = a_draft().within(("POS", "NEG", "MIXED"))
    refused = add_name(draft, "labels", "ODD")
    assert refused == Refused("“ODD” is none of the project's labels, and this session takes no others.")
    assert after(draft, add_name(draft, "labels", "MIXED")).labels[-1] == "MIXED"
    assert "already" in str(add_name(draft, "labels", draft.labels[0]))
    assert after(draft, add_name(draft, "classes", "ODD")).classes[-1] == "ODD"


@pytest.mark.parametrize(
    ("name", "by", "order"),
    [
        ("Room", -1, ("Room", "Staff", "Price")),
        ("Room", 1, ("Staff", "Price", "Room")),
        ("Staff", -1, ("Staff", "Room", "Price")),
        ("Price", 1, ("Staff", "Room", "Price")),
    ],
)
def test_names_move_up_and_down_and_stay_within_the_list(name, by, order):
    change = move_name(a_draft(), "classes", name, by)
    assert isinstance(change, Change)
    assert take(a_draft(), change).classes == order


def test_a_name_in_use_is_renamed_merged_or_removed_by_one_step_of_two_edits():
    for change, title, lists in (
        (
            rename_name(a_draft(), "classes", "Staff", " Team "),
            "Rename class Staff to Team",
            ("Team", "Room", "Price"),
        ),
        (
            remove_name(a_draft(), "classes", "Staff", 1204, "Room"),
            "Merge class Staff into Room",
            ("Room", "Price"),
        ),
        (remove_name(a_draft(), "classes", "Staff", 1204), "Remove class Staff", ("Room", "Price")),
    ):
        draft = after(a_draft(), change)
        assert draft.steps[-1].name == title
        assert [edit.kind for edit in change.edits] == ["rename", "names"]
        assert draft.classes == lists
        assert undo(draft).classes == ("Staff", "Room", "Price")
        assert not undo(draft).is_changed


def test_a_name_goes_to_another_of_the_list_only_and_is_never_renamed_to_one_by_accident():
    for new in ("Staff", "Weather"):
        assert isinstance(remove_name(a_draft(), "classes", "Staff", 3, new), Refused)
    for new in ("Room", " Room", " "):
        assert isinstance(rename_name(a_draft(), "classes", "Staff", new), Refused)
    assert rename_name(a_draft(), "classes", "Staff", "Staff ") == Change("", ())


@pytest.mark.parametrize(
    ("there", "name", "why"),
    [
        ("Café", "Cafe\u0301", "only the code of a letter with its mark differs"),
        ("Cafe\u0301", "Café", "only the code of a letter with its mark differs"),
        ("Staff", "Ｓｔａｆｆ", "only the width or the form of its signs differs"),
        ("first", "ﬁrst", "only the width or the form of its signs differs"),
        ("Staff", "Sta\u200bff", "only signs that cannot be seen differ"),
        ("Staff", "\u200eStaff", "only signs that cannot be seen differ"),
        ("So so", "So\u00a0so", "only the width or the form of its signs differs"),
        ("Staff", "\u200b", "needs a name that can be seen"),
        ("Staff", "\u3164", "needs a name that can be seen"),
        ("Staff", "\u2800", "needs a name that can be seen"),
    ],
)
def test_a_new_name_that_looks_empty_or_like_another_is_refused_with_the_reason(there, name, why):
    draft = after(a_draft(), add_name(a_draft(), "classes", there)) if there != "Staff" else a_draft()
    for refused in (add_name(draft, "classes", name), rename_name(draft, "classes", "Room", name)):
        assert isinstance(refused, Refused)
        assert why in refused.reason


def test_what_is_longer_or_more_than_a_server_takes_is_refused_before_it_is_sent():
    for refused in (
        add_name(a_draft(), "classes", "x" * 201),
        rename_name(a_draft(), "labels", "POS", "x" * 201),
        rename_session(a_draft(), "x" * 201),
    ):
        assert isinstance(refused, Refused)
        assert "has at most 200 characters, and this one 201: shorten it by 1." in refused.reason
    assert after(a_draft(), add_name(a_draft(), "classes", "x" * 200)).classes[-1] == "x" * 200
    full = replace(a_draft(), classes=tuple(f"Class {n}" for n in range(2000)))
    one_more = add_name(full, "classes", "One more")
    assert isinstance(one_more, Refused)
    assert one_more.reason == "There are 2,000 already: no more can be added."
    assert after(full, rename_name(full, "classes", "Class 7", "Seven")).classes[7] == "Seven"


def test_a_name_may_be_renamed_to_another_form_of_itself_and_case_tells_names_apart():
    draft = after(a_draft(), add_name(a_draft(), "classes", "Cafe\u0301"))
    assert after(draft, rename_name(draft, "classes", "Cafe\u0301", "Café")).classes[-1] == "Café"
    assert after(draft, add_name(draft, "classes", "staff")).classes[-1] == "staff"


def test_names_that_look_alike_and_are_there_already_stay():
    draft = new_draft(a_session(classes=("Café", "Cafe\u0301")))
    assert after(draft, move_name(draft, "classes", "Café", 1)).classes == ("Cafe\u0301", "Café")
    assert after(draft, add_name(draft, "classes", "Tea")).classes == ("Café", "Cafe\u0301", "Tea")


def test_what_another_tab_has_taken_out_of_the_list_is_refused():
    for refused in (
        move_name(a_draft(), "classes", "Gone", 1),
        rename_name(a_draft(), "classes", "Gone", "New"),
        remove_name(a_draft(), "classes", "Gone", 0),
    ):
        assert isinstance(refused, Refused)
        assert "Gone" in refused.reason


def test_a_name_that_nobody_uses_leaves_the_list_and_no_tag_of_somebody_else_with_it():
    change = remove_name(a_draft(), "labels", "POS", 0)
    assert isinstance(change, Change)
    assert not any(isinstance(edit, RenameEdit) for edit in change.edits)
    draft = after(a_draft(), change)
    assert draft.labels == ("NEG", "NEU")
    assert undo(draft).labels == ("POS", "NEG", "NEU")


def test_a_name_stands_for_others_on_the_server_until_the_rename_is_saved():
    draft = after(a_draft(), rename_name(a_draft(), "classes", "Staff", "Team"))
    draft = after(draft, remove_name(draft, "classes", "Price", 2, "Team"))
    assert names_on_server(draft, "classes", "Team") == ("Staff", "Price", "Team")
    assert names_on_server(draft, "classes", "Room") == ("Room",)
    assert names_on_server(undo(undo(draft)), "classes", "Staff") == ("Staff",)


def test_uses_count_what_the_draft_did_to_documents_the_server_counts():
    text = "Kind staff"
    document = a_document(text, a_segment(text, 5, 10, ("Staff", "POS")), id=1)
    draft = a_draft()
    view = draft.view(Loaded("id:1", 0, document))
    removed = take(draft, delete_rows(view, [row(view, "0/0")]), view)
    assert uses_in_draft(removed.documents.values(), "classes", "Staff", 1) == 0
    retagged = take(draft, change_cell(view, row(view, "0/0"), "class_", "Room", draft.scheme), view)
    assert uses_in_draft(retagged.documents.values(), "classes", "Room", 0) == 1
    assert uses_in_draft(retagged.documents.values(), "labels", "POS", 1) == 1


def test_documents_to_be_added_wait_in_the_draft_each_once():
    draft = after(a_draft(), add_documents(a_draft(), [Document(text="One"), Document(id=4, text="Four")]))
    again = add_documents(draft, [Document(text="One")])
    assert isinstance(again, Refused)
    assert draft.is_changed
    assert change_count(draft) == 2
    assert undo(draft).added == ()
    assert lines(draft.view(Loaded("id:1", 0, a_document()))) == ()
