"""The database of the drafts: opened when it is needed and possible, and its failures in words."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, extract, func, select

from labeling.database import Database, Migrations, other_engine, sqlite_engine, upgrade
from labeling.errors import NotKept
from labeling.faults import FAULTS, why
from labeling.store.tables import HEAD, metadata

MIGRATIONS = Migrations(Path(__file__).parent / "migrations", HEAD, metadata, "draft_version")
PATIENCE = 2
"""Seconds to wait for a lock before the person is told."""


class DraftDatabase:
    """Transactions, which raise NotKept whatever fails in the database or on its disk.

    It is opened at the first of them, and again when its file was taken away, so that what could not work
    does so as soon as the cause is gone. The path is SQLite's; without one the URL counts.
    """

    def __init__(self, path: Path | None, url: str) -> None:
        self._path = path
        self._url = url
        self._opening = threading.Lock()
        self._database: Database | None = None
        self._file: tuple[int, int] | None = None

    def close(self) -> None:
        with self._opening:
            self._forget()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._telling(), self._opened().writing() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """All that is read within belongs to one state of the database."""
        with self._telling(), self._opened().reading() as connection:
            yield connection

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except FAULTS as error:
            if "no such table" in str(error):
                self.close()  # emptied in its place: the next call makes the tables anew
            raise NotKept(why(error)) from error

    def _opened(self) -> Database:
        with self._opening:
            if self._database is not None and self._file != _identity(self._path):
                self._forget()
            if self._database is None:
                self._database = _open(self._path, self._url)
                self._file = _identity(self._path)
            return self._database

    def _forget(self) -> None:
        if self._database is not None:
            self._database.engine.dispose()
            self._database = None


def now_of(connection: Connection) -> float:
    """Seconds since 1970 by one clock: machines that share a PostgreSQL may disagree about the time."""
    if connection.dialect.name == "sqlite":
        return time.time()
    return float(connection.scalar(select(extract("epoch", func.clock_timestamp()))) or 0)


def moment_of(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _open(path: Path | None, url: str) -> Database:
    if path is None:
        engine = other_engine(url)
        event.listen(engine, "do_connect", _hurry_postgresql)
    else:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = sqlite_engine(path)
        event.listen(engine, "connect", _hurry_sqlite)
    database = Database(engine)
    try:
        with database.writing() as connection:
            upgrade(connection, MIGRATIONS)
    except BaseException:
        engine.dispose()
        raise
    return database


def _hurry_sqlite(raw: Any, record: object) -> None:
    raw.execute(f"PRAGMA busy_timeout = {1000 * PATIENCE}").close()


def _hurry_postgresql(dialect: object, record: object, arguments: object, parameters: dict[str, Any]) -> None:
    parameters.setdefault("tcp_user_timeout", 2000 * PATIENCE)
    parameters.setdefault("options", f"-c lock_timeout={PATIENCE}s")


def _identity(path: Path | None) -> tuple[int, int] | None:
    """What tells a file from another in its place; None when there is no file."""
    if path is None or not path.exists():
        return None
    status = path.stat()
    return status.st_dev, status.st_ino
