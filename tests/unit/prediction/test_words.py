"""A text as words, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.prediction.task import Example
from labeling.prediction.words import WordSplitter, plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't pay 20€!", ["don", "'", "t", "pay", "20", "€", "!"]),
        ("Crème brûlée", ["crème", "brûlée"]),
        ("cre\u0300me", ["cre\u0300me"]),
        ("料理がうまい", ["料", "理", "が", "う", "ま", "い"]),
        ("อาหาร", ["อ", "า", "ห", "า", "ร"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("Хорошо\r\n\tтут", ["хорошо", "тут"]),
        ("👩\u200d🍳👍🏽", ["👩\u200d🍳", "👍🏽"]),
        ("", []),
        (" \u00a0\n", []),
    ],
)
def test_words_are_what_a_script_has(text: str, words: list[str]) -> None:
    assert list(WordSplitter().read(text).low) == words


@given(st.text(st.characters(codec=None), max_size=60))
def test_words_are_in_order_and_hold_all_but_white_space(text: str) -> None:
    worded = WordSplitter(frozenset("ab"), frozenset("cd")).read(text)
    assert len(worded.text) == len(text)
    ends = [0, *(end for _, end in worded.places)]
    starts = [*(start for start, _ in worded.places), len(text)]
    assert all(start < end for start, end in worded.places)
    assert all(not worded.text[end:start].strip() for end, start in zip(ends, starts, strict=True))


def test_what_the_trainer_cannot_take_is_replaced_by_as_many_signs() -> None:
    assert plain("a\0b\ud800c🙂") == "a\ufffdb\ufffdc🙂"


def test_a_span_touches_the_words_that_it_shares_a_sign_with() -> None:
    worded = WordSplitter().read("one two three")
    assert [worded.within(*span) for span in ((0, 3), (2, 5), (3, 4), (4, 13), (13, 20))] == [
        (0, 1),
        (0, 2),
        (0, 0),
        (1, 3),
        (0, 0),
    ]


def tagged_within(text: str, part: str) -> Example:
    start = text.index(part)
    return Example(text, ((start, start + len(part), "Thing", None),))


def test_what_annotators_cut_off_is_cut_off_everywhere() -> None:
    learned = WordSplitter.learn([tagged_within("هذا والفندق", "الفندق")] * 3)
    assert learned.read("والمطعم").low == ("و", "المطعم")
    assert WordSplitter.learn([tagged_within("هذا والفندق", "الفندق")] * 2).read("والمطعم").low == (
        "والمطعم",
    )


def test_a_cut_that_is_rare_among_many_tags_splits_nothing() -> None:
    few, many = [tagged_within("a prewar house", "war")] * 3, [tagged_within("a house", "house")] * 400
    assert WordSplitter.learn(few).read("premium").low == ("pre", "mium")
    assert WordSplitter.learn([*few, *many]).read("premium").low == ("premium",)
