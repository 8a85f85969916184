from hypothesis import given

from labeling.draft.document import Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import take, undo
from labeling.draft.saved import with_renames_held
from labeling.draft.summary import change_count, lines, session_lines
from labeling.editing.session import (
    add_documents,
    add_name,
    move_name,
    remove_name,
    rename_name,
    rename_session,
)
from labeling.editing.table import add_segment, change_cell, delete_rows, set_done
from labeling.model import Document
from labeling.phrases import count_of, quote, tag_in_words
from tests.unit.acts import TEXT, acts, after, on_server
from tests.unit.build import a_draft, key_of, row

READ = on_server()


def taken(draft: Draft, change: Change | Refused) -> Draft:
    assert isinstance(change, Change), change
    return take(draft, change, draft.view(Loaded("id:1", 0, READ["id:1"])))


def test_changes_of_a_document_are_told_in_words_each_with_the_key_that_reverts_it():
    draft = a_draft()
    for make in (
        lambda v: change_cell(v, row(v, "0/0"), "label", "NEG", a_draft().scheme),
        lambda v: add_segment(v, 0, 4, "Staff", "POS", 2),
        lambda v: delete_rows(v, [row(v, "2/-")]),
        lambda v: set_done(v, True),
    ):
        draft = taken(draft, make(draft.view(Loaded("id:1", 0, READ["id:1"]))))
    told, read = lines(draft.document("id:1")), draft.document("id:1")
    assert [line.words for line in told] == [
        "+ “Kind” Staff/POS",
        "“staff” Staff/POS → Staff/NEG",
        f"− “{TEXT[30:34]}” no tag",
        "done no → yes",
    ]
    assert [line.key for line in told] == ["2.0", key_of(read, 0), key_of(read, 2), "done"]
    assert change_count(draft) == 4


def test_a_moved_border_and_an_unfinished_row_are_told_with_their_offsets():
    draft = a_draft()
    for place, column, value in (("0/0", "start", 0), ("1/0", "end", None)):
        view = draft.view(Loaded("id:1", 0, READ["id:1"]))
        draft = taken(draft, change_cell(view, row(view, place), column, value, draft.scheme))
    assert [line.words for line in lines(draft.document("id:1"))] == [
        "“Kind staff” 5–10 Staff/POS → 0–10 Staff/POS",
        "“room” 18–22 Room/NEG, Price/NEU → 18–? unfinished",
    ]


def test_changes_of_the_session_are_told_in_words():
    draft = a_draft()
    for make in (
        lambda d: rename_session(d, "Round two"),
        lambda d: add_name(d, "classes", "Food"),
        lambda d: move_name(d, "labels", "NEU", -1),
        lambda d: add_documents(d, [Document(text="One"), Document(text="Two")]),
    ):
        draft = taken(draft, make(draft))
    assert session_lines(draft) == (
        ("name", "Session name: Hotel reviews → Round two"),
        ("classes", "Classes: + Food"),
        ("labels", "Labels: another order"),
        ("added", "+ 2 documents"),
    )
    assert change_count(draft) == 5


def test_a_rename_is_told_once_and_not_as_a_change_of_the_list_too():
    draft = taken(a_draft(), rename_name(a_draft(), "classes", "Staff", "Team"))
    draft = taken(draft, remove_name(draft, "classes", "Price", 4, "Room"))
    draft = taken(draft, remove_name(draft, "labels", "NEU", 4))
    assert session_lines(draft) == (
        ("renames", "class Staff → Team"),
        ("renames", "class Price → Room (merged)"),
        ("renames", "label NEU and its tags removed"),
    )
    assert change_count(draft) == 3
    saved = with_renames_held(draft, 3)
    assert session_lines(saved) == ()
    assert session_lines(undo(undo(undo(saved))))[-1] == ("labels", "Labels: + NEU")
    assert ("renames", "class Team → Staff") in session_lines(undo(undo(undo(saved))))


@given(acts())
def test_there_are_words_for_whatever_is_unsaved_and_none_for_what_is_not(acted):
    draft = after(a_draft(), READ, acted)
    told = len(session_lines(draft)) + sum(len(lines(view)) for view in draft.changed_documents)
    assert bool(told) == draft.is_changed == bool(change_count(draft))


def test_small_words():
    assert (tag_in_words(("Staff", "POS")), tag_in_words((None, None))) == ("Staff/POS", "no tag")
    assert (count_of(1, "document"), count_of(2000, "document"), count_of(2, "class", "classes")) == (
        "1 document",
        "2,000 documents",
        "2 classes",
    )
    assert quote("one\ntwo", 0, 7) == "“one two”"
    assert len(quote("x" * 100, 0, 100)) < 46
