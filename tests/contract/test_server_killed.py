"""The server is killed amid an upload: nothing of it is stored, and it can be sent again."""

from __future__ import annotations

from pathlib import Path

from tests.contract.killed_servers import UPLOADS, kill_amid_storing


def test_nothing_is_stored_of_an_upload_amid_which_the_server_is_killed(
    tmp_path: Path, database_url: str
) -> None:
    """`python -m tests.soak` kills at many moments, and amid clones and deletions."""
    kill_amid_storing(tmp_path / "data", database_url, 1_000, UPLOADS[bool(database_url)])
