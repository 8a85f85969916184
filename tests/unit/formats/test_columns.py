"""What a column is shows in its values, then in its name."""

from __future__ import annotations

import pytest

from labeling.formats.columns import columns_of, guess, uses_of
from labeling.formats.records import CLASS, TEXT, Choice, Record, Records
from labeling.model import Shape
from tests.unit.formats.made import again


def of(*rows: dict[str, object], columns: tuple[str, ...] = ()) -> Records:
    items = tuple(Record(number, row) for number, row in enumerate(rows, 1))
    return Records(columns=columns or tuple(rows[0] if rows else ()), items=items)


def named(found: Choice) -> tuple[str, str, str]:
    return (found.text, found.class_, found.label)


@pytest.mark.parametrize(
    ("columns", "choice"),
    [
        (("id", "Text", "Class"), ("Text", "Class", "")),
        (("nr", "review", "sentiment"), ("review", "", "sentiment")),
        (("nr", "words"), ("nr", "", "")),
        ((), ("text", "", "")),
    ],
)
def test_columns_are_guessed_by_their_names(columns: tuple[str, ...], choice: tuple[str, str, str]) -> None:
    assert named(guess(of(columns=columns))) == choice


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([{"nr": "1", "words": "Good room"}, {"nr": "2", "words": "Bad"}], "words"),
        ([{"stars": "good", "said": "The room was cold"}, {"stars": "bad", "said": ""}], "said"),
        ([{"text": "17", "said": "The room was cold"}, {"text": "18", "said": "Bad"}], "said"),
        ([{"nr": 1, "said": "Bad"}], "said"),
        ([{"nr": "1", "said": "5/5"}], "nr"),
        ([{"link": "https://example.com/reviews/1234", "said": "Bad room"}], "said"),
    ],
)
def test_the_text_is_in_the_column_that_reads_like_it(rows: list[dict[str, object]], text: str) -> None:
    assert guess(of(*rows)).text == text


def test_no_class_column_is_guessed_where_sessions_have_no_classes() -> None:
    found = guess(of(columns=("text", "class", "label")), Shape(classes=False, labels=True))
    assert named(found) == ("text", "", "label")
    assert found.kept == ("class",)


def test_a_column_of_long_texts_names_no_class() -> None:
    said = "It was a long stay and there is a lot to say about it, most of it good"
    assert guess(of({"text": said, "topic": f"{said} {said}"})).class_ == ""


def test_every_key_is_counted_with_what_becomes_of_it() -> None:
    found = of(
        {"id": 4, "text": "Good", "segments": [], "annotated": True, "stars": 4, "by": ""},
        {"text": "Bad", "segments": [{"span": [0, 3]}], "extra": {"a": 1}},
        columns=("text", "id", "segments", "annotated", "stars", "by", "extra"),
    )
    assert [tuple(one) for one in uses_of(found, guess(found))] == [
        ("id", "left out", 1),
        ("text", "text", 2),
        ("annotated", "done", 1),
        ("stars", "information", 1),
        ("segments", "segments with tags", 1),
        ("extra", "information", 1),
        ("by", "information", 0),
    ]


def test_a_flat_label_in_one_column_is_parted_where_the_values_show_the_pattern() -> None:
    rows = of({"text": "a b", "label": "Food-NEG"}, {"text": "c d", "label": "Room-POS"})
    assert guess(rows).names == "class-label"


def test_marks_and_tags_that_begin_far_behind_are_not_overlooked() -> None:
    rows: list[dict[str, object]] = [{"text": "Good"} for _ in range(1100)]
    rows.append({"text": "Bad", "segments": [{"span": [0, 3]}], "annotated": True, "meta": {"stars": 1}})
    found = of(*rows, columns=columns_of([Record(n, row) for n, row in enumerate(rows, 1)]))
    choice = guess(found)
    assert (choice.spans, choice.done, choice.kept) == ("segments", "annotated", ("meta",))


def test_a_column_with_a_list_of_names_is_several_tags_of_the_document() -> None:
    rows: list[dict[str, object]] = [
        {"review": "The room was fine", "topics": ["Room", "Staff"]},
        {"review": "Good", "topics": []},
    ]
    found = again(of(*rows))
    assert [[tag.names for one in each.segments for tag in one.tags] for each in found.documents] == [
        [("Room", None), ("Staff", None)],
        [],
    ]
    assert [(one.key, one.use) for one in found.keys] == [("review", TEXT), ("topics", CLASS)]
