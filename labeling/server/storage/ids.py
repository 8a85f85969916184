"""Ids: new ones from the counters, many named block by block, and the two that a session is addressed by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, update

from labeling.server.storage.tables import counters

BLOCK = 500
"""Values in one IN list; both databases have a limit, and short statements stay in the cache."""

DbRow = dict[str, Any]
"""A row of a table, by column."""
JsonObject = dict[str, Any]
"""An object as it is sent."""


class SessionAddress(NamedTuple):
    """The project and the session: what the keys of everything in a session begin with."""

    project_id: int
    session_id: int


class SegmentAddress(NamedTuple):
    """A segment of a document in a session."""

    at: SessionAddress
    document_id: int
    segment_id: int


_TAKE = (
    update(counters)
    .where(counters.c.kind == bindparam("of_kind"))
    .values(next_id=counters.c.next_id + bindparam("count"))
    .returning(counters.c.next_id)
)


def take_ids(connection: Connection, kind: str, count: int) -> Iterator[int]:
    """So many ids that nothing else has; the numbers are given back when the transaction fails."""
    if not count:
        return iter(())
    end = connection.execute(_TAKE, {"of_kind": kind, "count": count}).scalar_one()
    return iter(range(end - count, end))


def in_blocks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values in lists of at most `BLOCK`."""
    pending = iter(values)
    while block := list(islice(pending, BLOCK)):
        yield block
