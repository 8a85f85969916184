"""Rows of a spreadsheet: read in any order of columns, planned in order, one step."""

from __future__ import annotations

import cProfile
from collections.abc import Callable

import pytest

from labeling.draft.document import Loaded
from labeling.draft.draft import new_draft
from labeling.draft.edits import NamesEdit
from labeling.draft.history import take, undo
from labeling.editing.pasted import PastedRow, PastePlan, left_over, places_in, plan, read_rows
from labeling.model import Document, Segment, Session, Tag, shape_of

ABSA = shape_of("ABSA")
SESSION = Session(id=1, project_id=1, type="ABSA", classes=("Staff", "Room"), labels=("POS", "NEG"))
DOCUMENT = Document(id=1, text="Nice 👩‍👩‍👧 staff, small room")


def planned(*rows: PastedRow) -> PastePlan:
    draft = new_draft(SESSION)
    return plan(rows, [draft.view(Loaded("id:1", 0, DOCUMENT))], 0, draft.scheme, "w-1")


def test_columns_are_named_by_a_header_in_any_order() -> None:
    found = read_rows("Label;Class;End;Start\nPOS;Staff;10;5\n", ABSA)
    assert found.rows == (PastedRow(2, start="5", end="10", class_="Staff", label="POS"),)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("3\t5\t10\tStaff\tPOS", PastedRow(1, "3", "5", "10", class_="Staff", label="POS")),
        ("5\t10\tStaff\t–", PastedRow(1, start="5", end="10", class_="Staff")),
        ("3\tstaff\tStaff\tPOS", PastedRow(1, "3", text="staff", class_="Staff", label="POS")),
        ('"small, room",Room,NEG', PastedRow(1, text="small, room", class_="Room", label="NEG")),
    ],
)
def test_without_a_header_the_numbers_say_what_the_columns_are(text: str, row: PastedRow) -> None:
    assert read_rows(text, ABSA).rows == (row,)


def test_a_quotation_mark_among_the_words_swallows_no_row() -> None:
    assert [row.text for row in read_rows('"Nice\tStaff\tPOS\nroom\tRoom\tNEG', ABSA).rows] == [
        '"Nice',
        "room",
    ]


def test_nothing_is_read_of_nothing() -> None:
    assert read_rows(" \n\n", ABSA).rows == ()


def test_offsets_count_code_points_and_the_words_beside_them_are_compared() -> None:
    staff = DOCUMENT.text.index("staff")
    good = PastedRow(1, start=str(staff), end=str(staff + 5), text="staff", class_="Staff", label="POS")
    bad = good._replace(number=2, start=str(staff + 1), end=str(staff + 6))
    outcome = planned(good, bad)
    assert [row.does for row in outcome.rows] == ["segment", "refused"]
    assert outcome.rows[0].spans == ((staff, staff + 5),)


def test_a_row_sees_what_the_rows_before_it_did() -> None:
    row = PastedRow(1, text="staff", class_="Staff", label="POS")
    outcome = planned(row, row._replace(number=2), row._replace(number=3, label="NEG"))
    assert [row.does for row in outcome.rows] == ["segment", "nothing", "tag"]


def test_the_step_undone_is_the_start() -> None:
    draft = new_draft(SESSION)
    view = draft.view(Loaded("id:1", 0, DOCUMENT))
    rows = [PastedRow(1, text="staff", class_="Staff", label="POS"), PastedRow(2, text="room", class_="Room")]
    after = take(draft, plan(rows, [view], 0, draft.scheme, "w-1").change, view)
    assert len(after.document("id:1").segments) == 2
    assert undo(after).document("id:1").segments == view.segments


def test_what_is_refused_is_given_back_with_its_header() -> None:
    found = read_rows("text\tclass\nstaff\tStaff\nroom\tRoom", ABSA)
    assert left_over(found, [3]) == "text\tclass\nroom\tRoom"


def test_the_names_of_refused_rows_are_neither_offered_nor_added() -> None:
    draft = new_draft(SESSION)
    views = [draft.view(Loaded("id:1", 0, DOCUMENT))]
    good = PastedRow(1, text="staff", class_="Size", label="NEG")
    rows = [good, PastedRow(2, start="900", end="905", class_="Nonsense", label="POS")]
    without = plan(rows, views, 0, draft.scheme, "w-1")
    wanted = plan(rows, views, 0, draft.scheme, "w-1", with_names=True)
    assert [row.does for row in without.rows] == ["refused", "refused"]
    assert [row.does for row in wanted.rows] == ["segment", "refused"]
    assert without.unknown == wanted.unknown == (("classes", "Size"),)
    named = [edit.after for edit in wanted.change.edits if isinstance(edit, NamesEdit)]
    assert named == [("Staff", "Room", "Size")]


@pytest.mark.parametrize(
    "row",
    [
        PastedRow(1, start="0", end="9" * 5000, class_="Staff"),
        PastedRow(1, start="-" + "9" * 5000, end="4", class_="Staff"),
        PastedRow(1, document="9" * 5000, start="0", end="4", class_="Staff"),
    ],
)
def test_a_number_longer_than_any_text_is_refused_in_a_short_sentence(row: PastedRow) -> None:
    assert places_in([row], 0) in ((0,), ())
    (refused,) = planned(row).rows
    assert refused.does == "refused"
    assert len(refused.why) < 100


def test_a_column_of_endless_digits_is_taken_for_words() -> None:
    assert read_rows("9" * 5000 + "\tStaff\tPOS", ABSA).columns == ("text", "class", "label")


def test_rows_of_unsorted_segments_come_to_their_places_as_one_by_one() -> None:
    text = "Kind staff, small room."
    held = tuple(Segment(span=span) for span in ((18, 22), (0, 4), (18, 22)))
    draft = new_draft(SESSION)
    view = draft.view(Loaded("id:1", 0, Document(id=1, text=text, segments=held)))
    rows = [
        PastedRow(n, text=words, class_="Room") for n, words in enumerate(("small", "room", "staff", "small"))
    ]
    outcome = plan(rows, [view], 0, draft.scheme, "w-1")
    assert [row.does for row in outcome.rows] == ["segment", "tag", "segment", "nothing"]
    after = take(draft, outcome.change, view).document("id:1")
    assert [(one.segment.span, len(one.segment.tags)) for one in after.segments] == [
        ((18, 22), 1),
        ((5, 10), 1),
        ((12, 17), 1),
        ((0, 4), 0),
        ((18, 22), 0),
    ]


@pytest.mark.parametrize(
    ("second", "does", "left"),
    [
        (Segment(span=(5, 7), tags=(Tag.of(None, "NEG"),)), "segment", ["POS", "POS", "NEG"]),
        (Segment(span=(4, 6), tags=(Tag.of(None, "NEG"),)), "replace", ["POS", "POS"]),
    ],
)
def test_a_row_whose_words_stand_at_many_places_tags_all_of_them(
    second: Segment, does: str, left: list[str]
) -> None:
    draft = new_draft(SESSION.model_copy(update={"type": "LABEL"}))
    document = Document(id=1, text="so, so", segments=(Segment(span=(0, 2)), second))
    view = draft.view(Loaded("id:1", 0, document))
    row = PastedRow(1, text="so", label="POS")
    outcome = plan([row], [view], 0, draft.scheme, "w-1", everywhere=True)
    (found,) = outcome.rows
    assert (found.does, found.places, found.replaced) == (does, 2, "NEG" if does == "replace" else "")
    after = take(draft, outcome.change, view).document("id:1")
    assert [tag.label for segment in after.segments for tag in segment.segment.tags] == left


@pytest.mark.parametrize("held", [(), (Segment(span=(0, 4), tags=(Tag.of(None, "POS"),)),)])
def test_of_two_rows_with_different_labels_for_the_same_words_the_later_one_is_refused(
    held: tuple[Segment, ...],
) -> None:
    draft = new_draft(SESSION.model_copy(update={"type": "LABEL"}))
    view = draft.view(Loaded("id:1", 0, DOCUMENT.model_copy(update={"segments": held})))
    rows = [
        PastedRow(n, start="0", end="4", label=label) for n, label in ((1, "POS"), (2, "NEG"), (3, "POS"))
    ]
    outcome = plan(rows, [view], 0, draft.scheme, "w-1")
    first = "nothing" if held else "segment"
    assert [row.does for row in outcome.rows] == [first, "refused", "nothing"]
    assert outcome.rows[1].why == "row 1 gives “Nice” the label POS"
    after = take(draft, outcome.change, view).documents.get("id:1", view)
    assert [segment.segment.tags for segment in after.segments] == [(Tag.of(None, "POS"),)]


def test_a_row_replaces_a_label_that_was_there_before_the_paste_and_says_so() -> None:
    draft = new_draft(SESSION.model_copy(update={"type": "LABEL"}))
    held = (Segment(span=(0, 4), tags=(Tag.of(None, "POS"),)),)
    view = draft.view(Loaded("id:1", 0, DOCUMENT.model_copy(update={"segments": held})))
    rows = [PastedRow(1, start="0", end="4"), PastedRow(2, start="0", end="4", label="NEG")]
    outcome = plan(rows, [view], 0, draft.scheme, "w-1")
    assert [(row.does, row.replaced) for row in outcome.rows] == [("nothing", ""), ("replace", "POS")]
    (segment,) = take(draft, outcome.change, view).document("id:1").segments
    assert segment.segment.tags == (Tag.of(None, "NEG"),)


def by_offsets(number: int) -> PastedRow:
    return PastedRow(number, start=str(number * 5), end=str(number * 5 + 4), class_="Staff")


def by_words(number: int) -> PastedRow:
    return PastedRow(number, text="word", class_="Staff")


def calls_to_plan(count: int, row: Callable[[int], PastedRow]) -> int:
    """How many functions are called to plan so many rows in one document of as many words."""
    draft = new_draft(SESSION)
    view = draft.view(Loaded("id:1", 0, Document(id=1, text="word " * count)))
    profile = cProfile.Profile()
    profile.runcall(plan, [row(number) for number in range(count)], [view], 0, draft.scheme, "w-1")
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("row", [by_offsets, by_words])
def test_twice_the_rows_in_one_document_are_twice_the_work(row: Callable[[int], PastedRow]) -> None:
    assert calls_to_plan(400, row) < 2.2 * calls_to_plan(200, row)
