"""One person's draft of one session, kept durably: the copy of a tab, in step with the draft store.

What happens to it is decided on the newest draft, and stored by compare-and-set with the number that this tab
gave it; when another tab was faster, it is decided again on what that tab made. What the store cannot take at
the moment waits here, and is tried again with every event and every look.
"""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary, WeakValueDictionary

from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Refused, Step
from labeling.draft.events import DraftFoundAgain, EditNumbered, Event, SessionRead, apply
from labeling.errors import Moved, NotFound, NotKept
from labeling.model import Session
from labeling.store.codec import from_stored, to_write
from labeling.store.drafts import DraftKey, DraftStore, StoredDraft

Decide = Callable[[Draft], "Event | Refused | None"]
"""What happens to a draft; None: nothing. Pure, as it may be asked again of another draft. NotFound counts as
a refusal."""
Numbered = tuple[str, int] | None
"""The browser window that an edit comes from, and its number there; None: it is not numbered."""
LARGE = 1000
"""Documents from which on a draft that a tab of this process has is not read once more for the next tab."""
TRIES = 50
"""How often an event is tried again when another tab was faster each time."""


class Waiting(NamedTuple):
    """What is to be stored yet, by its number in this copy."""

    number: int
    decide: Decide
    of: Numbered


class Known(NamedTuple):
    """The draft as this tab knows it to be stored; None: not at all."""

    draft: Draft | None = None
    revision: int = 0
    created: datetime | None = None
    updated: datetime | None = None


_held: WeakKeyDictionary[DraftStore, WeakValueDictionary[tuple[DraftKey, int], Draft]] = WeakKeyDictionary()
"""Large drafts as tabs have them stored, by their revisions, for as long as a tab has them."""


@dataclass
class SyncedDraft:
    """One tab's copy of a person's draft of a session, in step with the draft store.

    `draft` is what the person sees; `why` says what keeps this tab's part of it from being stored, if
    anything. `refused` collects which edits, by their numbers, were refused that had been taken before
    another tab's came to light, and why. `was_lost`: the store lost the draft, or a part of it, and was given
    it again. After a failure the store is left alone for `pause` seconds, since
    each try may take its time.
    """

    store: DraftStore
    key: DraftKey
    session: Session
    window: str
    pause: float = 0.0
    draft: Draft = field(init=False)
    why: NotKept | None = field(default=None, init=False)
    refused: list[tuple[Numbered, str]] = field(default_factory=list, init=False)
    was_lost: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        # Events are numbered from one for each copy, so no two copies may have one name.
        self._name = f"{self.window}.{secrets.token_hex(4)}"
        self._number = 0
        self._waiting: list[Waiting] = []
        self._stored: Known | None = None
        self._news: Session | None = self.session
        self._past: set[Session] = set()
        self._lock = threading.RLock()
        self._failed = -math.inf
        self.draft = new_draft(self.session)
        self.look()

    @property
    def updated(self) -> datetime | None:
        """When the draft was last stored, as far as it was read."""
        return None if self._stored is None else self._stored.updated

    @property
    def revision(self) -> int:
        """The revision of the stored draft; 0 when there is none."""
        return 0 if self._stored is None else self._stored.revision

    @property
    def waiting(self) -> int:
        """How many events are in this tab only."""
        return len(self._waiting)

    @property
    def unstored(self) -> tuple[Step, ...]:
        """The steps that are in this tab only."""
        known = self._stored and self._stored.draft
        taken = 0 if known is None else known.taken
        return tuple(step for step in self.draft.steps if step.number > taken) if self._waiting else ()

    def kept_number(self, window: str) -> int:
        """The last number of a browser window whose edit is stored; it need not send that one again."""
        known = self._stored and self._stored.draft
        return 0 if known is None else known.windows.get(window, 0)

    def look(self, *, now: bool = False) -> None:
        """Take in what other tabs did, and store what waits. Never raises NotKept: `why` holds it.

        `now`: however short ago the store failed.
        """
        with self._lock:
            if now:
                self._failed = -math.inf
            self._try(self._pull, self._flush)

    def take(self, decide: Decide, *, of: Numbered = None) -> str:
        """Let happen what is decided; gives why it was refused, or nothing.

        `of` is the number that a browser window gave the edit. An edit whose number was taken in before, or
        refused before, does nothing: it is a repetition. A refused one is acknowledged too.
        """
        with self._lock:
            after, refusal = _taken(self.draft, decide, of)
            if after is self.draft:
                return refusal
            self._number += 1
            self._waiting.append(Waiting(self._number, _nothing if refusal else decide, of))
            self.draft = after
            self._try(self._flush)
            return refusal

    def keep(self, event: Event) -> None:
        """Let it happen, whatever the draft is by then."""
        self.take(lambda draft: event)

    def follow(self, session: Session) -> None:
        """The session was read: what was not changed here follows the server.

        The same session again says nothing new, and does not take back what another tab has read since.
        """
        with self._lock:
            if session != self.session:
                self._past.add(self.session)
                self.session = self._news = session
                self.draft = apply(self.draft, SessionRead(session))

    def _try(self, *work: Callable[[], None]) -> None:
        if time.monotonic() < self._failed + self.pause:
            return
        try:
            for part in work:
                part()
        except NotKept as error:
            self.why, self._failed = error, time.monotonic()

    def _pull(self) -> None:
        """Bring the stored draft up to date, and the draft to it with what still waits."""
        is_first, known = self._stored is None, self._stored or Known()
        # Every tab asks again and again, mostly for nothing.
        if not is_first and self.store.revision(self.key) == known.revision:
            return
        if is_first and self._take_held():
            return
        found = self.store.read(self.key, after=known.revision)
        if (0 if found is None else found.revision) == known.revision:
            self._stored = known
            return
        is_lost = known.draft is not None and self._is_lost(found)
        if known.draft is not None and is_lost:
            self._hold(known.draft)
        if found is not None and known.revision and (is_lost or found.created != known.created):
            # An older one was put back, or it was removed and begun anew.
            known, found = Known(), self.store.read(self.key)
        if found is None:
            self._stored = Known()
        else:
            draft = from_stored(known.draft, found)
            if draft.base not in self._past:
                # What this tab has never seen another has read since: an older reading must not take that
                # back.
                self._news = self._news if is_first else None
                self._past.add(draft.base)
            self._stored = self._known(draft, found)
        self._restack()

    def _take_held(self) -> bool:
        """Begin with what another tab has, where that is what is stored."""
        revision = self.store.revision(self.key) if (held := _held.get(self.store)) else 0
        draft = held.get((self.key, revision)) if held else None
        found = None if draft is None else self.store.read(self.key, after=revision)
        if draft is None or found is None or found.revision != revision:
            return False
        self._past.add(draft.base)
        self._stored = self._known(draft, found)
        self._restack()
        return True

    def _known(self, draft: Draft, found: StoredDraft) -> Known:
        self._let_others_have(draft, found.revision)
        return Known(draft, found.revision, found.created, found.updated)

    def _let_others_have(self, draft: Draft, revision: int) -> None:
        if len(draft.documents) >= LARGE:
            _held.setdefault(self.store, WeakValueDictionary())[self.key, revision] = draft

    def _is_lost(self, found: StoredDraft | None) -> bool:
        """Whether the store lost what it had of the draft; one that somebody removed is not lost."""
        if found is None:
            return not self.store.knows(self.key)
        known = self._stored and self._stored.draft
        # The numbers of windows never fall, and stay where a draft is removed and begun anew.
        numbers = {} if known is None else known.windows
        return any(found.windows.get(window, 0) < number for window, number in numbers.items())

    def _hold(self, draft: Draft) -> None:
        """Have the draft stored again before all that waits."""
        self.was_lost = True
        if not self._waiting:
            self._number += 1
        number = self._waiting[0].number if self._waiting else self._number
        self._waiting.insert(0, Waiting(number, lambda _: DraftFoundAgain(draft), None))

    def _restack(self) -> None:
        """The stored draft with what waits on top;
        what was stored although the store failed to say so is dropped."""
        draft = (self._stored and self._stored.draft) or new_draft(self.session)
        if self._news is not None:
            draft = apply(draft, SessionRead(self._news))
        stored = draft.windows.get(self._name, 0)
        waiting: list[Waiting] = []
        for number, decide, of in self._waiting:
            if number <= stored:
                continue
            after, refusal = _taken(draft, decide, of)
            if refusal:
                self.refused.append((of, refusal))
            if after is not draft:
                waiting.append(Waiting(number, _nothing if refusal else decide, of))
            draft = after
        self._waiting, self.draft = waiting, draft

    def _flush(self) -> None:
        for _ in range(TRIES):
            if not self._waiting:
                break
            draft = apply(self.draft, EditNumbered(self._name, self._waiting[-1].number))
            known = self._stored or Known()
            try:
                revision = self.store.append(self.key, known.revision, to_write(known.draft, draft))
            except Moved:
                self._pull()
                continue
            self._stored = known._replace(draft=draft, revision=revision)
            self._let_others_have(draft, revision)
            self.draft = draft
            self._news = None
            self._waiting.clear()
            break
        else:
            raise NotKept("other windows of yours change this draft all the time")
        self.why = None


def _taken(draft: Draft, decide: Decide, of: Numbered) -> tuple[Draft, str]:
    """The draft after what is decided, with its number, and why that was refused, or nothing."""
    if of is not None and of[1] <= draft.windows.get(of[0], 0):
        return draft, ""
    try:
        outcome = decide(draft)
        after = draft if outcome is None or isinstance(outcome, Refused) else apply(draft, outcome)
    except NotFound as error:
        outcome, after = Refused(error.message), draft
    if of is not None:
        after = apply(after, EditNumbered(*of))
    return after, outcome.reason if isinstance(outcome, Refused) else ""


def _nothing(draft: Draft) -> None:
    """Stands for an event that was refused: only its number is kept."""
