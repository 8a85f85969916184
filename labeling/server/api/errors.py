"""What a call that fails is answered: the kind of the error gives the status, its message the words."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from labeling.errors import Busy, Failed, LabelingError, NotSignedIn
from labeling.server.api.answers import failure
from labeling.server.api.deps import store_of, token_hash_of
from labeling.server.api.told import REQUEST_ID, told_of
from labeling.server.storage.admission import admit

Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]


def handlers(routes: Sequence[BaseRoute]) -> dict[int | type[Exception], Handler]:
    """What each kind of exception is answered; `routes` are all of the app's."""

    async def no_such_call(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status, words, headers = error.status_code, str(error.detail), error.headers
        if status in (404, 405):
            # Who is not signed in learns nothing of what there is, not even which addresses.
            try:
                await run_in_threadpool(admit, store_of(request).database, token_hash_of(request), {}, None)
            except (NotSignedIn, Failed) as why:
                return await _refused(request, why)
            path = str(request.scope["path"])
            methods = _methods_at(path, request, routes)
            words = "There is nothing at this address."
            if methods:
                words, headers = f"{request.method} is not possible here.", {"Allow": ", ".join(methods)}
            elif _methods_at(path.rstrip("/"), request, routes):
                words = "There is nothing at this address; leave out the slash at its end."
        return failure(status, words, headers)

    return {
        LabelingError: _refused,
        HTTPException: no_such_call,
        RequestValidationError: _not_understood,
        Exception: _broken,
    }


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, LabelingError)
    status = error.status or 500
    if status >= 500:
        told_of(request).why = error.message
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    if isinstance(error, Busy):
        headers = {"Retry-After": str(error.seconds)}
    return failure(status, error.message, headers)


async def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return failure(400, f"{first['loc'][-1]}: {first['msg']}")


async def _broken(request: Request, error: Exception) -> Response:
    words = "The server made a mistake; its log says which. Nothing was stored."
    return failure(500, words, {REQUEST_ID: told_of(request).id})


def _methods_at(path: str, request: Request, routes: Sequence[BaseRoute]) -> list[str]:
    """All methods of an address: each call is a route of its own, and the framework names the first one's."""
    scope = {**request.scope, "path": path}
    found = {
        method
        for route in routes
        if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return sorted(found | ({"HEAD"} if "GET" in found else set()))
