"""Parquet: tables of any types in; one row a document out."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.formats import parquet
from labeling.formats.parquet import is_parquet, write
from labeling.formats.records import Records
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.build import a_document
from tests.unit.formats.made import again, odd, whole


def read(data: bytes) -> Records:
    return parquet.read(Source(data), {})


def a_file(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def told(document: Document) -> dict[str, object]:
    """What is not said is not there."""
    return {key: value for key, value in document.to_json().items() if value not in (None, [])}


@settings(max_examples=2)
@given(st.lists(odd(), min_size=8, max_size=20))
def test_a_download_comes_back_as_it_was(made: list[Document]) -> None:
    found = again(read(whole(write, made)))
    assert found.refused == ()
    assert list(map(told, found.documents)) == list(map(told, made))


def test_values_of_any_type_become_values_of_json() -> None:
    table = pa.table(
        {
            "text": ["Good", "Bad"],
            "stars": [4, None],
            "share": [0.5, float("nan")],
            "at": pa.array([datetime(2026, 3, 1, 10, 30), None], pa.timestamp("ms", "UTC")),
            "day": [date(2026, 3, 1), None],
            "price": [Decimal("1.10"), None],
            "tokens": [["Good"], []],
            "place": [{"city": "Ulm", "ids": [1]}, None],
            "kind": pa.array(["a", "b"]).dictionary_encode(),
            "picture": [b"Good", b"\xff\xd8"],
        }
    )
    found = read(a_file(table))
    assert dict(found.items[0].fields) == {
        "text": "Good",
        "stars": 4,
        "share": 0.5,
        "at": "2026-03-01T10:30:00+00:00",
        "day": "2026-03-01",
        "price": "1.10",
        "tokens": ["Good"],
        "place": {"city": "Ulm", "ids": [1]},
        "kind": "a",
        "picture": "Good",
    }
    assert found.items[1].fields["share"] is None
    assert found.note == "1 value of bytes that are no text left out."


def test_numbers_that_the_file_names_are_read_as_their_names() -> None:
    features = {"label": {"_type": "ClassLabel", "names": ["NEG", "POS"]}}
    table = pa.table({"text": ["Good", "Bad", "?"], "label": [1, 0, -1]}).replace_schema_metadata(
        {"huggingface": json.dumps({"info": {"features": features}})}
    )
    assert [item.fields["label"] for item in read(a_file(table)).items] == ["POS", "NEG", -1]


def test_columns_with_one_name_are_told_apart() -> None:
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    assert read(a_file(table)).items[0].fields == {"text": "a", "text (2)": "b"}


def test_it_is_told_by_what_is_in_it_and_half_of_it_is_one_sentence() -> None:
    data = whole(write, [a_document("Good")])
    assert is_parquet(Source(data))
    assert is_parquet(Source(data[: len(data) // 2]))
    assert not is_parquet(Source(b"PAR1 is a text"))
    assert read(data[: len(data) // 2]).problem.startswith("The file is no Parquet that can be read")
    assert read(a_file(pa.table({"text": pa.array([], pa.string())}))).problem == "The file has no rows."


def test_a_small_file_of_many_equal_values_is_not_unpacked() -> None:
    data = a_file(pa.table({"text": pa.nulls(60_000_000)}))
    assert len(data) < 200_000
    assert read(data).problem.startswith("The file holds more than can be read at once")
