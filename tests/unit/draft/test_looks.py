"""A class or a label has one look, keeps it whatever happens around it, and takes it along."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.history import take
from labeling.draft.looks import HUES, LOOKS, kept_looks, looks_in_use
from labeling.draft.shortcuts import Name
from labeling.editing.session import rename_name
from tests.unit.build import a_draft

lists = st.lists(st.text("abcÄ 1", max_size=4), unique=True, max_size=100)


def used(classes: list[str], labels: list[str] | None = None, kept: object = None) -> dict[Name, int]:
    return looks_in_use(kept, classes, labels or [], ())[0]


def kept(classes: list[str], before: object = None) -> object:
    return looks_in_use(before, classes, [], ())[1]


def hues(looks: dict[Name, int]) -> list[int]:
    return [look % HUES for look in looks.values()]


@given(lists, lists)
def test_names_of_one_list_look_different_while_there_are_looks_and_hues(
    classes: list[str], labels: list[str]
) -> None:
    now = used(classes, labels)
    for field, names in (("classes", classes), ("labels", labels)):
        looks = {name: look for name, look in now.items() if name[0] == field}
        assert [name for _, name in looks] == names
        assert len(set(looks.values())) == min(len(names), LOOKS)
        assert len(set(hues(looks))) == min(len(names), HUES)
        assert all(0 <= look < LOOKS for look in looks.values())


@given(lists, lists)
def test_names_keep_their_looks_whatever_comes_goes_or_moves(before: list[str], after: list[str]) -> None:
    first = kept(before)
    now = used(after, kept=first)
    both = {("classes", name) for name in before} & now.keys()
    were = kept_looks(first)
    assert {name: now[name] for name in both} == {name: were[name] for name in both}


def test_a_class_that_was_away_has_its_look_again_though_others_came_meanwhile() -> None:
    before = kept(["Staff", "Room", "Food"])
    without = kept(["Food", "Lift", "Pool"], before)
    again = used(["Room", "Pool", "Staff", "Lift", "Food"], kept=without)
    assert again["classes", "Staff"] == used(["Staff"])["classes", "Staff"]
    assert len(set(hues(again))) == 5


def test_among_names_that_came_and_went_those_that_are_there_have_hues_of_their_own() -> None:
    value = None
    for n in range(30):
        value = kept([f"{n}-{m}" for m in range(5)], value)
    now = used([f"new {m}" for m in range(10)], kept=value)
    assert len(set(hues(now))) == 10


def test_a_class_that_is_renamed_takes_its_look_along() -> None:
    draft = a_draft(classes=("Staff", "Room"))
    value = looks_in_use(None, draft.classes, draft.labels, ())[1]
    change = rename_name(draft, "classes", "Room", "Hall")
    later = take(draft, change)
    now, _ = looks_in_use(value, later.classes, later.labels, later.renames.since(0))
    assert now["classes", "Hall"] == kept_looks(value)["classes", "Room"]


def test_what_is_kept_already_is_not_kept_anew_and_what_is_no_look_is_left_out() -> None:
    value = kept(["Staff"])
    assert looks_in_use(value, ["Staff"], [], ())[1] is value
    odd = [["classes", "Staff", 5], ["classes", "Room", LOOKS], ["x", "a", 1], ["classes", "b", "1"], 7]
    assert kept_looks(odd) == {("classes", "Staff"): 5}
    assert kept_looks("nonsense") == {}
