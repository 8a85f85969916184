"""A class or a label has one key, keeps it, and takes it along;
what a person chooses is checked in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.history import take, undo
from labeling.draft.shortcuts import (
    DIGITS,
    LETTERS,
    Name,
    as_key,
    chosen,
    faults,
    kept_keys,
    keyboard_for,
    remembered,
    renamed,
    to_json,
    why_not,
)
from labeling.editing.session import remove_name, rename_name
from tests.unit.build import a_draft

USABLE = DIGITS + LETTERS
words = st.text("abcdefghinprstuxyzÄÉ 0123456789·", max_size=8)
lists = st.lists(words, unique=True, max_size=40)
keyboards = st.dictionaries(
    st.tuples(st.sampled_from(["classes", "labels"]), words), st.sampled_from(USABLE), max_size=40
)


def labels(*names: str) -> dict[str, str]:
    """The keys that labels get where nothing was kept."""
    return {name: key for (_, name), key in keyboard_for((), names, {}).items()}


def classes(*names: str, kept: dict[Name, str] | None = None) -> dict[str, str]:
    return {name: key for (_, name), key in keyboard_for(names, (), kept or {}).items()}


# Given


def test_classes_have_digits_in_their_order_and_those_beyond_have_none() -> None:
    given_keys = classes(*(f"Class {letter}" for letter in "ABCDEFGHIJKL"))
    assert "".join(given_keys.values()) == DIGITS
    assert "Class K" not in given_keys


def test_a_class_that_is_called_by_a_digit_has_it() -> None:
    assert classes("Other", "1 star", "2 stars", "10 of 10") == {
        "Other": "3",
        "1 star": "1",
        "2 stars": "2",
        "10 of 10": "4",
    }


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (("POS", "NEG", "NEU"), "pne"),
        (("POSITIVE", "NEGATIVE", "NEUTRAL", "EXTREME"), "pnue"),
        (("Clear", "Rude"), "lu"),
        (("very bad", "very good"), "vg"),
        (("Öde", "Étroit"), "oe"),
        (("123", "愛"), "ab"),
        (("Staff", "STAFF"), "st"),
    ],
)
def test_labels_have_letters_that_they_begin_with_or_hold(names: tuple[str, ...], keys: str) -> None:
    assert "".join(labels(*names).values()) == keys


@given(lists, lists, keyboards)
def test_no_two_have_the_same_key_and_every_key_can_be_pressed(
    class_names: list[str], label_names: list[str], kept: dict[Name, str]
) -> None:
    now = keyboard_for(class_names, label_names, kept)
    assert len(set(now.values())) == len(now)
    assert not any(why_not(key) for key in now.values())
    assert set(now) <= {*(("classes", n) for n in class_names), *(("labels", n) for n in label_names)}


@given(lists, lists, keyboards)
def test_a_key_is_left_over_only_when_every_name_has_one(
    class_names: list[str], label_names: list[str], kept: dict[Name, str]
) -> None:
    now = keyboard_for(class_names, label_names, kept)
    for field, names, keys in (("classes", class_names, DIGITS), ("labels", label_names, LETTERS)):
        if not set(keys) <= set(now.values()):
            assert all((field, name) in now for name in names)


# Kept


@given(lists, lists, lists, lists)
def test_those_that_are_known_keep_theirs_whatever_comes_goes_or_moves(
    class_names: list[str], label_names: list[str], later_classes: list[str], later_labels: list[str]
) -> None:
    before = keyboard_for(class_names, label_names, {})
    after = keyboard_for([*later_classes, *reversed(class_names)], [*later_labels, *label_names[1:]], before)
    for (field, name), key in before.items():
        if field == "classes" or name in (*later_labels, *label_names[1:]):
            assert after[field, name] == key


def test_a_class_that_was_away_has_its_key_again_unless_another_has_it_by_now() -> None:
    kept = remembered(keyboard_for(("Staff", "Room"), (), {}), {})
    assert classes("Room", kept=kept) == {"Room": "2"}
    without = remembered(keyboard_for(("Room",), (), kept), kept)
    assert classes("Room", "Staff", kept=without) == {"Room": "2", "Staff": "1"}
    instead = remembered(keyboard_for(("Room", "Price"), (), without), without)
    assert classes("Staff", "Room", "Price", kept=instead) == {"Staff": "3", "Room": "2", "Price": "1"}


def test_what_is_kept_can_be_read_again_and_what_cannot_be_a_key_is_left_out() -> None:
    now = keyboard_for(("Staff", "Größe"), ("POS",), {})
    assert kept_keys(to_json(now)) == now
    assert kept_keys([["classes", "Staff", "r"], ["labels", "POS", "p"], ["x"], 7, ["names", "a", "b"]]) == {
        ("labels", "POS"): "p"
    }
    assert kept_keys(None) == kept_keys({"classes": 1}) == kept_keys("abc") == {}


# Renamed


def test_a_class_that_is_renamed_takes_its_key_along_and_back() -> None:
    draft = a_draft()
    kept = keyboard_for(draft.classes, draft.labels, {})
    change = rename_name(draft, "classes", "Room", "Chamber")
    later = take(draft, change)  # type: ignore[arg-type]
    now = keyboard_for(later.classes, later.labels, renamed(kept, later.renames.since(0)))
    assert [now["classes", name] for name in ("Staff", "Chamber", "Price")] == ["1", "2", "3"]
    back = undo(later)
    again = keyboard_for(back.classes, back.labels, renamed(remembered(now, kept), back.renames.since(0)))
    assert again == kept


def test_a_class_that_another_was_merged_into_keeps_its_own() -> None:
    draft = a_draft()
    kept = keyboard_for(draft.classes, draft.labels, {})
    merged = take(draft, remove_name(draft, "classes", "Room", 3, "Price"))  # type: ignore[arg-type]
    now = keyboard_for(merged.classes, merged.labels, renamed(kept, merged.renames.since(0)))
    assert [now["classes", name] for name in merged.classes] == ["1", "3"]


# Chosen


def test_a_chosen_key_is_right_before_one_that_was_given_or_kept() -> None:
    kept = {("classes", "Gone"): "5", ("classes", "Staff"): "1", ("labels", "POS"): "p"}
    wanted: dict[Name, str] = {("classes", "Staff"): "5", ("labels", "POS"): "", ("labels", "NEG"): "p"}
    now = chosen(wanted, kept)
    given_keys = keyboard_for(("Gone", "Staff"), ("POS", "NEG"), now)
    assert given_keys == {
        ("classes", "Gone"): "1",
        ("classes", "Staff"): "5",
        ("labels", "POS"): "o",
        ("labels", "NEG"): "p",
    }


def test_two_may_change_places() -> None:
    wanted: dict[Name, str] = {("classes", "Staff"): "2", ("classes", "Room"): "1"}
    assert faults(wanted) == {}
    assert keyboard_for(("Staff", "Room"), (), chosen(wanted, {})) == wanted


def test_a_key_that_is_wanted_twice_is_told_for_both() -> None:
    wanted: dict[Name, str] = {("classes", "Staff"): "2", ("labels", "POS"): "2", ("labels", "NEG"): ""}
    assert faults(wanted) == {
        ("classes", "Staff"): "“2” is wanted for “POS” as well",
        ("labels", "POS"): "“2” is wanted for “Staff” as well",
    }


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("c", "belongs to the page"),
        ("R", "belongs to the page"),
        ("/", "does something else in the text"),
        (" ", "the space bar"),
        ("ö", "is not a letter from a to z or a digit"),
        ("12", "is not a letter from a to z or a digit"),
    ],
)
def test_a_key_that_cannot_be_says_why(typed: str, words: str) -> None:
    (why,) = faults({("labels", "POS"): as_key(typed)}).values()
    assert words in why


def test_letters_count_without_their_case() -> None:
    assert as_key(" P ") == "p"
    assert as_key("") == as_key("  ") == ""
