"""Label Studio's smaller JSON, in which an annotation is one flat object, as the tasks of its larger one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from labeling.formats.columns import text_length
from labeling.formats.records import Record

KINDS = ("labels", "hypertextlabels", "choices")
"""Under which a result has its names, and as which it is declared."""
BOOKKEEPING = (
    "id",
    "annotator",
    "annotation_id",
    "created_at",
    "updated_at",
    "lead_time",
    "history",
    "agreement",
)
_SURE = ("annotation_id", "lead_time")
_CALLED = ("label", "labels", "sentiment", "choice", "class", "category")
_LONGEST_NAME = 60
"""Characters of a choice, on average."""


def is_flat(fields: Mapping[str, object]) -> bool:
    """Whether it is such an object: one with an annotator, or with a list of regions."""
    if any(isinstance(fields.get(key), (dict, list)) for key in ("data", "segments")):
        return False
    is_annotated = "annotator" in fields and any(key in fields for key in _SURE)
    return is_annotated or any(_has_regions(value) for value in fields.values())


def answers_in(rows: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """The keys under which the objects have what was annotated: regions, lists of choices, and short texts
    where answers stand, between the task's own number and who answered."""
    keys = dict.fromkeys(key for row in rows for key, value in row.items() if _is_answer(value))
    between = dict.fromkeys(key for row in rows for key in _between(list(row)) if isinstance(row[key], str))
    for key in between:
        values = [row.get(key) for row in rows]
        if 0 < text_length(values) <= _LONGEST_NAME or all(_is_mark(value) for value in values):
            keys[key] = None
    return tuple(keys)


def tasks_of(items: Iterable[Record], keys: Sequence[str]) -> list[Record]:
    """Each object as a task with its annotation, those of one task together."""
    tasks: dict[object, Record] = {}
    for item in items:
        fields = item.fields
        data = {key: value for key, value in fields.items() if key not in keys and key not in BOOKKEEPING}
        results = [result for key in keys for result in _results(key, fields.get(key))]
        number = fields.get("id")
        place = (number, str(data)) if isinstance(number, (int, str)) else item.number
        task = tasks.setdefault(place, Record(item.number, {"data": data, "annotations": []}))
        annotations = task.fields["annotations"]
        assert isinstance(annotations, list)
        if results or "annotator" in fields:
            annotations.append({"result": results, "completed_by": fields.get("annotator")})
    return list(tasks.values())


def _has_regions(value: object) -> bool:
    return isinstance(value, list) and any(
        isinstance(one, dict) and {"start", "end"} <= one.keys() and any(key in one for key in KINDS)
        for one in value
    )


def _is_answer(value: object) -> bool:
    is_choice = isinstance(value, dict) and isinstance(value.get("choices"), list)
    return is_choice or _has_regions(value)


def _between(keys: list[str]) -> Iterator[str]:
    """The keys where answers stand; without the number of the task, those that are called like answers."""
    if "annotator" not in keys:
        return
    end = keys.index("annotator")
    start = keys.index("id") + 1 if "id" in keys[:end] else None
    for n, key in enumerate(keys[:end]):
        if key in _CALLED if start is None else n >= start:
            yield key


def _is_mark(value: object) -> bool:
    """Whether it is short, and may be a name without a letter."""
    return value is None or (isinstance(value, str) and len(value) <= _LONGEST_NAME)


def _results(key: str, value: object) -> Iterator[dict[str, object]]:
    """The results of a larger task. Those on the same words are one region: they have no ids."""
    if isinstance(value, str):
        value = {"choices": [value]}
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            kind = next((name for name in KINDS if name in one), key)
            place = {"id": f"{one['start']}-{one['end']}"} if {"start", "end"} <= one.keys() else {}
            yield {"from_name": key, "type": kind, "value": one, **place}
        elif one is not None:
            yield {"from_name": key, "type": key, "value": {key: one}}
