"""Databases: engines, SQLite's settings, transactions, and tables brought up to date.

Used by the server and by the draft store.
"""

from __future__ import annotations

import fcntl
import os
import select
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json
from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    MetaData,
    StaticPool,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from labeling.errors import TooNew

CONNECTING = 4
"""Seconds to wait for PostgreSQL before it counts as out of reach."""
FRESH = 5.0
"""Seconds for which a connection to PostgreSQL at rest counts as good while nothing comes from it."""
RESTS = "tagwright.rests"
WRITES = "writes"
"""The execution option of a transaction that will write."""

Work = Callable[[Connection], None]
"""A part of a transaction."""
_ENGINE: dict[str, Any] = {
    "hide_parameters": True,  # what is written would stand in the words of a fault, and so in logs
    "json_serializer": lambda value: to_json(value).decode(),
    "json_deserializer": from_json,
}
_ONE_AT_A_TIME = 7_200_411
"""The advisory lock under which one process migrates a PostgreSQL database while others wait."""


class Migrations(NamedTuple):
    """A set of tables: where its migrations are, the newest of them, the table that names what has run."""

    folder: Path
    head: str
    tables: MetaData
    version_table: str = "alembic_version"

    @property
    def known(self) -> frozenset[str]:
        """All of them up to the newest; another one is of a newer version."""
        return frozenset(file.name.split("_")[0] for file in (self.folder / "versions").glob("*.py"))


class Database:
    """Transactions. SQLite takes one writer at a time, and in memory one connection serves all threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writing_engine = engine.execution_options(**{WRITES: True})
        # Of SQLite every transaction sees one state anyway.
        self._reading_engine = (
            engine if self.is_sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._asking_engine = (
            engine if self.is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._is_in_memory = isinstance(engine.pool, StaticPool)
        self._writers: AbstractContextManager[object] = threading.Lock() if self.is_sqlite else nullcontext()
        self._readers: AbstractContextManager[object] = self._writers if self._is_in_memory else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """All that is read within belongs to one state of the database."""
        with self._readers, self._reading_engine.begin() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """For a single statement that reads: it sees one state by itself, and PostgreSQL is spared the
        transaction around it."""
        with self._readers, self._asking_engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._writers, self._writing_engine.begin() as connection:
            yield connection

    @contextmanager
    def writing_prepared(self, prepare: Work, clear: Work) -> Iterator[Connection]:
        """As `writing`; before, and on SQLite while others write, `prepare` fills temporary tables, which
        `clear` takes away."""
        if not self.is_sqlite or self._is_in_memory:
            with self.writing() as connection:
                prepare(connection)
                yield connection
                clear(connection)
            return
        with self.engine.connect() as connection, _detached_when_broken(connection):
            with connection.begin():
                prepare(connection)
            connection.execution_options(**{WRITES: True})
            with self._writers, connection.begin():
                yield connection
            connection.execution_options(**{WRITES: False})
            with connection.begin():
                clear(connection)


@contextmanager
def _detached_when_broken(connection: Connection) -> Iterator[None]:
    """A connection on which something was left undone is not used again: what is temporary goes with it."""
    try:
        yield
    except BaseException:
        connection.invalidate()
        raise


def sqlite_engine(path: Path | None) -> Engine:
    """SQLite in a file that only its owner can read, or in memory when there is no path.

    Until it is disposed of, its folder counts as used.
    """
    if path is None:
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, **_ENGINE
        )
    else:
        used = _folder_lock(path.parent, fcntl.LOCK_SH)
        try:
            if not path.exists():
                _clear_leftovers(path)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            engine = create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=32, **_ENGINE)
        except BaseException:
            os.close(used)
            raise
        let_go = weakref.finalize(engine, os.close, used)
        event.listen(engine, "engine_disposed", lambda engine: let_go())
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def other_engine(url: str) -> Engine:
    """PostgreSQL by URL; `postgresql://` means the psycopg driver."""
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address, pool_size=8, max_overflow=32, **_ENGINE)
    event.listen(engine, "do_connect", _hurry)
    event.listen(engine, "checkin", _rests)
    event.listen(engine, "checkout", partial(_refuse_dead, engine.dialect))
    return engine


def _rests(raw: Any, record: ConnectionPoolEntry) -> None:
    record.info[RESTS] = time.monotonic()


def _refuse_dead(dialect: Dialect, raw: Any, record: ConnectionPoolEntry, proxy: object) -> None:
    """A connection that PostgreSQL ended, or that rested for long, is tried before it is used. One that was
    in use a moment ago and has nothing to say is not: that would be a question more for each transaction."""
    now = time.monotonic()
    if now - record.info.get(RESTS, now) < FRESH and not _has_something_to_say(raw):
        return
    try:
        alive = dialect.do_ping(raw)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error
    if not alive:
        raise InvalidatePoolError


def _has_something_to_say(raw: Any) -> bool:
    """Of a connection at rest: its end, most of all."""
    poll = select.poll()
    poll.register(raw.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _hurry(dialect: object, record: object, arguments: object, parameters: dict[str, Any]) -> None:
    parameters.setdefault("connect_timeout", CONNECTING)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else has a database of the folder open, and whoever wants to waits until the end of the block.

    Raises BlockingIOError when somebody has.
    """
    lock = _folder_lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield
    finally:
        os.close(lock)


def _folder_lock(folder: Path, kind: int) -> int:
    """A descriptor that locks the folder itself until it is closed, or its process ends however."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, kind)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _clear_leftovers(path: Path) -> None:
    """A log without its database makes SQLite fail at the first statement."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _prepare(raw: Any, record: ConnectionPoolEntry) -> None:
    # The driver would begin transactions when it sees fit; `_begin` does it instead.
    raw.isolation_level = None
    raw.execute("PRAGMA busy_timeout = 10000").close()
    _switch_to_wal(raw)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        raw.execute(f"PRAGMA {pragma}").close()


def _switch_to_wal(raw: Any) -> None:
    """SQLite does not wait, busy_timeout or not, while another process switches the same new file."""
    deadline = time.monotonic() + 10
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    # A writer takes the lock before it reads, else another process could change what it read.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def revision(connection: Connection, migrations: Migrations) -> str | None:
    """The newest migration that has run; None in a database without these tables."""
    if not inspect(connection).has_table(migrations.version_table):
        return None
    return connection.execute(text(f"SELECT version_num FROM {migrations.version_table}")).scalar()


def upgrade(connection: Connection, migrations: Migrations) -> bool:
    """Bring the tables up to date; whether they are new. Of several processes one does it, the others wait.
    Raises TooNew for those of a newer version.

    New ones are made as they are now; migrations are for those of earlier versions. Alembic is slow to
    import, so it is left out when there is nothing to do.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    before = revision(connection, migrations)
    if before == migrations.head:
        return False
    if before is not None and before not in migrations.known:
        raise TooNew
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations.folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = migrations.version_table
    if before is None:
        migrations.tables.create_all(connection)
        command.stamp(config, "head")
    else:
        command.upgrade(config, "head")
    return before is None
