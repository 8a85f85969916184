"""Who is signed in with which browser: known by a cookie, of which only a hash is stored.

The token of the API is sealed with a key that is derived from the value of the cookie: without it, what
is stored is of no use.
"""

from __future__ import annotations

import json
import secrets
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Delete, delete, insert, select, update

from labeling.store.database import DraftDatabase
from labeling.store.tables import browser_sign_ins

LIFETIME = 30 * 24 * 3600
"""Seconds, after which a sign-in has ended in any case."""


class SignedIn(NamedTuple):
    """Somebody who is signed in: the token of the API, the e-mail; what is to go on with, once."""

    token: str
    email: str
    goes_on: str = ""


class BrowserSignIns:
    """The sign-ins at an API, as the draft store's database keeps them. Methods raise NotKept as it does."""

    def __init__(self, database: DraftDatabase, api: str) -> None:
        self._database = database
        self._api = api

    def begin(self, token: str, email: str, person: str, goes_on: str = "", instead_of: str = "") -> str:
        """The cookie's value of a new sign-in. `person`: whose drafts it opens; `goes_on`: what the page that
        asked wants to know after it; `instead_of`: the cookie that the browser had, which ends."""
        cookie = secrets.token_urlsafe(32)
        sealed = _seal(cookie).encrypt(json.dumps({"token": token, "email": email}).encode()).decode()
        row = {"cookie_hash": _hash(cookie), "api": self._api, "person": person, "sealed": sealed}
        now = time.time()
        with self._database.writing() as connection:
            connection.execute(delete(browser_sign_ins).where(browser_sign_ins.c.until < now))
            connection.execute(_away(instead_of))
            connection.execute(
                insert(browser_sign_ins).values(until=now + LIFETIME, goes_on=goes_on or None, **row)
            )
        return cookie

    def find(self, cookie: str) -> SignedIn | None:
        """Who is signed in by a cookie of this value; None for one that is not known (any more)."""
        here = (browser_sign_ins.c.cookie_hash == _hash(cookie), browser_sign_ins.c.api == self._api)
        with self._database.reading() as connection:
            row = connection.execute(
                select(browser_sign_ins).where(*here, browser_sign_ins.c.until > time.time())
            ).one_or_none()
        if row is None:
            return None
        try:
            opened = json.loads(_seal(cookie).decrypt(row.sealed))
        except (InvalidToken, ValueError):
            return None
        return SignedIn(opened["token"], opened["email"], row.goes_on or "")

    def went_on(self, cookie: str) -> None:
        """What was to go on does: nothing of it is told again."""
        this = browser_sign_ins.c.cookie_hash == _hash(cookie)
        with self._database.writing() as connection:
            connection.execute(update(browser_sign_ins).where(this).values(goes_on=None))

    def end(self, cookie: str) -> None:
        """Nobody is signed in by this cookie any more."""
        with self._database.writing() as connection:
            connection.execute(_away(cookie))

    def end_all(self, person: str) -> None:
        """The person is signed in with no browser any more."""
        of_person = (browser_sign_ins.c.api == self._api, browser_sign_ins.c.person == person)
        with self._database.writing() as connection:
            connection.execute(delete(browser_sign_ins).where(*of_person))


def _hash(cookie: str) -> str:
    """It is random and long, so a plain hash cannot be guessed back."""
    return sha256(cookie.encode()).hexdigest()


def _away(cookie: str) -> Delete:
    return delete(browser_sign_ins).where(browser_sign_ins.c.cookie_hash == _hash(cookie))


def _seal(cookie: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tagwright: token of the API")
    return Fernet(urlsafe_b64encode(key.derive(cookie.encode())))
