"""The page Assign: documents are dealt to people, sessions made of it, and changed as people come and go."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from labeling.model import Document, Role, Session, SessionChange
from labeling.reviewing.plan_progress import known_together
from labeling.reviewing.plans import Plan, exported, plan_of
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftStore
from labeling.store.review_values import Who
from labeling.studio.client import LabelingClient
from tests.app.browser import is_idle, press, press_twice, report, rows, shown, table, whole
from tests.app.build import a_person, a_project, a_session
from tests.app.conftest import Clock

TEXTS = tuple(f"Review {number} of the hotel" for number in range(60))


@pytest.fixture
def project(api: LabelingClient) -> int:
    project = a_project(api)
    a_session(api, *TEXTS, project=project, name="Source")
    return project


def the_page(app: AppTest, project: int) -> AppTest:
    app.query_params["project"] = str(project)
    return whole(app.switch_page("pages/assign.py").run())


def typed(app: AppTest, project: int, *names: str) -> AppTest:
    return whole(app.text_area(key=f"assign-people-typed-{project}").set_value("\n".join(names)).run())


def plans(drafts: DraftStore, project: int) -> list[Plan]:
    return [plan_of(kept) for kept in drafts.review("embedded").plans(str(project))]


def made(api: LabelingClient, project: int) -> list[Session]:
    return [one for one in api.sessions(project) if one.name != "Source"]


def choose_cell(app: AppTest, row: int, part: int) -> AppTest:
    state = {"selection": {"rows": [], "columns": [], "cells": [[row, str(part)]]}}
    return report(app, table(app, "assign-board-").proto, "string_value", state)


@pytest.fixture
def team(api: LabelingClient, store: Store, project: int, signed_in: Callable[..., AppTest]) -> AppTest:
    """The page to a manager, with Ann, Bob and Eva in the project."""
    for name in ("ann", "bob", "eva"):
        a_person(api, store, Role.ANNOTATOR, project, name)
    return signed_in("assign", project, Role.MANAGER, "lea")


def test_alone_one_deals_to_names_that_are_typed_in(
    app: AppTest, api: LabelingClient, drafts: DraftStore, project: int
) -> None:
    the_page(app, project)
    assert is_idle(app, "assign-create")
    assert "60 documents" in shown(app)
    app.text_input(key="assign-search").set_value("REVIEW 1").run()
    assert "11 documents" in shown(app)
    assert "49 left out" in shown(app)
    app.text_input(key="assign-search").set_value("").run()
    typed(app, project, "Ann", "Bob")
    [hands] = [frame.value for frame in app.dataframe if "characters" in frame.value]
    assert [*hands["documents"]] == [36, 36]
    assert "shares 12 documents" in shown(app)
    assert "±0.12" in shown(app)
    app.text_input(key="assign-name").set_value("May").run()
    press_twice(app, "assign-create")
    [plan] = plans(drafts, project)
    assert (plan.name, plan.is_carried_out) == ("May", True)
    assert [(one.name, one.document_count) for one in made(api, project)] == [
        ("May · Ann", 36),
        ("May · Bob", 36),
    ]
    board = rows(app, "assign-board-")
    assert len(board) == 60
    assert sum(row["dealt"] == "twice" for row in board) == 12
    assert {row["1"] for row in board} == {"to do", ""}
    # Nothing is left to be dealt a second time.
    app.selectbox(key=f"plan-of-{project}").set_value("").run()
    assert "There are no documents to deal." in shown(app)


def test_where_nobody_could_be_judged_the_page_says_so_and_what_would_do(app: AppTest, project: int) -> None:
    the_page(app, project)
    typed(app, project, "Ann", "Bob", "Cleo")
    assert "No pair of people can be judged: they share 4 documents at most" in shown(app)
    press(app, "assign-share-more")
    assert app.number_input(key="assign-share").value == 50
    assert "shares 10 documents" in shown(app)
    typed(app, project, "Ann", "Bob", "Cleo", "Dan", "Eve", "Fay")
    assert "at least 10 are needed" in shown(app)
    assert not any(button.key == "assign-share-more" for button in app.button)
    press(app, "assign-fix")
    assert "shares 10 documents" in shown(app)
    assert "12 pairs of 15 share fewer than 10" in shown(app)


def test_what_broke_off_goes_on_and_is_made_once(
    app: AppTest, api: LabelingClient, drafts: DraftStore, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_page(app, project)
    typed(app, project, "Ann", "Bob", "Cleo")
    send, count = api._http.send, 0

    def breaking(request: httpx.Request, **more: object) -> httpx.Response:
        nonlocal count
        count += request.method == "POST"
        if count == 2 and request.method == "POST":
            send(request, **more)  # type: ignore[arg-type]
            raise httpx.ConnectError("the line is cut")
        if count == 2:
            raise httpx.ConnectError("the line is cut")
        return send(request, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(api._http, "send", breaking)
    press(app, "assign-create")
    assert "2 sessions of 3 are not as the plan says yet." in shown(app)
    monkeypatch.setattr(api._http, "send", send)
    press(app, "assign-go-on")
    assert [one.name for one in made(api, project)] == ["Plan 1 · Ann", "Plan 1 · Bob", "Plan 1 · Cleo"]
    assert plans(drafts, project)[0].is_carried_out


def test_a_team_works_blind_and_cells_lead_to_documents(
    team: AppTest, api: LabelingClient, store: Store, drafts: DraftStore, project: int, clock: Clock
) -> None:
    app = team
    box = app.multiselect(key=f"assign-people-{project}")
    assert box.options == [f"{name}@example.org" for name in ("ann", "bob", "eva", "lea")]
    box.select("ann@example.org").select("bob@example.org").run()
    press(whole(app), "assign-create")
    [plan] = plans(drafts, project)
    first, second = made(api, project)
    assert (first.blind, first.part, first.plan) == (True, "WORK", plan.id)
    ann = a_person(api, store, Role.ANNOTATOR, project, "ann")
    assert ann.who().id == first.user_id
    assert [one.name for one in ann.sessions(project)] == ["Source", first.name]
    # Ann does her first document.
    document = ann.documents(project, first.id, limit=1).documents[0]
    changed = Document(id=document.id, text=document.text, annotated=True)
    ann.update_session(project, first.id, SessionChange(documents=(changed,)))
    clock.pass_a_minute()
    whole(app.run())
    board = rows(app, "assign-board-")
    [done] = [row for row in board if row["1"] == "done"]
    assert done["document"] == document.text
    whole(app.segmented_control(key="assign-show").set_value("Done").run())
    assert all(row["1"] != "to do" and row["2"] != "to do" for row in rows(app, "assign-board-"))
    whole(app.segmented_control(key="assign-show").set_value("Everything").run())
    # An empty cell gives the document.
    at = next(n for n, row in enumerate(board) if row["2"] == "" and row["1"] == "to do")
    choose_cell(app, at, 2)
    press(app, "assign-give")
    assert rows(app, "assign-board-")[at]["2"] == "to do"
    assert rows(app, "assign-board-")[at]["dealt"] == "twice"
    assert api.session(project, second.id).document_count == second.document_count + 1
    # A full one opens it.
    choose_cell(app, at, 2)
    press(app, "assign-open")
    assert app.query_params["session"] == str(second.id)
    assert app.query_params["document"] == str(second.document_count + 1)


def test_answers_that_others_can_open_are_taken_from_a_hidden_copy(
    team: AppTest, api: LabelingClient, project: int
) -> None:
    app, gold = team, f"assign-gold-session-{project}"
    [source] = api.sessions(project)
    whole(app.selectbox(key=gold).set_value(source.id).run())
    assert "Others can open the session “Source”" in shown(app)
    press(app, "assign-gold-hide")
    [copy] = made(api, project)
    assert app.selectbox(key=gold).value == copy.id
    assert "Others can open" not in shown(app)
    assert "delete it on the page Sessions" in shown(app)
    assert (copy.part, copy.document_count) == ("GOLD", len(TEXTS))


def test_sessions_are_handed_over_and_the_rest_of_whoever_leaves_is_dealt_again(
    team: AppTest, api: LabelingClient, store: Store, drafts: DraftStore, project: int
) -> None:
    app = team
    box = app.multiselect(key=f"assign-people-{project}")
    box.select("ann@example.org").select("bob@example.org").run()
    press(whole(app), "assign-create")
    first, second = made(api, project)
    eva = a_person(api, store, Role.ANNOTATOR, project, "eva").who().id
    whole(app.selectbox(key="assign-to-1").set_value(str(eva)).run())
    press(app, "assign-hand-1")
    assert api.session(project, first.id).user_id == eva
    assert plans(drafts, project)[0].parts[0].who.name == "eva@example.org"
    press(app, "assign-leave-2")
    [plan] = plans(drafts, project)
    assert plan.is_carried_out
    assert api.session(project, second.id).document_count == 0
    assert api.session(project, first.id).document_count == 60
    assert "bob" in shown(app)
    assert "handed over" in shown(app)
    # What is done meanwhile is seen when it is read again.
    document = api.documents(project, first.id).documents[0]
    assert document.id is not None
    assert "Read from the server at" in shown(app)
    api.mark_annotated(project, first.id, document.id)
    press(app, "assign-again")
    assert [bar.proto.text for bar in app.get("progress")] == ["1 of 60 done", "0 of 0 done"]
    # A session that somebody has is theirs when it is taken in, and nothing is dealt into it.
    bob = a_person(api, store, Role.ANNOTATOR, project, "bob")
    a_session(bob, "Of Bob alone", project=project, name="Bob's own")
    press(app, "assign-again")
    box = f"assign-take-in-{plan.id}"
    app.multiselect(key=f"{box}-sessions").select("Bob's own · bob@example.org · 1 document").run()
    press(app, f"{box}-go")
    assert plans(drafts, project)[0].part_of(3).user_id == bob.who().id
    choose_cell(app, 0, 3)
    assert "does not have document 1" in shown(app)
    assert "assign-give" not in {button.key for button in app.button}
    press(app, "assign-take-out-3")
    assert plans(drafts, project) == [plan]
    # Somebody new gets what is in no plan yet.
    a_session(api, "One more", "And one", project=project, name="Late")
    whole(app.multiselect(key=f"assign-join-{project}").select("ann@example.org").run())
    press(app, "assign-join-deal")
    [plan] = plans(drafts, project)
    assert (len(plan.work), plan.is_carried_out) == (3, True)
    assert sorted(plan.texts[one.document].characters for one in plan.work[2].documents) == [7, 8, 12]


def test_a_plan_goes_on_as_a_file_and_is_forgotten_without_its_sessions(
    app: AppTest, api: LabelingClient, drafts: DraftStore, project: int
) -> None:
    the_page(app, project)
    typed(app, project, "Ann", "Bob")
    press(app, "assign-create")
    [plan] = plans(drafts, project)
    press(app, "plan-forget")
    assert plans(drafts, project) == []
    assert len(made(api, project)) == 2
    app.get("file_uploader")[0].upload("plan.json", exported(plan), "application/json").run()
    press(app, "plan-read")
    assert plans(drafts, project) == [plan]
    assert len(rows(app, "assign-board-")) == 60


def test_whoever_is_no_manager_sees_nothing_of_it(project: int, signed_in: Callable[..., AppTest]) -> None:
    app = signed_in("assign", project, Role.ANNOTATOR, "ann")
    assert "Managers of the project say who works on what." in shown(app)
    assert not app.multiselect


def test_a_server_without_abilities_makes_sessions_one_by_one_and_is_said_to_hide_none(
    app: AppTest, api: LabelingClient, drafts: DraftStore, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = api._http.send

    def without(request: httpx.Request, **more: object) -> httpx.Response:
        if request.url.path.endswith("/info"):
            return httpx.Response(404, request=request)
        assert b"user_id" not in request.content
        return send(request, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(api._http, "send", without)
    the_page(app, project)
    assert "hides none" in shown(app)
    typed(app, project, "Ann", "Bob")
    press(app, "assign-create")
    assert [one.name for one in made(api, project)] == ["Plan 1 · Ann", "Plan 1 · Bob"]
    press(app, "assign-leave-2")
    assert [one.name for one in made(api, project)] == ["Plan 1 · Ann", "Plan 1 · Bob", "Plan 1 · Ann 2"]
    [plan] = plans(drafts, project)
    assert plan.is_carried_out
    # Others' sessions are taken into it, over some of its documents and some of their own.
    ids = [text.id for text in plan.texts]
    ivo = a_session(api, "Elsewhere", document_ids=ids[:3], project=project, name="Ivo's")
    eva = a_session(api, document_ids=ids[:2], project=project, name="Eva's")
    for session in (ivo, eva):
        api.mark_annotated(project, session.id, ids[0] or 0)  # nobody has begun in a session that is a pool
    press(app, "assign-again")
    box = f"assign-take-in-{plan.id}"
    app.multiselect(key=f"{box}-sessions").select("Ivo's · 4 documents").select("Eva's · 2 documents").run()
    whole(app.text_input(key=f"{box}-who-{ivo.id}").set_value("Ivo").run())
    press(app, f"{box}-go")
    assert "Nothing is taken in yet: say who works in “Eva's”." in shown(app)
    assert len(plans(drafts, project)[0].texts) == 60
    # What was typed is told with the press: the button need not wait for the field to be left.
    app.text_input(key=f"{box}-who-{eva.id}").set_value("Eva")
    press_twice(app, f"{box}-go")
    [more] = plans(drafts, project)
    taken = [part for part in more.parts if part.is_taken_in]
    assert [(part.who.name, part.session_id) for part in taken] == [("Ivo", ivo.id), ("Eva", eva.id)]
    assert [text.characters for text in more.texts[60:]] == [len("Elsewhere")]
    assert "61 documents of 61" in shown(app)
    assert "2 sessions taken in" in shown(app)
    first = rows(app, "assign-board-")[0]
    assert (first["4"], first["5"], first["dealt"]) == ("done", "done", "3 times")
    assert f"assign-leave-{taken[0].number}" not in {button.key for button in app.button}
    kept = drafts.review("embedded").plans(str(project))
    assert {ivo.id, eva.id} < {*known_together(kept, api.sessions(project))}
    # What is done in them is progress, what comes into them is the plan's; others' hands do not change.
    api.update_session(project, eva.id, SessionChange(documents=(Document(text="New", annotated=True),)))
    press(app, "assign-again")
    assert "2 of 3 done" in [bar.proto.text for bar in app.get("progress")]
    assert len(plans(drafts, project)[0].texts) == 62
    # One is let go: of the plan that is all.
    press_twice(app, f"assign-take-out-{taken[1].number}")
    [less] = plans(drafts, project)
    assert [part.who.name for part in less.work] == ["Ann", "Bob", "Ann", "Ivo"]
    assert api.session(project, eva.id).document_count == 3
    # From all there is, a plan can be made by which nothing is dealt.
    app.selectbox(key=f"plan-of-{project}").set_value("").run()
    app.text_input(key="assign-plan-of-sessions-name").set_value("By hand").run()
    app.multiselect(key="assign-plan-of-sessions-sessions").select("Eva's · 3 documents").run()
    app.text_input(key=f"assign-plan-of-sessions-who-{eva.id}").set_value("Eva").run()
    press_twice(app, "assign-plan-of-sessions-go")
    _, hand = plans(drafts, project)
    assert (hand.name, len(hand.texts), [part.who for part in hand.parts]) == ("By hand", 3, [Who("", "Eva")])
    assert "3 documents · 1 session taken in" in shown(app)
