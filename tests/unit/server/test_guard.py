"""Who may ask: names that the app goes by, and pages of its own origin."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from labeling.server.guard import Guard, refusal


def scope(host: str | None, origin: str = "", method: str | None = "POST") -> dict[str, Any]:
    """A request, or with no method a WebSocket."""
    headers = [(b"host", host.encode())] if host is not None else []
    headers += [(b"origin", origin.encode())] if origin else []
    kind = {"type": "http", "method": method} if method else {"type": "websocket"}
    return {**kind, "path": "/", "headers": headers}


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8501", "127.0.0.1:8501", "[::1]", "[::1]:8501", "tool.example.org:80"]
)
def test_the_app_answers_by_its_names_with_any_port(host: str) -> None:
    assert refusal(scope(host), {"tool.example.org"}) is None


@pytest.mark.parametrize(
    "host",
    [
        *(None, "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.7", ":8501"),
        *(
            "localhost@evil.example",
            "evil.example@localhost",
            "localhost/evil",
            "localhost:port",
            "[::1",
            "::1",
        ),
        *("localhost:99999", "localhost evil", "tool.example.org.", "xtool.example.org"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", None])
def test_any_other_name_is_refused_whatever_is_asked(host: str | None, method: str | None) -> None:
    refused = refusal(scope(host, method=method), {"tool.example.org"})
    assert refused is not None
    assert refused.status == 400
    assert "LABELING_ALLOWED_HOSTS" in refused.words


@pytest.mark.parametrize(
    ("host", "origin", "is_own"),
    [
        ("localhost:8501", "http://localhost:8501", True),
        ("localhost:8501", "http://LOCALHOST:8501", True),
        ("tool.example.org", "https://tool.example.org", True),
        ("127.0.0.1:8501", "https://tool.example.org", True),
        ("localhost:8501", "http://localhost:9999", False),
        ("localhost:8501", "http://localhost", False),
        ("localhost:8501", "http://127.0.0.1:8501", False),
        ("localhost:8501", "https://evil.example", False),
        ("localhost:8501", "https://localhost:8501.evil.example", False),
        ("localhost:8501", "null", False),
        ("localhost:8501", "localhost:8501", False),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", None])
def test_only_a_page_of_the_same_host_and_port_may_change_anything_or_open_a_socket(
    host: str, origin: str, is_own: bool, method: str | None
) -> None:
    refused = refusal(scope(host, origin, method), {"tool.example.org"})
    assert (refused is None) == is_own
    assert refused is None or refused.status == 403


def test_what_only_reads_is_answered_to_other_pages_which_the_browser_keeps_from_seeing_it() -> None:
    assert refusal(scope("localhost", "https://evil.example", "GET"), ()) is None


def asked(path: str, **headers: str) -> httpx.Response:
    async def hello(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    app = Guard(Starlette(routes=[Route("/{path:path}", hello, methods=["GET", "POST"])]))
    transport = httpx.ASGITransport(app)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post(path, headers=headers)

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ["/", "/api/projects"])
@pytest.mark.parametrize("headers", [{}, {"host": "evil.example"}, {"origin": "https://evil.example"}])
def test_every_answer_says_what_it_may_load(path: str, headers: dict[str, str]) -> None:
    answer = asked(path, **headers)
    assert answer.is_success != bool(headers)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_the_api_refuses_in_json_and_a_page_in_a_sentence() -> None:
    assert "evil.example" in asked("/api/projects", host="evil.example").json()["message"]
    assert asked("/annotate", host="evil.example").text.startswith("Tagwright does not go by the name")


def test_a_header_that_an_answer_has_already_is_not_said_twice() -> None:
    async def hello(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello", headers={"X-Content-Type-Options": "nosniff"})

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Guard(Starlette(routes=[Route("/", hello)])))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/")

    assert asyncio.run(ask()).headers.get_list("x-content-type-options") == ["nosniff"]
