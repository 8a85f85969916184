"""The segments table holds what its editor can show; what is true stands in the draft."""

from __future__ import annotations

from components.tables.segment_table import changed_cell, columns, table_of
from labeling.documents.rows import rows_of
from labeling.draft.edits import Refused
from labeling.draft.vocabulary import Scheme
from labeling.model import Document, Segment, shape_of
from tests.unit.build import a_draft, an_open_document

SCHEME = Scheme((), (), shape_of("ABSA"))


def test_offsets_larger_than_any_table_can_show_are_cut_and_the_problem_says_the_true_ones() -> None:
    segments = (Segment(span=(0, 10**20)), Segment(span=(-(10**20), 2)), Segment(span=(0, 2**53)))
    rows = rows_of(an_open_document(Document(text="abc", segments=segments)), SCHEME)
    table = table_of(rows, SCHEME.shape)
    assert table["start"].to_pylist() == [0, -(2**53 - 1), 0]
    assert table["end"].to_pylist() == [2**53 - 1, 2, 2**53 - 1]
    assert str(10**20) in rows[0]["problem"]
    assert str(-(10**20)) in rows[1]["problem"]
    assert rows[0]["end"] == 10**20


def test_a_refused_cell_is_named_by_its_row_and_its_column() -> None:
    document = an_open_document(Document(text="abc", segments=(Segment(span=(0, 1)), Segment(span=(1, 2)))))
    (_, row) = rows_of(document, SCHEME)
    refused = changed_cell(document, a_draft(), row["id"], "class_", "Pool", 2)
    assert refused == Refused("row 2, Class: “Pool” is not one of the session's classes")


def test_a_column_is_wide_enough_for_the_longest_of_its_names_up_to_a_bound() -> None:
    def widths(*classes: str) -> tuple[int, int]:
        found = columns(Scheme(classes=classes, labels=("POS",), shape=shape_of("ABSA"))).config
        return found["class_"]["width"], found["label"]["width"]

    assert widths("Room", "Staff") == (120, 84)
    assert widths("Room", "Room style and options") == (30 + 7 * 22, 84)
    assert widths("x" * 500) == (300, 84)
    assert widths() == (120, 84)
