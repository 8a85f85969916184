"""The store: its tables, its file, its transactions."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from labeling.database import revision
from labeling.errors import Invalid, NotFound
from labeling.model import Role
from labeling.server.rules.bodies import ChangeBody, ProjectBody, SessionBody
from labeling.server.rules.preconditions import entity_tag
from labeling.server.rules.queries import DocumentQuery
from labeling.server.storage import tables
from labeling.server.storage.admission import Caller
from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.sessions import session_row
from labeling.server.storage.store import MIGRATIONS, Store, open_store
from tests.postgres import fresh_database
from tests.stores import DATABASES, empty_store

ME = Caller(1, "local@localhost", is_local=True)
EVERYTHING = DocumentQuery(details=frozenset({"segments", "tags", "meta"}))


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with empty_store(request.param) as opened:
        opened.people.adopt_local_token("0" * 64)
        yield opened


def a_session(store: Store, *documents: dict[str, Any]) -> SessionAddress:
    store.people.adopt_local_token("0" * 64)
    project = ProjectBody.model_validate({"name": "P", "type": "ABSA", "classes": ["Bed"]})
    project_id = store.projects.add(ME, project).row["project_id"]
    body = SessionBody.model_validate({"documents": documents})
    return SessionAddress(project_id, store.sessions.create(ME, project_id, body)["id"])


def _documents(store: Store, at: SessionAddress) -> list[dict[str, Any]]:
    """The session's documents with everything."""
    return store.documents.of_session(at, EVERYTHING).documents


def change(**fields: Any) -> ChangeBody:
    return ChangeBody.model_validate(fields)


def tagged(value: str, *spans: tuple[int, int]) -> dict[str, Any]:
    return {"text": value, "segments": [{"span": span, "tags": [{"class": "Bed"}]} for span in spans]}


def test_the_migrations_make_the_tables_that_the_code_uses(tmp_path: Path, database_url: str) -> None:
    store = open_store(tmp_path / "data", database_url=database_url)
    with store.database.writing() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        made = _rules(connection)
        tables.metadata.drop_all(connection)
        tables.metadata.create_all(connection)
        assert made == _rules(connection)
    store.close()


_RULES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
    "postgresql": """
        SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = current_schema::regnamespace UNION ALL
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema UNION ALL
        SELECT table_name || ' ' || column_name, is_nullable || data_type || coalesce(column_default, '')
        FROM information_schema.columns WHERE table_schema = current_schema
    """,
}


def _rules(connection: Connection) -> dict[str, str]:
    """What the database says of each table, constraints included, whatever the order of the words."""
    rows = connection.execute(text(_RULES[connection.dialect.name])).all()
    counters = connection.execute(text("SELECT kind, next_id FROM counters ORDER BY kind")).all()
    return {name: _words(sql) for name, sql in rows} | {"rows of counters": str(counters)}


def _words(sql: str) -> str:
    return " ".join(sorted(re.split(r"[\s,()]+", sql)))


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS.folder))
    assert ScriptDirectory.from_config(config).get_current_head() == tables.HEAD


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


def test_every_table_but_those_of_people_leads_with_the_project(store: Store) -> None:
    with store.database.reading() as connection:
        keys = {
            table: inspect(connection).get_pk_constraint(table)["constrained_columns"]
            for table in tables.metadata.tables
        }
    others = {table for table, columns in keys.items() if columns[0] != "project_id"}
    assert others == {"users", "tokens", "sign_ins", "counters"}


def test_sample_data_go_into_a_new_database_with_status_and_marks_as_they_are(tmp_path: Path) -> None:
    from labeling.sample import projects as sample_projects

    store = open_store(tmp_path, sample=True)
    for sample, project in zip(sample_projects(), store.projects.of_caller(ME), strict=True):
        project_id = project.row["project_id"]
        assert (project.row["name"], project.row["type"]) == (sample.name, sample.type)
        assert project.labels == list(sample.labels)
        assert [item["description"] for item in store.projects.classes(project_id)] == [
            item.description for item in sample.classes
        ]
        sessions = store.sessions.of_project(project_id)
        for wanted, session in zip(sample.sessions, sessions, strict=True):
            assert (session["status"], session["mode"]) == (wanted.status, wanted.mode)
            assert session["description"] == wanted.description
            assert (session["finished"] is not None) == (wanted.status == "FINISHED")
            assert session["finished"] is None or session["finished"] > session["created"]
            at = SessionAddress(project_id, session["id"])
            documents = _documents(store, at)
            assert [item["text"] for item in documents] == [item.text for item in wanted.documents]
            assert [item["annotated"] for item in documents] == [
                bool(item.annotated) for item in wanted.documents
            ]
            assert [
                [
                    (segment["text"], tuple(segment["span"]), len(segment["tags"]))
                    for segment in item["segments"]
                ]
                for item in documents
            ] == [
                [(segment.text, segment.span, len(segment.tags)) for segment in item.segments]
                for item in wanted.documents
            ]
    store.close()


def test_a_new_database_on_a_server_gets_no_sample_data(tmp_path: Path) -> None:
    with fresh_database() as url:
        store = open_store(tmp_path, database_url=url, sample=True)
        assert store.projects.of_caller(ME) == []
        store.close()


def test_ids_are_unique_in_the_whole_server(store: Store) -> None:
    first = a_session(store, tagged("One", (0, 1), (0, 2)), tagged("Two", (0, 1)))
    second = a_session(store, tagged("One", (0, 1)))
    assert first.session_id != second.session_id
    documents = [item for at in (first, second) for item in _documents(store, at)]
    segments = [segment for item in documents for segment in item["segments"]]
    tags = [tag for segment in segments for tag in segment["tags"]]
    for things in (documents, segments, tags):
        ids = [thing["id"] for thing in things]
        assert len(set(ids)) == len(ids)


def test_a_change_that_fails_half_way_leaves_no_trace(store: Store) -> None:
    at = a_session(store, tagged("One", (0, 1)))
    body = change(
        name="No",
        classes=["Other"],
        documents=[{"text": "New"}, {"text": "One", "segments": [{"span": [0, 2], "tags": []}]}],
    )
    # The tag on [0, 1) goes, but that on the other document keeps the class in use.
    store.sessions.update(at, change(documents=[tagged("Two", (0, 1))]))
    before = (store.sessions.read(at), store.documents.of_session(at, EVERYTHING), _counters(store))
    with pytest.raises(Invalid, match="Bed"):
        store.sessions.update(at, body)
    assert (store.sessions.read(at), store.documents.of_session(at, EVERYTHING), _counters(store)) == before


def _counters(store: Store) -> list[Any]:
    with store.database.reading() as connection:
        return list(connection.execute(select(tables.counters).order_by("kind")).all())


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_change_touches_only_the_rows_that_differ(store: Store) -> None:
    at = a_session(store, tagged("One two three", (0, 3), (4, 7), (8, 13)), tagged("Other", (0, 1)))
    with store.database.writing() as connection:
        for table in ("segments", "tags", "session_documents"):
            for action in ("UPDATE", "DELETE", "INSERT"):
                connection.execute(
                    text(
                        f"CREATE TRIGGER t_{table}_{action} AFTER {action} ON {table} "
                        "BEGIN UPDATE counters SET next_id = next_id + 1 WHERE kind = 'groups'; END"
                    )
                )

    def touched(**fields: Any) -> int:
        before = dict(map(tuple, _counters(store)))["groups"]
        store.sessions.update(at, change(**fields))
        return int(dict(map(tuple, _counters(store)))["groups"] - before)

    same = tagged("One two three", (0, 3), (4, 7), (8, 13))
    assert touched(documents=[same]) == 0
    assert touched(name="Renamed") == 0
    retagged = tagged("One two three", (0, 3), (4, 7), (8, 13))
    retagged["segments"][1]["tags"] = [{"label": "POS"}]
    # One tag out, one in, and the document counts as annotated.
    assert touched(documents=[retagged]) == 3
    # The segment and the tag on it.
    assert touched(documents=[tagged("Other", (0, 1), (0, 2))]) == 3


def test_sessions_from_before_they_counted_their_changes_are_kept(tmp_path: Path, database_url: str) -> None:
    store = open_store(tmp_path, database_url=database_url)
    at = a_session(store, tagged("The bed", (4, 7)))
    before = (store.sessions.read(at), _documents(store, at))
    with store.database.writing() as connection:
        connection.execute(text("ALTER TABLE sessions DROP COLUMN version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    store.close()
    again = open_store(tmp_path, database_url=database_url)
    session = again.sessions.read(at)
    assert ({**session, "version": before[0]["version"]}, _documents(again, at)) == before
    assert entity_tag(again.sessions.update(at, change(name="Two"))) != entity_tag(session)
    again.close()


def test_what_is_read_in_one_go_belongs_to_one_state(tmp_path: Path, database_url: str) -> None:
    store = open_store(tmp_path, database_url=database_url)
    at = a_session(store, {"text": "One"})
    with store.database.reading() as connection:
        before = session_row(connection, at)
        store.sessions.update(at, change(name="Changed meanwhile"))
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
                store.sessions.update(at, change(documents=[tagged(f"Document {number}", (0, 8))]))
        except BaseException as error:  # noqa: BLE001 - it is shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=annotate, args=(range(first, 40, 8),)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session = store.sessions.read(at)
    documents = _documents(store, at)
    store.close()
    assert failures == []
    assert (session["annotated_count"], session["status"]) == (40, "FINISHED")
    assert all(len(item["segments"]) == 1 and item["annotated"] for item in documents)


def test_a_second_process_may_write_to_the_same_database(tmp_path: Path, database_url: str) -> None:
    here, there = (open_store(tmp_path, database_url=database_url) for _ in range(2))
    at = a_session(here, {"text": "One"})
    for number in range(5):
        here.sessions.update(at, change(documents=[{"text": f"Here {number}"}]))
        there.sessions.update(at, change(documents=[{"text": f"There {number}"}]))
    listed = _documents(here, at)
    here.close()
    there.close()
    assert [item["position"] for item in listed] == list(range(11))
    assert len({item["id"] for item in listed}) == 11


def test_the_database_refuses_what_no_rule_of_ours_should_let_through(store: Store) -> None:
    at = a_session(store, tagged("One", (0, 1)))
    [document] = _documents(store, at)
    segment = {
        **at._asdict(),
        "document_id": document["id"],
        "id": 99,
        "position": 0,
        "start_offset": 0,
        "end_offset": 1,
        "text": "O",
    }
    tag = {**at._asdict(), "document_id": document["id"], "segment_id": 1, "id": 99, "position": 0}
    wrong: tuple[tuple[Table, dict[str, Any]], ...] = (
        (tables.segments, {**segment, "end_offset": 0}),
        (tables.segments, {**segment, "document_id": 99}),
        (tables.tags, tag),
        (tables.tags, {**tag, "class_": "Bed", "segment_id": 77}),
    )
    for table, row in wrong:
        with pytest.raises(IntegrityError), store.database.writing() as connection:
            connection.execute(insert(table), row)
    with pytest.raises(IntegrityError), store.database.writing() as connection:
        connection.execute(text("UPDATE sessions SET status = 'DONE'"))


def test_unknown_keys_survive_with_their_types(store: Store) -> None:
    extra = {"score": 0.25, "big": 10**30, "deep": {"a": [None, True, "é😀"]}}
    at = a_session(
        store, {"text": "One", "segments": [{"span": [0, 1], **extra, "tags": [{"class": "Bed", **extra}]}]}
    )
    [segment] = _documents(store, at)[0]["segments"]
    assert {key: segment[key] for key in extra} == extra
    assert {key: segment["tags"][0][key] for key in extra} == extra


def test_roles_hold_in_the_projects_that_are_named_or_in_all(store: Store) -> None:
    first, second = (
        store.projects.add(ME, ProjectBody.model_validate({"name": name, "type": "CLASS"})).row["project_id"]
        for name in "ab"
    )
    assert store.people.save_person("a@b.c", "hash", Role.VIEWER, None) == 2
    assert store.people.save_person("a@b.c", None, Role.MANAGER, [second]) == 1
    person = Caller(2, "a@b.c", is_local=False)
    assert [(item.row["project_id"], item.role) for item in store.projects.of_caller(person)] == [
        (first, "VIEWER"),
        (second, "MANAGER"),
    ]
    with pytest.raises(Invalid, match="no project 99"):
        store.people.save_person("new@b.c", "hash", Role.VIEWER, [99])
    assert not store.people.has_account("new@b.c")


def test_what_is_gone_is_not_found(store: Store) -> None:
    at = a_session(store, {"text": "One"})
    for call in (
        lambda: store.sessions.read(SessionAddress(at.project_id, 99)),
        lambda: store.sessions.update(SessionAddress(99, at.session_id), change(name="x")),
        lambda: store.documents.read(at, 99, frozenset()),
        lambda: store.documents.mark_annotated(at, 99),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_database_without_tables_has_no_revision_and_is_new(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "labeling.db").close()
    store = open_store(tmp_path)
    with store.database.reading() as connection:
        assert revision(connection, MIGRATIONS) == tables.HEAD
    store.close()


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
