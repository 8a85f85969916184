"""Prodigy's answers: spans and the names that were accepted, of one annotator or of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from labeling.formats import flat
from labeling.formats.flat import is_span, segments_of, span_in
from labeling.formats.records import (
    CLASS,
    CONTRACT,
    DONE,
    OUT,
    SPANS,
    TEXT,
    Answers,
    Question,
    Record,
    Records,
    RefusedRow,
    answered,
    excerpt,
    is_blank,
    kind_of,
    name_said,
    packed,
)
from labeling.formats.source import Source
from labeling.model import unique
from labeling.phrases import count_of

_HASHES = ("_input_hash", "_task_hash")
_ANNOTATORS = ("_annotator_id", "_session_id")
_LEFT_OUT = (*_HASHES, "_is_binary", "_view_id", "tokens", "options", "config")
"""What Prodigy makes anew, or what only says how it is shown."""
_WITHIN = ("start", "end", "label", "text")
_TAKEN = ("text", "spans", "cats", "accept", "label", "answer")
ACCEPTED, OR_IGNORED, ALL = "accepted only", "accepted and ignored", "all"
_KEPT_ANSWERS = {ACCEPTED: ("accept",), OR_IGNORED: ("accept", "ignore"), ALL: ("accept", "ignore", "reject")}
EVERYBODY = "all, each answer a document"


def is_prodigy(source: Source) -> bool:
    """Whether one of the first lines is a task or an answer as Prodigy writes it."""
    return any(_shows(fields) for fields in source.first_objects)


def read(source: Source, answers: Answers) -> Records:
    """An answer that was accepted is done. The label and the choices of one that was not are no tags, but
    information, as the answer is."""
    found = source.objects
    asked = answered(answers, "answers", "Answers to take", tuple(_KEPT_ANSWERS), ACCEPTED)
    by = _annotators((item.fields for item in found.items), answers)
    counts = Counter[str]()
    refused = list(found.refused)

    def items() -> Iterator[Record]:
        for item in found.items:
            if (answer := _answer(item.fields)) not in _KEPT_ANSWERS[asked.answer]:
                counts[answer] += 1
            elif by is not None and by.answer not in (EVERYBODY, _annotator(item.fields)):
                counts["of others"] += 1
            elif problem := _problem(item.fields):
                begins = excerpt(item.fields.get("text"))
                refused.append(RefusedRow(item.number, problem, begins, item.fields))
            else:
                yield Record(item.number, _fields(item.fields))

    has_answers = any("answer" in item.fields for item in found.items)
    return Records(
        columns=("text",),
        items=packed(items()),
        refused=tuple(sorted(refused, key=lambda row: row.number)),
        problem=found.problem,
        note=" ".join(f"{count_of(count, _NOTES[what])} left out." for what, count in counts.items()),
        choice=CONTRACT,
        keys=flat.uses(
            (item.fields for item in found.items),
            {
                "text": TEXT,
                "spans": SPANS,
                "cats": CLASS,
                "accept": CLASS,
                "label": CLASS,
                "answer": DONE,
                **dict.fromkeys(_LEFT_OUT, OUT),
            },
            chain.from_iterable(
                flat.within("spans", item.fields.get("spans"), _WITHIN) for item in found.items
            ),
        ),
        questions=tuple(filter(None, (asked if has_answers else None, by))),
        unit="line" if found.is_lines else "document",
    )


_NOTES = {"reject": "rejected answer", "ignore": "ignored answer", "of others": "answer of another annotator"}


def _shows(fields: Mapping[str, object]) -> bool:
    if not isinstance(fields.get("text"), str) or "segments" in fields:
        return False
    spans = fields.get("spans")
    has_spans = isinstance(spans, list) and bool(spans) and all(isinstance(one, dict) for one in spans)
    return (
        any(type(fields.get(key)) is int for key in _HASHES)
        or fields.get("answer") in ("accept", "reject", "ignore")
        or (has_spans and all(map(is_span, spans if isinstance(spans, list) else ())))
    )


def _answer(fields: Mapping[str, object]) -> str:
    """One that is not there, or says something else, is accepted: Prodigy takes it so when it trains."""
    said = fields.get("answer")
    return said if isinstance(said, str) and said in _NOTES else "accept"


def _annotator(fields: Mapping[str, object]) -> str:
    said = (name_said(fields.get(key)) for key in _ANNOTATORS)
    return next((one for one in said if isinstance(one, str) and one), "")


def _annotators(rows: Iterable[Mapping[str, object]], answers: Answers) -> Question | None:
    """Whose answers to take, where they are of several."""
    names = unique(filter(None, map(_annotator, rows)))
    if len(names) < 2:
        return None
    return answered(answers, "annotator", "Answers of", (EVERYBODY, *names), EVERYBODY)


def _problem(fields: Mapping[str, object]) -> str:
    for key in ("spans", "accept"):
        value = fields.get(key)
        if not is_blank(value) and not isinstance(value, list):
            return f"“{key}” is {kind_of(value)}, not a list"
    spans = fields.get("spans")
    for n, one in enumerate(spans if isinstance(spans, list) else (), 1):
        if span_in(one) is None:
            return f"span {n} is {kind_of(one)} without a start and an end"
    return ""


def _fields(fields: Mapping[str, object]) -> dict[str, object]:
    spans = fields.get("spans")
    found = [span for one in (spans if isinstance(spans, list) else ()) if (span := span_in(one)) is not None]
    answer = _answer(fields)
    kept = set() if answer == "accept" else {"label", "accept", "answer"}
    if not isinstance(name_said(fields.get("label")), str):
        kept.add("label")
    if not flat.are_marks(fields.get("cats")):
        kept.add("cats")
    made: dict[str, object] = {"meta": flat.information(fields, {*_TAKEN, *_LEFT_OUT} - kept)}
    if "text" in fields:
        made["text"] = fields["text"]
    if "answer" in fields:
        made["annotated"] = answer == "accept"
    names = _names(fields) if answer == "accept" else ()
    made["segments"] = segments_of(fields.get("text"), found, names)
    return made


def _names(fields: Mapping[str, object]) -> Iterator[object]:
    """What was accepted of the whole document: label, categories that are true, options chosen."""
    if isinstance(label := name_said(fields.get("label")), str):
        yield label
    yield from flat.categories(fields.get("cats"))
    options = fields.get("options")
    called = {
        one.get("id"): one.get("text")
        for one in (options if isinstance(options, list) else ())
        if isinstance(one, dict) and type(one.get("id")) is int and isinstance(one.get("text"), str)
    }
    accepted = fields.get("accept")
    for one in accepted if isinstance(accepted, list) else ():
        # A number says less than the words that stood beside it.
        yield called.get(one, name_said(one)) if type(one) is int else name_said(one)
