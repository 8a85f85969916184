"""The server is killed amid an upload: all of it is stored, or nothing."""

from __future__ import annotations

from pathlib import Path

from tests.contract.killed_servers import UPLOADS, kill_uploads


def test_an_upload_amid_which_the_server_is_killed_is_stored_whole_or_not_at_all(
    tmp_path: Path, database_url: str
) -> None:
    """After 70 % of its time; `python -m tests.soak` kills at many more moments, and amid clones and
    deletions."""
    what = UPLOADS[bool(database_url)]
    (kill,) = kill_uploads(tmp_path / "data", database_url, [7], 1_000, [what])
    assert kill.what == what
