"""Tasks of Label Studio."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from labeling.formats import read as read_any
from labeling.formats.records import Records
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.formats.made import again


def read(data: bytes) -> Records:
    return read_any(Source(data))


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
