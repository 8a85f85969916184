"""Signing in: passwords, tokens, the local user's token file, and who may serve beyond this computer."""

from __future__ import annotations

import os
import re
import secrets
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from labeling.addresses import is_loopback
from labeling.errors import Failed, Invalid, NotSignedIn
from labeling.model import Role
from labeling.server.rules.people import EMAIL, LEAST_PASSWORD, LONGEST_EMAIL
from labeling.server.storage.people import LOCAL
from labeling.server.storage.store import Store

LIFETIME = timedelta(days=30)


class Passwords(NamedTuple):
    """How passwords are hashed. `nobody` is looked at when there is no such account, so that the time of the
    answer does not tell."""

    hasher: PasswordHasher
    nobody: str

    def match(self, known: str | None, password: str) -> bool:
        """Whether it is the password of which the hash is known; None where nobody's is."""
        try:
            return self.hasher.verify(known or self.nobody, password) and known is not None
        except (VerificationError, InvalidHashError):
            return False


PASSWORDS = Passwords(
    PasswordHasher(),
    "$argon2id$v=19$m=65536,t=3,p=4$wK+89JGnmejewpuxenS+Dw$ZWiNLxPOGcKCM1A5UPCTKgOFKLNT1udou3q/7epj/Lk",
)


def token_of(header: str | None) -> str | None:
    """The token of an Authorization header, with `Bearer` in any case or bare."""
    words = (header or "").split()
    if words and words[0].lower() == "bearer":
        words = words[1:]
    return words[0] if len(words) == 1 else None


def hash_of(token: str) -> str:
    """What is stored of a token. It is random and long, so a plain hash cannot be guessed back."""
    return sha256(token.encode()).hexdigest()


def tidy_email(email: str) -> str:
    """The one form in which an e-mail is stored and looked for."""
    return email.strip().casefold()


def sign_in(store: Store, email: str, password: str, address: str = "") -> str:
    """A new token for somebody at an address, which is empty where it is not known.

    Raises NotSignedIn, in the same words for a wrong password and an unknown e-mail, and Busy after too many.
    """
    if not 0 < len(email.strip()) <= LONGEST_EMAIL:
        raise Invalid("email: must be an e-mail address")
    # A few letters become two in the form that is stored: nobody's are then as many as these.
    return new_token(store, _proved(store, tidy_email(email)[:LONGEST_EMAIL], password, address))


def _proved(store: Store, email: str, password: str, address: str) -> int:
    """The id of whose password it is. Raises NotSignedIn and Busy."""
    account = store.people.begin_sign_in(email, address)
    if not PASSWORDS.match(account[1] if account else None, password) or account is None:
        raise NotSignedIn("The e-mail or the password is wrong.")
    store.people.finish_sign_in(email, address)
    return account[0]


def checked_email(email: str) -> str:
    """The one form of an e-mail that somebody is to have. Raises Invalid for what is none."""
    tidy = tidy_email(email)
    if not re.fullmatch(EMAIL, tidy):
        raise Invalid(f'"{email}" is not an e-mail address.')
    if tidy == LOCAL:
        raise Invalid(f"{LOCAL} is the person at this computer: it is nobody else's e-mail address.")
    if len(tidy) > LONGEST_EMAIL:
        raise Invalid(f"The e-mail is longer than {LONGEST_EMAIL} characters in small letters.")
    return tidy


def hashed(password: str) -> str:
    """What is stored of a password. Raises Invalid for one that is too short."""
    if len(password) < LEAST_PASSWORD:
        raise Invalid(f"The password must have at least {LEAST_PASSWORD} characters.")
    return PASSWORDS.hasher.hash(password)


def new_token(store: Store, user_id: int) -> str:
    """A token for somebody who has proved who they are."""
    token = secrets.token_urlsafe(32)
    store.people.keep_token(user_id, hash_of(token), LIFETIME)
    return token


def register(store: Store, email: str, password: str, name: str) -> str:
    """A token for a new person, who has no role yet. Raises Invalid, and Exists for an e-mail in use."""
    user_id = store.people.register(checked_email(email), hashed(password), name.strip() or None)
    return new_token(store, user_id)


class AccountChange(NamedTuple):
    """What somebody wants to have changed of their own account: None stays, an empty name is none."""

    name: str | None
    password: str | None
    old_password: str | None


def change_account(
    store: Store, user_id: int, change: AccountChange, token_hash: str | None, address: str = ""
) -> None:
    """Change one's own account. A new password needs the old one, and ends all tokens but the one used here.

    Raises Invalid, also for a wrong old password: who asks is signed in; and Busy after too many of those.
    """
    password_hash = None
    if change.password is not None:
        account = store.people.account(user_id)
        if account["password_hash"] is None:
            raise Invalid("This account has no password.")
        try:
            _proved(store, account["email"], change.old_password or "", address)
        except NotSignedIn:
            raise Invalid("old_password: this is not the password that you have now") from None
        password_hash = hashed(change.password)
    name = None if change.name is None else change.name.strip()
    store.people.change_account(user_id, name=name, password_hash=password_hash, token_hash=token_hash)


def add_person(
    store: Store, email: str, password: str | None, role: Role | None, project_id: int | None = None
) -> int:
    """Add a person or change one; in how many projects the role holds now.

    The password may be None for a person who has one already, who keeps it then; without a role the roles
    stay. Raises Invalid.
    """
    email = checked_email(email)
    if password is None and not store.people.has_account(email):
        raise Invalid(f"{email} is new and needs a password.")
    password_hash = None if password is None else hashed(password)
    return store.people.save_person(email, password_hash, role, None if project_id is None else [project_id])


def local_token(store: Store, data_dir: Path) -> str:
    """The token of the person at this computer, which holds in the store from now on.

    A file that is there is believed, even when the database is new; a token that was signed out is replaced.
    Raises Failed as `token_in` does.
    """
    token = token_in(data_dir)
    while not store.people.adopt_local_token(hash_of(token)):
        token = token_in(data_dir, anew=True)
    return token


def token_in(data_dir: Path, *, anew: bool = False) -> str:
    """The token in `data_dir/token`, made there if there is none or a new one is wanted.

    Raises Failed when the file can be neither read nor made.
    """
    path = data_dir / "token"
    try:
        return (None if anew else _read_token(path)) or _made_token(path)
    except OSError as error:
        raise Failed(f"The token in the data folder cannot be kept: {error.strerror}.") from error


def _made_token(path: Path) -> str:
    fresh = secrets.token_urlsafe(32)
    part = path.with_name(f"token-{secrets.token_hex(8)}")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(fresh + "\n")
    os.replace(part, path)
    return fresh


def _read_token(path: Path) -> str | None:
    try:
        os.chmod(path, 0o600)
        token = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return token if len(token) >= 32 and not any(character.isspace() for character in token) else None


def refusal(store: Store, host: str) -> str | None:
    """Why the server must not listen at `host`, or None when it may."""
    if is_loopback(host) or store.people.has_accounts():
        return None
    return (
        f"Others could reach {host}, but nobody has a password yet: add a person with --add-person, "
        "or serve 127.0.0.1."
    )
