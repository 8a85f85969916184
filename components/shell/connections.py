"""What everybody shares: the settings, the way to the API, the store of drafts."""

from __future__ import annotations

from contextlib import suppress

import httpx
import streamlit as st

from labeling.settings import Settings
from labeling.store.drafts import DraftStore, open_drafts
from labeling.studio.client import LabelingClient, pool


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return Settings()


@st.cache_resource(show_spinner=False)
def _http(url: str, timeout: float) -> httpx.Client:
    """One pool of connections for everybody: tokens go with each request, not with the pool."""
    return pool(url, timeout=timeout)


@st.cache_resource(show_spinner=False)
def draft_store() -> DraftStore:
    """Where everybody's drafts are kept."""
    chosen = settings()
    return open_drafts(chosen.data_dir, chosen.database_url.get_secret_value())


def connect(token: str) -> LabelingClient:
    """A client for the configured API. The embedded server's token is read for the embedded server only."""
    chosen = settings()
    if not chosen.embedded:
        return _client(chosen.api_url, token or chosen.api_token.get_secret_value())
    if not token:
        with suppress(OSError):  # the server then says that no token was sent
            token = chosen.token_file.read_text(encoding="utf-8").strip()
    address = st.get_option("server.address") or "127.0.0.1"
    host = f"[{address}]" if ":" in address else address
    return _client(f"http://{host}:{st.get_option('server.port')}/api", token)


def _client(url: str, token: str) -> LabelingClient:
    timeout = settings().api_timeout
    return LabelingClient(_http(url, timeout), token, apart=lambda: pool(url, timeout=timeout))
