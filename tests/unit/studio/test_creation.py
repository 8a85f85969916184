"""What a new session lacks."""

from __future__ import annotations

import pytest

from labeling.model import NewProject, Type
from labeling.studio.creation import PlannedSession, as_text, names_in, obstacles
from tests.unit.studio.build import a_project, wanted

TOO_LONG = "has at most 200 characters, and this one 1,300: shorten it by 1,100."


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (wanted(name=" "), "The session needs a name."),
        (wanted(name="x" * 1_300), f"The name of a session {TOO_LONG}"),
        (wanted(NewProject(name="x" * 1_300, type=Type.CLASS)), f"The name of a project {TOO_LONG}"),
        (wanted(classes=("x" * 1_300,)), f"The name of a class {TOO_LONG}"),
        (wanted(documents=()), "There are no documents yet."),
        (wanted(problem="The file is empty."), "The file is empty."),
        (wanted(NewProject(name=" ", type=Type.CLASS)), "The new project needs a name."),
        (wanted()._replace(project=None), "There is no project to put it in."),
    ],
)
def test_what_is_lacking_is_said(form: PlannedSession, reason: str) -> None:
    assert obstacles(form) == (reason,)


def test_nothing_is_lacking_in_a_whole_form() -> None:
    assert obstacles(wanted(labels=("POS",))) == ()


@pytest.mark.parametrize(
    ("type_", "what"), [("CLASSLABEL", "a class or a label"), ("CLASS", "a class"), ("LABEL", "a label")]
)
def test_what_tags_of_the_type_need_is_asked_for(type_: str, what: str) -> None:
    (reason,) = obstacles(wanted(a_project(type=type_)))
    assert reason.startswith(f"Add {what}:")
    assert obstacles(wanted(a_project(type=type_), classes=("Room",), labels=("POS",))) == ()


def test_a_viewer_is_told_which_role_it_takes() -> None:
    assert "needs the role ANNOTATOR" in obstacles(wanted(a_project(role="VIEWER")))[0]
    assert obstacles(wanted(a_project(role="ANNOTATOR"), labels=("POS",))) == ()


def test_new_names_that_look_empty_or_alike_are_said_but_not_those_that_are_there() -> None:
    both = ("Café", "Cafe\u0301")
    (reason,) = obstacles(wanted(classes=both))
    assert reason.startswith("“Cafe\u0301” looks like the class “Café”")
    assert obstacles(wanted(classes=(*both, "\u200b")))[1:] == ("A class needs a name that can be seen.",)
    assert obstacles(wanted(a_project(classes=both), classes=both)) == ()
    assert obstacles(wanted(classes=both, used_classes=both)) == ()
    (reason,) = obstacles(wanted(labels=("Ｐ", "P"), used_classes=both, classes=both))
    assert reason.startswith("“P” looks like the label “Ｐ”")


def test_names_that_tags_use_must_be_in_the_lists() -> None:
    (reason,) = obstacles(wanted(classes=("Room",), used_classes=("Staff", "Room")))
    assert reason == "The documents use classes that are not in the list: Staff."


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Staff, Room ,, Staff", ("Staff", "Room")),
        ("Staff\n Room \n\nStaff", ("Staff", "Room")),
        ("Food, drink\nRoom", ("Food, drink", "Room")),
        (" ", ()),
    ],
)
def test_names_stand_one_a_line_or_between_commas(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize("names", [(), ("Food, drink",), ("a", "b, c")])
def test_names_written_into_a_field_are_read_back(names: tuple[str, ...]) -> None:
    assert names_in(as_text(names)) == names
