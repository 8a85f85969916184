"""Many strangers sign in at once: they wait for one another, a few of them, and nobody else waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from labeling.server import accounts
from labeling.server.api.sign_ins import WAITING, WORKERS
from tests.contract.raw import Raw, serving

MOST = WORKERS + WAITING


@pytest.fixture
def server() -> Iterator[Raw]:
    with serving() as raw:
        yield raw


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Passwords are checked once it is set."""
    may_go_on = threading.Event()

    def matches(password_hash: str, password: str) -> bool:
        may_go_on.wait(60)
        return False

    monkeypatch.setattr(accounts, "_matches", matches)
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


def _first_done(asked: list[Future[httpx.Response]]) -> Iterator[httpx.Response]:
    until = time.monotonic() + 60
    while not any(one.done() for one in asked):
        assert time.monotonic() < until
        time.sleep(0.01)
    return (one.result() for one in asked if one.done())
