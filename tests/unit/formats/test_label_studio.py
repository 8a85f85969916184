"""Tasks of Label Studio."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.formats import read as read_any
from labeling.formats.columns import guess
from labeling.formats.imported import imported
from labeling.formats.label_studio import BEST, PREDICTIONS
from labeling.formats.label_studio_out import cannot_hold, write
from labeling.formats.offsets import UTF16
from labeling.formats.records import Answers, Records
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import again, hard, spoiled, whole

AS_TASKS = {"format": "Label Studio", "offsets": UTF16}


def read(data: bytes, answers: Answers | None = None) -> Records:
    return read_any(Source(data), answers)


def units(*tasks: object, **answers: str) -> list[list[object]]:
    found = again(read(json.dumps(tasks).encode(), answers)).documents
    return [[unit for one in document.segments for unit in one.units] for document in found]


def documents(value: object) -> list[Document]:
    return list(again(read(json.dumps(value).encode())).documents)


def task(text: str, *results: Mapping[str, object], **more: object) -> dict[str, object]:
    annotations = [{"id": 1, "result": list(results), "was_cancelled": False}] if results else []
    return {"id": 1, "data": {"text": text}, "annotations": annotations, "predictions": [], **more}


def region(start: int, end: int, text: str, id_: str = "a", **said: list[str]) -> dict[str, object]:
    return {"id": id_, "type": "labels", "value": {"start": start, "end": end, "text": text, **said}}


def test_tasks_of_label_studio_are_documents_with_their_regions() -> None:
    text = "The soup was cold but the waiter was kind."
    first = task(text, region(4, 8, "soup", labels=["Food"]), region(26, 32, "waiter", "b", labels=["Staff"]))
    found = documents([first | {"file_upload": "0aa1-tasks.json"}, task("Great view, tiny bath.")])
    assert [(one.text, one.annotated) for one in found] == [(text, True), ("Great view, tiny bath.", None)]
    assert [segment.units for segment in found[0].segments] == [
        ((4, 8, "Food", None),),
        ((26, 32, "Staff", None),),
    ]


def test_choices_are_labels_of_their_region_or_of_the_document_and_more_data_is_meta() -> None:
    choice = {"id": "c", "type": "choices", "value": {"choices": ["NEG"]}}
    soup = region(4, 8, "soup", labels=["Food"]), region(4, 8, "soup", choices=["POS"])
    tasks = [task("The soup", *soup, choice)]
    tasks[0]["data"] |= {"stars": 4}  # type: ignore[operator]
    (found,) = documents(tasks)
    assert [segment.units for segment in found.segments] == [((4, 8, "Food", "POS"),), ((0, 8, None, "NEG"),)]
    assert found.meta == {"stars": 4}


@pytest.mark.parametrize(("start", "end"), [(3, 7), (2, 6)], ids=["UTF-16 units", "characters"])
def test_the_words_beside_the_offsets_say_how_they_count(start: int, end: int) -> None:
    (found,) = documents([task("🙂 soup", region(start, end, "soup", labels=["Food"]))])
    assert [segment.span for segment in found.segments] == [(2, 6)]


def test_what_is_left_out_of_a_task_is_said() -> None:
    relation = {"type": "relation", "from_id": "a", "to_id": "b"}
    one = task("The soup", region(4, 8, "soup", labels=["Food"]), relation, predictions=[{"result": []}])
    skipped = {"id": 2, "result": [], "was_cancelled": True}
    other = {"id": 3, "result": [region(0, 3, "The", labels=["Word"])], "ground_truth": True}
    one["annotations"] += [other, skipped]  # type: ignore[operator]
    found = read(json.dumps([one, {"id": 2, "data": {"n": 1}, "annotations": []}]).encode())
    assert found.note == (
        "1 task with several annotations: one of them is taken. "
        "1 task with an annotation that was skipped: it is left out. Predictions of 1 task are left out."
    )
    assert [(row.number, row.reason) for row in found.refused] == [(2, "has no text in its data")]
    assert [s.units for s in again(found).documents[0].segments] == [((0, 3, "Word", None),)]


def test_a_region_beyond_its_text_refuses_its_document() -> None:
    found = read(json.dumps([task("The soup", region(4, 99, "soup", labels=["Food"]))]).encode())
    assert "does not lie in the text" in again(found).refused[0].reason


# What is asked, and what is counted


def by(who: object, *results: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"completed_by": who, "result": list(results), **more}


def test_the_annotations_of_one_of_several_annotators_can_be_taken() -> None:
    food, staff = (region(4, 8, "soup", labels=[name]) for name in ("Food", "Staff"))
    ann, bob = {"id": 7, "email": "ann@x.org"}, {"id": 8, "first_name": "Bob", "last_name": "Bee"}
    tasks = task("The soup", annotations=[by(ann, food), by(bob, staff)]), task("A", annotations=[by(3)])
    found = read(json.dumps(tasks).encode())
    assert found.questions[1].options == (BEST, "ann@x.org", "Bob Bee", "3")
    assert units(*tasks) == [[(4, 8, "Food", None)], []]
    assert units(*tasks, annotator="Bob Bee") == [[(4, 8, "Staff", None)], []]
    chosen = read(json.dumps(tasks).encode(), {"annotator": "Bob Bee"})
    assert "1 task without annotations of the one chosen." in chosen.note
    assert [one.annotated for one in again(chosen).documents] == [True, None]


def test_predictions_can_be_taken_and_make_no_document_done() -> None:
    guess_ = {"model_version": "v1", "result": [region(0, 3, "The", labels=["Word"])]}
    one = task("The soup", region(4, 8, "soup", labels=["Food"]), predictions=[guess_])
    assert units(one) == [[(4, 8, "Food", None)]]
    found = read(json.dumps([one]).encode(), {"results": PREDICTIONS})
    assert [(d.annotated, d.segments[0].units) for d in again(found).documents] == [
        (None, ((0, 3, "Word", None),))
    ]
    assert units(task("The soup", predictions=[guess_])) == [[(0, 3, "Word", None)]]


def test_answers_that_are_no_names_are_information_and_what_is_left_out_is_counted() -> None:
    note = {"from_name": "note", "type": "textarea", "value": {"text": ["Cold"]}}
    stars = {"from_name": "stars", "type": "rating", "value": {"rating": 4}}
    about = {"id": "a", "type": "textarea", "value": {"start": 4, "end": 8, "text": ["ugh"]}}
    relation = {"type": "relation", "from_id": "a", "to_id": "a"}
    one = task("The soup", region(4, 8, "soup", labels=["Food"]), about, relation, note, stars)
    found = read(json.dumps([one]).encode())
    assert again(found).documents[0].meta == {"note": ["Cold"], "stars": 4}
    assert found.note == "1 result of type textarea left out. 1 result of type relation left out."
    assert {one.key: one.use for one in found.keys} == {
        "text": "text",
        "id": "left out",
        "annotations": "segments with tags",
        "annotations: id": "left out",
        "results: note": "information",
        "results: stars": "information",
        "results: textarea": "left out",
        "results: relation": "left out",
    }


def test_results_without_an_id_belong_to_no_region() -> None:
    food = region(4, 8, "soup", "", labels=["Food"])
    assert units(task("The soup", food, {"type": "choices", "value": {"choices": ["NEG"]}})) == [
        [(4, 8, "Food", None), (0, 8, None, "NEG")]
    ]


def test_a_place_in_markup_is_taken_where_the_words_stand_there() -> None:
    here = {
        "start": "/p[1]",
        "globalOffsets": {"start": 4, "end": 8},
        "text": "soup",
        "hypertextlabels": ["Food"],
    }
    results = ({"type": "hypertextlabels", "value": value} for value in (here, {**here, "text": "else"}))
    assert units(task("The soup", *results)) == [[(4, 8, "Food", None)]]


def test_a_class_of_regions_may_have_a_label_in_its_name_where_they_have_no_label() -> None:
    tasks = [task("The soup", region(4, 8, "soup", labels=[name])) for name in ("Food#POS", "Food#NEG")]
    assert units(*tasks) == [[(4, 8, "Food", "POS")], [(4, 8, "Food", "NEG")]]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"data": "x", "annotations": []}, "has no text in its data"),
        ({"data": {"text": "x"}, "annotations": "x"}, "“annotations” is text, not a list"),
        (
            {"data": {"text": "x"}, "annotations": [3]},
            "“annotations” holds a number without a list of results",
        ),
        (task("x", region("0", 1, "x", labels=["a"])), "segment 1 has the span ['0', 1]"),  # type: ignore[arg-type]
        (task("x", region(0, 1, "x", labels=[{}, []])), ""),
        (task("x", region(0, 1, "x", labels=[{"a": 1}])), "segment 1 has a tag that has neither"),  # type: ignore[list-item]
    ],
)
def test_a_task_that_cannot_be_used_is_refused_with_its_number(wrong: object, reason: str) -> None:
    found = again(read(json.dumps([task("The soup"), wrong]).encode(), AS_TASKS))
    assert [(one.number, one.reason[: len(reason)]) for one in found.refused] == (
        [(2, reason)] if reason else []
    )


# The smaller JSON


def small(annotator: object = 1, **said: object) -> dict[str, object]:
    return {"text": "The soup", "by": "Ann", "id": 1, **said, "annotator": annotator, "lead_time": 2.5}


FOOD = {"start": 4, "end": 8, "text": "soup", "labels": ["Food"]}


def test_flat_objects_are_tasks_too() -> None:
    cold = {"start": 4, "end": 8, "text": "soup", "choices": ["NEG"]}
    row = small(label=[FOOD], mood="neg", tags={"choices": ["a", "b"]}, each=[cold], stars=4, note="x" * 99)
    (document,) = documents([row])
    assert sorted(unit for one in document.segments for unit in one.units) == [
        (0, 8, None, "a"),
        (0, 8, None, "b"),
        (0, 8, None, "neg"),
        (4, 8, "Food", "NEG"),
    ]
    assert (document.annotated, document.meta) == (True, {"by": "Ann", "stars": 4, "note": "x" * 99})
    assert [(one.key, one.use) for one in read(json.dumps([row]).encode()).keys] == [
        ("text", "text"),
        ("by", "information"),
        ("id", "left out"),
        ("label", "segments with tags"),
        ("mood", "segments with tags"),
        ("tags", "segments with tags"),
        ("each", "segments with tags"),
        ("stars", "information"),
        ("note", "information"),
        ("annotator", "left out"),
        ("lead_time", "left out"),
    ]


def test_flat_objects_of_one_task_are_annotations_of_it() -> None:
    rows = small("ann@x.org", label=[FOOD]), small("bob@x.org", label=[]), small(id=2, label=[])
    assert units(*rows) == [[(4, 8, "Food", None)], []]
    assert units(*rows, annotator="bob@x.org") == [[], []]
    assert units({"text": "The soup", "label": [FOOD]}) == [[(4, 8, "Food", None)]]


# Downloads


@given(st.lists(hard(), min_size=1, max_size=2))
def test_a_download_comes_back_but_for_what_was_said_to_be_lost(made: list[Document]) -> None:
    records = read(whole(write, made), AS_TASKS)
    found = imported(records, guess(records)._replace(names="class"))
    assert found.refused == ()
    told = [(one.text, one.segments, one.meta or {}) for one in found.documents]
    assert told == [(one.text, one.segments, one.meta or {}) for one in made]
    if not cannot_hold(made):
        documents_ = again(records).documents
        assert [(one.segments, one.annotated) for one in documents_] == [
            (d.segments, d.annotated) for d in made
        ]


def test_a_download_has_regions_that_count_as_browsers_do() -> None:
    text = "🙂 soup"
    document = a_document(text, a_segment(text, 2, 6, ("Food", "POS")), meta={"by": "Ann"}, annotated=True)
    place = {"start": 3, "end": 7, "text": "soup"}
    region_ = {"id": "s1", "to_name": "text"}
    label = {**region_, "from_name": "label", "type": "labels", "value": {**place, "labels": ["Food"]}}
    choice = {**region_, "from_name": "choice", "type": "choices", "value": {**place, "choices": ["POS"]}}
    assert json.loads(whole(write, [document, a_document("The view")])) == [
        {"data": {"text": text, "by": "Ann"}, "annotations": [{"result": [label, choice]}]},
        {"data": {"text": "The view"}, "annotations": []},
    ]


def test_what_is_lost_is_counted() -> None:
    done = a_document("ab", a_segment("ab", 0, 1, ("Food", "POS")), a_segment("ab", 0, 1), annotated=True)
    assert cannot_hold([done, a_document("cd")]) == ()
    beyond = a_segment("ab", 0, 9, ("Food#POS", None))
    assert cannot_hold([a_document("ab", beyond)]) == (
        "1 document with segments, but not marked as done: done when read again.",
        "1 segment beyond the text: left out.",
        "1 tag such as “Food#POS” read as others, unless names are taken as “class” then.",
    )


SOUND = [
    task(
        "The 🙂",
        region(4, 6, "🙂", labels=["Food"]),
        {"id": "a", "type": "choices", "value": {"choices": ["x"]}},
    ),
    task("x", annotations=[by({"email": "a@b.c"}), by(3)], predictions=[{"result": [region(0, 1, "x")]}]),
    small(label=[FOOD], mood="neg", tags={"choices": ["a"]}),
]


@given(spoiled(SOUND))
def test_whatever_stands_in_a_file_every_task_becomes_a_document_or_is_refused(value: object) -> None:
    found = again(read(json.dumps(value).encode(), AS_TASKS))
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        assert len(found.documents) + len(found.refused) == len(value)


def test_half_a_file_is_one_sentence() -> None:
    assert read(whole(write, [a_document("ab")] * 9)[:-20]).problem.startswith("The file is not JSON")
