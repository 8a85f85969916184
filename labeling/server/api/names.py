"""Calls about the classes and the labels of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import APIRouter, Response

from labeling.server.api.answers import Answer, AnswerModel, reply
from labeling.server.api.deps import BodyBytes, Manage, View
from labeling.server.api.description import takes, tells
from labeling.server.rules.bodies import ClassBody, ClassChangeBody, LabelBody, LabelChangeBody
from labeling.server.rules.reading import read_body
from labeling.server.storage.ids import DbRow

router = APIRouter()
CLASSES = "/projects/{project_id}/classes"
CLASS = CLASSES + "/{class_id}"
LABELS = "/projects/{project_id}/labels"
LABEL = LABELS + "/{label_id}"


class ClassAnswer(AnswerModel):
    id: int | None
    name: str
    example: str | None
    description: str | None


class LabelAnswer(AnswerModel):
    id: int | None
    name: str


def class_objects(known: Iterable[DbRow]) -> Callable[[str | None], Answer | None]:
    """What gives a class as an object; one that its project lacks has a name only."""
    return _objects(known, {"id": None, "example": None, "description": None})


def label_objects(known: Iterable[DbRow]) -> Callable[[str | None], Answer | None]:
    """What gives a label as an object; one that its project lacks has a name only."""
    return _objects(known, {"id": None})


def _objects(known: Iterable[DbRow], bare: Answer) -> Callable[[str | None], Answer | None]:
    by_name = {item["name"]: item for item in known}
    return lambda name: None if name is None else by_name.get(name, {**bare, "name": name})


@router.get(CLASSES, **tells(list[ClassAnswer], 401, 403, 404))
def classes(call: View) -> Response:
    """The classes of a project."""
    return reply(call.store.classes.of_project(call.project_id))


@router.post(CLASSES, **tells(ClassAnswer, 400, 401, 403, 404, 415, status=201), **takes(ClassBody))
def add_class(call: Manage, raw: BodyBytes) -> Response:
    """Add a class to a project."""
    return reply(call.store.classes.add(call.project_id, read_body(raw, ClassBody).model_dump()), 201)


@router.get(CLASS, **tells(ClassAnswer, 401, 403, 404))
def class_(call: View) -> Response:
    """One class of a project."""
    return reply(call.store.classes.read(call.project_id, call.path["class_id"]))


@router.put(CLASS, **tells(ClassAnswer, 400, 401, 403, 404, 415), **takes(ClassChangeBody))
def change_class(call: Manage, raw: BodyBytes) -> Response:
    """Change a class of a project; another name goes into its sessions and tags too."""
    values, class_id = read_body(raw, ClassChangeBody).model_dump(), call.path["class_id"]
    return reply(call.store.classes.change(call.caller, call.project_id, class_id, values))


@router.delete(CLASS, **tells(None, 400, 401, 403, 404, status=204))
def delete_class(call: Manage) -> Response:
    """Delete a class that no session of the project has."""
    call.store.classes.remove(call.project_id, call.path["class_id"])
    return Response(status_code=204)


@router.get(LABELS, **tells(list[LabelAnswer], 401, 403, 404))
def labels(call: View) -> Response:
    """The labels of a project."""
    return reply(call.store.labels.of_project(call.project_id))


@router.post(LABELS, **tells(LabelAnswer, 400, 401, 403, 404, 415, status=201), **takes(LabelBody))
def add_label(call: Manage, raw: BodyBytes) -> Response:
    """Add a label to a project; those of an ABSA project are fixed."""
    return reply(call.store.labels.add(call.project_id, read_body(raw, LabelBody).model_dump()), 201)


@router.get(LABEL, **tells(LabelAnswer, 401, 403, 404))
def label(call: View) -> Response:
    """One label of a project."""
    return reply(call.store.labels.read(call.project_id, call.path["label_id"]))


@router.put(LABEL, **tells(LabelAnswer, 400, 401, 403, 404, 415), **takes(LabelChangeBody))
def change_label(call: Manage, raw: BodyBytes) -> Response:
    """Change a label of a project; another name goes into its sessions and tags too."""
    values, label_id = read_body(raw, LabelChangeBody).model_dump(), call.path["label_id"]
    return reply(call.store.labels.change(call.caller, call.project_id, label_id, values))


@router.delete(LABEL, **tells(None, 400, 401, 403, 404, status=204))
def delete_label(call: Manage) -> Response:
    """Delete a label that no session of the project has; those of an ABSA project are fixed."""
    call.store.labels.remove(call.project_id, call.path["label_id"])
    return Response(status_code=204)
