"""Empty stores of the server, on either database."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import delete, update

from labeling.server.storage.store import Store, memory_store, open_store
from labeling.server.storage.tables import counters, metadata
from tests.postgres import fresh_database

DATABASES = ("sqlite", "postgresql")
_spare: list[Store] = []
"""Those on PostgreSQL are emptied and used again: a new database takes a tenth of a second or more."""


@contextmanager
def empty_store(database: str) -> Iterator[Store]:
    """In memory, or in a PostgreSQL database that nobody else uses meanwhile."""
    if database == "sqlite":
        store = memory_store()
        yield store
        store.close()
    else:
        store = _spare.pop() if _spare else _postgres_store()
        yield store
        _empty(store)
        _spare.append(store)


def _postgres_store() -> Store:
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database())
        folder = stack.enter_context(TemporaryDirectory())
        store = open_store(Path(folder), database_url=url)
        stack.callback(store.close)
        atexit.register(stack.pop_all().close)
    return store


def _empty(store: Store) -> None:
    with store.database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            if table is not counters:
                connection.execute(delete(table))
        connection.execute(update(counters).values(next_id=1))
