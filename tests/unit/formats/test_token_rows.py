"""Rows with a list of words and a list of their tags, as data sets have them."""

from __future__ import annotations

import json

import pyarrow as pa

from labeling.formats import read
from labeling.formats.records import KEPT, OUT, SPANS, TEXT
from labeling.formats.source import Source
from tests.unit.formats.made import a_file, again, read_rows, units

EU = {
    "id": "0",
    "tokens": ["EU", "rejects", "German", "call", "."],
    "pos_tags": [22, 42, 16, 21, 7],
    "ner_tags": ["B-ORG", "O", "B-MISC", "O", "O"],
}
SEGMENTS = [(0, 2, "ORG", None), (11, 17, "MISC", None)]


def test_words_with_tags_become_a_text_with_segments() -> None:
    found = read_rows(EU, {**EU, "tokens": ["Good"], "pos_tags": [1], "ner_tags": ["O"]})
    assert units(again(found).documents) == [("EU rejects German call .", SEGMENTS), ("Good", [])]
    assert found.note == "The texts are put together from their words, with a space between."
    assert [(one.key, one.use) for one in found.keys] == [
        ("id", KEPT),
        ("tokens", TEXT),
        ("pos_tags", OUT),
        ("ner_tags", SPANS),
    ]


def test_the_text_is_taken_where_the_row_says_it_and_the_words_stand_in_it() -> None:
    text = "EU rejects German call."
    found = read_rows({**EU, "text": text}, {**EU, "text": "Something else"})
    assert [one.text for one in again(found).documents] == [text, "EU rejects German call ."]


def test_a_row_whose_tags_are_fewer_than_its_words_is_refused() -> None:
    rows = [EU] * 60
    found = read_rows(*rows, {**EU, "ner_tags": ["O"]}, {**EU, "tokens": [1, 2, 3, 4, 5]})
    assert [(row.number, row.reason) for row in found.refused] == [
        (61, "has 5 words, but tags for 1"),
        (62, "“tokens” is no list of texts"),
    ]
    assert len(found.items) == 60


def test_numbers_are_tags_only_where_the_file_names_them() -> None:
    row = {**EU, "ner_tags": [1, 0, 2, 0, 0]}
    (document,) = again(found := read_rows(row)).documents
    assert (document.text, document.segments) == ("EU rejects German call .", ())
    assert document.meta == {"id": "0", "ner_tags": [1, 0, 2, 0, 0]}
    assert found.note.endswith("kept as information: nothing says their names.")
    names = {"_type": "ClassLabel", "names": ["O", "B-ORG", "B-MISC"]}
    features = {"info": {"features": {"ner_tags": {"_type": "Sequence", "feature": names}}}}
    table = pa.Table.from_pylist([row]).replace_schema_metadata({"huggingface": json.dumps(features)})
    found = read(Source(a_file(table)))
    assert units(again(found).documents) == [("EU rejects German call .", SEGMENTS)]


def test_words_with_other_lists_are_no_tagged_words() -> None:
    found = read_rows({"text": "Good room", "tokens": ["Good", "room"], "tags": ["new", "old"]})
    assert [one.text for one in again(found).documents] == ["Good room"]
    assert found.choice is None
