"""People, their tokens, their failed sign-ins and their roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from labeling.database import Database
from labeling.errors import Busy, Exists, Invalid
from labeling.model import Role
from labeling.phrases import count_of
from labeling.server.rules.delays import FORGOTTEN, attempts_of, seconds_to_wait
from labeling.server.storage.ids import DbRow, take_ids
from labeling.server.storage.tables import (
    DELETED,
    counters,
    invitations,
    memberships,
    projects,
    sign_ins,
    tokens,
    users,
)

LOCAL = "local@localhost"
"""The e-mail of the person at this computer, who is MANAGER in every project."""


class People:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def adopt_local_token(self, token_hash: str) -> bool:
        """Make this the local user's token; False when it was revoked or is somebody else's."""
        with self._database.writing() as connection:
            user_id = local_user(connection)
            known = connection.execute(select(tokens).where(tokens.c.token_hash == token_hash)).one_or_none()
            if known is not None:
                return bool(known.user_id == user_id and known.revoked is None)
            connection.execute(
                insert(tokens).values(token_hash=token_hash, user_id=user_id, created=datetime.now(UTC))
            )
            return True

    def has_accounts(self) -> bool:
        """Whether anybody can sign in with a password."""
        with self._database.reading() as connection:
            found = select(exists().where(users.c.password_hash.is_not(None)))
            return bool(connection.execute(found).scalar())

    def has_account(self, email: str) -> bool:
        """Whether anybody has this e-mail."""
        with self._database.reading() as connection:
            return bool(connection.execute(select(exists().where(users.c.email == email))).scalar())

    def save_person(
        self, email: str, password_hash: str | None, role: Role | None, project_ids: Iterable[int] | None
    ) -> int:
        """Add a person, or change the one with that e-mail; in how many projects the role was given.

        Without `project_ids` it is every project that there is; without a hash the password stays, without a
        role the roles do. Raises Invalid for a project that there is not.
        """
        with self._database.writing() as connection:
            one_at_a_time(connection)
            user_id = connection.execute(select(users.c.id).where(users.c.email == email)).scalar()
            if user_id is None:
                user_id = add_user(connection, email, password_hash)
            elif password_hash is not None:
                connection.execute(
                    update(users).where(users.c.id == user_id).values(password_hash=password_hash)
                )
                end_tokens(connection, user_id)
            if role is None:
                return 0
            there = select(projects.c.project_id).where(projects.c.status != DELETED)
            every = set(connection.execute(there).scalars())
            wanted = every if project_ids is None else set(project_ids)
            for project_id in sorted(wanted):
                if project_id not in every:
                    raise Invalid(f"There is no project {project_id}.")
                give_role(connection, project_id, user_id, role)
                invited = (invitations.c.project_id == project_id, invitations.c.email == email)
                connection.execute(delete(invitations).where(*invited))
            return len(wanted)

    def begin_sign_in(self, email: str, address: str) -> tuple[int, str] | None:
        """(id, password hash) of the account to be checked, if there is one.

        The attempt counts as failed until `finish_sign_in`, so that many at once cannot slip through. Raises
        Busy when it has to wait for those that failed before.
        """
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.latest < now - FORGOTTEN))
            for row in _counts(connection, email, address, now):
                if seconds := seconds_to_wait(row.failures, attempts_of(row.email), row.latest, now):
                    what = "for this e-mail" if row.email else "from this address"
                    words = f"Too many sign-ins failed {what}. Try again in {count_of(seconds, 'second')}."
                    raise Busy(words, status=429, seconds=seconds)
            counted = {"failures": sign_ins.c.failures + 1, "latest": now}
            connection.execute(update(sign_ins).where(_counting(email, address)).values(counted))
            found = connection.execute(
                select(users.c.id, users.c.password_hash).where(
                    users.c.email == email, users.c.password_hash.is_not(None)
                )
            ).one_or_none()
        return None if found is None else (found.id, found.password_hash)

    def finish_sign_in(self, email: str, address: str) -> None:
        """The password was right: forget the failures."""
        of_email = and_(sign_ins.c.email == email, sign_ins.c.address == address)
        with self._database.writing() as connection:
            connection.execute(delete(sign_ins).where(of_email))
            counted = update(sign_ins).where(_counting("", address))
            connection.execute(counted.values(failures=sign_ins.c.failures - 1))

    def revoke(self, token_hash: str) -> None:
        """The token is not valid any more."""
        with self._database.writing() as connection:
            connection.execute(
                update(tokens).where(tokens.c.token_hash == token_hash).values(revoked=datetime.now(UTC))
            )

    def revoke_all(self, user_id: int) -> None:
        """No token of the person is valid any more."""
        with self._database.writing() as connection:
            end_tokens(connection, user_id)

    def account(self, user_id: int) -> DbRow:
        """What a person's account says: `email`, `name`, `password_hash`."""
        columns = (users.c.id, users.c.email, users.c.name, users.c.password_hash)
        with self._database.reading() as connection:
            return dict(connection.execute(select(*columns).where(users.c.id == user_id)).mappings().one())

    def change_account(
        self, user_id: int, *, name: str | None, password_hash: str | None, token_hash: str | None
    ) -> None:
        """Another name (empty: none) or password; a new one ends all tokens but that with the hash."""
        values: dict[str, str | None] = {} if name is None else {"name": name or None}
        values |= {} if password_hash is None else {"password_hash": password_hash}
        with self._database.writing() as connection:
            if values:
                connection.execute(update(users).where(users.c.id == user_id).values(values))
            if password_hash is not None:
                end_tokens(connection, user_id, token_hash)

    def register(self, email: str, password_hash: str, name: str | None) -> int:
        """A new person without a role; the id. Raises Exists where somebody has the e-mail."""
        with self._database.writing() as connection:
            one_at_a_time(connection)
            if connection.execute(select(exists().where(users.c.email == email))).scalar():
                raise Exists("There is an account with this e-mail already.")
            return add_user(connection, email, password_hash, name)

    def keep_token(self, user_id: int, token_hash: str, lifetime: timedelta) -> None:
        """A new token of the person; those that have expired are dropped."""
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            connection.execute(delete(tokens).where(tokens.c.expires < now))
            values = {"token_hash": token_hash, "user_id": user_id, "created": now, "expires": now + lifetime}
            connection.execute(insert(tokens).values(values))
            connection.execute(update(users).where(users.c.id == user_id).values(seen=now))


def one_at_a_time(connection: Connection) -> None:
    """Whoever else changes people or roles waits until the end of the transaction, so that what is looked up
    in it stays so."""
    connection.execute(select(counters).where(counters.c.kind == "users").with_for_update())


def _counting(email: str, address: str) -> ColumnElement[bool]:
    """The failures that a sign-in counts among: those for the e-mail, and the address's where it is known."""
    emails = {email, ""} if address else {email}
    return and_(sign_ins.c.address == address, sign_ins.c.email.in_(emails))


def _counts(connection: Connection, email: str, address: str, now: datetime) -> Sequence[Row[Any]]:
    """The rows of these failures, made where there are none, and held until the end of the transaction."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for counted in (email, "") if address else (email,):
        row = {"email": counted, "address": address, "failures": 0, "latest": now}
        connection.execute(make(sign_ins).values(row).on_conflict_do_nothing())
    held = select(sign_ins).where(_counting(email, address)).order_by(sign_ins.c.email).with_for_update()
    return connection.execute(held).all()


def end_tokens(connection: Connection, user_id: int, but: str | None = None) -> None:
    """No token of the person is valid any more, but for the one with the hash `but`."""
    ended = update(tokens).where(tokens.c.user_id == user_id, tokens.c.revoked.is_(None))
    if but is not None:
        ended = ended.where(tokens.c.token_hash != but)
    connection.execute(ended.values(revoked=datetime.now(UTC)))


def local_user(connection: Connection) -> int:
    """The id of the person at this computer, who is there from the first time this is asked."""
    found = connection.execute(select(users.c.id).where(users.c.is_local)).scalar()
    return found if found is not None else add_user(connection, LOCAL, None, is_local=True)


def add_user(
    connection: Connection,
    email: str,
    password_hash: str | None,
    name: str | None = None,
    *,
    is_local: bool = False,
) -> int:
    """A new person; the id."""
    user_id = next(take_ids(connection, "users", 1))
    connection.execute(
        insert(users).values(
            id=user_id,
            email=email,
            name=name,
            password_hash=password_hash,
            is_local=is_local,
            created=datetime.now(UTC),
        )
    )
    return user_id


def give_role(connection: Connection, project_id: int, user_id: int, role: Role) -> None:
    """The one role that the person has in the project from now on."""
    where = and_(memberships.c.project_id == project_id, memberships.c.user_id == user_id)
    connection.execute(delete(memberships).where(where))
    connection.execute(insert(memberships).values(project_id=project_id, user_id=user_id, role=role.value))


def refuse_without_role(connection: Connection, project_id: int, user_id: int | None) -> None:
    """Raises Invalid for somebody who has no role in the project."""
    this = (memberships.c.project_id == project_id, memberships.c.user_id == user_id)
    if not connection.execute(select(exists().where(*this))).scalar():
        raise Invalid(f"user_id: person {user_id} has no role in project {project_id}")
