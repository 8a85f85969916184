"""The rows of a Parquet file as values of JSON."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from labeling.formats.parquet_rows import rows_of
from tests.unit.formats.made import a_file


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
    ((rows, left_out),) = rows_of(a_file(table))
    assert rows[0] == {
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
    assert (rows[1]["share"], rows[1]["picture"], left_out) == (None, None, 1)


def test_numbers_that_the_file_names_are_read_as_their_names() -> None:
    features = {"label": {"_type": "ClassLabel", "names": ["NEG", "POS"]}}
    table = pa.table({"text": ["Good", "Bad", "?"], "label": [1, 0, -1]}).replace_schema_metadata(
        {"huggingface": json.dumps({"info": {"features": features}})}
    )
    assert [row["label"] for row in next(rows_of(a_file(table)))[0]] == ["POS", "NEG", -1]


def test_columns_with_one_name_are_told_apart() -> None:
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    assert [*rows_of(a_file(table))] == [([{"text": "a", "text (2)": "b"}], 0)]


def test_a_small_file_of_many_equal_values_is_not_unpacked() -> None:
    data = a_file(pa.table({"text": pa.nulls(60_000_000)}))
    assert len(data) < 200_000
    with pytest.raises(MemoryError):
        next(rows_of(data))
