"""What can be said of a reading beside the reader's own questions, by key: which column is what, and how flat
names are parted. For whoever has no screen to pick from."""

from __future__ import annotations

from collections.abc import Iterable

from labeling.formats import names
from labeling.formats.columns import ANY_SHAPE, flat_names, guess, used_by
from labeling.formats.records import Answers, Choice, Question, Records
from labeling.model import Shape

_TITLES = {"text": "Text column", "class": "Class column", "label": "Label column", "done": "Done column"}
NO_COLUMN = ""


def questions_of(records: Records, choice: Choice, shape: Shape = ANY_SHAPE) -> tuple[Question, ...]:
    """Everything that can be answered otherwise, each with the answer taken; `NO_COLUMN` is none."""
    return (*records.questions, *_columns(records, choice, {}), *_names(records, choice, shape, {}))


def choice_by(answers: Answers, records: Records, shape: Shape = ANY_SHAPE) -> Choice:
    """The choice that values and names suggest, with what was answered. A column that is nothing else is
    information, unless it was to be left out."""
    choice = meant = guess(records, shape)
    if said := {question.key: question.answer for question in _columns(records, meant, answers)}:
        choice = meant._replace(
            text=said["text"], class_=said["class"], label=said["label"], done=said["done"]
        )
        left_out = {*records.columns} - {*meant.kept, *used_by(meant)}
        rest = {*records.columns} - left_out - used_by(choice)
        choice = choice._replace(kept=tuple(column for column in records.columns if column in rest))
    proposed = names.proposed(flat_names(records, choice), shape)
    asked = _names(records, choice._replace(names=proposed), shape, answers)
    return choice._replace(names=asked[0].answer if asked else proposed)


def _columns(records: Records, choice: Choice, answers: Answers) -> list[Question]:
    """What each column is, where they are to choose from."""
    if records.choice is not None or len(records.columns) < 2:
        return []
    found = {"text": choice.text, "class": choice.class_, "label": choice.label, "done": choice.done}
    options = {key: records.columns if key == "text" else (NO_COLUMN, *records.columns) for key in found}
    return [_asked(answers, key, _TITLES[key], options[key], found[key]) for key in found]


def _names(records: Records, choice: Choice, shape: Shape, answers: Answers) -> list[Question]:
    """How flat names are parted, where there is more than one way."""
    flat = flat_names(records, choice)
    ways = names.ways(flat, shape) if flat else ()
    title = f"A name such as “{flat[0]}” is" if flat else ""
    return [_asked(answers, "names", title, ways, choice.names)] if len(ways) > 1 else []


def _asked(answers: Answers, key: str, title: str, options: tuple[str, ...], found: str) -> Question:
    """`answered`, where no column is an answer too."""
    said = answers.get(key, found)
    return Question(key, title, options, said if said in options else found)


def refused_answer(answers: Answers, questions: Iterable[Question]) -> str:
    """Why one of the answers is none, in a sentence; empty when all are."""
    asked = {question.key: question for question in questions}
    for key, answer in answers.items():
        question = asked.get(key)
        if question is None:
            return f"Nothing is asked about “{key}”. Asked is: {', '.join(asked)}."
        if answer not in (*question.options, question.answer):
            options = ", ".join(f"“{option}”" for option in question.options)
            return f"“{answer}” is no answer to {key} ({question.title}). Answers are: {options}."
    return ""
