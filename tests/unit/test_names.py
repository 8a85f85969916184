import pytest

from labeling.draft import Change, Draft, lines, take, undo
from labeling.model import Document, shape_of
from labeling.names import (
    add_documents,
    add_name,
    move_name,
    remove_name,
    rename_name,
    rename_session,
    uses_in_draft,
)
from labeling.rows import Refused, change_cell, delete_rows
from tests.unit.build import a_document, a_draft, a_segment


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


def test_a_name_in_use_is_neither_removed_nor_renamed_and_the_count_is_said():
    for refused in (
        remove_name(a_draft(), "classes", "Staff", 1204),
        rename_name(a_draft(), "classes", "Staff", "Team", 1204),
    ):
        assert isinstance(refused, Refused)
        assert "1,204 documents" in refused.reason


def test_an_unused_name_is_removed_or_renamed_in_its_place_and_undo_brings_it_back():
    draft = after(a_draft(), rename_name(a_draft(), "labels", "NEG", "BAD", 0))
    assert draft.labels == ("POS", "BAD", "NEU")
    draft = after(draft, remove_name(draft, "labels", "POS", 0))
    assert draft.labels == ("BAD", "NEU")
    assert undo(undo(draft)).labels == ("POS", "NEG", "NEU")
    assert isinstance(rename_name(draft, "labels", "NEU", "BAD", 0), Refused)


def test_uses_count_what_the_draft_did_to_documents_the_server_counts():
    text = "Kind staff"
    document = a_document(text, a_segment(text, 5, 10, ("Staff", "POS")), id=1)
    draft = a_draft()
    view = draft.view("id:1", document, 0)
    removed = take(draft, delete_rows(view, ["b0/b0"]), view)
    assert uses_in_draft(removed.documents.values(), "classes", "Staff", 1) == 0
    retagged = take(draft, change_cell(view, "b0/b0", "class_", "Room", draft, shape_of("ABSA")), view)
    assert uses_in_draft(retagged.documents.values(), "classes", "Room", 0) == 1
    assert uses_in_draft(retagged.documents.values(), "labels", "POS", 1) == 1


def test_documents_to_be_added_wait_in_the_draft_each_once():
    draft = after(a_draft(), add_documents(a_draft(), [Document(text="One"), Document(id=4, text="Four")]))
    again = add_documents(draft, [Document(text="One")])
    assert isinstance(again, Refused)
    assert draft.is_changed
    assert draft.change_count == 2
    assert undo(draft).added == ()
    assert lines(draft.view("id:1", a_document(), 0)) == ()
