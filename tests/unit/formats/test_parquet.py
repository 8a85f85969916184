"""Parquet: tables of any types in; one row a document out."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.formats import parquet
from labeling.formats.parquet import is_parquet, write
from labeling.formats.records import Records
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.build import a_document
from tests.unit.formats.made import a_file, again, odd, whole


def read(data: bytes) -> Records:
    return parquet.read(Source(data), {})


def told(document: Document) -> dict[str, object]:
    """What is not said is not there."""
    return {key: value for key, value in document.to_json().items() if value not in (None, [])}


@settings(max_examples=2)
@given(st.lists(odd(), min_size=4, max_size=10))
def test_a_download_comes_back_as_it_was(made: list[Document]) -> None:
    found = again(read(whole(write, made)))
    assert found.refused == ()
    assert list(map(told, found.documents)) == list(map(told, made))


def test_it_is_told_by_what_is_in_it_and_half_of_it_is_one_sentence() -> None:
    data = whole(write, [a_document("Good")])
    assert is_parquet(Source(data))
    assert is_parquet(Source(data[: len(data) // 2]))
    assert not is_parquet(Source(b"PAR1 is a text"))
    assert read(data[: len(data) // 2]).problem.startswith("The file is no Parquet that can be read")
    assert read(a_file(pa.table({"text": pa.array([], pa.string())}))).problem == "The file has no rows."


def test_a_table_is_read_with_what_was_left_out_of_it() -> None:
    found = read(a_file(pa.table({"picture": [b"\xff\xd8"], "text": ["Good"], "stars": [4]})))
    assert [(item.number, item.fields) for item in found.items] == [
        (1, {"picture": None, "text": "Good", "stars": 4})
    ]
    assert found.note == "1 value of bytes that are no text left out."
