"""The OpenAPI is true: a fuzzer that reads it finds no answer that it does not describe."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from schemathesis import GenerationMode
from starlette.applications import Starlette
from starlette.routing import Mount

from labeling.model import Role
from labeling.server.api.description import OPEN, VERSION
from labeling.server.app import create_app
from labeling.server.storage.store import memory_store
from tests.contract.fuzzing import ROLES, fuzz, fuzzed_server, token_of
from tests.contract.raw import Raw, a_document
from tests.contract.roles import CORRECTED, LEAST, SEGMENT, SESSION, may
from tests.contract.stories import stories
from tests.contract.transport import InProcess

DESCRIBED: dict[str, Any] = create_app(memory_store()).openapi()
CALLS = [(method, path) for path, methods in DESCRIBED["paths"].items() for method in methods]
REFUSABLE = [
    (method, path)
    for method, path in CALLS
    if DESCRIBED["paths"][path][method].keys() & {"parameters", "requestBody"}
]
GUESSED = [
    ("post", "/auth/login"),
    ("post", "/auth/invitation"),
    ("post", "/auth/join"),
    ("post", "/projects/{project_id}/corrections"),
    ("put", f"/projects/{{project_id}}/{SESSION}/person"),
    ("post", f"/projects/{{project_id}}/{SEGMENT}/tags"),
    ("post", f"/projects/{{project_id}}/{CORRECTED}/tags"),
]
"""Nobody guesses a password, a secret, a model, a person, a class."""
TRIED = [
    (method, path, role)
    for role in ROLES
    for method, path in CALLS
    if role is not Role.ANNOTATOR or LEAST[method, path] is role
]
"""An annotator makes those that a viewer may not; `python -m tests.soak` has each role make all of them."""
EXAMPLES = {Role.MANAGER: 6, Role.ANNOTATOR: 1, Role.VIEWER: 1}


@pytest.fixture
def server() -> Iterator[Raw]:
    with fuzzed_server() as raw:
        yield raw


@pytest.mark.parametrize(("method", "path", "role"), TRIED)
def test_good_requests_are_answered_as_described(server: Raw, method: str, path: str, role: Role) -> None:
    token = token_of(server, role)
    through = fuzz(server, method, path, GenerationMode.POSITIVE, token, EXAMPLES[role])
    assert (through > 0) == (may(role, method, path) and (method, path) not in GUESSED)


@pytest.mark.parametrize(("method", "path"), REFUSABLE)
def test_bad_requests_are_refused_as_described(server: Raw, method: str, path: str) -> None:
    fuzz(server, method, path, GenerationMode.NEGATIVE, server.token, EXAMPLES[Role.MANAGER])


@pytest.mark.parametrize("role", ROLES)
def test_calls_that_use_what_others_made_are_answered_as_described(server: Raw, role: Role) -> None:
    assert stories(server, token_of(server, role), examples=3, steps=8) > 0


def test_an_integer_may_be_written_as_json_writes_one(server: Raw) -> None:
    project = server.project()
    session = server.session(project, documents=[a_document("The bed")])
    (document,) = server.documents(session)
    raw = f'{{"document_ids": [{document["id"]}.0], "documents": [{{"id": {document["id"]}.0, "segments": '
    raw += '[{"span": [0.0, 3e0], "weight": 1.0, "tags": []}]}]}'
    assert server.call("PUT", session, raw=raw.encode()).status_code == 200
    (segment,) = server.documents(session)[0]["segments"]
    assert (segment["span"], repr(segment["weight"])) == ([0, 3], "1.0")


def test_every_status_is_described_and_422_is_not_among_them() -> None:
    for method, path in CALLS:
        responses = DESCRIBED["paths"][path][method]["responses"]
        assert "422" not in responses
        assert "500" in responses
        assert ("401" in responses) == (path not in OPEN or path in ("/auth/login", "/auth/join"))
        for code in responses.keys() - {"200", "201", "204"}:
            schema = responses[code]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorBody"}
        takes_body = "requestBody" in DESCRIBED["paths"][path][method]
        assert ("415" in responses) == takes_body
    assert "ValidationError" not in str(DESCRIBED["components"]["schemas"].keys())


def test_the_calls_that_tell_a_tag_and_those_that_insist_on_one_say_so() -> None:
    def calls_with(holds: Callable[[Any], bool]) -> set[str]:
        return {f"{method} {path}" for method, path in CALLS if holds(DESCRIBED["paths"][path][method])}

    session = "/projects/{project_id}/annotations/{annotation_id}"
    document = session + "/documents/{document_id}"
    segment = document + "/segments/{segment_id}"
    tags = {f"put {segment}/tags/{{tag_id}}", f"delete {segment}/tags/{{tag_id}}", f"post {segment}/tags"}
    changes = {
        f"put {session}",
        f"delete {session}",
        f"put {session}/person",
        f"delete {document}",
        f"post {document}/statuses",
        f"post {segment}/statuses",
        *tags,
    }
    tagged = {f"get {session}", f"put {session}", f"put {session}/person", f"get {session}/documents"}
    assert calls_with(lambda call: "412" in call["responses"]) == changes
    assert calls_with(lambda call: "If-Match" in str(call.get("parameters"))) == changes
    assert calls_with(lambda call: "ETag" in call["responses"].get("200", {}).get("headers", ())) == tagged


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION == DESCRIBED["info"]["version"]


def test_the_guide_names_every_call_and_loads_nothing_from_elsewhere(server: Raw) -> None:
    page = server.call("GET", "/docs", token="").text
    for method, path in CALLS:
        assert f"{method.upper()} {path}" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


def test_mounted_below_a_path_it_says_so_and_works_the_same(server: Raw) -> None:
    mounted = Starlette(routes=[Mount("/api", app=create_app(server.store))])
    with httpx.Client(transport=InProcess(mounted), base_url="http://app") as http:
        http.headers["Authorization"] = server.token
        described = http.get("/api/openapi.json").json()
        assert described["servers"] == [{"url": "/api"}]
        assert described["paths"] == DESCRIBED["paths"]
        assert http.get("/api/projects").json() == server.get("/projects")
        assert http.get("/api/docs").status_code == 200
        assert http.delete("/api/projects").headers["Allow"] == "GET, HEAD, POST"
