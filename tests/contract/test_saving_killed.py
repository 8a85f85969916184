"""The server, or what keeps the draft, is killed in mid-save: nothing is lost, nothing is there twice."""

from __future__ import annotations

from pathlib import Path

from tests.contract.embedded import embedded
from tests.contract.killed import kill_servers, kill_workers
from tests.stores import DATABASES

SEEDS = {"sqlite": [1, 5], "postgresql": [5]}
"""A server is killed after 13 and 62 % of a save; `python -m tests.soak` kills at many more moments."""


def test_a_server_killed_in_mid_save_and_started_again_holds_everything_once_after_another_save(
    tmp_path: Path, database_url: str
) -> None:
    seeds = SEEDS[DATABASES[bool(database_url)]]
    points = list(kill_servers(tmp_path / "data", database_url, seeds))
    assert len(points) == len(seeds)
    assert all(point.said != "saved" for point in points), points


def test_what_was_said_to_be_kept_is_kept_or_saved_when_the_app_is_killed(
    tmp_path: Path, database_url: str
) -> None:
    database = DATABASES[bool(database_url)]
    with embedded("over a socket", tmp_path, database) as server:
        address = str(server.http.base_url)
        points = kill_workers(tmp_path, database_url, server.api, address, server.token, SEEDS[database])
        assert len(list(points)) == len(SEEDS[database])
