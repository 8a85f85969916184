"""JSON is told by what is in it, never by the name of its file."""

from __future__ import annotations

import json

import pytest

from labeling.formats.json_file import read
from labeling.formats.records import Choice, guess, imported
from labeling.model import Document


def documents(value: object) -> list[Document]:
    found = read(json.dumps(value).encode())
    return list(imported(found, guess(found.columns, found.items)).documents)


def task(text: str, *results: dict[str, object], **more: object) -> dict[str, object]:
    annotations = [{"id": 1, "result": list(results), "was_cancelled": False}] if results else []
    return {"id": 1, "data": {"text": text}, "annotations": annotations, "predictions": [], **more}


def region(start: int, end: int, text: str, id_: str = "a", **said: list[str]) -> dict[str, object]:
    return {"id": id_, "type": "labels", "value": {"start": start, "end": end, "text": text, **said}}


def test_an_object_a_line_is_read_as_lines() -> None:
    found = read(b'{"text": "Good room", "label": "pos"}\n{"text": "Bad room", "label": "neg"}\n')
    assert found.columns == ("text", "label")
    assert [item.fields["text"] for item in found.items] == ["Good room", "Bad room"]


def test_a_single_object_with_a_text_is_one_document() -> None:
    assert [one.text for one in documents({"text": "Good room"})] == ["Good room"]
    assert [item.fields["text"] for item in read(b'{\n "text": "Good room"\n}\n').items] == ["Good room"]


def test_a_list_of_texts_is_documents() -> None:
    assert [one.text for one in documents(["Good room", "Bad room"])] == ["Good room", "Bad room"]


@pytest.mark.parametrize(
    ("label", "name"), [(1, "1"), (0, "0"), (True, "true"), (2.0, "2"), (0.5, "0.5"), ("neg", "neg")]
)
def test_a_label_that_is_a_number_is_named_as_it_says(label: object, name: str) -> None:
    (found,) = documents([{"text": "Good room", "label": label}])
    assert [segment.units for segment in found.segments] == [((0, 9, None, name),)]


@pytest.mark.parametrize("label", [None, float("nan"), ""])
def test_a_label_that_says_nothing_is_none(label: object) -> None:
    first, _ = documents([{"text": "So", "label": label}, {"text": "x", "label": "y"}])
    assert first.segments == ()


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
        "Read as 2 tasks of Label Studio. 1 task with several annotations: one of them is taken. "
        "1 task with an annotation that was skipped: it is left out. Predictions of 1 task are left out."
    )
    assert [(row.number, row.reason) for row in found.refused] == [(2, "has no text in its data")]
    assert [s.units for s in imported(found, Choice("text")).documents[0].segments] == [
        ((0, 3, "Word", None),)
    ]


def test_a_region_beyond_its_text_refuses_its_document() -> None:
    found = read(json.dumps([task("The soup", region(4, 99, "soup", labels=["Food"]))]).encode())
    assert "does not lie in the text" in imported(found, Choice("text")).refused[0].reason
