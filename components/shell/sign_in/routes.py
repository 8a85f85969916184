"""The addresses at which a browser gets its cookie: by e-mail and password, or by an invitation.

They are asked by scripts of the app's own pages alone, with JSON, which no form of another site can send.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from components.shell import connections
from labeling.addresses import browser_address
from labeling.errors import Busy, Forbidden, Invalid, LabelingError, NotFound, NotKept, NotSignedIn
from labeling.model import Person
from labeling.store.sign_ins import LIFETIME

LARGEST = 16 * 1024
"""Bytes of a body."""
AT_ONCE, WAITING = 4, 60
"""Requests that are worked on, and those that may wait for that."""
JOIN = (Path(__file__).parents[1] / "join.html").read_text(encoding="utf-8")
NEVER = {"Cache-Control": "no-store"}
_Word = Annotated[StrictStr, Field(max_length=1_000)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignInSent(_Sent):
    """What the form sends; `goesOn` is what the page wants to know after it."""

    email: _Word
    password: _Word
    goes_on: _Word = Field(default="", alias="goesOn")


class SecretSent(_Sent):
    """What the page of an invitation sends to learn what that is for."""

    secret: _Word


class JoinSent(SecretSent):
    """What it sends to have the invitation used up."""

    password: _Word
    name: _Word = ""


Sent = TypeVar("Sent", bound=_Sent)


def sign_in_routes(base_path: str = "") -> list[Route]:
    """The addresses, below the path that the app is served under (`server.baseUrlPath`)."""
    prefix = f"/{base_path.strip('/')}".rstrip("/")
    # Threads of their own: each waits for the API, which answers in those that all share.
    door = CapacityLimiter(AT_ONCE)

    def answering(act: Callable[[Request, bytes, str], Response]) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            try:
                body = await _body(request)
                if door.statistics().tasks_waiting >= WAITING:
                    raise Busy("Too many people come in at the moment. Try again in a second.", status=429)
                return await to_thread.run_sync(act, request, body, prefix, limiter=door)
            except LabelingError as error:
                return _refusal(error)

        return answer

    posts = {"session": _sign_in, "invitation": _invitation, "join": _join}
    return [
        *(
            Route(f"{prefix}/auth/{name}", answering(act), methods=["POST"], name=f"auth-{name}")
            for name, act in posts.items()
        ),
        Route(f"{prefix}/join", _join_page, name="join"),
    ]


async def _body(request: Request) -> bytes:
    """Raises Invalid for what is too long, or not JSON by its header, which no other site's form can send."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Invalid("Content-Type: must be application/json")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise Invalid(f"The body is larger than {LARGEST} bytes.")
    return body


def _sign_in(request: Request, body: bytes, path: str) -> Response:
    sent = _read(SignInSent, body)
    email = sent.email.strip()
    token = connections.connect("").sign_in(email, sent.password, browser=_browser(request))
    return _begun(request, token, email, path, sent.goes_on)


def _invitation(request: Request, body: bytes, path: str) -> Response:
    found = connections.connect("").invitation(_read(SecretSent, body).secret)
    return JSONResponse(found.model_dump(mode="json"), headers=NEVER)


def _join(request: Request, body: bytes, path: str) -> Response:
    sent = _read(JoinSent, body)
    client = connections.connect("")
    token = client.join(sent.secret, sent.password, sent.name, browser=_browser(request))
    return _begun(request, token, "", path)


def _begun(request: Request, token: str, email: str, path: str, goes_on: str = "") -> Response:
    """The answer that gives the browser its cookie."""
    client, person = connections.connect(token), Person()
    with suppress(NotFound, Invalid, Forbidden, NotSignedIn):
        person = client.who()
    owner = str(person.id or person.email or email)
    name = connections.cookie_name()
    kept = connections.sign_ins()
    before = request.cookies.get(name, "")
    with suppress(LabelingError):  # who was signed in here until now
        if before and (was := kept.find(before)) and was.token != token:
            connections.connect(was.token).sign_out()
    cookie = kept.begin(token, person.email or email, owner, goes_on=goes_on, instead_of=before)
    answer = JSONResponse({"status": "success"}, headers=NEVER)
    # The page says under which scheme the browser sees it; a proxy in between may have taken TLS off.
    is_safe = urlsplit(request.headers.get("origin", "")).scheme == "https" or request.url.scheme == "https"
    answer.set_cookie(
        name, cookie, max_age=LIFETIME, path=path or "/", secure=is_safe, httponly=True, samesite="strict"
    )
    return answer


def _browser(request: Request) -> str:
    """The address of the person's browser, so that many wrong passwords there hold up nobody elsewhere."""
    peer = request.client.host if request.client else ""
    return browser_address(peer, request.headers.getlist("x-forwarded-for"), connections.settings().proxies)


def _read(kind: type[Sent], body: bytes) -> Sent:
    """Raises Invalid; nothing of what was sent is said again."""
    try:
        return kind.model_validate(json.loads(body))
    except (ValueError, RecursionError, ValidationError):
        raise Invalid("This is not what the form sends. Load the page again.") from None


def _refusal(error: LabelingError) -> Response:
    """In the server's words, where it said any; the status tells the page what to do."""
    if isinstance(error, NotKept):
        words = f"You cannot be signed in: the app's store of drafts failed ({error.message})."
        return JSONResponse({"message": words}, 503, headers=NEVER)
    words = error.message or "That did not work."
    if error.status is None:
        words = f"The server cannot be asked: {words}. Try again in a moment."
    headers = {**NEVER, **({"Retry-After": str(error.seconds)} if isinstance(error, Busy) else {})}
    return JSONResponse({"message": words}, error.status or 502, headers=headers)


def _join_page(request: Request) -> Response:
    return HTMLResponse(JOIN, headers=NEVER)
