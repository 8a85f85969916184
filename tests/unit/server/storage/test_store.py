"""The store: its file, its transactions, many writers at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from subprocess import PIPE

from sqlalchemy import text

from labeling.database import revision
from labeling.server.storage import tables
from labeling.server.storage.sessions import session_row
from labeling.server.storage.store import MIGRATIONS, open_store
from tests.unit.server.storage.build import EVERYTHING, ME, a_session, change, documents_of, tagged


def test_opening_again_finds_everything_and_does_without_alembic(tmp_path: Path, database_url: str) -> None:
    store = open_store(tmp_path / "data", database_url=database_url)
    at = a_session(store, tagged("The bed", (4, 7)))
    before = store.documents.of_session(at, EVERYTHING)
    store.close()
    script = (
        "import sys; from pathlib import Path; from labeling.server.storage.store import open_store\n"
        f"open_store(Path({str(tmp_path / 'data')!r}), database_url={database_url!r}).close()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    again = open_store(tmp_path / "data", database_url=database_url, sample=True)
    assert again.documents.of_session(at, EVERYTHING) == before
    assert len(again.projects.of_caller(ME)) == 1
    again.close()


def test_the_folder_and_the_database_are_for_their_owner_only(tmp_path: Path) -> None:
    open_store(tmp_path / "data").close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "labeling.db").stat().st_mode & 0o777 == 0o600


def test_a_log_left_over_without_its_database_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "labeling.db-wal").write_bytes(b"left over" * 1000)
    (tmp_path / "labeling.db-shm").write_bytes(b"left over" * 1000)
    store = open_store(tmp_path)
    assert store.projects.of_caller(ME) == []
    store.close()


def test_the_database_keeps_foreign_keys_and_writes_ahead(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.database.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 10000
    store.close()


def test_what_is_read_in_one_go_belongs_to_one_state(tmp_path: Path, database_url: str) -> None:
    store = open_store(tmp_path, database_url=database_url)
    at = a_session(store, {"text": "One"})
    with store.database.reading() as connection:
        before = session_row(connection, at)
        store.sessions.update(ME, at, change(name="Changed meanwhile"))
        assert session_row(connection, at) == before
    assert store.sessions.read(at)["name"] == "Changed meanwhile"
    store.close()


def test_many_writers_at_once_lose_nothing(tmp_path: Path, database_url: str) -> None:
    store = open_store(tmp_path, database_url=database_url)
    at = a_session(store, *({"text": f"Document {number}"} for number in range(40)))
    failures: list[BaseException] = []

    def annotate(numbers: range) -> None:
        try:
            for number in numbers:
                store.sessions.update(ME, at, change(documents=[tagged(f"Document {number}", (0, 8))]))
        except BaseException as error:  # noqa: BLE001 - it is shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=annotate, args=(range(first, 40, 8),)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session = store.sessions.read(at)
    documents = documents_of(store, at)
    store.close()
    assert failures == []
    assert (session["annotated_count"], session["status"]) == (40, "FINISHED")
    assert all(len(item["segments"]) == 1 and item["annotated"] for item in documents)


def test_a_second_process_may_write_to_the_same_database(tmp_path: Path, database_url: str) -> None:
    here, there = (open_store(tmp_path, database_url=database_url) for _ in range(2))
    at = a_session(here, {"text": "One"})
    for number in range(5):
        here.sessions.update(ME, at, change(documents=[{"text": f"Here {number}"}]))
        there.sessions.update(ME, at, change(documents=[{"text": f"There {number}"}]))
    listed = documents_of(here, at)
    here.close()
    there.close()
    assert [item["position"] for item in listed] == list(range(11))
    assert len({item["id"] for item in listed}) == 11


def test_processes_that_start_at_once_on_an_empty_database_all_start(
    tmp_path: Path, database_url: str
) -> None:
    script = (
        "from pathlib import Path; import alembic.command\n"
        "from labeling.server.storage.store import open_store\n"
        "print('ready', flush=True); input()\n"
        f"open_store(Path({str(tmp_path)!r}), database_url={database_url!r}).close()\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script], stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)
        for _ in range(4)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60) for process in started] == [("", "")] * 4
    store = open_store(tmp_path, database_url=database_url)
    with store.database.reading() as connection:
        assert revision(connection, MIGRATIONS) == tables.HEAD
    store.close()


def test_a_new_file_in_which_another_process_writes_is_waited_for(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "labeling.db", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE others (number INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
    release.start()
    open_store(tmp_path).close()
    release.join()
    other.close()
