"""The embedded server over a store of its own, reached in process or over a socket.

Tests share one such server, so each works in projects of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI

from labeling.model import NewProject, Role, Type
from labeling.server.accounts import add_person, local_token
from labeling.server.storage.store import Store
from labeling.studio.client import LabelingClient
from tests.contract.transport import Way, reaching
from tests.stores import api_over, empty_store

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Embedded:
    """`api` speaks for the local user, who is MANAGER in every project."""

    store: Store
    http: httpx.Client
    token: str

    @property
    def app(self) -> FastAPI:
        return api_over(self.store)

    @property
    def api(self) -> LabelingClient:
        return LabelingClient(self.http, self.token)

    @property
    def nobody(self) -> LabelingClient:
        return LabelingClient(self.http)

    def person(self, role: Role, project_id: int, name: str = "") -> LabelingClient:
        """A client of somebody with that role in that project only, signed in with a password."""
        email = f"{name or role.value.lower()}-{project_id}@example.org"
        add_person(self.store, email, PASSWORD, role, project_id)
        return LabelingClient(self.http, self.nobody.sign_in(email, PASSWORD))

    def project(self, type_: Type = Type.ABSA) -> int:
        """A new project with classes Comfort and Staff, labels POS and NEG."""
        new = NewProject(name="Hotels", type=type_, classes=("Comfort", "Staff"), labels=("POS", "NEG"))
        return self.api.add_project(new).id


@contextmanager
def embedded(way: Way, folder: Path, database: str = "sqlite") -> Iterator[Embedded]:
    with empty_store(database) as store:
        token = local_token(store, folder)
        with reaching(api_over(store), way) as http:
            yield Embedded(store, http, token)
