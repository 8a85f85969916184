"""What everybody shares: the settings, the way to the API, the store of drafts."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from urllib.parse import urlsplit

import httpx
import streamlit as st

from components.shell.turns import turns
from labeling.addresses import own_host
from labeling.settings import Settings
from labeling.store.drafts import DraftStore, open_drafts
from labeling.store.sign_ins import BrowserSignIns
from labeling.studio.calls import pool
from labeling.studio.client import LabelingClient


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return Settings()


@st.cache_resource(show_spinner=False)
def _http(url: str, timeout: float) -> httpx.Client:
    """One pool of connections for everybody: tokens go with each request, not with the pool.

    Nobody waits for a turn while somebody waits for an answer.
    """
    http = pool(url, timeout=timeout)
    http.event_hooks["request"].append(lambda request: turns.pass_on())
    return http


@st.cache_resource(show_spinner=False)
def draft_store() -> DraftStore:
    """Where everybody's drafts are kept."""
    chosen = settings()
    return open_drafts(chosen.data_dir, chosen.database_url.get_secret_value())


def sign_ins() -> BrowserSignIns:
    """Who is signed in with which browser."""
    return draft_store().sign_ins(settings().api_name)


def asks_who() -> bool:
    """Whether people sign in: no token is lent to whoever opens the app."""
    chosen = settings()
    return chosen.sign_in if chosen.embedded else not chosen.api_token.get_secret_value()


def cookie_name() -> str:
    """The name of the cookie, which others than this app on the same host do not have: browsers tell hosts
    apart, not ports. All processes over one store of drafts have the same."""
    chosen = settings()
    store = urlsplit(chosen.database_url.get_secret_value())
    place = f"{store.hostname}:{store.port}{store.path}" if store.path else str(chosen.data_dir.resolve())
    return f"tagwright-{sha256(place.encode()).hexdigest()[:8]}"


def connect(token: str) -> LabelingClient:
    """A client for the configured API. The embedded server's token is read for the embedded server only, and
    only where nobody has to sign in."""
    chosen = settings()
    if not chosen.embedded:
        return _client(chosen.api_url, token or chosen.api_token.get_secret_value())
    if not token and not chosen.sign_in:
        with suppress(OSError):  # the server then says that no token was sent
            token = chosen.token_file.read_text(encoding="utf-8").strip()
    host = own_host(st.get_option("server.address"))
    return _client(f"http://{host}:{st.get_option('server.port')}/api", token)


def _client(url: str, token: str) -> LabelingClient:
    timeout = settings().api_timeout
    return LabelingClient(_http(url, timeout), token, apart=lambda: pool(url, timeout=timeout))
