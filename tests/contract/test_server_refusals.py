"""Refusals: 401, 404, 403 and 400 in that order, never 422, each with a message."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest

from labeling.model import Role
from tests.contract.raw import PASSWORD, Json, Raw, a_document, serving
from tests.stores import DATABASES


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


@pytest.mark.parametrize("value", ["{}", "Bearer {}", "bearer {}", "BEARER   {}"])
def test_the_token_is_taken_bare_and_with_bearer_in_any_case(server: Raw, value: str) -> None:
    headers = {"Authorization": value.format(server.token)}
    assert server.call("GET", "/projects", token="", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "value", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "nonsense", "Basic a:b", "Bearer é"]
)
def test_anything_else_is_401_with_a_message(server: Raw, value: str | None) -> None:
    sent = {} if value is None else {"Authorization": value.encode("latin-1")}
    response = server.http.get("/projects", headers=sent)
    assert response.status_code == 401
    assert response.json()["status"] == "fail"
    assert "token" in response.json()["message"]


def test_every_call_but_those_of_strangers_wants_a_token(server: Raw) -> None:
    described = server.get("/openapi.json")["paths"]
    answers = {
        (method, path): server.call(method.upper(), re.sub(r"{\w+}", "1", path), token="").status_code
        for path, methods in described.items()
        for method in methods
    }
    free = {call for call, status in answers.items() if status != 401}
    strangers = {("post", f"/auth/{call}") for call in ("login", "register", "invitation", "join")}
    assert free == {("get", "/health"), ("get", "/info"), *strangers}


def test_404_is_for_projects_sessions_and_documents_that_are_not_there(server: Raw) -> None:
    session = server.session(documents=[a_document()])
    other = server.project()
    number = session.rsplit("/", 1)[1]
    foreign = server.session(documents=[a_document()])
    document = server.documents(foreign)[0]["id"]
    for path in (
        "/projects/999",
        "/projects/0",
        "/projects/abc",
        "/projects/1e3",
        "/projects/" + "9" * 30,
        "/projects/" + "9" * 5000,
        "/projects/-1",
        "/projects/999/annotations",
        f"{other}/annotations/{number}",
        f"{other}/annotations/{number}/documents",
        f"{other}/annotations/x",
        f"{session}/documents/{document}",
        "/nowhere",
    ):
        response = server.call("GET", path)
        assert response.status_code == 404, path
        assert response.json().keys() == {"status", "message"}
    assert server.call("PUT", f"{other}/annotations/{number}", {}).status_code == 404
    assert server.call("PUT", f"{other}/annotations/{number}", raw=b"{").status_code == 404


def test_the_checks_come_in_the_order_401_404_403_400(server: Raw) -> None:
    project = server.project()
    session = server.session(project)
    viewer = server.person(Role.VIEWER, project)
    missing = project + "/annotations/999"
    assert server.call("PUT", missing, raw=b"{", token="").status_code == 401
    assert server.call("PUT", missing, raw=b"{", token=viewer).status_code == 404
    assert server.call("PUT", session, raw=b"{", token=viewer).status_code == 403
    assert server.call("PUT", session, raw=b"{").status_code == 400
    missing_document = session + "/documents/999/statuses"
    assert server.call("POST", missing_document, {}, token=viewer).status_code == 404
    assert server.call("GET", missing + "/documents", limit="0").status_code == 404


def test_a_person_sees_the_projects_with_a_role_and_manages_those_made(server: Raw) -> None:
    project = server.project()
    server.project()
    token = server.person(Role.VIEWER, project)
    [seen] = server.call("GET", "/projects", token=token).json()
    assert (f"/projects/{seen['id']}", seen["role"]) == (project, "VIEWER")
    made = server.call("POST", "/projects", {"name": "Mine", "type": "CLASS"}, token=token)
    assert (made.status_code, made.json()["role"]) == (201, "MANAGER")
    assert len(server.call("GET", "/projects", token=token).json()) == 2
    assert len(server.get("/projects")) == 3


def test_signing_in_gives_a_token_and_signing_out_ends_it(server: Raw) -> None:
    server.person(Role.VIEWER, server.project())
    credentials = {"email": " Ann@Example.org", "password": PASSWORD}
    answer = server.call("POST", "/auth/login", credentials, token="").json()
    assert answer.keys() == {"status", "message", "auth_token"}
    token = answer["auth_token"]
    who = server.call("GET", "/auth/status", token=token).json()
    assert (who["email"], who["status"]) == ("ann@example.org", "success")
    assert isinstance(who["id"], int)
    assert server.call("POST", "/auth/logout", {}, token=token).status_code == 200
    assert server.call("GET", "/auth/status", token=token).status_code == 401
    wrong = server.call("POST", "/auth/login", {**credentials, "password": "no"}, token="")
    assert wrong.status_code == 401
    assert wrong.json()["status"] == "fail"


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b" ",
        b"not json",
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b"\xff\xfe{\x00}\x00",
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\\udc00 low first"}',
        b'{"name": "zero \\u0000"}',
        b'{"name": NaN}',
        b'{"name": 1}',
        b'{"name": true}',
        b'{"name": ["a"]}',
        b'{"documents": {}}',
        b'{"documents": "text"}',
        b'{"documents": ["text"]}',
        b'{"documents": [{}]}',
        b'{"documents": [1]}',
        b'{"documents": [null]}',
        b'{"documents": [{"text": 1}]}',
        b'{"documents": [{"text": "a", "segments": {}}]}',
        b'{"documents": [{"text": "a", "segments": [{"text": "a"}]}]}',
        b'{"documents": [{"text": "a", "segments": [{"span": {}}]}]}',
        b'{"documents": [{"text": "a", "segments": [{"span": [0, 1], "tags": "POS"}]}]}',
        b'{"documents": [{"text": "a", "segments": [{"span": [0, 1], "text": 1}]}]}',
        b'{"documents": [{"text": "a", "segments": [{"span": [0, 1], "tags": {"class": "Comfort"}}]}]}',
        b'{"documents": [{"text": "a", "segments": [{"span": [0, 1], "tags": [[]]}]}]}',
        b'{"documents": [{"text": "a", "segments": [{"span": [0, 1], "tags": [{"class": 1}]}]}]}',
        b'{"documents": [{"text": "a", "segments": [{"span": [0, 1], "x": 1e999}]}]}',
        b'{"documents": [{"text": "a", "segments": [{"span": [0, 1], "x": "\\u0000"}]}]}',
        b'{"documents": [{"text": "a", "segments": [{"span": [0, 1], "\\u0000": 1}]}]}',
        b'{"documents": [{"text": "a", "annotated": "yes"}]}',
        b'{"documents": [{"text": "a", "annotated": 1}]}',
        b'{"documents": [{"text": "a", "meta": []}]}',
        b'{"documents": [{"text": "a", "id": 1.5}]}',
        b'{"document_ids": 1}',
        b'{"document_ids": ["1"]}',
        b'{"document_ids": [true]}',
        b'{"document_ids": [0]}',
        b'{"document_ids": [9223372036854775808]}',
        b'{"document_ids": [1e-2]}',
        b'{"classes": "a"}',
        b'{"classes": [1]}',
        b'{"classes": [null]}',
        b'{"classes": [{"name": "a"}]}',
        b"[" * 5000,
        b"9" * 5000,
    ],
)
def test_a_bad_body_is_400_with_a_message_and_stores_nothing(server: Raw, raw: bytes) -> None:
    session = server.session(documents=[a_document("a")])
    before = server.listing(session)
    response = server.call("PUT", session, raw=raw)
    assert response.status_code == 400
    assert response.json()["status"] == "fail"
    assert len(response.json()["message"]) > 10
    assert server.listing(session) == before


def test_messages_say_what_is_wrong_where(server: Raw) -> None:
    session = server.session()
    good: Json = {"text": "The bed", "segments": []}
    documents = [good, good, good, {"text": "The bed", "segments": [{"span": [0, "3"]}]}]
    assert server.refused(session, {"documents": documents}) == (
        "documents[3].segments[0].span: must be two integers, [start, end]"
    )
    assert server.refused(session, {"classes": ["a", 2, 3]}) == (
        "classes[1]: must be a valid string (and 1 more)"
    )
    # Unknown keys are kept as they are, so they are looked through as well.
    response = server.call(
        "PUT",
        session,
        raw=b'{"documents": [{"text": "a", "segments": [{"span": [0, 1], "k": [1, "\\u0000"]}]}]}',
    )
    assert response.json()["message"] == (
        "documents[0].segments[0].k[1]: must not contain the character U+0000"
    )


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", "text/json", "", None]
)
def test_a_body_is_json_where_its_content_type_says_nothing_else(server: Raw, kind: str | None) -> None:
    session = server.session()
    headers = {} if kind is None else {"Content-Type": kind}
    response = server.call("PUT", session, raw=b'{"name": "Two"}', headers=headers)
    assert (response.status_code, response.json()["name"]) == (200, "Two")


@pytest.mark.parametrize(
    "kind",
    ["text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
@pytest.mark.parametrize(("method", "path"), [("PUT", ""), ("POST", "/auth/login")])
def test_what_a_pages_form_could_send_is_refused(server: Raw, kind: str, method: str, path: str) -> None:
    session = server.session()
    body = b'{"name": "Two", "email": "a@b", "password": "x"}'
    response = server.call(method, path or session, raw=body, headers={"Content-Type": kind})
    assert response.status_code == 400
    assert response.json()["message"].startswith("Content-Type: must be application/json, not ")
    assert server.get(session)["name"] == "Round one"


def test_a_packed_body_is_refused_with_what_to_do(server: Raw) -> None:
    session = server.session()
    packed = gzip.compress(b'{"name": "Two"}')
    response = server.call("PUT", session, raw=packed, headers={"Content-Encoding": "gzip"})
    assert (response.status_code, response.headers["Accept-Encoding"]) == (415, "identity")
    assert response.json()["message"] == "Content-Encoding: send the body as it is, not as gzip"
    assert server.get(session)["name"] == "Round one"


@pytest.mark.parametrize("path", ["/health", "/projects", "{session}", "{session}/documents", "/docs"])
def test_head_answers_what_get_does_without_its_body(server: Raw, path: str) -> None:
    path = path.format(session=server.session())
    of_call = {"X-Request-ID": "one-of-two"}
    head, get = (server.call(method, path, headers=of_call) for method in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers


def test_head_fails_as_get_does(server: Raw) -> None:
    assert server.call("HEAD", "/projects", token="").status_code == 401
    assert server.call("HEAD", "/projects/99").status_code == 404
    assert server.call("HEAD", "/auth/login").status_code == 405


def test_a_slash_too_many_is_told(server: Raw) -> None:
    for method, path in (("GET", "/projects/"), ("PUT", server.session() + "/")):
        response = server.call(method, path, None if method == "GET" else {})
        assert response.status_code == 404
        assert "leave out the slash at its end" in response.json()["message"]
    assert "slash" not in server.call("GET", "/nothing/").json()["message"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("DELETE", "/projects"), ("GET", "/projects/")]
)
def test_who_is_not_signed_in_does_not_learn_which_addresses_there_are(
    server: Raw, method: str, path: str
) -> None:
    response = server.call(method, path, token="")
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert server.call(method, path).status_code in (404, 405)


def test_a_content_type_or_a_body_on_a_get_is_ignored(server: Raw) -> None:
    session = server.session()
    for raw in (b"", b"{}", b"{broken"):
        response = server.call("GET", session, raw=raw, headers={"Content-Type": "application/json"})
        assert response.status_code == 200
    assert server.call("POST", "/auth/logout", raw=b"{}").status_code == 200


def test_a_method_that_is_not_there_is_405_in_the_same_shape(server: Raw) -> None:
    response = server.call("POST", server.session(), {})
    assert response.status_code == 405
    assert response.json()["status"] == "fail"
    assert "PUT" in response.headers["Allow"]


def test_no_answer_asks_to_retry_or_redirects(server: Raw) -> None:
    session = server.session()
    answers = [
        server.call("PUT", session, {"name": "Two"}),
        server.call("PUT", session + "/", {"name": "Two"}),
        server.call("PUT", session, raw=b"{"),
        server.call("GET", "/projects/"),
        server.call("GET", "/projects", token=""),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 400, 404, 401]
    assert not any("Retry-After" in answer.headers or "Location" in answer.headers for answer in answers)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "", "type": "ABSA"},
        {"name": "P"},
        {"name": "P", "type": "absa"},
        {"name": "P", "type": "ABSA", "classes": [""]},
    ],
)
def test_a_project_needs_a_name_and_one_of_the_types(server: Raw, body: Json) -> None:
    server.refused("/projects", body, "POST")
    assert server.get("/projects") == []


def test_a_fault_of_the_server_is_500_in_the_same_shape() -> None:
    import asyncio

    import httpx

    from labeling.server.app import create_app
    from labeling.server.storage.store import memory_store

    store = memory_store()
    with store.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE tokens")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(store), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as http:
            return await http.get("/projects", headers={"Authorization": "anything"})

    response = asyncio.run(ask())
    store.close()
    assert response.status_code == 500
    assert response.json()["status"] == "fail"
    assert "tokens" not in response.text
