"""The embedded server inside the app's own process: its mount, and what runs at start."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import math
import os
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from labeling.addresses import is_loopback
from labeling.errors import Failed
from labeling.server.accounts import local_token, token_in
from labeling.server.app import create_app
from labeling.server.logs import keep_log
from labeling.server.storage.store import Store, open_store
from labeling.server.workers import Workers
from labeling.settings import Settings
from labeling.store.drafts import open_drafts

FIRST_PERSON = (
    "Nobody can sign in yet. Make the first person, then start again:\n"
    "    .venv/bin/python -m labeling.server {} --add-person YOU@EXAMPLE.ORG --role MANAGER"
)
PAUSE = 1.0
"""Seconds for which a database that could not be opened is left alone: each try may take its time."""


def mounts(settings: Settings, address: str | None) -> list[Mount]:
    """The API at /api when the app brings it along; none when the settings name a remote one.

    Where people sign in, the first of them has to be there already. Elsewhere the local user is signed in
    without a password, so an address that others can reach ends the start. A database that cannot be used
    does not: the pages say why, and go on when it can.
    """
    if not settings.embedded:
        if settings.api_token.get_secret_value() and not is_loopback(address or ""):
            sys.exit(
                "LABELING_API_TOKEN would be lent to whoever opens the app, so with it Tagwright serves "
                f"127.0.0.1 only, not {address or 'every address'}: leave server.address alone, or unset the "
                "token and let people sign in."
            )
        return []
    if settings.sign_in and not (settings.database_url.get_secret_value() or settings.database_file.exists()):
        sys.exit(FIRST_PERSON.format(f"--data {settings.data_dir} --new"))
    if not settings.sign_in and not is_loopback(address or ""):
        sys.exit(
            "Tagwright signs in whoever opens it, so it serves 127.0.0.1 only, not "
            f"{address or 'every address'}: leave server.address alone, let people sign in (make serve), or "
            "set LABELING_API_URL to an API with accounts."
        )
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(
            f"The data folder {settings.data_dir} cannot be used: {error.strerror}. "
            "Set LABELING_DATA_DIR to another."
        )
    keep_log(settings.log)
    api = OpenedLater(settings)
    if isinstance(api.opened(), Response):
        if api.reason == FIRST_PERSON.format(f"--data {settings.data_dir}"):
            sys.exit(api.reason)
        sys.stderr.write(f"{api.reason} (data folder: {settings.data_dir})\n")
    return [Mount("/api", app=api)]


class OpenedLater:
    """The API over a store that is opened as soon as it can be; until then each call is told why not."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opening = threading.Lock()
        self._api: ASGIApp | None = None
        self._failed = -math.inf
        self.reason = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        api = self._api
        if api is None:
            api = await run_in_threadpool(self.opened)
            if isinstance(api, Response) and scope.get("path", "").endswith("/health"):
                api = self._not_yet(503)
        await api(scope, receive, send)

    def opened(self) -> ASGIApp:
        """The API, else the answer that says why there is none."""
        with self._opening:
            if self._api is None and time.monotonic() > self._failed + PAUSE:
                try:
                    settings = self._settings
                    drafts = open_drafts(settings.data_dir, settings.database_url.get_secret_value())
                    self._api = create_app(
                        self._store(),
                        hosts=settings.hosts,
                        proxies=settings.proxies,
                        registration=settings.registration,
                        metrics=settings.metrics,
                        drafts=drafts.unsaved,
                    )
                except Failed as error:
                    self._failed, self.reason = time.monotonic(), error.message
            return self._api or self._not_yet(500)

    def _not_yet(self, status: int) -> Response:
        return JSONResponse({"status": "fail", "message": self.reason}, status)

    def _store(self) -> Store:
        folder, url = self._settings.data_dir, self._settings.database_url.get_secret_value()
        if not self._settings.sign_in:
            token_in(folder)  # so that pages which wait for the database know it already
        store = open_store(folder, database_url=url, sample=self._settings.sample)
        try:
            if not self._settings.sign_in:
                local_token(store, folder)
            elif not store.people.has_accounts():
                raise Failed(FIRST_PERSON.format(f"--data {folder}"))
        except BaseException:
            store.close()
            raise
        atexit.register(Workers(folder, self._settings.workers).close)
        return store


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """At start: answer without delay, and have the slow imports done before the first person comes."""
    _answer_at_once()
    for module in ("pandas", "pyarrow", "altair"):
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    # One upload makes millions of objects that all stay; and whoever edits waits as long as one search takes.
    gc.set_threshold(5_000, 100, 100)
    yield


def _answer_at_once() -> None:
    """Set TCP_NODELAY on the listening sockets, from which accepted ones inherit it: Streamlit does not, and
    each answer on a kept connection would wait some 40 ms for the other side's acknowledgement."""
    for number in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        with (
            contextlib.suppress(OSError),
            contextlib.closing(socket.socket(fileno=os.dup(int(number)))) as found,
        ):
            listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if found.family in (socket.AF_INET, socket.AF_INET6) and listens:
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
