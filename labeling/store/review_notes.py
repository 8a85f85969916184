"""Notes on documents and spans, each with what was said about it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from labeling.errors import NotFound
from labeling.store.database import DraftDatabase, moment_of, now_of
from labeling.store.review_rows import at_session, body_of, dumped, of_session, plain, who_of, written_by
from labeling.store.review_values import NotePost, ReviewKey, StoredNote, Who
from labeling.store.tables import note_posts, notes

_NEWEST = select(func.count(), func.sum(notes.c.updated)).where(
    notes.c.api == bindparam("of_api"),
    notes.c.project == bindparam("of_project"),
    notes.c.session == bindparam("of_session"),
)
"""Made once: it is asked with every edit."""


class ReviewNotes:
    """The notes at an API."""

    def __init__(self, database: DraftDatabase, api: str) -> None:
        self._database = database
        self._api = api

    def add(self, new: Iterable[StoredNote], words: str = "") -> None:
        """Store new notes, each with the words (if any) as its first post. Their times are the store's.

        One whose id is known is left as it is, so that the same may be stored again after a failure.
        """
        with self._database.writing() as connection:
            now = now_of(connection)
            for note in new:
                known = connection.execute(select(notes.c.id).where(notes.c.id == note.id)).first()
                if known is None:
                    connection.execute(
                        insert(notes).values(**note_row(self._api, note), created=now, updated=now)
                    )
                    if words:
                        _post(connection, note.id, note.by, words, now)

    def answer(
        self, note: str, by: Who, words: str = "", *, waits_for: str | None = None, closed: str | None = None
    ) -> None:
        """Say something more, have it wait for somebody else, close it (or with "" open it again).

        What the same person said last is not said again.

        Raises NotFound where there is no such note any more.
        """
        with self._database.writing() as connection:
            now = now_of(connection)
            changed: dict[str, Any] = {"updated": now}
            if waits_for is not None:
                changed["waits_for"] = plain(waits_for)
            if closed is not None:
                changed["closed"] = closed or None
            this = (notes.c.id == note, notes.c.api == self._api)
            if connection.scalar(update(notes).where(*this).values(**changed).returning(notes.c.id)) is None:
                raise NotFound("this note is no longer there")
            if words and not _said_last(connection, note, by, words):
                _post(connection, note, by, words, now)

    def close(self, which: Iterable[str], how: str) -> None:
        """Close those that are open."""
        ids = list(which)
        with self._database.writing() as connection:
            open_ = (notes.c.api == self._api, notes.c.id.in_(ids), notes.c.closed.is_(None))
            connection.execute(update(notes).where(*open_).values(closed=how, updated=now_of(connection)))

    def of_session(self, key: ReviewKey, *, only_open: bool = False) -> tuple[StoredNote, ...]:
        """All notes of a session, in the order in which they were made."""
        where = of_session(notes, self._api, key)
        return self._read(*where, *([notes.c.closed.is_(None)] if only_open else []))

    def of_project(self, project: str, *, only_open: bool = True) -> tuple[StoredNote, ...]:
        """The notes of all sessions of a project."""
        where = (notes.c.api == self._api, notes.c.project == project)
        return self._read(*where, *([notes.c.closed.is_(None)] if only_open else []))

    def said_by(self, person: str) -> tuple[StoredNote, ...]:
        """Every note that a person wrote, or said something about."""
        answered = select(note_posts.c.note_id).where(note_posts.c.person == person)
        return self._read(notes.c.api == self._api, or_(notes.c.person == person, notes.c.id.in_(answered)))

    def newest(self, key: ReviewKey) -> tuple[int, float]:
        """How many notes a session has, and the sum of when each was last changed (seconds since 1970):
        differs when there is news, also where what came in from elsewhere is older than what was here."""
        with self._database.reading() as connection:
            values = {"of_api": self._api, "of_project": key.project, "of_session": key.session}
            count, sum_ = connection.execute(_NEWEST, values).one()
            return int(count), float(sum_ or 0)

    def _read(self, *where: Any) -> tuple[StoredNote, ...]:
        with self._database.reading() as connection:
            return read_notes(connection, *where)


def read_notes(connection: Connection, *where: Any) -> tuple[StoredNote, ...]:
    """Notes with what was said about them, in the order in which they were made."""
    rows = connection.execute(select(notes).where(*where).order_by(notes.c.created, notes.c.id)).all()
    said: dict[str, list[NotePost]] = {}
    of_these = note_posts.c.note_id.in_(select(notes.c.id).where(*where))
    posts = select(note_posts).where(of_these).order_by(note_posts.c.number)
    for post in connection.execute(posts):
        said.setdefault(post.note_id, []).append(
            NotePost(post.number, who_of(post), moment_of(post.at), json.loads(post.words))
        )
    return tuple(_note(row, tuple(said.get(row.id, ()))) for row in rows)


def note_row(api: str, note: StoredNote) -> dict[str, Any]:
    """Its columns but for its times, which are the store's."""
    return {
        "id": note.id,
        **at_session(api, note.key),
        "document": note.document,
        "start_offset": None if note.span is None else note.span[0],
        "end_offset": None if note.span is None else note.span[1],
        "kind": note.kind,
        "waits_for": plain(note.waits_for),
        "closed": note.closed or None,
        **written_by(note.by),
        "body": dumped(note.body),
    }


def _said_last(connection: Connection, note: str, by: Who, words: str) -> bool:
    last = select(note_posts).where(note_posts.c.note_id == note).order_by(note_posts.c.number.desc())
    post = connection.execute(last.limit(1)).one_or_none()
    return post is not None and who_of(post) == by and json.loads(post.words) == words


def _post(connection: Connection, note: str, by: Who, words: str, now: float) -> None:
    number = select(func.coalesce(func.max(note_posts.c.number), 0) + 1).where(note_posts.c.note_id == note)
    values = {"note_id": note, "number": number.scalar_subquery(), "at": now, "words": dumped(words)}
    connection.execute(insert(note_posts).values(**values, **written_by(by)))


def _note(row: Any, posts: tuple[NotePost, ...]) -> StoredNote:
    return StoredNote(
        id=row.id,
        key=ReviewKey(row.project, row.session),
        document=row.document,
        kind=row.kind,
        by=who_of(row),
        span=None if row.start_offset is None else (row.start_offset, row.end_offset),
        waits_for=row.waits_for,
        closed=row.closed or "",
        body=body_of(row),
        posts=posts,
        created=moment_of(row.created),
        updated=moment_of(row.updated),
    )
