"""What a call depends on: the caller let through to what the path names, and what is sent along."""

from __future__ import annotations

from asyncio import create_task
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Annotated, NamedTuple

from fastapi import Depends, Header, Request
from pydantic import WithJsonSchema
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from labeling.addresses import browser_address, household
from labeling.errors import Forbidden, Invalid
from labeling.model import Role
from labeling.server.accounts import hash_of, token_of
from labeling.server.api.told import told_of
from labeling.server.guard import FOREIGN, is_foreign
from labeling.server.rules.preconditions import IF_MATCH
from labeling.server.rules.queries import id_in_path
from labeling.server.storage.admission import Caller, admit
from labeling.server.storage.ids import SegmentAddress, SessionAddress
from labeling.server.storage.newcomers import GoOn
from labeling.server.storage.store import Store

LARGEST_BODY = 256 * 1024 * 1024
LARGEST_LOGIN = 16 * 1024
LONGEST_CLIENT = 200
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
PLAIN = {"Accept-Encoding": "identity"}


class Call(NamedTuple):
    """A call that was let through: the store, who calls, the ids in its path by their names."""

    store: Store
    caller: Caller
    path: Mapping[str, int]

    @property
    def project_id(self) -> int:
        """The project that the path names."""
        return self.path["project_id"]

    @property
    def at(self) -> SessionAddress:
        """The session that the path names."""
        session = "annotation_id" if "annotation_id" in self.path else "correction_id"
        return SessionAddress(self.project_id, self.path[session])

    @property
    def place(self) -> SegmentAddress:
        """The segment that the path names."""
        return SegmentAddress(self.at, self.document_id, self.path["segment_id"])

    @property
    def document_id(self) -> int:
        """The document that the path names."""
        return self.path["document_id"]


def store_of(request: Request) -> Store:
    """The store of the app."""
    store: Store = request.app.state.store
    return store


def token_hash_of(request: Request) -> str | None:
    """The hash of the token that was sent, if one was."""
    token = token_of(request.headers.get("authorization"))
    return hash_of(token) if token else None


def address_of(request: Request) -> str:
    """By what the browser that asks is counted; empty where its address is not known."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.getlist("x-forwarded-for")
    return household(browser_address(peer, forwarded, request.app.state.proxies))


def client_of(request: Request) -> str:
    """The program that asks, as it names itself."""
    return request.headers.get("user-agent", "").replace("\x00", "")[:LONGEST_CLIENT]


def own_pages_only(request: Request) -> None:
    """Raises Forbidden for a page of another origin: a call that wants no token is open to it."""
    if is_foreign(request.headers, request.app.state.hosts):
        raise Forbidden(FOREIGN)


def let_through(
    minimal: Role | None, *, while_cloning: bool = False, also_rejected: bool = False
) -> Callable[[Request], Call]:
    """A call of somebody who may make it; None: whoever is signed in.

    It raises what `admit` raises.
    """

    def check(request: Request) -> Call:
        store = store_of(request)
        path = {name: id_in_path(text) for name, text in request.path_params.items()}
        is_harmless = while_cloning or request.method == "GET"
        caller = admit(
            store.database,
            token_hash_of(request),
            path,
            minimal,
            while_cloning=is_harmless,
            also_rejected=also_rejected,
            known=partial(setattr, told_of(request), "person"),
        )
        return Call(store, replace(caller, client=client_of(request)), path)

    return check


def content_type(request: Request) -> str:
    """What the body is said to be, without its parameters; empty where nothing is said."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _must_be_json(request: Request) -> None:
    """Refuses what a page's form could send without asking, and what would have to be unpacked first; a body
    without a type is taken for JSON."""
    kind = content_type(request)
    if kind in FORMS or (kind.startswith("text/") and kind != "text/json"):
        raise Invalid(f"Content-Type: must be application/json, not {kind}")
    refuse_packed(request)


def refuse_packed(request: Request) -> None:
    """Refuses a body that would have to be unpacked first."""
    packed = request.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("", "identity"):
        raise HTTPException(415, f"Content-Encoding: send the body as it is, not as {packed}", PLAIN)


async def body_bytes(request: Request) -> bytes:
    """The body as it came, read after the caller was let through. Raises Invalid when it is too large."""
    return await _read(request, LARGEST_BODY)


async def login_bytes(request: Request) -> bytes:
    """The body of a sign-in, which anybody may send: a small one. Raises Invalid when it is not."""
    return await _read(request, LARGEST_LOGIN)


async def _read(request: Request, largest: int) -> bytes:
    _must_be_json(request)
    return b"".join([part async for part in parts_of_body(request, largest)])


async def parts_of_body(request: Request, largest: int) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises Invalid when it is too large, or was cut off."""
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > largest:
                raise Invalid(f"The body is larger than {largest} bytes.")
            yield part
    except ClientDisconnect:
        raise Invalid("The body was cut off.") from None


async def while_waiting(request: Request) -> AsyncIterator[GoOn]:
    """What raises Invalid once the caller has hung up: nobody learns of a session that is made then.

    To be asked for after the body, for which both listen.
    """
    has_hung_up = Event()

    async def listen() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        has_hung_up.set()

    def go_on() -> None:
        if has_hung_up.is_set():
            raise Invalid("The caller hung up, so nothing was stored.")

    listening = create_task(listen())
    try:
        yield go_on
    finally:
        listening.cancel()


SignedIn = Annotated[Call, Depends(let_through(None))]
View = Annotated[Call, Depends(let_through(Role.VIEWER))]
Manage = Annotated[Call, Depends(let_through(Role.MANAGER))]
ManageAlways = Annotated[Call, Depends(let_through(Role.MANAGER, while_cloning=True))]
"""Also while the project is being cloned."""
Edit = Annotated[Call, Depends(let_through(Role.ANNOTATOR))]
EditRejected = Annotated[Call, Depends(let_through(Role.ANNOTATOR, also_rejected=True))]
"""Also of a proposal that was rejected."""
BodyBytes = Annotated[bytes, Depends(body_bytes)]
WhileWaiting = Annotated[GoOn, Depends(while_waiting)]
LoginBytes = Annotated[bytes, Depends(login_bytes)]
IfMatch = Annotated[
    list[str] | None,
    Header(
        description="Do it only if the session is still in one of the states with these ETags; "
        "* is any state."
    ),
    WithJsonSchema({"type": "string", "pattern": IF_MATCH}),
]
