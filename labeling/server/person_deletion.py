"""A person is deleted: what is held about them is written to a file, then all by which they are known goes.

The server's part and the drafts', which are another database's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from pydantic_core import from_json, to_json

from labeling.errors import Exists, Failed
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftStore

API = "embedded"
"""By what name drafts know the embedded server."""


def delete_person(store: Store, drafts: DraftStore, user_id: int, *, even_last: bool = False) -> None:
    """Delete a person for good. What they saved stays, under `former person 7`.

    Raises NotFound, Invalid as `FormerPeople.delete`, and NotKept where the drafts cannot be reached: then
    the account is gone, and the same again takes the drafts.
    """
    store.former.delete(user_id, even_last=even_last)
    drafts.forget(API, str(user_id))


def export_person(store: Store, drafts: DraftStore, user_id: int, file: Path) -> None:
    """Write what is held about a person into a new file, as JSON, readable by its owner alone.

    Raises Exists for a file that is there, Failed, NotKept; then no file is left.
    """
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Exists(f"{file} is there already. Name another file.") from None
    except OSError as error:
        raise Failed(f"{file} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(opened, "wb") as written:
            for piece in _pieces({**store.former.held(user_id), **_kept(drafts, user_id)}):
                written.write(piece)
    except OSError as error:
        _remove(file)
        raise Failed(f"{file} cannot be written: {error.strerror}.") from error
    except BaseException:
        _remove(file)
        raise


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()


def _pieces(parts: Mapping[str, Iterable[object]]) -> Iterator[bytes]:
    """A JSON object with a list for each part, some rows at a time."""
    yield b"{"
    for number, (name, rows) in enumerate(parts.items()):
        yield (b"," if number else b"") + b"\n" + to_json(name) + b": ["
        for at, row in enumerate(rows):
            yield (b"," if at else b"") + b"\n  " + to_json(row)
        yield b"]"
    yield b"\n}\n"


def _kept(drafts: DraftStore, user_id: int) -> dict[str, Iterable[object]]:
    """What the draft store has: unsaved work with its history, and what the person chose."""
    person = str(user_id)

    def each() -> Iterator[object]:
        for header in drafts.drafts(API, person):
            kept = drafts.read(header.key)
            if kept is not None:
                yield {
                    "session": header.key.session,
                    **header.facts._asdict(),
                    "updated": header.updated,
                    "state": from_json(kept.state),
                    "documents": [
                        {"key": key, "base": from_json(base), "state": from_json(state)}
                        for key, base, state in kept.documents
                    ],
                    "steps": [{"number": number, "step": from_json(body)} for number, body in kept.steps],
                }

    def said() -> Iterator[object]:
        for note in drafts.review(API).notes.said_by(person):
            yield {
                "session": note.key.session,
                "document": note.document,
                "span": note.span,
                "kind": note.kind,
                "created": note.created,
                "is_mine": note.by.person == person,
                "said": [
                    {"at": post.at, "words": post.words} for post in note.posts if post.by.person == person
                ],
            }

    chosen = drafts.preferences(API, person)
    return {
        "drafts": each(),
        "notes": said(),
        "preferences": [{"name": name, "value": from_json(value)} for name, value in chosen.items()],
    }
