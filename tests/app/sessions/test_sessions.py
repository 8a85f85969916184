"""The Sessions page: find a session, see its facts, edit its name and its lists, add documents."""

from __future__ import annotations

from threading import Event

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from components.sessions.names_form import NOWHERE
from components.shell import connections
from components.shell.pickers import ALL
from labeling.model import Role, Session, Type
from labeling.server.storage.store import Store
from labeling.server.worker import Worker
from labeling.studio.client import LabelingClient
from tests.app.browser import (
    choose_row,
    is_idle,
    named,
    picker,
    press,
    press_twice,
    report,
    rows,
    shown,
    table,
    whole,
)
from tests.app.build import a_person, a_project, a_session, held, opened, set_status, tagged
from tests.app.conftest import session_named
from tests.contract.other_server import PROJECT, SESSION, TOKEN, OtherServer
from tests.contract.transport import InProcess

HOTELS, PRODUCTS, MAIL = 1, 2, 3


@pytest.fixture
def page(app: AppTest) -> AppTest:
    return whole(app.switch_page("pages/sessions.py").run())


def listed(app: AppTest) -> list[str]:
    """The names of the sessions in the table."""
    return [row["name"] for row in rows(app, "sessions")]


def names(app: AppTest, field: str, session: Session) -> list[str]:
    return [row["name"] for row in rows(app, f"{field}-{session.id}")]


def choose(app: AppTest, field: str, session: Session, name: str) -> AppTest:
    return choose_row(app, f"{field}-{session.id}", names(app, field, session).index(name))


def type_into(app: AppTest, key: str, text: str) -> AppTest:
    return whole(app.text_input(key=key).set_value(text).run())


def saved(app: AppTest, api: LabelingClient, session: Session) -> Session:
    """The session as the server holds it after a press on Save that was proved."""
    press(app, "save")
    assert "The server holds exactly what you saved." in shown(app)
    assert is_idle(app, "save")
    return api.session(session.project_id, session.id)


# To find a session


def test_a_project_is_picked_and_its_sessions_are_listed(page: AppTest, api: LabelingClient) -> None:
    picker(page, "project").set_value(MAIL).run()
    assert sorted(listed(page)) == sorted(s.name for s in api.sessions(MAIL))
    assert "Choose a session" in shown(page)
    assert dict(page.query_params) == {"project": str(MAIL)}


def test_a_row_says_what_the_server_says_of_the_session(page: AppTest, api: LabelingClient) -> None:
    picker(page, "project").set_value(HOTELS).run()
    session = api.sessions(HOTELS)[0]
    row = rows(page, "sessions")[listed(page).index(session.name)]
    said = (row["status"], row["progress"], row["done"], row["mode"], row["type"], row["owner"])
    assert said == ("Annotating", session.progress, "13 of 30", "Annotation", "ABSA", "You")


@pytest.mark.parametrize("column", ["", "status"])
def test_a_session_is_picked_by_its_row(page: AppTest, api: LabelingClient, column: str) -> None:
    session = api.sessions(HOTELS)[2]
    choose_row(page, "sessions", listed(page).index(session.name), column)
    assert page.text_input(key=f"session-name-{session.id}").value == session.name
    assert page.query_params["session"] == str(session.id)
    assert session.description in shown(page)
    press(page, "open-annotate")
    assert picker(page, "session").value == session.id


def test_the_link_opens_its_session(app: AppTest, api: LabelingClient) -> None:
    project, number = session_named(api, "Headphones, second round")
    opened(app, api.session(project, number), "sessions")
    assert picker(app, "project").value == project
    assert app.text_input(key=f"session-name-{number}").value == "Headphones, second round"


def test_sessions_are_filtered_by_text_status_and_mode(page: AppTest) -> None:
    picker(page, "project").set_value(PRODUCTS).run()
    page.multiselect(key="session-mode").set_value(["Correction"]).run()
    assert listed(page) == ["Charger returns", "Headphones, second round"]
    page.multiselect(key="session-status").set_value(["Failed", "Annotating"]).run()
    assert listed(page) == ["Charger returns"]
    type_into(page, "session-search", "no such name")
    assert "No session fits the filter." in shown(page)
    page.multiselect(key="session-mode").set_value([]).run()
    type_into(page, "session-search", " lETTers ")
    assert listed(page) == ["Letters with problems"]


def test_a_filter_that_no_session_of_another_project_fits_says_so_and_is_taken_off(page: AppTest) -> None:
    picker(page, "project").set_value(PRODUCTS).run()
    page.multiselect(key="session-status").set_value(["Failed"]).run()
    whole(picker(page, "project").set_value(MAIL).run())
    assert "No session fits the filter." in shown(page)
    press(page, "session-filter-off")
    assert len(listed(page)) == 3


def test_a_picked_session_stays_picked_when_the_filter_hides_its_row(
    page: AppTest, api: LabelingClient
) -> None:
    session = api.sessions(HOTELS)[0]
    choose_row(page, "sessions", listed(page).index(session.name))
    type_into(page, "session-search", "breakfast")
    assert listed(page) == ["Breakfast, corrected"]
    assert page.text_input(key=f"session-name-{session.id}").value == session.name


def test_the_facts_of_a_session_are_shown(app: AppTest, api: LabelingClient) -> None:
    project, number = session_named(api, "Guest letters, summer")
    session = api.session(project, number)
    opened(app, session, "sessions")
    assert session.created is not None
    for fact in ("Type: ABSA", "Mode: Annotation", f"Created: {session.created:%Y-%m-%d}", f"Id: {number}"):
        assert fact in shown(app)
    assert app.get("progress")[0].proto.text == "43.3 % of 30 documents"
    assert "Annotating" in shown(app)


def test_a_failed_session_gives_the_reason(app: AppTest, api: LabelingClient) -> None:
    project, number = session_named(api, "Charger returns")
    opened(app, api.session(project, number), "sessions")
    (error,) = app.error
    assert error.value.startswith("This session failed: Predicting stopped before the first document")


def test_wrong_numbers_in_the_link_give_a_sentence(app: AppTest) -> None:
    app.query_params.update(project="999", session="7")
    whole(app.run())
    assert "Project 999 does not exist, or you have no role in it." in shown(app)
    assert picker(app, "project").value == ALL


def test_a_session_of_another_project_is_not_opened_by_the_link(app: AppTest) -> None:
    app.query_params.update(project=str(MAIL), session="1")
    whole(app.run())
    assert "Session 1 does not exist in the project “Support mail”." in shown(app)
    assert len(rows(app, "sessions")) == 3


def test_a_link_that_holds_words_instead_of_numbers_gives_a_sentence(app: AppTest) -> None:
    app.query_params.update(project=str(MAIL), session="first")
    whole(app.run())
    assert "something that is not a number from 1 up; it was left out." in shown(app)
    assert picker(app, "project").value == MAIL


def test_a_project_without_sessions_says_so(app: AppTest, api: LabelingClient) -> None:
    app.query_params["project"] = str(a_project(api))
    whole(app.run())
    assert "has no sessions yet" in shown(app)


def test_somebody_without_a_project_is_told_how_to_get_one(
    app: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "projects", lambda: ())
    whole(app.run())
    assert "There is no project yet." in shown(app)
    # A page that ends early is brought back after an outage like any other.
    assert "reconnection" in {node.key for node in app.get("bidi_component")}


# Name, classes and labels


def test_a_session_is_renamed(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, "Nice staff")
    opened(app, session, "sessions")
    type_into(app, f"session-name-{session.id}", "  Second round ")
    assert "Session name: First round → Second round" in shown(app)
    assert saved(app, api, session).name == "Second round"
    assert [row["name"] for row in rows(app, "sessions")] == ["Second round"]


def test_a_session_keeps_its_name_rather_than_have_none_or_one_that_is_too_long(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_session(api, "Nice staff")
    opened(app, session, "sessions")
    type_into(app, f"session-name-{session.id}", "  ")
    assert "A session needs a name." in shown(app)
    assert app.text_input(key=f"session-name-{session.id}").value == "First round"
    assert is_idle(app, "save")
    type_into(app, f"session-name-{session.id}", "x" * 300)
    assert "and this one 300: shorten it by 100." in shown(app)
    assert app.text_input(key=f"session-name-{session.id}").value == "x" * 300, "it can be shortened"
    assert is_idle(app, "save")
    type_into(app, f"session-name-{session.id}", "x" * 200)
    assert "shorten it" not in shown(app)


def test_a_class_is_added_and_saved(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, "Nice staff")
    opened(app, session, "sessions")
    type_into(app, f"add-classes-{session.id}", " Food ")
    assert names(app, "classes", session) == ["Staff", "Room", "Food"]
    assert app.text_input(key=f"add-classes-{session.id}").value == ""
    assert "Classes: + Food" in shown(app)
    assert saved(app, api, session).classes == ("Staff", "Room", "Food")


def test_a_class_that_is_there_is_not_added_twice(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, "Nice staff")
    opened(app, session, "sessions")
    type_into(app, f"add-classes-{session.id}", "Room")
    assert "There is a class “Room” already." in shown(app)
    assert names(app, "classes", session) == ["Staff", "Room"]


def test_a_class_moves_up_and_down(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api, Type.CLASSLABEL, classes=("A", "B", "C"))
    session = a_session(api, "Nice staff", project=project)
    opened(app, session, "sessions")
    assert is_idle(app, f"Up-classes-{session.id}")
    choose(app, "classes", session, "B")
    press(app, f"Up-classes-{session.id}")
    assert names(app, "classes", session) == ["B", "A", "C"]
    press(app, f"Down-classes-{session.id}")
    press(app, f"Down-classes-{session.id}")
    assert names(app, "classes", session) == ["A", "C", "B"]
    assert "Classes: another order" in shown(app)
    assert saved(app, api, session).classes == ("A", "C", "B")


def ask(app: AppTest, doing: str, field: str, session: Session, name: str) -> None:
    """Choose a name, and ask to rename or to remove it."""
    choose(app, field, session, name)
    press(app, f"{doing}-{field}-{session.id}")


def rename(app: AppTest, field: str, session: Session, name: str, new: str) -> None:
    """Type the new name and press the button at once: no run of the page comes between."""
    app.text_input(key=f"new-name-{field}-{session.id}-{name}").set_value(new)
    press(app, f"do-{field}-{session.id}")


def test_an_unused_class_is_renamed_and_keeps_its_place(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, tagged("Nice staff", ("staff", "Staff", "POS")), classes=("Room", "Staff"))
    opened(app, session, "sessions")
    ask(app, "rename", "classes", session, "Room")
    assert "**Rename the class Room**, used in 0 documents" in shown(app)
    press(app, f"do-classes-{session.id}")
    assert "It is called “Room” already." in shown(app)
    assert is_idle(app, "save")
    rename(app, "classes", session, "Room", "Rooms")
    assert names(app, "classes", session) == ["Rooms", "Staff"]
    assert saved(app, api, session).classes == ("Rooms", "Staff")


def test_an_unused_class_is_removed(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, tagged("Nice staff", ("staff", "Staff", "POS")))
    opened(app, session, "sessions")
    ask(app, "remove", "classes", session, "Room")
    press(app, f"do-classes-{session.id}")
    assert names(app, "classes", session) == ["Staff"]
    assert saved(app, api, session).classes == ("Staff",)


def three_with_staff(api: LabelingClient) -> Session:
    documents = [
        tagged(f"Nice staff {n}", ("staff", "Staff", "POS"), ("Nice", "Room", "NEG")) for n in range(3)
    ]
    return a_session(api, *documents, "Nothing to say")


def test_a_class_in_use_is_renamed_with_its_tags_in_every_document(app: AppTest, api: LabelingClient) -> None:
    session = three_with_staff(api)
    opened(app, session, "sessions")
    ask(app, "rename", "classes", session, "Staff")
    assert "**Rename the class Staff**, used in 3 documents" in shown(app)
    rename(app, "classes", session, "Staff", "People")
    assert names(app, "classes", session) == ["People", "Room"]
    assert "class Staff → People" in shown(app)
    assert held(api, session)[0][1] == [(5, 10, "Staff", "POS"), (0, 4, "Room", "NEG")]
    assert saved(app, api, session).classes == ("People", "Room")
    assert [segments[0][2] for _, segments in held(api, session)[:3]] == ["People"] * 3
    press(app, "undo")
    assert names(app, "classes", session) == ["Staff", "Room"]
    assert saved(app, api, session).classes == ("Staff", "Room")
    assert [segments[0][2] for _, segments in held(api, session)[:3]] == ["Staff"] * 3


def test_a_class_renamed_to_one_that_is_there_is_a_merge_and_is_said_so(
    app: AppTest, api: LabelingClient
) -> None:
    session = three_with_staff(api)
    opened(app, session, "sessions")
    ask(app, "rename", "classes", session, "Staff")
    rename(app, "classes", session, "Staff", "Room")
    assert "There is “Room” already: the two become one." in shown(app)
    assert is_idle(app, "save")
    assert app.button(key=f"merge-classes-{session.id}").label == "Merge into Room"
    press(app, f"merge-classes-{session.id}")
    assert saved(app, api, session).classes == ("Room",)
    assert held(api, session)[0][1] == [(5, 10, "Room", "POS"), (0, 4, "Room", "NEG")]


@pytest.mark.parametrize(
    ("to", "left"),
    [
        ("Room", [(5, 10, "Room", "POS"), (0, 4, "Room", "NEG")]),
        (NOWHERE, [(5, 10, None, None), (0, 4, "Room", "NEG")]),
    ],
)
def test_removing_a_class_in_use_asks_where_its_tags_go(
    app: AppTest, api: LabelingClient, to: str, left: list[tuple[object, ...]]
) -> None:
    session = three_with_staff(api)
    opened(app, session, "sessions")
    ask(app, "remove", "classes", session, "Staff")
    assert "**Remove the class Staff**, used in 3 documents" in shown(app)
    assert is_idle(app, f"do-classes-{session.id}")
    question = app.selectbox(key=f"to-classes-{session.id}-Staff")
    assert question.options == ["Room", NOWHERE]
    whole(question.set_value(to).run())
    press(app, f"do-classes-{session.id}")
    assert saved(app, api, session).classes == ("Room",)
    assert held(api, session)[0][1] == left


def test_what_is_asked_about_a_class_can_be_left(app: AppTest, api: LabelingClient) -> None:
    session = three_with_staff(api)
    opened(app, session, "sessions")
    ask(app, "remove", "classes", session, "Staff")
    press(app, f"cancel-classes-{session.id}")
    assert "used in 3 documents" not in shown(app)
    assert is_idle(app, "save")


def test_uses_are_counted_on_a_server_that_cannot_filter(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tagged("Nice staff", ("staff", "Staff", "POS")).to_json()
    other = OtherServer("replace", [document, {"text": "Dear"}])
    http = httpx.Client(transport=InProcess(other.app), base_url="http://other")
    monkeypatch.setattr(connections, "connect", lambda token: LabelingClient(http, TOKEN))
    app.query_params.update(project=str(PROJECT), session=str(SESSION))
    whole(app.run())
    for row, count in ((0, "1 document"), (1, "0 documents")):
        choose_row(app, f"classes-{SESSION}", row)
        press(app, f"remove-classes-{SESSION}")
        assert f", used in {count}" in shown(app)
    press(app, f"do-classes-{SESSION}")
    assert [row["name"] for row in rows(app, f"classes-{SESSION}")] == ["Staff"]
    press(app, "save")
    assert other.puts == [{"classes": ["Staff"]}]


def test_the_labels_of_a_session_are_edited_like_its_classes(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api, Type.LABEL, classes=(), labels=("Sport", "Weather"))
    session = a_session(api, tagged("Storm ahead", ("Storm", "", "Weather")), project=project)
    opened(app, session, "sessions")
    assert not [frame for frame in app.dataframe if frame.key == f"classes-{session.id}"]
    type_into(app, f"add-labels-{session.id}", "Local")
    ask(app, "remove", "labels", session, "Sport")
    press(app, f"do-labels-{session.id}")
    ask(app, "rename", "labels", session, "Weather")
    assert "**Rename the label Weather**, used in 1 document" in shown(app)
    rename(app, "labels", session, "Weather", "Storms")
    assert saved(app, api, session).labels == ("Storms", "Local")
    assert held(api, session)[0][1] == [(0, 5, None, "Storms")]


def test_an_absa_session_takes_its_labels_from_the_project_only(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, "Nice staff", labels=("POS",))
    opened(app, session, "sessions")
    field = app.selectbox(key=f"add-labels-{session.id}")
    assert field.options == ["NEG", "NEU"]
    assert f"add-labels-{session.id}" not in [box.key for box in app.text_input]
    whole(field.set_value("NEU").run())
    assert names(app, "labels", session) == ["POS", "NEU"]
    assert saved(app, api, session).labels == ("POS", "NEU")


def test_edits_of_a_session_are_undone_and_redone(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, "Nice staff")
    opened(app, session, "sessions")
    type_into(app, f"session-name-{session.id}", "Second round")
    type_into(app, f"add-classes-{session.id}", "Food")
    press(app, "undo")
    assert names(app, "classes", session) == ["Staff", "Room"]
    press(app, "undo")
    assert named(app.text_input, f"session-name-{session.id}").value == "First round"
    assert is_idle(app, "save")
    press(app, "redo")
    press(app, "redo")
    after = saved(app, api, session)
    assert (after.name, after.classes) == ("Second round", ("Staff", "Room", "Food"))


def test_edits_of_two_sessions_are_kept_apart(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api)
    first, second = (a_session(api, "Nice", project=project, name=name) for name in ("One", "Two"))
    opened(app, first, "sessions")
    type_into(app, f"session-name-{first.id}", "One more")
    listed = [row["name"] for row in rows(app, "sessions")]
    choose_row(app, "sessions", listed.index("Two"))
    assert app.text_input(key=f"session-name-{second.id}").value == "Two"
    assert is_idle(app, "save")
    choose_row(app, "sessions", listed.index("One"))
    assert saved(app, api, first).name == "One more"
    assert api.session(project, second.id).name == "Two"


# Documents


def test_pasted_texts_are_added_with_save(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, "Nice staff")
    opened(app, session, "sessions")
    app.text_area(key="pasted-documents").set_value("Small room 👍\n\n  Dear   \nSmall room 👍").run()
    press_twice(app, "pasted-documents-add")
    assert not app.warning
    assert "to be added with the next Save." in shown(app)
    assert named(app.text_area, "pasted-documents").value == ""
    assert [text for text, _ in held(api, session)] == ["Nice staff"]
    saved(app, api, session)
    assert [text for text, _ in held(api, session)] == [
        "Nice staff",
        "Small room 👍",
        "Dear",
        "Small room 👍",
    ]
    assert "to be added with the next Save." not in shown(app)


def test_a_pasted_text_that_is_in_the_session_is_not_doubled(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, tagged("Nice staff", ("staff", "Staff", "POS")))
    opened(app, session, "sessions")
    app.text_area(key="pasted-documents").set_value("Nice staff").run()
    press(app, "pasted-documents-add")
    press(app, "save")
    assert held(api, session) == [("Nice staff", [(5, 10, "Staff", "POS")])]
    assert "Added documents that were in the session already: 1." in shown(app)


def test_nothing_pasted_adds_nothing_and_says_so(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_session(api, "Nice staff"), "sessions")
    app.text_area(key="pasted-documents").set_value(" \n ").run()
    press(app, "pasted-documents-add")
    assert "Paste at least one line of text first." in shown(app)
    assert is_idle(app, "save")


def test_documents_of_the_project_are_added_with_save(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api)
    a_session(api, "Kind staff", "Small room", "Dear", project=project)
    session = a_session(api, "Nice staff", project=project, name="Second")
    opened(app, session, "sessions")
    assert is_idle(app, "add-existing")
    type_into(app, "project-search", "R")
    found = rows(app, "project-documents-")
    wanted = [at for at, row in enumerate(found) if row["text"] in ("Small room", "Dear")]
    ticked = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    report(app, table(app, "project-documents-").proto, "string_value", ticked)
    assert app.button(key="add-existing").label == "Add 2 documents"
    press(app, "add-existing")
    saved(app, api, session)
    assert [text for text, _ in held(api, session)] == ["Nice staff", "Small room", "Dear"]


# Who may only look


def assert_read_only(app: AppTest, session: Session) -> None:
    assert app.text_input(key=f"session-name-{session.id}").disabled
    assert app.text_input(key=f"add-classes-{session.id}").disabled
    assert app.text_area(key="pasted-documents").disabled
    for key in (
        "save",
        "undo",
        "redo",
        "pasted-documents-add",
        "add-existing",
        f"remove-classes-{session.id}",
    ):
        assert is_idle(app, key)


def test_a_viewer_sees_everything_read_only_and_why(
    app: AppTest, api: LabelingClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = a_session(api, tagged("Nice staff", ("staff", "Staff", "POS")))
    viewer = a_person(api, store, Role.VIEWER, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: viewer)
    opened(app, session, "sessions")
    assert "You are a viewer in this project" in shown(app)
    choose(app, "classes", session, "Staff")
    assert_read_only(app, session)
    assert not is_idle(app, "open-annotate")


@pytest.mark.parametrize(
    ("status", "doing"),
    [("SAMPLING", "choosing documents"), ("PREDICTING", "predicting tags"), ("DELETING", "being deleted")],
)
def test_a_busy_session_is_read_only_and_says_why(
    app: AppTest, api: LabelingClient, store: Store, status: str, doing: str
) -> None:
    session = a_session(api, "Nice staff")
    set_status(store, session, status)
    opened(app, session, "sessions")
    assert f"This session is {doing} right now." in shown(app)
    assert rows(app, "sessions")[0]["status"] == status.capitalize()
    assert_read_only(app, session)


def test_a_session_is_deleted_after_a_question_and_its_draft_stays(
    app: AppTest, api: LabelingClient, store: Store
) -> None:
    session = a_session(api, tagged("Nice staff", ("staff", "Staff", "POS")))
    opened(app, session, "sessions")
    type_into(app, f"add-classes-{session.id}", "Price")
    assert "The documents themselves stay in the project" in shown(app)
    press(app, f"delete-{session.project_id}-{session.id}")
    assert f"“{session.name}” is deleted" in shown(app)
    rowed = {row["name"]: row["status"] for row in rows(app, "sessions")}
    assert rowed[session.name] == "Deleting"
    assert Worker(store, Event()).work_once()
    answers = app.session_state["ui"].answers
    answers.known = {name: (when - 10, said) for name, (when, said) in answers.known.items()}  # seconds later
    whole(app.run())
    assert "This project has no sessions yet" in shown(app)
    assert "Unsaved drafts (1)" in [box.label for box in app.expander]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOTATOR])
def test_who_may_not_delete_a_session_is_not_offered_it(
    app: AppTest, api: LabelingClient, store: Store, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    session = a_session(api, "Nice staff")
    person = a_person(api, store, role, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: person)
    opened(app, session, "sessions")
    assert "Delete it for good" not in {button.label for button in app.button}


def test_a_deletion_that_is_refused_is_told_and_nothing_is_gone(
    app: AppTest, api: LabelingClient, store: Store
) -> None:
    session = a_session(api, "Nice staff")
    opened(app, session, "sessions")
    set_status(store, session, "PREDICTING")
    press(app, f"delete-{session.project_id}-{session.id}")
    assert "PREDICTING" in shown(app)
    assert api.session(session.project_id, session.id).status == "PREDICTING"
