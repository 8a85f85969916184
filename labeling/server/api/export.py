"""The call that gives a whole project as one file: what is in it, and all that was ever done to it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from labeling.formats import file_name
from labeling.model import Role, Session
from labeling.server.api.answers import Answer, file_reply, moment
from labeling.server.api.deps import Manage
from labeling.server.api.description import VERSION, gives_file
from labeling.server.api.groups import group_answer
from labeling.server.api.history import save_answer
from labeling.server.api.models import detailed_answer
from labeling.server.api.projects import PROJECT, project_answer
from labeling.server.api.sessions import session_answer
from labeling.server.storage.ids import DbRow, JsonObject
from labeling.server.storage.whole_projects import ExportedProject

router = APIRouter()
ZIP = "application/zip"
FORMAT = "tagwright-project"


@router.get(PROJECT + "/export", **gives_file((ZIP,), 401, 403, 404))
def export_project(call: Manage, request: Request) -> Response:
    """All of a project as one archive: project.json, documents.jsonl, and for each session its facts, its
    documents with their tags, and its history."""
    with call.store.whole_projects.read(call.project_id) as whole:
        named = Session(id=call.project_id, project_id=call.project_id, name=whole.project["name"])
        return file_reply(request, file_name(named, ".zip"), ZIP, zipped(_members(whole)))


def zipped(members: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """An archive of these files, piece by piece."""
    written = _Written()
    # What cannot be gone back in is written with the sizes behind each file.
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        for name, pieces in members:
            with archive.open(name, "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece)
                    yield from written.taken()
    yield from written.taken()


class _Written:
    """What a file is written into that goes on at once."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces


def _members(whole: ExportedProject) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "project.json", [to_json(_project(whole), indent=2)]
    yield "documents.jsonl", _lines(whole.documents)
    for session, documents, saves in whole.sessions:
        folder = f"sessions/{session['id']}"
        yield f"{folder}/session.json", [to_json(session_answer(session, Role.MANAGER), indent=2)]
        yield f"{folder}/documents.jsonl", _lines(documents)
        yield f"{folder}/history.jsonl", _lines(map(_save, saves))


def _project(whole: ExportedProject) -> Answer:
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported": moment(datetime.now(UTC)),
        "project": project_answer(whole.project),
        "classes": whole.classes,
        "labels": whole.labels,
        "groups": [group_answer(group) for group in whole.groups],
        "models": [detailed_answer(model) for model in whole.models],
        "people": whole.people,
    }


def _save(row: DbRow) -> Answer:
    """A save, with the values of the session's own that it replaced."""
    return {**save_answer(row), "replaced": row["replaced"] or {}, "documents": row["documents"]}


def _lines(items: Iterable[JsonObject]) -> Iterator[bytes]:
    for item in items:
        yield to_json(item) + b"\n"
