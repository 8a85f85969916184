"""A new session: what it still lacks, and making it, once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

from labeling.errors import TimedOut, Unavailable
from labeling.model import (
    Document,
    NewProject,
    NewSession,
    Project,
    Role,
    Session,
    Shape,
    Type,
    missing,
    shape_of,
    unique,
)
from labeling.phrases import name_problem
from labeling.studio.client import LabelingClient

TYPES = {
    Type.CLASSLABEL: "Classes and labels of your own: a tag has a class, a label or both.",
    Type.CLASS: "Classes only, such as topics: a text may have none, one or several.",
    Type.LABEL: "Labels only, such as a verdict: each segment has exactly one.",
    Type.ABSA: "Aspects with a sentiment: a class for the aspect, and a label from a short fixed list.",
}
"""The types of project, most general first, in plain words."""

LOOKS = 60
"""How often to look for what was asked for when no answer came in time."""
PAUSE = 1.0
"""Seconds before each look."""

T = TypeVar("T", Project, Session)
Wait = Callable[[float], None]


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


def new_session(wanted: PlannedSession, *, with_marks: bool) -> NewSession:
    """The body that makes the session. `with_marks` where the server takes a done mark with a document."""
    documents = wanted.documents
    parts: dict[str, object] = {
        "name": wanted.name.strip(),
        "documents": tuple(documents if with_marks else map(_without_mark, documents)),
    }
    if wanted.shape.classes:
        parts["classes"] = wanted.classes
    if wanted.shape.labels:
        parts["labels"] = wanted.labels
    return NewSession.model_validate(parts)


def make_session(
    api: LabelingClient, project_id: int, session: NewSession, *, wait: Wait = time.sleep
) -> Session:
    """Make it once: when no answer comes, look whether it appears before giving up."""
    return _made_once(
        lambda: api.sessions(project_id),
        lambda: api.create_session(project_id, session),
        session.name,
        wait,
    )


def make_project(api: LabelingClient, project: NewProject, *, wait: Wait = time.sleep) -> Project:
    """Make it once, like a session."""
    return _made_once(api.projects, lambda: api.add_project(project), project.name, wait)


def _made_once(listed: Callable[[], tuple[T, ...]], make: Callable[[], T], name: str, wait: Wait) -> T:
    before = {item.id for item in listed()}
    try:
        return make()
    except Unavailable as error:
        # A large session may take the server longer than a call may: it appears when it is whole.
        looks = LOOKS if isinstance(error, TimedOut) else 1
        end = time.monotonic() + LOOKS * PAUSE
        for _ in range(looks):
            if time.monotonic() > end:
                break
            wait(PAUSE)
            with suppress(Unavailable):
                found = [item for item in listed() if item.id not in before and item.name == name]
                if len(found) == 1:
                    return found[0]
        raise


def _project_obstacle(project: Project | NewProject | None) -> str:
    if project is None:
        return "There is no project to put it in."
    if isinstance(project, NewProject):
        return "" if project.name.strip() else "The new project needs a name."
    if project.role == Role.VIEWER:
        return (
            f"You are a viewer in the project “{project.name}”: making a session needs the role ANNOTATOR. "
            "Choose another project, or ask a manager of this one."
        )
    return ""


def _without_mark(document: Document) -> Document:
    parts = {name: getattr(document, name) for name in document.model_fields_set if name != "annotated"}
    return Document.model_validate(parts)
