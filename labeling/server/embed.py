"""The embedded server inside the app's own process: its mount, and what runs at start."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.routing import Mount

from labeling.addresses import is_loopback
from labeling.server.accounts import local_token
from labeling.server.app import create_app
from labeling.server.storage.store import CANNOT_USE, open_store
from labeling.settings import Settings


def mounts(settings: Settings, address: str | None) -> list[Mount]:
    """The API at /api when the app brings it along; none when the settings name a remote one.

    The local user is signed in without a password, so an address that others can reach ends the start.
    """
    if not settings.embedded:
        if settings.api_token.get_secret_value() and not is_loopback(address or ""):
            sys.exit(
                "LABELING_API_TOKEN would be lent to whoever opens the app, so with it Tagwright serves "
                f"127.0.0.1 only, not {address or 'every address'}: leave server.address alone, or unset the "
                "token and let people sign in."
            )
        return []
    if not is_loopback(address or ""):
        sys.exit(
            "Tagwright signs in whoever opens it, so it serves 127.0.0.1 only, not "
            f"{address or 'every address'}: leave server.address alone, or set LABELING_API_URL to an API "
            "with accounts."
        )
    try:
        store = open_store(
            settings.data_dir, database_url=settings.database_url.get_secret_value(), sample=settings.sample
        )
        local_token(store, settings.data_dir)
    except CANNOT_USE as error:
        # The URL may hold a password: it is not repeated.
        sys.exit(
            f"The database cannot be used: {type(error).__name__}. "
            "Check LABELING_DATABASE_URL, or leave it empty."
        )
    except OSError as error:
        sys.exit(
            f"The data folder {settings.data_dir} cannot be used: {error.strerror}. "
            "Set LABELING_DATA_DIR to another."
        )
    return [Mount("/api", app=create_app(store))]


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """At start: answer without delay, and have the slow imports done before the first person comes."""
    _answer_at_once()
    for module in ("pandas", "pyarrow", "altair"):
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # one upload makes millions of objects that all stay
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
