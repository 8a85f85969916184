"""A save that runs beside the screen: a click or a rerun in the middle does not break it off."""

from __future__ import annotations

import threading
from collections.abc import Collection

from labeling.client import LabelingClient
from labeling.draft import Draft
from labeling.saving import Report, save


class SaveJob:
    """One save under way, or over; `report` is there when it is over."""

    def __init__(self, api: LabelingClient, draft: Draft, over: Collection[str] = ()) -> None:
        self.session = (draft.base.project_id, draft.base.id)
        self.progress: tuple[int, int, str] = (0, 0, "Saving")
        self._report: Report | None = None
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(api, draft, over), name="save", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it is over, after waiting at most so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def report(self) -> Report:
        """What came of it. A fault of the program itself is raised here, where it is seen."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        assert self._report is not None
        return self._report

    def _run(self, api: LabelingClient, draft: Draft, over: Collection[str]) -> None:
        try:
            self._report = save(api, draft, over=over, watch=self._watch)
        except BaseException as fault:  # noqa: BLE001 - kept for report(), which raises it on the screen
            self._fault = fault

    def _watch(self, done: int, total: int, what: str) -> None:
        self.progress = (done, total, what)
