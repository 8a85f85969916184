"""Label Studio's tasks: regions with labels become segments with classes, choices become labels, of their
region or of the whole document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from labeling.formats import flat, label_studio_min, offsets
from labeling.formats.json_file import joined
from labeling.formats.label_studio_regions import Marked, marked, placed, segments_of
from labeling.formats.offsets import UTF16, in_utf16
from labeling.formats.records import (
    CONTRACT,
    KEPT,
    OUT,
    SPANS,
    TEXT,
    Answers,
    KeyUse,
    Question,
    Record,
    Records,
    RefusedRow,
    answered,
    excerpt,
    is_blank,
    key_uses,
    kind_of,
    name_said,
)
from labeling.formats.source import Source
from labeling.model import Document, Segment, Session, unique
from labeling.phrases import count_of

ANNOTATIONS, PREDICTIONS = "annotations", "predictions"
BEST = "one of each task: the ground truth, else the first"
_ANNOTATIONS = (ANNOTATIONS, "completions")
_TEXT, _META = "text", "meta"


class _Task(NamedTuple):
    """A task with a text: the key of it, and the annotations or predictions that may be taken."""

    record: Record
    data: Mapping[str, Any]
    key: str
    found: Sequence[Mapping[str, Any]]
    skipped: int

    @property
    def text(self) -> str:
        text: str = self.data[self.key]
        return text


def is_tasks(source: Source) -> bool:
    """Whether this is what Label Studio exports: tasks with their data and lists of results, or flat objects
    with an annotation each."""
    tasks = source.first_objects
    are_tasks = bool(tasks) and all(
        isinstance(task.get("data"), dict)
        and any(isinstance(task.get(key), list) for key in (*_ANNOTATIONS, PREDICTIONS))
        for task in tasks
    )
    return are_tasks or any(map(label_studio_min.is_flat, tasks))


def read(source: Source, answers: Answers) -> Records:
    """One annotation of each task is taken, or one prediction: a document with an annotation is done.

    What the task says beside its text is information, as answers about the whole document are that are no
    choices. Offsets count UTF-16 units, as a browser does, unless the words beside them say otherwise.
    """
    given = source.objects
    rows = [item.fields for item in given.items]
    flat_keys = label_studio_min.answers_in([row for row in rows if not _is_task(row)])
    items = [item for item in given.items if _is_task(item.fields)]
    items += label_studio_min.tasks_of((item for item in given.items if not _is_task(item.fields)), flat_keys)
    which = _which([item.fields for item in items], answers)
    taken = which.answer if which else ANNOTATIONS
    tasks: list[_Task] = []
    refused = list(given.refused)
    for item in items:
        task = _task(item, taken)
        if isinstance(task, str):
            refused.append(RefusedRow(item.number, task, excerpt(item.fields.get("data")), item.fields))
        else:
            tasks.append(task)
    whose = _whose(tasks, answers)
    chosen = [(task, _chosen(task, whose.answer if whose else BEST)) for task in tasks]
    counted = offsets.asked(
        chain.from_iterable(placed(task.text, one) for task, one in chosen if one is not None), answers, UTF16
    )
    unit = counted.answer if counted else UTF16
    found = [(task, None if one is None else marked(task.text, one, unit)) for task, one in chosen]
    are_flat = not any(one.has_labels for _, one in found if one)
    return Records(
        columns=(_TEXT,),
        items=tuple(
            _record(task, one, is_done=taken == ANNOTATIONS, are_flat=are_flat) for task, one in found
        ),
        refused=tuple(sorted(refused, key=lambda row: row.number)),
        problem=given.problem,
        note=" ".join(_notes(tasks, found, taken)),
        choice=CONTRACT,
        keys=_uses(rows, tasks, [one for _, one in found if one], taken, flat_keys),
        questions=tuple(filter(None, (which, whose, counted))),
        unit="task",
    )


def _is_task(fields: Mapping[str, object]) -> bool:
    return "data" in fields


def _which(tasks: Sequence[Mapping[str, Any]], answers: Answers) -> Question | None:
    """Annotations or predictions, where there are any of these."""
    if not any(task.get(PREDICTIONS) for task in tasks):
        return None
    found = ANNOTATIONS if any(task.get(key) for task in tasks for key in _ANNOTATIONS) else PREDICTIONS
    return answered(answers, "results", "Take", (ANNOTATIONS, PREDICTIONS), found)


def _task(item: Record, taken: str) -> _Task | str:
    """The task, or why it is none."""
    data = item.fields.get("data")
    key = _text_key(data) if isinstance(data, dict) else ""
    if not isinstance(data, dict) or not key:
        return "has no text in its data"
    found: list[Mapping[str, Any]] = []
    for name in _ANNOTATIONS if taken == ANNOTATIONS else (PREDICTIONS,):
        value = item.fields.get(name)
        if not is_blank(value) and not isinstance(value, list):
            return f"“{name}” is {kind_of(value)}, not a list"
        for one in value if isinstance(value, list) else ():
            if not isinstance(one, dict) or not isinstance(one.get("result", []), list):
                return f"“{name}” holds {kind_of(one)} without a list of results"
            found.append(one)
    left = [one for one in found if not one.get("was_cancelled")]
    return _Task(item, data, key, left, len(found) - len(left))


def _text_key(data: Mapping[str, Any]) -> str:
    """`text`, else the key of the longest text."""
    texts = {key: value for key, value in data.items() if isinstance(value, str) and value.strip()}
    return _TEXT if _TEXT in texts else max(texts, key=lambda key: len(texts[key]), default="")


def _whose(tasks: Sequence[_Task], answers: Answers) -> Question | None:
    """Of whom, or of which model, where there are several."""
    names = unique(filter(None, (_by(one) for task in tasks for one in task.found)))
    if len(names) < 2:
        return None
    return answered(answers, "annotator", "Annotations of", (BEST, *names), BEST)


def _by(annotation: Mapping[str, Any]) -> str:
    """Who made it: an e-mail address, a name or a number."""
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        name = " ".join(part for key in ("first_name", "last_name") if isinstance(part := by.get(key), str))
        said = [by.get("email"), name, by.get("username"), by.get("id")]
    else:
        said = [by, annotation.get("model_version")]
    named = (name_said(one) for one in said)
    return next((one.strip() for one in named if isinstance(one, str) and one.strip()), "")


def _chosen(task: _Task, whose: str) -> Mapping[str, Any] | None:
    found = [one for one in task.found if whose in (BEST, _by(one))]
    return next((one for one in found if one.get("ground_truth") is True), next(iter(found), None))


def _record(task: _Task, found: Marked | None, *, is_done: bool, are_flat: bool) -> Record:
    beside = {key: value for key, value in task.data.items() if key != task.key}
    if _META not in beside and isinstance(meta := task.record.fields.get(_META), dict):
        beside[_META] = meta
    fields: dict[str, object] = {"text": task.text}
    if found is not None:
        fields["segments"] = segments_of(task.text, found, are_flat=are_flat)
        fields |= {"annotated": True} if is_done else {}
        beside |= {
            (key if key not in beside else f"{key} (answer)"): one for key, one in found.answers.items()
        }
    return Record(task.record.number, {**fields, "meta": flat.information(beside, ())})


def _uses(
    rows: Sequence[Mapping[str, Any]],
    tasks: Sequence[_Task],
    found: Sequence[Marked],
    taken: str,
    flat_keys: Sequence[str],
) -> tuple[KeyUse, ...]:
    """Of the keys of tasks, of their data, of their annotations, and of kinds of results."""
    data = [row["data"] if isinstance(row.get("data"), dict) else {} for row in rows]
    whole = [
        {**{key: row[key] for key in row if key != "data"}, **one}
        for row, one in zip(rows, data, strict=True)
    ]
    kept = {key: KEPT for row, one in zip(rows, data, strict=True) for key in (one if _is_task(row) else row)}
    results = _ANNOTATIONS if taken == ANNOTATIONS else (PREDICTIONS,)
    known = {
        **kept,
        **({} if all(map(_is_task, rows)) else dict.fromkeys(label_studio_min.BOOKKEEPING, OUT)),
        **dict.fromkeys((*results, *flat_keys), SPANS),
        _META: KEPT,
        **{task.key: TEXT for task in tasks},
    }
    inner = (
        one for task in tasks for one in flat.within(taken, list(task.found), ("result", "was_cancelled"))
    )
    answers = [{f"results: {key}": one for key, one in each.answers.items()} for each in found]
    left_out = [{f"results: {kind}": True} for each in found for kind in each.left_out]
    known |= {key: KEPT for each in answers for key in each}
    is_flat = not any(map(_is_task, rows))
    return key_uses(chain(whole, () if is_flat else inner, answers, left_out), known)


def _notes(tasks: Sequence[_Task], found: Sequence[tuple[_Task, Marked | None]], taken: str) -> Iterator[str]:
    one = "annotation" if taken == ANNOTATIONS else "prediction"
    if several := sum(len(task.found) > 1 for task in tasks):
        yield f"{count_of(several, 'task')} with several {one}s: one of them is taken."
    if skipped := sum(task.skipped > 0 for task in tasks):
        yield f"{count_of(skipped, 'task')} with an annotation that was skipped: it is left out."
    if without := sum(marked_ is None and bool(task.found) for task, marked_ in found):
        yield f"{count_of(without, 'task')} without {one}s of the one chosen."
    predicted = sum(bool(task.record.fields.get(PREDICTIONS)) for task in tasks)
    if predicted and taken == ANNOTATIONS:
        yield f"Predictions of {count_of(predicted, 'task')} are left out."
    kinds = Counter(kind for _, one_ in found if one_ for kind in one_.left_out)
    for kind, times in kinds.items():
        yield f"{count_of(times, 'result')} of type {excerpt(kind)} left out."


# Downloads


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """A task for each document. A segment is a region with its class as label and its label as choice; each
    further tag is a region within it."""
    yield b"[\n"
    yield from joined(map(_written, documents))
    yield b"\n]\n"


def cannot_hold(documents: Iterable[Document]) -> tuple[str, ...]:
    """What tasks do not say, and how often it occurs, a sentence each."""
    known = list(documents)
    segments = [(one, len(document.text)) for document in known for one in document.segments]
    astray = sum(not one.fits(length) for one, length in segments)
    open_ = sum(bool(document.segments) and document.annotated is not True for document in known)
    have_labels = any(tag.label for one, _ in segments for tag in one.tags)
    said = (
        f"{count_of(open_, 'document')} with segments, but not marked as done: done when read again."
        if open_
        else "",
        f"{count_of(astray, 'segment')} beyond the text: left out." if astray else "",
        "" if have_labels else flat.names_read_otherwise(known),
    )
    return tuple(filter(None, said))


def _written(document: Document) -> dict[str, object]:
    meta = document.meta or {}
    is_flat = not any(key in (_TEXT, _META) or is_blank(value) for key, value in meta.items())
    data = {_TEXT: document.text, **(meta if is_flat else {_META: meta})}
    results = [
        result
        for n, segment in enumerate(document.segments, 1)
        if segment.fits(len(document.text))
        for result in _results(document.text, segment, f"s{n}")
    ]
    is_annotated = bool(document.segments) or document.annotated
    return {"data": data, ANNOTATIONS: [{"result": results}] if is_annotated else []}


def _results(text: str, segment: Segment, id_: str) -> Iterator[dict[str, object]]:
    place = {
        "start": in_utf16(text, segment.start),
        "end": in_utf16(text, segment.end),
        "text": text[segment.start : segment.end],
    }
    for n, names in enumerate([tag.names for tag in segment.tags] or [(None, None)]):
        class_, label = names
        region: dict[str, object] = {"id": f"{id_}.{n}" if n else id_, "to_name": _TEXT}
        if n:
            region["parentID"] = id_
        yield {
            **region,
            "from_name": "label",
            "type": "labels",
            "value": {**place, "labels": [class_] if class_ else []},
        }
        if label:
            yield {**region, "from_name": "choice", "type": "choices", "value": {**place, "choices": [label]}}
