"""Two ways to an ASGI app: in this process without a port, and over a real socket."""

from __future__ import annotations

import asyncio
import atexit
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal

import httpx
import uvicorn

Way = Literal["in process", "over a socket"]


class InProcess(httpx.BaseTransport):
    """`httpx.Client(transport=InProcess(app), base_url="http://api")`. A fault of the app is raised here."""

    def __init__(self, app: Any, client: tuple[str, int] = ("127.0.0.1", 123)) -> None:
        self._asgi = httpx.ASGITransport(app, client=client)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()  # the app's loop cannot ask a body for its parts that is made in this thread

        async def answer() -> httpx.Response:
            response = await self._asgi.handle_async_request(request)
            body = await response.aread()
            return httpx.Response(response.status_code, headers=response.headers, content=body)

        return _loop().run(answer())


class _Loop:
    """An event loop in a thread of its own, which goes on from call to call: beginning one for each call,
    with the worker threads that belong to it, takes longer than most calls."""

    def __init__(self) -> None:
        self._is_running = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._is_running.wait()

    async def _serve(self) -> None:
        self._loop, self._is_over = asyncio.get_running_loop(), asyncio.Event()
        self._is_running.set()
        await self._is_over.wait()

    def run(self, work: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._is_over.set)
        self._thread.join(10)


@cache
def _loop() -> _Loop:
    loop = _Loop()
    atexit.register(loop.end)
    return loop


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The app at the address that is given, on a free port of this machine, until the end of the block."""
    with socket.socket() as listening:
        # Accepted connections inherit it; without it small answers wait some 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "uvicorn did not start"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@contextmanager
def reaching(app: Any, way: Way) -> Iterator[httpx.Client]:
    if way == "in process":
        with httpx.Client(transport=InProcess(app), base_url="http://api") as http:
            yield http
    else:
        with serving(app) as address, httpx.Client(base_url=address, timeout=300, trust_env=False) as http:
            yield http
