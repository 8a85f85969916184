"""Backups: the databases of a data folder as one archive, and back from it."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, StrictInt, StrictStr

from labeling.database import Migrations, alone_in
from labeling.errors import Exists, Failed, Invalid, LabelingError, NotFound, TooNew
from labeling.faults import FAULTS, why

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 100_000
BLOCK = 1024 * 1024
FOREIGN = "{} is not a backup that Tagwright made, or it is damaged. Nothing was changed."
NEWER = "{} was made by a newer version of Tagwright: restore it with that version. Nothing was changed."
IN_USE = "Tagwright is running on {}. Stop it, then restore again. Nothing was changed."


class DatabaseFile(NamedTuple):
    """A database of the data folder, and the tables in it whose rows no backup may hold."""

    name: str
    migrations: Migrations
    without: Sequence[str] = ()


class _Form(BaseModel):
    """What each version's manifest says of itself, so that an older one can tell."""

    model_config = ConfigDict(extra="ignore")
    format: StrictInt


class ArchivedFile(BaseModel):
    """A database in the archive: the newest migration that has run, its size in bytes, its checksum."""

    model_config = ConfigDict(extra="forbid")
    tables: StrictStr
    size: StrictInt
    sha256: StrictStr


class Manifest(BaseModel):
    """What is in the archive, and which version made it."""

    model_config = ConfigDict(extra="forbid")
    format: StrictInt = FORMAT
    version: StrictStr
    created: AwareDatetime
    files: dict[StrictStr, ArchivedFile]


def back_up(folder: Path, files: Sequence[DatabaseFile], archive: Path, version: str) -> Manifest:
    """Write the databases that are there into a new archive, each as it is at one moment; they may be in use.

    Raises NotFound without any, or without a folder for it, Exists for an archive that is there, and Failed.
    """
    found = [file for file in files if (folder / file.name).is_file()]
    if not found:
        raise NotFound(f"There is nothing to back up in {folder}.")
    if archive.exists():
        raise Exists(f"{archive} is there already: give another name, or move it away.")
    if not archive.parent.is_dir():
        raise NotFound(f"There is no folder {archive.parent}: make it, or name another.")
    part = archive.with_name(f"{archive.name}.{secrets.token_hex(4)}.part")
    try:
        # Not in the data folder, whose disk may be full.
        with TemporaryDirectory(prefix=f"{archive.name}.", dir=archive.parent) as copies:
            manifest = Manifest(
                version=version,
                created=datetime.now(UTC),
                files={file.name: _copied(folder, file, Path(copies)) for file in found},
            )
            with _new_file(part) as written, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zipped:
                zipped.writestr(MANIFEST, manifest.model_dump_json(indent=2))
                for name in manifest.files:
                    zipped.write(Path(copies, name), name)
        part.rename(archive)
    except FAULTS as error:
        raise Failed(f"{archive} was not made: {why(error)}.") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(folder: Path, files: Sequence[DatabaseFile], archive: Path) -> tuple[Manifest, Path | None]:
    """Put the databases of the archive in their places; what is in it, and the folder that holds what was
    there before, if anything was.

    Nothing is changed when it raises Invalid for a file that is no such archive, TooNew for one of a newer
    version, NotFound, Exists while somebody uses the folder, or Failed.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone_in(folder), TemporaryDirectory(prefix="restore-", dir=folder) as copies:
            manifest = _unpacked(archive, files, Path(copies))
            return manifest, _exchange(folder, Path(copies), list(manifest.files))
    except BlockingIOError:
        raise Exists(IN_USE.format(folder)) from None
    except LabelingError:
        raise
    except FAULTS as error:
        raise Failed(f"{archive} was not restored: {why(error)}.") from error


def _copied(folder: Path, file: DatabaseFile, copies: Path) -> ArchivedFile:
    copy = copies / file.name
    _new_file(copy).close()
    # Not "ro", with which a log that a crash left cannot be read; neither makes a file that is not there.
    source = f"{(folder / file.name).absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(source, uri=True)) as live, closing(_opened(copy)) as made:
        live.backup(made)
        made.execute("PRAGMA journal_mode = DELETE").close()
        made.execute("PRAGMA secure_delete = ON").close()
        # An older version has not all of them.
        there = {name for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in there.intersection(file.without):
            made.execute(f"DELETE FROM {table}")
        tables = _revision(made, file.migrations)
    return ArchivedFile(tables=tables, size=copy.stat().st_size, sha256=_digest(copy))


def _unpacked(archive: Path, files: Sequence[DatabaseFile], copies: Path) -> Manifest:
    """The databases of the archive in `copies`, each proved to be what the manifest says."""
    known = {file.name: file.migrations for file in files}
    foreign = Invalid(FOREIGN.format(archive))
    try:
        with archive.open("rb") as read, zipfile.ZipFile(read) as zipped:
            manifest = _manifest(zipped)
            names = sorted([MANIFEST, *manifest.files])
            if sorted(zipped.namelist()) != names or not manifest.files or manifest.files.keys() - known:
                raise foreign
            for name, said in manifest.files.items():
                if said.tables not in known[name].known:
                    raise TooNew
                with zipped.open(name) as packed:
                    _unpack(packed, copies / name, said.size)
                if _digest(copies / name) != said.sha256 or not _is_whole(copies / name, known[name], said):
                    raise foreign
            return manifest
    except TooNew:
        raise TooNew(NEWER.format(archive)) from None
    except FileNotFoundError:
        raise NotFound(f"There is no file {archive}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise foreign from None


def _manifest(zipped: zipfile.ZipFile) -> Manifest:
    if MANIFEST not in zipped.namelist() or zipped.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise ValueError
    raw = zipped.read(MANIFEST)
    if _Form.model_validate_json(raw).format > FORMAT:
        raise TooNew
    return Manifest.model_validate_json(raw)


def _unpack(packed: IO[bytes], file: Path, size: int) -> None:
    with _new_file(file) as written:
        while block := packed.read(BLOCK):
            size -= len(block)
            if size < 0:
                raise ValueError
            written.write(block)
        written.flush()
        os.fsync(written.fileno())


def _is_whole(file: Path, migrations: Migrations, said: ArchivedFile) -> bool:
    try:
        with closing(_opened(file)) as connection:
            found = connection.execute("PRAGMA quick_check").fetchall()
            return found == [("ok",)] and _revision(connection, migrations) == said.tables
    except sqlite3.DatabaseError:
        return False


def _exchange(folder: Path, copies: Path, names: Sequence[str]) -> Path | None:
    """Every file has a second name among those put aside before it loses the first one. A log must go before
    its database does: SQLite would take it for the new one's."""
    logs = [folder / f"{name}{suffix}" for name in names for suffix in ("-wal", "-shm")]
    there = [file for file in (*(folder / name for name in names), *logs) if file.exists()]
    aside = None
    if there:
        aside = folder / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
        aside.mkdir(mode=0o700)
        for file in there:
            _named_also(file, aside / file.name)
        _sync(aside)
    for log in logs:
        log.unlink(missing_ok=True)
    for name in names:
        os.replace(copies / name, folder / name)
    _sync(folder)
    return aside


def _named_also(file: Path, other: Path) -> None:
    try:
        os.link(file, other)
    except OSError:  # a file system without second names
        shutil.copy2(file, other)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None)


def _revision(connection: sqlite3.Connection, migrations: Migrations) -> str:
    return str(connection.execute(f"SELECT version_num FROM {migrations.version_table}").fetchone()[0])


def _digest(file: Path) -> str:
    found = sha256()
    with file.open("rb") as read:
        while block := read.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def _new_file(path: Path) -> IO[bytes]:
    """A new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
