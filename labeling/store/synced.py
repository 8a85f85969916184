"""One person's draft of one session, kept durably: the copy of a tab, in step with the draft store.

Every change is a function from draft to draft. It is applied to the newest draft, and stored by
compare-and-set with the number that this tab gave it; when another tab was faster, it is applied again to
what that tab made. What the store cannot take at the moment waits here, and is tried again with every change
and every look.
"""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Refused
from labeling.draft.history import refreshed
from labeling.errors import Moved, NotFound, NotKept
from labeling.model import Session
from labeling.store.codec import from_kept, to_write
from labeling.store.drafts import DraftKey, DraftStore

Make = Callable[[Draft], "Draft | Refused"]
"""Pure, as it may be applied again to another draft. NotFound counts as a refusal."""
Numbered = tuple[str, int] | None
"""The browser window that an edit comes from, and its number there; None: it is not numbered."""
TRIES = 50
"""How often a change is tried again when another tab was faster each time."""


@dataclass
class KeptDraft:
    """One tab's copy of a person's draft of a session, in step with the draft store.

    `draft` is what the person sees; `why` says what keeps changes of this tab from being stored, if anything.

    `refused` collects which changes, by their numbers, were refused that had been taken before another tab's
    came to light, and why. `updated` is when the draft was last stored, as far as it was read. After a
    failure the store is left alone for `pause` seconds, since each try may take its time.
    """

    store: DraftStore
    key: DraftKey
    session: Session
    window: str
    pause: float = 0.0
    draft: Draft = field(init=False)
    revision: int = field(default=0, init=False)
    updated: datetime | None = field(default=None, init=False)
    why: NotKept | None = field(default=None, init=False)
    refused: list[tuple[Numbered, str]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        # Changes are numbered from one for each copy, so no two copies may have one name.
        self._name = f"{self.window}.{secrets.token_hex(4)}"
        self._number = 0
        self._waiting: list[tuple[int, Make, Numbered]] = []
        self._kept: Draft | None = None
        self._created: datetime | None = None
        self._news: Session | None = self.session
        self._past: set[Session] = set()
        self._has_read = False
        self._lock = threading.RLock()
        self._failed = -math.inf
        self.draft = new_draft(self.session)
        self.look()

    @property
    def waiting(self) -> int:
        """How many changes are in this tab only."""
        return len(self._waiting)

    def kept_number(self, window: str) -> int:
        """The last number of a browser window whose edit is stored; it need not send that one again."""
        return 0 if self._kept is None else self._kept.windows.get(window, 0)

    def look(self, *, now: bool = False) -> None:
        """Take in what other tabs did, and store what waits. Never raises NotKept: `why` holds it.

        `now`: however short ago the store failed.
        """
        with self._lock:
            if now:
                self._failed = -math.inf
            self._try(self._pull, self._flush)

    def apply(self, make: Make, *, of: Numbered = None) -> str:
        """Change the draft; gives why it was refused, or nothing.

        `of` is the number that a browser window gave the edit. An edit whose number was taken in before, or
        refused before, does nothing: it is a repetition. A refused one is acknowledged too.
        """
        with self._lock:
            after, refusal = _applied(self.draft, make, of)
            if after is self.draft:
                return refusal
            self._number += 1
            self._waiting.append((self._number, _acknowledged if refusal else make, of))
            self.draft = after
            self._try(self._flush)
            return refusal

    def over(self, session: Session) -> None:
        """The draft over the session as read: what was not changed here follows the server.

        The same session again says nothing new, and does not take back what another tab has read since.
        """
        with self._lock:
            if session != self.session:
                self._past.add(self.session)
                self.session = self._news = session
                self.draft = refreshed(self.draft, session)

    def _try(self, *work: Callable[[], None]) -> None:
        if time.monotonic() < self._failed + self.pause:
            return
        try:
            for part in work:
                part()
        except NotKept as error:
            self.why, self._failed = error, time.monotonic()

    def _pull(self) -> None:
        """Bring the kept copy up to date, and the draft to it with what still waits."""
        found = self.store.read(self.key, after=self.revision)
        is_first, self._has_read = not self._has_read, True
        if found is None and not self.revision:
            return
        if found is not None and found.revision == self.revision:
            return
        known = self._kept
        if (
            found is not None
            and self.revision
            and (found.created != self._created or found.revision < self.revision)
        ):
            known, found = None, self.store.read(self.key)
        now = None if found is None else from_kept(known, found)
        if now is not None and now.base not in self._past:
            # What this tab has never seen another has read since: an older reading must not take that back.
            self._news = self._news if is_first else None
            self._past.add(now.base)
        self._kept = now
        self.revision = 0 if found is None else found.revision
        self._created = None if found is None else found.created
        self.updated = None if found is None else found.updated
        self._restack()

    def _restack(self) -> None:
        """The kept draft with what waits on top;
        what was stored although the store failed to say so is dropped."""
        draft = new_draft(self.session) if self._kept is None else self._kept
        if self._news is not None:
            draft = refreshed(draft, self._news)
        stored = draft.windows.get(self._name, 0)
        waiting: list[tuple[int, Make, Numbered]] = []
        for number, make, of in self._waiting:
            if number <= stored:
                continue
            after, refusal = _applied(draft, make, of)
            if refusal:
                self.refused.append((of, refusal))
            if after is not draft:
                waiting.append((number, _acknowledged if refusal else make, of))
            draft = after
        self._waiting, self.draft = waiting, draft

    def _flush(self) -> None:
        for _ in range(TRIES):
            if not self._waiting:
                break
            last = self._waiting[-1][0]
            draft = replace(self.draft, windows={**self.draft.windows, self._name: last})
            try:
                self.revision = self.store.append(self.key, self.revision, to_write(self._kept, draft))
            except Moved:
                self._pull()
                continue
            self._kept = self.draft = draft
            self._news = None
            self._waiting.clear()
            break
        else:
            raise NotKept("other windows of yours change this draft all the time")
        self.why = None


def _applied(draft: Draft, make: Make, of: Numbered) -> tuple[Draft, str]:
    """The draft after a change, with its number, and why the change was refused, or nothing."""
    if of is not None and of[1] <= draft.windows.get(of[0], 0):
        return draft, ""
    try:
        outcome = make(draft)
    except NotFound as error:
        outcome = Refused(error.message)
    after, refusal = (draft, outcome.reason) if isinstance(outcome, Refused) else (outcome, "")
    if of is not None:
        after = replace(after, windows={**after.windows, of[0]: of[1]})
    return after, refusal


def _acknowledged(draft: Draft) -> Draft:
    """Stands for a change that was refused: only its number is kept."""
    return draft
