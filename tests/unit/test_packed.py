"""Values in little memory."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.packed import Packed

BY_CHANCE = random.Random(1)
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


MANY = [BY_CHANCE.randbytes(1000) for _ in range(3000)]


def files_open() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_many_wait_in_a_file_that_is_gone_with_them() -> None:
    before = files_open()
    found = Packed(MANY, bytes)
    assert (list(found), found[2900], found[10:12]) == (MANY, MANY[2900], tuple(MANY[10:12]))
    assert files_open() == before + 1
    del found
    assert files_open() == before


def test_what_the_disk_does_not_take_stays_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert list(Packed(MANY, bytes)) == MANY
