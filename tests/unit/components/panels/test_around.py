"""What is shown around an occurrence."""

from __future__ import annotations

from components.panels.occurrences import around


def test_what_stands_around_a_hit_begins_and_ends_with_whole_words_and_says_where_it_goes_on() -> None:
    text = "There is a man below who rakes the beach into long\nstraight lines"
    start = text.index("rakes")
    assert around(text, start, start + 5, 20) == ("…is a man below who ", "rakes", " the beach into…")
    assert around(text, start, start + 5, 60) == (text[:start], "rakes", text[start + 5 :].replace("\n", " "))
    assert around("x" * 30, 10, 20, 5) == ("…xxxxx", "x" * 10, "xxxxx…")
