"""Two segments become one, and one becomes two: what is joined, what is left, what is refused."""

from __future__ import annotations

import pytest

from labeling.draft.document import Loaded
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Refused
from labeling.draft.history import redo, take, undo
from labeling.editing.text import Act, change_of
from labeling.model import Document, Segment, Session, Tag
from tests.unit.build import key_of

TEXT = "a nice, clean bed and a nice desk 👨‍👩‍👧 here"
SESSION = Session(id=1, project_id=1, type="ABSA", classes=("Staff", "Room"), labels=("POS", "NEG"))
ROOM, STAFF = Tag.of("Room", "POS"), Tag.of("Staff", None)


def on(words: str, *tags: Tag) -> Segment:
    start = TEXT.index(words)
    return Segment(text=words, span=(start, start + len(words)), tags=tags)


DOCUMENT = Document(
    id=1,
    text=TEXT,
    segments=(on("nice, clean bed", ROOM, STAFF), on("clean", ROOM), on("nice desk", STAFF, ROOM)),
)
LOADED = Loaded("id:1", 0, DOCUMENT)


def done(kind: str, **more: object) -> Draft | Refused:
    """The draft after one act on the first segment."""
    draft = new_draft(SESSION)
    view = draft.view(LOADED)
    given = {"kind": kind, "number": 1, "window": "w", "document": "id:1", "segment": key_of(view, 0), **more}
    change = change_of(Act.model_validate(given), view, draft.scheme)
    return change if isinstance(change, Refused) else take(draft, change, view)


def seen(draft: Draft | Refused) -> list[tuple[str, set[object]]]:
    """The words of each segment, in the order of the table, and its tags."""
    assert isinstance(draft, Draft)
    segments = [one.segment for one in draft.view(LOADED).segments]
    return [(TEXT[one.start : one.end], {tag.names for tag in one.tags}) for one in segments]


BOTH = {("Room", "POS"), ("Staff", None)}
BEFORE = [("nice, clean bed", BOTH), ("clean", {("Room", "POS")}), ("nice desk", BOTH)]


def joined_with(n: int, span: tuple[int, int] | None = None) -> Draft | Refused:
    other = DOCUMENT.segments[n]
    key = key_of(new_draft(SESSION).view(LOADED), n)
    return done("join", other=key, span=list(span or (other.start, other.end)))


def test_what_is_joined_reaches_over_all_between_and_keeps_its_key_as_one_step_that_can_be_undone() -> None:
    draft = joined_with(2)
    after = [("nice, clean bed and a nice desk", BOTH), ("clean", {("Room", "POS")})]
    assert seen(draft) == after
    assert isinstance(draft, Draft)
    assert [step.name for step in draft.steps] == ["Join “nice, clean bed” and “nice desk”"]
    assert draft.view(LOADED).segments[0].key == key_of(draft.view(LOADED), 0)
    assert seen(undo(draft)) == BEFORE
    assert seen(redo(undo(draft))) == after


def test_segments_with_other_tags_or_another_place_than_the_person_saw_are_not_joined() -> None:
    assert joined_with(1) == Refused("the two segments no longer have the same tags")
    assert joined_with(2, (0, 1)) == Refused("the other segment is no longer there")
    assert joined_with(0) == Refused("a segment cannot be joined with itself")


def test_a_split_leaves_the_gap_out_and_gives_both_parts_the_tags_as_one_step_that_can_be_undone() -> None:
    at = TEXT.index(", clean")
    draft = done("split", span=[at, at + 2])
    after = [("nice", BOTH), ("clean bed", BOTH), *BEFORE[1:]]
    assert sorted(seen(draft), key=lambda one: one[0]) == sorted(after, key=lambda one: one[0])
    assert isinstance(draft, Draft)
    assert [step.name for step in draft.steps] == ["Split “nice, clean bed” into “nice” and “clean bed”"]
    assert draft.view(LOADED).find("w-1.0") is not None
    assert seen(undo(draft)) == BEFORE
    assert seen(redo(undo(draft))) == seen(draft)


def test_white_space_at_the_cut_is_left_out_also_where_the_browser_sent_it() -> None:
    at = TEXT.index(" clean") + 1
    parts = [words for words, _ in seen(done("split", span=[at, at]))]
    assert (parts[0], "clean bed" in parts) == ("nice,", True)


@pytest.mark.parametrize("gap", [(0, 0), (2, 2), (17, 17), (30, 40), (8, 7), (2, 9)])
def test_a_cut_that_is_not_inside_the_segment_is_refused(gap: tuple[int, int]) -> None:
    assert isinstance(done("split", span=list(gap)), Refused)


def test_no_cut_goes_through_a_letter_or_an_emoji() -> None:
    draft = new_draft(SESSION)
    loaded = Loaded("id:1", 0, Document(id=1, text=TEXT, segments=(on("desk 👨‍👩‍👧 here", ROOM),)))
    view, at = draft.view(loaded), TEXT.index("👨") + 1
    act = {"kind": "split", "number": 1, "window": "w", "segment": key_of(view, 0), "span": [at, at]}
    assert isinstance(change_of(Act.model_validate(act), view, draft.scheme), Refused)
