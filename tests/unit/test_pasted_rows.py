"""Rows of a spreadsheet: read in any order of columns, planned in order, one step."""

from __future__ import annotations

import pytest

from labeling.draft import new_draft
from labeling.model import Document, Session, shape_of
from labeling.pasted_rows import PastedRow, Plan, left_over, plan, read_rows
from labeling.steps import take, undo

ABSA = shape_of("ABSA")
SESSION = Session(id=1, project_id=1, type="ABSA", classes=("Staff", "Room"), labels=("POS", "NEG"))
DOCUMENT = Document(id=1, text="Nice 👩‍👩‍👧 staff, small room")


def planned(*rows: PastedRow) -> Plan:
    draft = new_draft(SESSION)
    return plan(rows, [draft.view("id:1", DOCUMENT, 0)], 0, draft, ABSA, "w-1")


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
    view = draft.view("id:1", DOCUMENT, 0)
    rows = [PastedRow(1, text="staff", class_="Staff", label="POS"), PastedRow(2, text="room", class_="Room")]
    after = take(draft, plan(rows, [view], 0, draft, ABSA, "w-1").change, view)
    assert len(after.document("id:1").segments) == 2
    assert undo(after).document("id:1").segments == view.segments


def test_what_is_refused_is_given_back_with_its_header() -> None:
    found = read_rows("text\tclass\nstaff\tStaff\nroom\tRoom", ABSA)
    assert left_over(found, [3]) == "text\tclass\nroom\tRoom"
