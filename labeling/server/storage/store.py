"""The store: the server's database, opened and brought up to date, with the statements of each resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, event

from labeling.database import Database, Migrations, Work, other_engine, sqlite_engine, upgrade
from labeling.errors import Failed
from labeling.faults import FAULTS, known, why
from labeling.server.storage.assignments import Assignments
from labeling.server.storage.correcting import Correcting
from labeling.server.storage.corrections import Corrections
from labeling.server.storage.documents import Documents
from labeling.server.storage.former import FormerPeople
from labeling.server.storage.groups import Groups
from labeling.server.storage.history import SAVED, Saves
from labeling.server.storage.jobs import Jobs
from labeling.server.storage.listing import Listing
from labeling.server.storage.long_work import LongWork
from labeling.server.storage.members import Members
from labeling.server.storage.models import Models
from labeling.server.storage.names import CLASSES, LABELS, Names
from labeling.server.storage.people import People
from labeling.server.storage.projects import Projects
from labeling.server.storage.sessions import Sessions
from labeling.server.storage.tables import HEAD, metadata
from labeling.server.storage.tagging import Tagging
from labeling.server.storage.texts import Texts
from labeling.server.storage.whole_projects import WholeProjects

MIGRATIONS = Migrations(Path(__file__).parent / "migrations", HEAD, metadata)
CANNOT_USE = "The database cannot be used: {}."


class ToldDatabase(Database):
    """Transactions, which raise Failed with what to do where whoever runs the server can do something: it is
    locked, full, damaged, out of reach."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with _telling(), super().reading() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        with _telling(), super().asking() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with _telling(), super().writing() as connection:
            yield connection

    @contextmanager
    def writing_prepared(self, prepare: Work, clear: Work) -> Iterator[Connection]:
        with _telling(), super().writing_prepared(prepare, clear) as connection:
            yield connection


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except FAULTS as error:
        words = known(error)
        if words is None:
            raise
        raise Failed(CANNOT_USE.format(words)) from error


class Store:
    """The resources over one database; each of their methods is one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._on_saved = list[Callable[[int], object]]()
        event.listen(database.engine, "commit", self._tell_saves)
        event.listen(database.engine, "rollback", lambda connection: connection.info.pop(SAVED, None))
        self.people = People(database)
        self.members = Members(database)
        self.former = FormerPeople(database)
        self.projects = Projects(database)
        self.groups = Groups(database)
        self.sessions = Sessions(database)
        self.assignments = Assignments(database)
        self.listing = Listing(database)
        self.documents = Documents(database)
        self.whole_projects = WholeProjects(database)
        self.saves = Saves(database)
        self.classes = Names(database, CLASSES)
        self.labels = Names(database, LABELS)
        self.tagging = Tagging(database)
        self.texts = Texts(database)
        self.models = Models(database)
        self.corrections = Corrections(database)
        self.correcting = Correcting(database)
        self.jobs = Jobs(database)
        self.long_work = LongWork(database)

    def on_saved(self, saved: Callable[[int], object]) -> None:
        """Have it called with the number of saves of each transaction that has come to its end."""
        self._on_saved.append(saved)

    def _tell_saves(self, connection: Connection) -> None:
        if count := connection.info.pop(SAVED, 0):
            for saved in self._on_saved:
                saved(count)

    def close(self) -> None:
        self.database.engine.dispose()


def open_store(data_dir: Path, *, database_url: str = "", sample: bool = False) -> Store:
    """The store in its folder, or at a URL; sample data go into a brand-new SQLite database only.

    Raises Failed, with what to do, for a database that cannot be used, and OSError for such a folder.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        engine = other_engine(database_url) if database_url else sqlite_engine(data_dir / "labeling.db")
        try:
            _bring_up_to_date(Database(engine), sample)
        except BaseException:
            engine.dispose()
            raise
    except FAULTS as error:
        raise Failed(CANNOT_USE.format(why(error))) from error
    return Store(ToldDatabase(engine))


def _bring_up_to_date(database: Database, sample: bool) -> None:
    with database.writing() as connection:
        is_new = upgrade(connection, MIGRATIONS)
        if sample and is_new and database.is_sqlite:
            from labeling.server.storage.samples import add_samples

            add_samples(connection)


def memory_store() -> Store:
    """An empty store in memory, for tests and trials."""
    database = ToldDatabase(sqlite_engine(None))
    with database.writing() as connection:
        metadata.create_all(connection)
    return Store(database)
