"""People who go for good: what is held about them, and what stays of them once they are gone.

Saves, and the sessions that they made, stay as they are: of who made them there is a number left. The row
stays too, so that no other person ever gets that number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from labeling.database import Database
from labeling.errors import Invalid, NotFound
from labeling.model import Role
from labeling.server.storage.ids import DbRow
from labeling.server.storage.tables import (
    CASCADE,
    COUNTS,
    DELETED,
    invitations,
    memberships,
    metadata,
    models,
    projects,
    saves,
    sessions,
    sign_ins,
    tokens,
    users,
)

ALONE = "{} is the last manager of {}. Make somebody else manager there first."
HERE = "The person at this computer cannot be deleted: this server always has one."
AT_ONCE = 1_000


class FormerPeople:
    """Each method is one transaction, but for what `held` gives."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, email: str) -> int:
        """The id of whoever has this e-mail. Raises NotFound."""
        with self._database.reading() as connection:
            found = connection.execute(select(users.c.id).where(users.c.email == email)).scalar()
        if found is None:
            raise NotFound(f"Nobody has the e-mail {email}.")
        return int(found)

    def held(self, user_id: int) -> dict[str, Iterator[DbRow]]:
        """What is held about a person, by what it is; the rows come as they are asked for. Never a secret."""
        email = select(users.c.email).where(users.c.id == user_id).scalar_subquery()
        account = [users.c[name] for name in ("id", "email", "name", "created", "seen")]
        asked = {
            "account": select(*account).where(users.c.id == user_id),
            "roles": select(projects.c.project_id, projects.c.name, memberships.c.role)
            .join(projects)
            .where(memberships.c.user_id == user_id),
            "tokens": select(tokens.c.created, tokens.c.expires, tokens.c.revoked).where(
                tokens.c.user_id == user_id
            ),
            "failed_sign_ins": select(sign_ins.c.address, sign_ins.c.failures, sign_ins.c.latest).where(
                sign_ins.c.email == email
            ),
            "invitations": select(
                invitations.c.project_id, invitations.c.role, invitations.c.created, invitations.c.expires
            ).where(invitations.c.email == email),
            "sessions": select(
                sessions.c.project_id, sessions.c.id, sessions.c.name, sessions.c.created
            ).where(sessions.c.user_id == user_id),
            "models": select(models.c.project_id, models.c.id, models.c.name, models.c.created).where(
                models.c.user_id == user_id
            ),
            "saves": select(
                saves.c.project_id,
                saves.c.session_id,
                saves.c.n,
                saves.c.at,
                saves.c.client,
                *(saves.c[count] for count in COUNTS),
            ).where(saves.c.user_id == user_id),
        }
        return {name: self._rows(statement) for name, statement in asked.items()}

    def delete(self, user_id: int, *, even_last: bool = False) -> None:
        """Take away the account with all by which the person could be known or could come back: e-mail, name,
        password, tokens, roles, invitations. What they did stays, under `former person 7`.

        Raises NotFound; Invalid for the person at this computer, and where a project would be left without a
        manager, unless that is wanted.
        """
        with self._database.writing() as connection:
            this = select(users).where(users.c.id == user_id).with_for_update()
            person = connection.execute(this).mappings().one_or_none()
            if person is None:
                raise NotFound(f"There is no person {user_id}.")
            if person["is_local"]:
                raise Invalid(HERE)
            if not even_last:
                _refuse_without_managers(connection, user_id, person["email"])
            for table in _going_with_a_person():
                connection.execute(delete(table).where(table.c.user_id == user_id))
            for table in (sign_ins, invitations):
                connection.execute(delete(table).where(table.c.email == person["email"]))
            gone = {"email": f"former person {user_id}", "name": None, "password_hash": None, "seen": None}
            connection.execute(update(users).where(users.c.id == user_id).values(gone))

    def _rows(self, statement: Any) -> Iterator[DbRow]:
        with self._database.reading() as connection:
            for row in connection.execute(statement.execution_options(yield_per=AT_ONCE)).mappings():
                yield dict(row)


def _going_with_a_person() -> list[Table]:
    """The tables whose rows the database would take away with the person that they name."""
    return [
        table
        for table in metadata.sorted_tables
        if any(key.column.table is users and key.ondelete == CASCADE for key in table.foreign_keys)
    ]


def _refuse_without_managers(connection: Connection, user_id: int, email: str) -> None:
    managers = memberships.c.role == Role.MANAGER.value
    others = (
        select(memberships.c.project_id)
        .join(users, users.c.id == memberships.c.user_id)
        .where(managers, users.c.id != user_id, users.c.is_local.is_(False))
    )
    # All roles there stay as they are until the end of the transaction.
    of_person = select(memberships.c.project_id).where(managers, memberships.c.user_id == user_id)
    held = select(memberships.c.user_id).where(memberships.c.project_id.in_(of_person))
    connection.execute(held.order_by(memberships.c.project_id, memberships.c.user_id).with_for_update()).all()
    alone = (
        select(projects.c.name)
        .where(projects.c.project_id.in_(of_person), projects.c.project_id.not_in(others))
        .where(projects.c.status != DELETED)
        .order_by(projects.c.name)
    )
    if names := connection.execute(alone).scalars().all():
        raise Invalid(ALONE.format(email, " and ".join(f"“{name}”" for name in names)))
