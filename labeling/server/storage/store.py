"""The store: every call of the API as one transaction. Answers are plain objects, ready to be sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from labeling.database import Database, Migrations, other_engine, sqlite_engine, upgrade
from labeling.errors import NotFound
from labeling.model import SENTIMENTS, NamedClass, Role, Type
from labeling.server.api.answers import (
    Answer,
    Stated,
    class_objects,
    label_objects,
    moment,
    session_answer,
    stated,
    tag_of,
)
from labeling.server.rules.bodies import ChangeBody, ProjectBody, SessionBody
from labeling.server.rules.preconditions import Wanted
from labeling.server.rules.queries import Listing, ProjectListing
from labeling.server.storage.admission import Caller
from labeling.server.storage.documents import conditions_of, count_documents, items_of
from labeling.server.storage.groups import groups_of
from labeling.server.storage.ids import Spot
from labeling.server.storage.people import People, give_role
from labeling.server.storage.projects import (
    add_project,
    classes_of,
    documents_of,
    labels_of,
    project_object,
    project_row,
    projects_of,
)
from labeling.server.storage.session_documents import of_session
from labeling.server.storage.sessions import (
    Origin,
    create_session,
    mark_annotated,
    session_row,
    update_session,
)
from labeling.server.storage.tables import HEAD, metadata, session_documents, sessions

MIGRATIONS = Migrations(Path(__file__).parent / "migrations", HEAD)


class Store:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.people = People(database)

    def close(self) -> None:
        self.database.engine.dispose()

    def projects(self, caller: Caller) -> list[Answer]:
        """Those in which the caller has a role."""
        with self.database.reading() as connection:
            return projects_of(connection, caller)

    def project(self, caller: Caller, project_id: int) -> Answer:
        with self.database.reading() as connection:
            return project_object(connection, project_row(connection, project_id), caller.role or Role.VIEWER)

    def add_project(self, caller: Caller, body: ProjectBody) -> Answer:
        """The caller becomes its MANAGER. The labels of an ABSA project are sentiments unless named."""
        chosen = body.labels
        if chosen is None:
            chosen = SENTIMENTS if body.type is Type.ABSA else ()
        class_list = [NamedClass(name=name) for name in body.classes or ()]
        with self.database.writing() as connection:
            project_id = add_project(connection, body.name, body.type, class_list, chosen, datetime.now(UTC))
            if not caller.is_local:
                give_role(connection, project_id, caller.id, Role.MANAGER)
            return project_object(connection, project_row(connection, project_id), Role.MANAGER)

    def classes(self, project_id: int) -> list[Answer]:
        with self.database.reading() as connection:
            return classes_of(connection, project_id)

    def labels(self, project_id: int) -> list[Answer]:
        with self.database.reading() as connection:
            return labels_of(connection, project_id)

    def groups(self, project_id: int) -> list[Answer]:
        with self.database.reading() as connection:
            return groups_of(connection, project_id)

    def project_documents(self, project_id: int, asked: ProjectListing) -> Answer:
        """One page of a project's documents."""
        with self.database.reading() as connection:
            return documents_of(connection, project_id, asked)

    def sessions(self, project_id: int, modes: Collection[str], statuses: Collection[str]) -> list[Answer]:
        """All of the project, or those whose mode and status are among the words."""
        statement = select(sessions).where(sessions.c.project_id == project_id).order_by(sessions.c.id)
        if modes:
            statement = statement.where(sessions.c.mode.in_(sorted(modes)))
        if statuses:
            statement = statement.where(sessions.c.status.in_(sorted(statuses)))
        with self.database.reading() as connection:
            return [session_answer(dict(row)) for row in connection.execute(statement).mappings()]

    def session(self, spot: Spot) -> Stated:
        with self.database.reading() as connection:
            return stated(session_row(connection, spot))

    def create_session(self, caller: Caller, project_id: int, body: SessionBody) -> Answer:
        """A session over the documents named, or over all of the project when none are named."""
        with self.database.writing() as connection:
            return create_session(connection, project_id, body, Origin(caller.id, datetime.now(UTC)))

    def update_session(self, spot: Spot, change: ChangeBody, wanted: Wanted = None) -> Stated:
        """Apply what the body names, all or nothing. Raises Moved when the session is in no state that is wanted."""
        with self.database.writing() as connection:
            return stated(update_session(connection, spot, change, wanted, datetime.now(UTC)))

    def mark_annotated(self, spot: Spot, document_id: int, wanted: Wanted = None) -> Answer:
        """Marking what is marked changes nothing. Raises Moved when the session is in no state that is wanted."""
        with self.database.writing() as connection:
            since = mark_annotated(connection, spot, document_id, wanted, datetime.now(UTC))
        return {
            "name": "ANNOTATED",
            "created": moment(since),
            "annotation_id": spot.session_id,
            "document_id": document_id,
        }

    def documents(self, spot: Spot, listing: Listing) -> Stated:
        """One page of a session's documents, with the session around it."""
        page = listing.page
        with self.database.reading() as connection:
            session = session_row(connection, spot)
            conditions = conditions_of(connection, spot, listing)
            total = session["document_count"]
            if listing.is_filtered:
                total = count_documents(connection, conditions)
            items = items_of(connection, spot, listing, conditions)
            known_classes = classes_of(connection, spot.project_id)
            known_labels = labels_of(connection, spot.project_id)
        answer = {
            **session_answer(session),
            "classes": class_objects(session["classes"], known_classes),
            "labels": label_objects(session["labels"], known_labels),
            "documents": items,
            "offset": page.offset,
            "limit": page.limit,
            "count": len(items),
            "has_more": page.offset + len(items) < total,
            "total": total,
        }
        return Stated(answer, tag_of(session))

    def document(self, spot: Spot, document_id: int, details: frozenset[str]) -> Answer:
        with self.database.reading() as connection:
            conditions = [*of_session(spot), session_documents.c.document_id == document_id]
            items = items_of(connection, spot, Listing(details=details), conditions)
        if not items:
            raise NotFound(f"There is no document {document_id} in session {spot.session_id}.")
        return items[0]


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
