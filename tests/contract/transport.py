"""A synchronous httpx.Client speaks to an ASGI app in this process: no port, no thread of its own."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx


class InProcess(httpx.BaseTransport):
    """`httpx.Client(transport=InProcess(app), base_url="http://api")`. A fault of the app is raised here."""

    def __init__(self, app: Any) -> None:
        self._asgi = httpx.ASGITransport(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def answer() -> httpx.Response:
            response = await self._asgi.handle_async_request(request)
            body = await response.aread()
            return httpx.Response(response.status_code, headers=response.headers, content=body)

        return asyncio.run(answer())
