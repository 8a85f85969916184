"""Label Studio's tasks: regions with labels become segments with classes, choices become labels, of their
region or of the whole document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from labeling.formats.records import (
    CONTRACT,
    KEPT,
    TEXT,
    Answers,
    Record,
    Records,
    RefusedRow,
    excerpt,
    key_uses,
)
from labeling.formats.source import Source
from labeling.phrases import count_of
from labeling.spans import utf16_points

_RESULTS = ("annotations", "predictions", "completions")
_TEXT = "text"


def is_tasks(source: Source) -> bool:
    """Whether this is what Label Studio exports: tasks with their data and lists of results."""
    tasks = source.first_objects
    return bool(tasks) and all(
        isinstance(task.get("data"), dict) and any(isinstance(task.get(key), list) for key in _RESULTS)
        for task in tasks
    )


def read(source: Source, answers: Answers) -> Records:
    """One annotation of each task is taken: the one marked as ground truth, else the first that was not
    skipped.

    What the task says beside its text is kept as meta. Offsets count UTF-16 units, as a browser does, unless
    the words that stand with them say otherwise.
    """
    tasks: list[Any] = [item.fields for item in source.objects.items]
    counts: Counter[str] = Counter()
    is_utf16 = _counts_utf16(tasks)
    items: list[Record] = []
    refused: list[RefusedRow] = []
    for number, task in enumerate(tasks, 1):
        data = task["data"]
        key = _text_key(data)
        if not key:
            refused.append(RefusedRow(number, "has no text in its data", excerpt(data), task))
            continue
        annotations = [one for one in _annotations(task) if not one.get("was_cancelled")]
        counts["several"] += len(annotations) > 1
        counts["skipped"] += len(annotations) < len(_annotations(task))
        counts["predicted"] += bool(task.get("predictions"))
        chosen = next((one for one in annotations if one.get("ground_truth")), next(iter(annotations), None))
        fields: dict[str, object] = {"text": data[key]}
        if chosen is not None:
            fields |= {
                "segments": list(_segments(data[key], chosen, counts, is_utf16=is_utf16)),
                "annotated": True,
            }
        if meta := {name: said for name, said in data.items() if name != key}:
            fields["meta"] = meta
        items.append(Record(number, fields))
    return Records(
        columns=(_TEXT,),
        items=tuple(items),
        refused=tuple(refused),
        note=" ".join(_notes(counts, is_utf16=is_utf16)),
        choice=CONTRACT,
        keys=key_uses(
            (task["data"] for task in tasks),
            dict.fromkeys((key for task in tasks for key in task["data"]), KEPT)
            | {_text_key(task["data"]): TEXT for task in tasks},
        ),
        unit="task",
    )


def _annotations(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = task.get("annotations") or task.get("completions") or []
    return [one for one in found if isinstance(one, dict)]


def _text_key(data: Mapping[str, Any]) -> str:
    """`text`, else the key of the longest text."""
    texts = {key: value for key, value in data.items() if isinstance(value, str) and value.strip()}
    return _TEXT if _TEXT in texts else max(texts, key=lambda key: len(texts[key]), default="")


def _results(annotation: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(result, its value) of an annotation."""
    for result in annotation.get("result") or []:
        if isinstance(result, dict):
            value = result.get("value")
            yield result, value if isinstance(value, dict) else {}


def _span(value: Mapping[str, Any], text: str, *, is_utf16: bool) -> tuple[int, int] | None:
    """In code points; None where the value is about the whole document."""
    start, end = value.get("start"), value.get("end")
    if type(start) is not int or type(end) is not int:
        return None
    if not is_utf16 or text.isascii():
        return start, end
    points = utf16_points(text)
    first, last = (points[unit] if 0 <= unit < len(points) else unit for unit in (start, end))
    return first, last


def _counts_utf16(tasks: list[dict[str, Any]]) -> bool:
    """Whether more of the regions hold the words that they say when their offsets are read so."""
    evidence = Counter[bool]()
    for task in tasks:
        text = task["data"].get(_text_key(task["data"]), "")
        if not isinstance(text, str) or all(character <= "\uffff" for character in text):
            continue
        for annotation in _annotations(task):
            for _, value in _results(annotation):
                for is_utf16 in (True, False):
                    span = _span(value, text, is_utf16=is_utf16)
                    evidence[is_utf16] += span is not None and text[slice(*span)] == value.get("text")
    return evidence[True] >= evidence[False]


def _segments(
    text: str, annotation: Mapping[str, Any], counts: Counter[str], *, is_utf16: bool
) -> Iterator[dict[str, object]]:
    """The regions in their order, each with its classes and labels."""
    regions: dict[object, tuple[tuple[int, int], list[str], list[str]]] = {}
    for n, (result, value) in enumerate(_results(annotation)):
        classes, labels = _names(value.get("labels")), _names(value.get("choices"))
        if not (classes or labels):
            counts[f"type {result.get('type')}"] += 1
            continue
        span = _span(value, text, is_utf16=is_utf16) or (0, len(text))
        region = regions.setdefault((result.get("id", n), span), (span, [], []))
        region[1].extend(classes)
        region[2].extend(labels)
    for span, classes, labels in regions.values():
        pairs = [(class_, label) for class_ in classes or [""] for label in labels or [""]]
        tags = [
            {name: part for name, part in zip(("class", "label"), pair, strict=True) if part}
            for pair in pairs
        ]
        yield {"span": list(span), "text": text[slice(*span)], "tags": tags}


def _names(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _notes(counts: Counter[str], *, is_utf16: bool) -> Iterator[str]:
    if counts["several"]:
        yield f"{count_of(counts['several'], 'task')} with several annotations: one of them is taken."
    if counts["skipped"]:
        yield f"{count_of(counts['skipped'], 'task')} with an annotation that was skipped: it is left out."
    if counts["predicted"]:
        yield f"Predictions of {count_of(counts['predicted'], 'task')} are left out."
    for name, times in counts.items():
        if name.startswith("type ") and times:
            yield f"{count_of(times, 'result')} of {name} are left out."
    if not is_utf16:
        yield "Its offsets count characters, as the words beside them show."
