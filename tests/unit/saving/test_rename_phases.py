from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.history import take
from labeling.draft.saved import with_renames_held
from labeling.draft.vocabulary import Rename, Renames, called_now
from labeling.editing.session import add_name, remove_name, rename_name
from labeling.model import MOST_NAMES, SessionChange, Tag
from labeling.saving.rename_phases import fits, is_repeatable, lists_after, phases, renamed_from
from tests.unit.build import a_draft, a_session

NAMES = "ABCD"


def renames(*pairs: str) -> Renames:
    """`AB`: A is called B from now on, a name that was free; `ab`: merged into one that was there; `A-`:
    removed."""
    found = Renames()
    for index, (old, new) in enumerate(pairs):
        rule = Rename(
            field="classes",
            old=old.upper(),
            new=None if new == "-" else new.upper(),
            is_fresh=new.isupper(),
        )
        found = found.switched(index, rule, True)
    return found


def test_one_rename_and_renames_of_different_names_are_one_stage():
    assert list(phases(renames("AB"), 0)) == [1]
    assert list(phases(renames("AB", "CD"), 0)) == [2]
    assert list(phases(renames("AB", "BC"), 0)) == [2]
    assert list(phases(renames(), 0)) == []
    assert list(phases(renames("AB"), 1)) == []


def test_a_name_that_leaves_and_comes_back_for_others_takes_two_phases():
    assert list(phases(renames("BC", "AB"), 0)) == [1, 2]
    assert list(phases(renames("B-", "AB"), 0)) == [1, 2]


def test_phases_are_as_large_as_the_lists_have_room_for_and_one_where_they_have_none():
    made = renames("AE", "BF", "CG", "DH")
    assert list(phases(made, 0, lambda rules: len(rules) <= 3)) == [3, 4]
    assert list(phases(made, 0, lambda rules: len(rules) <= 1)) == [1, 2, 3, 4]
    assert list(phases(made, 0, lambda rules: False)) == [4]


def test_a_list_fits_unless_a_new_name_makes_it_longer_than_a_server_takes():
    full = tuple(f"Class {n}" for n in range(MOST_NAMES))
    session = a_session(classes=full)
    assert fits(SessionChange(classes=("New", *full[1:])), session)
    assert not fits(SessionChange(classes=("New", *full)), session)
    longer = a_session(classes=(*full, "One", "Two"))
    assert fits(SessionChange(classes=(*full, "One")), longer)
    assert fits(SessionChange(name="Other"), longer)


def test_two_names_that_change_places_take_as_many_phases_as_are_needed():
    assert list(phases(renames("AX", "BA", "XB"), 0)) == [1, 2, 3]


def test_a_rename_taken_back_before_it_was_sent_takes_no_stage():
    there_and_back = renames("AB").switched(0, renames("AB").made[0], False)
    assert list(phases(there_and_back, 0)) == []
    assert list(phases(there_and_back, 1)) == [2]


def test_a_merge_taken_back_before_it_was_sent_is_none_of_the_phases():
    swap = renames("AX", "BA", "XB", "Ab")
    there_and_back = swap.switched(3, swap.made[3], False)
    assert list(phases(there_and_back, 0)) == [1, 2, 5]


@given(
    st.lists(st.sampled_from([a + b for a in NAMES for b in NAMES + NAMES.lower() + "-" if a != b.upper()]))
)
def test_documents_brought_from_stage_to_stage_in_any_part_and_again_end_as_at_once(pairs: list[str]):
    made = renames(*pairs)
    for name in NAMES:
        at_once = called_now(Tag.of(name), made.since(0))
        tag: Tag | None = Tag.of(name)
        held = 0
        for clock in phases(made, 0):
            rules = made.upto(clock).since(held)
            assert is_repeatable(rules)
            for _ in range(3):
                tag = None if tag is None else called_now(tag, rules)
            held = clock
        assert tag == at_once


def test_only_the_names_that_go_are_looked_for():
    assert renamed_from(renames("AB", "C-").since(0)) == {("classes", "A"), ("classes", "C")}
    merged = renames("ab")
    back = merged.switched(0, merged.made[0], False)
    assert renamed_from(back.since(1)) == set()


def test_the_lists_shrink_to_the_new_names_in_the_places_of_the_old():
    session = a_session(classes=["Staff", "Room", "Crew"])
    rules = [(Rename(field="classes", old="Staff", new="Crew", is_fresh=True), True)]
    assert lists_after(rules, session).to_json() == {"classes": ["Crew", "Room"]}
    assert lists_after(rules, session.model_copy(update={"classes": ("Crew", "Room")})).is_empty


def test_a_draft_whose_renames_are_held_in_part_has_only_the_others_to_send():
    draft = a_draft(classes=["Staff", "Room"])
    draft = take(draft, rename_name(draft, "classes", "Room", "Space"))
    draft = take(draft, rename_name(draft, "classes", "Staff", "Room"))
    draft = take(draft, add_name(draft, "classes", "Food"))
    part = with_renames_held(draft, 1)
    assert part.base.classes == ("Staff", "Space")
    assert [rule.old for rule, _ in part.pending_renames] == ["Staff"]
    assert part.classes == draft.classes == ("Room", "Space", "Food")
    whole = with_renames_held(part, 2)
    assert whole.base.classes == ("Room", "Space")
    assert whole.session_change.to_json() == {"classes": ["Room", "Space", "Food"]}
    assert with_renames_held(whole, 1) is whole


def test_a_class_removed_with_its_tags_leaves_the_base_too():
    draft = a_draft(classes=["Staff", "Room"])
    draft = take(draft, remove_name(draft, "classes", "Room", 3))
    assert with_renames_held(draft, 1).base.classes == ("Staff",)
