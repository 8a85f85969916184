"""`python -m labeling.server`: serve the API alone, be a worker beside it, add a person, back up, restore."""

from __future__ import annotations

import argparse
import errno
import gc
import getpass
import socket
import sys
from contextlib import closing
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from labeling.errors import LabelingError, NotKept
from labeling.model import Role
from labeling.phrases import count_of
from labeling.server.accounts import add_person, checked_email, local_token, refusal, tidy_email
from labeling.server.api.description import VERSION
from labeling.server.app import create_app
from labeling.server.backup import DatabaseFile, back_up, restore
from labeling.server.logs import keep_log
from labeling.server.person_deletion import delete_person, export_person
from labeling.server.storage.store import MIGRATIONS, Store, open_store
from labeling.server.workers import Workers, work
from labeling.settings import Settings
from labeling.store.database import MIGRATIONS as DRAFT_MIGRATIONS
from labeling.store.drafts import open_drafts

# Drafts first: what a save has meanwhile brought to the server is then in both copies, not in neither.
FILES = (
    DatabaseFile("drafts.db", DRAFT_MIGRATIONS, ("browser_sign_ins",)),
    DatabaseFile("labeling.db", MIGRATIONS, ("tokens", "sign_ins", "invitations")),
)
ON_POSTGRESQL = {
    "backup": 'pg_dump --format=custom --file=FILE "$LABELING_DATABASE_URL"',
    "restore": 'pg_restore --clean --if-exists --no-owner --dbname="$LABELING_DATABASE_URL" FILE',
}
NOWHERE = "-"
"""Instead of a file."""
WORKER = "worker"
"""The command that does jobs beside a server, and those beside it."""


def main() -> None:
    settings = Settings()
    asked = _arguments(settings.data_dir)
    if asked.command in ON_POSTGRESQL:
        _keep(asked.command, asked.file, asked.data, settings)
        return
    try:
        if asked.command == WORKER:
            work(asked.data, settings)
            return
        with closing(_store(asked, settings)) as store:
            if asked.add_person:
                _add_person(store, asked)
            elif asked.delete_person:
                _delete_person(store, asked, settings)
            else:
                app = create_app(
                    store,
                    hosts=settings.hosts,
                    proxies=settings.proxies,
                    registration=settings.registration,
                    metrics=settings.metrics,
                )
                keep_log(settings.log)
                with closing(Workers(asked.data, settings.workers)):
                    _serve(store, app, asked)
    except LabelingError as error:
        sys.exit(error.message)


def _store(asked: argparse.Namespace, settings: Settings) -> Store:
    is_here = bool(settings.database_url.get_secret_value()) or (asked.data / "labeling.db").exists()
    if (asked.add_person or asked.delete_person) and not (is_here or asked.new):
        sys.exit(
            f"There are no data in {asked.data}. Name their folder with --data, or begin there with --new."
        )
    try:
        return open_store(
            asked.data,
            database_url=settings.database_url.get_secret_value(),
            sample=asked.sample or settings.sample,
        )
    except OSError as error:
        sys.exit(f"The data folder {asked.data} cannot be used: {error.strerror}. Name another with --data.")


def _arguments(data_dir: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m labeling.server", description=__doc__)
    parser.add_argument("command", nargs="?", choices=(*ON_POSTGRESQL, WORKER), help="instead of serving")
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="the archive to make or to restore"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to serve (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8600, help="port to serve (default: %(default)s)")
    parser.add_argument(
        "--data",
        type=Path,
        default=data_dir,
        metavar="DIR",
        help="where everything is kept (default: %(default)s)",
    )
    parser.add_argument("--sample", action="store_true", help="put sample data into a new database")
    parser.add_argument("--add-person", metavar="EMAIL", help="add or change a person instead of serving")
    parser.add_argument(
        "--role",
        type=Role,
        choices=list(Role),
        help="that person's role (a new person's default: ANNOTATOR)",
    )
    parser.add_argument("--delete-person", metavar="EMAIL", help="delete a person for good: needs --export")
    parser.add_argument(
        "--export", metavar="FILE", help="where to write first what is held about them; - for nowhere"
    )
    parser.add_argument(
        "--even-last-manager", action="store_true", help="also where a project is left without a manager"
    )
    parser.add_argument("--new-password", action="store_true", help="ask for another password of that person")
    parser.add_argument("--new", action="store_true", help="the data folder may be a new one")
    parser.add_argument(
        "--project", type=int, metavar="ID", help="the project it holds in (default: each that there is now)"
    )
    asked = parser.parse_intermixed_args()
    if asked.command in ON_POSTGRESQL and asked.file is None:
        parser.error(f"{asked.command} needs a FILE")
    if asked.delete_person and not asked.export:
        parser.error(
            "--delete-person needs --export FILE: what is held about them, before it goes; - for no file"
        )
    return asked


def _keep(command: str, file: Path, folder: Path, settings: Settings) -> None:
    """Back up or restore, and say what is where."""
    if settings.database_url.get_secret_value():
        sys.exit(f"The data are in PostgreSQL, which has its own way: {ON_POSTGRESQL[command]}")
    try:
        if command == "backup":
            manifest, aside = back_up(folder, FILES, file, VERSION), None
        else:
            manifest, aside = restore(folder, FILES, file)
    except LabelingError as error:
        sys.exit(error.message)
    names = " and ".join(manifest.files)
    if command == "backup":
        print(f"{file} holds {names}, without sign-ins and the token.")
        return
    print(f"{names} of {manifest.created:%Y-%m-%d %H:%M} UTC are in {folder}. Passwords are asked for anew.")
    if aside:
        print(f"What was there before is in {aside}.")


def _add_person(store: Store, asked: argparse.Namespace) -> None:
    """Add a person, or change of somebody what is given, and say what was done."""
    email, is_new = (
        checked_email(asked.add_person),
        not store.people.has_account(checked_email(asked.add_person)),
    )
    role: Role | None = asked.role or (Role.ANNOTATOR if is_new else None)
    if role is None and asked.project is not None:
        sys.exit(f"{email} exists: say with --role which role it is to be in project {asked.project}.")
    if role is None and not asked.new_password:
        sys.exit(f"{email} exists, and nothing was given to change: --role or --new-password.")
    password = _password_for(email) if is_new or asked.new_password else None
    count = add_person(store, email, password, role, asked.project)
    if is_new:
        print(f"{email} was added.")
    elif password is not None:
        print(f"{email} has a new password, and is signed out everywhere.")
    if role is not None:
        print(f"{email} is {role} in {count_of(count, 'project')}.")


def _delete_person(store: Store, asked: argparse.Namespace, settings: Settings) -> None:
    """Write what is held about a person, then delete it, and say what was done."""
    email = tidy_email(asked.delete_person)
    user_id = store.former.find(email)
    with closing(open_drafts(asked.data, settings.database_url.get_secret_value())) as drafts:
        if asked.export != NOWHERE:
            export_person(store, drafts, user_id, Path(asked.export))
            print(f"{asked.export} holds what was held about {email}.")
        try:
            delete_person(store, drafts, user_id, even_last=asked.even_last_manager)
        except NotKept as error:
            sys.exit(
                f"The account is gone, but the drafts in {asked.data} cannot be deleted: {error.message}. "
                f'Then say --delete-person "former person {user_id}".'
            )
    print(f"{email} is deleted. What they saved stays, under “former person {user_id}”.")


def _password_for(email: str) -> str:
    """Asked for twice; a pipe is asked once."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(f"Password for {email}: ")
    if getpass.getpass("Once more: ") != password:
        sys.exit("The two passwords differ; nothing was changed.")
    return password


def _serve(store: Store, app: FastAPI, asked: argparse.Namespace) -> None:
    host, data_dir = asked.host, asked.data
    if reason := refusal(store, host):
        sys.exit(reason)
    listener = _listen(host, asked.port)
    local_token(store, data_dir)
    address = f"[{host}]" if ":" in host else host
    print(
        f"Serving http://{address}:{listener.getsockname()[1]} (the token is in {data_dir / 'token'})",
        flush=True,
    )
    # A big body is a million small objects: looking for garbage among them would take a third of the time.
    gc.set_threshold(50_000, 20, 100)
    # Whose X-Forwarded-For is believed is a setting of ours.
    config = uvicorn.Config(app, log_level="warning", access_log=False, proxy_headers=False)
    server = uvicorn.Server(config)
    server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; accepted ones inherit TCP_NODELAY, without which small answers wait some 40 ms."""
    if not 0 <= port <= 65535:
        sys.exit(f"{port} is not a port: choose one from 0 (any that is free) to 65535 with --port.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} of {host} is in use: stop what uses it, or choose another with --port.")
        sys.exit(f"Port {port} of {host} cannot be served: {error}.")
    return listener


if __name__ == "__main__":
    main()
