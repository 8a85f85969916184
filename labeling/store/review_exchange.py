"""Decisions and notes from one installation to another: all there are, and those that come in.

What is newer here stays. So the same may come in again, and in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, literal_column, select, update

from labeling.store import statements
from labeling.store.database import DraftDatabase, now_of
from labeling.store.review_notes import note_row, read_notes
from labeling.store.review_rows import at_session, decision_of, dumped, of_session, plain, written_by
from labeling.store.review_values import (
    NotePost,
    ReviewKey,
    SessionRecord,
    StoredDecision,
    StoredNote,
    TakenIn,
)
from labeling.store.tables import decisions, note_posts, notes

ASKED_AT_ONCE = 500


class ReviewExchange:
    """Records of sessions at an API. Each method is one transaction, and raises NotKept where the database or
    its disk fails."""

    def __init__(self, database: DraftDatabase, api: str) -> None:
        self._database = database
        self._api = api

    def records(self, keys: Sequence[ReviewKey]) -> tuple[SessionRecord, ...]:
        """All that is decided and said in sessions, as it stands at one moment."""
        with self._database.reading() as connection:
            return tuple(self._record(connection, key) for key in keys)

    def _record(self, connection: Connection, key: ReviewKey) -> SessionRecord:
        here = select(decisions).where(*of_session(decisions, self._api, key))
        ordered = connection.execute(here.order_by(decisions.c.document, decisions.c.place))
        said = read_notes(connection, *of_session(notes, self._api, key))
        return SessionRecord(key, tuple(map(decision_of, ordered)), said)

    def take_in(self, records: Iterable[SessionRecord]) -> TakenIn:
        """Take records over where they are new here, or newer than what is here: all of them or none."""
        total = TakenIn()
        with self._database.writing() as connection:
            now = now_of(connection)
            for record in records:
                for came in (
                    self._decisions(connection, record, now),
                    self._notes(connection, [one._replace(key=record.key) for one in record.notes], now),
                ):
                    total = TakenIn(*(one + more for one, more in zip(total, came, strict=True)))
        return total

    def _decisions(self, connection: Connection, record: SessionRecord, now: float) -> TakenIn:
        # Locked until this is stored, where the database can: what is counted is what comes in.
        here = select(decisions).where(*of_session(decisions, self._api, record.key)).with_for_update()
        stored = {(row.document, row.place): decision_of(row) for row in connection.execute(here)}
        known = newer = 0
        rows = []
        for one in record.decisions:
            found = stored.get((one.document, one.place))
            if (None if found is None else found.decision) == one.decision:
                known += one.decision is not None
            elif found is not None and _made(found) >= _made(one):
                newer += 1
            else:
                rows.append(self._decision_row(record.key, one, now))
        if rows:
            # Somebody may decide one of them at this very moment.
            is_older = func.coalesce(decisions.c.made, decisions.c.at) < literal_column("excluded.made")
            connection.execute(statements.upsert(connection.dialect.name, decisions, where=is_older), rows)
        return TakenIn(decisions=len(rows), known=known, newer_decisions=newer)

    def _decision_row(self, key: ReviewKey, one: StoredDecision, now: float) -> dict[str, Any]:
        return {
            **at_session(self._api, key),
            "document": one.document,
            "place": one.place,
            "person": plain(one.person),
            "how": one.how,
            "at": now,
            "body": None if one.decision is None else dumped(one.decision.to_json()),
            # A clock that is ahead makes nothing the last word for good.
            "made": min(_made(one), now),
        }

    def _notes(self, connection: Connection, came: Sequence[StoredNote], now: float) -> TakenIn:
        stored: dict[str, StoredNote] = {}
        for at in range(0, len(came), ASKED_AT_ONCE):
            ids = [note.id for note in came[at : at + ASKED_AT_ONCE]]
            here = (notes.c.api == self._api, notes.c.id.in_(ids))
            stored |= {note.id: note for note in read_notes(connection, *here)}
        new = known = newer = 0
        for note in came:
            found = stored.get(note.id)
            if found is None:
                new += self._new_note(connection, note, now)
            elif found.key == note.key:
                is_changed, is_newer_here = self._merge(connection, found, note, now)
                new, newer = new + is_changed, newer + is_newer_here
                known += not is_changed and not is_newer_here
        return TakenIn(notes=new, known=known, newer_notes=newer)

    def _new_note(self, connection: Connection, note: StoredNote, now: float) -> bool:
        """Store it with what was said; not where another API has one of that name."""
        times = {"created": min(_seconds(note.created, now), now), "updated": _updated(note, now)}
        put = statements.insert_new(connection.dialect.name, notes).returning(notes.c.id)
        if connection.execute(put, {**note_row(self._api, note), **times}).first() is None:
            return False
        _say(connection, note.id, note.posts, 0, now)
        return True

    def _merge(
        self, connection: Connection, here: StoredNote, came: StoredNote, now: float
    ) -> tuple[bool, bool]:
        """What was said elsewhere is added, and the later word on whom the note waits for counts: whether
        anything changed, and whether it is here that this was said later."""
        said = {_words_of(post) for post in here.posts}
        more = [post for post in came.posts if _words_of(post) not in said]
        _say(connection, here.id, more, max((post.number for post in here.posts), default=0), now)
        differs = (here.waits_for, here.closed) != (came.waits_for, came.closed)
        is_later = _updated(came, now) > _seconds(here.updated, now)
        if more or (differs and is_later):
            changed = {"updated": max(_updated(came, now), _seconds(here.updated, now))}
            state = {"waits_for": plain(came.waits_for), "closed": came.closed or None}
            this = (notes.c.api == self._api, notes.c.id == here.id)
            connection.execute(
                update(notes).where(*this).values(**changed, **(state if differs and is_later else {}))
            )
        return bool(more or (differs and is_later)), differs and not is_later


def _say(connection: Connection, note: str, posts: Iterable[NotePost], last: int, now: float) -> None:
    rows = [
        {
            "note_id": note,
            "number": number,
            "at": min(post.at.timestamp(), now),
            "words": dumped(post.words),
            **written_by(post.by),
        }
        for number, post in enumerate(posts, start=last + 1)
    ]
    if rows:
        connection.execute(insert(note_posts), rows)


def _words_of(post: NotePost) -> tuple[str, str, int]:
    """What tells a post from others: who said what when, to the second."""
    return post.by.person, post.words, int(post.at.timestamp())


def _made(one: StoredDecision) -> float:
    return (one.made or one.at).timestamp()


def _updated(note: StoredNote, now: float) -> float:
    return min(_seconds(note.updated, now), now)


def _seconds(moment: datetime | None, otherwise: float) -> float:
    return otherwise if moment is None else moment.timestamp()
