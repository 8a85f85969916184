"""`python -m labeling.server` as a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LABELING_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "labeling.server", "--data", str(folder), *arguments]


def run(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder, *arguments),
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        cwd=folder.parent,
    )


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[httpx.Client]:
    """The server on a free port; the client is signed in as the local user."""
    process = subprocess.Popen(
        command(folder, "--port", "0", *arguments),
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
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
        done = run(tmp_path / "data", "--port", str(port))
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
    assert run(folder, "--sample", "--add-person", "ann@example.org", typed=PASSWORD + "\n").returncode == 0
    with serving(folder, "--host", "0.0.0.0") as http:
        assert http.get("/health").status_code == 200


def test_a_person_is_added_changed_and_can_sign_in(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder, "--sample") as http:
        every = [project["id"] for project in http.get("/projects").json()]
        # While the server runs: the same database, another process.
        added = run(folder, "--add-person", "Ann@Example.org", typed=PASSWORD + "\n")
        assert added.stdout == f"Ann@Example.org is ANNOTATOR in {len(every)} projects.\n"
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
