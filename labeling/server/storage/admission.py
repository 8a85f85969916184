"""Who is asking, and whether they may: each call begins with this one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, null, or_, select, true

from labeling.database import Database
from labeling.errors import Forbidden, NotFound, NotSignedIn
from labeling.model import Role
from labeling.server.storage.tables import memberships, projects, session_documents, sessions, tokens, users


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, and the role in the project that was asked for."""

    id: int
    email: str
    is_local: bool
    role: Role | None = None


def admit(database: Database, token_hash: str | None, ids: Sequence[int], minimal: Role | None) -> Caller:
    """The caller, when the token is good, everything in the path exists and the role is enough.

    `ids`: those of the project, the session and the document, as far as the path goes. Raises NotSignedIn,
    NotFound or Forbidden, in this order. `minimal` None: any role or none.
    """
    if token_hash is None:
        raise NotSignedIn("No token was sent. Sign in, and send it as `Authorization: Bearer <token>`.")
    path = dict(zip(("project_id", "session_id", "document_id"), ids, strict=False))
    values = {"token_hash": token_hash, "now": datetime.now(UTC), **path}
    statement = _admission(len(ids))
    with database.reading() as connection:
        row = connection.execute(statement, values).one_or_none()
    if row is None:
        raise NotSignedIn("The token is not valid, or not any more. Sign in again.")
    if not row.project_exists:
        raise NotFound("There is no such project.")
    if not row.session_exists:
        raise NotFound(f"There is no such labeling session in project {path['project_id']}.")
    if not row.document_exists:
        raise NotFound(f"There is no such document in session {path['session_id']}.")
    role = Role.MANAGER if row.is_local else Role(row.role) if row.role else None
    if minimal is not None and (role is None or not role.allows(minimal)):
        yours = f"yours is {role}" if role else "you have none in it"
        raise Forbidden(f"This needs the role {minimal} in project {path['project_id']}; {yours}.")
    return Caller(row.id, row.email, row.is_local, role)


@lru_cache(maxsize=8)
def _admission(depth: int) -> Select[Any]:
    """One row with all that is asked of a call with so many ids, or none when the token is no good."""
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
            (role.scalar_subquery() if depth >= 1 else null()).label("role"),
            (exists_project if depth >= 1 else true()).label("project_exists"),
            (exists_session if depth >= 2 else true()).label("session_exists"),
            (exists_document if depth >= 3 else true()).label("document_exists"),
        )
        .join(tokens)
        .where(
            tokens.c.token_hash == bindparam("token_hash"),
            tokens.c.revoked.is_(None),
            or_(tokens.c.expires.is_(None), tokens.c.expires > bindparam("now")),
        )
    )
