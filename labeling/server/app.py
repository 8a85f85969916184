"""The embedded server as an ASGI app. Every answer is JSON, errors included."""

from __future__ import annotations

from collections.abc import Callable, Collection

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labeling.addresses import Network
from labeling.server.api import (
    corrections,
    documents,
    export,
    files,
    groups,
    history,
    members,
    models,
    names,
    people,
    projects,
    service,
    sessions,
)
from labeling.server.api.answers import HEAD_ONLY
from labeling.server.api.description import VERSION, describe, guide
from labeling.server.api.errors import handlers
from labeling.server.api.sign_ins import SignIns
from labeling.server.metrics import Metrics, metrics_page
from labeling.server.observed import Observed
from labeling.server.storage.store import Store
from labeling.settings import MetricsFor

RESOURCES = (
    files,
    sessions,
    documents,
    history,
    service,
    people,
    projects,
    members,
    names,
    groups,
    export,
    models,
    corrections,
)
"""What is asked for most comes first, for routes are tried in turn; files before sessions, for `download`
stands where a session has its number."""


def create_app(
    store: Store,
    *,
    hosts: Collection[str] = (),
    proxies: Collection[Network] = (),
    registration: bool = False,
    metrics: MetricsFor = "loopback",
    drafts: Callable[[], int] | None = None,
) -> FastAPI:
    """The ASGI app over a store, to be mounted or run alone; it needs no lifespan.

    As in the settings: `hosts`, names of its own pages; `proxies`, whose X-Forwarded-For is believed;
    `registration`, whether people make accounts by themselves; `metrics`, who may read the numbers. `drafts`
    counts those with unsaved changes, where they are this process's.
    """
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
    app.state.store, app.state.hosts, app.state.proxies = store, hosts, proxies
    app.state.registration, app.state.sign_ins = registration, SignIns()
    app.include_router(APIRouter(routes=routes))  # one router: each more is searched for every call
    app.add_route("/docs", guide, include_in_schema=False)
    numbers = Metrics(store, drafts)
    app.add_route("/metrics", metrics_page(numbers, metrics), include_in_schema=False)
    describe(app)
    app.add_middleware(Observed, metrics=numbers)
    app.add_middleware(Heads)
    return app


class Heads:
    """Answers HEAD wherever there is a GET, with its status and headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        if scope.get("method") == "HEAD":
            await self.app({**scope, "method": "GET", HEAD_ONLY: True}, receive, send_head)
        else:
            await self.app(scope, receive, send)
