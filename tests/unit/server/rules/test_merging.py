"""What an update does to a document, by itself: segments and tags recognised, marks, status, progress."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.errors import Invalid
from labeling.model import Status
from labeling.server.rules.bodies import DocumentBody, SegmentBody
from labeling.server.rules.merging import StoredSegment, merged_segments, refuse_bad_tags, resolved, with_ids
from labeling.server.rules.progress import finished_after, is_marked, progress, status_after

TEXT = "abcdef"


def sent(*segments: dict[str, Any]) -> tuple[SegmentBody, ...]:
    return tuple(SegmentBody.model_validate(segment) for segment in segments)


def stored(*segments: dict[str, Any]) -> tuple[StoredSegment, ...]:
    return with_ids(merged_segments((), sent(*segments), TEXT, "here"), count(1), count(1))


def as_sent(segment: StoredSegment, *, with_id: bool) -> dict[str, Any]:
    """What a client would send back of a segment that it read."""
    return {
        **({"id": segment.id} if with_id else {}),
        "span": [segment.start, segment.end],
        "text": segment.text,
        "tags": [{"class": tag.class_, "label": tag.label} for tag in segment.tags],
    }


spans = st.tuples(st.integers(0, 5), st.integers(1, 6)).filter(lambda span: span[0] < span[1])
tags = st.lists(
    st.fixed_dictionaries({"class": st.sampled_from("xy"), "label": st.sampled_from(["p", "q", None])}),
    max_size=3,
)
relaxed = settings(deadline=None)
segments = st.lists(st.fixed_dictionaries({"span": spans, "tags": tags}), max_size=6)


@relaxed
@given(segments, st.booleans())
def test_what_was_read_and_comes_back_changes_nothing(items: list[dict[str, Any]], with_id: bool) -> None:
    before = stored(*items)
    returned = sent(*(as_sent(segment, with_id=with_id) for segment in before))
    assert merged_segments(before, returned, TEXT, "here") == before


@relaxed
@given(segments, segments)
def test_the_result_is_what_was_sent_and_ids_are_kept_once(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    before = stored(*first)
    after = merged_segments(before, sent(*second), TEXT, "here")
    assert [
        (segment.start, segment.end, [(tag.class_, tag.label) for tag in segment.tags]) for segment in after
    ] == [(*item["span"], [(tag["class"], tag["label"]) for tag in item["tags"]]) for item in second]
    kept = [segment.id for segment in after if segment.id]
    assert len(set(kept)) == len(kept)
    span_of = {segment.id: (segment.start, segment.end) for segment in before}
    assert all(span_of[segment.id] == (segment.start, segment.end) for segment in after if segment.id)


@relaxed
@given(segments, segments)
def test_the_same_change_twice_is_the_change_once(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    once = with_ids(merged_segments(stored(*first), sent(*second), TEXT, "here"), count(100), count(100))
    assert merged_segments(once, sent(*second), TEXT, "here") == once


def test_an_id_counts_only_where_the_span_agrees() -> None:
    before = stored({"span": [0, 1]}, {"span": [2, 3]})
    moved = {**as_sent(before[0], with_id=True), "span": [2, 3]}
    [after] = merged_segments(before, sent(moved), TEXT, "here")
    assert after.id == before[1].id


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


def test_ids_are_taken_before_texts() -> None:
    items = [
        DocumentBody(text="a"),
        DocumentBody(text="a", id=1),
        DocumentBody(text="a"),
        DocumentBody(text="b"),
    ]
    assert resolved(items, {1: "a"}, {"a": [1, 2]}) == [2, 1, None, None]


def test_a_bad_tag_is_named_by_its_place() -> None:
    tagged = stored(
        {"span": [0, 1]}, {"span": [0, 1], "tags": [{"class": "x"}, {"class": "z", "label": "p"}]}
    )
    refuse_bad_tags([("documents[4]", tagged)], ["x", "z"], ["p"])
    with pytest.raises(Invalid, match=r'^documents\[4\]\.segments\[1\]\.tags\[1\]\.class: "z" '):
        refuse_bad_tags([("documents[4]", tagged)], ["x"], ["p"])
