"""What the form of a new session holds: the same reading of its fields for the screen and for the button."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import NamedTuple

from streamlit.delta_generator import DeltaGenerator

from components.new_session.given import choice_of, given, import_of, records_of
from components.new_session.reading import Given
from components.new_session.rounds import key, proposed_value
from components.shell.answers import fresh
from components.shell.state import UiState, widget_value
from labeling.formats import session_name
from labeling.formats.imported import Imported
from labeling.formats.records import Choice, Records
from labeling.model import NewProject, Project, Shape, Type, shape_of
from labeling.studio.creation import PlannedSession
from labeling.studio.making import Making

HERE, MADE = "In a project", "In a new project"
NOTHING_IN_IT = "There are no documents in it."
AnyProject = Project | NewProject | None


class MadeSession(NamedTuple):
    """A session that was just made, in words, and when the page was left for it."""

    words: str
    left: float | None = None


@dataclass
class Creation:
    """The round of the form in which the button was pressed, the session that is being made with its bar on
    the screen, what was made, and how many projects for it.

    `lock` is held while that is begun and when it is over: two runs may be at it at a time.
    """

    asked: int | None = None
    making: Making | None = None
    bar: DeltaGenerator | None = field(default=None, repr=False)
    made: MadeSession | None = None
    projects: int = 0
    lock: Lock = field(default_factory=Lock, repr=False)


class Filled(NamedTuple):
    """The form as it stands: what was given, how it was read, what became of it, and the session wanted."""

    given: Given
    records: Records
    choice: Choice
    imported: Imported
    wanted: PlannedSession


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


def proposed_name(found: Given, records: Records) -> str:
    """What a session is called that is given no name."""
    pasted = f"Pasted {date.today():%Y-%m-%d}" if records.items else ""
    return session_name(records, found.name) or pasted


def filled(project: AnyProject) -> Filled:
    """The form as it stands."""
    found, shape = given(), chosen_shape(project)
    records = records_of(found)
    choice = choice_of(found, records, shape)
    project_labels = project.labels if isinstance(project, Project) else ()
    made = import_of(found, records, choice, shape, project_labels)
    classes = proposed_value("classes") if shape.classes else ()
    labels = proposed_value("labels") if shape.labels else ()
    if isinstance(project, Project) and shape.project_labels_only:
        labels = project.labels
    if isinstance(project, NewProject):
        project = project.model_copy(update={"classes": classes, "labels": labels})
    is_all_refused = made.refused and not made.documents
    problem = records.problem or ("Nothing in it can be imported." if is_all_refused else "")
    if found.mark and not (problem or made.documents):
        problem = NOTHING_IN_IT
    name = (widget_value(key("name")) or "").strip() or proposed_name(found, records)
    wanted = PlannedSession(project, name, classes, labels, made.documents)
    wanted = wanted._replace(used_classes=made.classes, used_labels=made.labels, problem=problem)
    return Filled(found, records, choice, made, wanted)
