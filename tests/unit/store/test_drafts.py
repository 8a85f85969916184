"""Drafts are kept whole and in order, by several tabs at once,
and every failure of the store is told and passes."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Pool, event, text
from sqlalchemy.exc import OperationalError

from labeling.database import other_engine, sqlite_engine
from labeling.errors import Moved, NotKept
from labeling.faults import why
from labeling.store import tables as draft_tables
from labeling.store.database import MIGRATIONS
from labeling.store.drafts import DraftKey, DraftStore, Facts, Write, open_drafts

KEY = DraftKey("embedded", "local", "5f0c1c5e-7b1e-4a53-9d0a-3f6f4f0f9a11")
FACTS = Facts(1, 2, "Round one", 3)
SOON = 60
"""Seconds within which a person hears of a failure, on the slowest of machines: not never."""


@pytest.fixture
def drafts(tmp_path: Path, database_url: str) -> Iterator[DraftStore]:
    with closing(open_drafts(tmp_path / "data", database_url)) as drafts:
        yield drafts


@pytest.fixture
def other(drafts: DraftStore, tmp_path: Path, database_url: str) -> Iterator[DraftStore]:
    """The same drafts, as another process sees them."""
    with closing(open_drafts(tmp_path / "data", database_url)) as other:
        yield other


@pytest.fixture
def sqlite_drafts(tmp_path: Path) -> Iterator[DraftStore]:
    with closing(open_drafts(tmp_path / "data")) as drafts:
        yield drafts


def a_write(state: str = "{}", **fields: Any) -> Write:
    return Write(state, FACTS)._replace(**fields)


def test_a_draft_is_read_as_it_was_written(drafts: DraftStore, other: DraftStore) -> None:
    documents = [("id:1", '{"text":"Größe 👩‍👩‍👧"}', '{"done":true}'), ("text:ab#1", "{}", "[]")]
    revision = drafts.append(
        KEY, 0, a_write('{"name":"x"}', documents=documents, steps=[(2, "b"), (1, "a")], windows={"w": 7})
    )
    kept = other.read(KEY)
    assert kept is not None
    assert (kept.revision, kept.state, kept.first_step) == (revision, '{"name":"x"}', 0)
    assert kept.documents == tuple(documents)
    assert kept.steps == ((1, "a"), (2, "b"))
    assert (kept.gone, kept.windows) == ((), {"w": 7})
    assert kept.created == kept.updated
    assert kept.created.utcoffset() is not None


def test_where_nothing_was_kept_there_is_nothing(drafts: DraftStore) -> None:
    assert drafts.read(KEY) is None
    assert drafts.drafts("embedded", "local") == ()
    drafts.remove(KEY)


def test_a_tab_hears_of_what_was_written_after_its_revision_and_of_nothing_else(drafts: DraftStore) -> None:
    first = drafts.append(
        KEY, 0, a_write(documents=[("id:1", "b1", "s1"), ("id:2", "b2", "s2")], steps=[(1, "a")])
    )
    second = drafts.append(KEY, first, a_write("new", documents=[("id:2", "b2", "s3")], steps=[(2, "b")]))
    heard, nothing = drafts.read(KEY, first), drafts.read(KEY, second)
    assert heard is not None
    assert nothing is not None
    assert (heard.state, heard.documents, heard.steps) == ("new", (("id:2", "b2", "s3"),), ((2, "b"),))
    assert (nothing.revision, nothing.documents, nothing.steps, nothing.gone) == (second, (), (), ())


def test_a_document_without_a_base_keeps_the_one_it_has(drafts: DraftStore) -> None:
    revision = drafts.append(KEY, 0, a_write(documents=[("id:1", "base", "one"), ("id:2", "base", "one")]))
    drafts.append(KEY, revision, a_write(documents=[("id:1", None, "two"), ("id:2", "new base", "two")]))
    kept = drafts.read(KEY)
    assert kept is not None
    assert kept.documents == (("id:1", "base", "two"), ("id:2", "new base", "two"))


@pytest.mark.parametrize("gone_before", [False, True])
def test_a_document_that_has_no_base_and_brings_none_is_refused_and_nothing_is_stored(
    drafts: DraftStore, gone_before: bool
) -> None:
    revision = drafts.append(KEY, 0, a_write(documents=[("id:1", "b", "s"), ("id:2", "b", "s")]))
    if gone_before:
        revision = drafts.append(KEY, revision, a_write(gone=["id:2"]))
    missing = "id:2" if gone_before else "id:3"
    with pytest.raises(ValueError, match="base"):
        drafts.append(KEY, revision, a_write("new", documents=[("id:1", None, "t"), (missing, None, "t")]))
    kept = drafts.read(KEY)
    assert kept is not None
    assert (kept.revision, kept.state, kept.documents[0]) == (revision, "{}", ("id:1", "b", "s"))


def test_a_tab_hears_of_a_document_that_left_and_of_one_that_came_back(drafts: DraftStore) -> None:
    first = drafts.append(KEY, 0, a_write(documents=[("id:1", "b", "s"), ("id:2", "b", "s")]))
    second = drafts.append(KEY, first, a_write(gone=["id:1", "never:here"]))
    heard, all_of_it = drafts.read(KEY, first), drafts.read(KEY)
    assert heard is not None
    assert all_of_it is not None
    assert (heard.documents, heard.gone) == ((), ("id:1",))
    assert all_of_it.documents == (("id:2", "b", "s"),)
    drafts.append(KEY, second, a_write(documents=[("id:1", "again", "s")]))
    heard = drafts.read(KEY, first)
    assert heard is not None
    assert (heard.documents, heard.gone) == ((("id:1", "again", "s"),), ())


def test_steps_are_replaced_and_leave_the_history_from_below(drafts: DraftStore) -> None:
    first = drafts.append(KEY, 0, a_write(steps=[(1, "a"), (2, "b"), (3, "c")]))
    second = drafts.append(KEY, first, a_write(steps=[(3, "c, saved"), (4, "d")], first_step=3))
    third = drafts.append(KEY, second, a_write(steps=[(5, "e")]))
    heard, all_of_it = drafts.read(KEY, second), drafts.read(KEY)
    assert heard is not None
    assert all_of_it is not None
    assert (heard.revision, heard.first_step, heard.steps) == (third, 3, ((5, "e"),))
    assert (all_of_it.first_step, all_of_it.steps) == (3, ((3, "c, saved"), (4, "d"), (5, "e")))


def test_the_number_of_a_window_is_never_lowered(drafts: DraftStore) -> None:
    revision = drafts.append(KEY, 0, a_write(windows={"a": 5, "b": 1}))
    revision = drafts.append(KEY, revision, a_write(windows={"a": 4, "b": 2, "c": 1}))
    kept = drafts.read(KEY, revision)
    assert kept is not None
    assert kept.windows == {"a": 5, "b": 2, "c": 1}


def test_who_knows_another_revision_is_refused_and_changes_nothing(
    drafts: DraftStore, other: DraftStore
) -> None:
    first = drafts.append(KEY, 0, a_write("one"))
    second = other.append(KEY, first, a_write("two"))
    for stale in (0, first, second + 1):
        with pytest.raises(Moved):
            drafts.append(KEY, stale, a_write("three", documents=[("id:1", "b", "s")], windows={"w": 9}))
    kept = drafts.read(KEY)
    assert kept is not None
    assert (kept.revision, kept.state, kept.documents, kept.windows) == (second, "two", (), {})
    with pytest.raises(Moved):
        drafts.append(KEY._replace(session="other"), first, a_write())


def test_a_removed_draft_is_gone_and_its_revisions_do_not_come_again(
    drafts: DraftStore, other: DraftStore
) -> None:
    old = drafts.append(KEY, 0, a_write(documents=[("id:1", "b", "s")], steps=[(1, "a")], windows={"w": 7}))
    before = drafts.read(KEY)
    other.remove(KEY)
    assert drafts.read(KEY, old) is None
    assert drafts.drafts("embedded", "local") == ()
    with pytest.raises(Moved):
        drafts.append(KEY, old, a_write())
    new = other.append(KEY, 0, a_write(documents=[("id:2", "b", "s")], windows={"w": 3}))
    assert new > old
    with pytest.raises(Moved):
        drafts.append(KEY, old, a_write())
    heard = drafts.read(KEY, old)
    assert before is not None
    assert heard is not None
    assert heard == drafts.read(KEY)
    assert (heard.documents, heard.steps, heard.windows) == ((("id:2", "b", "s"),), (), {"w": 7})
    assert heard.created > before.created


def test_revisions_go_on_when_the_clock_goes_back(
    sqlite_drafts: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = sqlite_drafts.append(KEY, 0, a_write())
    sqlite_drafts.remove(KEY)
    monkeypatch.setattr(time, "time", lambda: 1_000_000.0)
    assert sqlite_drafts.append(KEY, 0, a_write()) == old + 1


def test_a_list_shows_the_drafts_of_one_person_at_one_api_the_last_changed_first(drafts: DraftStore) -> None:
    keys = [KEY._replace(session=name) for name in ("a", "b", "c")]
    revisions = [drafts.append(key, 0, a_write()) for key in keys]
    strange = Facts(3, 4, "half an emoji \ud83d and \0", 12)
    drafts.append(keys[1], revisions[1], a_write(facts=strange))
    drafts.append(KEY._replace(person="anna"), 0, a_write())
    drafts.append(KEY._replace(api="https://api.test"), 0, a_write())
    found = drafts.drafts("embedded", "local")
    assert [header.key.session for header in found] == ["b", "c", "a"]
    assert (found[0].key, found[0].facts, found[1].facts) == (keys[1], strange, FACTS)
    assert found[0].updated > found[0].created


def test_tabs_that_write_at_once_lose_nothing(drafts: DraftStore, other: DraftStore) -> None:
    tabs, edits = 6, 15
    barrier = threading.Barrier(tabs)

    def tab(name: int) -> None:
        store = (drafts, other)[name % 2]
        barrier.wait()
        for number in range(1, edits + 1):
            write = a_write(documents=[(f"id:{name}-{number}", "b", "s")], windows={f"w{name}": number})
            append_at_last(store, write, f"{name}:{number}")

    in_threads(tabs, tab)
    kept = drafts.read(KEY)
    assert kept is not None
    assert [number for number, _ in kept.steps] == list(range(1, tabs * edits + 1))
    for name in range(tabs):
        own = [body for _, body in kept.steps if body.startswith(f"{name}:")]
        assert own == [f"{name}:{number}" for number in range(1, edits + 1)]
    assert len(kept.documents) == tabs * edits
    assert kept.windows == {f"w{name}": edits for name in range(tabs)}


def append_at_last(store: DraftStore, write: Write, body: str) -> None:
    """Append one step with the next number, by compare-and-set, until it is in."""
    while True:
        kept = store.read(KEY)
        number = kept.steps[-1][0] + 1 if kept and kept.steps else 1
        try:
            store.append(KEY, kept.revision if kept else 0, write._replace(steps=[(number, body)]))
        except Moved:
            continue
        return


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def test_of_many_that_begin_a_draft_at_once_one_does(drafts: DraftStore, other: DraftStore) -> None:
    barrier = threading.Barrier(8)

    def begin(name: int) -> bool:
        barrier.wait()
        try:
            (drafts, other)[name % 2].append(KEY, 0, a_write(str(name)))
        except Moved:
            return False
        return True

    assert in_threads(8, begin).count(True) == 1


def test_a_reader_never_sees_half_of_a_write(drafts: DraftStore, other: DraftStore) -> None:
    def write(n: int) -> Write:
        return a_write(str(n), documents=[("id:1", "b", str(n))], steps=[(1, str(n))], windows={"w": n})

    revision = drafts.append(KEY, 0, write(0))
    done = threading.Event()

    def write_on(revision: int) -> None:
        try:
            for n in range(1, 150):
                revision = drafts.append(KEY, revision, write(n))
        finally:
            done.set()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_on, revision)
        while not done.is_set():
            kept = other.read(KEY)
            assert kept is not None
            n = kept.state
            assert (kept.documents, kept.steps, kept.windows) == (
                (("id:1", "b", n),),
                ((1, n),),
                {"w": int(n)},
            )
        writing.result()


def test_a_lease_has_one_holder_until_it_is_given_back(drafts: DraftStore, other: DraftStore) -> None:
    assert drafts.acquire("save 7", "tab 1", "Anna is saving", 60) is None
    assert other.acquire("save 7", "tab 2", "Bert is saving", 60) == "Anna is saving"
    assert other.acquire("save 8", "tab 2", "Bert is saving", 60) is None
    other.release("save 7", "tab 2")
    assert other.acquire("save 7", "tab 2", "Bert is saving", 60) == "Anna is saving"
    drafts.release("save 7", "tab 1")
    assert other.acquire("save 7", "tab 2", "Bert is saving", 60) is None
    assert drafts.acquire("save 7", "tab 1", "Anna is saving", 60) == "Bert is saving"


def test_a_lease_is_renewed_by_its_holder_and_taken_over_when_it_has_ended(drafts: DraftStore) -> None:
    assert drafts.acquire("save", "tab 1", "Anna", 0.01) is None
    assert drafts.acquire("save", "tab 1", "Anna, still", 60) is None
    time.sleep(0.02)
    assert drafts.acquire("save", "tab 2", "Bert", 60) == "Anna, still"
    assert drafts.acquire("save", "tab 1", "Anna", 0.01) is None
    time.sleep(0.02)
    assert drafts.acquire("save", "tab 2", "Bert", 60) is None
    drafts.release("save", "tab 1")
    assert drafts.acquire("save", "tab 1", "Anna", 60) == "Bert"


def test_of_many_that_want_a_lease_at_once_one_has_it(drafts: DraftStore, other: DraftStore) -> None:
    barrier = threading.Barrier(8)

    def take(n: int) -> str | None:
        barrier.wait()
        return (drafts, other)[n % 2].acquire("save", f"tab {n}", f"{n}", 60)

    answers = in_threads(8, take)
    assert answers.count(None) == 1
    assert {answer for answer in answers if answer is not None} == {str(answers.index(None))}


@pytest.mark.parametrize("was", ["nothing", "0.1.0"])
def test_the_migrations_make_the_tables_that_the_code_uses(
    drafts: DraftStore, tmp_path: Path, database_url: str, was: str
) -> None:
    drafts.read(KEY)
    engine = other_engine(database_url) if database_url else sqlite_engine(tmp_path / "data" / "drafts.db")
    if was == "0.1.0":
        with engine.begin() as connection:
            for table in reversed(draft_tables.REVIEW):
                connection.execute(text(f"DROP TABLE {table.name}"))
            connection.execute(text("DROP TABLE browser_sign_ins"))
            connection.execute(text("DROP TABLE preferences"))
            connection.execute(text("UPDATE draft_version SET version_num = '0001'"))
        with closing(open_drafts(tmp_path / "data", database_url)) as again:
            again.read(KEY)
    options = {"compare_type": True, "version_table": MIGRATIONS.version_table}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, draft_tables.metadata) == []
        assert connection.scalar(text("SELECT version_num FROM draft_version")) == draft_tables.HEAD
    engine.dispose()


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS.folder))
    assert ScriptDirectory.from_config(config).get_current_head() == draft_tables.HEAD


def test_only_their_owner_can_read_the_drafts(sqlite_drafts: DraftStore, tmp_path: Path) -> None:
    sqlite_drafts.append(KEY, 0, a_write())
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    for file in (tmp_path / "data").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_a_locked_database_is_told_soon_and_works_when_it_is_let_go(
    drafts: DraftStore, tmp_path: Path, database_url: str
) -> None:
    revision = drafts.append(KEY, 0, a_write())
    with locked(tmp_path / "data" / "drafts.db", database_url):
        began = time.monotonic()
        with pytest.raises(NotKept, match="locked"):
            drafts.append(KEY, revision, a_write())
        assert time.monotonic() - began < SOON
    assert drafts.append(KEY, revision, a_write()) == revision + 1


@contextmanager
def locked(path: Path, url: str) -> Iterator[None]:
    if url:
        engine = other_engine(url)
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE drafts IN EXCLUSIVE MODE"))
            yield
        engine.dispose()
    else:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")


def test_what_another_writer_holds_can_still_be_read(
    drafts: DraftStore, tmp_path: Path, database_url: str
) -> None:
    revision = drafts.append(KEY, 0, a_write())
    with locked(tmp_path / "data" / "drafts.db", database_url):
        kept = drafts.read(KEY)
    assert kept is not None
    assert kept.revision == revision


def test_a_full_disk_is_told_loses_nothing_and_works_when_there_is_room(sqlite_drafts: DraftStore) -> None:
    revision = sqlite_drafts.append(KEY, 0, a_write(documents=[("id:1", "b", "s")]))
    long = a_write(documents=[("id:2", "b", "x" * 1_000_000)])
    with pragma("max_page_count = 1", "max_page_count = 1000000"), pytest.raises(NotKept, match="full"):
        sqlite_drafts.append(KEY, revision, long)
    kept = sqlite_drafts.read(KEY)
    assert kept is not None
    assert (kept.revision, kept.documents) == (revision, (("id:1", "b", "s"),))
    assert sqlite_drafts.append(KEY, revision, long) == revision + 1


def test_drafts_that_may_only_be_read_are_told(sqlite_drafts: DraftStore) -> None:
    revision = sqlite_drafts.append(KEY, 0, a_write())
    with pragma("query_only = ON", "query_only = OFF"), pytest.raises(NotKept, match="read but not written"):
        sqlite_drafts.append(KEY, revision, a_write())
    assert sqlite_drafts.append(KEY, revision, a_write()) == revision + 1


@contextmanager
def pragma(setting: str, undone: str) -> Iterator[None]:
    """A setting of SQLite for every transaction inside."""

    def set_(raw: sqlite3.Connection, *rest: object) -> None:
        raw.execute(f"PRAGMA {setting}").close()

    def undo(raw: sqlite3.Connection, *rest: object) -> None:
        raw.execute(f"PRAGMA {undone}").close()

    event.listen(Pool, "checkout", set_)
    event.listen(Pool, "checkin", undo)
    try:
        yield
    finally:
        event.remove(Pool, "checkout", set_)
        event.remove(Pool, "checkin", undo)


def test_a_folder_that_cannot_be_is_told_and_a_later_call_works(
    sqlite_drafts: DraftStore, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("in the way")
    for _ in range(2):
        with pytest.raises(NotKept, match="cannot be opened"):
            sqlite_drafts.read(KEY)
    (tmp_path / "data").unlink()
    assert sqlite_drafts.append(KEY, 0, a_write()) > 0


@pytest.mark.parametrize("opened", [False, True])
def test_a_damaged_file_is_told_and_put_aside_makes_room_for_a_new_one(
    sqlite_drafts: DraftStore, tmp_path: Path, opened: bool
) -> None:
    file = tmp_path / "data" / "drafts.db"
    if opened:
        sqlite_drafts.append(KEY, 0, a_write(documents=[(f"id:{n}", "b" * 1000, "s") for n in range(100)]))
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sqlite_drafts.close()
        file.write_bytes(file.read_bytes()[:4096] + b"garbage!" * 20_000)
    else:
        file.parent.mkdir()
        file.write_bytes(b"garbage!" * 2_000)
    with pytest.raises(NotKept, match="damaged"):
        sqlite_drafts.read(KEY)
    file.rename(tmp_path / "aside")
    assert sqlite_drafts.append(KEY, 0, a_write()) > 0


def test_a_file_that_was_taken_away_is_begun_anew_and_old_revisions_do_not_fit_it(
    sqlite_drafts: DraftStore, tmp_path: Path
) -> None:
    old = sqlite_drafts.append(KEY, 0, a_write("lost"))
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    assert sqlite_drafts.read(KEY, old) is None
    with pytest.raises(Moved):
        sqlite_drafts.append(KEY, old, a_write())
    assert sqlite_drafts.append(KEY, 0, a_write()) > old
    with closing(open_drafts(tmp_path / "data")) as later:
        assert later.read(KEY) is not None


def test_a_database_that_was_emptied_in_its_place_is_told_and_gets_its_tables_again(
    sqlite_drafts: DraftStore, tmp_path: Path
) -> None:
    sqlite_drafts.append(KEY, 0, a_write("lost"))
    with closing(sqlite3.connect(tmp_path / "data" / "drafts.db")) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            connection.execute(f'DROP TABLE "{table}"')
        connection.commit()
    with pytest.raises(NotKept):
        sqlite_drafts.read(KEY)
    assert sqlite_drafts.append(KEY, 0, a_write()) > 0


def test_a_database_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    drafts = open_drafts(tmp_path, "postgresql://anna:hush@127.0.0.1:1/drafts")
    with pytest.raises(NotKept, match="cannot be reached") as caught:
        drafts.read(KEY)
    assert "hush" not in str(caught.value)
    with pytest.raises(NotKept, match="LABELING_DATABASE_URL"):
        open_drafts(tmp_path, "no address:hush").read(KEY)
    with pytest.raises(NotKept, match="LABELING_DATABASE_URL"):
        open_drafts(tmp_path, "unheard://anna:hush@127.0.0.1/drafts").read(KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_connections_that_broke_are_made_anew(drafts: DraftStore, database_url: str) -> None:
    revision = drafts.append(KEY, 0, a_write())
    engine = other_engine(database_url)
    with engine.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid, 9000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        )
    engine.dispose()
    assert drafts.append(KEY, revision, a_write()) == revision + 1


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (psycopg.errors.DiskFull(), "its disk is full"),
        (psycopg.errors.LockNotAvailable(), "locked"),
        (psycopg.errors.ReadOnlySqlTransaction(), "read but not written"),
        (psycopg.errors.DataCorrupted(), "damaged"),
        (psycopg.errors.AdminShutdown(), "cannot be reached"),
        (psycopg.errors.TooManyConnections(), "cannot be reached"),
        (psycopg.OperationalError("server closed the connection"), "cannot be reached"),
        (psycopg.errors.InvalidPassword(), "does not let Tagwright in"),
        (psycopg.errors.UndefinedTable(), "the fault 42P01"),
    ],
)
def test_what_postgresql_says_is_told_in_plain_words(cause: psycopg.Error, words: str) -> None:
    told = why(OperationalError("INSERT hush", {"body": "hush"}, cause))
    assert words in told
    assert "hush" not in told


def test_all_drafts_of_a_person_go_and_nobody_elses(drafts: DraftStore, other: DraftStore) -> None:
    mine = [KEY._replace(person="7", session=session) for session in ("a", "b")]
    others = [KEY._replace(person="8"), KEY._replace(person="7", api="https://studio.example.org")]
    for key in (*mine, *others):
        drafts.append(key, 0, a_write(documents=[("id:1", "{}", "{}")], steps=[(1, "a")], windows={"w": 3}))
        drafts.set_preference(key.api, key.person, "keys", "{}")
    drafts.acquire("a save that ended long ago", "w", "Ann saves", -SOON)
    assert drafts.unsaved() == 4
    drafts.forget("embedded", "7")
    assert other.drafts("embedded", "7") == ()
    assert [other.read(key) for key in mine] == [None, None]
    assert other.preferences("embedded", "7") == {}
    assert other.unsaved() == 2
    for key in others:
        kept = other.read(key)
        assert kept is not None
        assert (kept.steps, kept.windows) == (((1, "a"),), {"w": 3})
        assert other.preferences(key.api, key.person) == {"keys": "{}"}
    assert drafts.acquire("a save that ended long ago", "x", "Bo saves", SOON) is None
    # A page of theirs that is still open does not take its draft for lost.
    assert other.knows(mine[0])
