"""The store: every call of the API as one transaction. Answers are plain objects, ready to be sent."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, select, update

from labeling.errors import Invalid, NotFound
from labeling.model import BUSY, Mode, NamedClass, Role, Status, Type
from labeling.server.answers import (
    Answer,
    class_objects,
    label_objects,
    moment,
    project_answer,
    segment_answers,
    session_answer,
)
from labeling.server.bodies import ChangeBody, ProjectBody, SessionBody
from labeling.server.changes import finished_after, status_after
from labeling.server.contents import Row, Spot, mark, read_segments, take_ids
from labeling.server.database import Database, other_engine, revision, sqlite_engine, upgrade
from labeling.server.parameters import Listing, Page
from labeling.server.people import Caller, People, give_role, local_user
from labeling.server.tables import (
    classes,
    documents,
    groups,
    labels,
    memberships,
    metadata,
    projects,
    session_documents,
    sessions,
    tags,
)
from labeling.server.updates import Outcome, Target, apply_documents, attach, refuse_dropped_names

ABSA_LABELS = ("POS", "NEG", "NEU")
_CONTAINS = {"sqlite": func.instr, "postgresql": func.strpos}
"""Where a text stands in another, from 1 on, or 0. LIKE would limit the length of what is looked for."""


@dataclass(frozen=True, slots=True)
class Origin:
    """How a new session starts out; all but `user_id` and `created` differ for sample data only."""

    user_id: int
    created: datetime
    mode: Mode = Mode.ANNOTATION
    status: Status | None = None
    description: str | None = None
    predicted_score: int | None = None


class Store:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.people = People(database)

    def close(self) -> None:
        self._database.engine.dispose()

    def projects(self, caller: Caller) -> list[Answer]:
        """Those in which the caller has a role."""
        with self._database.reading() as connection:
            rows = connection.execute(select(projects).order_by(projects.c.project_id)).mappings().all()
            roles = _roles(connection, caller.id)
            return [
                _project(connection, dict(row), Role.MANAGER if caller.is_local else roles[row["project_id"]])
                for row in rows
                if caller.is_local or row["project_id"] in roles
            ]

    def project(self, caller: Caller, project_id: int) -> Answer:
        with self._database.reading() as connection:
            return _project(connection, _project_row(connection, project_id), caller.role or Role.VIEWER)

    def add_project(self, caller: Caller, body: ProjectBody) -> Answer:
        """The caller becomes its MANAGER. The labels of an ABSA project are sentiments unless named."""
        chosen = body.labels
        if chosen is None:
            chosen = ABSA_LABELS if body.type is Type.ABSA else ()
        with self._database.writing() as connection:
            project_id = _add_project(
                connection,
                body.name,
                body.type,
                [NamedClass(name=name) for name in body.classes or ()],
                chosen,
                datetime.now(UTC),
            )
            if not caller.is_local:
                give_role(connection, project_id, caller.id, Role.MANAGER)
            return _project(connection, _project_row(connection, project_id), Role.MANAGER)

    def classes(self, project_id: int) -> list[Answer]:
        with self._database.reading() as connection:
            return _classes(connection, project_id)

    def labels(self, project_id: int) -> list[Answer]:
        with self._database.reading() as connection:
            return _labels(connection, project_id)

    def groups(self, project_id: int) -> list[Answer]:
        count = (
            select(func.count())
            .where(documents.c.project_id == groups.c.project_id, documents.c.group_id == groups.c.id)
            .scalar_subquery()
        )
        statement = (
            select(groups, count.label("document_count"))
            .where(groups.c.project_id == project_id)
            .order_by(groups.c.id)
        )
        with self._database.reading() as connection:
            return [
                {
                    "id": row["id"],
                    "name": row["name"],
                    "project_id": row["project_id"],
                    "document_count": row["document_count"],
                    "created": moment(row["created"]),
                    "source": row["source"],
                    "status": None,
                }
                for row in connection.execute(statement).mappings()
            ]

    def project_documents(
        self,
        project_id: int,
        page: Page,
        *,
        search: str = "",
        session_id: int | None = None,
        group_id: int | None = None,
        with_meta: bool = False,
    ) -> Answer:
        conditions: list[ColumnElement[bool]] = [documents.c.project_id == project_id]
        if search:
            conditions.append(self._holds(search))
        if group_id is not None:
            conditions.append(documents.c.group_id == group_id)
        if session_id is not None:
            members = select(session_documents.c.document_id).where(
                session_documents.c.project_id == project_id, session_documents.c.session_id == session_id
            )
            conditions.append(documents.c.id.in_(members))
        statement = select(documents.c.id, documents.c.text, documents.c.meta).where(*conditions)
        # One more than asked for tells whether there are more.
        probe = None if page.limit is None else page.limit + 1
        statement = statement.order_by(documents.c.id).offset(page.offset).limit(probe)
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        shown = rows[: page.limit]
        return {
            "count": len(shown),
            "limit": page.limit,
            "offset": page.offset,
            "has_more": len(rows) > len(shown),
            "documents": [
                {"id": row.id, "text": row.text, **({"meta": row.meta} if with_meta and row.meta else {})}
                for row in shown
            ],
        }

    def sessions(self, project_id: int, modes: Collection[str], statuses: Collection[str]) -> list[Answer]:
        """All of the project, or those whose mode and status are among the words."""
        statement = select(sessions).where(sessions.c.project_id == project_id).order_by(sessions.c.id)
        if modes:
            statement = statement.where(sessions.c.mode.in_(sorted(modes)))
        if statuses:
            statement = statement.where(sessions.c.status.in_(sorted(statuses)))
        with self._database.reading() as connection:
            return [session_answer(dict(row)) for row in connection.execute(statement).mappings()]

    def session(self, spot: Spot) -> Answer:
        with self._database.reading() as connection:
            return session_answer(_session_row(connection, spot))

    def create_session(self, caller: Caller, project_id: int, body: SessionBody) -> Answer:
        with self._database.writing() as connection:
            return _create_session(connection, project_id, body, Origin(caller.id, datetime.now(UTC)))

    def update_session(self, spot: Spot, change: ChangeBody) -> Answer:
        """Apply what the body names, all or nothing."""
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            before = _session_to_change(connection, spot)
            values = _changed_names(before, change)
            count = before["document_count"]
            count += attach(connection, spot, change.document_ids or (), count)
            target = Target(spot, count, before["group_id"], values["classes"], values["labels"], now)
            outcome = apply_documents(connection, target, change.documents or ())
            for kind, column in (("classes", "class_"), ("labels", "label")):
                refuse_dropped_names(connection, spot, kind, column, before[kind], values[kind])
            values |= _moved_counts(before, count + outcome.added, outcome, now)
            return session_answer(_save_session(connection, before, values))

    def mark_annotated(self, spot: Spot, document_id: int) -> Answer:
        """Marking what is marked changes nothing."""
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            before = _session_to_change(connection, spot)
            since = _mark_of(connection, spot, document_id)
            if since is None:
                mark(connection, spot, {document_id: now})
                outcome = Outcome(newly_annotated=1, worked=True)
                _save_session(
                    connection, before, _moved_counts(before, before["document_count"], outcome, now)
                )
        return {
            "name": "ANNOTATED",
            "created": moment(since or now),
            "annotation_id": spot.session_id,
            "document_id": document_id,
        }

    def documents(self, spot: Spot, listing: Listing) -> Answer:
        """One page of a session's documents, with the session around it."""
        page = listing.page
        with self._database.reading() as connection:
            session = _session_row(connection, spot)
            conditions = self._conditions(spot, listing)
            total = session["document_count"]
            if listing.is_filtered:
                total = connection.execute(
                    select(func.count()).select_from(_DOCUMENTS_OF_SESSION).where(*conditions)
                ).scalar_one()
            items = _items(connection, spot, listing, conditions)
            known_classes = _classes(connection, spot.project_id)
            known_labels = _labels(connection, spot.project_id)
        return {
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

    def document(self, spot: Spot, document_id: int, details: frozenset[str]) -> Answer:
        with self._database.reading() as connection:
            conditions = [*_of_session(spot), session_documents.c.document_id == document_id]
            items = _items(connection, spot, Listing(details=details), conditions)
        if not items:
            raise NotFound(f"There is no document {document_id} in session {spot.session_id}.")
        return items[0]

    def _holds(self, search: str) -> ColumnElement[bool]:
        find = _CONTAINS[self._database.engine.dialect.name]
        return find(documents.c.folded, search.casefold()) > 0

    def _conditions(self, spot: Spot, listing: Listing) -> list[ColumnElement[bool]]:
        found = _of_session(spot)
        if listing.search:
            found.append(self._holds(listing.search))
        if listing.annotated is not None:
            marked = session_documents.c.annotated
            found.append(marked.is_not(None) if listing.annotated else marked.is_(None))
        named = [
            column == name
            for column, name in ((tags.c.class_, listing.class_), (tags.c.label, listing.label))
            if name
        ]
        if named:
            tagged = select(tags.c.document_id).where(
                tags.c.project_id == spot.project_id, tags.c.session_id == spot.session_id, *named
            )
            found.append(session_documents.c.document_id.in_(tagged))
        return found


_DOCUMENTS_OF_SESSION = session_documents.join(
    documents,
    and_(
        documents.c.project_id == session_documents.c.project_id,
        documents.c.id == session_documents.c.document_id,
    ),
)


def _of_session(spot: Spot) -> list[ColumnElement[bool]]:
    return [
        session_documents.c.project_id == spot.project_id,
        session_documents.c.session_id == spot.session_id,
    ]


def _items(
    connection: Connection, spot: Spot, listing: Listing, conditions: Sequence[ColumnElement[bool]]
) -> list[Answer]:
    """The documents that a listing asks for, in the session's order, with the details that it asks for."""
    place = session_documents.c.position
    statement = (
        select(documents.c.id, documents.c.text, documents.c.meta, session_documents.c.annotated, place)
        .select_from(_DOCUMENTS_OF_SESSION)
        .where(*conditions)
        .order_by(place)
    )
    page = listing.page
    if listing.is_filtered:
        statement = statement.offset(page.offset).limit(page.limit)
    else:
        # Positions have no gaps, so a far page is found by the index and not by counting up to it.
        statement = statement.where(place >= page.offset)
        if page.limit is not None:
            statement = statement.where(place < page.offset + page.limit)
    rows = connection.execute(statement).all()
    details = listing.details
    contents = read_segments(connection, spot, [row.id for row in rows]) if "segments" in details else {}
    items: list[Answer] = []
    for row in rows:
        item: Answer = {
            "id": row.id,
            "text": row.text,
            "annotated": row.annotated is not None,
            "position": row.position,
        }
        if "meta" in details and row.meta:
            item["meta"] = row.meta
        if "segments" in details:
            item["segments"] = segment_answers(contents.get(row.id, ()), with_tags="tags" in details)
        items.append(item)
    return items


def _roles(connection: Connection, user_id: int) -> dict[int, Role]:
    statement = select(memberships.c.project_id, memberships.c.role).where(memberships.c.user_id == user_id)
    return {project_id: Role(role) for project_id, role in connection.execute(statement)}


def _project_row(connection: Connection, project_id: int) -> Row:
    row = connection.execute(select(projects).where(projects.c.project_id == project_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no project {project_id}.")
    return dict(row)


def _project(connection: Connection, row: Mapping[str, Any], role: Role) -> Answer:
    project_id = row["project_id"]
    return project_answer(
        row,
        [item["name"] for item in _classes(connection, project_id)],
        [item["name"] for item in _labels(connection, project_id)],
        role,
    )


def _classes(connection: Connection, project_id: int) -> list[Answer]:
    columns = (classes.c.id, classes.c.name, classes.c.example, classes.c.description)
    statement = select(*columns).where(classes.c.project_id == project_id).order_by(classes.c.position)
    return [dict(row) for row in connection.execute(statement).mappings()]


def _labels(connection: Connection, project_id: int) -> list[Answer]:
    columns = (labels.c.id, labels.c.name)
    statement = select(*columns).where(labels.c.project_id == project_id).order_by(labels.c.position)
    return [dict(row) for row in connection.execute(statement).mappings()]


def _add_project(
    connection: Connection,
    name: str,
    type_: Type,
    class_list: Sequence[NamedClass],
    label_list: Sequence[str],
    created: datetime,
) -> int:
    project_id = next(take_ids(connection, "projects", 1))
    connection.execute(
        insert(projects).values(project_id=project_id, name=name, type=type_.value, created=created)
    )
    named: tuple[tuple[Table, list[dict[str, Any]]], ...] = (
        (classes, [item.model_dump(include={"name", "example", "description"}) for item in class_list]),
        (labels, [{"name": label} for label in label_list]),
    )
    for table, items in named:
        ids = take_ids(connection, table.name, len(items))
        rows = [
            {"project_id": project_id, "id": next(ids), "position": position, **item}
            for position, item in enumerate(items)
        ]
        if rows:
            connection.execute(insert(table), rows)
    return project_id


def _session_row(connection: Connection, spot: Spot, *, for_update: bool = False) -> Row:
    statement = select(sessions).where(
        sessions.c.project_id == spot.project_id, sessions.c.id == spot.session_id
    )
    row = connection.execute(statement.with_for_update() if for_update else statement).mappings().first()
    if row is None:
        raise NotFound(f"There is no labeling session {spot.session_id} in project {spot.project_id}.")
    return dict(row)


def _session_to_change(connection: Connection, spot: Spot) -> Row:
    """The session's row, held until the end of the transaction; one that the server works on is refused."""
    row = _session_row(connection, spot, for_update=True)
    if row["status"] in BUSY:
        raise Invalid(
            f"The session is {row['status']}: the server is working on it, and nobody can change it now."
        )
    return row


def _save_session(connection: Connection, before: Row, values: dict[str, Any]) -> dict[str, Any]:
    changed = {key: value for key, value in values.items() if value != before[key]}
    if changed:
        connection.execute(
            update(sessions)
            .where(sessions.c.project_id == before["project_id"], sessions.c.id == before["id"])
            .values(changed)
        )
    return {**before, **changed}


def _changed_names(before: Row, change: ChangeBody) -> dict[str, Any]:
    return {
        "name": before["name"] if change.name is None else change.name,
        "classes": before["classes"] if change.classes is None else list(change.classes),
        "labels": before["labels"] if change.labels is None else list(change.labels),
    }


def _moved_counts(before: Row, document_count: int, outcome: Outcome, now: datetime) -> dict[str, Any]:
    annotated_count = before["annotated_count"] + outcome.newly_annotated
    status = Status(before["status"])
    if outcome.worked or document_count != before["document_count"]:
        status = status_after(
            status,
            worked=outcome.worked,
            document_count=document_count,
            annotated_count=annotated_count,
        )
    return {
        "document_count": document_count,
        "annotated_count": annotated_count,
        "status": status.value,
        "finished": finished_after(status, before["finished"], now),
    }


def _mark_of(connection: Connection, spot: Spot, document_id: int) -> datetime | None:
    statement = select(session_documents.c.annotated).where(
        *_of_session(spot), session_documents.c.document_id == document_id
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotFound(f"There is no document {document_id} in session {spot.session_id}.")
    found: datetime | None = row.annotated
    return found


def _create_session(connection: Connection, project_id: int, body: SessionBody, origin: Origin) -> Answer:
    project = _project_row(connection, project_id)
    spot = Spot(project_id, next(take_ids(connection, "sessions", 1)))
    name = body.name or f"Session {spot.session_id}"
    group_id = _add_group(connection, project_id, name, origin.created) if body.documents else None
    connection.execute(
        insert(sessions).values(
            project_id=project_id,
            id=spot.session_id,
            uuid=str(uuid.uuid4()),
            name=name,
            mode=origin.mode.value,
            status=Status.CREATED.value,
            type=project["type"],
            description=origin.description,
            classes=list(_or_all(body.classes, _classes(connection, project_id))),
            labels=list(_or_all(body.labels, _labels(connection, project_id))),
            document_count=0,
            annotated_count=0,
            group_id=group_id,
            user_id=origin.user_id,
            predicted_score=origin.predicted_score,
            created=origin.created,
        )
    )
    before = _session_row(connection, spot)
    ids: Iterable[int] = body.document_ids or ()
    if body.documents is None and body.document_ids is None:
        every = select(documents.c.id).where(documents.c.project_id == project_id).order_by(documents.c.id)
        ids = connection.execute(every).scalars().all()
    count = attach(connection, spot, ids, 0)
    target = Target(spot, count, group_id, before["classes"], before["labels"], origin.created, is_new=True)
    outcome = apply_documents(connection, target, body.documents or ())
    worked = Outcome(outcome.added, outcome.newly_annotated, worked=outcome.newly_annotated > 0)
    values = _moved_counts(before, count + outcome.added, worked, origin.created)
    if origin.status is not None:
        values["status"] = origin.status.value
        values["finished"] = finished_after(origin.status, values["finished"], origin.created)
    return session_answer(_save_session(connection, before, values))


def _or_all(names: Sequence[str] | None, known: Iterable[Answer]) -> Sequence[str]:
    """The names given, else those of the project."""
    return [item["name"] for item in known] if names is None else names


def _add_group(connection: Connection, project_id: int, name: str, created: datetime) -> int:
    """The documents that come with a session are a group of their own."""
    group_id = next(take_ids(connection, "groups", 1))
    connection.execute(
        insert(groups).values(
            project_id=project_id, id=group_id, name=name, source="ANNOTATIONS", created=created
        )
    )
    return group_id


def _add_sample(connection: Connection) -> None:
    """The sample data, as if it had grown over the past weeks."""
    from labeling.sample import projects as sample_projects

    user_id = local_user(connection)
    now = datetime.now(UTC)
    for weeks, project in enumerate(sample_projects()):
        created = now - timedelta(weeks=6 - weeks % 3, hours=weeks)
        project_id = _add_project(
            connection, project.name, project.type, project.classes, project.labels, created
        )
        for number, session in enumerate(project.sessions):
            body = SessionBody.model_validate(
                {
                    "name": session.name,
                    "classes": session.classes,
                    "labels": session.labels,
                    "documents": [document.to_json() for document in session.documents],
                }
            )
            origin = Origin(
                user_id,
                created + timedelta(days=3 * number + 1),
                session.mode,
                session.status,
                session.description,
                session.predicted_score,
            )
            _create_session(connection, project_id, body, origin)


def open_store(data_dir: Path, *, database_url: str = "", sample: bool = False) -> Store:
    """The store in its folder, or at a URL; sample data go into a brand-new SQLite database only."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = other_engine(database_url) if database_url else sqlite_engine(data_dir / "labeling.db")
    database = Database(engine)
    with database.writing() as connection:
        is_new = revision(connection) is None
        upgrade(connection)
        if sample and is_new and database.is_sqlite:
            _add_sample(connection)
    return Store(database)


def memory_store() -> Store:
    """An empty store in memory, for tests and trials."""
    database = Database(sqlite_engine(None))
    with database.writing() as connection:
        metadata.create_all(connection)
    return Store(database)
