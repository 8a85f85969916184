"""The embedded server's calls: create_app(store) gives the ASGI app. Every answer is JSON, errors included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import WithJsonSchema
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from labeling.errors import Invalid, LabelingError
from labeling.model import Role
from labeling.server.accounts import hash_of, sign_in, token_of
from labeling.server.api import answers, parameters
from labeling.server.api.description import VERSION, describe, guide, takes, tells
from labeling.server.rules.bodies import (
    ChangeBody,
    LoginBody,
    ProjectBody,
    SessionBody,
    StatusBody,
    read_body,
)
from labeling.server.rules.preconditions import IF_MATCH, wanted_tags
from labeling.server.rules.queries import Listing, ProjectListing
from labeling.server.storage.admission import Caller, Place
from labeling.server.storage.ids import Spot
from labeling.server.storage.store import Store

ABILITIES = ("upsert", "ids", "annotated", "filters", "add-project", "role", "if-match")
LARGEST_BODY = 256 * 1024 * 1024
LARGEST_LOGIN = 16 * 1024

Number = {"type": "integer", "minimum": 1}
PathId = Annotated[str, Path(), WithJsonSchema(Number)]
QueryId = Annotated[str | None, Query(), WithJsonSchema(Number)]
Offset = Annotated[
    str | None,
    Query(description="How many to skip."),
    WithJsonSchema({"type": "integer", "minimum": 0}),
]
Limit = Annotated[str | None, Query(description="How many at most; absent: all."), WithJsonSchema(Number)]
Flag = Annotated[str | None, Query(), WithJsonSchema({"type": "boolean"})]
Word = Annotated[str | None, Query()]
Details = Annotated[
    str | None, Query(description="Any of segments, meta, tags, separated by commas; tags bring segments.")
]

IfMatch = Annotated[
    list[str] | None,
    Header(
        description="Do it only if the session is still in one of the states with these ETags; * is any state."
    ),
    WithJsonSchema({"type": "string", "pattern": IF_MATCH}),
]


def store_of(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def token_hash_of(request: Request) -> str | None:
    token = token_of(request.headers.get("authorization"))
    return hash_of(token) if token else None


class Reach(NamedTuple):
    """What a call was let through to: the caller and the place."""

    store: Store
    caller: Caller
    project_id: int = 0
    session_id: int = 0
    document_id: int = 0

    @property
    def spot(self) -> Spot:
        return Spot(self.project_id, self.session_id)


def signed_in(request: Request) -> Reach:
    store = store_of(request)
    return Reach(store, store.people.admit(token_hash_of(request), Place(), None))


def in_project(minimal: Role) -> Callable[[Request, str], Reach]:
    def check(request: Request, project_id: PathId) -> Reach:
        return _admit(request, minimal, project_id)

    return check


def in_session(minimal: Role) -> Callable[[Request, str, str], Reach]:
    def check(request: Request, project_id: PathId, annotation_id: PathId) -> Reach:
        return _admit(request, minimal, project_id, annotation_id)

    return check


def at_document(minimal: Role) -> Callable[[Request, str, str, str], Reach]:
    def check(request: Request, project_id: PathId, annotation_id: PathId, document_id: PathId) -> Reach:
        return _admit(request, minimal, project_id, annotation_id, document_id)

    return check


def _admit(request: Request, minimal: Role, *path: str) -> Reach:
    store, ids = store_of(request), [parameters.id_in_path(text) for text in path]
    return Reach(store, store.people.admit(token_hash_of(request), Place(*ids), minimal), *ids)


async def sent(request: Request) -> bytes:
    """The body as it came, read after the caller was let through."""
    return await _read(request, LARGEST_BODY)


async def sent_by_anybody(request: Request) -> bytes:
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


SignedIn = Annotated[Reach, Depends(signed_in)]
ViewProject = Annotated[Reach, Depends(in_project(Role.VIEWER))]
EditProject = Annotated[Reach, Depends(in_project(Role.ANNOTATOR))]
ViewSession = Annotated[Reach, Depends(in_session(Role.VIEWER))]
EditSession = Annotated[Reach, Depends(in_session(Role.ANNOTATOR))]
ViewDocument = Annotated[Reach, Depends(at_document(Role.VIEWER))]
EditDocument = Annotated[Reach, Depends(at_document(Role.ANNOTATOR))]
Sent = Annotated[bytes, Depends(sent)]
SentByAnybody = Annotated[bytes, Depends(sent_by_anybody)]


def reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(to_json(value), status, dict(headers or {}), media_type="application/json")


def tagged_reply(stated: answers.Stated) -> Response:
    return reply(stated.answer, headers={"ETag": stated.tag})


def failure(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return reply({"status": "fail", "message": message}, status, headers)


router = APIRouter()
SESSION = "/projects/{project_id}/annotations/{annotation_id}"
DOCUMENT = SESSION + "/documents/{document_id}"


@router.get("/health", **tells(answers.HealthAnswer))
def health() -> Response:
    """Whether the server answers."""
    return reply({"status": "ok"})


@router.get("/info", **tells(answers.InfoAnswer))
def info() -> Response:
    """The version, and what the server can do beyond the Studio API."""
    return reply({"version": VERSION, "abilities": ABILITIES})


@router.post("/auth/login", **tells(answers.LoginAnswer, 400, 401), **takes(LoginBody))
def login(request: Request, raw: SentByAnybody) -> Response:
    """Sign in with e-mail and password."""
    body = read_body(raw, LoginBody)
    token = sign_in(store_of(request), body.email, body.password)
    return reply({"status": "success", "message": "You are signed in.", "auth_token": token})


@router.get("/auth/status", **tells(answers.PersonAnswer, 401))
def who(reach: SignedIn) -> Response:
    """Who is signed in."""
    return reply({"status": "success", "id": reach.caller.id, "email": reach.caller.email})


@router.post("/auth/logout", **tells(answers.LogoutAnswer, 401))
def logout(reach: SignedIn, request: Request) -> Response:
    """Sign out: the token is not valid any more."""
    reach.store.people.revoke(token_hash_of(request) or "")
    return reply({"status": "success", "message": "You are signed out."})


@router.get("/types", **tells(list[answers.TypeAnswer], 401))
def types(reach: SignedIn) -> Response:
    """The types that a project can have."""
    return reply(answers.TYPES)


@router.get("/projects", **tells(list[answers.ProjectAnswer], 401))
def projects(reach: SignedIn) -> Response:
    """The projects in which the caller has a role."""
    return reply(reach.store.projects(reach.caller))


@router.post("/projects", **tells(answers.ProjectAnswer, 400, 401, status=201), **takes(ProjectBody))
def add_project(reach: SignedIn, raw: Sent) -> Response:
    """Create a project; the caller becomes its manager."""
    return reply(reach.store.add_project(reach.caller, read_body(raw, ProjectBody)), 201)


@router.get("/projects/{project_id}", **tells(answers.ProjectAnswer, 401, 403, 404))
def project(reach: ViewProject) -> Response:
    """One project."""
    return reply(reach.store.project(reach.caller, reach.project_id))


@router.get("/projects/{project_id}/classes", **tells(list[answers.ClassAnswer], 401, 403, 404))
def classes(reach: ViewProject) -> Response:
    """The classes of a project."""
    return reply(reach.store.classes(reach.project_id))


@router.get("/projects/{project_id}/labels", **tells(list[answers.LabelAnswer], 401, 403, 404))
def labels(reach: ViewProject) -> Response:
    """The labels of a project."""
    return reply(reach.store.labels(reach.project_id))


@router.get("/projects/{project_id}/groups", **tells(list[answers.GroupAnswer], 401, 403, 404))
def groups(reach: ViewProject) -> Response:
    """The document groups of a project."""
    return reply(reach.store.groups(reach.project_id))


@router.get(
    "/projects/{project_id}/documents", **tells(answers.ProjectDocumentPageAnswer, 400, 401, 403, 404)
)
def project_documents(
    reach: ViewProject,
    search: Word = None,
    details: Details = None,
    annotation_id: QueryId = None,
    group_id: QueryId = None,
    offset: Offset = None,
    limit: Limit = None,
) -> Response:
    """The documents of a project, or those of one of its sessions or groups, page by page.

    Segments are those of the session that is named; without one there are none.
    """
    listing = ProjectListing(
        parameters.page(offset, limit),
        parameters.plain("search", search),
        parameters.id_in_query("annotation_id", annotation_id),
        parameters.id_in_query("group_id", group_id),
        parameters.details(details),
    )
    return reply(reach.store.project_documents(reach.project_id, listing))


@router.get("/projects/{project_id}/annotations", **tells(list[answers.SessionAnswer], 401, 403, 404))
def sessions(reach: ViewProject, mode: Word = None, status: Word = None) -> Response:
    """The labeling sessions of a project; `mode` and `status` take any combination, separated by commas."""
    return reply(reach.store.sessions(reach.project_id, parameters.words(mode), parameters.words(status)))


@router.post(
    "/projects/{project_id}/annotations",
    **tells(answers.SessionAnswer, 400, 401, 403, 404, status=201),
    **takes(SessionBody),
)
def create_session(reach: EditProject, raw: Sent) -> Response:
    """Create a labeling session."""
    return reply(reach.store.create_session(reach.caller, reach.project_id, read_body(raw, SessionBody)), 201)


@router.get(SESSION, **tells(answers.SessionAnswer, 401, 403, 404, tagged=True))
def session(reach: ViewSession) -> Response:
    """One labeling session."""
    return tagged_reply(reach.store.session(reach.spot))


@router.put(
    SESSION, **tells(answers.SessionAnswer, 400, 401, 403, 404, 412, tagged=True), **takes(ChangeBody)
)
def update_session(reach: EditSession, raw: Sent, if_match: IfMatch = None) -> Response:
    """Change a labeling session: what is absent stays, documents are matched by id or text and never removed."""
    wanted, change = wanted_tags(if_match), read_body(raw, ChangeBody)
    return tagged_reply(reach.store.update_session(reach.spot, change, wanted))


@router.get(SESSION + "/documents", **tells(answers.SessionPageAnswer, 400, 401, 403, 404, tagged=True))
def documents(
    reach: ViewSession,
    details: Details = None,
    search: Word = None,
    annotated: Flag = None,
    class_: Annotated[str | None, Query(alias="class")] = None,
    label: Word = None,
    offset: Offset = None,
    limit: Limit = None,
) -> Response:
    """The documents of a labeling session, page by page; `total` counts those that the filters admit."""
    listing = Listing(
        parameters.page(offset, limit),
        parameters.details(details),
        parameters.plain("search", search),
        parameters.flag("annotated", annotated),
        parameters.plain("class", class_),
        parameters.plain("label", label),
    )
    return tagged_reply(reach.store.documents(reach.spot, listing))


@router.get(DOCUMENT, **tells(answers.DocumentAnswer, 401, 403, 404))
def document(reach: ViewDocument, details: Details = None) -> Response:
    """One document of a labeling session, with everything unless `details` asks for less."""
    wanted = parameters.details(details, default=frozenset({"segments", "tags", "meta"}))
    return reply(reach.store.document(reach.spot, reach.document_id, wanted))


@router.post(
    DOCUMENT + "/statuses",
    **tells(answers.DocumentStatusAnswer, 400, 401, 403, 404, 412, status=201),
    **takes(StatusBody),
)
def mark_annotated(reach: EditDocument, raw: Sent, if_match: IfMatch = None) -> Response:
    """Mark a document as annotated."""
    wanted = wanted_tags(if_match)
    read_body(raw, StatusBody)
    return reply(reach.store.mark_annotated(reach.spot, reach.document_id, wanted), 201)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, LabelingError)
    status = error.status or 500
    return failure(status, error.message, {"WWW-Authenticate": "Bearer"} if status == 401 else None)


async def _no_such_call(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "There is nothing at this address.", 405: f"{request.method} is not possible here."}
    headers = {"Allow": ", ".join(_methods_at(request))} if error.status_code == 405 else error.headers
    return failure(error.status_code, said.get(error.status_code, str(error.detail)), headers)


def _methods_at(request: Request) -> list[str]:
    """All methods of an address: each call is a route of its own, and the framework names the first one's."""
    return sorted(
        {
            method
            for route in router.routes
            if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
            for method in route.methods or ()
        }
    )


async def _not_understood(request: Request, error: Exception) -> Response:
    return failure(400, "The request cannot be read.")


async def _broken(request: Request, error: Exception) -> Response:
    return failure(500, "The server made a mistake; its log says which. Nothing was stored.")


def create_app(store: Store) -> FastAPI:
    """The ASGI app over a store, to be mounted or run alone; it needs no lifespan."""
    app = FastAPI(
        title="Tagwright API",
        version=VERSION,
        description="Labeling sessions: documents whose segments carry tags.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            LabelingError: _refused,
            HTTPException: _no_such_call,
            RequestValidationError: _not_understood,
            Exception: _broken,
        },
    )
    app.state.store = store
    app.include_router(router)
    app.add_route("/docs", guide, include_in_schema=False)
    describe(app)
    return app
