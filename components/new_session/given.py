"""What was given for a new session, text or a file, and how it is read: as found, or as the person says."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from hashlib import sha256

from components.new_session.reading import Given, readings, remembered
from components.new_session.rounds import forget_held, key
from components.shell.state import set_widget, widget_value
from labeling.formats import read
from labeling.formats.answering import choice_by
from labeling.formats.columns import used_by
from labeling.formats.imported import Imported, imported
from labeling.formats.records import Choice, Question, Records
from labeling.formats.source import Source
from labeling.model import Shape

NO_COLUMN = "—"
COLUMN_ROLES = ("text", "class", "label", "done")
"""What a column may be picked for."""


def given() -> Given:
    if (file := readings().file) is not None:
        return file
    text = (widget_value(key("paste")) or "").encode("utf-8", "replace")
    return Given(sha256(text).hexdigest()[:16], "", text) if text.strip() else Given()


def take_file() -> None:
    """What stands in the file's widget is what is given, or nothing is."""
    uploaded = widget_value(key("file"))
    if uploaded is not None:
        forget_held()  # names were put right for another file
    file = None if uploaded is None else Given(str(uploaded.file_id), uploaded.name, uploaded.getvalue())
    readings().file = file


def drop_file() -> None:
    readings().file = None


def records_of(found: Given) -> Records:
    """Empty where nothing was given yet."""
    if not found.mark:
        return Records()
    return remembered(
        "records",
        _read_as(found),
        lambda tell: read(Source(found.data, found.name, tell), _answers(found)),
    )


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
    picked = {
        role: "" if value == NO_COLUMN else str(value)
        for role in (*COLUMN_ROLES, "names")
        if (value := widget_value(column_key(role, records))) is not None and has_role(role, shape)
    }
    choice = remembered(
        "choice",
        (_read_as(found), shape, tuple(picked.items())),
        lambda tell: choice_by(picked, records, shape),
    )
    out = widget_value(column_key("left-out", records))
    if records.choice is not None or out is None:
        return choice
    return choice._replace(kept=tuple(one for one in others(records, choice) if one not in out))


def others(records: Records, choice: Choice) -> tuple[str, ...]:
    """The columns that are not used for anything: information, or left out."""
    used = used_by(choice)
    return tuple(column for column in records.columns if column not in used)


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
    return {"class": shape.classes, "label": shape.labels}.get(role, True)


def column_key(role: str, records: Records) -> str:
    """A file with other columns has a choice of its own."""
    columns = "\n".join(records.columns)
    return key(f"column-{role}-{sha256(columns.encode('utf-8', 'replace')).hexdigest()[:16]}")


def import_of(
    found: Given, records: Records, choice: Choice, shape: Shape, labels: tuple[str, ...]
) -> Imported:
    if not found.mark:
        return Imported()
    return remembered(
        "documents",
        (_read_as(found), choice, shape, labels),
        lambda tell: imported(records, choice, shape, labels, tell),
    )


def _read_as(found: Given) -> Hashable:
    """What was given, and how a person says that it is to be read."""
    return found.mark, tuple(sorted(_answers(found).items()))


def _file_of(found: Given) -> str:
    """Pasted text is asked how it is read once, whatever is typed on."""
    return found.mark if found.is_file else "pasted"


def _answers_key(found: Given) -> str:
    return key(f"answers-{_file_of(found)}")


def _answers(found: Given) -> dict[str, str]:
    return widget_value(_answers_key(found)) or {}
