"""What a call depends on: the caller let through to what the path names, and the bytes of the body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect

from labeling.errors import Invalid
from labeling.model import Role
from labeling.server.accounts import hash_of, token_of
from labeling.server.api.parameters import PathId, id_in_path
from labeling.server.storage.admission import Caller, PathIds
from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.store import Store

LARGEST_BODY = 256 * 1024 * 1024
LARGEST_LOGIN = 16 * 1024


class Call(NamedTuple):
    """A call that was let through: the store, who calls, the ids in its path (0 where it goes less deep)."""

    store: Store
    caller: Caller
    project_id: int = 0
    session_id: int = 0
    document_id: int = 0

    @property
    def at(self) -> SessionAddress:
        """The session that the path names."""
        return SessionAddress(self.project_id, self.session_id)


def store_of(request: Request) -> Store:
    """The store of the app."""
    store: Store = request.app.state.store
    return store


def token_hash_of(request: Request) -> str | None:
    """The hash of the token that was sent, if one was."""
    token = token_of(request.headers.get("authorization"))
    return hash_of(token) if token else None


def signed_in(request: Request) -> Call:
    """A call that anybody may make who is signed in. Raises NotSignedIn."""
    store = store_of(request)
    return Call(store, store.people.admit(token_hash_of(request), PathIds(), None))


def in_project(minimal: Role) -> Callable[[Request, str], Call]:
    """A call about a project. It raises NotSignedIn, NotFound, or Forbidden to a lower role."""

    def check(request: Request, project_id: PathId) -> Call:
        return _admit(request, minimal, project_id)

    return check


def in_session(minimal: Role) -> Callable[[Request, str, str], Call]:
    """A call about a session; raises as `in_project`."""

    def check(request: Request, project_id: PathId, annotation_id: PathId) -> Call:
        return _admit(request, minimal, project_id, annotation_id)

    return check


def at_document(minimal: Role) -> Callable[[Request, str, str, str], Call]:
    """A call about a document of a session; raises as `in_project`."""

    def check(request: Request, project_id: PathId, annotation_id: PathId, document_id: PathId) -> Call:
        return _admit(request, minimal, project_id, annotation_id, document_id)

    return check


def _admit(request: Request, minimal: Role, *path: str) -> Call:
    store, ids = store_of(request), [id_in_path(text) for text in path]
    return Call(store, store.people.admit(token_hash_of(request), PathIds(*ids), minimal), *ids)


async def body_bytes(request: Request) -> bytes:
    """The body as it came, read after the caller was let through. Raises Invalid when it is too large."""
    return await _read(request, LARGEST_BODY)


async def login_bytes(request: Request) -> bytes:
    """The body of a sign-in, which anybody may send: a small one. Raises Invalid when it is not."""
    return await _read(request, LARGEST_LOGIN)


async def _read(request: Request, largest: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > largest:
                raise Invalid(f"The body is larger than {largest} bytes.")
            parts.append(part)
    except ClientDisconnect:
        raise Invalid("The body was cut off.") from None
    return b"".join(parts)


SignedIn = Annotated[Call, Depends(signed_in)]
ViewProject = Annotated[Call, Depends(in_project(Role.VIEWER))]
EditProject = Annotated[Call, Depends(in_project(Role.ANNOTATOR))]
ViewSession = Annotated[Call, Depends(in_session(Role.VIEWER))]
EditSession = Annotated[Call, Depends(in_session(Role.ANNOTATOR))]
ViewDocument = Annotated[Call, Depends(at_document(Role.VIEWER))]
EditDocument = Annotated[Call, Depends(at_document(Role.ANNOTATOR))]
BodyBytes = Annotated[bytes, Depends(body_bytes)]
LoginBytes = Annotated[bytes, Depends(login_bytes)]
