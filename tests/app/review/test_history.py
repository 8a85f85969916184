"""The tab History: what was saved, by whom, and the way back as a step of the draft."""

from __future__ import annotations

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from labeling.model import Role, Session, SessionChange
from labeling.server.storage.store import Store
from labeling.studio.client import LabelingClient
from tests.app.browser import choose_row, press, report, rows, shown, whole
from tests.app.build import a_person, a_project, a_session, held, tagged
from tests.tab import given_to

FIRST, SECOND = "Kind staff in a small room.", "The staff smiled."


@pytest.fixture
def session(api: LabelingClient, store: Store) -> Session:
    """Two saves by Ann: tags in both documents, then one of them renamed and another taken away."""
    project = a_project(api)
    session = a_session(api, FIRST, SECOND, project=project)
    ann = a_person(api, store, Role.ANNOTATOR, project)
    saved(ann, session, tagged(FIRST, ("staff", "Staff", "POS"), ("room", "Room", "NEG")))
    saved(
        ann,
        session,
        tagged(FIRST, ("staff", "Staff", "NEG")),
        tagged(SECOND, ("staff", "Staff", "POS"), ("smiled", "Room", "POS")),
    )
    return api.session(*session.key)


def saved(api: LabelingClient, session: Session, *documents: object) -> None:
    api.update_session(*session.key, SessionChange.model_validate({"documents": documents}))


def the_tab(app: AppTest, session: Session, **words: str) -> AppTest:
    for name, value in {
        "project": session.project_id,
        "session": session.id,
        "tab": "history",
        **words,
    }.items():
        app.query_params[name] = str(value)
    return whole(app.switch_page("pages/review.py").run())


def units(api: LabelingClient, session: Session) -> list[list[tuple[object, ...]]]:
    return [[unit[2:] for unit in found] for _, found in held(api, session)]


def test_a_save_is_told_in_words_and_taken_back_whole_as_one_step(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    the_tab(app, session)
    listed = rows(app, "history-saves-")
    assert [(row["who"], row["documents"]) for row in listed] == [
        ("ann@example.org", 2),
        ("ann@example.org", 1),
    ]
    assert [row["n"] for row in listed] == [3, 2]
    assert [row["what"] for row in listed] == ["tags · 1 done", "tags · 1 done"]
    choose_row(app, f"history-saves-{session.id}", 0)
    assert app.query_params["save"] == "3"
    assert "“staff” POS → NEG · − “room” Room/NEG" in shown(app)
    assert "+ “staff” Staff/POS · + “smiled” Room/POS · done" in shown(app).replace("\\", "")
    before = units(api, session)
    press(app, "history-restore-all")
    assert units(api, session) == before, "nothing is saved yet"
    press(app, "save")
    assert units(api, session) == [[("Staff", "POS"), ("Room", "NEG")], []]
    press(app, "undo")
    press(app, "save")
    assert units(api, session) == before
    the_tab(app, session, save=5)
    assert [row["who"] for row in rows(app, "history-saves-")] == ["You", "You", *["ann@example.org"] * 2]
    assert "Save 5 by you" in shown(app)


def test_a_save_that_adds_documents_says_so(app: AppTest, api: LabelingClient, session: Session) -> None:
    saved(api, session, {"text": "One more."})
    the_tab(app, session)
    assert rows(app, "history-saves-")[0]["what"] == "documents added or gone"


def test_one_document_or_one_class_of_a_save_is_taken_back_alone(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    the_tab(app, session, save="3", **{"class": "Room"})
    assert "smiled" in shown(app)
    assert "POS → NEG" not in shown(app)
    press(app, "history-restore-all")
    press(app, "save")
    assert units(api, session) == [[("Staff", "NEG"), ("Room", "NEG")], [("Staff", "POS")]]
    first = api.documents(*session.key).documents[0].id
    whole(app.selectbox(key="review-class").set_value("any").run())
    press(app, f"history-restore-id:{first}")
    press(app, "save")
    assert units(api, session) == [[("Staff", "POS"), ("Room", "NEG")], [("Staff", "POS")]]


def test_saves_are_found_by_person_and_document_and_each_tag_tells_who_made_it(
    app: AppTest, api: LabelingClient, store: Store, session: Session
) -> None:
    a_person(api, store, Role.ANNOTATOR, session.project_id, "bob")
    second = api.documents(*session.key).documents[1].id
    the_tab(app, session)
    whole(app.number_input(key=f"history-document-{session.id}").set_value(2).run())
    assert len(rows(app, "history-saves-")) == 1
    choose_row(app, f"history-saves-{session.id}", 0)
    press(app, f"blame-{session.id}-{second}")
    [made] = [frame.value for frame in app.dataframe if "words" in frame.value]
    assert [*made["words"]] == ["“staff”", "“smiled”"]
    assert all(by.startswith("made by ann@example.org ") for by in made["by"])
    # On the text it is told where somebody points, of the tags as that save left them.
    choose_row(app, f"history-saves-{session.id}", 0)
    first = api.documents(*session.key).documents[0].id
    the_tab(app, session, save="3", document="")
    text = app.get_by_key(f"blamed-{session.id}-{first}-3").proto
    given = given_to(text)
    assert ([(tag["start"], tag["words"]) for tag in given["tags"]], given["by"]) == (
        [(5, "Staff/NEG")],
        None,
    )
    report(app, text, "json_value", {"wanted": True})
    [by] = given_to(app.get_by_key(f"blamed-{session.id}-{first}-3").proto)["by"]
    assert by.startswith("made by ann@example.org ")
    assert ", label by ann@example.org " in by
    the_tab(app, session, save="", document="2")
    bob = next(one.id for one in api.members(session.project_id) if one.email == "bob@example.org")
    whole(app.selectbox(key=f"history-person-{session.id}").set_value(str(bob)).run())
    assert "No save fits." in shown(app)


def test_a_session_nobody_saved_and_a_document_it_lacks_are_said(app: AppTest, api: LabelingClient) -> None:
    new = a_session(api, FIRST)
    the_tab(app, new)
    assert "Nothing was saved in this session yet." in shown(app)
    whole(app.number_input(key=f"history-document-{new.id}").set_value(9).run())
    assert "The session has no document 9." in shown(app)


def test_without_a_history_on_the_server_copies_are_kept_here(
    app: AppTest, api: LabelingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = api._http.send

    def without(request: httpx.Request, **more: object) -> httpx.Response:
        if request.url.path.endswith("/info"):
            return httpx.Response(200, json={"abilities": ["ids", "upsert", "annotated"]}, request=request)
        assert "/history" not in request.url.path
        return send(request, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(api._http, "send", without)
    the_tab(app, session)
    assert "keeps no history" in shown(app)
    press(app, "history-keep")
    choose_row(app, f"history-copies-{session.id}", 0)
    assert "as it was when the copy was kept" in shown(app)
    before = units(api, session)
    saved(api, session, tagged(FIRST, ("small", "Room", "NEU")))
    whole(app.run())
    assert "+ “small” Room/NEU" in shown(app).replace("\\", "")
    press(app, "history-restore-all")
    press(app, "save")
    assert units(api, session) == before
    # What is saved with this app is kept as a save, which is taken back like any other.
    saves = [row["what"] for row in rows(app, "history-copies-")]
    assert saves == ["save", "copy"]
    choose_row(app, f"history-copies-{session.id}", 0)
    assert "− “small” Room/NEU" in shown(app).replace("\\", "")
    press(app, "history-restore-all")
    press(app, "save")
    assert ("Room", "NEU") in units(api, session)[0]
