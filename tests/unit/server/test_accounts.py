"""Signing in, tokens, the local user's token file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, update

from labeling.addresses import is_loopback
from labeling.errors import Busy, Invalid, NotSignedIn
from labeling.model import Role
from labeling.server import accounts
from labeling.server.accounts import (
    LIFETIME,
    add_person,
    hash_of,
    local_token,
    refusal,
    sign_in,
    token_of,
)
from labeling.server.rules.delays import ATTEMPTS, ATTEMPTS_OF_ADDRESS, FORGOTTEN, LONGEST
from labeling.server.storage.admission import Caller, admit
from labeling.server.storage.people import LOCAL
from labeling.server.storage.store import Store, memory_store
from labeling.server.storage.tables import sign_ins, tokens, users
from tests.passwords import REAL

EMAIL, PASSWORD = "ann@example.org", "correct horse battery"


@pytest.fixture
def store() -> Iterator[Store]:
    opened = memory_store()
    yield opened
    opened.close()


def who(store: Store, token: str) -> Caller:
    return admit(store.database, hash_of(token), {}, None)


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("abc", "abc"),
        ("Bearer abc", "abc"),
        ("bEaReR  abc ", "abc"),
        (None, None),
        ("", None),
        ("Bearer", None),
        ("Basic abc", None),
        ("Bearer abc def", None),
    ],
)
def test_a_token_comes_bare_or_after_bearer(header: str | None, token: str | None) -> None:
    assert token_of(header) == token


def test_the_local_token_is_made_once_and_signs_the_local_user_in(store: Store, tmp_path: Path) -> None:
    token = local_token(store, tmp_path)
    assert len(token) >= 32
    assert local_token(store, tmp_path) == token
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / "token"]
    caller = who(store, token)
    assert (caller.email, caller.is_local) == (LOCAL, True)


def test_the_local_token_outlives_its_database(store: Store, tmp_path: Path) -> None:
    token = local_token(store, tmp_path)
    fresh = memory_store()
    assert local_token(fresh, tmp_path) == token
    assert who(fresh, token).is_local
    fresh.close()


def test_a_local_token_that_was_signed_out_or_is_damaged_is_replaced(store: Store, tmp_path: Path) -> None:
    first = local_token(store, tmp_path)
    store.people.revoke(hash_of(first))
    second = local_token(store, tmp_path)
    (tmp_path / "token").write_text("short")
    third = local_token(store, tmp_path)
    (tmp_path / "token").write_bytes(b"\xff" * 60)
    fourth = local_token(store, tmp_path)
    assert len({first, second, third, fourth}) == 4
    assert who(store, fourth).is_local
    with pytest.raises(NotSignedIn):
        who(store, first)


def test_somebody_elses_token_in_the_file_does_not_make_them_the_local_user(
    store: Store, tmp_path: Path
) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    theirs = sign_in(store, EMAIL, PASSWORD)
    (tmp_path / "token").write_text(theirs)
    assert local_token(store, tmp_path) != theirs
    assert not who(store, theirs).is_local


def test_a_token_file_that_others_can_read_is_closed(store: Store, tmp_path: Path) -> None:
    token = local_token(store, tmp_path)
    (tmp_path / "token").chmod(0o644)
    assert local_token(store, tmp_path) == token
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600


def test_neither_tokens_nor_passwords_are_stored(store: Store, tmp_path: Path) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    secrets = [local_token(store, tmp_path), sign_in(store, EMAIL, PASSWORD), PASSWORD]
    with store.database.reading() as connection:
        stored = str([connection.execute(select(table)).all() for table in (tokens, users, sign_ins)])
    assert not any(secret in stored for secret in secrets)
    assert "$argon2id$" in stored


def test_the_email_is_taken_in_any_case_and_a_wrong_password_says_no_more_than_an_unknown_email(
    store: Store,
) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    assert who(store, sign_in(store, f"  {EMAIL.upper()} ", PASSWORD)).email == EMAIL
    said = []
    for email, password in ((EMAIL, "wrong"), ("nobody@example.org", PASSWORD), (LOCAL, "")):
        with pytest.raises(NotSignedIn) as caught:
            sign_in(store, email, password)
        said.append(caught.value.message)
    assert len(set(said)) == 1


def test_passwords_are_hashed_as_is_advised_and_an_unknown_email_takes_the_work_of_a_known_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "PASSWORDS", REAL)
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    with store.database.reading() as connection:
        stored = connection.execute(select(users.c.password_hash).where(users.c.email == EMAIL)).scalar_one()
    for known in (stored, REAL.nobody):
        assert not PasswordHasher().check_needs_rehash(known)
    assert who(store, sign_in(store, EMAIL, PASSWORD)).email == EMAIL
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(REAL.nobody, PASSWORD)


@pytest.mark.parametrize("email", ["", " ", "a" * 300])
def test_an_email_that_cannot_be_one_is_not_looked_for(store: Store, email: str) -> None:
    with pytest.raises(Invalid, match="email"):
        sign_in(store, email, PASSWORD)


def failed(store: Store, count: int, email: str = EMAIL, address: str = "") -> None:
    """So many fail, the last just now: how long a password takes to check says nothing on a busy machine."""
    for _ in range(count):
        with pytest.raises(NotSignedIn, match="wrong"):
            sign_in(store, email, "wrong", address)
    with store.database.writing() as connection:
        connection.execute(update(sign_ins).values(latest=datetime.now(UTC)))


def pass_time(store: Store, by: timedelta) -> None:
    """As if what failed had failed that much earlier."""
    with store.database.writing() as connection:
        for row in connection.execute(select(sign_ins)).all():
            mine = (sign_ins.c.email == row.email) & (sign_ins.c.address == row.address)
            connection.execute(update(sign_ins).where(mine).values(latest=row.latest - by))


def test_after_some_failed_sign_ins_each_next_waits_longer_and_never_long(store: Store) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    failed(store, ATTEMPTS)
    for seconds in (1, 2, 4, 8, 16, LONGEST, LONGEST):
        with pytest.raises(Busy, match=r"for this e-mail\. Try again in") as told:
            sign_in(store, EMAIL, PASSWORD)
        assert (told.value.status, told.value.seconds) == (429, seconds)
        pass_time(store, timedelta(seconds=seconds))
        failed(store, 1)
    pass_time(store, timedelta(seconds=LONGEST))
    assert who(store, sign_in(store, EMAIL, PASSWORD)).email == EMAIL
    with store.database.reading() as connection:
        assert connection.execute(select(sign_ins)).all() == []


def test_failures_are_forgotten_in_time_and_do_not_count_for_another_email(store: Store) -> None:
    failed(store, ATTEMPTS)
    failed(store, 1, "bob@example.org")
    pass_time(store, FORGOTTEN + timedelta(seconds=1))
    failed(store, ATTEMPTS)


def test_who_fails_at_one_address_holds_up_nobody_at_another(store: Store) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    failed(store, ATTEMPTS, address="203.0.113.7")
    with pytest.raises(Busy, match="for this e-mail"):
        sign_in(store, EMAIL, PASSWORD, "203.0.113.7")
    assert sign_in(store, EMAIL, PASSWORD, "203.0.113.8")
    assert sign_in(store, EMAIL, PASSWORD)


def test_an_address_that_tries_many_emails_waits_and_where_none_is_known_nobody_does(store: Store) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    for number in range(ATTEMPTS_OF_ADDRESS):
        failed(store, 1, f"{number}@example.org")
    assert sign_in(store, EMAIL, PASSWORD)
    for number in range(ATTEMPTS_OF_ADDRESS - 1):
        failed(store, 1, f"{number}@example.org", "203.0.113.7")
    assert sign_in(store, EMAIL, PASSWORD, "203.0.113.7")
    failed(store, 1, "last@example.org", "203.0.113.7")
    with pytest.raises(Busy, match=r"from this address\. Try again in 1 second\."):
        sign_in(store, EMAIL, PASSWORD, "203.0.113.7")
    assert sign_in(store, EMAIL, PASSWORD, "203.0.113.8")


def test_many_guesses_at_once_do_not_slip_through_the_limit(store: Store) -> None:
    said: list[str] = []

    def guess() -> None:
        try:
            sign_in(store, "nobody@example.org", "guess")
        except (NotSignedIn, Busy) as error:
            said.append(error.message)

    threads = [threading.Thread(target=guess) for _ in range(ATTEMPTS + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("Too many" in message for message in said) == 3


def test_a_token_expires_and_is_cleared_away(store: Store) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    token = sign_in(store, EMAIL, PASSWORD)
    with store.database.reading() as connection:
        expires = connection.execute(select(tokens.c.expires)).scalar_one()
    assert timedelta(0) < datetime.now(UTC) + LIFETIME - expires < timedelta(minutes=1)
    with store.database.writing() as connection:
        connection.execute(update(tokens).values(expires=datetime.now(UTC) - timedelta(seconds=1)))
    with pytest.raises(NotSignedIn):
        who(store, token)
    sign_in(store, EMAIL, PASSWORD)
    with store.database.reading() as connection:
        assert hash_of(token) not in connection.execute(select(tokens.c.token_hash)).scalars().all()


def test_signing_out_ends_one_token_and_leaves_the_others(store: Store) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    first, second = sign_in(store, EMAIL, PASSWORD), sign_in(store, EMAIL, PASSWORD)
    store.people.revoke(hash_of(first))
    with pytest.raises(NotSignedIn):
        who(store, first)
    assert who(store, second).email == EMAIL


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("nobody", PASSWORD, "not an e-mail"),
        ("@host", PASSWORD, "not an e-mail"),
        ("a b@host", PASSWORD, "not an e-mail"),
        (EMAIL, "short", "8 characters"),
        (EMAIL, None, "needs a password"),
    ],
)
def test_a_person_needs_an_email_and_a_password(
    store: Store, email: str, password: str | None, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        add_person(store, email, password, Role.VIEWER)
    assert not store.people.has_accounts()


def test_a_new_password_replaces_the_old_one(store: Store) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    add_person(store, EMAIL, "another password", Role.VIEWER)
    assert who(store, sign_in(store, EMAIL, "another password")).email == EMAIL
    with pytest.raises(NotSignedIn):
        sign_in(store, EMAIL, PASSWORD)


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("app.localhost", True),
        ("localhost.example.org", False),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.2", False),
        ("example.org", False),
    ],
)
def test_only_loopback_addresses_are_served_without_accounts(store: Store, host: str, inside: bool) -> None:
    assert is_loopback(host) is inside
    assert (refusal(store, host) is None) is inside


def test_with_an_account_any_address_may_be_served(store: Store) -> None:
    add_person(store, EMAIL, PASSWORD, Role.VIEWER)
    assert refusal(store, "0.0.0.0") is None
