"""`python -m labeling export`: a session of a Studio API becomes a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from labeling.__main__ import main
from labeling.model import Document, NewSession, SessionChange
from tests.contract.embedded import Embedded, embedded
from tests.contract.transport import serving

TEXTS = [f"Text {n}" for n in range(430)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with embedded("over a socket", tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(autouse=True)
def token(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELING_API_TOKEN", server.token)


def address(server: Embedded, documents: list[Document]) -> str:
    """Of a new session."""
    project = server.project()
    new = NewSession(name="Round one", documents=tuple(documents))
    session = server.api.create_session(project, new)
    return f"{str(server.http.base_url).rstrip('/')}/projects/{project}/annotations/{session.id}"


def test_a_session_is_written_as_the_server_would_give_it(
    server: Embedded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    url = address(server, [Document(text=text) for text in TEXTS])
    assert main(["export", url + "/", str(out)]) == 0
    given = server.http.get(f"{url}/download?format=json", headers={"Authorization": server.token})
    assert out.read_bytes() == given.content
    assert [document["text"] for document in json.loads(given.content)["documents"]] == TEXTS
    assert capsys.readouterr().err == "Round one: 430 documents\n"
    assert main(["export", url, str(out)]) == 2


def test_it_goes_to_the_standard_output_and_says_what_the_format_does_not_hold(
    server: Embedded, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    segment = {"span": [0, 4], "tags": [{"class": "Staff"}]}
    document = Document.model_validate({"text": "Nice", "segments": [segment, segment]})
    assert main(["export", address(server, [document]), "-", "--to", "csv"]) == 0
    said = capsysbinary.readouterr()
    assert said.out.decode("utf-8-sig").splitlines()[1].startswith("1,")
    assert b"CSV does not hold all of it: 1 segment on the same words as another" in said.err


def test_a_session_that_changes_while_it_is_read_is_told(
    server: Embedded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = urlsplit(address(server, [Document(text=text) for text in TEXTS])).path
    project, session = (int(part) for part in path.split("/")[2::2])

    def change() -> None:
        done = Document(text="Text 1", annotated=True)
        server.api.update_session(project, session, SessionChange(documents=(done,)))

    async def changing(scope: Scope, receive: Receive, send: Send) -> None:
        if b"offset=200" in scope["query_string"]:
            await run_in_threadpool(change)
        await server.app(scope, receive, send)

    with serving(changing) as elsewhere:
        assert main(["export", elsewhere + path, str(tmp_path / "out.csv")]) == 1
    assert "The session was changed while it was read: export it again." in capsys.readouterr().err


def test_documents_that_cannot_be_read_or_are_not_given_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = {"id": 2, "project_id": 1, "name": "Round one", "document_count": 4}
    pages = {"0": [{"text": "One"}, {"text": 2}], "2": [{"text": "Three"}], "3": []}

    async def told(request: Request) -> JSONResponse:
        return JSONResponse(session)

    async def listed(request: Request) -> JSONResponse:
        return JSONResponse({**session, "documents": pages[request.query_params["offset"]]})

    path, out = "/projects/1/annotations/2", tmp_path / "out.jsonl"
    with serving(Starlette(routes=[Route(path, told), Route(f"{path}/documents", listed)])) as api:
        assert main(["export", api + path, str(out)]) == 1
    assert [json.loads(line)["text"] for line in out.read_text().splitlines()] == ["One", "Three"]
    first, *others = capsys.readouterr().err.splitlines()
    assert first == "Round one: 2 documents"
    assert others[0].startswith("document 2 cannot be read: text: ")
    assert others[1] == "The server counts 4 documents, and gave 3."


def test_what_goes_wrong_is_a_sentence(
    server: Embedded, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, out = address(server, [Document(text="One")]), str(tmp_path / "out.csv")

    def ended(address: str) -> tuple[int, str]:
        return main(["export", address, out]), capsys.readouterr().err

    code, said = ended(url + "9999")
    assert (code, "it does not exist on the server" in said) == (1, True)
    for wrong in (
        url + "?a=1",
        "annotations/2",
        url.replace("http", "ftp"),
        url.replace("//", "//me:secret@"),
    ):
        code, said = ended(wrong)
        assert (code, "secret" in said) == (2, False)
    monkeypatch.setenv("LABELING_API_TOKEN", "wrong-token")
    code, said = ended(url)
    assert (code, "(401)" in said, "wrong-token" in said) == (1, True, False)
    monkeypatch.setenv("LABELING_API_TIMEOUT", "soon")
    code, said = ended(url)
    assert (code, said.startswith("A setting cannot be used: api_timeout: ")) == (2, True)
    assert list(tmp_path.iterdir()) == []
