"""doccano's lines: spans with one name, names of whole documents."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.formats import read as read_any
from labeling.formats.doccano import NAMES, write
from labeling.formats.flat import cannot_hold
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import (
    again,
    comes_back_in_flat_names,
    hard,
    read_rows,
    spoiled,
    units_in,
    whole,
)

AS_DOCCANO = {"format": "doccano"}


@given(st.lists(hard(), min_size=1, max_size=2))
def test_a_download_comes_back_but_for_what_was_said_to_be_lost(made: list[Document]) -> None:
    comes_back_in_flat_names(write, AS_DOCCANO, made)


def test_a_download_has_one_name_a_tag_and_counts_as_browsers_do() -> None:
    text = "🙂 soup"
    document = a_document(text, a_segment(text, 2, 6, ("Food", "POS"), (None, "NEG")), meta={"by": "Ann"})
    assert json.loads(whole(write, [document])) == {
        "text": text,
        "label": [[3, 7, "Food#POS"], [3, 7, "NEG"]],
        "offsets": "UTF-16 units",
        "meta": {"by": "Ann"},
    }


@pytest.mark.parametrize(
    "row",
    [
        {"text": "The soup", "label": [[4, 8, "Food"]]},
        {"text": "The soup", "labels": [[4, 8, "Food"]]},
        {"data": "The soup", "label": [[4, 8, "Food"]]},
        {"text": "The soup", "entities": [{"id": 3, "label": "Food", "start_offset": 4, "end_offset": 8}]},
        {
            "text": "The soup",
            "annotations": [{"label": "Food", "start_offset": 4, "end_offset": 8, "user": 1}],
        },
    ],
)
def test_every_version_of_doccano_is_read(row: dict[str, object]) -> None:
    assert units_in(read_rows(row, {"text": "The view", "label": []})) == [[(4, 8, "Food", None)], []]
    assert units_in(read_rows([row])) == [[(4, 8, "Food", None)]]


def test_a_list_of_names_is_of_the_whole_document_and_one_name_stays_a_column() -> None:
    assert units_in(read_rows({"text": "The soup", "label": ["Food", "Cold"]})) == [
        [(0, 8, "Food", None), (0, 8, "Cold", None)]
    ]
    found = read_rows({"text": "The soup", "entities": [[4, 8, "Dish"]], "cats": ["order"]})
    assert units_in(found) == [[(4, 8, "Dish", None), (0, 8, "order", None)]]
    assert read_rows({"text": "The soup", "label": "pos"}).choice is None


def test_long_texts_under_label_are_kept_as_they_are_unless_they_are_said_to_be_names() -> None:
    row = {"text": "The soup", "label": ["Die Suppe " * 10]}
    (document,) = again(read_rows(row)).documents
    assert (document.segments, document.meta) == ((), {"label": row["label"]})
    assert read_rows(row).questions[-1].options == (NAMES, "texts about the document")
    assert len(units_in(read_rows(row, answers={"labels": NAMES}))[0]) == 1


def test_every_key_is_counted_and_what_stands_beside_is_information() -> None:
    entity = {"id": 3, "label": "Food", "start_offset": 4, "end_offset": 8}
    relation = {"id": 1, "from_id": 3, "to_id": 3, "type": "is"}
    found = read_rows(
        {"id": 1, "text": "The soup", "entities": [entity], "relations": [relation], "Comments": ["ok"]},
        {"id": 2, "text": "The view", "entities": [], "meta": {"stars": 4}, "by": "Ann"},
    )
    assert [(one.key, one.use, one.values) for one in found.keys] == [
        ("id", "left out", 2),
        ("text", "text", 2),
        ("entities", "segments with tags", 1),
        ("relations", "left out", 1),
        ("Comments", "information", 1),
        ("meta", "information", 1),
        ("by", "information", 1),
        ("entities: id", "left out", 1),
    ]
    assert [one.meta for one in again(found).documents] == [{"Comments": ["ok"]}, {"stars": 4, "by": "Ann"}]


@pytest.mark.parametrize(("start", "end"), [(4, 8), (3, 7), (2, 6)], ids=["UTF-16", "characters", "seen"])
def test_offsets_count_what_puts_spans_on_words(start: int, end: int) -> None:
    found = read_rows({"text": "🙂e\u0301 soup", "label": [[start + 1, end + 1, "Food"]]})
    assert units_in(found)[0][0] == (4, 8, "Food", None)
    assert any(one.key == "offsets" for one in found.questions)


def test_what_a_file_says_of_its_offsets_goes_before_what_they_show() -> None:
    row = {"text": "🙂 soup is", "label": [[2, 6, "Food"]], "offsets": "UTF-16 units"}
    assert units_in(read_rows(row)) == [[(1, 5, "Food", None)]]
    assert units_in(read_rows(row, answers={"offsets": "characters"})) == [[(2, 6, "Food", None)]]
    assert again(read_rows({**row, "offsets": 3})).documents[0].meta == {"offsets": 3}


def test_offsets_are_not_asked_for_where_they_can_only_be_read_in_one_way() -> None:
    assert [one.key for one in read_rows({"text": "e\u0301 soup", "label": [[3, 7, "x"]]}).questions] == [
        "format"
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            {"text": "x", "label": [["a", 1, "Food"]]},
            "segment 1 has the span ['a', 1], not two whole numbers",
        ),
        ({"text": "x", "label": [[0, 9, "Food"]]}, "segment 1 has the span [0, 9], which does not lie in"),
        ({"text": "x", "label": {"a": 1}}, "“label” is an object, not a list"),
        ({"text": "x", "label": [[0]]}, "“label” holds a list without a place and without a name"),
        ({"text": 7, "label": [[0, 1, "Food"]]}, "“text” is a number, not text"),
        ({"label": [[0, 1, "Food"]]}, "has no “text”"),
        ({"text": "x", "label": ["a"], "by": json.loads("[" * 300 + "]" * 300)}, "“by” is nested too deeply"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_number(row: object, reason: str) -> None:
    found = again(read_rows({"text": "The soup", "label": [[4, 8, "Food"]]}, row))
    assert [one.number for one in found.refused] == [2]
    assert found.refused[0].reason.startswith(reason)


SOUND = [
    {"text": "The 🙂", "label": [[4, 6, "Food"], [0, 3, "x"]], "id": 1},
    {
        "text": "x",
        "entities": [{"id": 1, "label": "a", "start_offset": 0, "end_offset": 1}],
        "relations": [{}],
    },
    {"text": "x", "label": ["pos", "a"], "meta": {"by": "Ann"}},
]


@given(spoiled(SOUND))
def test_whatever_stands_in_a_file_every_row_becomes_a_document_or_is_refused(value: object) -> None:
    found = again(read_rows(value, answers=AS_DOCCANO))
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        assert len(found.documents) + len(found.refused) == len(value)


def test_half_a_file_gives_what_is_whole_in_it() -> None:
    made = [a_document("The soup", a_segment("The soup", 4, 8, ("Food", None)))] * 3
    found = again(read_any(Source(whole(write, made)[:-20])))
    assert (len(found.documents), [one.number for one in found.refused]) == (2, [3])


def test_what_is_lost_is_counted() -> None:
    text = "The soup"
    both, label = a_segment(text, 0, 3, ("Food", "POS")), a_segment(text, 4, 8, (None, "POS"))
    assert cannot_hold([a_document(text, both)]) == ()
    assert cannot_hold([a_document(text, both, label, a_segment(text, 4, 5), annotated=True)]) == (
        "1 document marked as done: the mark is left out.",
        "1 segment without tags: left out.",
        "2 tags such as “Food#POS” read as others, unless names are taken as “class#label” then. "
        "1 tag such as “POS” read with another class or label: each has one name there.",
    )
