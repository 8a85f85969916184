"""What seldom changes is left out of a message where the browser holds it."""

from __future__ import annotations

from typing import Any

import pytest

from components.shell.parts import hash_of, held_by, parts_of

NAMES, DOCUMENTS = {"classes": ["Room"]}, {"documents": [[0, "a"]]}


def test_a_part_is_named_by_what_is_in_it() -> None:
    assert hash_of(NAMES) == hash_of({"classes": ["Room"]})
    assert (
        len({hash_of(NAMES), hash_of({"classes": ["room"]}), hash_of({"labels": ["Room"]}), hash_of({})}) == 4
    )


def test_what_is_held_goes_by_its_name_alone() -> None:
    names, documents = hash_of(NAMES), hash_of(DOCUMENTS)
    assert parts_of([NAMES, DOCUMENTS], ()) == {names: NAMES, documents: DOCUMENTS}
    assert parts_of([NAMES, DOCUMENTS], {names}) == {names: None, documents: DOCUMENTS}
    assert parts_of([NAMES, DOCUMENTS], {names, documents, "x"}) == {names: None, documents: None}


def test_the_report_says_what_is_held_and_what_is_asked_for_is_not() -> None:
    text = {"report": {"holds": ["a", "b"]}}
    assert held_by(text, None) == {"a", "b"}
    assert held_by(text, {"asks": ["b", "c"]}) == {"a"}
    assert held_by(text | {"asks": ["a"]}, text | {"asks": ["a"]}) == {"b"}


@pytest.mark.parametrize(
    "state",
    [
        None,
        1,
        "a",
        [],
        {},
        {"report": None},
        {"report": {"holds": 1}},
        {"report": {"holds": [[], {}, None, 1]}},
    ],
)
def test_whatever_else_the_browser_says_holds_nothing(state: Any) -> None:
    assert held_by(state, state) == frozenset()
    assert held_by(state, {"asks": state}) == frozenset()
