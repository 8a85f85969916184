from __future__ import annotations

import pytest

from components.review.place import from_words, numbers_in, to_words


@pytest.mark.parametrize(
    "names",
    [
        ["Staff"],
        ["Staff", None, "Food, drinks"],
        ["~", "-", "--", "100 %", "%2C", "~x", "größe", "食"],
    ],
)
def test_any_names_come_back_from_a_word_of_the_address(names: list[str | None]) -> None:
    assert from_words(to_words(names)) == names
    assert from_words("") == []


def test_what_is_no_number_of_a_session_is_left_out_of_a_word() -> None:
    assert numbers_in("5,6,5,x,-1,0,,²,99999999999999") == [5, 6]
