"""The sessions of all projects, of a server that lists them project by project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from labeling.model import AllSessions, ListedSession, Person, Project, Session, Status
from labeling.spans import folded
from labeling.studio.filter import SessionFilter, SessionOrder

_NEVER = datetime.min.replace(tzinfo=UTC)
_OVER = (Status.FINISHED, Status.DELETING)


def listed(project: Project, sessions: Iterable[Session]) -> tuple[ListedSession, ...]:
    """The sessions of a project with what else is known of them: its name, the id of who owns them."""
    return tuple(
        ListedSession.model_validate(
            {
                **{name: getattr(session, name) for name in session.model_fields_set},
                "project": project.name,
                "user": None if session.user_id is None else Person(id=session.user_id),
            }
        )
        for session in sessions
    )


def page_of(every: Sequence[ListedSession], only: SessionFilter, offset: int, limit: int) -> AllSessions:
    """One page of those that the filter admits, in its order, as a server with `sessions` gives it."""
    found = [session for session in every if only.admits(session)]
    found.sort(key=lambda session: (session.created or _NEVER, session.id))
    found.sort(key=_ORDERS[only.order], reverse=only.order in ("changed", "created"))
    owners = {session.user_id: session.user for session in every if session.user_id and session.user}
    return AllSessions(
        sessions=tuple(found[offset : offset + limit]),
        total=len(found),
        users=tuple(owners[number] for number in sorted(owners)),
    )


_ORDERS: dict[SessionOrder, Callable[[ListedSession], Any]] = {
    "behind": lambda session: (session.status in _OVER, session.progress),
    "changed": lambda session: session.changed or session.created or _NEVER,
    "created": lambda session: session.created or _NEVER,
    "name": lambda session: folded(session.name),
}
