"""What a call that fails is answered: the kind of the error gives the status, its message the words."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from labeling.errors import LabelingError
from labeling.server.api.answers import failure

Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]


def handlers(routes: Sequence[BaseRoute]) -> dict[int | type[Exception], Handler]:
    """What each kind of exception is answered; `routes` are all of the app's."""

    async def no_such_call(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        said = {404: "There is nothing at this address.", 405: f"{request.method} is not possible here."}
        headers = error.headers
        if error.status_code == 405:
            headers = {"Allow": ", ".join(_methods_at(request, routes))}
        return failure(error.status_code, said.get(error.status_code, str(error.detail)), headers)

    return {
        LabelingError: _refused,
        HTTPException: no_such_call,
        RequestValidationError: _not_understood,
        Exception: _broken,
    }


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, LabelingError)
    status = error.status or 500
    return failure(status, error.message, {"WWW-Authenticate": "Bearer"} if status == 401 else None)


async def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return failure(400, f"{first['loc'][-1]}: {first['msg']}")


async def _broken(request: Request, error: Exception) -> Response:
    return failure(500, "The server made a mistake; its log says which. Nothing was stored.")


def _methods_at(request: Request, routes: Sequence[BaseRoute]) -> list[str]:
    """All methods of an address: each call is a route of its own, and the framework names the first one's."""
    return sorted(
        {
            method
            for route in routes
            if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
            for method in route.methods or ()
        }
    )
