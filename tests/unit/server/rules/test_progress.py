"""When a document counts as annotated, and the status and progress of its session."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.model import Status
from labeling.server.rules.merging import StoredSegment
from labeling.server.rules.progress import finished_after, is_marked, progress, status_after
from tests.unit.server.rules.build import stored

relaxed = settings(deadline=None)


@pytest.mark.parametrize(
    ("before", "said", "old", "new", "after"),
    [
        (False, None, [], [], False),
        (True, None, [], [], True),
        (False, None, [], [[1]], True),
        (False, None, [[1]], [[1]], False),
        (True, None, [[]], [[]], True),
        (True, None, [[1]], [[1], []], False),
        (True, None, [[1]], [], True),
        (False, None, [[1]], [], False),
        (False, True, [], [[]], True),
        (True, False, [], [[1]], False),
    ],
)
def test_what_is_said_decides_else_what_was_done(
    before: bool, said: bool | None, old: list[list[int]], new: list[list[int]], after: bool
) -> None:
    def built(shape: list[list[int]]) -> tuple[StoredSegment, ...]:
        return stored(
            *(
                {"span": [place, place + 1], "tags": [{"class": "x"} for _ in tags]}
                for place, tags in enumerate(shape)
            )
        )

    assert is_marked(before, said, built(old), built(new)) is after


@pytest.mark.parametrize(
    ("before", "worked", "documents", "annotated", "after"),
    [
        ("CREATED", False, 2, 0, "CREATED"),
        ("CREATED", True, 2, 0, "ANNOTATING"),
        ("CREATED", True, 2, 2, "FINISHED"),
        ("CREATED", True, 0, 0, "ANNOTATING"),
        ("STARTED", True, 2, 1, "ANNOTATING"),
        ("STARTED", False, 2, 1, "STARTED"),
        ("ANNOTATING", True, 2, 2, "FINISHED"),
        ("FINISHED", True, 2, 2, "FINISHED"),
        ("FINISHED", False, 3, 2, "ANNOTATING"),
        ("FAILED", True, 2, 2, "FAILED"),
    ],
)
def test_a_status_follows_the_work(
    before: str, worked: bool, documents: int, annotated: int, after: str
) -> None:
    found = status_after(Status(before), worked=worked, document_count=documents, annotated_count=annotated)
    assert found == after


def test_a_session_keeps_the_moment_it_was_finished_until_it_is_opened_again() -> None:
    then, now = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert finished_after(Status.FINISHED, None, now) == now
    assert finished_after(Status.FINISHED, then, now) == then
    assert finished_after(Status.ANNOTATING, then, now) is None


@relaxed
@given(st.integers(0, 10**6), st.data())
def test_progress_is_100_only_when_all_is_done_and_0_when_nothing_is_there(
    total: int, data: st.DataObject
) -> None:
    done = data.draw(st.integers(0, total))
    found = progress(total, done)
    assert 0 <= found <= 100
    assert (found == 100) == (0 < total == done)
    assert found == round(found, 1)
    assert found <= 100 * done / max(total, 1) + 1e-9
