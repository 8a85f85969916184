"""`python -m labeling.server`: a process of its own where it serves, else in this one, which has imported
everything."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import httpx
import pytest

from labeling.server.__main__ import main
from labeling.server.accounts import local_token
from labeling.server.app import create_app
from labeling.server.storage.store import open_store
from labeling.store.drafts import DraftKey, Facts, Write, open_drafts
from labeling.store.review_values import ReviewKey, StoredNote, Who
from tests.contract.transport import InProcess

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"


def environment(workers: int = 0) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LABELING_")}
    return {**kept, "PYTHONPATH": str(ROOT), "LABELING_WORKERS": str(workers)}


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "labeling.server", "--data", str(folder), *arguments]


class Done(NamedTuple):
    """What a command has said when it ended."""

    returncode: int
    stdout: str
    stderr: str


def run(folder: Path, *arguments: str, typed: str = "", **settings: str) -> Done:
    given = command(folder, *arguments)[2:]
    out, err, ended = StringIO(), StringIO(), 0
    with (
        patch.dict(os.environ, {**environment(), **settings}, clear=True),
        patch.object(sys, "argv", given),
        patch.object(sys, "stdin", StringIO(typed)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:  # of which Python makes the end of the process
            ended = 1 if isinstance(end.code, str) else int(end.code or 0)
            err.write(f"{end.code}\n" if isinstance(end.code, str) else "")
    return Done(ended, out.getvalue(), err.getvalue())


@contextmanager
def serving(folder: Path, *arguments: str, workers: int = 0) -> Iterator[httpx.Client]:
    """The server on a free port; the client is signed in as the local user."""
    process = subprocess.Popen(
        command(folder, "--port", "0", *arguments),
        stdout=subprocess.PIPE,
        text=True,
        env=environment(workers),
        cwd=folder.parent,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split()[1]
        token = (folder / "token").read_text().strip()
        with httpx.Client(
            base_url=address, headers={"Authorization": token}, trust_env=False, timeout=30
        ) as http:
            yield http
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


def test_it_starts_with_sample_data_keeps_what_is_saved_and_ends_when_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder, "--sample") as http:
        projects = http.get("/projects").json()
        assert len(projects) >= 3
        session = f"/projects/{projects[0]['id']}/annotations"
        session = f"{session}/{http.get(session).json()[0]['id']}"
        assert http.put(session, json={"name": "Kept"}).status_code == 200
        assert (folder / "token").stat().st_mode & 0o777 == 0o600
        assert (folder / "labeling.db").stat().st_mode & 0o777 == 0o600
        token = (folder / "token").read_text()
    with serving(folder) as http:
        assert http.get(session).json()["name"] == "Kept"
        assert (folder / "token").read_text() == token


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        asked = command(tmp_path / "data", "--port", str(port))
        done = subprocess.run(
            asked, capture_output=True, text=True, timeout=60, env=environment(), cwd=tmp_path
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} of 127.0.0.1 is in use: stop what uses it, or choose another with --port.\n"
    )


def test_a_port_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path / "data", "--port", "99999")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("99999 is not a port")


def test_an_address_that_others_reach_is_refused_until_somebody_has_a_password(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    done = run(folder, "--host", "0.0.0.0", "--port", "0")
    assert done.returncode == 1
    assert "nobody has a password" in done.stderr
    assert done.stderr.count("\n") == 1
    ann = ("--add-person", "ann@example.org")
    assert run(folder, "--sample", "--new", *ann, typed=PASSWORD + "\n").returncode == 0
    with serving(folder, "--host", "0.0.0.0") as http:
        assert http.get("/health").status_code == 200


def test_a_person_is_deleted_after_what_is_held_about_them_is_written(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "ann.json"
    ann = "ann@example.org"
    assert run(folder, "--new", "--sample", "--add-person", ann, typed=PASSWORD + "\n").returncode == 0
    with closing(open_drafts(folder)) as drafts:
        key = DraftKey("embedded", "2", "some session")
        drafts.append(key, 0, Write('{"name":"x"}', Facts(1, 1, "Round one", 1)))
        drafts.set_preference("embedded", "2", "guidelines", '"My notes"')
        notes, about = drafts.review("embedded").notes, ReviewKey("1", "some session")
        notes.add([StoredNote("n", about, "id:1", "question", Who("2", ann), (3, 7))], "A class?")
        refused = run(folder, "--delete-person", ann)
        assert refused.returncode == 2
        assert "--delete-person needs --export FILE" in refused.stderr
        done = run(folder, "--delete-person", "Ann@example.org", "--export", str(file))
        assert done.stdout == (
            f"{file} holds what was held about ann@example.org.\n"
            "ann@example.org is deleted. What they saved stays, under “former person 2”.\n"
        )
        assert drafts.drafts("embedded", "2") == ()
        assert drafts.preferences("embedded", "2") == {}
        assert notes.of_session(about) == ()
    held = json.loads(file.read_text(encoding="utf-8"))
    assert [account["email"] for account in held["account"]] == [ann]
    assert held["drafts"][0]["state"] == {"name": "x"}
    [note] = held["notes"]
    assert (note["span"], [post["words"] for post in note["said"]]) == ([3, 7], ["A class?"])
    assert held["preferences"] == [{"name": "guidelines", "value": "My notes"}]
    assert file.stat().st_mode & 0o777 == 0o600
    gone = run(folder, "--delete-person", ann, "--export", "-")
    assert (gone.returncode, gone.stderr) == (1, f"Nobody has the e-mail {ann}.\n")


def test_nobody_is_deleted_where_what_is_held_cannot_be_written(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "there.json"
    ann = "ann@example.org"
    assert run(folder, "--new", "--add-person", ann, typed=PASSWORD + "\n").returncode == 0
    file.write_text("mine")
    done = run(folder, "--delete-person", ann, "--export", str(file))
    assert (done.returncode, done.stderr) == (1, f"{file} is there already. Name another file.\n")
    nowhere = run(folder, "--delete-person", ann, "--export", str(tmp_path / "no folder" / "x.json"))
    assert nowhere.returncode == 1
    assert file.read_text() == "mine"
    assert run(folder, "--add-person", ann).stderr.startswith(f"{ann} exists")


def test_a_person_is_added_changed_and_can_sign_in(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder, "--sample") as http:
        every = [project["id"] for project in http.get("/projects").json()]
        # While the server runs: the same database, another process.
        added = run(folder, "--add-person", "Ann@Example.org", typed=PASSWORD + "\n")
        said = f"ann@example.org is ANNOTATOR in {len(every)} projects.\n"
        assert added.stdout == "ann@example.org was added.\n" + said
        raised = run(
            folder, "--add-person", "ann@example.org", "--role", "MANAGER", "--project", str(every[0])
        )
        assert raised.stdout == "ann@example.org is MANAGER in 1 project.\n"
        login = {"email": "ann@example.org", "password": PASSWORD}
        token = http.post("/auth/login", json=login).json()["auth_token"]
        roles = {
            project["id"]: project["role"]
            for project in http.get("/projects", headers={"Authorization": token}).json()
        }
        assert roles == dict.fromkeys(every, "ANNOTATOR") | {every[0]: "MANAGER"}
        nothing = run(folder, "--add-person", "ann@example.org")
        assert (nothing.returncode, nothing.stderr) == (
            1,
            "ann@example.org exists, and nothing was given to change: --role or --new-password.\n",
        )
        renewed = run(folder, "--add-person", "ann@example.org", "--new-password", typed="another one\n")
        assert renewed.stdout == "ann@example.org has a new password, and is signed out everywhere.\n"
        assert http.get("/projects", headers={"Authorization": token}).status_code == 401
        assert http.post("/auth/login", json=login).status_code == 401
        login["password"] = "another one"
        token = http.post("/auth/login", json=login).json()["auth_token"]
        kept = http.get("/projects", headers={"Authorization": token}).json()
        assert {project["id"]: project["role"] for project in kept} == roles


def test_nobody_is_added_to_a_folder_that_is_mistyped(tmp_path: Path) -> None:
    done = run(tmp_path / "dta", "--add-person", "ann@example.org", typed=PASSWORD + "\n")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "There are no data in" in done.stderr
    assert not (tmp_path / "dta").exists()


def test_a_backup_of_a_running_server_is_restored_when_it_has_stopped(tmp_path: Path) -> None:
    folder, archive = tmp_path / "data", tmp_path / "backup.zip"
    with serving(folder, "--sample") as http:
        first = http.get("/projects").json()[0]
        made = run(folder, "backup", str(archive))
        assert made.stdout == f"{archive} holds labeling.db, without sign-ins and the token.\n"
        assert http.post("/projects", json={"name": "Later", "type": "CLASS"}).status_code == 201
        refused = run(folder, "restore", str(archive))
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert refused.stderr.startswith(f"Tagwright is running on {folder}. Stop it, then restore again.")
        later = http.get("/projects").json()
    restored = run(folder, "restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    (aside,) = folder.glob("before-restore-*")
    assert restored.stdout.endswith(f"What was there before is in {aside}.\n")
    with serving(folder) as http:
        assert http.get("/projects").json() == [item for item in later if item["name"] != "Later"]
        assert http.get("/projects").json()[0] == first
    (aside / "token").write_text((folder / "token").read_text())
    with serving(aside) as http:
        assert http.get("/projects").json() == later


def test_on_postgresql_it_names_the_command_that_backs_up_or_restores(tmp_path: Path) -> None:
    url = "postgresql://anna:hush@127.0.0.1:1/labeling"
    for command_, tool in (("backup", "pg_dump "), ("restore", "pg_restore ")):
        done = run(tmp_path / "data", command_, "FILE", LABELING_DATABASE_URL=url)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert tool in done.stderr
        assert "hush" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_nobody_is_counted_at_an_address_that_only_they_name(tmp_path: Path) -> None:
    body = {"email": "ann@example.org", "password": "guess"}
    with serving(tmp_path / "data") as http:
        sent = {"X-Forwarded-For": "203.0.113.7"}
        assert http.post("/auth/login", json=body, headers=sent).status_code == 401
    with closing(sqlite3.connect(tmp_path / "data" / "labeling.db")) as connection:
        assert connection.execute("SELECT email, address FROM sign_ins").fetchall() == [
            ("ann@example.org", "")
        ]


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")


def _damaged(file: Path) -> None:
    file.write_bytes(b"garbage!" * 2_000)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_newer, "a newer version of Tagwright made it; start that version"),
        (_damaged, "its file is damaged; restore a backup"),
        (_folder, "its folder or file cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence_and_stays_as_it_is(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    folder = tmp_path / "data"
    open_store(folder).close()
    spoil(folder / "labeling.db")
    done = run(folder, "--port", "0")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"The database cannot be used: {words}")


def test_a_folder_or_a_postgresql_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run(tmp_path / "file")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot be used: File exists. Name another with --data." in done.stderr
    done = run(tmp_path / "data", LABELING_DATABASE_URL="postgresql://anna:hush@127.0.0.1:1/labeling")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "its database cannot be reached; check that it is running, and the network." in done.stderr
    assert "hush" not in done.stderr


def test_a_database_that_fails_while_it_serves_is_told_in_words_and_in_one_line_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(tmp_path)
    token = local_token(store, tmp_path)
    store.close()
    file = tmp_path / "labeling.db"
    file.write_bytes(file.read_bytes()[:4096] + b"garbage!" * 20_000)
    with httpx.Client(transport=InProcess(create_app(store)), base_url="http://api") as http:
        for path in ("/projects", "/nowhere"):
            answer = http.get(path, headers={"Authorization": token})
            assert answer.status_code == 500
            assert answer.json()["message"].startswith("The database cannot be used: its file is damaged;")
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "GET /projects",
        "GET /nowhere",
    ]
    assert not any(record.exc_info for record in caplog.records)
    store.close()
