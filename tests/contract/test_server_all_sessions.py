"""The sessions of all projects that the caller may see: page by page, filtered, the most behind first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from labeling.model import ListedSession, Project, Role, Session
from labeling.server.storage.tables import sessions
from labeling.studio.all_sessions import listed, page_of
from labeling.studio.client import LabelingClient
from labeling.studio.filter import SessionFilter
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving
from tests.stores import DATABASES

NOT_LISTED = ("classes", "labels", "part", "plan", "blind")


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def names(server: Raw, **query: str) -> list[str]:
    return [session["name"] for session in server.get("/sessions", **query)["sessions"]]


def a_session(server: Raw, project: str, name: str, done: int, count: int = 4) -> str:
    """A session of so many documents, so many of them done."""
    documents = [a_document(f"Text {number}", annotated=number < done) for number in range(count)]
    return server.session(project, name=name, documents=documents)


def test_the_most_behind_come_first_and_the_finished_last_whatever_their_project(server: Raw) -> None:
    first, second = server.project(name="Hotels"), server.project(name="Phones")
    for project, name, done in (
        (first, "half", 2),
        (second, "over", 4),
        (second, "none", 0),
        (first, "one", 1),
    ):
        a_session(server, project, name, done)
    server.put(f"{second}/annotations/2", {"documents": [{"text": "Text 0", "annotated": False}]})
    server.put(f"{second}/annotations/2", {"documents": [{"text": "Text 0", "annotated": True}]})
    assert server.get(f"{second}/annotations/2")["status"] == "FINISHED"
    assert names(server) == ["none", "one", "half", "over"]


def test_a_session_says_whose_it_is_how_far_and_who_changed_it_last(server: Raw) -> None:
    project = server.project(name="Hotels")
    session = a_session(server, project, "Round one", 1)
    ann = server.person(Role.ANNOTATOR, project)
    (row,) = server.get("/sessions")["sessions"]
    plain = server.get(session)
    assert {key: row[key] for key in plain if key in row} == {
        key: value for key, value in plain.items() if key not in NOT_LISTED
    }
    assert (row["project"], row["annotated_count"]) == ("Hotels", 1)
    assert row["user"] == {"id": plain["user_id"], "email": "local@localhost", "name": None}
    assert (row["changed"], row["changed_by"]) == (None, None)
    for text in ("Text 1", "Text 2"):
        body = {"documents": [a_document(text, a_segment(0, 4, a_tag(label=None)))]}
        assert server.call("PUT", session, body, token=ann).status_code == 200
    (row,) = server.get("/sessions")["sessions"]
    newest = server.get(session + "/history")["saves"][0]
    assert (row["changed"], row["changed_by"]) == (newest["at"], {**newest["user"], "name": None})
    assert row["changed_by"]["email"] == "ann@example.org"


def test_sessions_come_page_by_page_in_one_order(server: Raw) -> None:
    project = server.project()
    for number in range(5):
        a_session(server, project, f"Round {number}", number % 2)
    every = server.get("/sessions")
    assert (every["count"], every["total"], every["has_more"], every["limit"]) == (5, 5, False, None)
    pages = [server.get("/sessions", offset=str(offset), limit="2") for offset in (0, 2, 4, 6)]
    assert [row for page in pages for row in page["sessions"]] == every["sessions"]
    said = [(page["offset"], page["count"], page["total"], page["has_more"]) for page in pages]
    assert said == [(0, 2, 5, True), (2, 2, 5, True), (4, 1, 5, False), (6, 0, 5, False)]


def test_somebody_sees_the_sessions_of_the_projects_in_which_they_have_a_role(server: Raw) -> None:
    mine, other = server.project(), server.project()
    a_session(server, mine, "Mine", 0)
    a_session(server, other, "Other", 0)
    viewer = server.person(Role.VIEWER, mine)
    seen = server.call("GET", "/sessions", token=viewer).json()
    assert ([row["name"] for row in seen["sessions"]], seen["total"]) == (["Mine"], 1)
    server.call("DELETE", mine)
    left = server.call("GET", "/sessions", token=viewer).json()
    assert (left["sessions"], left["total"], left["users"]) == ([], 0, [])
    assert names(server) == ["Other"]


def test_a_filter_on_the_server_admits_what_one_here_does_in_the_same_order(server: Raw) -> None:
    projects = [server.project("ABSA", name="Hôtels"), server.project("CLASS", name="Phones")]
    ann = server.person(Role.ANNOTATOR, projects[0])
    for at, name in enumerate(("STRASSE", "b", "A", "a 100%")):
        a_session(server, projects[at % 2], name, at)
    body = {"name": "Ann's", "documents": []}
    assert server.call("POST", projects[0] + "/annotations", body, token=ann).status_code == 201
    server.put(f"{projects[1]}/annotations/2", {"name": "c"})
    _made_a_day_apart(server)
    api = LabelingClient(server.http, server.token)
    every = _one_by_one(api)
    owner = api.who().id
    filters = [
        SessionFilter(),
        *(SessionFilter(order=order) for order in ("changed", "created", "name")),
        *(SessionFilter(search=words) for words in ("straße", " HÔTELS ", "%", "phone", "x")),
        SessionFilter(statuses=("CREATED",)),
        SessionFilter(statuses=("CREATED", "ANNOTATING"), types=("CLASS",)),
        SessionFilter(modes=("CORRECTION",)),
        SessionFilter(types=("ABSA", "no such type"), user_id=owner),
        SessionFilter(project_id=every[0].project_id, search="a"),
    ]
    for only in filters:
        there, here = api.all_sessions(only, limit=2), page_of(every, only, 0, 2)
        assert [one.key for one in there.sessions] == [one.key for one in here.sessions], only
        assert there.total == here.total, only
        assert sorted(one.id or 0 for one in there.users) == [one.id for one in here.users]
    assert {len(page_of(every, only, 0, 9).sessions) for only in filters} > {0, 1, 2, 5}


def _made_a_day_apart(server: Raw) -> None:
    """Moments are told to the second, in which a test makes all its sessions."""
    with server.store.database.writing() as connection:
        for number in range(1, 6):
            made = datetime(2026, 1, 9, tzinfo=UTC) - timedelta(days=number)
            connection.execute(update(sessions).where(sessions.c.id == number).values(created=made))


def _one_by_one(api: LabelingClient) -> list[ListedSession]:
    """All sessions as a server without the call tells of them, and when each was changed."""

    def with_change(session: Session) -> Json:
        one = api.all_sessions(SessionFilter(project_id=session.project_id), limit=9).sessions
        return {"changed": next(row.changed for row in one if row.id == session.id)}

    def of(project: Project) -> Iterator[ListedSession]:
        for row in listed(project, api.sessions(project.id)):
            yield row.model_copy(update=with_change(row))

    return [row for project in api.projects() for row in of(project)]


@pytest.mark.parametrize(
    "query", [{"sort": "progress"}, {"limit": "0"}, {"offset": "-1"}, {"user_id": "ann"}]
)
def test_a_query_in_another_form_is_refused_by_its_name(server: Raw, query: dict[str, str]) -> None:
    refused = server.call("GET", "/sessions", **query)
    assert refused.status_code == 400
    assert refused.json()["message"].startswith(next(iter(query)))
