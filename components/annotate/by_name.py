"""What each class and label has by its name, for one person in all sessions of a project: key and look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from components.annotate.highlighter import NameLooks
from components.shell.desk import Desk
from labeling.draft.looks import looks_in_use
from labeling.draft.shortcuts import Name
from labeling.draft.vocabulary import FIELDS, Rename
from labeling.model import Session

T = TypeVar("T")
InUse = Callable[
    [Any, Sequence[str], Sequence[str], Sequence[tuple[Rename, bool]]], tuple[dict[Name, T], object]
]
"""From what was kept, the classes, the labels and their renames to what each has, and what is kept now."""


def kept_by_name(desk: Desk, what: str, in_use: InUse[T]) -> dict[Name, T]:
    """What the session's classes and labels have; what is given to new ones is kept for this person."""
    scheme, rules = desk.draft.scheme, desk.draft.renames.since(0)
    preferences, kept_as = desk.ui.preferences, kept_name(what, desk.session)

    def used(value: Any) -> tuple[dict[Name, T], object]:
        return in_use(value, scheme.offered("classes"), scheme.offered("labels"), rules)

    value = preferences.get(kept_as)
    if used(value)[1] is not value:
        preferences.change(kept_as, lambda before: used(before)[1])
        value = preferences.get(kept_as)
    return used(value)[0]


def kept_name(what: str, session: Session) -> str:
    """By which name it stands among the person's preferences."""
    return f"{what}/{session.project_id}"


def looks_of(desk: Desk) -> NameLooks:
    """The looks of the session's classes and labels."""
    now = kept_by_name(desk, "looks", looks_in_use)
    classes, labels = ({name: look for (of, name), look in now.items() if of == field} for field in FIELDS)
    return NameLooks(classes, labels)
