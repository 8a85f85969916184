"""The Sessions page before a project is picked: how far all sessions are, and who changed each last."""

from __future__ import annotations

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from components.sessions.session_reading import PAGE
from components.shell import connections
from components.shell.pickers import ALL
from labeling.model import Role, SessionChange
from labeling.server.storage.store import Store
from labeling.studio.client import LabelingClient
from tests.app.browser import choose_row, picker, press, rows, shown, whole
from tests.app.build import a_person, a_project, a_session, opened, set_status, tagged
from tests.app.conftest import Clock
from tests.contract.transport import InProcess


class OlderServer(httpx.BaseTransport):
    """The way to a server whose `/info` names no abilities, and which has no calls beyond the Studio API;
    `asked`: the paths."""

    def __init__(self, way: httpx.BaseTransport, refused: str = "") -> None:
        self._way, self._refused = way, refused
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path == "/info":
            return httpx.Response(200, json={"version": "1.58.0"})
        if request.url.path == "/sessions":
            return httpx.Response(404, json={"message": "no such call"})
        if request.url.path == self._refused:
            return httpx.Response(403, json={"message": "not yours"})
        return self._way.handle_request(request)


def older(api: LabelingClient, monkeypatch: pytest.MonkeyPatch, refused: str = "") -> OlderServer:
    """The app's server from now on."""
    assert isinstance(api._http._transport, InProcess)
    server = OlderServer(api._http._transport, refused)
    http = httpx.Client(transport=server, base_url="http://api")
    token = api._token.get_secret_value()
    client = LabelingClient(http, token, pause=lambda seconds: None)
    monkeypatch.setattr(connections, "connect", lambda token: client)
    return server


def listed(app: AppTest) -> list[str]:
    return [row["name"] for row in rows(app, "sessions")]


def test_the_sessions_of_all_projects_are_listed_the_most_behind_first(
    app: AppTest, api: LabelingClient
) -> None:
    whole(app.run())
    assert picker(app, "project").value == ALL
    every = [session for project in api.projects() for session in api.sessions(project.id)]
    assert sorted(listed(app)) == sorted(session.name for session in every)
    behind = [(row["status"] == "Finished", row["progress"]) for row in rows(app, "sessions")]
    assert behind == sorted(behind)
    assert dict(app.query_params) == {}


def test_a_row_opens_its_session_and_all_projects_can_be_gone_back_to(
    app: AppTest, api: LabelingClient
) -> None:
    whole(app.run())
    count, row = len(listed(app)), rows(app, "sessions")[3]
    choose_row(app, "sessions", 3)
    project_id, session_id = (int(app.query_params[name]) for name in ("project", "session"))
    assert api.session(project_id, session_id).name == row["name"]
    assert row["project"] in str(picker(app, "project").format_func(project_id))
    assert app.text_input(key=f"session-name-{session_id}").value == row["name"]
    assert "Only the sessions of" in shown(app)
    press(app, "narrowed-off")
    assert picker(app, "project").value == ALL
    assert len(listed(app)) == count
    assert dict(app.query_params) == {}


def test_a_row_says_who_changed_the_session_last_and_what_is_unsaved_here(
    app: AppTest, api: LabelingClient, store: Store
) -> None:
    session = a_session(api, tagged("Nice staff", ("staff", "Staff", "POS")))
    a_session(api, "Dear", project=session.project_id, name="Untouched")
    ann = a_person(api, store, Role.ANNOTATOR, session.project_id)
    document = tagged("Nice staff", ("staff", "Room", "POS"))
    ann.update_session(session.project_id, session.id, SessionChange(documents=(document,)))
    opened(app, session, "sessions")
    assert "unsaved" not in rows(app, "sessions")[0]
    app.text_input(key=f"session-name-{session.id}").set_value("Second round").run()
    app.text_input(key=f"add-classes-{session.id}").set_value("Food").run()
    said = {row["name"]: row for row in rows(app, "sessions")}
    changed = said["First round"]
    assert (changed["owner"], changed["by"], changed["unsaved"]) == ("You", "ann@example.org", 2)
    assert not isinstance(said["Untouched"]["by"], str)
    assert said["Untouched"]["done"] == "0 of 1"


def test_a_column_that_would_be_empty_does_not_stand_there(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, "Nice staff")
    opened(app, session, "sessions")
    assert not {"changed", "by", "unsaved", "project"} & rows(app, "sessions")[0].keys()


def test_the_sessions_of_somebody_are_listed_and_in_another_order(
    app: AppTest, api: LabelingClient, store: Store
) -> None:
    project = a_project(api)
    ann = a_person(api, store, Role.ANNOTATOR, project)
    for client, name in ((api, "Mine"), (ann, "Zebra"), (ann, "Ant")):
        a_session(client, "Dear", project=project, name=name)
    whole(app.run())
    whole(app.selectbox(key="session-person").set_value(ann.who().id).run())
    whole(app.selectbox(key="session-order").set_value("name").run())
    assert listed(app) == ["Ant", "Zebra"]
    assert {row["owner"] for row in rows(app, "sessions")} == {"ann@example.org"}


def test_more_sessions_than_a_page_has_are_turned_page_by_page(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api)
    for number in range(PAGE + 1):
        a_session(api, project=project, name=f"Round {number:03}")
    app.query_params["project"] = str(project)
    whole(app.run())
    assert len(listed(app)) == PAGE
    assert f"1 to {PAGE} of {PAGE + 1} sessions" in shown(app)
    (pages,) = (node for node in app.get("pagination") if str(node.key).startswith("sessions-page-"))
    whole(pages.set_value(2).run())
    assert listed(app) == [f"Round {PAGE:03}"]
    # Another list begins with its first page.
    whole(app.text_input(key="session-search").set_value("round").run())
    assert len(listed(app)) == PAGE


def test_who_is_viewer_in_one_project_sees_its_sessions_alone(
    app: AppTest, api: LabelingClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = a_session(api, "Nice staff")
    viewer = a_person(api, store, Role.VIEWER, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: viewer)
    whole(app.run())
    assert listed(app) == ["First round"]
    assert picker(app, "project").value == session.project_id
    assert "All projects" not in str(picker(app, "project").options)


def test_a_session_that_is_being_deleted_is_seen_to_be_so_and_then_is_gone(
    app: AppTest, api: LabelingClient, store: Store, clock: Clock
) -> None:
    session = a_session(api, "Nice staff", name="Going")
    whole(app.run())
    assert "Deleting" not in {row["status"] for row in rows(app, "sessions")}
    set_status(store, session, "DELETING")
    clock.pass_a_minute()
    whole(app.run())
    whole(app.run())
    (at,) = (at for at, row in enumerate(rows(app, "sessions")) if row["status"] == "Deleting")
    assert listed(app)[at] == "Going"
    assert {row["status"] for row in rows(app, "sessions")[at + 1 :]} <= {"Finished"}


# On a server without the call


def test_a_server_without_the_call_is_read_project_by_project_once(
    app: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    server = older(api, monkeypatch)
    whole(app.run())
    every = [session for project in api.projects() for session in api.sessions(project.id)]
    assert sorted(listed(app)) == sorted(session.name for session in every)
    assert "The sessions of 4 projects, as they were when read." in shown(app)
    row = rows(app, "sessions")[0]
    assert {"project", "owner", "documents", "progress"} <= row.keys()
    assert not {"done", "changed", "by"} & row.keys()
    # A filter needs no further request, and time alone no other reading.
    asked = [path for path in server.asked if path.endswith("/annotations")]
    assert len(asked) == 4
    clock.pass_a_minute()
    whole(app.multiselect(key="session-status").set_value(["Failed"]).run())
    assert listed(app) == ["Charger returns"]
    assert [path for path in server.asked if path.endswith("/annotations")] == asked
    press(app, "read-projects-again")
    assert len([path for path in server.asked if path.endswith("/annotations")]) == 8


def test_a_project_whose_sessions_are_refused_hides_none_of_the_others(
    app: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(api, monkeypatch, refused="/projects/3/annotations")
    whole(app.run())
    assert "The server does not list those of Support mail." in shown(app)
    assert {row["project"] for row in rows(app, "sessions")} == {
        project.name for project in api.projects() if project.id != 3
    }


# All of a project as one file


def test_a_manager_gets_all_of_a_project_as_one_file(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, tagged("Nice staff", ("staff", "Staff", "POS")))
    whole(app.run())
    assert not offers_export(app)
    opened(app, session, "sessions")
    assert "export-save" not in {button.key for button in app.get("download_button")}
    press(app, "export-prepare")
    assert [button.key for button in app.get("download_button")] == ["export-save"]
    assert "as the server held it when it was prepared" in shown(app)


def offers_export(app: AppTest) -> bool:
    return "export-prepare" in {button.key for button in app.button}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOTATOR])
def test_who_is_no_manager_is_offered_no_export(
    app: AppTest, api: LabelingClient, store: Store, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    session = a_session(api, "Nice staff")
    person = a_person(api, store, role, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: person)
    opened(app, session, "sessions")
    assert not offers_export(app)
