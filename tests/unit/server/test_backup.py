"""Backups: what is in one, what comes of it, and what is refused and changes nothing."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from labeling.database import alone_in
from labeling.errors import Exists, Failed, Invalid, LabelingError, NotFound, NotSignedIn, TooNew
from labeling.model import Role
from labeling.server.__main__ import FILES
from labeling.server.accounts import add_person, hash_of, local_token, sign_in
from labeling.server.backup import MANIFEST, back_up, restore
from labeling.server.storage.admission import admit
from labeling.server.storage.store import open_store
from labeling.server.storage.tables import tokens
from labeling.store.drafts import DraftKey, Facts, Write, open_drafts
from labeling.store.review_values import ReviewKey, StoredNote, Who
from tests.unit.server.storage.build import ME, a_session, change, documents_of, tagged

EMAIL, PASSWORD = "ann@example.org", "correct horse battery"
KEY = DraftKey("embedded", "1", "a session")
NOTE = StoredNote("n", ReviewKey("1", "a session"), "id:1", "question", Who("1"), (0, 4))
WRITE = Write('{"state": 1}', Facts(1, 1, "Round one", 1), windows={"tab": 3})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a session, a person, a draft and a token."""
    folder = tmp_path / "data"
    store, drafts = open_store(folder), open_drafts(folder)
    store.people.adopt_local_token("0" * 64)
    a_session(store, tagged("The bed", (4, 7)))
    add_person(store, EMAIL, PASSWORD, Role.ANNOTATOR)
    local_token(store, folder)
    drafts.append(KEY, 0, WRITE)
    drafts.review("embedded").notes.add([NOTE], "A class?")
    store.close()
    drafts.close()
    return folder


@pytest.fixture
def archive(folder: Path, tmp_path: Path) -> Path:
    back_up(folder, FILES, tmp_path / "backup.zip", "0.1.0")
    return tmp_path / "backup.zip"


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_backup_is_restored_into_an_empty_folder_for_its_owner_only(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    manifest, aside = restore(folder, FILES, archive)
    assert (sorted(manifest.files), aside) == (["drafts.db", "labeling.db"], None)
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {
        "drafts.db": 0o600,
        "labeling.db": 0o600,
    }
    assert archive.stat().st_mode & 0o777 == 0o600
    store, drafts = open_store(folder), open_drafts(folder)
    kept = drafts.read(KEY)
    assert kept is not None
    assert (kept.state, kept.windows) == (WRITE.state, {"tab": 3})
    [note] = drafts.review("embedded").notes.of_session(NOTE.key)
    assert (note.span, note.posts[0].words) == (NOTE.span, "A class?")
    assert sign_in(store, EMAIL, PASSWORD)
    store.close()
    drafts.close()


def test_a_backup_holds_no_sign_in_and_the_token_file_goes_on_working(folder: Path, tmp_path: Path) -> None:
    store = open_store(folder)
    theirs, mine = sign_in(store, EMAIL, PASSWORD), (folder / "token").read_text().strip()
    back_up(folder, FILES, tmp_path / "backup.zip", "0.1.0")
    with zipfile.ZipFile(tmp_path / "backup.zip") as zipped:
        assert sorted(zipped.namelist()) == ["drafts.db", "labeling.db", "manifest.json"]
        raw = zipped.read("labeling.db")
    for token in (theirs, mine):
        assert hash_of(token).encode() not in raw
    store.close()
    restore(folder, FILES, tmp_path / "backup.zip")
    again = open_store(folder)
    assert local_token(again, folder) == mine
    assert admit(again.database, hash_of(mine), {}, None).is_local
    with pytest.raises(NotSignedIn):
        admit(again.database, hash_of(theirs), {}, None)
    with again.database.reading() as connection:
        assert len(connection.execute(select(tokens)).all()) == 1
    again.close()


def test_while_the_server_writes_a_backup_is_of_one_moment(folder: Path, tmp_path: Path) -> None:
    store = open_store(folder)
    at = a_session(store, *({"text": f"Document {number}"} for number in range(3)))
    with store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE sessions SET name = 'Half done'")
        back_up(folder, FILES, tmp_path / "backup.zip", "0.1.0")
    store.sessions.update(ME, at, change(name="Since then"))
    store.close()
    restore(tmp_path / "other", FILES, tmp_path / "backup.zip")
    restored = open_store(tmp_path / "other")
    assert restored.sessions.read(at)["name"] == "Session 2"
    assert len(documents_of(restored, at)) == 3
    restored.close()


def test_what_is_replaced_is_put_aside_with_what_is_in_its_log_only(folder: Path, archive: Path) -> None:
    store = open_store(folder)
    at = a_session(store, {"text": "Since the backup"})
    # As a crash leaves it: the last changes stand in the log alone.
    log = (folder / "labeling.db-wal").read_bytes()
    store.close()
    (folder / "labeling.db-wal").write_bytes(log)
    (folder / "labeling.db-shm").touch()
    _, aside = restore(folder, FILES, archive)
    assert aside is not None
    assert (aside.parent, aside.stat().st_mode & 0o777) == (folder, 0o700)
    assert sorted(file.name for file in folder.glob("*.db*")) == ["drafts.db", "labeling.db"]
    before, now = open_store(aside), open_store(folder)
    assert before.sessions.read(at)["document_count"] == 1
    with pytest.raises(NotFound):
        now.sessions.read(at)
    before.close()
    now.close()


def test_it_is_restored_only_where_nobody_has_a_database_open(folder: Path, archive: Path) -> None:
    for opened in (open_store(folder), open_drafts(folder)):
        if hasattr(opened, "read"):
            opened.read(KEY)
        before = {name: raw for name, raw in content(folder).items() if name.endswith(".db")}
        with pytest.raises(Exists, match="Stop it"):
            restore(folder, FILES, archive)
        assert before.items() <= content(folder).items()
        opened.close()
    restore(folder, FILES, archive)
    with alone_in(folder), pytest.raises(Exists):
        restore(folder, FILES, archive)


def _forged(archive: Path, edit: Callable[[dict[str, Any], dict[str, bytes]], None]) -> None:
    """The archive with other files and another manifest, whose checksums fit the files that it names."""
    with zipfile.ZipFile(archive) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    manifest = json.loads(files.pop(MANIFEST))
    edit(manifest, files)
    for name, said in manifest.get("files", {}).items():
        if name in files:
            said |= {"size": len(files[name]), "sha256": sha256(files[name]).hexdigest()}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(MANIFEST, json.dumps(manifest))
        for name, raw in files.items():
            zipped.writestr(name, raw)


def _renamed(name: str) -> Callable[[Path], None]:
    def rename(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        manifest["files"][name] = manifest["files"].pop("drafts.db")
        files[name] = files.pop("drafts.db")

    return lambda archive: _forged(archive, rename)


def _changed_byte(archive: Path) -> None:
    raw = bytearray(archive.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    archive.write_bytes(raw)


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda archive: archive.write_bytes(archive.read_bytes()[:-100]), Invalid),
        (lambda archive: archive.write_bytes(archive.read_bytes()[:1000]), Invalid),
        (lambda archive: archive.write_bytes(b""), Invalid),
        (lambda archive: archive.write_text("not an archive"), Invalid),
        (_changed_byte, Invalid),
        (lambda archive: zipfile.ZipFile(archive, "w").close(), Invalid),
        (_renamed("../drafts.db"), Invalid),
        (_renamed("/tmp/drafts.db"), Invalid),
        (_renamed("token"), Invalid),
        (lambda archive: _forged(archive, lambda manifest, files: files.update(token=b"x" * 40)), Invalid),
        (lambda archive: _forged(archive, lambda manifest, files: manifest.pop("files")), Invalid),
        (
            lambda archive: _forged(archive, lambda manifest, files: files.update({"labeling.db": b"no"})),
            Invalid,
        ),
        (lambda archive: _forged(archive, lambda manifest, files: manifest.update(format=2)), TooNew),
        (
            lambda archive: _forged(
                archive, lambda manifest, files: manifest["files"]["drafts.db"].update(tables="0099")
            ),
            TooNew,
        ),
        (Path.unlink, NotFound),
    ],
)
def test_any_other_file_is_refused_in_one_sentence_and_changes_nothing(
    folder: Path, archive: Path, spoil: Callable[[Path], None], kind: type[LabelingError]
) -> None:
    spoil(archive)
    before = content(folder)
    with pytest.raises(kind) as refused:
        restore(folder, FILES, archive)
    assert type(refused.value) is kind
    assert str(archive) in refused.value.message
    assert "\n" not in refused.value.message
    assert content(folder) == before
    assert not (folder.parent / "drafts.db").exists()


def test_a_backup_replaces_no_file_and_a_damaged_database_leaves_none(folder: Path, archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(Exists, match="is there already"):
        back_up(folder, FILES, archive, "0.1.0")
    assert archive.read_bytes() == before
    with pytest.raises(NotFound, match="nothing to back up"):
        back_up(folder / "none", FILES, archive.with_name("none.zip"), "0.1.0")
    with pytest.raises(NotFound, match="There is no folder"):
        back_up(folder, FILES, archive.parent / "none" / "backup.zip", "0.1.0")
    (folder / "labeling.db").write_bytes(b"garbage!" * 2_000)
    with pytest.raises(Failed, match="its file is damaged"):
        back_up(folder, FILES, archive.with_name("other.zip"), "0.1.0")
    assert sorted(file.name for file in archive.parent.iterdir()) == ["backup.zip", "data"]
    assert sorted(file.name for file in folder.iterdir()) == ["drafts.db", "labeling.db", "token"]


def test_a_backup_of_an_older_version_is_brought_up_to_date(folder: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder / "labeling.db")) as connection:
        for table in ("predictions", "model_files", "models", "invitations"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM counters WHERE kind = 'models'")
        connection.execute("DELETE FROM counters WHERE kind = 'invitations'")
        connection.execute("ALTER TABLE users DROP COLUMN name")
        connection.execute("ALTER TABLE users DROP COLUMN seen")
        connection.execute("DROP TABLE jobs")
        connection.execute("DELETE FROM counters WHERE kind = 'jobs'")
        connection.execute("ALTER TABLE projects DROP COLUMN status")
        connection.execute("ALTER TABLE projects DROP COLUMN description")
        connection.execute("DROP TABLE save_documents")
        connection.execute("DROP TABLE saves")
        connection.execute("ALTER TABLE segments DROP COLUMN annotated")
        connection.execute("ALTER TABLE tags DROP COLUMN origin")
        connection.execute("DROP INDEX ix_sessions_listed")
        for column in ("version", "part", "plan", "blind"):
            connection.execute(f"ALTER TABLE sessions DROP COLUMN {column}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()
    back_up(folder, FILES, tmp_path / "backup.zip", "0.1.0")
    restore(folder, FILES, tmp_path / "backup.zip")
    store = open_store(folder)
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT version FROM sessions").all() == [(1,)]
    store.close()
