"""What is to be learned, and whether there is enough of it."""

from __future__ import annotations

import pytest

from labeling.prediction.task import Example, Task, is_missing, task_of

SPAN, WHOLE = (0, 4, "Food", "POS"), (0, 9, "Food", "POS")


@pytest.mark.parametrize(
    ("documents", "tags", "sentence"),
    [
        (6, 40, "4 done documents more are needed to train a model."),
        (9, 29, "1 done document and 1 tag more are needed to train a model."),
        (9, 30, "1 done document more is needed to train a model."),
        (10, 10, "20 tags more are needed to train a model."),
        (10, 30, ""),
    ],
)
def test_what_is_missing_is_said(documents: int, tags: int, sentence: str) -> None:
    examples = [Example("Soup cold", (SPAN,) * (tags if n == 0 else 0)) for n in range(documents)]
    assert is_missing(examples) == sentence


@pytest.mark.parametrize(
    ("tags", "type_", "task"),
    [
        ([SPAN, WHOLE], "CLASSLABEL", Task.SPANS),
        ([WHOLE] * 9 + [SPAN], "CLASSLABEL", Task.CLASSLABEL),
        ([WHOLE], None, Task.CLASSLABEL),
        ([WHOLE], "ABSA", Task.SPANS),
        ([(0, 9, "Food", None)], "CLASS", Task.CLASS),
        ([(0, 9, None, "POS")], "LABEL", Task.LABEL),
        ([(0, 9, None, "POS")], "CLASSLABEL", Task.CLASSLABEL),
        ([], "LABEL", Task.SPANS),
    ],
)
def test_where_the_tags_stand_tells_what_is_tagged(
    tags: list[tuple[int, int, str | None, str | None]], type_: str | None, task: Task
) -> None:
    assert task_of([Example("Soup cold", (tag,)) for tag in tags], type_) is task
