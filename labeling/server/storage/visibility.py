"""Which labeling sessions somebody may see: one rule, in SQL, for every call.

Managers see all. Others do not see the blind ones of other people, nor such as hold known answers, decisions
or checks, nor what there is only because of these.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from labeling.model import Part, Role
from labeling.server.storage.tables import groups, jobs, memberships, sessions


def seen(person: ColumnElement[int] | int, is_manager: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of sessions those that a person may see who is or is not a manager of their project."""
    open_to_all = and_(sessions.c.blind.is_(False), sessions.c.part == Part.WORK.value)
    return or_(is_manager, sessions.c.user_id == person, open_to_all)


def group_seen(project_id: ColumnElement[int] | int, may_see: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the groups of a project those that somebody may see who may see these of its sessions: not such as
    came with others only."""
    return _of_none_or_seen(groups.c.id, sessions.c.group_id, project_id, may_see)


def job_seen(project_id: ColumnElement[int] | int, may_see: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the jobs of a project those that somebody may see who may see these of its sessions: not such as are
    about others."""
    return or_(
        jobs.c.session_id.is_(None), _of_none_or_seen(jobs.c.session_id, sessions.c.id, project_id, may_see)
    )


def _of_none_or_seen(
    key: ColumnElement[int],
    of_session: ColumnElement[int],
    project_id: ColumnElement[int] | int,
    may_see: ColumnElement[bool],
) -> ColumnElement[bool]:
    """Whether the key is that of no session at all, or that of one that may be seen."""
    keys = select(of_session).where(sessions.c.project_id == project_id, of_session.is_not(None))
    return or_(
        key.not_in(keys.correlate_except(sessions)),
        key.in_(keys.where(may_see).correlate_except(sessions)),
    )


def managed_by(user_id: ColumnElement[int] | int) -> Select[Any]:
    """The projects in which a person is a manager."""
    of_person = (memberships.c.user_id == user_id, memberships.c.role == Role.MANAGER.value)
    return select(memberships.c.project_id).where(*of_person).correlate_except(memberships)
