"""The rows of a Parquet file as values of JSON. It is run apart: a damaged file can end the process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any

_LARGEST = 300_000_000
"""Bytes of columns that are read, as they are in memory and as the file says them."""
_MOST = 50_000_000
"""Values that are read: packed, equal ones take next to nothing."""
_AT_ONCE = 1000
"""Rows read at a time."""


def rows_of(data: bytes) -> Iterator[tuple[list[dict[str, object]], int]]:
    """The next rows, and how many values of bytes that are no text were left out of them.

    Numbers that the file itself names are read as those names. MemoryError: it holds too much.
    """
    from pyarrow import BufferReader, set_memory_pool, system_memory_pool
    from pyarrow.parquet import ParquetFile

    set_memory_pool(system_memory_pool())  # the usual one keeps what it was given back
    file = ParquetFile(BufferReader(data))
    at_once = _at_once(file.metadata)
    names = _told_apart(file.schema_arrow.names)
    said = _said_names(file.schema_arrow.metadata or {})
    plain = {name for name, field in zip(names, file.schema_arrow, strict=True) if _is_json(field.type)}
    plain -= said.keys()
    size = 0
    for batch in file.iter_batches(at_once):
        size += batch.nbytes
        if size > _LARGEST:
            raise MemoryError
        left_out: list[object] = []
        rows = [
            {
                key: value if key in plain else _plain(_named(value, said.get(key, ())), left_out)
                for key, value in row.items()
            }
            for row in batch.rename_columns(names).to_pylist()
        ]
        yield rows, len(left_out)


def _at_once(metadata: Any) -> int:
    """Rows that may be read at a time, when each holds the largest value that a column can have.

    MemoryError: the file itself says that it is too large.
    """
    groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]
    columns = [group.column(n) for group in groups for n in range(group.num_columns)]
    is_large = sum(group.total_byte_size for group in groups) > _LARGEST
    if is_large or max(sum(column.num_values for column in columns), metadata.num_rows) > _MOST:
        raise MemoryError
    largest = max((column.total_uncompressed_size for column in columns), default=1)
    return max(1, min(_AT_ONCE, _LARGEST // max(1, largest)))


def _told_apart(columns: Iterable[str]) -> list[str]:
    names: list[str] = []
    for column in columns:
        copies = (f"{column} ({n})" if n > 1 else column for n in range(1, len(names) + 2))
        names.append(next(name for name in copies if name not in names))
    return names


def _said_names(metadata: Mapping[bytes, bytes]) -> dict[str, tuple[str, ...]]:
    """The names of the numbers in a column, as data sets of Hugging Face say them."""
    found = _loaded(metadata.get(b"huggingface", b"null"))
    info = found.get("info") if isinstance(found, dict) else None
    features = info.get("features") if isinstance(info, dict) else None
    said = {key: _names_in(one) for key, one in (features.items() if isinstance(features, dict) else ())}
    return {key: tuple(map(str, names)) for key, names in said.items() if isinstance(names, list)}


def _names_in(feature: object) -> object:
    """Of a number, or of each number in a list."""
    while isinstance(feature, dict) and isinstance(feature.get("feature"), dict):
        feature = feature["feature"]
    is_named = isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
    return feature.get("names") if isinstance(feature, dict) and is_named else None


def _loaded(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _named(value: object, names: tuple[str, ...]) -> object:
    if names and isinstance(value, list):
        return [_named(one, names) for one in value]
    return names[value] if type(value) is int and 0 <= value < len(names) else value


def _is_json(type_: Any) -> bool:
    """Whether each value of an Arrow type is one of JSON as it comes."""
    from pyarrow import types

    if types.is_list(type_) or types.is_large_list(type_):
        return _is_json(type_.value_type)
    if types.is_struct(type_):
        return all(_is_json(type_.field(n).type) for n in range(type_.num_fields))
    plain = (types.is_string, types.is_large_string, types.is_integer, types.is_boolean, types.is_null)
    return any(is_one(type_) for is_one in plain)


def _plain(value: object, left_out: list[object]) -> object:
    """A value as JSON has it; what JSON has none for is text, or left out where it is bytes or no number."""
    if isinstance(value, dict):
        return {str(key): _plain(one, left_out) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one, left_out) for one in value]
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            left_out.append(value[:0])
            return None
    if isinstance(value, float) and value != value:
        return None
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
