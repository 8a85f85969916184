"""Workers are processes beside the server: there as long as it runs, whatever ends one, and gone with it."""

from __future__ import annotations

from pathlib import Path

from tests.contract.killed_jobs import kill_jobs, until, working
from tests.contract.test_server_alone import serving


def test_a_server_alone_has_a_worker(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--sample", workers=1) as http:
        project = f"/projects/{http.get('/projects').json()[0]['id']}"
        session = f"{project}/annotations/{http.get(project + '/annotations').json()[0]['id']}"
        assert http.delete(session).status_code == 204
        until(lambda: http.get(session).status_code == 404)


def test_a_worker_that_is_killed_is_followed_by_one_that_goes_on(tmp_path: Path, database_url: str) -> None:
    assert len(kill_jobs(tmp_path / "data", database_url, [1], 300)) == 2


def test_a_worker_has_models_trained(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--sample", workers=1) as http:
        project = f"/projects/{http.get('/projects').json()[0]['id']}"
        model = f"{project}/models/{http.post(project + '/models', json={}).json()['id']}"
        until(lambda: http.get(model).json()["status"] in ("READY", "FAILED"))


def test_workers_end_with_their_server(tmp_path: Path) -> None:
    with working(tmp_path / "data", "") as (_, workers):
        until(lambda: workers.pids)
        pids = workers.pids
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
