"""Who is asking, and whether they may: one statement for each call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    bindparam,
    exists,
    null,
    or_,
    select,
    true,
)

from labeling.model import Role
from labeling.server.storage.tables import (
    memberships,
    projects,
    session_documents,
    sessions,
    tokens,
    users,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, and the role in the project that was asked for."""

    id: int
    email: str
    is_local: bool
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What a call is about; None where it goes less deep."""

    project_id: int | None = None
    session_id: int | None = None
    document_id: int | None = None


@lru_cache(maxsize=8)
def _admission(*, project: bool, session: bool, document: bool) -> Select[Any]:
    """One row with all that is asked of a call that goes so deep, or none when the token is no good."""
    project_id: BindParameter[int] = bindparam("project_id")
    session_id: BindParameter[int] = bindparam("session_id")
    exists_project = exists().where(projects.c.project_id == project_id)
    exists_session = exists().where(sessions.c.project_id == project_id, sessions.c.id == session_id)
    exists_document = exists().where(
        session_documents.c.project_id == project_id,
        session_documents.c.session_id == session_id,
        session_documents.c.document_id == bindparam("document_id"),
    )
    role = select(memberships.c.role).where(
        memberships.c.project_id == project_id, memberships.c.user_id == users.c.id
    )
    return (
        select(
            users.c.id,
            users.c.email,
            users.c.is_local,
            (role.scalar_subquery() if project else null()).label("role"),
            (exists_project if project else true()).label("project_exists"),
            (exists_session if session else true()).label("session_exists"),
            (exists_document if document else true()).label("document_exists"),
        )
        .join(tokens, tokens.c.user_id == users.c.id)
        .where(
            tokens.c.token_hash == bindparam("token_hash"),
            tokens.c.revoked.is_(None),
            or_(tokens.c.expires.is_(None), tokens.c.expires > bindparam("now")),
        )
    )
