"""Many rows put into a table, thrice as fast as SQLAlchemy does it, which looks at each value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Column, Connection, Dialect, Table, insert

from labeling.server.rules.merging import Extra


def insert_rows(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows of the primary key and the named columns, values as the driver takes them."""
    if not rows:
        return
    columns = (*keys_of(table), *names)
    sql, order = _insertion(table, names, connection.dialect)
    if order is None:
        connection.exec_driver_sql(sql, [dict(zip(columns, row, strict=True)) for row in rows])
    elif order == columns:
        connection.exec_driver_sql(sql, list(rows))
    else:
        places = [columns.index(name) for name in order]
        connection.exec_driver_sql(sql, [tuple([row[place] for place in places]) for row in rows])


def as_stored(connection: Connection, column: Column[Any], value: object) -> object:
    """A value of the column as the driver takes it."""
    convert = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return value if convert is None else convert(value)


def packed_extra(extra: Extra | None) -> str | None:
    """Keys that we do not know, as they are stored."""
    return to_json(extra).decode() if extra else None


def keys_of(table: Table) -> tuple[str, ...]:
    """The columns of the primary key."""
    return tuple(column.name for column in table.primary_key)


@lru_cache(maxsize=8)
def _insertion(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
    """The driver's INSERT, and the order of its columns; None where the driver takes names."""
    compiled = insert(table).compile(dialect=dialect, column_keys=[*keys_of(table), *names])
    return str(compiled), tuple(compiled.positiontup or ()) if compiled.positional else None
