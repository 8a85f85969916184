"""Each call is open to its role and those above it, and to nobody else."""

from __future__ import annotations

import re

import pytest

from labeling.model import Role
from labeling.server.api.description import OPEN
from labeling.server.app import create_app
from labeling.server.storage.store import memory_store
from tests.contract.fuzzing import fuzzed_server, ids_in
from tests.contract.roles import LEAST, may


def test_the_server_has_the_calls_that_are_named_and_no_others() -> None:
    paths = create_app(memory_store()).openapi()["paths"]
    assert {(method, path) for path, methods in paths.items() for method in methods} == LEAST.keys()


@pytest.mark.parametrize("role", [None, *Role])
def test_a_call_is_open_to_its_role_and_those_above_it(role: Role | None) -> None:
    with fuzzed_server() as server:
        # Somebody without a role in the project has one in another.
        token = server.person(role or Role.MANAGER, server.project() if role is None else "/projects/1")
        # What is deleted would not be there for the others.
        for method, path in sorted(LEAST, key=lambda call: (call[0] == "delete", -call[1].count("/"))):
            where = re.sub(r"{(\w+)}", lambda found, path=path: str(ids_in(path)[found[1]]), path)
            if ("{" not in path and path in OPEN) or path in ("/auth/logout", "/auth/tokens"):
                continue
            # A body in no good form: nothing is done, and the role is looked at first.
            body = None if method in ("get", "delete") else b"{"
            headers = {"If-Match": "no tag"}
            status = server.call(method.upper(), where, raw=body, token=token, headers=headers).status_code
            allowed = may(role, method, path) if role else LEAST[method, path] is None
            assert (status != 403) == allowed, (method, path, status)
            assert status not in (401, 404), (method, path)
