"""A Studio API of other readings: its update call replaces or adds, and `/info` names no abilities.

One project (1) of type ABSA with one session (5) over the given documents, kept in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Item = dict[str, Any]
Reading = Literal["replace", "add"]
TOKEN = "other-token"
PROJECT, SESSION = 1, 5


class OtherServer:
    """`OtherServer("replace").app` is the ASGI app; `puts` holds every update body as it came.

    `replace`: afterwards the session consists of `document_ids` and `documents`, and of nothing else.
    `add`: each item of `documents` is one more document, whatever its text.
    `gives_ids` puts ids into the listing; they are not among the abilities either way.
    """

    def __init__(
        self,
        reading: Reading,
        documents: Iterable[Item] = ({"text": "Nice staff", "segments": []},),
        *,
        has_info: bool = False,
        gives_ids: bool = False,
    ) -> None:
        self.reading = reading
        self.gives_ids = gives_ids
        self.puts: list[Item] = []
        self.marked: list[int] = []
        self._next_id = 100
        self.session: Item = {
            "created": "2023-11-02",
            "finished": None,
            "name": "Elsewhere",
            "project_id": PROJECT,
            "id": SESSION,
            "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "progress": 0,
            "status": "CREATED",
            "mode": "ANNOTATION",
            "type": "ABSA",
            "description": None,
            "classes": ["Staff", "Room"],
            "labels": ["POS", "NEG"],
        }
        self.documents = [self._numbered(item) for item in documents]
        session = f"/projects/{PROJECT}/annotations/{SESSION}"
        routes = [
            Route("/projects", self._projects),
            Route(f"/projects/{PROJECT}", self._project),
            Route(f"/projects/{PROJECT}/annotations", self._sessions),
            Route(session, self._read),
            Route(session, self._update, methods=["PUT"]),
            Route(f"{session}/documents", self._listing),
            Route(f"{session}/documents/{{document_id:int}}", self._document),
            Route(f"{session}/documents/{{document_id:int}}/statuses", self._mark, methods=["POST"]),
        ]
        if has_info:
            routes.append(Route("/info", lambda request: JSONResponse({"version": "1.58.0"})))
        self.app = Starlette(routes=routes)

    def _numbered(self, item: Item) -> Item:
        self._next_id += 1
        return {"text": item["text"], "segments": item.get("segments") or [], "id": self._next_id}

    def _shown(self, item: Item, details: Iterable[str]) -> Item:
        hidden = {"segments"} - set(details) | (set() if self.gives_ids else {"id"})
        return {key: value for key, value in item.items() if key not in hidden}

    def _summary(self) -> Item:
        return {**self.session, "document_count": len(self.documents)}

    async def _projects(self, request: Request) -> Response:
        return _refused(request) or JSONResponse([_project()])

    async def _project(self, request: Request) -> Response:
        return _refused(request) or JSONResponse(_project())

    async def _sessions(self, request: Request) -> Response:
        return _refused(request) or JSONResponse([self._summary()])

    async def _read(self, request: Request) -> Response:
        return _refused(request) or JSONResponse(self._summary())

    async def _update(self, request: Request) -> Response:
        if refused := _refused(request):
            return refused
        body = await request.json()
        self.puts.append(body)
        self.session |= {key: body[key] for key in ("name", "classes", "labels") if key in body}
        if "documents" in body or "document_ids" in body:
            sent = [self._numbered(item) for item in body.get("documents", [])]
            kept = self.documents
            if self.reading == "replace":
                wanted = set(body.get("document_ids", []))
                kept = [item for item in self.documents if item["id"] in wanted]
                sent = _take_over(kept, sent)
            self.documents = [*kept, *sent]
        return JSONResponse(self._summary())

    async def _listing(self, request: Request) -> Response:
        if refused := _refused(request):
            return refused
        offset = int(request.query_params.get("offset", 0))
        limit = int(request.query_params.get("limit", len(self.documents) or 1))
        details = request.query_params.get("details", "").split(",")
        return JSONResponse(
            {
                **self._summary(),
                "classes": [
                    {"id": None, "name": name, "example": None, "description": None}
                    for name in self.session["classes"]
                ],
                "labels": [{"id": None, "name": name} for name in self.session["labels"]],
                "documents": [self._shown(item, details) for item in self.documents[offset : offset + limit]],
            }
        )

    async def _document(self, request: Request) -> Response:
        if refused := _refused(request):
            return refused
        item = self._named(request)
        return JSONResponse(self._shown(item, ["segments"])) if item else _missing()

    async def _mark(self, request: Request) -> Response:
        if refused := _refused(request):
            return refused
        item = self._named(request)
        if item is None:
            return _missing()
        self.marked.append(item["id"])
        return JSONResponse({"name": "ANNOTATED", "created": "2023-11-02"})

    def _named(self, request: Request) -> Item | None:
        wanted = request.path_params["document_id"]
        return next((item for item in self.documents if self.gives_ids and item["id"] == wanted), None)


def _project() -> Item:
    return {
        "id": PROJECT,
        "name": "Elsewhere",
        "type": "ABSA",
        "classes": ["Staff"],
        "labels": ["POS", "NEG"],
    }


def _take_over(kept: list[Item], sent: list[Item]) -> list[Item]:
    """The n-th item with a text takes the place of the n-th kept document with it; the others are new."""
    places = {(item["text"], n): place for place, (item, n) in enumerate(_counted(kept))}
    new = []
    for item, n in _counted(sent):
        place = places.get((item["text"], n))
        if place is None:
            new.append(item)
        else:
            kept[place] = {**item, "id": kept[place]["id"]}
    return new


def _counted(items: Iterable[Item]) -> Iterable[tuple[Item, int]]:
    seen: Counter[str] = Counter()
    for item in items:
        yield item, seen[item["text"]]
        seen[item["text"]] += 1


def _refused(request: Request) -> Response | None:
    if request.headers.get("Authorization") == f"Bearer {TOKEN}":
        return None
    return PlainTextResponse("token missing", status_code=401)


def _missing() -> Response:
    return JSONResponse({"detail": "no such document"}, status_code=404)
