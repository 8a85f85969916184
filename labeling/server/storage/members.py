"""Who works in a project, in which role, and who is invited into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
)

from labeling.database import Database
from labeling.errors import Exists, Forbidden, Invalid, NotFound
from labeling.model import Role
from labeling.server.rules.people import MemberChangeBody
from labeling.server.storage.admission import Caller
from labeling.server.storage.ids import DbRow, take_ids
from labeling.server.storage.people import add_user, end_tokens, give_role, one_at_a_time
from labeling.server.storage.tables import (
    DELETED,
    invitations,
    memberships,
    projects,
    sign_ins,
    users,
)

LAST = "{} is the last manager of the project: make somebody else one first."
GONE = "This invitation is not valid: it was used or withdrawn, or is older than 72 hours. Ask for another."


class Members:
    """Each method is one transaction. A member is `id`, `email`, `name`, `role` and `last_seen`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_project(self, project_id: int, only: int | None = None) -> list[DbRow]:
        """Everybody with a role in the project by e-mail, or one of them alone."""
        with self._database.reading() as connection:
            return _members(connection, project_id, only)

    def add(self, caller: Caller, project_id: int, email: str, role: Role) -> DbRow | None:
        """Give a role to somebody whom the caller knows by this e-mail, as manager of another project; None
        where they know nobody. Raises Exists for a member.

        An e-mail may have been taken by whoever had a link from somebody else, so it alone proves nothing.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            user_id = connection.execute(select(users.c.id).where(users.c.email == email)).scalar()
            if user_id is None:
                return None
            if connection.execute(select(exists().where(_of(project_id, user_id)))).scalar():
                raise Exists(f"{email} has a role in the project already.")
            if not _knows(connection, caller, user_id):
                return None
            give_role(connection, project_id, user_id, role)
            connection.execute(delete(invitations).where(_invited(project_id, email)))
            return _members(connection, project_id, user_id)[0]

    def change(self, caller: Caller, project_id: int, user_id: int, asked: MemberChangeBody) -> DbRow | None:
        """The member as changed, None when removed.

        Raises NotFound for somebody who is no member, Invalid where no manager would be left, Forbidden for
        tokens of somebody who has a role where the caller is no manager.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            member = _member(connection, project_id, user_id)
            if asked.sign_out or asked.unlock:
                if not _manages_all_of(connection, caller, user_id):
                    raise Forbidden("This needs the role MANAGER in every project that this person is in.")
                if asked.sign_out:
                    end_tokens(connection, user_id)
                if asked.unlock:
                    connection.execute(delete(sign_ins).where(sign_ins.c.email == member["email"]))
            if asked.removes or asked.role is not None:
                if asked.role is not Role.MANAGER and not caller.is_local:
                    _refuse_without_manager(connection, project_id, member)
                # No link that was made before leads back, nor does one that somebody made who goes.
                by_or_for = or_(
                    _invited(project_id, member["email"]),
                    and_(invitations.c.project_id == project_id, invitations.c.user_id == user_id),
                )
                connection.execute(delete(invitations).where(by_or_for))
                if asked.role is None:
                    connection.execute(delete(memberships).where(_of(project_id, user_id)))
                    return None
                give_role(connection, project_id, user_id, asked.role)
            return _members(connection, project_id, user_id)[0]

    # Invitations: `id`, `email`, `role`, `created`, `expires`, and by whom, `invited_by`.

    def invitations(self, project_id: int) -> list[DbRow]:
        """Those into a project that were not used, also those that have run out; by e-mail."""
        with self._database.reading() as connection:
            statement = _invitation().where(invitations.c.project_id == project_id)
            return [
                dict(row) for row in connection.execute(statement.order_by(invitations.c.email)).mappings()
            ]

    def invite(
        self, caller: Caller, project_id: int, email: str, role: Role, secret_hash: str, lifetime: timedelta
    ) -> DbRow:
        """Invite somebody; an older invitation of the same e-mail into the project is not valid any more."""
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            one_at_a_time(connection)
            connection.execute(delete(invitations).where(_invited(project_id, email)))
            number = next(take_ids(connection, "invitations", 1))
            values = {"project_id": project_id, "id": number, "email": email, "role": role.value}
            values |= {"secret_hash": secret_hash, "user_id": caller.id}
            connection.execute(insert(invitations).values(created=now, expires=now + lifetime, **values))
            statement = _invitation().where(invitations.c.id == number)
            return dict(connection.execute(statement).mappings().one())

    def withdraw(self, project_id: int, invitation_id: int) -> None:
        """The invitation is not valid any more."""
        this = and_(invitations.c.project_id == project_id, invitations.c.id == invitation_id)
        with self._database.writing() as connection:
            connection.execute(delete(invitations).where(this))

    def invited(self, secret_hash: str) -> DbRow:
        """Who is invited: `email`, `role`, `project` (its name), `password_hash` of the account if there is
        one. Raises NotFound."""
        with self._database.reading() as connection:
            return _valid(connection, secret_hash)

    def accept(self, secret_hash: str, *, password_hash: str | None, name: str | None) -> int:
        """Use the invitation up: the person's id, who has the role from now on.

        Without a `password_hash` the account has to be there. Raises NotFound, Exists.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            found = _valid(connection, secret_hash)
            known = connection.execute(select(users.c.id).where(users.c.email == found["email"])).scalar()
            if (known is None) != (password_hash is not None):
                raise Exists("Somebody has this e-mail meanwhile. Load the page again.")
            user_id = known
            if user_id is None:
                user_id = add_user(connection, found["email"], password_hash, name)
            give_role(connection, found["project_id"], user_id, Role(found["role"]))
            connection.execute(delete(invitations).where(invitations.c.secret_hash == secret_hash))
            return int(user_id)


def _of(project_id: int, user_id: int) -> ColumnElement[bool]:
    return and_(memberships.c.project_id == project_id, memberships.c.user_id == user_id)


def _invited(project_id: int, email: str) -> ColumnElement[bool]:
    return and_(invitations.c.project_id == project_id, invitations.c.email == email)


def _members(connection: Connection, project_id: int, only: int | None = None) -> list[DbRow]:
    statement = (
        select(users.c.id, users.c.email, users.c.name, memberships.c.role, users.c.seen.label("last_seen"))
        .join(memberships, memberships.c.user_id == users.c.id)
        .where(memberships.c.project_id == project_id)
        .order_by(users.c.email)
    )
    if only is not None:
        statement = statement.where(users.c.id == only)
    return [dict(row) for row in connection.execute(statement).mappings()]


def _member(connection: Connection, project_id: int, user_id: int) -> DbRow:
    """Raises NotFound."""
    found = _members(connection, project_id, user_id)
    if not found:
        raise NotFound(f"There is no such person in project {project_id}.")
    return found[0]


def _refuse_without_manager(connection: Connection, project_id: int, member: DbRow) -> None:
    others = (
        select(memberships.c.user_id)
        .join(users, users.c.id == memberships.c.user_id)
        .where(memberships.c.project_id == project_id, memberships.c.role == Role.MANAGER.value)
        .where(users.c.id != member["id"], users.c.is_local.is_(False))
    )
    if member["role"] == Role.MANAGER.value and connection.execute(others.limit(1)).first() is None:
        raise Invalid(LAST.format(member["email"]))


def _managed_by(caller: Caller) -> ScalarSelect[Any]:
    """The projects in which the caller is a manager."""
    of_caller = (memberships.c.user_id == caller.id, memberships.c.role == Role.MANAGER.value)
    return select(memberships.c.project_id).where(*of_caller).scalar_subquery()


def _knows(connection: Connection, caller: Caller, user_id: int) -> bool:
    """Whether the person has a role in a project that the caller manages."""
    here = (memberships.c.user_id == user_id, memberships.c.project_id.in_(_managed_by(caller)))
    return caller.is_local or bool(connection.execute(select(exists().where(*here))).scalar())


def _manages_all_of(connection: Connection, caller: Caller, user_id: int) -> bool:
    """Whether the caller is a manager wherever the person has a role: nobody else is to end their work.

    The person at this computer is a manager everywhere.
    """
    if caller.is_local or caller.id == user_id:
        return True
    if connection.execute(select(users.c.is_local).where(users.c.id == user_id)).scalar():
        return False
    beyond = (
        select(memberships.c.project_id)
        .join(projects, projects.c.project_id == memberships.c.project_id)
        .where(memberships.c.user_id == user_id, projects.c.status != DELETED)
        .where(memberships.c.project_id.not_in(_managed_by(caller)))
    )
    return connection.execute(beyond.limit(1)).first() is None


def _invitation() -> Select[Any]:
    columns = [invitations.c[name] for name in ("id", "email", "role", "created", "expires")]
    by = users.c.email.label("invited_by")
    return select(*columns, by).join(users, users.c.id == invitations.c.user_id)


def _valid(connection: Connection, secret_hash: str) -> DbRow:
    statement = (
        select(invitations, projects.c.name.label("project"), users.c.password_hash)
        .join(projects, projects.c.project_id == invitations.c.project_id)
        .join(users, users.c.email == invitations.c.email, isouter=True)
        .where(invitations.c.secret_hash == secret_hash, projects.c.status != DELETED)
        .where(invitations.c.expires > datetime.now(UTC))
    )
    found = connection.execute(statement).mappings().one_or_none()
    if found is None:
        raise NotFound(GONE)
    return dict(found)
