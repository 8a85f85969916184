"""Names of downloaded files."""

from __future__ import annotations

import pytest

from labeling.formats import file_name
from tests.unit.build import a_session


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Hotel reviews", "Hotel reviews.csv"),
        ("Größe: α/β?", "Größe α β.csv"),
        ("../../etc/passwd", "etc passwd.csv"),
        ("a\n\t\x00b\u202e", "a b.csv"),
        ("...", "session 5.csv"),
        ("CON", "session 5.csv"),
        ("", "session 5.csv"),
        ("x" * 300, "x" * 80 + ".csv"),
    ],
)
def test_a_file_is_named_after_its_session_safely(name: str, wanted: str) -> None:
    assert file_name(a_session(name=name), ".csv") == wanted
