"""The tab Agreement of Review: a figure, and the very spans behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.shell import connections
from labeling.agreement.tags import PlacedTag
from labeling.documents.reader import Reader
from labeling.draft.events import StepTaken
from labeling.draft.ruled import Ghost
from labeling.editing.table import set_done
from labeling.model import Document, NewProject, NewSession, Segment, Session, SessionChange, Tag, Type
from labeling.server.accounts import local_token
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftKey, DraftStore
from labeling.store.review_values import ReviewKey, Who
from labeling.store.synced import SyncedDraft
from labeling.studio.client import LabelingClient
from labeling.suggesting.said import verdict_on_ghost
from tests.app.browser import choose_row, named, press, press_twice, rows, shown, whole
from tests.app.conftest import APP, server_over
from tests.unit.agreement.cases import changed, random_tags, tags

Tags = tuple[PlacedTag, ...]
TEXT = "Kind staff and a small room."


def a_project(api: LabelingClient) -> int:
    return api.add_project(
        NewProject(name="Compared", type=Type.ABSA, classes=("A", "B"), labels=("P", "N"))
    ).id


def segments_of(text: str, given: Tags) -> tuple[Segment, ...]:
    return tuple(
        Segment(text=text[tag.start : tag.end], span=tag.span, tags=(Tag.of(*tag.names),)) for tag in given
    )


def sessions_of(
    api: LabelingClient, *people: Sequence[Tags | None], text: str = TEXT, done: bool = True
) -> list[Session]:
    """A session of each person over the same documents; None: that person has not got the document."""
    project = a_project(api)
    texts = [f"{text} {n}" for n in range(len(people[0]))]
    base = api.create_session(
        project, NewSession(name="All", documents=tuple(Document(text=one) for one in texts))
    )
    ids = [one.id for one in api.documents(project, base.id, limit=200).documents]
    made = []
    for name, given in zip(("Ann", "Ben", "Cleo", "Dov"), people, strict=False):
        mine = [at for at, one in enumerate(given) if one is not None]
        new = NewSession(name=name, document_ids=tuple(ids[at] for at in mine))
        session = api.create_session(project, new)
        documents = [
            Document(
                id=ids[at],
                text=texts[at],
                segments=segments_of(texts[at], given[at] or ()),
                annotated=done,
            )
            for at in mine
        ]
        api.update_session(project, session.id, SessionChange(documents=tuple(documents)))
        made.append(api.session(project, session.id))
    return made


def opened(app: AppTest, *sessions: Session, **words: str) -> AppTest:
    """The tab, opened by its link."""
    app.query_params["project"] = str(sessions[0].project_id)
    app.query_params["tab"] = "agreement"
    app.query_params["sessions"] = ",".join(str(session.id) for session in sessions)
    for name, word in words.items():
        app.query_params[name] = word
    return whole(app.switch_page("pages/review.py").run())


def ladder(app: AppTest) -> dict[str, tuple[str, int, int]]:
    return {row["step"]: (row["f1"], row["passed"], row["lost"]) for row in rows(app, "agreement-ladder")}


def spans(app: AppTest, view: str = "confusion") -> list[dict[str, Any]]:
    return rows(app, f"spans-table-{view}")


def test_two_sessions_are_compared_and_the_step_that_loses_most_is_said(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    ann = [tags("A/P 0-4", "B/N 5-10"), tags("A/P 0-4")]
    ben = [tags("A/P 0-4", "B/N 5-14"), tags("A/P 0-4")]
    sessions = sessions_of(api, ann, ben)
    opened(app, *sessions)
    assert ladder(app) == {
        "Same place": ("1.000", 3, 0),
        "Same borders": ("0.667", 2, 1),
        "And same class": ("0.667", 2, 0),
        "And same label": ("0.667", 2, 0),
    }
    assert "They find the same places (1.00) but disagree on borders: 0.67." in shown(app)
    assert "too few documents: 2, at least 10" in shown(app)
    assert "2 of 2 shared documents: those done by both of a pair." in shown(app)
    # What Ann took of suggestions is left out, until a lead wants it counted.
    [document, _] = api.documents(sessions[0].project_id, sessions[0].id).documents
    key = ReviewKey(str(sessions[0].project_id), sessions[0].lasting_name)
    ghost = Ghost(key="g", start=0, end=4, tag=("A", "P"))
    said = verdict_on_ghost(f"id:{document.id}", ghost, "taken", Who("1"))
    drafts.review("embedded").put_verdicts(key, [said])
    press(app, "review-again")
    assert "At 1 place somebody took a suggestion: it is left out." in shown(app)
    assert ladder(app)["Same borders"] == ("0.500", 1, 1)
    press(app, "agreement-suggested")
    assert ladder(app)["Same borders"] == ("0.667", 2, 1)
    assert app.query_params["suggested"] == "counted"


def test_a_click_on_a_number_opens_its_spans_and_the_address_opens_them_again(
    app: AppTest, api: LabelingClient
) -> None:
    one, other = sessions_of(api, [tags("A/P 0-4", "B/N 5-10")], [tags("A/N 0-4", "A/P 17-22")])
    opened(app, one, other)
    (table,) = [frame.key for frame in app.dataframe if (frame.key or "").startswith("agreement-confusion")]
    choose_row(app, table, 2, "0")
    (row,) = spans(app)
    assert (row["tags-0"], row["tags-1"]) == ("nothing", "A/P “small”")
    assert row["words"] == "Kind staff and a ⟦small⟧ room. 0"
    place = f"project={other.project_id}&session={other.id}"
    assert row["link"] == f"annotate?{place}&document=1&segment=17-22"
    said = dict(app.query_params)
    assert {name: said[name] for name in ("tab", "sessions", "row", "column")} == {
        "tab": "agreement",
        "sessions": f"{one.id},{other.id}",
        "row": "-",
        "column": "A",
    }
    choose_row(app, "agreement-ladder", 3, "lost")
    assert [row["tags-1"] for row in spans(app, "ladder")] == ["A/N “Kind”"]
    assert "row" not in app.query_params
    anew = AppTest.from_file(str(APP), default_timeout=30)
    anew.query_params.update(said)
    whole(anew.switch_page("pages/review.py").run())
    assert spans(anew) == [row]
    anew.button(key="close-spans-confusion").click().run()
    assert "row" not in anew.query_params


@pytest.mark.parametrize("seed", [1, 2])
def test_every_cell_of_a_random_pair_of_sessions_opens_exactly_its_number_of_spans(
    app: AppTest, api: LabelingClient, seed: int
) -> None:
    random = Random(seed)
    ann = [tuple(dict.fromkeys(random_tags(random, 20))) for _ in range(8)]
    ben = [tuple(dict.fromkeys(changed(random, given, 20))) for given in ann]
    opened(app, *sessions_of(api, ann, ben), view="confusion")
    (table,) = [frame.key for frame in app.dataframe if (frame.key or "").startswith("agreement-confusion")]
    numbers = rows(app, table)
    for at, row in enumerate(numbers):
        for column, number in row.items():
            if column != "name":
                choose_row(app, table, at, column)
                opened_ = [frame for frame in app.dataframe if (frame.key or "").startswith("spans-table")]
                assert [len(frame.value) for frame in opened_] == ([number] if number else [])


def test_each_view_opens_the_spans_behind_its_numbers(app: AppTest, api: LabelingClient) -> None:
    given: list[list[Tags | None]] = [
        [(), tags("A/P 0-4", "B/N 5-10")],
        [None, tags("A/P 0-4")],
        [None, tags("B/P 0-4", "B/N 5-10")],
    ]
    sessions = sessions_of(api, *given)
    opened(app, *sessions, view="names")
    ids = "-".join(str(session.id) for session in sessions)
    table = f"agreement-names-class-{ids}"
    b = next(at for at, row in enumerate(rows(app, table)) if row["name"] == "B")
    row = rows(app, table)[b]
    assert [row[str(session.id)] for session in sessions] == [1, 0, 2]
    for column, number in (("both", 1), ("apart", row["apart"]), (str(sessions[2].id), 2)):
        choose_row(app, table, b, column)
        assert len(spans(app, "names")) == number == rows(app, table)[b][column]
    app.get_by_key("review-view").set_value("people").run()
    people = rows(app, "agreement-people")
    assert [(row["left"], row["right"], row["documents"]) for row in people] == [
        ("Ann", "Ben", 1),
        ("Ann", "Cleo", 1),
        ("Ben", "Cleo", 1),
    ]
    choose_row(app, "agreement-people", 2, "differences")
    assert len(spans(app, "people")) == people[2]["differences"] == 2
    app.get_by_key("review-view").set_value("documents").run()
    (document,) = rows(app, "agreement-documents")
    choose_row(app, "agreement-documents", 0, "differences")
    assert len(spans(app, "documents")) == document["differences"]
    # It has one number in all rows, that of the session that is opened, whatever its number is elsewhere.
    assert document["number"] == 2
    for row in spans(app, "documents"):
        assert row["number"] == "2"
        assert f"session={sessions[0].id}&document=2" in row["link"]
    assert "a place stands here once for each pair" in shown(app)


def test_the_only_two_sessions_are_compared_until_others_or_none_are_chosen(
    app: AppTest, api: LabelingClient
) -> None:
    project = a_project(api)
    texts = (Document(text=TEXT, segments=segments_of(TEXT, tags("A/P 0-4")), annotated=True),)
    one, other = (api.create_session(project, NewSession(name=name, documents=texts)) for name in ("A", "B"))
    app.query_params["project"] = str(project)
    app.query_params["tab"] = "agreement"
    whole(app.switch_page("pages/review.py").run())
    assert "They agree in every tag." in shown(app)
    assert dict(app.query_params)["sessions"] == f"{one.id},{other.id}"
    app.multiselect(key="review-sessions-compared").set_value([]).run()
    assert "Choose two or more sessions over the same documents." in shown(app)


def test_fewer_than_two_sessions_are_said(app: AppTest, api: LabelingClient) -> None:
    one, other = sessions_of(api, [tags("A/P 0-4")], [tags("A/P 0-4")])
    opened(app, one)
    assert "Choose two or more sessions over the same documents." in shown(app)
    app.multiselect(key="review-sessions-compared").set_value([one.id, other.id]).run()
    assert "They agree in every tag." in shown(app)
    assert dict(app.query_params)["sessions"] == f"{one.id},{other.id}"
    alone = api.create_session(a_project(api), NewSession(name="Alone", documents=(Document(text=TEXT),)))
    opened(app, alone)
    assert "This project has one session." in shown(app)


def test_what_is_not_done_by_both_is_compared_only_when_that_is_asked_for(
    app: AppTest, api: LabelingClient
) -> None:
    sessions = sessions_of(api, [tags("A/P 0-4"), ()], [tags("A/P 0-4"), ()], done=False)
    opened(app, *sessions)
    assert "They share 2 documents; 0 are done by both." in shown(app)
    app.button(key="agreement-tagged").click().run()
    assert "1 of 2 shared documents: those where both of a pair tagged something." in shown(app)
    assert dict(app.query_params)["counted"] == "tagged"


def test_sessions_without_a_common_document_share_none(app: AppTest, api: LabelingClient) -> None:
    opened(app, *sessions_of(api, [tags("A/P 0-4"), None], [None, tags("A/P 0-4")]))
    assert "Ann and Ben share no document." in shown(app)
    assert not app.dataframe


def test_twelve_sessions_are_compared_pair_by_pair(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api)
    texts = [Document(text=f"{TEXT} {n}", segments=segments_of(TEXT, tags("A/P 0-4"))) for n in range(2)]
    made = [api.create_session(project, NewSession(name="Round", documents=tuple(texts))) for _ in range(12)]
    opened(app, *made, counted="shared", view="people")
    assert len(rows(app, "agreement-people")) == 66
    # The segments are the same for all, so only their names are compared.
    assert ladder(app).keys() == {"And same class", "And same label"}
    assert ladder(app)["And same label"] == ("1.000", 132, 0)
    assert len({row["left"] for row in rows(app, "agreement-people")}) == 11


def test_a_place_behind_a_number_is_settled_as_on_decide_and_taken_back(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    ann, ben = sessions_of(
        api, [tags("A/P 0-4", "B/N 5-10"), tags("B/P 17-22")], [tags("A/N 0-4", "B/P 5-10"), ()]
    )
    opened(app, ann, ben, lost="label")
    choose_row(app, "spans-table-ladder", 0)
    press(app, "settle-start")
    assert dict(app.query_params)["tab"] == "decide"
    press(app, "decide-start")
    final = next(one for one in api.sessions(ann.project_id) if one.name.endswith("decided"))
    key = ReviewKey(str(final.project_id), final.lasting_name)
    opened(app, ann, ben, lost="label")
    choose_row(app, "spans-table-ladder", 0)
    assert all(named(app.button, f"settle-{key}") for key in ("A", "B", "0", "edit"))
    # Who has it otherwise is told from here too.
    whole(app.selectbox(key="people-tell-whom-0-1").select(1).run())
    app.text_input(key="people-tell-words").input("Have a look at 3.2")
    press_twice(app, "people-tell-words-send")
    [note] = drafts.review("embedded").notes.of_project(str(ann.project_id))
    assert (note.key.session, note.span, note.posts[0].words) == (
        ben.lasting_name,
        (0, 4),
        "Have a look at 3.2",
    )
    # The next row is ticked, and the second of two clicks does not settle that.
    press_twice(app, str(named(app.button, "settle-B").key))
    decided = {one.place: one.decision for one in drafts.review("embedded").decisions(key)}
    assert ("chosen", ((0, 4, "A", "N"),)) in {(one.how, one.outcome) for one in decided.values() if one}
    assert [row["settled"] for row in spans(app, "ladder")] == ["A/N", ""]
    press(app, "undo")
    assert [row["settled"] for row in spans(app, "ladder")] == ["", ""]
    # What one has and the other has not: nothing is there.
    opened(app, ann, ben, lost="place")
    choose_row(app, "spans-table-ladder", 0)
    press(app, str(named(app.button, "settle-0").key))
    assert [row["settled"] for row in spans(app, "ladder")] == ["nothing"]
    # In a page where Decide was never open.
    said = dict(app.query_params)
    anew = AppTest.from_file(str(APP), default_timeout=30)
    anew.query_params.update(said)
    whole(anew.switch_page("pages/review.py").run())
    choose_row(anew, "spans-table-ladder", 0)
    press(anew, str(named(anew.button, "settle-edit").key))
    assert anew.button(key="decide-finished")


def told_otherwise(api: LabelingClient, session: Session, given: Tags) -> None:
    """Somebody changes the first document of a session that was done long ago."""
    [document] = api.documents(session.project_id, session.id, limit=1).documents
    changed = document.model_copy(update={"segments": segments_of(document.text, given)})
    api.update_session(session.project_id, session.id, SessionChange(documents=(changed,)))


def test_what_people_changed_after_they_were_done_makes_them_no_more_alike(
    app: AppTest, api: LabelingClient
) -> None:
    same, other = tags("A/P 0-4"), tags("A/N 0-4")
    ann, ben = sessions_of(api, [same, same], [other, same])
    told_otherwise(api, ben, same)
    opened(app, ann, ben)
    assert ladder(app)["And same label"] == ("0.500", 1, 1)
    assert "As first handed in: each document as it was first called done, from the server" in shown(app)
    assert "1 document has other tags by now." in shown(app)
    app.segmented_control(key="review-state").set_value("now").run()
    assert ladder(app)["And same label"] == ("1.000", 2, 0)
    assert "As the documents are now; 1 document had other tags when first handed in." in shown(app)
    assert dict(app.query_params)["state"] == "now"


class Plain(httpx.BaseTransport):
    """The server as one that names no abilities: its documents have no ids, and no mark says what is done."""

    def __init__(self, server: httpx.BaseTransport) -> None:
        self.server = server

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/info"):
            return httpx.Response(404, json={"message": "no such call"})
        response = self.server.handle_request(request)
        if not request.url.path.endswith("/documents"):
            return response
        said = json.loads(response.read())
        for document in said["documents"]:
            document.pop("id", None)
            document.pop("annotated", None)
        return httpx.Response(response.status_code, json=said)


@pytest.fixture
def elsewhere(
    store: Store, api: LabelingClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> LabelingClient:
    """The app is with a server that names no abilities."""
    token = local_token(store, tmp_path)
    http = httpx.Client(transport=Plain(server_over(store)), base_url="http://api")
    elsewhere = LabelingClient(http, token, pause=lambda seconds: None)
    st.cache_resource.clear()
    monkeypatch.setattr(connections, "connect", lambda token: elsewhere)
    return elsewhere


def test_without_a_history_what_was_called_done_in_this_app_is_known_as_it_was_then(
    api: LabelingClient, elsewhere: LabelingClient, drafts: DraftStore
) -> None:
    same, other = tags("A/P 0-4"), tags("A/N 0-4")
    ann, ben = sessions_of(api, [same, same], [other, same])
    session = elsewhere.session(*ben.key)
    work = SyncedDraft(drafts, DraftKey("embedded", "7", session.lasting_name), session, "w")
    [loaded, *_] = Reader(elsewhere, session).each()
    view = work.draft.view(loaded)
    assert not work.take(lambda draft: StepTaken(set_done(view, True), (view,)))
    told_otherwise(api, ben, same)
    app = opened(AppTest.from_file(str(APP), default_timeout=30), ann, ben)
    assert ladder(app)["And same label"] == ("0.500", 1, 1)
    assert "where a document was called done in this app (1 of 4); the others as they are now." in shown(app)


def test_any_studio_api_is_compared_by_its_texts_and_says_which_documents_count(
    api: LabelingClient, elsewhere: LabelingClient
) -> None:
    given = [tags("A/P 0-4"), ()], [tags("A/N 0-4"), tags("A/P 0-4")]
    sessions, finished = sessions_of(api, *given, done=False), sessions_of(api, *given)
    app = AppTest.from_file(str(APP), default_timeout=30)
    opened(app, *sessions)
    assert "This server does not say which documents are done." in shown(app)
    app.button(key="agreement-shared").click().run()
    assert ladder(app)["Same place"] == ("0.667", 1, 1)
    assert "2 of 2 shared documents: all of them, done or not." in shown(app)
    opened(app, *finished, counted="done")
    assert "how they were first handed in is not known" in shown(app)
    assert "2 of 2 shared documents: those done by both of a pair." in shown(app)
