"""The edits between two states of a document lead from one to the other, and their inverses back."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, SegmentEdit, between, edited
from labeling.draft.history import take, undo
from labeling.draft.segment import DraftSegment
from labeling.editing.table import new_segment
from tests.unit.build import a_document, a_draft, a_segment, an_open_document, key_of

TEXT = "Kind staff, small room."


def a_view(count: int) -> DraftDocument:
    segments = [a_segment(TEXT, at, at + 2, ("Staff", "POS")) for at in range(count)]
    return an_open_document(a_document(TEXT, *segments, id=1))


@st.composite
def states(draw: st.DrawFn) -> tuple[DraftDocument, list[DraftSegment]]:
    """A document, and some of its segments with others among them: left out, changed, new,
    and in any order."""
    view = a_view(draw(st.integers(0, 6)))
    new: list[Any] = [new_segment(TEXT, (at, at + 3), ("Room", None), f"n.{at}") for at in range(4)]
    changed = [
        one.model_copy(update={"segment": one.segment.model_copy(update={"span": (0, 4)})})
        if draw(st.booleans())
        else one
        for one in view.segments
    ]
    after = draw(st.lists(st.sampled_from([*changed, *new]), unique_by=lambda one: one.key))
    return view, after


@given(states())
def test_the_edits_between_two_states_lead_there_and_back(
    pair: tuple[DraftDocument, list[DraftSegment]],
) -> None:
    view, after = pair
    taken = take(a_draft(), Change("x", between(view, after)), view)
    assert taken.documents.get("id:1", view).segments == tuple(after)
    assert undo(taken).documents.get("id:1", view).segments == view.segments


def test_what_stays_as_it_is_has_no_edit() -> None:
    view = a_view(5)
    assert between(view, view.segments) == ()
    (edit,) = between(view, [*view.segments[:2], *view.segments[3:]])
    assert edit == SegmentEdit(document="id:1", at=2, before=view.segments[2], after=None)
    assert edited(view, {key_of(view, 2): None}) == (edit,)
