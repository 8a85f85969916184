"""The statements that each edit and each look at a draft need, built once: to build one costs as much as to
carry it out. Those that are given a dialect's name are for that database alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Delete,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from labeling.store.tables import draft_documents, draft_steps, draft_windows, drafts

Upsert = postgresql.Insert | sqlite.Insert

_is_there = and_(
    *(drafts.c[name] == bindparam(f"of_{name}") for name in ("api", "person", "session")),
    drafts.c.state.is_not(None),
)

DRAFT = select(drafts).where(_is_there)
"""The draft `of_api`, `of_person` and `of_session`, where there is one."""

REVISION = select(drafts.c.revision).where(_is_there)
"""Its revision alone."""

ADVANCE = (
    update(drafts)
    .where(_is_there, drafts.c.revision == bindparam("known"))
    .values(
        revision=drafts.c.revision + 1,
        first_step=case(
            (drafts.c.first_step < bindparam("first"), bindparam("first")), else_=drafts.c.first_step
        ),
        state=bindparam("new_state"),
        facts=bindparam("new_facts"),
        updated=bindparam("now"),
    )
    .returning(drafts.c.id, drafts.c.revision)
)
"""One revision on, if the draft is there and at the `known` one."""

WINDOWS = select(draft_windows).where(draft_windows.c.draft_id == bindparam("of_draft"))
"""The numbers of its windows."""

DOCUMENT_KEPT: Update = update(draft_documents).where(
    draft_documents.c.draft_id == bindparam("of_draft"),
    draft_documents.c.key == bindparam("named"),
    draft_documents.c.state.is_not(None),
)
"""A document that it has, by its key: what else is given is written."""

STEPS_GONE: Delete = delete(draft_steps).where(
    draft_steps.c.draft_id == bindparam("of_draft"), draft_steps.c.number < bindparam("first")
)
"""Away with the steps before the `first`."""


@cache
def written(table: Table) -> Select[Any]:
    """Its rows of a table that were written `after` a revision, by their names or numbers."""
    of_draft = (table.c.draft_id == bindparam("of_draft"), table.c.revision > bindparam("after"))
    return select(table).where(*of_draft).order_by(*table.primary_key.columns)


@cache
def put(dialect: str, table: Table) -> Upsert:
    """A row, over the one with the same primary key if there is one; a window's number never falls."""
    is_higher = draft_windows.c.number < literal_column("excluded.number")
    return upsert(dialect, table, where=is_higher if table is draft_windows else None)


@cache
def insert_new(dialect: str, table: Table) -> Upsert:
    """A row, where there is none with the same primary key."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement: Upsert = insert(table)
    return statement.on_conflict_do_nothing(index_elements=[*table.primary_key.columns])


def upsert(
    dialect: str,
    table: Table,
    unique: Iterable[Column[Any]] = (),
    *,
    where: ColumnElement[bool] | None = None,
    **instead: ColumnElement[Any],
) -> Upsert:
    """Insert, or write over the row with the same primary key (or what else is `unique`),
    if `where` holds for it."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement: Upsert = insert(table)
    known = [*(unique or table.primary_key.columns)]
    written_over = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column not in known and not column.primary_key
    }
    return statement.on_conflict_do_update(index_elements=known, set_=written_over | instead, where=where)
