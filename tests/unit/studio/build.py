"""A new session as it is planned."""

from __future__ import annotations

from labeling.model import Document, NewProject, Project
from labeling.studio.creation import PlannedSession

TEXT = "Kind staff"


def a_project(**fields: object) -> Project:
    return Project.model_validate({"id": 1, "name": "Hotels", "type": "CLASSLABEL", **fields})


def wanted(
    project: Project | NewProject | None = None,
    *,
    name: str = "Round two",
    classes: tuple[str, ...] = (),
    labels: tuple[str, ...] = (),
    documents: tuple[Document, ...] = (Document(text=TEXT),),
    used_classes: tuple[str, ...] = (),
    problem: str = "",
) -> PlannedSession:
    project = a_project() if project is None else project
    return PlannedSession(project, name, classes, labels, documents, used_classes, problem=problem)
