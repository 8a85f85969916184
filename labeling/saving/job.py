"""A save that runs beside the screen: a click or a rerun in the middle does not break it off."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from labeling.draft.draft import Draft
from labeling.errors import LabelingError, NotKept
from labeling.saving.own_saves import NotedSave
from labeling.saving.plan import Choices
from labeling.saving.report import Report
from labeling.saving.save import save
from labeling.store.synced import SyncedDraft
from labeling.studio.client import LabelingClient

LEASE = 6.0
"""Seconds for which a save holds its session unless it says that it goes on,
as it does four times as often."""
PATIENCE = 8.0
"""Seconds that a save waits for another one of the same session: longer than one that died still holds it."""


class SaveJob:
    """One save under way, or over. Saves of one session, of two tabs or two persons, go one after another.

    `blocked_by`: who was saving when this one gave up waiting; then nothing was sent.
    """

    def __init__(
        self,
        api: LabelingClient,
        work: SyncedDraft,
        who: str,
        *,
        choices: Choices = Choices(),  # noqa: B008 - a frozen value
    ) -> None:
        self.session = work.draft.base.key
        self.progress: tuple[int, int, str] = (0, 0, "Saving")
        self.blocked_by = ""
        self._api, self._work, self._who = api, work, who
        self._choices = choices
        self._what = "/".join((work.key.api, work.key.session))
        self._report: Report | None = None
        self._fault: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="save", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it is over, after waiting at most so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Send nothing more after the request under way."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def report(self) -> Report:
        """What came of it. A fault of the program itself is raised here, where it is seen."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        assert self._report is not None
        return self._report

    def _run(self) -> None:
        try:
            self._report = self._save(self._work.draft)
        except BaseException as fault:  # noqa: BLE001 - kept for report(), which raises it on the screen
            self._fault = fault

    def _save(self, draft: Draft) -> Report:
        if not self._may_save():
            return Report(draft.base, draft.base, stopped=True)
        noted = NotedSave(self._work.keep)
        with self._leased():
            report = save(
                self._api,
                draft,
                keep=noted.keep,
                choices=self._choices,
                watch=self._watch,
                stopped=self._stop.is_set,
            )
        with suppress(LabelingError):
            if report.proved and not self._api.info().can("history"):
                noted.store(self._work, self._who)
        return report

    def _watch(self, done: int, total: int, what: str) -> None:
        self.progress = (done, total, what)

    # The lease. Without a draft store saves are not kept apart; the proof still tells what came of each.

    def _may_save(self) -> bool:
        until = time.monotonic() + PATIENCE
        while True:
            self.blocked_by = self._acquire()
            if not self.blocked_by or time.monotonic() > until or self._stop.is_set():
                return not self.blocked_by
            self._watch(0, 0, "Waiting for another save of this session")
            time.sleep(0.1)

    @contextmanager
    def _leased(self) -> Iterator[None]:
        """Hold the session however long a request takes, and not a moment longer than this process lives."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(LEASE / 4):
                self._acquire()

        renewing = threading.Thread(target=renew, name="lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            ended.set()
            renewing.join()
            self._release()

    def _acquire(self) -> str:
        try:
            return self._work.store.acquire(self._what, self._work.window, self._who, LEASE) or ""
        except NotKept:
            return ""

    def _release(self) -> None:
        try:
            self._work.store.release(self._what, self._work.window)
        except NotKept:
            # It ends by itself.
            return
