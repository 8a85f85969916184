"""Tables of other tools with a row a span."""

from __future__ import annotations

from labeling.formats import csv_file
from labeling.formats.records import Records
from labeling.formats.source import Source
from tests.unit.formats.made import again


def read(data: bytes) -> Records:
    return csv_file.read(Source(data), {})


def test_rows_of_one_text_are_one_document_with_their_spans() -> None:
    found = read(b"id,text,start,end,label\n1,Kind staff,5,10,Staff\n2,Kind staff,0,4,Mood\n3,Bad,,,\n")
    first, other = again(found).documents
    assert [one.units for one in first.segments] == [((5, 10, "Staff", None),), ((0, 4, "Mood", None),)]
    assert (other.text, other.segments) == ("Bad", ())
    assert [tuple(one) for one in found.keys] == [
        ("id", "left out", 3),
        ("text", "text", 3),
        ("start", "segments with tags", 2),
        ("end", "segments with tags", 2),
        ("label", "segments with tags", 2),
    ]


def test_class_and_label_of_a_span_may_stand_in_two_columns() -> None:
    (document,) = again(read(b"Text;Begin;End;Category;Polarity\nKind staff;5;10;Staff;POS\n")).documents
    assert [one.units for one in document.segments] == [((5, 10, "Staff", "POS"),)]


def test_a_span_that_lies_outside_refuses_its_document_and_numbers_that_are_none_make_no_spans() -> None:
    rows = b"".join(b"Kind staff %d,5,10,Staff\n" % n for n in range(20))
    found = again(read(b"text,start,end,label\n" + rows + b"Bad,5,99,Staff\n"))
    assert len(found.documents) == 20
    assert "does not lie in the text" in found.refused[0].reason
    assert read(b"text,start,end\nGood,2026-01-01,2026-02-01\n").choice is None
