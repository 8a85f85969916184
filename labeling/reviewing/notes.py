"""Notes on what others tagged: whom they wait for, what was decided otherwise, when that is settled.

Pure.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from labeling.access import is_lead
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused, between
from labeling.model import Role, Session, Unit
from labeling.phrases import quote, tag_in_words, too_long
from labeling.reviewing.decisions import PlaceStanding, naming_for, scheme_with, with_units
from labeling.store.review_values import LEADS, NoteKind, ReviewKey, StoredNote, Who

WHOEVER = "*"
"""Whom a note waits for that waits for whoever tags the session, where nobody knows who that is."""
GUIDELINE = "in the guidelines"
"""How a note is closed whose answer holds for all: it stands in the session's guidelines, with its words."""
OF_LEADS: tuple[NoteKind, ...] = ("send back", "decided otherwise")
"""The kinds that leads alone write."""
OF_ALL: tuple[NoteKind, ...] = ("question", "unsure", "remark")
LONGEST = 2000
"""Characters of a note."""
WORDLESS: tuple[NoteKind, ...] = ("unsure", "send back", "decided otherwise")
"""The kinds that need no words."""


class Otherwise(NamedTuple):
    """What somebody had at a place, and what was decided there; None, or nothing: no tag."""

    had: Unit | None
    decided: tuple[Unit, ...]

    @property
    def words(self) -> str:
        """`NEG → NEU`: only the part that differs where the place is the same."""
        was = "nothing" if self.had is None else tag_in_words(self.had[2:])
        now = ", ".join(tag_in_words(unit[2:]) for unit in self.decided) or "nothing"
        if was == now:
            now += ", other borders"
        return f"{was} → {now}"

    def words_in(self, text: str) -> str:
        """The same with the words of the text, where it is the borders that differ."""
        if self.had is None or [unit[2:] for unit in self.decided] != [self.had[2:]]:
            return self.words
        now = quote(text, *self.decided[0][:2])
        return f"{tag_in_words(self.had[2:])}: {quote(text, *self.had[:2])} → {now}"


def why_no_words(kind: NoteKind, words: str) -> str:
    """Why a note of that kind cannot be written with these words; empty when it can."""
    if kind not in WORDLESS and not words:
        return "Say what the note is about."
    return too_long(words, "A note", LONGEST)


def may_write(role: str | None, kind: NoteKind) -> bool:
    """Whether somebody of a role writes such a note; where no server says a role, everybody is a lead."""
    if is_lead(role):
        return True
    return role == Role.ANNOTATOR and kind in OF_ALL


def tagger_of(session: Session) -> str:
    """Whom notes on a session wait for that are for who tags it."""
    return WHOEVER if session.user_id is None else str(session.user_id)


def waits_for(note: StoredNote, person: str, *, leads: bool, mine: bool = True) -> bool:
    """Whether an open note waits for a person. `leads`: they are one; `mine`: they tag its session."""
    if note.closed:
        return False
    if note.waits_for == LEADS:
        return leads
    return note.waits_for == person or (note.waits_for == WHOEVER and mine)


def new_note(
    key: ReviewKey,
    document: DraftDocument,
    kind: NoteKind,
    by: Who,
    *,
    span: tuple[int, int] | None = None,
    to: str = LEADS,
) -> StoredNote:
    """A note on a document, or on a span of it."""
    where: dict[str, object] = {"position": document.position}
    if span is not None:
        where["quote"] = quote(document.text, *span)
        where["segment"] = any(one.segment.span == span for one in document.segments)
    return StoredNote(secrets.token_hex(8), key, document.key, kind, by, span, to, body=where)


# Decided otherwise


def differences(place: PlaceStanding) -> dict[str, Otherwise]:
    """For each session that has something else than what was decided at a place: what it has, and what was
    decided; by the session's lasting name."""
    if place.decision is None or place.state != "decided":
        return {}
    outcome = place.decision.outcome
    return {
        vote.session: Otherwise(vote.tag, outcome)
        for vote in place.votes
        if tuple([vote.tag] if vote.tag is not None else []) != outcome
    }


def is_on_segment(note: StoredNote) -> bool:
    """Whether there was a segment where the note stands, which can be picked."""
    said = otherwise_of(note)
    if said is not None:
        return said.had is not None
    return note.span is not None and bool(note.body.get("segment"))


def otherwise_of(note: StoredNote) -> Otherwise | None:
    """What a note says was decided otherwise; None where it says no such thing."""
    said = note.body.get("otherwise")
    if not isinstance(said, dict):
        return None
    had, decided = said.get("had"), said.get("decided") or ()
    return Otherwise(None if had is None else _unit(had), tuple(map(_unit, decided)))


def as_body(otherwise: Otherwise, final: str, place: str) -> dict[str, object]:
    """How a note holds it, with the final version's lasting name and the place there."""
    return {"otherwise": {"had": otherwise.had, "decided": otherwise.decided, "final": final, "place": place}}


def _unit(said: Sequence[object]) -> Unit:
    start, end, class_, label = said
    assert isinstance(start, int) and isinstance(end, int)  # noqa: PT018 - of a body that this app wrote
    return (
        start,
        end,
        class_ if isinstance(class_, str) else None,
        label if isinstance(label, str) else None,
    )


def take_it(document: DraftDocument, draft: Draft, otherwise: Otherwise, step: str) -> Change | Refused:
    """The step on the own draft that takes what was decided."""
    naming = naming_for(draft, otherwise.decided)
    scheme = scheme_with(draft.scheme, naming)
    gone: Counter[Unit] = Counter()
    if otherwise.had is not None and otherwise.had not in otherwise.decided:
        gone[otherwise.had] = 1
    after = with_units(document, scheme, gone, otherwise.decided, step)
    if isinstance(after, Refused):
        return after
    span = otherwise.had or otherwise.decided[0]
    words = quote(document.text, span[0], span[1])
    return Change(
        f"Take what was decided at {words}: {otherwise.words}", (*naming, *between(document, after))
    )


def has_it(units: Iterable[Unit], otherwise: Otherwise) -> bool:
    """Whether a document with these tags has what was decided."""
    there = set(units)
    is_rid = otherwise.had is None or otherwise.had in otherwise.decided or otherwise.had not in there
    return is_rid and there.issuperset(otherwise.decided)


def settled(notes: Iterable[StoredNote], document: str, units: Iterable[Unit]) -> tuple[str, ...]:
    """The open notes on a document that say what was decided otherwise, and are met by the tags that the
    server holds: they are closed without a word."""
    there = tuple(units)
    return tuple(
        note.id
        for note in notes
        if not note.closed
        and note.document == document
        and (said := otherwise_of(note)) is not None
        and has_it(there, said)
    )
