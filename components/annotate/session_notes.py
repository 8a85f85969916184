"""The notes on the documents of a session: read when there is news, closed where what was decided stands."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from components.shell.desk import Desk
from components.shell.state import Screen, SessionKey
from labeling.access import is_lead
from labeling.draft.document import Loaded
from labeling.draft.segment import DraftSegment
from labeling.errors import NotKept
from labeling.reviewing.notes import settled, waits_for
from labeling.store.review_notes import ReviewNotes
from labeling.store.review_values import ReviewKey, StoredNote, Who

AGE = 10.0
"""Seconds after which an edit looks for notes, too. A page that is drawn whole always does."""


@dataclass
class SessionNotes:
    """What was read last, of which session, and how the store stood then; `why` it cannot be read now; in
    which run it was looked for last, and when."""

    session: SessionKey | None = None
    stood: tuple[int, float] | None = None
    notes: tuple[StoredNote, ...] = ()
    why: str = ""
    run: int = -1
    looked: float = -math.inf

    def is_due(self, screen: Screen) -> bool:
        """Whether it is to be looked for in this run."""
        is_old = screen.run == screen.whole_run or time.monotonic() >= self.looked + AGE
        return self.run != screen.run and is_old


def store_of(desk: Desk) -> ReviewNotes:
    """Where the notes at this API are kept."""
    assert desk.ui.store is not None
    return desk.ui.store.review(desk.ui.api_name).notes


def notes_key(desk: Desk) -> ReviewKey:
    return ReviewKey(str(desk.session.project_id), desk.session.lasting_name)


def myself(desk: Desk) -> Who:
    return Who(desk.ui.sign_in.owner, desk.ui.sign_in.name)


def notes_of(desk: Desk) -> tuple[StoredNote, ...]:
    """All notes on the session, as they were when it was last looked. What cannot be read stays as it was."""
    known = desk.ui.of(SessionNotes)
    if known.session != desk.session.key:
        known.session, known.stood, known.notes = desk.session.key, None, ()
        look_again(desk)
    if known.is_due(desk.ui.screen):
        known.run, known.looked = desk.ui.screen.run, time.monotonic()
        try:
            _look(desk, known)
        except NotKept as error:
            known.why = str(error)
    return known.notes


def _look(desk: Desk, known: SessionNotes) -> None:
    store, key = store_of(desk), notes_key(desk)
    stood = store.newest(key)
    if stood != known.stood:
        known.notes, known.stood = store.of_session(key), stood
    known.why = ""


def look_again(desk: Desk) -> None:
    """The person has just changed notes: they are read anew."""
    known = desk.ui.of(SessionNotes)
    known.run, known.looked = -1, -math.inf


def close_settled(desk: Desk, document: str, held: Sequence[DraftSegment]) -> bool:
    """Close what asks for something that the server holds by now in a document; whether there was any."""
    done = settled(notes_of(desk), document, (unit for one in held for unit in one.segment.units))
    if not done:
        return False
    try:
        store_of(desk).close(done, "taken")
    except NotKept:
        return False  # the next run tries again
    look_again(desk)
    return True


def is_mine(desk: Desk) -> bool:
    """Whether the person tags this session themselves, as far as the server says it."""
    return desk.session.user_id is None or str(desk.session.user_id) == desk.ui.sign_in.owner


def waiting_notes(desk: Desk, role: str | None) -> list[StoredNote]:
    """The open notes that wait for the person."""
    me = desk.ui.sign_in.owner
    return [note for note in notes_of(desk) if waits_for(note, me, leads=is_lead(role), mine=is_mine(desk))]


def noted_documents(desk: Desk) -> list[Loaded]:
    """The documents with open notes, in order."""
    places = {note.document: note.body.get("position", -1) for note in notes_of(desk) if not note.closed}
    found = (desk.reader.now(desk.draft, key, place) for key, place in places.items())
    return sorted((item for item in found if item is not None), key=lambda item: item.position)
