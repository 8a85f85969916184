"""What a new session lacks, and making it once."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from labeling.errors import Invalid, TimedOut, Unavailable
from labeling.model import Document, NewProject, NewSession, Project, Type
from labeling.studio.client import LabelingClient
from labeling.studio.creation import (
    LOOKS,
    PlannedSession,
    as_text,
    make_session,
    names_in,
    new_session,
    obstacles,
)
from tests.unit.build import a_document, a_segment

TEXT = "Kind staff"
NEW = NewSession(name="Round two", documents=(Document(text=TEXT),))


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


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (wanted(name=" "), "The session needs a name."),
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


def test_the_body_has_the_lists_that_the_type_has() -> None:
    label = new_session(wanted(a_project(type="LABEL"), labels=("POS",)), with_marks=True).to_json()
    assert label == {"name": "Round two", "documents": [{"text": TEXT}], "labels": ["POS"]}
    class_ = new_session(wanted(a_project(type="CLASS"), classes=("Room",)), with_marks=True).to_json()
    assert class_ == {"name": "Round two", "documents": [{"text": TEXT}], "classes": ["Room"]}


def test_done_marks_go_only_where_the_server_takes_them() -> None:
    form = wanted(documents=(a_document(TEXT, a_segment(TEXT, 0, 4), annotated=True),))
    with_marks = new_session(form, with_marks=True).to_json()["documents"][0]
    without = new_session(form, with_marks=False).to_json()["documents"][0]
    assert with_marks["annotated"] is True
    assert without == {name: value for name, value in with_marks.items() if name != "annotated"}


class Server:
    """Answers listings with the sessions it holds, and a POST as the test says."""

    def __init__(self, on_post: Callable[[Server], httpx.Response]) -> None:
        self.sessions: list[dict[str, object]] = [{"id": 1, "name": "Round two"}]
        self.posts = 0
        self.waits = 0
        self.appears_after: int | None = None
        self.on_post = on_post

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.posts += 1
            return self.on_post(self)
        return httpx.Response(200, json=self.sessions)

    def wait(self, seconds: float) -> None:
        self.waits += 1
        if self.waits == self.appears_after:
            self.sessions.append({"id": 2, "name": "Round two"})

    @property
    def api(self) -> LabelingClient:
        http = httpx.Client(transport=httpx.MockTransport(self), base_url="http://api")
        return LabelingClient(http, pause=lambda seconds: None)


def no_answer(server: Server) -> httpx.Response:
    raise httpx.ReadTimeout("slow")


def cut_off(server: Server) -> httpx.Response:
    raise httpx.RemoteProtocolError("cut")


def refused(server: Server) -> httpx.Response:
    return httpx.Response(400, json={"message": "no"})


def test_a_session_that_appears_after_a_time_out_is_taken_and_not_sent_again() -> None:
    server = Server(no_answer)
    server.appears_after = 3
    assert make_session(server.api, 1, NEW, wait=server.wait).id == 2
    assert (server.posts, server.waits) == (1, 3)


def test_an_older_session_of_the_same_name_is_not_taken_for_the_new_one() -> None:
    server = Server(no_answer)
    with pytest.raises(TimedOut):
        make_session(server.api, 1, NEW, wait=server.wait)
    assert (server.posts, server.waits) == (1, LOOKS)


def test_after_a_cut_connection_it_looks_once() -> None:
    server = Server(cut_off)
    with pytest.raises(Unavailable):
        make_session(server.api, 1, NEW, wait=server.wait)
    assert (server.posts, server.waits) == (1, 1)


def test_a_refusal_is_told_at_once() -> None:
    server = Server(refused)
    with pytest.raises(Invalid):
        make_session(server.api, 1, NEW, wait=server.wait)
    assert (server.posts, server.waits) == (1, 0)
