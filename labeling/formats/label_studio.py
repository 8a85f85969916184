"""Label Studio's tasks: regions with labels become segments with classes, choices become labels, of their
region or of the whole document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from labeling.formats import flat, label_studio_min, offsets
from labeling.formats.label_studio_regions import Marked, has_label, marked, placed, segments_of
from labeling.formats.offsets import UTF16, Placed
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
    count_values,
    excerpt,
    is_blank,
    kind_of,
    name_said,
    packed,
    uses_by,
)
from labeling.formats.source import Source
from labeling.phrases import count_of

ANNOTATIONS, PREDICTIONS = "annotations", "predictions"
BEST = "one of each task: the ground truth, else the first"
_ANNOTATIONS = (ANNOTATIONS, "completions")
TEXT_KEY, META_KEY = "text", "meta"
"""Of the data of a task."""


class _Task(NamedTuple):
    """A task with a text: the key of it, and the annotations or predictions that may be taken."""

    record: Record
    data: Mapping[str, Any]
    key: str
    found: list[Mapping[str, Any]]
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
    given, items = source.objects, source.objects.items
    seen = _Seen(ANNOTATIONS, answers)
    counted_in = offsets.asked(seen.spans_of(items), answers, UTF16)
    flat_keys: tuple[str, ...] = ()
    if seen.flat:
        flat_items = [item for item in items if not _is_task(item.fields)]
        flat_keys = label_studio_min.answers_in([item.fields for item in flat_items])
        tasks = (item for item in items if _is_task(item.fields))
        items = packed(chain(tasks, label_studio_min.tasks_of(flat_items, flat_keys)))
    which = _which(seen, answers)
    taken = which.answer if which else ANNOTATIONS
    tasks_seen = seen
    if seen.flat or taken != ANNOTATIONS:
        tasks_seen = _Seen(taken, answers)
        counted_in = offsets.asked(tasks_seen.spans_of(items), answers, UTF16)
    whose = _whose(list(filter(None, tasks_seen.names)), answers)

    def chosen_of() -> Iterator[tuple[_Task, Mapping[str, Any] | None]]:
        for task in (_task(item, taken) for item in items):
            if not isinstance(task, str):
                yield task, _chosen(task, whose.answer if whose else BEST)

    unit = counted_in.answer if counted_in else UTF16
    are_flat = not any(one is not None and has_label(task.text, one, unit) for task, one in chosen_of())
    found = _Found(taken)

    def records() -> Iterator[Record]:
        for task, one in chosen_of():
            said = None if one is None else marked(task.text, one, unit)
            found.add(task, said)
            yield _record(task, said, is_done=taken == ANNOTATIONS, are_flat=are_flat)

    return Records(
        columns=(TEXT_KEY,),
        items=packed(records()),
        refused=tuple(sorted((*given.refused, *tasks_seen.refused), key=lambda row: row.number)),
        problem=given.problem,
        note=" ".join(found.notes()),
        choice=CONTRACT,
        keys=_uses(seen, found, flat_keys),
        questions=tuple(filter(None, (which, whose, counted_in))),
        unit="task",
    )


class _Seen:
    """What there is in the objects that went by, tasks and flat ones; of tasks which are refused, and who
    made the annotations or predictions that are `taken`."""

    def __init__(self, taken: str, answers: Answers) -> None:
        self._taken = taken
        self._whose = answers.get("annotator", BEST)
        self.keys: Counter[str] = Counter()
        self.kept: dict[str, None] = {}
        self.tasks = self.flat = 0
        self.has_annotations = self.has_predictions = False
        self.names: dict[str, None] = {}
        self.refused: list[RefusedRow] = []

    def spans_of(self, items: Iterable[Record]) -> Iterator[Placed]:
        """The spans that can tell in what offsets count, of all objects as they go by."""
        for item in items:
            fields = item.fields
            self._count(fields)
            if not _is_task(fields):
                continue
            task = _task(item, self._taken)
            if isinstance(task, str):
                self.refused.append(RefusedRow(item.number, task, excerpt(fields.get("data")), fields))
                continue
            self.names.update(dict.fromkeys(map(_by, task.found)))
            if offsets.is_beyond(task.text):
                one = _chosen(task, self._whose) or _chosen(task, BEST)
                yield from placed(task.text, one or {})

    def _count(self, fields: Mapping[str, object]) -> None:
        is_task = _is_task(fields)
        self.tasks += is_task
        self.flat += not is_task
        data = fields["data"] if isinstance(fields.get("data"), dict) else {}
        assert isinstance(data, dict)
        row = {**fields, **data}
        if "data" not in data:
            row.pop("data", None)
        count_values(row, self.keys)
        self.kept.update(dict.fromkeys(data if is_task else fields))
        self.has_predictions = self.has_predictions or (is_task and bool(fields.get(PREDICTIONS)))
        self.has_annotations = self.has_annotations or any(bool(fields.get(key)) for key in _ANNOTATIONS)


class _Found:
    """What there is in the tasks that were taken."""

    def __init__(self, taken: str) -> None:
        self.taken = taken
        self.text_keys: dict[str, None] = {}
        self.within: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.several = self.skipped = self.without = self.predicted = 0

    def add(self, task: _Task, found: Marked | None) -> None:
        self.text_keys[task.key] = None
        for keys in flat.within(self.taken, task.found, ("result", "was_cancelled")):
            count_values(keys, self.within)
        if found is not None:
            count_values({f"results: {key}": one for key, one in found.answers.items()}, self.answers)
            self.kinds.update(found.left_out)
        self.several += len(task.found) > 1
        self.skipped += task.skipped > 0
        self.without += found is None and bool(task.found)
        self.predicted += bool(task.record.fields.get(PREDICTIONS))

    def notes(self) -> Iterator[str]:
        one = "annotation" if self.taken == ANNOTATIONS else "prediction"
        if self.several:
            yield f"{count_of(self.several, 'task')} with several {one}s: one of them is taken."
        if self.skipped:
            yield f"{count_of(self.skipped, 'task')} with an annotation that was skipped: it is left out."
        if self.without:
            yield f"{count_of(self.without, 'task')} without {one}s of the one chosen."
        if self.predicted and self.taken == ANNOTATIONS:
            yield f"Predictions of {count_of(self.predicted, 'task')} are left out."
        for kind, times in self.kinds.items():
            yield f"{count_of(times, 'result')} of type {excerpt(kind)} left out."


def _is_task(fields: Mapping[str, object]) -> bool:
    return "data" in fields


def _which(seen: _Seen, answers: Answers) -> Question | None:
    """Annotations or predictions, where there are any of these."""
    if not seen.has_predictions:
        return None
    found = ANNOTATIONS if seen.has_annotations or seen.flat else PREDICTIONS
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
    if isinstance(text := data.get(TEXT_KEY), str) and text and not text.isspace():
        return TEXT_KEY
    texts = {key: value for key, value in data.items() if isinstance(value, str) and value.strip()}
    return max(texts, key=lambda key: len(texts[key]), default="")


def _whose(names: Sequence[str], answers: Answers) -> Question | None:
    """Of whom, or of which model, where there are several."""
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
    if META_KEY not in beside and isinstance(meta := task.record.fields.get(META_KEY), dict):
        beside[META_KEY] = meta
    fields: dict[str, object] = {"text": task.text}
    if found is not None:
        fields["segments"] = segments_of(task.text, found, are_flat=are_flat)
        fields |= {"annotated": True} if is_done else {}
        beside |= {
            (key if key not in beside else f"{key} (answer)"): one for key, one in found.answers.items()
        }
    return Record(task.record.number, {**fields, "meta": flat.information(beside, ())})


def _uses(seen: _Seen, found: _Found, flat_keys: Sequence[str]) -> tuple[KeyUse, ...]:
    """Of the keys of tasks, of their data, of their annotations, and of kinds of results."""
    results = _ANNOTATIONS if found.taken == ANNOTATIONS else (PREDICTIONS,)
    known = {
        **dict.fromkeys(seen.kept, KEPT),
        **(dict.fromkeys(label_studio_min.BOOKKEEPING, OUT) if seen.flat else {}),
        **dict.fromkeys((*results, *flat_keys), SPANS),
        META_KEY: KEPT,
        **dict.fromkeys(found.text_keys, TEXT),
        **dict.fromkeys(found.answers, KEPT),
    }
    left_out = Counter({f"results: {kind}": times for kind, times in found.kinds.items()})
    within = found.within if seen.tasks else Counter[str]()
    return uses_by(seen.keys + within + found.answers + left_out, known)
