"""What an update does to a document's segments: those that were there are recognised, ids are kept."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.errors import Invalid
from labeling.server.rules.bodies import DocumentBody
from labeling.server.rules.merging import StoredSegment, merged_segments, refuse_bad_tags, resolved, with_ids
from tests.unit.server.rules.build import TEXT, sent, stored


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
