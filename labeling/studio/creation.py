"""A new session as it is planned: what it holds, and what it still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from labeling.model import (
    Document,
    NewProject,
    Project,
    Role,
    Shape,
    Type,
    missing,
    shape_of,
    unique,
)
from labeling.phrases import length_problem, name_problem

TYPES = {
    Type.CLASSLABEL: "Classes and labels of your own: a tag has a class, a label or both.",
    Type.CLASS: "Classes only, such as topics: a text may have none, one or several.",
    Type.LABEL: "Labels only, such as a verdict: each segment has exactly one.",
    Type.ABSA: "Aspects with a sentiment: a class for the aspect, and a label from a short fixed list.",
}
"""The types of project, most general first, in plain words."""


class PlannedSession(NamedTuple):
    """A session as it is to be made, with what it still lacks. `project` is one to use or one to be made.

    The used names are those of the documents' tags; `problem` is what is wrong with their source.
    """

    project: Project | NewProject | None
    name: str
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    documents: Sequence[Document]
    used_classes: tuple[str, ...] = ()
    used_labels: tuple[str, ...] = ()
    problem: str = ""

    @property
    def shape(self) -> Shape:
        return shape_of(self.project.type if self.project is not None else None)


def obstacles(wanted: PlannedSession) -> tuple[str, ...]:
    """Why the session cannot be made yet, each in a sentence; empty when it can."""
    found = [_project_obstacle(wanted.project)]
    if wanted.problem:
        found.append(wanted.problem)
    elif not wanted.documents:
        found.append("There are no documents yet.")
    elif not wanted.name.strip():
        found.append("The session needs a name.")
    found.append(length_problem(wanted.name.strip(), "session"))
    for field, _, lacking in missing_names(wanted):
        named = ", ".join(lacking[:5]) + (f" and {len(lacking) - 5} more" if len(lacking) > 5 else "")
        found.append(f"The documents use {field} that are not in the list: {named}.")
    found += _name_obstacles(wanted)
    if not any(found):
        found.append(_lacking(wanted))
    return tuple(reason for reason in found if reason)


def _lacking(wanted: PlannedSession) -> str:
    """What tags of this type cannot be made without."""
    shape = wanted.shape
    if shape.classes and shape.labels and not (wanted.classes or wanted.labels):
        return "Add a class or a label: tags need one."
    if shape.classes and not shape.labels and not wanted.classes:
        return "Add a class: tags of this type need one."
    if shape.labels and not shape.classes and not wanted.labels:
        return "Add a label: tags of this type need one."
    return ""


def _name_obstacles(wanted: PlannedSession) -> list[str]:
    """What is wrong with names that come with this session; those of the project and the documents stay."""
    found = []
    for what, names, used, there in (
        ("class", wanted.classes, wanted.used_classes, getattr(wanted.project, "classes", ())),
        ("label", wanted.labels, wanted.used_labels, getattr(wanted.project, "labels", ())),
    ):
        known = {*used, *(there if isinstance(wanted.project, Project) else ())}
        new = [name for name in names if name not in known]
        older = [name for name in names if name in known]
        found += [name_problem(name, (*older, *new[:at]), what) for at, name in enumerate(new)]
    return found


def missing_names(wanted: PlannedSession) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """(field, names listed, names used but not listed) for each list that lacks some."""
    fields = (
        ("classes", wanted.classes, wanted.used_classes),
        ("labels", wanted.labels, wanted.used_labels),
    )
    lacking = ((field, names, missing(used, names)) for field, names, used in fields)
    return [each for each in lacking if each[2]]


def names_in(text: str) -> tuple[str, ...]:
    """The names typed into a field: one a line, or separated by commas when they stand on a single line."""
    parts = text.splitlines() if "\n" in text else text.split(",")
    return unique(part.strip() for part in parts if part.strip())


def as_text(names: Iterable[str]) -> str:
    """The names as `names_in` reads them, whatever commas they hold."""
    return "".join(f"{name}\n" for name in names)


def _project_obstacle(project: Project | NewProject | None) -> str:
    if project is None:
        return "There is no project to put it in."
    if isinstance(project, NewProject):
        name = project.name.strip()
        return length_problem(name, "project") if name else "The new project needs a name."
    if project.role == Role.VIEWER:
        return (
            f"You are a viewer in the project “{project.name}”: making a session needs the role ANNOTATOR. "
            "Choose another project, or ask a manager of this one."
        )
    return ""
