"""The OpenAPI is true: a fuzzer that reads it finds no answer that it does not describe."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette
from starlette.routing import Mount

from labeling.server.api.description import OPEN, VERSION
from labeling.server.app import create_app
from labeling.server.storage.store import memory_store
from tests.contract.raw import Raw, a_document, a_segment, a_tag, serving
from tests.contract.transport import InProcess

load_all_checks()
TRUE = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DESCRIBED: dict[str, Any] = create_app(memory_store()).openapi()
CALLS = [(method, path) for path, methods in DESCRIBED["paths"].items() for method in methods]
REFUSABLE = [
    (method, path)
    for method, path in CALLS
    if DESCRIBED["paths"][path][method].keys() & {"parameters", "requestBody"}
]
IDS = {"project_id": 1, "annotation_id": 1, "document_id": 1}
few = settings(
    max_examples=6,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def server() -> Iterator[Raw]:
    with serving() as raw:
        segment = a_segment(4, 7, a_tag(sure=1), colour="red")
        raw.session(documents=[a_document("The bed", segment, meta={"a": 1}), a_document("Two")])
        yield raw


def fuzz(server: Raw, method: str, path: str, mode: GenerationMode, checks: list[Any], **fixed: Any) -> int:
    """Send generated requests for one call, check each answer, and count those that came through."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", server.http._transport._asgi.app)  # type: ignore[attr-defined]
    operation = schema[path][method.upper()]
    answered = []

    @seed(20260101)
    @few
    @given(case=operation.as_strategy(generation_mode=mode, **fixed))
    def run(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {server.token}"})
        case.validate_response(response, checks=checks)
        answered.append(response.status_code)

    run()
    return sum(200 <= status < 300 for status in answered)


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_good_requests_are_answered_as_described(server: Raw, method: str, path: str) -> None:
    ids = {name: value for name, value in IDS.items() if f"{{{name}}}" in path}
    fixed = {"path_parameters": ids} if ids else {}
    through = fuzz(server, method, path, GenerationMode.POSITIVE, [*TRUE, ignored_auth], **fixed)
    # Nobody can guess a password, and signing out ends the token at once.
    assert through > (0 if path != "/auth/login" else -1)


@pytest.mark.parametrize(("method", "path"), REFUSABLE)
def test_bad_requests_are_refused_as_described(server: Raw, method: str, path: str) -> None:
    fuzz(server, method, path, GenerationMode.NEGATIVE, [*TRUE, negative_data_rejection])


def test_every_status_is_described_and_422_is_not_among_them() -> None:
    for method, path in CALLS:
        responses = DESCRIBED["paths"][path][method]["responses"]
        assert "422" not in responses
        assert "500" in responses
        assert ("401" in responses) == (path not in OPEN or path == "/auth/login")
        for code in responses.keys() - {"200", "201"}:
            schema = responses[code]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorBody"}
    assert "ValidationError" not in str(DESCRIBED["components"]["schemas"].keys())


def test_the_calls_that_tell_a_tag_and_those_that_insist_on_one_say_so() -> None:
    def calls_with(holds: Callable[[Any], bool]) -> set[str]:
        return {f"{method} {path}" for method, path in CALLS if holds(DESCRIBED["paths"][path][method])}

    session = "/projects/{project_id}/annotations/{annotation_id}"
    changes = {f"put {session}", f"post {session}/documents/{{document_id}}/statuses"}
    tagged = {f"get {session}", f"put {session}", f"get {session}/documents"}
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
