"""The store: the server's database, opened and brought up to date, with the statements of each resource."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from labeling.database import Database, Migrations, other_engine, sqlite_engine, upgrade
from labeling.server.storage.documents import Documents
from labeling.server.storage.groups import Groups
from labeling.server.storage.people import People
from labeling.server.storage.projects import Projects
from labeling.server.storage.sessions import Sessions
from labeling.server.storage.tables import HEAD, metadata

MIGRATIONS = Migrations(Path(__file__).parent / "migrations", HEAD, metadata)
CANNOT_USE: tuple[type[Exception], ...] = (ImportError, SQLAlchemyError)
"""What `open_store` raises when a database, or its driver, cannot be used."""


class Store:
    """The resources over one database; each of their methods is one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people = People(database)
        self.projects = Projects(database)
        self.groups = Groups(database)
        self.sessions = Sessions(database)
        self.documents = Documents(database)

    def close(self) -> None:
        self.database.engine.dispose()


def open_store(data_dir: Path, *, database_url: str = "", sample: bool = False) -> Store:
    """The store in its folder, or at a URL; sample data go into a brand-new SQLite database only."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = other_engine(database_url) if database_url else sqlite_engine(data_dir / "labeling.db")
    database = Database(engine)
    with database.writing() as connection:
        is_new = upgrade(connection, MIGRATIONS)
        if sample and is_new and database.is_sqlite:
            from labeling.server.storage.samples import add_samples

            add_samples(connection)
    return Store(database)


def memory_store() -> Store:
    """An empty store in memory, for tests and trials."""
    database = Database(sqlite_engine(None))
    with database.writing() as connection:
        metadata.create_all(connection)
    return Store(database)
