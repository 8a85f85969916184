"""Save a draft: send what differs in the form that the server can take, and prove that it is held."""

from __future__ import annotations

import time
from collections.abc import Callable

from labeling.draft.draft import Draft
from labeling.errors import LabelingError
from labeling.saving.attempt import Attempt, Keep, Stopped, Watch
from labeling.saving.batches import Batches
from labeling.saving.plan import Choices
from labeling.saving.readback import prove_session
from labeling.saving.report import Report
from labeling.saving.rulings import leave_open, tell_rulings
from labeling.saving.whole import Whole
from labeling.studio.client import LabelingClient


def save(
    api: LabelingClient,
    draft: Draft,
    *,
    keep: Keep,
    choices: Choices = Choices(),  # noqa: B008 - a frozen value
    watch: Watch = lambda done, total, what: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Report:
    """Send what changed and prove it. Never raises a LabelingError: the report holds it.

    `keep` is given each change of the draft that the save brings about, as soon as it is so: what is proved
    is not sent again whatever comes next. `choices` settles what an earlier report asked. Where `stopped`
    says so, nothing more is sent. It may be repeated at any point: what the server holds already is proved,
    not sent.
    """
    began = time.perf_counter()
    attempt = Attempt(api, draft, choices, keep, watch, stopped)
    report = attempt.report
    try:
        attempt.begin()
        if not attempt.info.can("upsert"):
            tell_rulings(attempt)  # no document goes to it with something that is not decided
            leave_open(attempt)
        matches = attempt.info.can("upsert") and attempt.info.can("ids")
        # Each part of it: read again, merged three ways, sent, read back, proved, handed over.
        form: Batches | Whole = Batches(attempt) if matches else Whole(attempt)
        if form.send():
            attempt.mark_done()
            attempt.hand_over()
            if attempt.info.can("upsert"):
                tell_rulings(attempt)  # the tags stand there already: nothing can come between
            prove_session(attempt)
        attempt.is_through = True
    except Stopped:
        report.stopped = True
    except LabelingError as fault:
        report.error = fault
    finally:  # also after a fault of the program: what is proved stays so
        report.seconds = time.perf_counter() - began
        attempt.end()
    return report
