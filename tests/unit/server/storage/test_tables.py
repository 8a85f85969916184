"""The tables: what the migrations make, and the rules that the database keeps by itself."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, insert, inspect, text
from sqlalchemy.exc import IntegrityError

from labeling.database import revision
from labeling.server.rules.preconditions import entity_tag
from labeling.server.storage import tables
from labeling.server.storage.store import MIGRATIONS, Store, open_store
from tests.unit.server.storage.build import ME, a_session, change, documents_of, tagged


@pytest.mark.parametrize("was", ["nothing", "0.1.0"])
def test_the_migrations_make_the_tables_that_the_code_uses(
    tmp_path: Path, database_url: str, was: str
) -> None:
    store = open_store(tmp_path / "data", database_url=database_url)
    if was == "0.1.0":
        _age(store)
        store = open_store(tmp_path / "data", database_url=database_url)
    with store.database.writing() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        made = _rules(connection)
        tables.metadata.drop_all(connection)
        tables.metadata.create_all(connection)
        assert made == _rules(connection)
    store.close()


def _age(store: Store) -> None:
    """Close the store with the tables that version 0.1.0 had."""
    with store.database.writing() as connection:
        connection.execute(text("DROP TABLE predictions"))
        connection.execute(text("DROP TABLE model_files"))
        connection.execute(text("DROP TABLE models"))
        connection.execute(text("DELETE FROM counters WHERE kind = 'models'"))
        connection.execute(text("DROP TABLE invitations"))
        connection.execute(text("DELETE FROM counters WHERE kind = 'invitations'"))
        connection.execute(text("ALTER TABLE users DROP COLUMN name"))
        connection.execute(text("ALTER TABLE users DROP COLUMN seen"))
        connection.execute(text("DROP TABLE jobs"))
        connection.execute(text("DELETE FROM counters WHERE kind = 'jobs'"))
        connection.execute(text("ALTER TABLE projects DROP COLUMN status"))
        connection.execute(text("ALTER TABLE projects DROP COLUMN description"))
        connection.execute(text("DROP TABLE save_documents"))
        connection.execute(text("DROP TABLE saves"))
        connection.execute(text("ALTER TABLE segments DROP COLUMN annotated"))
        connection.execute(text("ALTER TABLE tags DROP COLUMN origin"))
        connection.execute(text("DROP INDEX ix_sessions_listed"))
        for column in ("version", "part", "plan", "blind"):
            connection.execute(text(f"ALTER TABLE sessions DROP COLUMN {column}"))
        connection.execute(text("DROP TABLE sign_ins"))
        old = "email VARCHAR(254) PRIMARY KEY, failures INTEGER NOT NULL, since TIMESTAMP NOT NULL"
        connection.execute(text(f"CREATE TABLE sign_ins ({old})"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
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


def test_every_table_but_those_of_people_leads_with_the_project(store: Store) -> None:
    with store.database.reading() as connection:
        keys = {
            table: inspect(connection).get_pk_constraint(table)["constrained_columns"]
            for table in tables.metadata.tables
        }
    others = {table for table, columns in keys.items() if columns[0] != "project_id"}
    assert others == {"users", "tokens", "sign_ins", "counters"}


def test_sessions_from_before_they_counted_their_changes_are_kept(tmp_path: Path, database_url: str) -> None:
    store = open_store(tmp_path, database_url=database_url)
    at = a_session(store, tagged("The bed", (4, 7)))
    before = (store.sessions.read(at), documents_of(store, at))
    _age(store)
    again = open_store(tmp_path, database_url=database_url)
    session = again.sessions.read(at)
    assert ({**session, "version": before[0]["version"]}, documents_of(again, at)) == before
    assert entity_tag(again.sessions.update(ME, at, change(name="Two"))) != entity_tag(session)
    again.close()


def test_the_database_refuses_what_no_rule_of_ours_should_let_through(store: Store) -> None:
    at = a_session(store, tagged("One", (0, 1)))
    [document] = documents_of(store, at)
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
        (tables.tags, {**tag, "class_": "Bed", "origin": "found"}),
    )
    for table, row in wrong:
        with pytest.raises(IntegrityError), store.database.writing() as connection:
            connection.execute(insert(table), row)
    with pytest.raises(IntegrityError), store.database.writing() as connection:
        connection.execute(text("UPDATE sessions SET status = 'DONE'"))


def test_a_database_without_tables_has_no_revision_and_is_new(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "labeling.db").close()
    store = open_store(tmp_path)
    with store.database.reading() as connection:
        assert revision(connection, MIGRATIONS) == tables.HEAD
    store.close()
