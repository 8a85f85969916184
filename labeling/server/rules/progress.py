"""Pure: when a document counts as annotated, and the status, end and progress of its session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from labeling.model import Status
from labeling.server.rules.merging import StoredSegment


def is_complete(segments: Sequence[StoredSegment]) -> bool:
    """Whether there are segments, and each has a tag."""
    return bool(segments) and all(segment.tags for segment in segments)


def is_marked(
    before: bool,
    sent: bool | None,
    stored: Sequence[StoredSegment],
    now: Sequence[StoredSegment],
    *,
    has_open: bool = False,
) -> bool:
    """Whether a document counts as annotated after a change: what was sent decides, else what was done; not
    that alone while something that a model proposed is open."""
    if sent is not None:
        return sent
    if tuple(stored) == tuple(now):
        return before
    if is_complete(now) and not has_open:
        return True
    return before and all(segment.tags for segment in now)


def status_after(status: Status, *, worked: bool, document_count: int, annotated_count: int) -> Status:
    """The session's status after a change. `worked`: somebody changed segments, tags or marks.

    A failed session stays failed, and one that the server works on stays as it is.
    """
    if status not in (Status.CREATED, Status.STARTED, Status.ANNOTATING, Status.FINISHED):
        return status
    if document_count and annotated_count == document_count:
        return Status.FINISHED
    return Status.ANNOTATING if worked or status is Status.FINISHED else status


def finished_after(status: Status, finished: datetime | None, now: datetime) -> datetime | None:
    """When the session was finished; None unless it is."""
    return (finished or now) if status is Status.FINISHED else None


def progress(document_count: int, annotated_count: int) -> float:
    """How much of a session is annotated, in percent: one decimal, rounded down, so that 100 means all."""
    return annotated_count * 1000 // document_count / 10 if document_count else 0.0
