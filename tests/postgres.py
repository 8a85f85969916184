"""A PostgreSQL for the tests: the one that is named, or one that lives as long as this process.

Ours keeps its data in a temporary folder, listens on a socket in there and nowhere else, and is trusted with
nothing: what a crash would cost does not matter.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import OperationalError

from labeling.database import other_engine

MISSING = (
    "There is no PostgreSQL here: install one, or name one that may make databases in TEST_DATABASE_URL."
)
INSTALL = (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "postgresql"])
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=300")
UNTIL_LET_GO = '"$@" & read -r _; kill -INT $!; wait; rm -rf "$FOLDER"'
"""Run a program until standard input ends, as it does however the process at its other end dies."""


@cache
def address() -> str | None:
    """The URL of a server in which databases can be made; None when there is no way to have one."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        return named
    programs = _programs() or _installed()
    return None if programs is None else _start(programs)


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of a new, empty database, which is dropped at the end.

    Where there is no PostgreSQL, the test is skipped; with CI set, it fails.
    """
    if address() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    name = _create()
    try:
        yield _url(name)
    finally:
        _drop(name)


def _programs() -> Path | None:
    """The folder that holds initdb and postgres."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    if shutil.which("pg_config"):
        said = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        folders.append(Path(said.stdout.strip()))
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if _holds_programs(folder)), None)


def _holds_programs(folder: Path) -> bool:
    return (folder / "initdb").exists() and (folder / "postgres").exists()


def _installed() -> Path | None:
    """The programs from Debian's packages, where this process may install them; one process at a time."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with open(Path(tempfile.gettempdir(), "tagwright-tests-install.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in () if _programs() else INSTALL:
            subprocess.run(command, env=environment, capture_output=True, timeout=600, check=False)
    return _programs()


def _somebody() -> dict[str, Any]:
    """How to run a program as somebody else than root, whom PostgreSQL does not serve."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _start(programs: Path) -> str:
    # The path of a socket may have some 100 bytes, so the folder is not where TMPDIR may say.
    folder = tempfile.mkdtemp(prefix="tagwright-postgres-", dir="/tmp")
    data, person = f"{folder}/data", _somebody()
    if person:
        os.chown(folder, person["user"], person["group"])
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        check=True,
        capture_output=True,
        cwd="/",
        **person,
    )
    settings = (*FAST, "listen_addresses=", f"unix_socket_directories={folder}")
    server = [str(programs / "postgres"), "-D", data, *(word for each in settings for word in ("-c", each))]
    with open(f"{folder}/log", "w") as log:
        process = subprocess.Popen(
            ["sh", "-c", UNTIL_LET_GO, "sh", *server],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd="/",
            env={**os.environ, "FOLDER": folder},
            # Ctrl-C is for the tests, which then let go of it.
            start_new_session=True,
            **person,
        )
    atexit.register(process.communicate)
    url = f"postgresql://tests@/postgres?host={folder}"
    _await(url, Path(folder, "log"))
    return url


def _await(url: str, log: Path) -> None:
    engine = other_engine(url)
    for _ in range(600):
        try:
            engine.connect().close()
            break
        except OperationalError:
            time.sleep(0.05)
    else:
        raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
    engine.dispose()


@cache
def _server() -> Engine:
    engine = other_engine(address() or "").execution_options(isolation_level="AUTOCOMMIT")
    atexit.register(engine.dispose)
    return engine


def _create() -> str:
    name = f"tests_{uuid.uuid4().hex}"
    with _server().connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    return name


def _drop(name: str) -> None:
    with _server().connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _url(name: str) -> str:
    return make_url(address() or "").set(database=name).render_as_string(hide_password=False)
