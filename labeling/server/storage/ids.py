"""Ids: taken from the counters, named block by block, and those that a session is addressed by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    bindparam,
    update,
)

from labeling.server.storage.tables import counters

BLOCK = 500
"""Values in one IN list; both databases have a limit, and short statements stay in the cache."""


Row = dict[str, Any]


class Spot(NamedTuple):
    """A session's address: what the keys of everything in it begin with."""

    project_id: int
    session_id: int


_TAKE = (
    update(counters)
    .where(counters.c.kind == bindparam("of_kind"))
    .values(next_id=counters.c.next_id + bindparam("count"))
    .returning(counters.c.next_id)
)


def take_ids(connection: Connection, kind: str, count: int) -> Iterator[int]:
    """A block of ids that nothing else has; the numbers are given back when the transaction fails."""
    if not count:
        return iter(())
    end = connection.execute(_TAKE, {"of_kind": kind, "count": count}).scalar_one()
    return iter(range(end - count, end))


def in_blocks(values: Iterable[Any]) -> Iterator[list[Any]]:
    pending = iter(values)
    while block := list(islice(pending, BLOCK)):
        yield block
