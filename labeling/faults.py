"""Why a database could not do its work, in plain words.

Never the database's own words: they may repeat an address with its password, or the text to be written.
"""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from labeling.errors import TooNew

FAULTS: tuple[type[Exception], ...] = (TooNew, SQLAlchemyError, sqlite3.Error, OSError, ImportError)
"""What is raised when a database, its driver or its disk fails."""

_REASONS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "40"),
        "it is locked by another program; it works again when that has finished",
    ),
    (("SQLITE_FULL", "ENOSPC", "EDQUOT", "53100"), "its disk is full; make room on it"),
    (
        ("SQLITE_READONLY", "SQLITE_PERM", "EACCES", "EPERM", "EROFS", "25006", "42501"),
        "it may be read but not written; give Tagwright the right to write there",
    ),
    (
        ("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX", "58030"),
        "its file is damaged; restore a backup, or put the file aside for help, and a new one is begun",
    ),
    (("SQLITE_IOERR", "EIO"), "its disk reports a fault"),
    (
        ("SQLITE_CANTOPEN", "ENOENT", "ENOTDIR", "EEXIST", "EISDIR"),
        "its folder or file cannot be opened; check LABELING_DATA_DIR",
    ),
    (
        ("28", "3D"),
        "the database does not let Tagwright in, or is not there; check LABELING_DATABASE_URL",
    ),
    (
        ("08", "53", "57", "no connection"),
        "its database cannot be reached; check that it is running, and the network",
    ),
    (("no address",), "LABELING_DATABASE_URL names no database that Tagwright knows"),
    (("too new",), "a newer version of Tagwright made it; start that version, or restore an older backup"),
)
"""The first letters of a code, and what they mean; the first that fits counts."""


def why(error: Exception) -> str:
    """The reason and what to do, as the second half of a sentence, without its stop."""
    return known(error) or f"it reports the fault {_code(error)}"


def known(error: Exception) -> str | None:
    """The same where whoever runs Tagwright can do something about it; None for a fault of its own."""
    code = _code(error)
    return next((words for starts, words in _REASONS if code.startswith(starts)), None)


def _code(error: Exception) -> str:
    """SQLite's name of the fault, PostgreSQL's SQLSTATE, the system's name of it, or a word of `_REASONS`."""
    if isinstance(error, TooNew):
        return "too new"
    if isinstance(error, ArgumentError | ImportError):
        return "no address"
    if isinstance(error, NoConnectionFree):
        return "no connection"
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if name := getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None):
        return str(name)
    if isinstance(cause, OSError):
        return errno.errorcode.get(cause.errno or 0, type(cause).__name__)
    # psycopg knows no code when the connection was refused or has broken.
    return "no connection" if type(cause).__module__.startswith("psycopg") else type(cause).__name__
