"""The embedded server as an ASGI app. Every answer is JSON, errors included."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from labeling.server.api import documents, groups, people, projects, service, sessions
from labeling.server.api.description import VERSION, describe, guide
from labeling.server.api.errors import handlers
from labeling.server.storage.store import Store

RESOURCES = (service, people, projects, groups, sessions, documents)


def create_app(store: Store) -> FastAPI:
    """The ASGI app over a store, to be mounted or run alone; it needs no lifespan."""
    routes = [route for resource in RESOURCES for route in resource.router.routes]
    app = FastAPI(
        title="Tagwright API",
        version=VERSION,
        description="Labeling sessions: documents whose segments carry tags.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=handlers(routes),
    )
    app.state.store = store
    app.include_router(APIRouter(routes=routes))  # one router: each more is searched for every call
    app.add_route("/docs", guide, include_in_schema=False)
    describe(app)
    return app
