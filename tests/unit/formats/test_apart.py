"""Readers in a process of their own."""

from __future__ import annotations

import pytest

from labeling.formats.apart import PLACES, WAITING, apart
from labeling.formats.records import nobody
from tests.unit.formats.reads import reads


def test_what_is_read_comes_back_as_often_as_it_is_asked_for() -> None:
    with apart(reads, "Grün".encode(), nobody) as parts:
        assert [list(parts), list(parts)] == [[*"Grün"], [*"Grün"]]


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"locked", PermissionError), (b"large", MemoryError), (b"ends", ValueError), (b"\xff", ValueError)],
    ids=["locked", "too large", "ends its process", "raises"],
)
def test_what_happens_to_the_process_is_raised(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        apart(reads, data, nobody)


class GivenUp(Exception):
    """Somebody no longer waits."""


def test_while_as_many_files_are_read_as_may_be_another_waits_and_can_be_given_up() -> None:
    def give_up(share: float) -> None:
        raise GivenUp(share)

    places = 0
    while PLACES.acquire(blocking=False):
        places += 1
    try:
        with pytest.raises(GivenUp, match=str(WAITING)):
            apart(reads, b"text", give_up)
    finally:
        PLACES.release(places)
    with apart(reads, b"text", nobody) as parts:
        assert "".join(parts) == "text"


def test_what_is_given_up_while_it_is_read_leaves_its_place() -> None:
    def give_up(share: float) -> None:
        raise GivenUp

    for _ in range(3):
        with pytest.raises(GivenUp):
            apart(reads, b"sleeps", give_up)
