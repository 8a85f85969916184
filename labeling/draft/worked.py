"""How long somebody was at work on each document, by the moments of their steps. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from labeling.draft.edits import DecisionEdit, DoneEdit, SegmentEdit, Step

IDLE = 60
"""Seconds without a step after which nobody is thought to have been at work."""


def worked(steps: Iterable[Step]) -> dict[str, int]:
    """Active seconds of the steps that are not saved, by the documents' keys; without those that have none.

    The time since the step before belongs to the document of a step, if it was not longer than `IDLE`. A step
    on several documents is nobody's work on any of them.
    """
    found: Counter[str] = Counter()
    last: datetime | None = None
    for step in steps:
        at = _moment(step.at)
        documents = {
            edit.document for edit in step.edits if isinstance(edit, SegmentEdit | DoneEdit | DecisionEdit)
        }
        if at is not None and last is not None and not step.saved and len(documents) == 1:
            seconds = int((at - last).total_seconds())
            found[documents.pop()] += seconds if 0 < seconds <= IDLE else 0
        last = at
    return {key: seconds for key, seconds in found.items() if seconds}


def _moment(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return None
