"""The contract's objects: wrong types are refused, wrong values are read,
unknown keys are kept where it matters."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from labeling.model import (
    SHAPES,
    Document,
    DocumentPage,
    Info,
    Mode,
    Role,
    Segment,
    Session,
    SessionChange,
    SessionPage,
    Status,
    Tag,
    Type,
    missing,
    shape_of,
    unique,
)

ANSWER = {
    "created": "2023-11-02",
    "finished": "2023-11-02",
    "document_count": 100,
    "document_group_id": 87,
    "organization_id": 1,
    "user_id": 1,
    "project_id": 1,
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "id": 1,
    "name": "This is my first labeling session",
    "progress": 87.7,
    "model_id": 10,
    "status": "CREATED",
    "mode": "ANNOTATION",
    "type": "ABSA",
    "description": "string",
    "classes": ["Comfort"],
    "labels": ["POS"],
}
"""The published example of the update call's answer."""

names = st.one_of(st.none(), st.text(max_size=5))
tags = st.builds(lambda class_, label: {"class": class_, "label": label, "id": 4}, names, names)
segments = st.fixed_dictionaries(
    {"span": st.lists(st.integers(), max_size=3), "tags": st.lists(tags, max_size=2)},
    optional={"text": st.text(max_size=5), "id": st.integers(), "note": st.lists(st.booleans(), max_size=1)},
)
documents = st.fixed_dictionaries(
    {"text": st.text(max_size=5), "segments": st.lists(segments, max_size=2)},
    optional={"id": st.integers(), "annotated": st.booleans(), "rating": st.integers()},
)


def read_session(**fields: object) -> Session:
    return Session.model_validate_json(json.dumps({"id": 5, "project_id": 1, **fields}))


# Reading


def test_the_published_answer_is_read_whole() -> None:
    session = Session.model_validate_json(json.dumps(ANSWER))
    read = session.model_dump(exclude_unset=True)
    assert set(read) == set(ANSWER)
    when = datetime(2023, 11, 2, tzinfo=UTC)
    assert read == {**ANSWER, "created": when, "finished": when, "classes": ("Comfort",), "labels": ("POS",)}


@given(documents)
def test_a_document_that_was_read_is_written_back_the_same(document: dict[str, object]) -> None:
    assert Document.model_validate_json(json.dumps(document)).to_json() == document


def test_a_document_without_segments_is_written_back_without() -> None:
    assert Document.model_validate({"text": "Nice"}).to_json() == {"text": "Nice"}


def test_classes_and_labels_are_read_as_words_or_as_objects() -> None:
    page = SessionPage.model_validate(
        {
            "id": 5,
            "project_id": 1,
            "classes": [{"id": 1, "name": "Staff"}],
            "labels": ["POS", {"name": "NEG"}],
        }
    )
    assert (page.classes, page.labels) == (("Staff",), ("POS", "NEG"))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2023-11-02", datetime(2023, 11, 2, tzinfo=UTC)),
        ("2023-11-02T10:30:00Z", datetime(2023, 11, 2, 10, 30, tzinfo=UTC)),
        ("2023-11-02T10:30:00.250+02:00", datetime(2023, 11, 2, 8, 30, 0, 250_000, tzinfo=UTC)),
        ("2023-11-02T10:30:00", datetime(2023, 11, 2, 10, 30, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("2023-13-45", None),
        (None, None),
    ],
)
def test_dates_are_read_in_both_forms_and_always_with_a_zone(said: object, read: datetime | None) -> None:
    assert read_session(created=said).created == read


def test_dates_of_both_forms_can_be_compared() -> None:
    session = read_session(created="2023-11-02", finished="2023-11-03T00:00:00Z")
    assert session.created is not None
    assert session.finished is not None
    assert session.created < session.finished


def test_null_reads_like_an_absent_field() -> None:
    absent = read_session()
    null = read_session(
        name=None, classes=None, labels=None, progress=None, document_count=None, created=None
    )
    assert null == absent
    assert (absent.name, absent.classes, absent.progress, absent.document_count) == ("", (), 0.0, 0)
    assert Document.model_validate({"text": "Nice", "segments": None}).segments == ()
    assert Segment.model_validate({"span": [0, 1], "tags": None}).tags == ()
    assert DocumentPage.model_validate({"documents": None, "has_more": None}).documents == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "5"},
        {"id": None},
        {"id": 5.5},
        {"id": True},
        {"name": 5},
        {"progress": "87"},
        {"document_count": "100"},
        {"document_count": 1.7},
        {"classes": "Staff"},
        {"classes": [1]},
        {"labels": [["POS"]]},
        {"status": 1},
        {"created": 1700000000},
        {"created": []},
    ],
)
def test_a_wrong_type_in_an_answer_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read_session(**fields)


@pytest.mark.parametrize(
    "segment",
    [
        {"span": ["0", "1"]},
        {"span": [0, 1.5]},
        {"span": [True, 1]},
        {"span": {"start": 0}},
        {"span": "0-1"},
        {"tags": {}},
        {"tags": ["POS"]},
        {"tags": [{"class": 1}]},
        {"text": 3},
    ],
)
def test_a_wrong_type_in_a_segment_is_refused(segment: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Document.model_validate({"text": "Nice", "segments": [segment]})


def test_unknown_words_are_read_as_they_are() -> None:
    session = read_session(status="MOON", mode="BOTH", type="NEW", progress=-3, something_else=[1])
    assert (session.status, session.mode, session.type, session.progress) == ("MOON", "BOTH", "NEW", -3.0)


@pytest.mark.parametrize("abilities", [5, "upsert", [1], [{}], {"upsert": True}])
def test_abilities_of_a_wrong_type_are_refused(abilities: object) -> None:
    with pytest.raises(ValidationError):
        Info.model_validate({"abilities": abilities})


def test_abilities_are_words() -> None:
    info = Info.model_validate({"version": "1", "abilities": ["upsert", "ids"]})
    assert info.can("ids")
    assert not info.can("history")
    assert Info.model_validate({"abilities": None}) == Info()


def test_the_words_of_the_contract_are_complete() -> None:
    assert " ".join(Status) == "CREATED STARTED ANNOTATING FAILED FINISHED SAMPLING PREDICTING DELETING"
    assert " ".join(Mode) == "ANNOTATION CORRECTION"
    assert " ".join(Type) == "ABSA CLASS LABEL CLASSLABEL"


@pytest.mark.parametrize("status", Status)
def test_only_while_the_server_works_on_it_a_session_is_busy(status: Status) -> None:
    assert read_session(status=status).is_busy is (status in ("SAMPLING", "PREDICTING", "DELETING"))
    awaits = read_session(status=status, mode="CORRECTION", model_id=3)
    assert awaits.is_busy is (status in ("CREATED", "SAMPLING", "PREDICTING", "DELETING"))


def test_a_role_allows_what_lower_roles_may() -> None:
    assert Role.MANAGER.allows(Role.ANNOTATOR)
    assert Role.ANNOTATOR.allows(Role.ANNOTATOR)
    assert not Role.VIEWER.allows(Role.ANNOTATOR)


# Sending


def test_a_change_holds_exactly_what_was_set() -> None:
    assert SessionChange().is_empty
    assert SessionChange(classes=()).to_json() == {"classes": []}
    assert not SessionChange(classes=()).is_empty
    assert SessionChange(name="Two", document_ids=(3,)).to_json() == {"name": "Two", "document_ids": [3]}


def test_a_new_tag_holds_only_the_parts_that_are_given() -> None:
    assert Tag.of("Staff", "POS").to_json() == {"class": "Staff", "label": "POS"}
    assert Tag.of("Staff").to_json() == {"class": "Staff"}
    assert Tag.of("", "POS").to_json() == {"label": "POS"}


def test_ids_and_unknown_keys_do_not_count_when_tags_are_compared() -> None:
    read = Tag.model_validate({"id": 9, "class": "Staff", "label": "", "by": "ana"})
    assert read.names == Tag.of("Staff").names == ("Staff", None)


def test_values_are_frozen() -> None:
    with pytest.raises(ValidationError):
        read_session().name = "Other"  # type: ignore[misc]


# Spans


@pytest.mark.parametrize(
    ("span", "fits"),
    [
        ([0, 1], True),
        ([0, 10], True),
        ([9, 10], True),
        ([0, 11], False),
        ([-1, 3], False),
        ([4, 4], False),
        ([5, 3], False),
        ([3], False),
        ([0, 3, 6], False),
        (None, False),
    ],
)
def test_a_span_fits_when_it_is_a_pair_within_the_text_and_not_empty(
    span: list[int] | None, fits: bool
) -> None:
    assert Segment.model_validate({"span": span}).fits(10) is fits


@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_two_segments_overlap_exactly_when_they_share_a_character(ends: list[int]) -> None:
    a, b = (ends[0], ends[0] + ends[1] + 1), (ends[2], ends[2] + ends[3] + 1)
    shared = set(range(*a)) & set(range(*b))
    assert Segment(span=a).overlaps(Segment(span=b)) is bool(shared)


def test_touching_segments_do_not_overlap() -> None:
    assert not Segment(span=(0, 4)).overlaps(Segment(span=(4, 8)))


def test_a_bare_segment_counts_as_one_unit_and_a_tagged_one_as_its_tags() -> None:
    assert Segment(span=(0, 4)).units == ((0, 4, None, None),)
    tagged = Segment(span=(0, 4), tags=(Tag.of("Staff", "POS"), Tag.of("Price")))
    assert tagged.units == ((0, 4, "Staff", "POS"), (0, 4, "Price", None))
    assert Document(text="Nice", segments=(tagged, Segment(span=(0, 1)))).tag_count == 2


# Shapes and names


@pytest.mark.parametrize(
    ("type_", "classes", "labels", "one_tag"),
    [
        (Type.ABSA, True, True, False),
        (Type.CLASSLABEL, True, True, False),
        (Type.CLASS, True, False, False),
        (Type.LABEL, False, True, True),
    ],
)
def test_each_type_says_which_parts_a_tag_has(
    type_: Type, classes: bool, labels: bool, one_tag: bool
) -> None:
    shape = shape_of(type_)
    assert (shape.classes, shape.labels, shape.one_tag) == (classes, labels, one_tag)
    assert shape.project_labels_only is (type_ == Type.ABSA)


@pytest.mark.parametrize("type_", [None, "", "NEW"])
def test_an_unknown_type_takes_any_class_and_any_label(type_: str | None) -> None:
    assert type_ not in SHAPES
    assert (shape_of(type_).classes, shape_of(type_).labels, shape_of(type_).one_tag) == (True, True, False)


def test_names_keep_their_order_and_come_once() -> None:
    assert unique(["b", "a", "b", "c", "a"]) == ("b", "a", "c")
    assert missing(["b", None, "x", "a", "x"], ["a", "b"]) == ("x",)
