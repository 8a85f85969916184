"""Who may ask, and what a page may load: the outermost layer of the app.

A page of another host or port, opened in the browser of somebody who works here, could otherwise speak to the
app as that person: by a name that it lets point to this computer (DNS rebinding), or by a WebSocket, which no
browser keeps to its own origin.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse

OWN = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names under which a computer reaches itself."""
FOREIGN = "A page of another origin asked for this, so it is not done."
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
    )
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
_NAMES = frozenset(name for name, _ in _HEADERS)
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Refusal(NamedTuple):
    """Why a request is not answered: an HTTP status, and words for the person."""

    status: int
    words: str


class Guard:
    """Refuses names that the app does not go by, and changes that pages of other origins ask for; says with
    each answer that it may load nothing from elsewhere.

    `hosts`: names beside this computer's own, as in `Settings.hosts`; `address`: the one that is served.
    """

    def __init__(self, app: App, hosts: Collection[str] = (), address: str = "") -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] in ("http", "websocket") and (refused := refusal(scope, self.hosts, self.address)):
            app = _answer(scope, refused)
        await app(scope, receive, _with_policy(send) if scope["type"] == "http" else send)


def refusal(scope: Scope, hosts: Collection[str], address: str = "") -> Refusal | None:
    """Why the request of an ASGI scope is not to be answered; None when it is.

    Pages of the `address` that is served are none of its own: other ports of it may be anybody's.
    """
    headers = Headers(scope=scope)
    host = _parts(headers.get("host", ""))
    name = "" if host is None else str(host.hostname)
    if host is None or name not in {*OWN, *hosts, address}:
        words = f"Tagwright does not go by the name “{name}” here. If it should: LABELING_ALLOWED_HOSTS."
        return Refusal(400, words)
    if scope.get("method") not in READING and is_foreign(headers, hosts):
        return Refusal(403, FOREIGN)
    return None


def is_foreign(headers: Headers, hosts: Collection[str]) -> bool:
    """Whether a page of another origin asks, one that is neither that of the host asked nor of the names."""
    origin, host = headers.get("origin"), _parts(headers.get("host", ""))
    if origin is None:
        return False
    page = _parts(origin.partition("://")[2])
    # Behind a proxy the app may be asked by another name than the page has, which then names no port.
    is_own = page is not None and host is not None and page.netloc.lower() == host.netloc.lower()
    return not is_own and (page is None or page.hostname not in hosts or page.port is not None)


def _parts(host: str) -> SplitResult | None:
    """A host with its port, if it has one; None for what is none."""
    try:
        parts = urlsplit(f"//{host}")
        is_host = parts.hostname and parts.netloc == host and "@" not in host and parts.port != 0
    except ValueError:
        return None
    return parts if is_host else None


def _answer(scope: Scope, refused: Refusal) -> App:
    if scope["type"] == "websocket":
        return _close
    if scope["path"].startswith("/api/"):
        return JSONResponse({"message": refused.words}, refused.status)
    return PlainTextResponse(refused.words, refused.status)


async def _close(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.close", "code": 1008})


def _with_policy(send: Send) -> Send:
    async def send_with_policy(message: Message) -> None:
        if message["type"] == "http.response.start":
            others = [header for header in message.get("headers", []) if header[0].lower() not in _NAMES]
            message["headers"] = [*others, *_HEADERS]
        await send(message)

    return send_with_policy
