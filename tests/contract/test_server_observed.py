"""Whoever looks after the server can account for it: a line in the log for each call, health, numbers."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Iterator
from threading import Event

import httpx
import pytest

from labeling.errors import Failed
from labeling.model import Role
from labeling.server.app import create_app
from labeling.server.logs import JsonLines, keep_log
from labeling.server.observed import harmless, program
from labeling.server.worker import Worker
from labeling.settings import LogLevel
from tests.contract.raw import PASSWORD, Json, Raw, a_document, a_segment, a_tag, serving
from tests.contract.transport import InProcess

CALLS = "labeling.server.observed"


@pytest.fixture
def server() -> Iterator[Raw]:
    with serving() as raw:
        yield raw


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="labeling")
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[Json]:
    """The log, as it is written."""
    return [
        json.loads(JsonLines().format(record)) for record in log.records if record.name.startswith("labeling")
    ]


def numbers(server: Raw, **how: Json) -> dict[str, float]:
    """The metrics by name and labels."""
    app = create_app(server.store, **how)
    with httpx.Client(transport=InProcess(app), base_url="http://localhost") as http:
        http.get("/projects", headers={"Authorization": server.token}).raise_for_status()
        answer = http.get("/metrics")
    assert answer.status_code == 200
    said = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in said}


# The log


def test_a_call_is_one_line_that_says_who_asked_for_what_with_which_program(
    server: Raw, log: pytest.LogCaptureFixture
) -> None:
    session = server.session(documents=[a_document("The bed")])
    ann = server.person(Role.ANNOTATOR, session.split("/annotations")[0])
    log.clear()
    headers = {
        "User-Agent": "Swagger-Codegen/1.0.0/python (ann@example.org)",
        "X-Request-ID": "from-a-proxy.7",
    }
    answer = server.call("GET", session + "/documents", token=ann, headers=headers, search="bed")
    (line,) = lines(log)
    assert {key: line[key] for key in line if key not in ("time", "ms")} == {
        "level": "info",
        "event": "request",
        "request_id": "from-a-proxy.7",
        "method": "GET",
        "path": session + "/documents",
        "status": 200,
        "person": json.loads(server.call("GET", "/auth/status", token=ann).content)["id"],
        "program": "Swagger-Codegen/1.0.0",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert line["ms"] >= 0
    assert answer.headers["X-Request-ID"] == "from-a-proxy.7"


@pytest.mark.parametrize("sent", ["", "x" * 65, "two words", "a\tb", "ünicode", "a/b", "<b>"])
def test_an_id_in_another_form_is_not_taken_over(
    server: Raw, log: pytest.LogCaptureFixture, sent: str
) -> None:
    answer = server.call("GET", "/health", headers={"X-Request-ID": sent.encode()}, token="")
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert lines(log)[-1]["request_id"] == answer.headers["X-Request-ID"]


def test_the_log_holds_nothing_of_what_was_sent(server: Raw, log: pytest.LogCaptureFixture) -> None:
    email, text = "secret.person@example.org", "Wordsofatext"
    project = server.project()
    token = server.person(Role.ANNOTATOR, project, email)
    session = server.session(project, documents=[a_document(text, a_segment(0, 5, a_tag()))])
    for body in ({"email": email, "password": PASSWORD}, {"email": email, "password": "a wrong one"}):
        server.call("POST", "/auth/login", body, token="")
    server.call("PUT", session, {"name": text, "documents": [a_document(text)]}, token=token)
    server.call("PUT", session, {"documents": [a_document(text, a_segment(0, 99))]}, token=token)
    server.call("GET", session + "/documents", token=token, search=text)
    server.call("GET", f"/projects/{email}", token=token)
    server.call("GET", f"/{token}", token=token, headers={"User-Agent": f"{email} {token}"})
    written = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines(log))
    assert len(lines(log)) > 6
    for secret in (email, "secret.person", text, token, server.token, PASSWORD, "a wrong one"):
        assert secret not in written


def test_who_is_refused_is_told_too(server: Raw, log: pytest.LogCaptureFixture) -> None:
    token = server.person(Role.VIEWER, server.project())
    assert server.call("GET", f"{server.project()}/classes", token=token).status_code == 403
    line = lines(log)[-1]
    assert (line["status"], line["person"]) == (
        403,
        server.call("GET", "/auth/status", token=token).json()["id"],
    )


def test_a_fault_of_the_server_is_told_by_its_place_and_its_id_alone(
    server: Raw, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        raise RuntimeError("the text that was sent")

    monkeypatch.setattr(server.store.projects, "of_caller", broken)
    transport = httpx.ASGITransport(create_app(server.store), raise_app_exceptions=False)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as http:
            return await http.get(
                "/projects", headers={"Authorization": server.token, "X-Request-ID": "mine"}
            )

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, "mine")
    line = lines(log)[-1]
    assert (line["level"], line["status"], line["request_id"]) == ("error", 500, "mine")
    assert re.fullmatch(r"RuntimeError at server/api/projects\.py:\d+", line["why"])


def test_an_address_is_told_without_what_may_be_somebodys_secret() -> None:
    assert harmless("/projects/7/annotations/12/documents") == "/projects/7/annotations/12/documents"
    assert harmless("/projects/ann@example.org/x y") == "/projects/…/…"
    assert harmless("/eyJhbGciOi1234") == "/…"
    assert [program(agent) for agent in ("Tagwright", "curl/8.5.0", "ann@example.org", "")] == [
        "Tagwright",
        "curl/8.5.0",
        "",
        "",
    ]


def test_a_job_is_told_when_it_is_over(server: Raw, log: pytest.LogCaptureFixture) -> None:
    session = server.session(documents=[a_document("The bed")])
    assert server.call("DELETE", session).status_code == 204
    log.clear()
    assert Worker(server.store, Event()).work_once()
    (line,) = lines(log)
    project_id, session_id = (int(part) for part in session.split("/")[2::2])
    assert (line["event"], line["kind"], line["status"]) == ("job", "DELETE_SESSION", "DONE")
    assert (line["project"], line["session"], line["level"]) == (project_id, session_id, "info")


@pytest.mark.parametrize(
    ("level", "written"), [("off", []), ("error", ["error"]), ("warning", ["warning", "error"])]
)
def test_what_is_less_grave_than_the_setting_is_not_written(
    capsys: pytest.CaptureFixture[str], level: LogLevel, written: list[str]
) -> None:
    root = logging.getLogger("labeling")
    before = (root.level, list(root.handlers))
    try:
        keep_log("info")
        keep_log(level)
        for grave in (logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger("labeling.server").log(grave, "Said once")
        said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        assert [line["level"] for line in said] == written
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]


# Health


def test_a_server_whose_database_cannot_be_used_is_not_healthy(
    server: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert server.call("GET", "/health", token="").json() == {"status": "ok", "jobs": "ok"}

    def away() -> bool:
        raise Failed("The database cannot be used: it is away.")

    monkeypatch.setattr(server.store.jobs, "are_late", away)
    answer = server.call("GET", "/health", token="")
    assert (answer.status_code, answer.json()["message"]) == (503, "The database cannot be used: it is away.")


# Numbers


def test_calls_saves_and_jobs_are_counted(server: Raw) -> None:
    app = create_app(server.store)
    session = server.session(documents=[a_document("The bed")])
    with httpx.Client(transport=InProcess(app), base_url="http://localhost") as http:
        http.headers["Authorization"] = server.token
        for name in ("One", "Two", "Two"):
            http.put(session, json={"name": name}).raise_for_status()
        assert http.put(session, json={"name": " "}).status_code == 400
        http.delete(session)
        said = http.get("/metrics").text
    change = 'method="PUT",route="/projects/{project_id}/annotations/{annotation_id}"'
    assert f'tagwright_requests_total{{{change},status="200"}} 3.0' in said
    assert f'tagwright_requests_total{{{change},status="400"}} 1.0' in said
    assert f"tagwright_request_seconds_count{{{change}}} 4.0" in said
    assert "tagwright_saves_total 2.0" in said
    assert 'tagwright_jobs{status="QUEUED"} 1.0' in said
    assert 'tagwright_jobs{status="FAILED"} 0.0' in said
    assert "tagwright_drafts" not in said


def test_drafts_are_counted_where_they_are_this_process_s(server: Raw) -> None:
    assert numbers(server, drafts=lambda: 3)["tagwright_drafts"] == 3


def test_a_label_holds_no_id_no_name_and_no_person(server: Raw) -> None:
    app = create_app(server.store)
    with httpx.Client(transport=InProcess(app), base_url="http://localhost") as http:
        for path in ("/projects/4711", "/ann@example.org", "/x/4711"):
            http.get(path, headers={"Authorization": server.token})
            http.request("ANN", path)
        said = http.get("/metrics").text
    assert 'route="none"' in said
    assert not re.search(r"4711|ann@|example", said)


@pytest.mark.parametrize(
    ("headers", "base", "peer", "status"),
    [
        ({}, "http://127.0.0.1", "127.0.0.1", 200),
        ({"X-Forwarded-For": "203.0.113.7"}, "http://127.0.0.1", "127.0.0.1", 404),
        ({"X-Real-IP": "203.0.113.7"}, "http://127.0.0.1", "127.0.0.1", 404),
        ({}, "http://tool.example.org", "127.0.0.1", 404),
        ({}, "http://127.0.0.1", "203.0.113.7", 404),
    ],
)
def test_numbers_are_for_programs_of_this_computer_alone(
    server: Raw, headers: dict[str, str], base: str, peer: str, status: int
) -> None:
    assert _asked(server, headers, base, peer, "loopback") == status
    assert _asked(server, headers, base, peer, "all") == 200
    assert _asked(server, headers, base, peer, "off") == 404


def _asked(server: Raw, headers: dict[str, str], base: str, peer: str, allowed: Json) -> int:
    app = create_app(server.store, metrics=allowed)

    async def from_peer(scope: Json, receive: Json, send: Json) -> None:
        await app({**scope, "client": (peer, 1234)}, receive, send)

    with httpx.Client(transport=InProcess(from_peer), base_url=base) as http:
        return http.get("/metrics", headers=headers).status_code
