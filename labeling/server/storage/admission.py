"""Who is asking, and whether they may: each call begins with this one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    bindparam,
    exists,
    false,
    null,
    or_,
    select,
    true,
    update,
)

from labeling.database import Database
from labeling.errors import Failed, Forbidden, Invalid, NotFound, NotSignedIn
from labeling.model import Mode, Role
from labeling.server.storage.tables import (
    CLONING,
    DELETED,
    ProposalStatus,
    classes,
    documents,
    groups,
    invitations,
    labels,
    memberships,
    models,
    predictions,
    projects,
    saves,
    segments,
    session_documents,
    sessions,
    tags,
    tokens,
    users,
)
from labeling.server.storage.visibility import group_seen, managed_by, seen

SEEN_EVERY = timedelta(hours=1)
"""After so long it is kept anew when somebody was seen last."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, the role in the project that was asked for, and the program used, as it names itself."""

    id: int
    email: str
    is_local: bool
    role: Role | None = None
    client: str = ""
    name: str | None = None


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """Of the sessions of the project that was asked for those that the caller may see."""
    return seen(caller.id, true() if caller.role is Role.MANAGER else false())


class _Part(NamedTuple):
    """What an id in a path names: where it has to be, and words for one that is not there."""

    is_there: ColumnElement[bool]
    words: str


def admit(
    database: Database,
    token_hash: str | None,
    path: Mapping[str, int],
    minimal: Role | None,
    *,
    while_cloning: bool = False,
    also_rejected: bool = False,
    known: Callable[[int], object] = lambda user_id: None,
) -> Caller:
    """The caller, when the token is good, everything in the path exists and the role is enough.

    `path`: the ids in it by their names, from the project on. Raises NotSignedIn, NotFound or Forbidden, in
    this order, and then Invalid for whoever would change a project that is being cloned, unless the call is
    good for that. `minimal` None: any role or none. `also_rejected`: a proposal that was rejected is
    there, too. `known` is told the id of who asks, also where that ends in a refusal.
    """
    if token_hash is None:
        raise NotSignedIn("No token was sent. Sign in, and send it as `Authorization: Bearer <token>`.")
    names = tuple(path)
    now = datetime.now(UTC)
    values = {"token_hash": token_hash, "now": now, **path}
    with database.asking() as connection:
        row = connection.execute(_admission(names, also_rejected), values).one_or_none()
    if row is None:
        raise NotSignedIn("The token is not valid, or not any more. Sign in again.")
    known(row.id)
    for name, part in _parts(names, also_rejected).items():
        if not row._mapping[name]:
            raise NotFound(part.words.format(**path))
    if row.seen is None or row.seen < now - SEEN_EVERY:
        _see(database, row.id, now)
    role = Role.MANAGER if row.is_local else Role(row.role) if row.role else None
    if minimal is not None and (role is None or not role.allows(minimal)):
        yours = f"yours is {role}" if role else "you have none in it"
        raise Forbidden(f"This needs the role {minimal} in project {path['project_id']}; {yours}.")
    if minimal not in (None, Role.VIEWER) and row.is_cloning and not while_cloning:
        raise Invalid("The project is being cloned: it can be read, and changed when that is done.")
    return Caller(row.id, row.email, row.is_local, role, name=row.name)


def _see(database: Database, user_id: int, now: datetime) -> None:
    # Whoever may only read is let in also where nothing can be written.
    with suppress(Failed), database.writing() as connection:
        connection.execute(update(users).where(users.c.id == user_id).values(seen=now))


@lru_cache(maxsize=64)
def _admission(names: tuple[str, ...], also_rejected: bool) -> Select[Any]:
    """One row with all that is asked of a call with these ids, or none when the token is no good."""
    role = select(memberships.c.role).where(
        memberships.c.project_id == bindparam("project_id"), memberships.c.user_id == users.c.id
    )
    return (
        select(
            users.c.id,
            users.c.email,
            users.c.is_local,
            users.c.name,
            users.c.seen,
            (role.scalar_subquery() if names else null()).label("role"),
            (_IS_CLONING if names else false()).label("is_cloning"),
            *(part.is_there.label(name) for name, part in _parts(names, also_rejected).items()),
        )
        .join(tokens)
        .where(
            tokens.c.token_hash == bindparam("token_hash"),
            tokens.c.revoked.is_(None),
            or_(tokens.c.expires.is_(None), tokens.c.expires > bindparam("now")),
        )
    )


def _parts(names: Sequence[str], also_rejected: bool) -> dict[str, _Part]:
    """What each id in the path names, in the order of the path."""
    correction = _IN_CORRECTION | (_ALSO_REJECTED if also_rejected else {})
    where = _IN_SESSION if "annotation_id" in names else correction if "correction_id" in names else None
    return {name: (where or _IN_PROJECT)[name] for name in names}


def _there(table: Table, words: str, *conditions: ColumnElement[bool], **columns: str) -> _Part:
    """A row of the table that fulfils the conditions and whose columns are the ids of these names."""
    named = (table.c[column] == bindparam(name) for column, name in columns.items())
    return _Part(exists().where(*named, *conditions), words)


_SEEN = seen(users.c.id, or_(users.c.is_local, bindparam("project_id").in_(managed_by(users.c.id))))
"""Of the sessions of the project those that the owner of the token may see."""
_IS_CLONING = exists().where(projects.c.project_id == bindparam("project_id"), projects.c.status == CLONING)
_PROJECT = {"project_id": "project_id"}
_SESSION = {**_PROJECT, "session_id": "annotation_id"}
_DOCUMENT = {**_SESSION, "document_id": "document_id"}
_IN_PROJECT = {
    "project_id": _Part(
        exists().where(projects.c.project_id == bindparam("project_id"), projects.c.status != DELETED),
        "There is no such project.",
    ),
    "class_id": _there(classes, "There is no such class in project {project_id}.", **_PROJECT, id="class_id"),
    "label_id": _there(labels, "There is no such label in project {project_id}.", **_PROJECT, id="label_id"),
    "group_id": _there(
        groups,
        "There is no such group in project {project_id}.",
        group_seen(bindparam("project_id"), _SEEN),
        **_PROJECT,
        id="group_id",
    ),
    "user_id": _there(
        memberships, "There is no such person in project {project_id}.", **_PROJECT, user_id="user_id"
    ),
    "invitation_id": _there(
        invitations, "There is no such invitation into project {project_id}.", **_PROJECT, id="invitation_id"
    ),
    "model_id": _there(models, "There is no such model in project {project_id}.", **_PROJECT, id="model_id"),
    "document_id": _there(
        documents, "There is no such document in project {project_id}.", **_PROJECT, id="document_id"
    ),
}
_IN_SESSION = {
    "project_id": _IN_PROJECT["project_id"],
    "annotation_id": _there(
        sessions,
        "There is no such labeling session in project {project_id}.",
        _SEEN,
        **_PROJECT,
        id="annotation_id",
    ),
    "document_id": _there(
        session_documents, "There is no such document in session {annotation_id}.", **_DOCUMENT
    ),
    "segment_id": _there(
        segments, "There is no such segment in document {document_id}.", **_DOCUMENT, id="segment_id"
    ),
    "tag_id": _there(
        tags,
        "There is no such tag on segment {segment_id}.",
        **_DOCUMENT,
        segment_id="segment_id",
        id="tag_id",
    ),
    "n": _there(saves, "There is no such save of session {annotation_id}.", **_SESSION, n="n"),
}
_CORRECTION = {**_PROJECT, "session_id": "correction_id"}
_CORRECTED = {**_CORRECTION, "document_id": "document_id"}


def _or_proposed(table: Table, column: str, words: str, name: str, also_rejected: bool = False) -> _Part:
    """A row of a document in a session, or a proposal for it that nobody has rejected, or any."""
    stands = _there(table, words, **_CORRECTED, id=name).is_there
    proposed = exists().where(
        *(predictions.c[key] == bindparam(part) for key, part in {**_CORRECTED, column: name}.items()),
        true() if also_rejected else predictions.c.status != ProposalStatus.REJECTED,
    )
    return _Part(or_(stands, proposed), words)


def _proposed_parts(*, also_rejected: bool = False) -> dict[str, _Part]:
    segment, tag = (
        "There is no such segment in document {document_id}.",
        "There is no such tag on segment {segment_id}.",
    )
    return {
        "segment_id": _or_proposed(segments, "segment_id", segment, "segment_id", also_rejected),
        "tag_id": _or_proposed(tags, "id", tag, "tag_id", also_rejected),
    }


_IN_CORRECTION = {
    "project_id": _IN_PROJECT["project_id"],
    "correction_id": _Part(
        exists().where(
            sessions.c.project_id == bindparam("project_id"),
            sessions.c.id == bindparam("correction_id"),
            sessions.c.mode == Mode.CORRECTION,
            _SEEN,
        ),
        "There is no such correction session in project {project_id}.",
    ),
    "document_id": _there(
        session_documents, "There is no such document in session {correction_id}.", **_CORRECTED
    ),
    **_proposed_parts(),
}
_ALSO_REJECTED = _proposed_parts(also_rejected=True)
