"""The sessions of all projects that somebody may see, page by page: how far each is, who changed it last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select, tuple_

from labeling.database import Database
from labeling.model import Status
from labeling.server.rules.queries import SessionSort, SessionsQuery, words
from labeling.server.storage.admission import Caller
from labeling.server.storage.ids import DbRow, in_blocks
from labeling.server.storage.tables import DELETED, memberships, projects, saves, sessions, users
from labeling.server.storage.visibility import managed_by, seen
from labeling.spans import folded

_LAST = (
    select(func.max(saves.c.n))
    .where(saves.c.project_id == sessions.c.project_id, saves.c.session_id == sessions.c.id)
    .correlate(sessions)
    .scalar_subquery()
)
"""The number of a session's last save."""
_LAST_SAVE = and_(
    saves.c.project_id == sessions.c.project_id, saves.c.session_id == sessions.c.id, saves.c.n == _LAST
)
_IS_OVER = case((sessions.c.status.in_([Status.FINISHED.value, Status.DELETING.value]), 1), else_=0)
_SHARE = case(
    (sessions.c.document_count == 0, 0.0),
    else_=sessions.c.annotated_count * 1.0 / func.nullif(sessions.c.document_count, 0),
)
_ORDERS: dict[SessionSort, Sequence[ColumnElement[Any]]] = {
    SessionSort.BEHIND: (_IS_OVER, _SHARE),
    SessionSort.CHANGED: (func.coalesce(saves.c.at, sessions.c.created).desc(),),
    SessionSort.CREATED: (sessions.c.created.desc(),),
    SessionSort.NAME: (func.lower(sessions.c.name), sessions.c.name),
}


class ListedSessions(NamedTuple):
    """One page: rows of sessions with `project` (its name), `email` and name of the `owner`, and of the last
    save `at`, `by_id`, `by_email` and `by_name`; how many there are on all pages; who owns any of them."""

    sessions: list[DbRow]
    total: int
    owners: list[DbRow]


class Listing:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_caller(self, caller: Caller, query: SessionsQuery) -> ListedSessions:
        """The sessions that the query asks for, of the projects in which the caller has a role; for the local
        user of all. Of equal ones the older comes first."""
        seen = _seen_by(caller)
        keys = _asked_for(seen, query)
        with self._database.reading() as connection:
            found, total = _page(connection, keys, query)
            rows = _rows(connection, found)
            owners = select(users.c.id, users.c.email, users.c.name).where(
                users.c.id.in_(_of(seen, sessions.c.user_id))
            )
            people = connection.execute(owners.order_by(users.c.email)).mappings()
            return ListedSessions([rows[key] for key in found], total, [dict(row) for row in people])


def _seen_by(caller: Caller) -> ColumnElement[bool]:
    """Of sessions with their projects those that the caller may see."""
    is_there = projects.c.status != DELETED
    if caller.is_local:
        return is_there
    of_caller = select(memberships.c.project_id).where(memberships.c.user_id == caller.id)
    is_manager = sessions.c.project_id.in_(managed_by(caller.id))
    return and_(is_there, projects.c.project_id.in_(of_caller), seen(caller.id, is_manager))


def _of(seen: ColumnElement[bool], *columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).select_from(sessions.join(projects)).where(seen)


def _asked_for(seen: ColumnElement[bool], query: SessionsQuery) -> Select[Any]:
    """Project and id of the sessions, in order; without `search`."""
    statement = _of(seen, sessions.c.project_id, sessions.c.id)
    if query.sort is SessionSort.CHANGED:
        statement = statement.outerjoin(saves, _LAST_SAVE)
    for column, text in (("status", query.status), ("mode", query.mode), ("type", query.type)):
        if chosen := words(text):
            statement = statement.where(sessions.c[column].in_(sorted(chosen)))
    if query.user_id is not None:
        statement = statement.where(sessions.c.user_id == query.user_id)
    if query.project_id is not None:
        statement = statement.where(sessions.c.project_id == query.project_id)
    return statement.order_by(*_ORDERS[query.sort], sessions.c.created, sessions.c.id)


def _page(
    connection: Connection, keys: Select[Any], query: SessionsQuery
) -> tuple[list[tuple[int, int]], int]:
    """The keys on the page, and how many there are on all pages."""
    if search := folded(query.search.strip()):
        # Both databases fold letters in ways of their own, so that it is done here.
        named = keys.add_columns(sessions.c.name, projects.c.name.label("project"))
        every = [
            (row.project_id, row.id)
            for row in connection.execute(named)
            if search in folded(row.name) or search in folded(row.project)
        ]
        end = None if query.limit is None else query.offset + query.limit
        return every[query.offset : end], len(every)
    count = select(func.count()).select_from(keys.order_by(None).subquery())
    found = connection.execute(keys.offset(query.offset).limit(query.limit))
    return [(row.project_id, row.id) for row in found], connection.execute(count).scalar_one()


def _rows(connection: Connection, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], DbRow]:
    owner, other = users.alias("owner"), users.alias("other")
    statement = select(
        *(column for column in sessions.c if column.name not in ("classes", "labels")),
        projects.c.name.label("project"),
        owner.c.email,
        owner.c.name.label("owner"),
        saves.c.at,
        other.c.id.label("by_id"),
        other.c.email.label("by_email"),
        other.c.name.label("by_name"),
    ).select_from(
        sessions.join(projects)
        .outerjoin(owner, owner.c.id == sessions.c.user_id)
        .outerjoin(saves, _LAST_SAVE)
        .outerjoin(other, other.c.id == saves.c.user_id)
    )
    found = {}
    for block in in_blocks(keys):
        here = tuple_(sessions.c.project_id, sessions.c.id).in_(block)
        for row in connection.execute(statement.where(here)).mappings():
            found[row["project_id"], row["id"]] = dict(row)
    return found
