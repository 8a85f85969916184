"""What was given for a new session, text or a file, and how it is read: as found, or as the person says."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

import streamlit as st

from components.new_session.rounds import key
from components.shell.state import set_widget, widget_value
from labeling.formats import read
from labeling.formats.columns import guess
from labeling.formats.imported import Imported, imported
from labeling.formats.records import Choice, Question, Records
from labeling.formats.source import Source
from labeling.model import Shape

NO_COLUMN = "—"


class Given(NamedTuple):
    """Pasted text, or a file where there is one. `mark` tells it from everything else that was given."""

    mark: str = ""
    name: str = ""
    data: bytes = b""

    @property
    def is_file(self) -> bool:
        return bool(self.name)


def given() -> Given:
    uploaded = widget_value(key("file"))
    if uploaded is not None:
        return Given(str(uploaded.file_id), uploaded.name, uploaded.getvalue())
    text = (widget_value(key("paste")) or "").encode("utf-8", "replace")
    return Given(sha256(text).hexdigest()[:16], "", text) if text.strip() else Given()


def records_of(found: Given) -> Records:
    """Empty where nothing was given yet."""
    if not found.mark:
        return Records()
    return _read(found.mark, tuple(_answers(found).items()), found)


def choose_answer(found: Given, question: Question) -> Callable[[], None]:
    """Show the answer in its widget before that is drawn; gives its `on_change`."""
    place = answer_key(found, question)
    set_widget(place, question.answer)

    def chosen() -> None:
        # Every answer belongs to the file: another file is asked anew.
        set_widget(_answers_key(found), {**_answers(found), question.key: widget_value(place)})

    return chosen


def answer_key(found: Given, question: Question) -> str:
    return key(f"answer-{_file_of(found)}-{question.key}")


def choice_of(found: Given, records: Records, shape: Shape) -> Choice:
    """What each column is: as picked, else as its values and its name suggest."""
    meant = _guess(found.mark, tuple(_answers(found).items()), shape.model_dump_json(), records)
    meant = meant._replace(names=widget_value(column_key("names", records)) or meant.names)
    if records.choice is not None:
        return meant

    def picked(role: str, found: str) -> str:
        value = widget_value(column_key(role, records)) if has_role(role, shape) else None
        return found if value is None else "" if value == NO_COLUMN else str(value)

    choice = meant._replace(
        text=picked("text", meant.text),
        class_=picked("class_", meant.class_),
        label=picked("label", meant.label),
        done=picked("done", meant.done),
    )
    out = widget_value(column_key("left-out", records))
    if out is None:
        out = {*records.columns} - {*meant.kept, *used_by(meant)}
    return choice._replace(kept=tuple(one for one in others(records, choice) if one not in out))


def others(records: Records, choice: Choice) -> tuple[str, ...]:
    """The columns that are not used for anything: information, or left out."""
    used = used_by(choice)
    return tuple(column for column in records.columns if column not in used)


def used_by(choice: Choice) -> set[str]:
    return {choice.text, choice.class_, choice.label, choice.done, choice.spans}


def choose_kept(records: Records, choice: Choice) -> Callable[[], None]:
    """Show what is kept in its widget before that is drawn; gives its `on_change`."""
    place = column_key("kept", records)
    set_widget(place, list(choice.kept))

    def chosen() -> None:
        kept = widget_value(place)
        out = {column for column in others(records, choice) if column not in kept}
        set_widget(column_key("left-out", records), out)

    return chosen


def has_role(role: str, shape: Shape) -> bool:
    """Whether sessions of this shape have a place for what such a column holds."""
    return {"class_": shape.classes, "label": shape.labels}.get(role, True)


def column_key(role: str, records: Records) -> str:
    """A file with other columns has a choice of its own."""
    columns = "\n".join(records.columns)
    return key(f"column-{role}-{sha256(columns.encode('utf-8', 'replace')).hexdigest()[:16]}")


def import_of(
    found: Given, records: Records, choice: Choice, shape: Shape, labels: tuple[str, ...]
) -> Imported:
    if not found.mark:
        return Imported()
    answers = tuple(_answers(found).items())
    return _import(found.mark, answers, choice, shape.model_dump_json(), labels, records)


def forget_given() -> None:
    """Keep nothing of what was read: the session is made."""
    for cached in (_read, _guess, _import):
        cached.clear()


def _file_of(found: Given) -> str:
    """Pasted text is asked how it is read once, whatever is typed on."""
    return found.mark if found.is_file else "pasted"


def _answers_key(found: Given) -> str:
    return key(f"answers-{_file_of(found)}")


def _answers(found: Given) -> dict[str, str]:
    return widget_value(_answers_key(found)) or {}


@st.cache_resource(scope="session", max_entries=2, show_spinner="Reading the documents")
def _read(mark: str, answers: tuple[tuple[str, str], ...], _found: Given) -> Records:
    return read(Source(_found.data, _found.name), dict(answers))


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def _guess(mark: str, answers: tuple[tuple[str, str], ...], shape: str, _records: Records) -> Choice:
    return guess(_records, Shape.model_validate_json(shape))


@st.cache_resource(scope="session", max_entries=2, show_spinner="Reading the documents")
def _import(
    mark: str,
    answers: tuple[tuple[str, str], ...],
    choice: Choice,
    shape: str,
    labels: tuple[str, ...],
    _records: Records,
) -> Imported:
    return imported(_records, choice, Shape.model_validate_json(shape), labels)
