"""The classes and labels of a project one by one: added, changed, deleted, and a rename that all follow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from labeling.model import Role
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving, units
from tests.stores import DATABASES

TEXT = "The bed was soft"
TAGGED = a_document(TEXT, a_segment(4, 7, a_tag()), a_segment(12, 16, a_tag("Staff")))


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def names(server: Raw, project: str, kind: str = "classes") -> dict[str, str]:
    """The path of each class or label by its name, in their order."""
    return {item["name"]: f"{project}/{kind}/{item['id']}" for item in server.get(f"{project}/{kind}")}


def test_a_class_is_added_read_changed_and_deleted(server: Raw) -> None:
    project = server.project()
    made = server.post(project + "/classes", {"name": "Price", "example": "too dear"})
    assert made == {"id": made["id"], "name": "Price", "example": "too dear", "description": None}
    path = names(server, project)["Price"]
    assert server.get(path) == made
    changed = server.put(path, {"description": "What it costs"})
    assert changed == {**made, "description": "What it costs"}
    assert list(names(server, project)) == server.get(project)["classes"] == ["Comfort", "Staff", "Price"]
    gone = server.call("DELETE", path, {})
    assert (gone.status_code, gone.content) == (204, b"")
    assert server.call("GET", path).status_code == 404
    assert list(names(server, project)) == ["Comfort", "Staff"]


def test_a_label_is_added_read_changed_and_deleted(server: Raw) -> None:
    project = server.project("CLASSLABEL", labels=["good"])
    made = server.post(project + "/labels", {"name": "bad"})
    path = names(server, project, "labels")["bad"]
    assert server.get(path) == made == {"id": made["id"], "name": "bad"}
    assert server.put(path, {"name": "poor"})["name"] == "poor"
    assert server.call("DELETE", path).status_code == 204
    assert server.get(project)["labels"] == ["good"]


def test_the_labels_of_an_absa_project_are_fixed(server: Raw) -> None:
    project = server.project()
    path = names(server, project, "labels")["POS"]
    for method, where in (("POST", project + "/labels"), ("PUT", path), ("DELETE", path)):
        assert "ABSA" in server.refused(where, {"name": "MIXED"}, method)
    assert server.get(project)["labels"] == ["POS", "NEG", "NEU"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "name"),
        ({"name": " "}, "blank"),
        ({"name": "Staff"}, "already"),
        ({"name": "x" * 201}, "200"),
        ({"name": "New", "description": "x" * 10_001}, "10000"),
    ],
)
def test_a_class_that_cannot_be_is_refused(server: Raw, body: Json, words: str) -> None:
    project = server.project()
    assert words in server.refused(project + "/classes", body, "POST")
    assert server.get(project)["classes"] == ["Comfort", "Staff"]


def test_a_rename_goes_into_every_session_and_tag_as_one_save_of_each(server: Raw) -> None:
    project = server.project()
    first, second = (server.session(project, documents=[TAGGED, a_document("Two")]) for _ in range(2))
    without = server.session(project, classes=["Staff"], documents=[])
    before = server.get(without)
    changed = server.put(names(server, project)["Comfort"], {"name": "Ease"})
    assert changed["name"] == "Ease"
    assert server.get(project)["classes"] == ["Ease", "Staff"]
    for session in (first, second):
        facts = server.get(session)
        assert facts["classes"] == ["Ease", "Staff"]
        # Nobody worked on it.
        assert (facts["status"], facts["progress"]) == ("CREATED", 0)
        assert units(server.documents(session)[0]) == [(4, 7, "Ease", "POS"), (12, 16, "Staff", "POS")]
        (save,) = server.get(session + "/history")["saves"]
        assert (save["documents"], save["renamed"], save["replaced"]) == (1, 1, ["classes"])
    assert server.get(without) == before


def test_a_label_is_renamed_in_tags_as_well(server: Raw) -> None:
    project = server.project("CLASSLABEL", labels=["POS", "NEG"])
    session = server.session(project, documents=[TAGGED])
    server.put(names(server, project, "labels")["POS"], {"name": "good"})
    assert units(server.documents(session)[0]) == [(4, 7, "Comfort", "good"), (12, 16, "Staff", "good")]


def test_a_rename_that_would_meet_another_name_is_refused_and_says_where(server: Raw) -> None:
    project = server.project()
    server.session(project, name="Calm", classes=["Comfort"], documents=[])
    meets = server.session(
        project, name="Both", classes=["Comfort", "Ease"], documents=[TAGGED | {"segments": []}]
    )
    path = names(server, project)["Comfort"]
    message = server.refused(path, {"name": "Ease"})
    assert "“Both”" in message
    assert "“Calm”" not in message
    assert "already" in server.refused(path, {"name": "Staff"})
    assert server.get(meets)["classes"] == ["Comfort", "Ease"]
    assert server.get(project)["classes"] == ["Comfort", "Staff"]


def test_a_class_that_a_session_has_is_not_deleted(server: Raw) -> None:
    project = server.project()
    for number in range(5):
        server.session(project, name=f"Round {number}", documents=[])
    path = names(server, project)["Comfort"]
    message = server.refused(path, {}, "DELETE")
    assert "“Round 0”" in message
    assert "2 others" in message
    assert server.get(path)["name"] == "Comfort"


def test_who_insists_on_a_state_learns_of_a_rename(server: Raw) -> None:
    project = server.project()
    session = server.session(project, documents=[TAGGED])
    tag = server.call("GET", session).headers["ETag"]
    server.put(names(server, project)["Comfort"], {"name": "Ease"})
    late = server.call("PUT", session, {"name": "Late"}, headers={"If-Match": tag})
    assert late.status_code == 412


def test_what_tags_say_is_listed_once_each_and_with_whole_objects_when_asked(server: Raw) -> None:
    project = server.project()
    server.session(project, documents=[TAGGED, a_document("Two", a_segment(0, 3, a_tag()))])
    assert server.get(project + "/tags") == {
        "count": 2,
        "limit": None,
        "offset": 0,
        "total": 2,
        "tags": [{"class": "Comfort", "label": "POS"}, {"class": "Staff", "label": "POS"}],
    }
    page = server.get(project + "/tags", classes="True", labels="False", offset="1", limit="1")
    (tag,) = page["tags"]
    assert (tag["class"]["name"], tag["label"], page["total"]) == ("Staff", "POS", 2)
    assert tag["class"]["id"] == int(names(server, project)["Staff"].rsplit("/", 1)[1])


def test_a_project_gets_another_name_and_says_who_is_in_it(server: Raw) -> None:
    project = server.project()
    server.person(Role.ANNOTATOR, project)
    assert server.put(project, {"name": "Inns", "type": "CLASS"})["name"] == "Inns"
    assert server.put(project, {})["type"] == "ABSA"
    assert server.get(project)["name"] == "Inns"
    (ann,) = server.get(project + "/permissions")
    assert (ann["role"], ann["model"]) == ("ANNOTATOR", "project")
