"""Plain HTTP against the embedded server in this process: bodies and answers as the contract writes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from labeling.model import Role
from labeling.server.accounts import add_person, local_token, sign_in
from labeling.server.storage.store import Store
from tests.contract.transport import InProcess
from tests.stores import api_over, empty_store

Json = Any
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Raw:
    store: Store
    http: httpx.Client
    token: str

    def call(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        raw: bytes | None = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **query: str,
    ) -> httpx.Response:
        """One request; without `token` the local user's, with an empty one none at all."""
        sent = {"Authorization": f"Bearer {token or self.token}"} if token != "" else {}
        given = {"content": raw} if raw is not None else {} if body is None else {"json": body}
        return self.http.request(
            method, path, params=query or None, headers={**sent, **(headers or {})}, **given
        )

    def get(self, path: str, **query: str) -> Json:
        return _good(self.call("GET", path, **query))

    def post(self, path: str, body: Json) -> Json:
        return _good(self.call("POST", path, body))

    def put(self, path: str, body: Json) -> Json:
        return _good(self.call("PUT", path, body))

    def refused(self, path: str, body: Json, method: str = "PUT") -> str:
        """The message of a 400."""
        response = self.call(method, path, body)
        assert response.status_code == 400, response.text
        assert response.json().keys() == {"status", "message"}
        assert response.json()["status"] == "fail"
        message: str = response.json()["message"]
        return message

    def project(self, type_: str = "ABSA", **fields: Json) -> str:
        """The path of a new project with the classes Comfort and Staff."""
        body = {"name": "Hotels", "type": type_, "classes": ["Comfort", "Staff"], **fields}
        return f"/projects/{self.post('/projects', body)['id']}"

    def session(self, project: str | None = None, **fields: Json) -> str:
        """The path of a new session; without `documents` it has none."""
        project = project or self.project()
        body = {"name": "Round one", "documents": [], **fields}
        return f"{project}/annotations/{self.post(project + '/annotations', body)['id']}"

    def listing(self, session: str, **query: str) -> Json:
        return self.get(session + "/documents", **{"details": "segments,tags,meta", **query})

    def documents(self, session: str, **query: str) -> list[Json]:
        found: list[Json] = self.listing(session, **query)["documents"]
        return found

    def person(self, role: Role, project: str, email: str = "ann@example.org") -> str:
        """The token of somebody who has that role in that project only."""
        password = None if self.store.people.has_account(email) else PASSWORD
        add_person(self.store, email, password, role, int(project.rsplit("/", 1)[1]))
        return sign_in(self.store, email, PASSWORD)


@contextmanager
def serving(database: str = "sqlite") -> Iterator[Raw]:
    with empty_store(database) as store:
        with TemporaryDirectory() as folder:
            token = local_token(store, Path(folder))
        with httpx.Client(transport=InProcess(api_over(store)), base_url="http://api") as http:
            yield Raw(store, http, token)


def a_document(text: str = "The bed was soft", *segments: Json, **fields: Json) -> Json:
    return {"text": text, "segments": list(segments), **fields}


def a_segment(start: int, end: int, *tags: Json, **fields: Json) -> Json:
    return {"span": [start, end], "tags": list(tags), **fields}


def a_tag(class_: str = "Comfort", label: str = "POS", **fields: Json) -> Json:
    return {"class": class_, "label": label, **fields}


def units(document: Json) -> list[tuple[int, int, str | None, str | None]]:
    """(start, end, class, label) of each tag, (start, end, None, None) of each bare segment."""
    return [
        (*segment["span"], tag["class"], tag["label"])
        for segment in document["segments"]
        for tag in segment["tags"] or [{"class": None, "label": None}]
    ]


def _good(response: httpx.Response) -> Json:
    assert response.status_code in (200, 201), response.text
    return response.json()
