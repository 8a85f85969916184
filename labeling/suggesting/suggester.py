"""Learns beside the app from what people have done, in a process of its own, and keeps what it proposes.

Nothing waits for it: a page takes what there is when it is drawn.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import uuid4

from labeling.draft.document import Loaded
from labeling.draft.draft import Draft
from labeling.errors import LabelingError, NotKept
from labeling.model import Session
from labeling.prediction.apart import ToSuggest, read_apart, suggest_apart
from labeling.prediction.model import Prediction, Scale
from labeling.prediction.task import FEWEST_DOCUMENTS, is_missing
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from labeling.suggesting.decisions import LastLearned, is_due, is_estimated, may_wait, worth_showing
from labeling.suggesting.reading import examples_of, next_documents, texts_of

LEASE = 20.0
"""Seconds for which the machine is taken, unless the process says that it goes on."""
WAIT = 1.0
"""Seconds until it is tried again to get the machine."""
REST = 30.0
"""Seconds after a failure, or while the machine is busy, in which nothing more is tried for a session."""
MOST_KEPT = 50
"""Sessions of persons of which is kept what was learned."""


class SuggestionKey(NamedTuple):
    """Whose suggestions, at which API, in which session (by its lasting name), and from which ones."""

    api: str
    person: str
    session: str
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Suggested:
    """What is known for a person in a session. `missing`: what it takes more, in words; `why`: what went
    wrong last; `clock`: of the draft's renames, when it was learned. `predictions`: by document."""

    last: LastLearned | None = None
    missing: str = ""
    why: str = ""
    clock: int = 0
    data: bytes = field(default=b"", repr=False)
    scale: Scale | None = None
    predictions: Mapping[str, tuple[Prediction, ...]] = field(default_factory=dict, repr=False)

    @property
    def is_ready(self) -> bool:
        """Whether anything can be suggested."""
        return bool(self.data)


NOTHING = Suggested()


class Wish(NamedTuple):
    """What a page wants: suggestions for the documents at hand, the open one first, as they are in a draft.
    `done`: about how many are done; `others`: sessions that are learned from as well."""

    api: LabelingClient
    session: Session
    draft: Draft
    at_hand: Sequence[Loaded]
    done: int
    others: tuple[Session, ...] = ()


def _load() -> float:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


class Suggester:
    """All the suggestions of this process. Of a person in a session the newest wish alone counts."""

    def __init__(self, store: DraftStore, load: Callable[[], float] = _load) -> None:
        self._store, self._load = store, load
        self._holder = uuid4().hex
        self._lease = f"suggestions on {socket.gethostname()}"
        self._known: dict[SuggestionKey, Suggested] = {}
        self._wishes: dict[SuggestionKey, Wish] = {}
        self._resting: dict[SuggestionKey, float] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def known(self, key: SuggestionKey) -> Suggested:
        """What there is by now."""
        return self._known.get(key, NOTHING)

    def wish(self, key: SuggestionKey, wish: Wish) -> None:
        """Have it learned and proposed, where something is missing or old; nothing is waited for."""
        if not self._wants(self.known(key), wish) or self._resting.get(key, 0.0) > time.monotonic():
            return
        with self._lock:
            self._wishes.pop(key, None)
            self._wishes[key] = wish
            if self._thread is None:
                self._thread = threading.Thread(target=self._go_on, name="suggestions", daemon=True)
                self._thread.start()

    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        with self._lock:
            return self._thread is None

    @staticmethod
    def _wants(known: Suggested, wish: Wish) -> bool:
        if wish.done < FEWEST_DOCUMENTS and not wish.others:
            return False
        lacks = known.is_ready and any(one.key not in known.predictions for one in wish.at_hand)
        return lacks or is_due(wish.done, known.last)

    def _go_on(self) -> None:
        while True:
            with self._lock:
                if not self._wishes:
                    self._thread = None
                    return
                key, wish = self._wishes.popitem()
            try:
                self._fulfil(key, wish)
            except LabelingError as error:
                self._resting[key] = time.monotonic() + REST
                self._keep(key, replace(self.known(key), why=error.message))
            except BaseException:
                with self._lock:
                    self._thread = None
                raise

    def _fulfil(self, key: SuggestionKey, wish: Wish) -> None:
        known = self.known(key)
        if is_due(wish.done, known.last):
            if may_wait(self._load(), os.cpu_count() or 1, known.last):
                self._resting[key] = time.monotonic() + REST
            elif self._acquired():
                try:
                    known = self._learned(known, wish)
                finally:
                    self._release()
                self._keep(key, known)
            else:
                time.sleep(WAIT)
                with self._lock:
                    self._wishes.setdefault(key, wish)
                return
        lacking = [one for one in wish.at_hand if one.key not in known.predictions]
        if known.is_ready and lacking:
            self._keep(key, self._with_more(known, wish))

    def _learned(self, known: Suggested, wish: Wish) -> Suggested:
        """From now on, or what it takes more."""
        examples = examples_of(wish.api, wish.session, wish.draft)
        for other in wish.others:
            examples += examples_of(wish.api, other)
        estimates = is_estimated(len(examples), known.last)
        estimated = known.last.estimated if known.last else None
        if missing := is_missing(examples):
            return Suggested(LastLearned(wish.done, enough=False), missing)
        documents = next_documents(wish.api, wish.session, wish.at_hand)
        asked = ToSuggest(
            examples,
            [one.document.text for one in documents],
            wish.session.type,
            () if known.data else texts_of(wish.api, wish.session),
            known.data,
            known.scale,
            estimates,
        )
        made = suggest_apart(asked, self._renewing())
        return Suggested(
            LastLearned(wish.done, estimated=len(examples) if estimates else estimated),
            clock=wish.draft.renames.clock,
            data=made.data,
            scale=made.scale,
            predictions=_shown(documents, made.readings, made.scale),
        )

    def _with_more(self, known: Suggested, wish: Wish) -> Suggested:
        """For the documents at hand, too, and for those that come next."""
        documents = next_documents(wish.api, wish.session, wish.at_hand)
        documents = [one for one in documents if one.key not in known.predictions]
        texts = [one.document.text for one in documents]
        readings = [one.predictions for one in read_apart(known.data, texts, lambda share: None)]
        more = _shown(documents, readings, known.scale)
        return replace(known, predictions={**known.predictions, **more}, why="")

    def _keep(self, key: SuggestionKey, found: Suggested) -> None:
        known = self._known
        known.pop(key, None)
        known[key] = found
        while len(known) > MOST_KEPT:
            known.pop(next(iter(known)))

    # One training at a time on a machine, whatever processes share the store.

    def _acquired(self) -> bool:
        try:
            return self._store.acquire(self._lease, self._holder, "learning", LEASE) is None
        except NotKept:
            return True

    def _renewing(self) -> Callable[[float], object]:
        renewed = time.monotonic()

        def tell(share: float) -> None:
            nonlocal renewed
            if time.monotonic() > renewed + LEASE / 4:
                renewed = time.monotonic()
                self._acquired()

        return tell

    def _release(self) -> None:
        try:
            self._store.release(self._lease, self._holder)
        except NotKept:
            return  # it ends by itself


def _shown(
    documents: Sequence[Loaded], readings: Sequence[tuple[Prediction, ...]], scale: Scale | None
) -> dict[str, tuple[Prediction, ...]]:
    return {
        one.key: worth_showing(found, scaled=scale is not None)
        for one, found in zip(documents, readings, strict=True)
    }
