"""Many strangers sign in at once: they wait for one another, a few of them, and nobody else waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import select, update

from labeling.addresses import networks
from labeling.errors import NotSignedIn
from labeling.server import accounts
from labeling.server.api.sign_ins import WAITING, WORKERS
from labeling.server.app import create_app
from labeling.server.rules.delays import ATTEMPTS
from labeling.server.storage.tables import sign_ins
from labeling.studio.client import LabelingClient
from tests.contract.raw import Raw, serving
from tests.contract.transport import InProcess
from tests.passwords import CHEAP

MOST = WORKERS + WAITING


@pytest.fixture
def server() -> Iterator[Raw]:
    with serving() as raw:
        yield raw


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Passwords are checked once it is set."""
    may_go_on = threading.Event()

    class Slow(accounts.Passwords):
        def match(self, known: str | None, password: str) -> bool:
            may_go_on.wait(60)
            return False

    monkeypatch.setattr(accounts, "PASSWORDS", Slow(*CHEAP))
    yield may_go_on
    may_go_on.set()


def sign_in(server: Raw, number: int) -> httpx.Response:
    body = {"email": f"stranger-{number}@example.org", "password": "guess"}
    return server.call("POST", "/auth/login", body, token="")


def test_while_strangers_sign_in_everybody_else_is_answered_and_one_too_many_is_told_to_wait(
    server: Raw, slow: threading.Event
) -> None:
    with ThreadPoolExecutor(MOST + 1) as strangers:
        asked: list[Future[httpx.Response]] = [
            strangers.submit(sign_in, server, number) for number in range(MOST + 1)
        ]
        refused = next(iter(_first_done(asked)))
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert refused.json()["message"] == "Too many people sign in at the moment. Try again in a second."
        assert server.call("GET", "/health", token="").status_code == 200
        assert server.get("/projects") == []
        assert sum(one.done() for one in asked) == 1
        slow.set()
        assert sorted(one.result().status_code for one in asked) == [401] * MOST + [429]
    assert sign_in(server, MOST + 1).status_code == 401


def test_who_guesses_is_told_when_to_try_again_and_another_call_never_is(server: Raw) -> None:
    body = {"email": "ann@example.org", "password": "guess"}
    answers = [server.call("POST", "/auth/login", body, token="") for _ in range(ATTEMPTS)]
    with server.store.database.writing() as connection:  # just now, however long they took
        connection.execute(update(sign_ins).values(latest=datetime.now(UTC)))
    answers.append(server.call("POST", "/auth/login", body, token=""))
    assert [answer.status_code for answer in answers] == [401] * ATTEMPTS + [429]
    assert not any("Retry-After" in answer.headers for answer in answers[:-1])
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].json()["message"] == (
        "Too many sign-ins failed for this e-mail. Try again in 1 second."
    )
    assert "Retry-After" not in server.call("PUT", server.session(), {"name": "Two"}).headers


def counted(server: Raw) -> set[str]:
    with server.store.database.reading() as connection:
        return set(connection.execute(select(sign_ins.c.address)).scalars())


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        ("", "203.0.113.7", ""),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.0/8", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1, 203.0.113.7", "198.51.100.1, 203.0.113.7", "198.51.100.1"),
        ("127.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("127.0.0.1", "nonsense", ""),
        ("127.0.0.1", "", ""),
    ],
)
def test_a_browsers_address_is_believed_from_named_proxies_alone(
    server: Raw, proxies: str, forwarded: str, address: str
) -> None:
    app = create_app(server.store, proxies=networks(proxies))
    body = {"email": "ann@example.org", "password": "guess"}
    with httpx.Client(transport=InProcess(app), base_url="http://api") as http:
        sent = {"X-Forwarded-For": forwarded} if forwarded else {}
        assert http.post("/auth/login", json=body, headers=sent).status_code == 401
    assert counted(server) == {address}


def test_the_client_passes_the_address_of_a_browser_on(server: Raw) -> None:
    app = create_app(server.store, proxies=networks("127.0.0.1"))
    with httpx.Client(transport=InProcess(app), base_url="http://api") as http:
        with pytest.raises(NotSignedIn):
            LabelingClient(http).sign_in("ann@example.org", "guess", browser="203.0.113.7")
        assert counted(server) == {"203.0.113.7"}
        assert "X-Forwarded-For" not in http.headers


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 401),
        ("http://api", 401),
        ("HTTP://API", 401),
        ("https://tool.example.org", 401),
        ("http://elsewhere.test", 403),
        ("http://api:81", 403),
        ("null", 403),
    ],
)
def test_a_page_of_another_origin_signs_nobody_in(server: Raw, origin: str | None, status: int) -> None:
    app = create_app(server.store, hosts={"tool.example.org"})
    body = {"email": "ann@example.org", "password": "guess"}
    with httpx.Client(transport=InProcess(app), base_url="http://api") as http:
        answer = http.post("/auth/login", json=body, headers={} if origin is None else {"Origin": origin})
    assert answer.status_code == status
    assert counted(server) == ({""} if status == 401 else set())


def _first_done(asked: list[Future[httpx.Response]]) -> Iterator[httpx.Response]:
    until = time.monotonic() + 60
    while not any(one.done() for one in asked):
        assert time.monotonic() < until
        time.sleep(0.01)
    return (one.result() for one in asked if one.done())
