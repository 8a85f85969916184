"""Readers in a process of their own."""

from __future__ import annotations

import pytest

from labeling.formats.apart import apart
from tests.unit.formats.reads import reads


def test_what_is_read_comes_back() -> None:
    assert apart(reads, "Grün".encode()) == ["Grün"]


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"locked", PermissionError), (b"large", MemoryError), (b"ends", ValueError), (b"\xff", ValueError)],
    ids=["locked", "too large", "ends its process", "raises"],
)
def test_what_happens_to_the_process_is_raised(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        apart(reads, data)
