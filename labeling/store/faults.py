"""Why a database could not do its work, in plain words.

Never the database's own words: they may repeat an address with its password, or the text to be written.
"""

from __future__ import annotations

import errno

from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

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
        "its file is damaged; put it aside for help, and a new one is begun",
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
)
"""The first letters of a code, and what they mean; the first that fits counts."""


def why(error: Exception) -> str:
    code = _code(error)
    return next(
        (words for starts, words in _REASONS if code.startswith(starts)), f"it reports the fault {code}"
    )


def _code(error: Exception) -> str:
    """SQLite's name of the fault, PostgreSQL's SQLSTATE, the system's name of it, or a word of `_REASONS`."""
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
