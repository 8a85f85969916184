"""What becomes of a document's tags in a save."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.server.rules.history import Moves, moves, total
from labeling.server.rules.merging import StoredSegment, StoredTag


def a_segment(start: int, end: int, *classes: str) -> StoredSegment:
    return StoredSegment(1, start, end, "", None, tuple(StoredTag(1, class_, "POS") for class_ in classes))


BED, STAFF = a_segment(4, 7, "Bed"), a_segment(4, 7, "Staff")


@pytest.mark.parametrize(
    ("before", "after", "became"),
    [
        ([], [BED], Moves(added=1)),
        ([BED], [], Moves(removed=1)),
        ([BED], [STAFF], Moves(renamed=1)),
        ([BED], [a_segment(0, 7, "Bed")], Moves(moved=1)),
        ([BED], [a_segment(7, 9, "Bed")], Moves(added=1, removed=1)),
        ([BED], [a_segment(0, 7, "Staff")], Moves(added=1, removed=1)),
        ([BED], [a_segment(4, 7, "Bed", "Staff")], Moves(added=1)),
        ([a_segment(4, 7, "Bed", "Bed")], [BED], Moves(removed=1)),
        ([BED, a_segment(0, 3)], [a_segment(0, 2), BED], Moves()),
    ],
)
def test_tags_are_added_removed_renamed_and_moved(
    before: list[StoredSegment], after: list[StoredSegment], became: Moves
) -> None:
    assert moves(before, after) == became


segments = st.lists(
    st.builds(
        lambda start, length, classes: a_segment(start, start + length, *classes),
        st.integers(0, 6),
        st.integers(1, 4),
        st.lists(st.sampled_from(("Bed", "Staff")), max_size=2),
    ),
    max_size=4,
)


@given(segments, segments)
def test_what_was_is_what_is_without_what_came_and_with_what_went(
    before: list[StoredSegment], after: list[StoredSegment]
) -> None:
    became, count = moves(before, after), [sum(len(one.tags) for one in each) for each in (before, after)]
    assert count[0] - became.removed + became.added == count[1]
    there, back = moves(before, after), moves(after, before)
    assert (there.added, there.renamed, there.moved) == (back.removed, back.renamed, back.moved)


def test_saves_of_several_documents_are_counted_together() -> None:
    assert total([Moves(added=1), Moves(added=2, moved=1)]) == Moves(added=3, moved=1)
    assert total([]) == Moves()
