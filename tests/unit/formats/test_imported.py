"""Records become documents, or are refused with their number and a reason."""

from __future__ import annotations

import pytest

from labeling.formats.document_parts import document_of
from labeling.formats.imported import imported
from labeling.formats.records import CONTRACT, Choice, Record, Records
from labeling.model import Document, Shape, Type, shape_of

TEXT = CONTRACT
WHOLE = Choice("text", "topic", "mood")


def records(*fields: dict[str, object]) -> Records:
    items = tuple(Record(number, each) for number, each in enumerate(fields, 1))
    return Records(columns=("text",), items=items)


def reason_of(fields: dict[str, object], choice: Choice = TEXT) -> str:
    found = document_of(fields, choice)
    assert isinstance(found, str), f"was not refused: {found}"
    return found


def with_segment(**segment: object) -> dict[str, object]:
    return {"text": "Kind staff", "segments": [segment]}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"body": "x"}, "has no “text”"),
        ({"text": None}, "“text” is null, not text"),
        ({"text": 7}, "“text” is a number, not text"),
        ({"text": " \t\n"}, "no text"),
        ({"text": "a" * 1_000_001}, "the text has 1,000,001 characters: a document has at most 1,000,000"),
        ({"text": "a\0b"}, "the text has a NUL character (at 2)"),
        ({"text": "ab\ud83d"}, "the text has half a character (a lone surrogate, at 3)"),
        ({"text": "x", "segments": {}}, "“segments” is an object, not a list"),
        (with_segment(span=[0, 11]), "segment 1 has the span [0, 11], which does not lie in the text of 10"),
        (with_segment(span=[4, 4]), "segment 1 has the span [4, 4]"),
        (with_segment(span=[-1, 4]), "segment 1 has the span [-1, 4]"),
        (with_segment(span=[0, 4.0]), "segment 1 has the span [0, 4.0], not two whole numbers"),
        (with_segment(span=[False, True]), "not two whole numbers"),
        (with_segment(span=[1]), "not two whole numbers"),
        (with_segment(text="Kind"), "segment 1 has no span"),
        (with_segment(span=[0, 4], tags=[{}]), "segment 1 has a tag that has neither class nor label"),
        (
            with_segment(span=[0, 4], tags=[{"class": [3]}]),
            "segment 1 has a tag that has a class that is a list",
        ),
        (with_segment(span=[0, 4], tags="POS"), "segment 1 has tags that are text, not a list"),
        (
            with_segment(span=[0, 4], tags=[{"label": "P\0"}]),
            "segment 1 has a tag that has a NUL character (at 2) in its label",
        ),
        (
            with_segment(span=[0, 4], text="\udc00"),
            "segment 1 has half a character (a lone surrogate, at 1) in its text",
        ),
        ({"text": "x", "meta": {"by": ["\ud800"]}}, "“meta” holds what JSON in UTF-8 cannot"),
        ({"text": "x", "meta": {"by": float("inf")}}, "“meta” holds what JSON in UTF-8 cannot"),
    ],
)
def test_a_record_that_cannot_be_a_document_says_why(fields: dict[str, object], reason: str) -> None:
    assert reason in reason_of(fields)


def test_a_segment_may_be_bare_and_tags_may_be_an_empty_object() -> None:
    found = document_of(with_segment(span=[0, 4], tags={}), TEXT)
    assert isinstance(found, Document)
    assert found.segments[0].units == ((0, 4, None, None),)


def test_offsets_count_code_points() -> None:
    fields: dict[str, object] = {"text": "👍👍", "segments": [{"span": [0, 2], "tags": [{"label": "POS"}]}]}
    assert isinstance(document_of(fields, TEXT), Document)
    fields["segments"] = [{"span": [0, 4]}]
    assert "does not lie in the text of 2 characters" in reason_of(fields)


def test_ids_of_another_session_are_left_behind() -> None:
    fields: dict[str, object] = {
        "id": 9,
        "text": "Kind staff",
        "segments": [{"id": 1, "span": [0, 4], "tags": [{"id": 2, "class": "Staff"}]}],
    }
    found = document_of(fields, TEXT)
    assert isinstance(found, Document)
    assert found.to_json() == {
        "text": "Kind staff",
        "segments": [{"span": [0, 4], "tags": [{"class": "Staff"}]}],
    }


def test_a_class_and_a_label_column_tag_the_whole_document() -> None:
    found = document_of({"text": "Too dear", "topic": " Price ", "mood": "NEG"}, WHOLE)
    assert isinstance(found, Document)
    assert [segment.units for segment in found.segments] == [((0, 8, "Price", "NEG"),)]


def test_blank_cells_make_no_tag() -> None:
    found = document_of({"text": "Too dear", "topic": " ", "mood": ""}, WHOLE)
    assert isinstance(found, Document)
    assert found.segments == ()


def test_a_class_that_is_no_name_is_refused() -> None:
    assert reason_of({"text": "x", "topic": {}}, WHOLE) == "“topic” is an object, not text"


@pytest.mark.parametrize(
    ("type_", "tags", "reason"),
    [
        (
            Type.CLASS,
            [{"label": "POS"}],
            "segment 1 has the label “POS”: sessions of this type have no labels",
        ),
        (
            Type.LABEL,
            [{"class": "Room"}],
            "segment 1 has the class “Room”: sessions of this type have no classes",
        ),
        (Type.LABEL, [{"label": "POS"}, {"label": "NEG"}], "segment 1 has 2 tags"),
        (
            Type.ABSA,
            [{"class": "Room", "label": "MEH"}],
            "segment 1 has the label “MEH”, which is not one of",
        ),
    ],
)
def test_a_tag_that_the_type_cannot_hold_refuses_its_row(
    type_: Type, tags: list[object], reason: str
) -> None:
    found = imported(
        records({"text": "Kind staff", "segments": [{"span": [0, 4], "tags": tags}]}),
        TEXT,
        shape_of(type_),
        known_labels=("POS", "NEG"),
    )
    assert found.documents == ()
    assert found.refused[0].reason.startswith(reason)
    assert found.labels == ()


def test_nothing_is_lost_between_documents_and_refused_rows() -> None:
    found = imported(records({"text": "one"}, {"text": ""}, {"text": "three"}, {"text": 4}), TEXT)
    assert [document.text for document in found.documents] == ["one", "three"]
    assert [(row.number, row.reason) for row in found.refused] == [
        (2, "no text"),
        (4, "“text” is a number, not text"),
    ]


def test_the_excerpt_of_a_refused_row_can_be_shown() -> None:
    found = imported(records({"text": "half \ud83d of\0it " + "x" * 200}), TEXT)
    assert found.refused[0].excerpt.startswith("half ? of�it")
    assert len(found.refused[0].excerpt) == 80


def test_names_are_found_in_the_order_of_their_first_use() -> None:
    found = imported(
        records(
            {"text": "ab", "segments": [{"span": [0, 1], "tags": [{"class": "Room", "label": "NEG"}]}]},
            {"text": "ab", "segments": [{"span": [0, 1], "tags": [{"class": "Price"}, {"class": "Room"}]}]},
        ),
        TEXT,
        Shape(classes=True, labels=True),
    )
    assert (found.classes, found.labels) == (("Room", "Price"), ("NEG",))
    assert (found.tag_count, found.repeated_count) == (3, 1)
