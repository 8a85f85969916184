"""What the form of a new session holds: the same reading of its fields for the screen and for the button."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from threading import Lock
from typing import NamedTuple

import streamlit as st

from components.shell.answers import fresh
from components.shell.state import UiState, has_widget, set_widget, widget_value
from labeling.formats import csv_file, json_file, pasted, xlsx
from labeling.formats.records import Choice, Imported, Records, guess, imported
from labeling.model import LONGEST_NAME, NewProject, Project, Shape, Type, shape_of
from labeling.studio.creation import PlannedSession, names_in

HERE, MADE = "In a project", "In a new project"
PASTE, CSV, JSONL, JSON = "Paste text", "CSV, Excel", "JSONL", "JSON"
LINES, BLOCKS = "Each line", "Text between blank lines"
FIND = "Find it"
HEADERS = {FIND: None, **{f"Row {n}": n for n in range(1, 10)}, "There are none": 0}
"""Where the names of the columns stand."""
NO_COLUMN = "—"
AnyProject = Project | NewProject | None


class MadeSession(NamedTuple):
    """A session that was just made, in words, and when the page was left for it."""

    words: str
    left: float | None = None


@dataclass
class Creation:
    """The round of the form in which the button was pressed, what was made, and how many projects for it.

    `lock` is held while a session is made: two runs may be at it at a time.
    """

    asked: int | None = None
    made: MadeSession | None = None
    projects: int = 0
    lock: Lock = field(default_factory=Lock, repr=False)


class Source(NamedTuple):
    """Text or a file, and how to read it: what is "" or None is to be found."""

    kind: str
    data: str | bytes = ""
    by_blank_lines: bool = False
    encoding: str = ""
    separator: str | None = None
    header: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.data.strip()

    @property
    def is_workbook(self) -> bool:
        return isinstance(self.data, bytes) and xlsx.is_workbook(self.data)


class Filled(NamedTuple):
    """The form as it stands: how the source was read, what became of it, and the session wanted."""

    source: Source
    records: Records
    imported: Imported
    wanted: PlannedSession


def key(name: str) -> str:
    """The key of a field. Each session that is made begins a new round with empty fields."""
    return f"new-{this_round()}-{name}"


def this_round() -> int:
    return int(widget_value("new-session-round") or 0)


def start(name: str, value: object) -> None:
    """Give a field its first value."""
    if not has_widget(name):
        set_widget(name, value)


def proposed_key(name: str, proposal: str) -> str:
    """The key of a field that follows the rest of the form until the person changes it.

    Each proposal has a widget of its own, so that what a browser still says of the last one changes nothing.
    """
    held = widget_value(key(f"held-{name}"))
    place = held or key(f"{name}-{sha256(proposal.encode()).hexdigest()[:16]}")
    start(place, proposal)
    set_widget(key(f"field-{name}"), place)
    return str(place)


def hold(name: str, place: str) -> None:
    """From now on the field is the person's, not a proposal."""
    set_widget(key(f"held-{name}"), place)


def proposed_value(name: str) -> str:
    place = widget_value(key(f"field-{name}"))
    return (widget_value(place) or "") if place else ""


def set_proposed(name: str, value: str) -> None:
    """Put other text into such a field, as if the person had."""
    place = key(f"{name}-set-{sha256(value.encode()).hexdigest()[:16]}")
    set_widget(place, value)
    set_widget(key(f"field-{name}"), place)
    hold(name, place)


def where_key(ui: UiState) -> str:
    """The key of the choice between a project and a new one; after one was made, the choice begins anew."""
    return key(f"where-{ui.of(Creation).projects}")


def chosen_project(ui: UiState) -> AnyProject:
    if widget_value(where_key(ui)) == MADE:
        type_ = widget_value(key("project-type")) or Type.CLASSLABEL
        return NewProject(name=(widget_value(key("project-name")) or "").strip(), type=type_)
    projects: tuple[Project, ...] = fresh(ui, "projects", ui.api.projects)
    return next((project for project in projects if project.id == ui.place.project_id), None)


def chosen_shape(project: AnyProject) -> Shape:
    """The shape of the project's sessions. One that is still to be made takes any label."""
    shape = shape_of(project.type if project is not None else None)
    is_new = isinstance(project, NewProject)
    return shape.model_copy(update={"project_labels_only": False}) if is_new else shape


def chosen_source() -> Source:
    kind = widget_value(key("source")) or PASTE
    if kind == PASTE:
        return Source(PASTE, widget_value(key("paste")) or "", widget_value(key("split")) == BLOCKS)
    uploaded = widget_value(key(kind))
    if uploaded is None:
        return Source(kind)
    signs = {word: sign for sign, word in csv_file.SEPARATORS.items()}
    encoding = widget_value(key("encoding")) or FIND
    return Source(
        kind,
        uploaded.getvalue(),
        encoding="" if encoding == FIND else encoding,
        separator=signs.get(widget_value(key("separator")) or ""),
        header=HEADERS[widget_value(key("header")) or FIND],
    )


def proposed_name(records: Records) -> str:
    """What a session is called that is given no name."""
    pasted = f"Pasted {date.today():%Y-%m-%d}" if records.items else ""
    return (records.name or file_stem() or pasted)[:LONGEST_NAME]


def file_stem() -> str:
    """The uploaded file's name without its ending."""
    uploaded = widget_value(key(widget_value(key("source")) or PASTE))
    name: str = getattr(uploaded, "name", "")
    return name.rpartition(".")[0] or name


def column_key(field: str, records: Records) -> str:
    """A file with other columns has a choice of its own."""
    columns = "\n".join(records.columns)
    return key(f"column-{field}-{sha256(columns.encode()).hexdigest()[:16]}")


def chosen_columns(records: Records, shape: Shape) -> Choice:
    """The columns picked; until then those that their names suggest."""
    meant = guess(records.columns, records.items, classes=shape.classes, labels=shape.labels)
    picked = (widget_value(column_key(field, records)) for field in ("text", "class", "label"))
    text, class_, label = (
        pick if pick is not None else proposal for pick, proposal in zip(picked, meant, strict=True)
    )
    return Choice(
        text,
        class_ if shape.classes and class_ != NO_COLUMN else "",
        label if shape.labels and label != NO_COLUMN else "",
    )


def read_source(source: Source) -> Records:
    return Records() if source.is_empty and isinstance(source.data, str) else _read(source)


def forget_sources() -> None:
    """Keep nothing of what was read: the session is made."""
    _read.clear()
    _import.clear()


def chosen_import(project: AnyProject) -> tuple[Source, Records, Imported]:
    """The source chosen, how it was read, and what became of it."""
    source, shape = chosen_source(), chosen_shape(project)
    records = read_source(source)
    labels = project.labels if isinstance(project, Project) else ()
    columns = chosen_columns(records, shape)
    return source, records, _import(source, columns, shape.model_dump_json(), labels)


def filled(project: AnyProject) -> Filled:
    """The form as it stands."""
    source, records, found = chosen_import(project)
    shape = chosen_shape(project)
    classes = names_in(proposed_value("classes")) if shape.classes else ()
    labels = names_in(proposed_value("labels")) if shape.labels else ()
    if isinstance(project, Project) and shape.project_labels_only:
        labels = project.labels
    if isinstance(project, NewProject):
        project = project.model_copy(update={"classes": classes, "labels": labels})
    is_all_refused = found.refused and not found.documents
    problem = records.problem or ("Nothing in it can be imported." if is_all_refused else "")
    name = (widget_value(key("name")) or "").strip() or proposed_name(records)
    wanted = PlannedSession(project, name, classes, labels, found.documents)
    wanted = wanted._replace(used_classes=found.classes, used_labels=found.labels, problem=problem)
    return Filled(source, records, found, wanted)


@st.cache_resource(scope="session", max_entries=2, show_spinner="Reading the documents")
def _read(source: Source) -> Records:
    if isinstance(source.data, str):
        return pasted.read(source.data, by_blank_lines=source.by_blank_lines)
    if source.is_workbook:
        return xlsx.read(source.data, header=source.header)
    if source.kind == CSV:
        return csv_file.read(
            source.data, encoding=source.encoding, separator=source.separator, header=source.header
        )
    return json_file.read(source.data)


@st.cache_resource(scope="session", max_entries=2, show_spinner="Reading the documents")
def _import(source: Source, choice: Choice, shape: str, labels: tuple[str, ...]) -> Imported:
    return imported(read_source(source), choice, Shape.model_validate_json(shape), labels)
