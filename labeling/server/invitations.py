"""Invitations: a link that is used once lets somebody into a project, who chooses a password by it."""

from __future__ import annotations

import secrets
from datetime import timedelta

from labeling.model import Role
from labeling.server.accounts import checked_email, hash_of, hashed, new_token, sign_in
from labeling.server.storage.admission import Caller
from labeling.server.storage.ids import DbRow
from labeling.server.storage.store import Store

VALID = timedelta(hours=72)


def add_or_invite(store: Store, caller: Caller, project_id: int, email: str, role: Role) -> tuple[DbRow, str]:
    """Give a role to somebody whom the caller knows by the e-mail: the member, and no secret; else the
    invitation and its secret.

    Raises Invalid for what is no e-mail, Exists for somebody who has a role already.
    """
    email = checked_email(email)
    member = store.members.add(caller, project_id, email, role)
    if member is not None:
        return member, ""
    secret = secrets.token_urlsafe(32)
    return store.members.invite(caller, project_id, email, role, hash_of(secret), VALID), secret


def join(store: Store, secret: str, password: str, name: str, address: str) -> str:
    """Use an invitation up: a token for the person, who has a role in the project from now on.

    Somebody who has an account meanwhile gives its password. Raises NotFound for a link that is not valid,
    Invalid for a password that is too short, NotSignedIn for a wrong one, Busy after too many.
    """
    secret_hash = hash_of(secret)
    found = store.members.invited(secret_hash)
    if found["password_hash"] is None:
        password_hash = hashed(password)
        return new_token(
            store, store.members.accept(secret_hash, password_hash=password_hash, name=name.strip() or None)
        )
    token = sign_in(store, found["email"], password, address)
    store.members.accept(secret_hash, password_hash=None, name=None)
    return token
