"""Documents as they are listed: those of a session or a project, filtered, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from unicodedata import normalize

from sqlalchemy import BigInteger, ColumnElement, Connection, exists, func, literal, or_, select

from labeling.database import Database
from labeling.errors import NotFound
from labeling.server.rules.queries import DocumentQuery, OneDocumentQuery, ProjectDocumentQuery, Query
from labeling.server.storage.admission import Caller, seen_by
from labeling.server.storage.history import FormerSession, documents_of, earlier, session_at
from labeling.server.storage.ids import DbRow, JsonObject, SessionAddress
from labeling.server.storage.projects import classes_of, labels_of, project_row
from labeling.server.storage.segments import segment_objects
from labeling.server.storage.session_documents import of_session
from labeling.server.storage.sessions import session_row
from labeling.server.storage.tables import documents, groups, session_documents, sessions, tags
from labeling.server.storage.visibility import group_seen
from labeling.spans import folded

_CONTAINS = {"sqlite": func.instr, "postgresql": func.strpos}
"""Where a text stands in another, from 1 on, or 0. LIKE would limit the length of what is looked for."""

AT_ONCE = 500
"""Documents read at a time where all of a session are asked for."""
EVERYTHING = frozenset({"segments", "tags", "meta"})
_DOCUMENTS_OF_SESSION = session_documents.join(documents)


class SessionDocumentsPage(NamedTuple):
    """One page of a session's documents, with the session and the classes and labels of its project."""

    session: DbRow
    documents: list[JsonObject]
    total: int
    """How many documents the filters admit, on all pages."""
    classes: list[DbRow]
    labels: list[DbRow]


class ProjectDocumentsPage(NamedTuple):
    """One page of a project's documents, and whether there are more."""

    documents: list[JsonObject]
    has_more: bool


class WholeSession(NamedTuple):
    """A session with all its documents, which are read as they are asked for."""

    session: DbRow
    documents: Iterator[JsonObject]


class WholeProject(NamedTuple):
    """A project with all its sessions, by id."""

    project: DbRow
    sessions: Iterator[WholeSession]


class Documents:
    """Each method is one transaction. Documents come as plain objects ready to be sent, which is fast."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_session(self, at: SessionAddress, query: DocumentQuery) -> SessionDocumentsPage:
        """The documents of a session that the query asks for, in the session's order. Raises NotFound."""
        with self._database.reading() as connection:
            return session_page(connection, at, query)

    def of_project(
        self, caller: Caller, project_id: int, query: ProjectDocumentQuery
    ) -> ProjectDocumentsPage:
        """The documents of a project that the query asks for, by id. In a session or a group that the caller
        may not see there are none."""
        with self._database.reading() as connection:
            return _project_page(connection, project_id, query, seen_by(caller))

    @contextmanager
    def whole_session(self, at: SessionAddress) -> Iterator[WholeSession]:
        """Everything in a session; all of it belongs to one state. Raises NotFound."""
        with self._database.reading() as connection:
            yield whole_of(connection, session_row(connection, at))

    @contextmanager
    def whole_project(self, caller: Caller, project_id: int) -> Iterator[WholeProject]:
        """Everything in the sessions of a project that the caller may see; all of it belongs to one state.
        Raises NotFound."""
        of_project = sessions.c.project_id == project_id
        every = select(sessions).where(of_project, seen_by(caller)).order_by(sessions.c.id)
        with self._database.reading() as connection:
            rows = [dict(row) for row in connection.execute(every).mappings()]
            whole = (whole_of(connection, row) for row in rows)
            yield WholeProject(project_row(connection, project_id), whole)

    def in_group(self, caller: Caller, project_id: int, group_id: int, query: Query) -> list[JsonObject]:
        """The documents of a group that the query asks for, by id."""
        asked = ProjectDocumentQuery(**query.model_dump(), group_id=group_id)
        return self.of_project(caller, project_id, asked).documents

    def in_project(
        self, caller: Caller, project_id: int, document_id: int, query: OneDocumentQuery
    ) -> JsonObject:
        """One document of a project; its segments are those in the session named, if the caller may see it.
        Raises NotFound."""
        this = [documents.c.project_id == project_id, documents.c.id == document_id]
        statement = select(documents.c.id, documents.c.text, documents.c.meta).where(*this)
        with self._database.reading() as connection:
            at = _seen_at(connection, project_id, query.annotation_id, seen_by(caller))
            rows = connection.execute(statement).all()
            found = _with_details(connection, at, rows, query.details)
        if not found:
            raise NotFound(f"There is no such document in project {project_id} any more.")
        return found[0]

    def read(self, at: SessionAddress, document_id: int, details: frozenset[str]) -> JsonObject:
        """One document of a session with the details named. Raises NotFound."""
        with self._database.reading() as connection:
            conditions = [*of_session(at), session_documents.c.document_id == document_id]
            found = _documents_where(connection, at, DocumentQuery(details=details), conditions)
        if not found:
            raise NotFound(f"There is no document {document_id} in session {at.session_id}.")
        return found[0]


def session_page(connection: Connection, at: SessionAddress, query: DocumentQuery) -> SessionDocumentsPage:
    """The documents of a session that the query asks for, in the session's order. Raises NotFound."""
    session = session_row(connection, at)
    if query.at is not None:
        if query.at > session["version"]:
            raise NotFound(f"There is no save {query.at} of session {at.session_id}.")
        return _former_page(connection, session_at(connection, session, query.at), query)
    conditions = _conditions(connection, at, query)
    total = _count(connection, conditions) if query.is_filtered else session["document_count"]
    return SessionDocumentsPage(
        session,
        _documents_where(connection, at, query, conditions),
        total,
        classes_of(connection, at.project_id),
        labels_of(connection, at.project_id),
    )


def _contains(connection: Connection, search: str) -> ColumnElement[bool]:
    """Whether a document's text contains the words, whatever their case and their normal form."""
    contains = _CONTAINS[connection.dialect.name]
    # What was stored by older versions kept the form that it came in.
    forms = {folded(search), *(normalize(form, search).casefold() for form in ("NFC", "NFD"))}
    return or_(*(contains(documents.c.folded, form) > 0 for form in sorted(forms)))


def _conditions(
    connection: Connection, at: SessionAddress, query: DocumentQuery
) -> list[ColumnElement[bool]]:
    """What a document of the session must fulfil to be listed."""
    found = of_session(at)
    if query.search:
        found.append(_contains(connection, query.search))
    if query.annotated is not None:
        marked = session_documents.c.annotated
        found.append(marked.is_not(None) if query.annotated else marked.is_(None))
    named = [
        column == name
        for column, name in ((tags.c.class_, query.class_), (tags.c.label, query.label))
        if name
    ]
    if named:
        tagged = select(tags.c.document_id).where(
            tags.c.project_id == at.project_id, tags.c.session_id == at.session_id, *named
        )
        found.append(session_documents.c.document_id.in_(tagged))
    return found


def _count(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> int:
    statement = select(func.count()).select_from(_DOCUMENTS_OF_SESSION).where(*conditions)
    return connection.execute(statement).scalar_one()


def _documents_where(
    connection: Connection,
    at: SessionAddress,
    query: DocumentQuery,
    conditions: Sequence[ColumnElement[bool]],
) -> list[JsonObject]:
    """The documents of the query's page in the session's order, with the details that it asks for."""
    place = session_documents.c.position
    statement = (
        select(documents.c.id, documents.c.text, documents.c.meta, session_documents.c.annotated, place)
        .select_from(_DOCUMENTS_OF_SESSION)
        .where(*conditions)
        .order_by(place)
    )
    if query.is_filtered:
        statement = statement.offset(query.offset).limit(query.limit)
    else:
        # Positions have no gaps, so a far page is found by the index and not by counting up to it. What is
        # asked for may be larger than any of them can be.
        statement = statement.where(place >= literal(query.offset, BigInteger))
        if query.limit is not None:
            statement = statement.where(place < literal(query.offset + query.limit, BigInteger))
    rows = connection.execute(statement).all()
    items = _with_details(connection, at, rows, query.details)
    return [
        {**item, "annotated": row.annotated is not None, "position": row.position}
        for item, row in zip(items, rows, strict=True)
    ]


def _former_page(connection: Connection, former: FormerSession, query: DocumentQuery) -> SessionDocumentsPage:
    """A page of the session as it was after a save: only the documents that it had."""
    session = former.row
    at, total = SessionAddress(session["project_id"], session["id"]), session["document_count"]
    names = classes_of(connection, at.project_id), labels_of(connection, at.project_id)
    page = slice(query.offset, None if query.limit is None else query.offset + query.limit)
    if query.is_filtered:
        # No index knows what was there, so whoever looks for it looks through all of it.
        every = _present(connection, at, former.held, slice(0, None), EVERYTHING)
        fitting = [item for item in _former(connection, at, query, every) if _fits(item, query)]
        was, total = fitting[page], len(fitting)
    else:
        was = _former(connection, at, query, _present(connection, at, former.held, page, query.details))
    return SessionDocumentsPage(session, [_asked(item, query.details) for item in was], total, *names)


def _former(
    connection: Connection, at: SessionAddress, query: DocumentQuery, now: Sequence[JsonObject]
) -> list[JsonObject]:
    """These documents as they were after the save that is asked for."""
    return list(earlier(connection, at, query.at or 0, {item["id"]: item for item in now}).values())


def _present(
    connection: Connection,
    at: SessionAddress,
    held: Sequence[int | None],
    page: slice,
    details: frozenset[str],
) -> list[JsonObject]:
    """The documents of a page of a former state as they are now, each in its place then: those that the
    session still has, with the details, and those that were taken out of it."""
    first, count = held[: page.start].count(None), held[page].count(None)
    still = iter(
        _documents_where(
            connection, at, DocumentQuery(offset=first, limit=count, details=details), of_session(at)
        )
        if count
        else ()
    )
    taken = [one for one in held[page] if one is not None]
    rows = {row.id: row for row in documents_of(connection, at.project_id, taken)}
    out = {
        item["id"]: {**item, "annotated": False}
        for item in _with_details(connection, None, list(rows.values()), details)
    }
    return [
        {**(next(still) if one is None else out[one]), "position": place}
        for place, one in enumerate(held[page], page.start)
    ]


def _fits(document: JsonObject, query: DocumentQuery) -> bool:
    """Whether a document with everything is one that the filters admit."""
    given = [tag for segment in document["segments"] for tag in segment["tags"]]
    return (
        (not query.search or folded(query.search) in folded(document["text"]))
        and query.annotated in (None, document["annotated"])
        and any(
            (not query.class_ or tag["class"] == query.class_)
            and (not query.label or tag["label"] == query.label)
            for tag in given or [{"class": "", "label": ""}]
        )
    )


def _asked(document: JsonObject, details: frozenset[str]) -> JsonObject:
    """A document with the details that are asked for, of those that it has."""
    found = {key: value for key, value in document.items() if key not in EVERYTHING or key in details}
    if "segments" in found and "tags" not in details:
        found["segments"] = [
            {key: value for key, value in one.items() if key != "tags"} for one in found["segments"]
        ]
    return found


def whole_of(connection: Connection, session: DbRow) -> WholeSession:
    """The session of a row with all its documents, which are read as they are asked for."""
    at = SessionAddress(session["project_id"], session["id"])

    def every() -> Iterator[JsonObject]:
        for offset in range(0, session["document_count"], AT_ONCE):
            query = DocumentQuery(offset=offset, limit=AT_ONCE, details=EVERYTHING)
            yield from _documents_where(connection, at, query, of_session(at))

    return WholeSession(session, every())


def _with_details(
    connection: Connection, at: SessionAddress | None, rows: Sequence[Any], details: frozenset[str]
) -> list[JsonObject]:
    """Documents with what is asked of each; their segments are those in a session."""
    segments: dict[int, list[JsonObject]] = {}
    if "segments" in details and at is not None:
        segments = segment_objects(connection, at, [row.id for row in rows], with_tags="tags" in details)
    return [
        {
            "id": row.id,
            "text": row.text,
            **({"meta": row.meta} if "meta" in details and row.meta else {}),
            **({"segments": segments.get(row.id, [])} if "segments" in details else {}),
        }
        for row in rows
    ]


def _seen_at(
    connection: Connection, project_id: int, session_id: int | None, may_see: ColumnElement[bool]
) -> SessionAddress | None:
    """The address of a session that may be seen; of any other one that nothing is at."""
    if session_id is None:
        return None
    this = [sessions.c.project_id == project_id, sessions.c.id == session_id]
    found = connection.execute(select(sessions.c.id).where(*this, may_see)).scalar()
    return SessionAddress(project_id, found or 0)


def _project_page(
    connection: Connection, project_id: int, query: ProjectDocumentQuery, may_see: ColumnElement[bool]
) -> ProjectDocumentsPage:
    conditions: list[ColumnElement[bool]] = [documents.c.project_id == project_id]
    if query.search:
        conditions.append(_contains(connection, query.search))
    if query.group_id is not None:
        conditions.append(documents.c.group_id == query.group_id)
        this = (groups.c.project_id == project_id, groups.c.id == query.group_id)
        conditions.append(exists().where(*this, group_seen(project_id, may_see)))
    at = _seen_at(connection, project_id, query.annotation_id, may_see)
    if at is not None:
        members = select(session_documents.c.document_id).where(*of_session(at))
        conditions.append(documents.c.id.in_(members))
    statement = select(documents.c.id, documents.c.text, documents.c.meta).where(*conditions)
    # One more than asked for tells whether there are more.
    probe = None if query.limit is None else query.limit + 1
    rows = connection.execute(statement.order_by(documents.c.id).offset(query.offset).limit(probe)).all()
    shown = rows[: query.limit]
    found = _with_details(connection, at, shown, query.details)
    return ProjectDocumentsPage(found, has_more=len(rows) > len(shown))
