"""A caller who hangs up before a session is whole: nothing of it is stored."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labeling.model import NewProject, NewSession, Type
from labeling.server.accounts import local_token
from labeling.server.app import create_app
from labeling.server.storage.store import Store, open_store
from labeling.studio.client import LabelingClient, pool
from tests.contract.transport import serving

TEXTS = [f"text {n}" for n in range(2_500)]
NOTICED = 0.4
"""Seconds in which the server has noticed it, with a wide margin."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


def posted(path: str, token: str, kind: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
    return f"{head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def as_json(path: str, token: str) -> bytes:
    body = {"name": "Left", "documents": [{"text": text} for text in TEXTS]}
    return posted(path, token, "application/json", json.dumps(body).encode())


def as_file(path: str, token: str) -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="Left.txt"\r\n\r\n'
    body = head + "\n".join(TEXTS).encode() + b"\r\n--x--\r\n"
    return posted(f"{path}/upload", token, "multipart/form-data; boundary=x", body)


@pytest.mark.parametrize("sent", [as_json, as_file])
def test_nothing_is_stored_for_a_caller_who_hangs_up(
    sent: Callable[[str, str], bytes], store: Store, tmp_path: Path
) -> None:
    token = local_token(store, tmp_path)
    with serving(create_app(store)) as address, pool(address) as http:
        api = LabelingClient(http, token)
        project = api.add_project(NewProject(name="Hotels", type=Type.CLASSLABEL)).id
        with store.database.writing():  # so long it cannot be stored
            port = int(address.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as caller:
                caller.sendall(sent(f"/projects/{project}/annotations", token))
                time.sleep(NOTICED)
            time.sleep(NOTICED)
        assert_nothing_but(api, project, "After")


def assert_nothing_but(api: LabelingClient, project: int, name: str) -> None:
    """Whatever was under way is over when this session, stored after it, is there."""
    api.create_session(project, NewSession(name=name, documents=()))
    assert [session.name for session in api.sessions(project)] == [name]
    assert api.project_documents(project).documents == ()
