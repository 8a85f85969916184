import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.document import Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import discard, redo, take, undo
from labeling.draft.saved import begun, with_renames_held
from labeling.draft.summary import session_lines
from labeling.draft.vocabulary import Rename, Renames, called_now
from labeling.editing.session import add_name, remove_name, rename_name
from labeling.editing.table import add_segment, change_cell, delete_rows
from labeling.model import Document, Tag
from tests.unit.acts import names_in, on_server, seen, views
from tests.unit.build import a_document, a_draft, a_segment, row

READ = on_server()
TEXT = "Kind staff, small room."


def session_step(draft: Draft, change: Change | Refused) -> Draft:
    assert isinstance(change, Change), change
    return take(draft, change)


def merged(draft: Draft, old: str = "Staff", new: str | None = "Room") -> Draft:
    return session_step(draft, remove_name(draft, "classes", old, 9, new))


def renamed(draft: Draft, old: str = "Staff", new: str = "Team") -> Draft:
    return session_step(draft, rename_name(draft, "classes", old, new))


def edited(draft: Draft, change: Change | Refused, key: str = "id:1") -> Draft:
    assert isinstance(change, Change), change
    return take(draft, change, views(draft, READ)[key])


def typed(draft: Draft, class_: str, key: str = "id:1") -> Draft:
    """One more segment, of [0, 4), at the beginning of the document."""
    return edited(draft, add_segment(views(draft, READ)[key], 0, 4, class_, None, draft.taken + 1), key)


def shown(draft: Draft, key: str = "id:1") -> list[list[tuple[str | None, str | None]]]:
    return names_in(draft, READ, key)


AS_READ = {key: shown(a_draft(), key) for key in READ}


def test_a_renamed_class_has_its_new_name_in_every_document_at_once():
    draft = renamed(a_draft())
    assert shown(draft) == [[("Team", "POS")], [("Room", "NEG"), ("Price", "NEU")], []]
    assert shown(draft, "id:2") == [
        [("Room", "POS"), ("Team", "POS"), ("Room", "NEG")],
        [(None, "POS"), ("Price", None)],
    ]
    assert draft.documents == {}
    assert {key: shown(undo(draft), key) for key in READ} == AS_READ
    assert not undo(draft).is_changed


def test_a_tag_typed_before_a_rename_follows_it_there_and_back():
    draft = renamed(typed(a_draft(), "Staff"))
    assert shown(draft)[0] == [("Team", None)]
    assert shown(undo(draft))[0] == [("Staff", None)]
    assert shown(redo(undo(draft)))[0] == [("Team", None)]


def test_a_tag_typed_after_a_rename_follows_when_the_server_is_to_have_the_old_name_again():
    saved = with_renames_held(renamed(a_draft()), 1)
    draft = undo(typed(saved, "Team"))
    assert shown(undo(draft))[0] == [("Staff", "POS")]
    read = {"id:1": a_document(TEXT, a_segment(TEXT, 5, 10, ("Team", "POS")), id=1)}
    assert names_in(undo(saved), read, "id:1") == [[("Staff", "POS")]]
    assert [(rule.old, forward) for rule, forward in undo(saved).pending_renames] == [("Staff", False)]


def test_a_tag_typed_after_a_merge_stays_when_the_merge_is_undone():
    rule = Rename(field="classes", old="Staff", new="Room")
    on = Renames().switched(0, rule, True)
    off = on.switched(0, rule, False)
    tag = Tag.of("Room", "POS")
    assert called_now(tag, off.since(on.clock)) == tag
    assert called_now(tag, off.since(0)) == tag
    assert called_now(Tag.of("Staff", "POS"), on.since(0)) == tag
    assert called_now(Tag.of("Staff", "POS"), off.since(0)) == Tag.of("Staff", "POS")
    assert called_now(tag, off.switched(0, rule, True).since(on.clock)) == tag


def test_undo_of_a_merge_parts_exactly_what_it_joined_in_documents_touched_before_and_after_it():
    before = typed(a_draft(), "Staff", "text:ab#1")
    start = seen(before, READ)
    draft = merged(before)
    assert shown(draft)[0] == [("Room", "POS")]
    assert shown(draft, "text:ab#1")[0] == [("Room", None)]
    draft = edited(
        draft,
        change_cell(
            views(draft, READ)["id:1"], row(views(draft, READ)["id:1"], "0/0"), "end", 11, draft.scheme
        ),
    )
    draft = edited(
        draft,
        change_cell(
            views(draft, READ)["id:1"], row(views(draft, READ)["id:1"], "1/1"), "class_", "Room", draft.scheme
        ),
    )
    assert shown(draft) == [[("Room", "POS")], [("Room", "NEG"), ("Room", "NEU")], []]
    assert seen(undo(undo(undo(draft))), READ) == start


def test_an_edit_of_a_segment_keeps_the_first_names_of_the_tags_it_did_not_change():
    draft = merged(a_draft())
    draft = edited(
        draft,
        change_cell(
            views(draft, READ)["id:1"], row(views(draft, READ)["id:1"], "0/0"), "start", 4, draft.scheme
        ),
    )
    kept = draft.documents["id:1"].segments[0]
    assert kept.segment.tags == (Tag.of("Staff", "POS"),)
    assert kept.clocks == (0,)
    draft = edited(
        draft,
        change_cell(
            views(draft, READ)["id:1"], row(views(draft, READ)["id:1"], "0/0"), "label", "NEG", draft.scheme
        ),
    )
    kept = draft.documents["id:1"].segments[0]
    assert kept.segment.tags == (Tag.of("Room", "NEG"),)
    assert kept.clocks == (1,)


def test_tags_that_a_merge_makes_the_same_are_one_and_are_two_again_after_undo():
    draft = merged(a_draft())
    assert shown(draft, "id:2")[0] == [("Room", "POS"), ("Room", "NEG")]
    assert [key for key, _ in views(draft, READ)["id:2"].segments[0].rows] == [
        *views(draft, READ)["id:2"].base[0].tag_keys
    ]
    moved = edited(
        draft,
        change_cell(
            views(draft, READ)["id:2"], row(views(draft, READ)["id:2"], "0/0"), "end", 8, draft.scheme
        ),
        "id:2",
    )
    assert shown(moved, "id:2")[0] == [("Room", "POS"), ("Room", "NEG")]
    assert len(moved.documents["id:2"].segments[0].segment.tags) == 3
    assert {key: shown(undo(undo(moved)), key) for key in READ} == AS_READ


def test_tags_that_stood_twice_before_a_rename_stand_twice_after_it_as_they_were():
    twice = a_document(TEXT, a_segment(TEXT, 5, 10, ("Room", "POS"), ("Room", "POS"), ("Staff", "POS")), id=1)
    assert names_in(merged(a_draft()), {"id:1": twice}, "id:1") == [[("Room", "POS"), ("Room", "POS")]]
    first = a_document(TEXT, a_segment(TEXT, 5, 10, ("Staff", "POS"), ("Room", "POS")), id=1)
    assert names_in(merged(a_draft()), {"id:1": first}, "id:1") == [[("Room", "POS")]]


def test_a_tag_that_stands_for_two_is_deleted_or_changed_as_one():
    draft = merged(a_draft())
    view = views(draft, READ)["id:2"]
    gone = edited(draft, delete_rows(view, [row(view, "0/0")]), "id:2")
    assert shown(gone, "id:2")[0] == [("Room", "NEG")]
    other = edited(draft, change_cell(view, row(view, "0/0"), "class_", "Price", draft.scheme), "id:2")
    assert shown(other, "id:2")[0] == [("Price", "POS"), ("Room", "NEG")]
    for one in (gone, other):
        assert {key: shown(undo(undo(one)), key) for key in READ} == AS_READ


def test_the_tags_of_a_removed_class_go_and_come_back_by_undo_and_their_segments_stay():
    draft = merged(a_draft(), new=None)
    assert shown(draft) == [[], [("Room", "NEG"), ("Price", "NEU")], []]
    assert shown(draft, "id:2")[0] == [("Room", "POS"), ("Room", "NEG")]
    filled = edited(
        draft,
        change_cell(
            views(draft, READ)["id:1"],
            row(views(draft, READ)["id:1"], "0/-"),
            "class_",
            "Price",
            draft.scheme,
        ),
    )
    assert shown(filled)[0] == [("Price", None)]
    moved = edited(
        filled,
        change_cell(
            views(filled, READ)["id:1"], row(views(filled, READ)["id:1"], "0/-"), "end", 17, filled.scheme
        ),
    )
    assert views(moved, READ)["id:1"].sendable[0].span == (5, 17)
    assert {key: shown(undo(undo(undo(moved))), key) for key in READ} == AS_READ


def test_a_removed_name_that_is_added_again_is_a_new_one_and_its_tags_stay():
    draft = merged(a_draft(), new=None)
    draft = typed(session_step(draft, add_name(draft, "classes", "Staff")), "Staff")
    assert shown(draft) == [[("Staff", None)], [], [("Room", "NEG"), ("Price", "NEU")], []]


def test_names_swapped_by_three_renames_are_swapped_everywhere():
    draft = renamed(renamed(renamed(a_draft(), "Staff", "x"), "Room", "Staff"), "x", "Room")
    assert shown(draft)[:2] == [[("Room", "POS")], [("Staff", "NEG"), ("Price", "NEU")]]
    assert draft.classes == ("Room", "Staff", "Price")
    assert {key: shown(undo(undo(undo(draft))), key) for key in READ} == AS_READ
    swapped = {"id:1": a_document(TEXT, a_segment(TEXT, 5, 10, ("Room", "POS"), ("Staff", "NEG")), id=1)}
    saved = undo(undo(undo(with_renames_held(draft, 3))))
    assert names_in(saved, swapped, "id:1") == [[("Staff", "POS"), ("Room", "NEG")]]


def test_a_rename_that_was_undone_and_made_again_is_a_rule_of_its_own():
    draft = renamed(undo(renamed(a_draft())))
    assert len(draft.renames.made) == 2
    assert len(draft.pending_renames) == 1
    assert shown(draft)[0] == [("Team", "POS")]
    assert shown(undo(draft))[0] == [("Staff", "POS")]


@pytest.mark.parametrize(
    ("at", "becomes"),
    [(0, {"id": 3, "class": "Team", "x": 1}), (1, {"class": "Team"}), (2, {"class": "Room", "label": None})],
)
def test_a_renamed_tag_keeps_its_further_keys_and_has_no_null_and_others_are_as_they_came(at, becomes):
    tags = [
        {"id": 3, "class": "Staff", "x": 1},
        {"class": "Staff", "label": None},
        {"class": "Room", "label": None},
    ]
    document = Document.model_validate(
        {"text": TEXT, "segments": [{"span": [5, 10], "tags": tags[at : at + 1]}]}
    )
    view = renamed(a_draft()).view(Loaded("id:1", 0, document))
    assert [tag.to_json() for tag in view.sendable[0].tags] == [becomes]


def test_a_rename_that_a_save_began_and_that_is_then_undone_is_to_be_taken_back_where_it_went_through():
    made = begun(renamed(a_draft()), 1)
    assert [(rule.old, forward) for rule, forward in made.pending_renames] == [("Staff", True)]
    back = undo(made)
    read = {"id:1": a_document(TEXT, a_segment(TEXT, 5, 10, ("Team", "POS")), id=1), "id:2": READ["id:2"]}
    assert names_in(back, read, "id:1") == [[("Staff", "POS")]]
    assert names_in(back, read, "id:2") == AS_READ["id:2"]
    assert back.is_changed
    assert session_lines(back) == (("renames", "class Team → Staff"),)
    assert undo(merged(begun(a_draft(), 0))).renames.tried == ()
    new = session_step(back, rename_name(back, "classes", "Price", "Team"))
    assert names_in(new, {"id:1": a_document(TEXT, a_segment(TEXT, 5, 10, ("Price", None)))}, "id:1") == [
        [("Team", None)]
    ]
    assert shown(typed(new, "Team"))[0] == [("Team", None)]
    assert not with_renames_held(back, 2).is_changed


def test_an_undone_rename_that_a_save_began_to_take_back_and_that_is_then_redone_is_to_go_on_everywhere():
    made = redo(begun(undo(with_renames_held(renamed(a_draft()), 1)), 2))
    assert shown(made) == [[("Team", "POS")], [("Room", "NEG"), ("Price", "NEU")], []]
    assert [(rule.old, forward) for rule, forward in made.pending_renames] == [("Staff", True)]
    assert not with_renames_held(made, 3).pending_renames


def test_a_merge_that_a_save_began_is_parted_by_undo_where_it_did_not_go_through():
    back = undo(begun(merged(a_draft()), 1))
    assert {key: shown(back, key) for key in READ} == AS_READ
    assert not back.pending_renames
    assert not begun(with_renames_held(merged(a_draft()), 1), 1).renames.tried


RULES = st.builds(
    lambda old, new, is_fresh: Rename(
        field="classes", old=old, new=new, is_fresh=is_fresh and new is not None
    ),
    st.sampled_from("ABC"),
    st.sampled_from(["A", "B", "C", "D", None]),
    st.booleans(),
)


@given(st.lists(RULES, max_size=6), st.data())
def test_names_are_what_they_were_when_every_rule_is_off_again(rules, data):
    renames = Renames()
    for index, rule in enumerate(rules):
        renames = renames.switched(index, rule, True)
        if data.draw(st.booleans()):
            renames = renames.switched(index, rule, False)
    for index in reversed(range(len(rules))):
        renames = renames.switched(index, rules[index], False)
    assert renames.since(0) == ()
    assert all(called_now(Tag.of(name), renames.since(0)) == Tag.of(name) for name in "ABCD")
    assert renames.since(renames.clock) == ()


def test_discard_parts_what_a_merge_joined_in_a_segment_that_was_edited_before():
    view = views(a_draft(), READ)["id:2"]
    draft = merged(edited(a_draft(), change_cell(view, row(view, "0/0"), "end", 8, a_draft().scheme), "id:2"))
    thrown = take(draft, discard(draft))
    assert thrown.documents["id:2"].segments == thrown.documents["id:2"].base
    assert not thrown.is_changed
    assert seen(undo(thrown), READ) == seen(draft, READ)
