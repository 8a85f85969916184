"""Values in little memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.formats.packed import Packed

VALUES = [{"text": "Grün 🙂 \ud83d", "n": n, "more": [None, True, 1.5, 10**30]} for n in range(2000)]


@pytest.mark.parametrize("tightly", [True, False])
def test_what_is_packed_comes_back_in_its_order(*, tightly: bool) -> None:
    found = Packed(VALUES, dict, tightly=tightly)
    assert (len(found), list(found)) == (2000, VALUES)
    assert found == VALUES
    assert found != VALUES[:-1]
    assert Packed([], dict) == ()


@given(st.integers(0, 40), st.slices(40))
def test_any_part_of_it_is_found(length: int, part: slice) -> None:
    found, known = Packed(range(length), int), tuple(range(length))
    assert found[part] == known[part]
    assert [found[n] for n in range(-length, length)] == [known[n] for n in range(-length, length)]
    with pytest.raises(IndexError):
        found[length]


def test_what_is_asked_for_is_made_and_nothing_else() -> None:
    made: list[int] = []

    def make(value: int) -> int:
        made.append(value)
        return value

    found = Packed(range(10_000), make)
    assert (found[7000], found[3:5]) == (7000, (3, 4))
    assert made == [7000, 3, 4]
