"""All of a project as one archive: what is in it, and all that was done to it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeling.__main__ import main
from labeling.model import Role
from labeling.server.api.export import zipped
from tests.contract.embedded import embedded
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving
from tests.stores import DATABASES


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def exported(server: Raw, project: str) -> zipfile.ZipFile:
    answer = server.call("GET", project + "/export")
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def lines(archive: zipfile.ZipFile, name: str) -> list[Json]:
    return [json.loads(line) for line in archive.read(name).splitlines()]


def test_the_archive_holds_what_the_calls_tell_of_the_project(server: Raw) -> None:
    project = server.project(labels=["POS"])
    texts = [
        a_document("The bed 👍", a_segment(4, 7, a_tag(origin="changed"), colour="red"), meta={"a": 1}),
        a_document("Two"),
    ]
    sessions = [server.session(project, name=name, documents=texts) for name in ("One", "Two")]
    server.person(Role.VIEWER, project)
    archive = exported(server, project)
    told = json.loads(archive.read("project.json"))
    assert told["project"] == server.get(project)
    assert told["classes"] == server.get(project + "/classes")
    assert told["labels"] == server.get(project + "/labels")
    assert told["groups"] == server.get(project + "/groups")
    assert told["models"] == []
    assert [(one["email"], one["role"]) for one in told["people"]] == [("ann@example.org", "VIEWER")]
    every = server.get(project + "/documents", details="meta")["documents"]
    assert [(one["id"], one["text"], one["meta"]) for one in lines(archive, "documents.jsonl")] == [
        (one["id"], one["text"], one.get("meta")) for one in every
    ]
    for session in sessions:
        folder = f"sessions/{session.rsplit('/', 1)[1]}"
        assert json.loads(archive.read(f"{folder}/session.json")) == server.get(session)
        assert lines(archive, f"{folder}/documents.jsonl") == server.documents(session)
        assert lines(archive, f"{folder}/history.jsonl") == []
    assert len(archive.namelist()) == 2 + 3 * len(sessions)


def test_the_history_goes_back_to_each_former_state(server: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labeling.server.storage.whole_projects.AT_ONCE", 2)
    session = server.session(documents=[a_document(f"Text {number}") for number in range(5)])
    for number in range(5):
        text = a_document(f"Text {number}", a_segment(0, 4, a_tag(label=None)))
        server.put(session, {"documents": [text], "name": f"Round {number}"})
    archive = exported(server, session.split("/annotations")[0])
    saves = lines(archive, f"sessions/{session.rsplit('/', 1)[1]}/history.jsonl")
    told = server.get(session + "/history")["saves"]
    assert [(save["n"], save["at"], save["user"]) for save in saves] == [
        (save["n"], save["at"], save["user"]) for save in reversed(told)
    ]
    names = ["Round one", "Round 0", "Round 1", "Round 2", "Round 3"]
    assert [save["replaced"]["name"] for save in saves] == names
    for save in saves:
        (changed,) = save["documents"]
        (before,) = server.get(f"{session}/history/{save['n']}")["documents"]
        assert changed["id"] == before["id"]
        assert changed["before"]["segments"] == before["before"]["segments"] == []
    assert [one["text"] for one in lines(archive, "documents.jsonl")] == [f"Text {n}" for n in range(5)]


def test_an_archive_is_written_piece_by_piece() -> None:
    asked = []

    def pieces() -> Iterator[bytes]:
        for number in range(50):
            asked.append(number)
            yield bytes((number * at) % 251 for at in range(20_000))

    made = zipped([("a.bin", pieces())])
    first = next(made)
    assert len(asked) < 50
    archive = zipfile.ZipFile(io.BytesIO(first + b"".join(made)))
    assert len(archive.read("a.bin")) == 50 * 20_000


def test_a_project_is_exported_from_a_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with embedded("over a socket", tmp_path) as server:
        project, out = server.project(), tmp_path / "hotels.zip"
        monkeypatch.setenv("LABELING_API_TOKEN", server.token)
        address = f"{str(server.http.base_url).rstrip('/')}/projects/{project}"
        assert main(["export", address, str(out)]) == 0
        told = json.loads(zipfile.ZipFile(out).read("project.json"))
        assert told["project"]["id"] == project
        assert f"Project {project}: {out.stat().st_size:,} bytes" in capsys.readouterr().err
        assert main(["export", address, str(out)]) == 2
        assert main(["export", address, str(tmp_path / "b.csv"), "--to", "csv"]) == 2
        viewer = server.person(Role.VIEWER, project)
        monkeypatch.setenv("LABELING_API_TOKEN", viewer._token.get_secret_value())
        assert main(["export", address, str(tmp_path / "c.zip")]) == 1
        assert "needs the role MANAGER" in capsys.readouterr().err
        assert sorted(path.name for path in tmp_path.glob("*.*") if path.suffix in (".zip", ".csv")) == [
            "hotels.zip"
        ]
