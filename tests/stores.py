"""Empty stores of the server, on either database."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI
from sqlalchemy import delete, update

from labeling.server.app import create_app
from labeling.server.storage.store import Store, memory_store, open_store
from labeling.server.storage.tables import counters, metadata
from tests.postgres import fresh_database

DATABASES = ("sqlite", "postgresql")
_spare: dict[str, list[Store]] = {database: [] for database in DATABASES}
"""Emptied and used again: a new one takes a hundredth of a second in memory, and ten times as long on
PostgreSQL."""


@contextmanager
def empty_store(database: str) -> Iterator[Store]:
    """In memory, or in a PostgreSQL database; nobody else uses it meanwhile."""
    spare = _spare[database]
    store = spare.pop() if spare else _memory_store() if database == "sqlite" else _postgres_store()
    yield store
    _empty(store)
    spare.append(store)


@cache
def api_over(store: Store) -> FastAPI:
    """The API over such a store; made once, as the first call of each route in a new one takes as long as
    ten more."""
    return create_app(store, registration=True)


def _memory_store() -> Store:
    store = memory_store()
    atexit.register(store.close)
    return store


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
