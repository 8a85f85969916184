"""The tab People of Review: each person against the others, told from chance."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.shell import connections
from labeling.agreement.tags import PlacedTag
from labeling.model import Role, Session, SessionChange
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftStore
from labeling.store.review_values import Part, PlanSession, ReviewKey, StoredPlan, Who
from labeling.studio.client import LabelingClient
from tests.app.browser import choose_row, rows, shown, whole
from tests.app.build import a_person
from tests.app.conftest import APP
from tests.app.review.test_agreement import sessions_of
from tests.app.team import Browser

THREE = tuple(PlacedTag(5 * n, 5 * n + 4, "A", "P") for n in range(3))
OTHER = tuple(tag._replace(label="N") for tag in THREE)


def opened(app: AppTest, *sessions: Session, **words: str) -> AppTest:
    app.query_params["project"] = str(sessions[0].project_id)
    app.query_params["tab"] = "people"
    app.query_params["sessions"] = ",".join(str(session.id) for session in sessions)
    for name, word in words.items():
        app.query_params[name] = word
    return whole(app.switch_page("pages/review.py").run())


def test_people_stand_by_name_with_their_bias_and_the_spans_behind_it(
    app: AppTest, api: LabelingClient
) -> None:
    sessions = sessions_of(api, [THREE] * 20, [THREE] * 20, [THREE] * 14 + [OTHER] * 6)
    opened(app, *sessions)
    people = rows(app, "people-table")
    assert [(row["name"], row["documents"], row["tags"]) for row in people] == [
        ("Ann", 20, 60),
        ("Ben", 20, 60),
        ("Cleo", 20, 60),
    ]
    assert [row["chance"] for row in people][:2] == ["within chance"] * 2
    assert [row["differences"] for row in people] == [18, 18, 36]
    (bias,) = rows(app, "people-bias")
    assert (bias["name"], bias["said"], bias["so"], bias["reverse"]) == (
        "Cleo",
        "N where others say P",
        18,
        0,
    )
    assert bias["told"] == "told from chance"
    choose_row(app, "people-bias", 0, "so")
    assert len(rows(app, "spans-table-bias")) == 18
    choose_row(app, "people-table", 2, "differences")
    assert len(rows(app, "spans-table-person")) == 36
    assert dict(app.query_params)["person"] == str(sessions[2].id)
    assert "What these figures cannot say" in shown(app)


def test_few_documents_have_spans_and_no_figure(app: AppTest, api: LabelingClient) -> None:
    opened(app, *sessions_of(api, [THREE] * 3, [OTHER] * 3))
    assert [(row["f1"], row["differences"]) for row in rows(app, "people-table")] == [("–", 9)] * 2
    assert "A figure stands on at least 20 documents and 50 tags." in shown(app)
    assert not app.get("vega_lite_chart")


def test_people_are_compared_with_decided_and_gold_documents_of_their_plan(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    given = [THREE] * 20
    ann, ben, gold = sessions_of(api, given, [THREE] * 15 + [OTHER] * 5, given)
    parts: list[tuple[Part, Session]] = [("WORK", ann), ("WORK", ben), ("GOLD", gold)]
    planned = tuple(
        PlanSession(at, Who(""), part, one.lasting_name, one.id) for at, (part, one) in enumerate(parts)
    )
    plan = StoredPlan("p", str(ann.project_id), "Round", 1, Who("1"), planned)
    drafts.review("embedded").put_plan(plan)
    opened(app, ann, ben)
    people = rows(app, "people-table")
    assert [(row["name"], row["recall"][:4], row["precision"][:4], row["answers"]) for row in people] == [
        ("Ann", "1.00", "1.00", 20),
        ("Ben", "0.75", "0.75", 20),
    ]
    choose_row(app, "people-table", 1, "recall")
    assert len(rows(app, "spans-table-person")) == 15
    assert rows(app, "spans-table-person")[0]["tags-1"].startswith("A/P")
    assert dict(app.query_params)["with"] == "answers"
    # The very span leads to a word with who tagged it.
    choose_row(app, "spans-table-person", 0)
    app.text_input(key="people-tell-words").input("Have a look at 3.2").run()
    app.button(key="people-tell-words-send").click().run()
    key = ReviewKey(str(ben.project_id), ben.lasting_name)
    [note] = drafts.review("embedded").notes.of_session(key)
    assert (note.kind, note.span, note.posts[0].words) == ("remark", (0, 4), "Have a look at 3.2")
    assert note.document.startswith("id:")


def test_each_person_has_their_own_pace_where_the_server_knows_it(app: AppTest, api: LabelingClient) -> None:
    one, other = sessions_of(api, [THREE] * 20, [THREE] * 20, done=False)
    for session, seconds in ((one, 10), (other, 20)):
        documents = api.documents(one.project_id, session.id, limit=20).documents
        timed = [
            item.model_copy(update={"annotated": True, "seconds": seconds + at})
            for at, item in enumerate(documents)
        ]
        api.update_session(one.project_id, session.id, SessionChange(documents=tuple(timed)))
    opened(app, one, other)
    assert [row["by_tag"] for row in rows(app, "people-table")] == ["6.5 (4.92–8.08)", "9.83 (8.25–11.4)"]


def test_who_does_not_lead_the_project_sees_no_figures_of_others(
    api: LabelingClient, signed_in: Callable[..., AppTest]
) -> None:
    one, other = sessions_of(api, [THREE] * 20, [OTHER] * 20)
    for role, name, sees in ((Role.ANNOTATOR, "ann", False), (Role.MANAGER, "lea", True)):
        link = {"tab": "people", "sessions": f"{one.id},{other.id}"}
        app = signed_in("review", one.project_id, role, name, **link)
        assert bool(app.dataframe) is sees
        assert ("Only who leads the project sees the figures of others." in shown(app)) is not sees


def test_each_person_sees_their_own_page(
    api: LabelingClient, store: Store, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = sessions_of(api, [THREE] * 20, [OTHER] * 20)
    a_person(api, store, Role.ANNOTATOR, one.project_id, "ann")
    [ann] = [each.id for each in api.members(one.project_id) if each.email == "ann@example.org"]
    api.hand_over(one.project_id, one.id, ann)
    monkeypatch.setattr(
        connections, "connect", partial(LabelingClient, api._http, pause=lambda seconds: None)
    )
    st.cache_resource.clear()
    for sessions in (f"{one.id},{other.id}", ""):
        app = browser.new_app()
        words = {"project": one.project_id, "tab": "people", "sessions": sessions}
        app.query_params.update({key: str(value) for key, value in words.items()})
        app = browser.at("review").sign_in(app, "ann@example.org")
        assert [row["name"] for row in rows(app, "people-table")] == ["Ann"]
        assert not app.get("vega_lite_chart")


def test_the_tab_can_be_left_out(app: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = sessions_of(api, [THREE], [THREE])
    monkeypatch.setenv("LABELING_PEOPLE_FIGURES", "off")
    st.cache_resource.clear()
    app = AppTest.from_file(str(APP), default_timeout=30)
    monkeypatch.setattr(connections, "connect", lambda token: api)
    opened(app, one, other)
    assert {"Agreement", "People"} & {tab.label for tab in app.tabs} == {"Agreement"}
    assert dict(app.query_params).get("tab") is None
