"""Each call is told in the log and counted, by a name of its own that its answer says."""

from __future__ import annotations

import logging
import re
import time
import traceback
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labeling.server.api.answers import HEAD_ONLY
from labeling.server.api.told import REQUEST_ID, Told
from labeling.server.metrics import Metrics

LOG = logging.getLogger(__name__)
NO_ROUTE = "none"
"""The template of an address at which there is nothing."""
NO_ANSWER = 499
"""The status of a call that was broken off before it was answered."""
_HARMLESS = re.compile(r"[A-Za-z_.-]{1,32}|[0-9]{1,18}", re.ASCII)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROGRAM = re.compile(r"[A-Za-z][\w.+-]{0,40}(/[\w.+-]{1,20})?(?=[/\s;(]|$)", re.ASCII)
_HERE = str(Path(__file__).parents[1])


class Observed:
    """The outermost layer around the calls that knows what was answered."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, began, status = Headers(scope=scope), time.perf_counter(), NO_ANSWER
        told = Told.begin(scope, headers.get(REQUEST_ID, ""))

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = told.id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            status, told.why = 500, _place(error)
            raise
        finally:
            seconds = time.perf_counter() - began
            method = "HEAD" if HEAD_ONLY in scope else scope["method"]
            method = method if method in _METHODS else "OTHER"
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            self.metrics.answered(method, route, status, seconds)
            level = logging.ERROR if status >= 500 else logging.INFO
            if LOG.isEnabledFor(level):
                path = harmless(scope["path"])
                fields = {
                    "event": "request",
                    "request_id": told.id,
                    "method": method,
                    "path": path,
                    "status": status,
                    "ms": round(1000 * seconds, 1),
                    "person": told.person,
                    "program": program(headers.get("user-agent", "")),
                    **({"why": told.why} if told.why else {}),
                }
                LOG.log(level, "%s %s: %s %s", method, path, status, told.why, extra={"fields": fields})


def harmless(path: str) -> str:
    """The path without what is neither a word nor an id: whoever mistakes an address may have written an
    e-mail or a token into it."""
    return "/".join(part if not part or _HARMLESS.fullmatch(part) else "…" for part in path.split("/"))


def program(agent: str) -> str:
    """The first word of what a program calls itself: the others may name its owner."""
    found = _PROGRAM.match(agent)
    return found[0] if found else ""


def _place(error: Exception) -> str:
    """What broke, and where: not its words, which may repeat what was sent."""
    every = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in every if frame.filename.startswith(_HERE) and frame.filename != __file__]
    at = f" at {Path(ours[-1].filename).relative_to(_HERE)}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{at}"
