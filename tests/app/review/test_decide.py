"""The tab Decide, and what comes of it: the final version, what the annotators are told, what they change."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from components.review import decide_choose, decide_note
from components.shell import connections
from labeling.errors import NotKept, Unavailable
from labeling.model import Document, Role, Session, SessionChange
from labeling.reviewing.review_file import review_file
from labeling.server.accounts import local_token
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftStore, open_drafts
from labeling.store.review_notes import ReviewNotes
from labeling.store.review_values import ReviewKey
from labeling.studio.client import LabelingClient
from tests.app.browser import (
    as_held,
    late,
    listed_documents,
    press,
    press_twice,
    report,
    show_tab,
    shown,
    tag_on_text,
    whole,
)
from tests.app.build import a_person, a_project, a_session, held, marks, opened, tagged
from tests.app.conftest import new_app, server_over
from tests.tab import given_to

FIRST, SECOND = "Kind staff, small room", "Slow waiter, fair price"
SERVICE, ROOM, ROOM_NEU = ("staff", "Staff", "POS"), ("room", "Room", "NEG"), ("room", "Room", "NEU")


def done(text: str, *tags: tuple[str, str, str]) -> Document:
    return tagged(text, *tags).model_copy(update={"annotated": True})


@pytest.fixture
def two(api: LabelingClient) -> tuple[Session, Session]:
    """The same documents, done by two people."""
    project = a_project(api)
    waiter = ("waiter", "Staff", "NEG")
    one = a_session(api, done(FIRST, SERVICE, ROOM), done(SECOND, waiter), project=project, name="Ann's")
    other = a_session(api, done(FIRST, SERVICE, ROOM_NEU), done(SECOND), project=project, name="Bo's")
    return one, other


def deciding(app: AppTest, *sessions: Session, **words: str) -> AppTest:
    """The tab, opened by its link."""
    numbers = ",".join(str(session.id) for session in sessions)
    for name, value in {"tab": "decide", "sessions": numbers, **words}.items():
        app.query_params[name] = value
    return opened(app, sessions[0], "review")


def started(app: AppTest, *sessions: Session) -> AppTest:
    return press(deciding(app, *sessions), "decide-start")


def sides(app: AppTest) -> dict[str, Any]:
    """What the text is given to draw."""
    data: dict[str, Any] = given_to(app.get_by_key("decide-text").proto)
    return data


def place(app: AppTest, at: int = 0) -> dict[str, Any]:
    """A place of the open document that is asked for."""
    found: dict[str, Any] = [one for one in sides(app)["documents"][0]["places"] if one["listed"]][at]
    return found


class Keys:
    """Keys pressed on the text, numbered as the browser does."""

    def __init__(self, window: str = "w") -> None:
        self.window, self.number = window, 0

    def act(self, app: AppTest, **act: Any) -> AppTest:
        data = sides(app)
        here = {"document": data["documents"][0]["document"], "position": data["documents"][0]["position"]}
        self.number += 1
        numbered = {"window": self.window, "number": self.number, **here, **act}
        state = {"report": {"scope": data["scope"], "window": self.window, "acts": [numbered]}}
        return report(app, app.get_by_key("decide-text").proto, "json_value", state)

    def choose(self, app: AppTest, choice: str, at: int = 0) -> AppTest:
        return self.act(app, kind="decide", place=place(app, at)["key"], choice=choice)

    def lane(self, app: AppTest, words: str, at: int = 0) -> str:
        """The key of whoever has that at a place."""
        return str(place(app, at)["votes"].index(words) + 1)


def counts(app: AppTest) -> dict[str, int]:
    """How many places there are, by kind."""
    options = app.segmented_control(key="review-kind").options
    return {words.split(" (")[0]: int(words.split("(")[1][:-1]) for words in map(str, options)}


def given_each_time(monkeypatch: pytest.MonkeyPatch, where: ModuleType, name: str) -> list[object]:
    """What a function of a module is given, once for each time that it is called from now on."""
    given: list[object] = []
    function = getattr(where, name)

    def noted(*values: object, **named: object) -> object:
        given.append((values, named))
        return function(*values, **named)

    monkeypatch.setattr(where, name, noted)
    return given


def final_of(api: LabelingClient, session: Session) -> Session:
    return next(one for one in api.sessions(session.project_id) if one.name.endswith("decided"))


def test_two_sessions_are_decided_into_a_third_and_saved(
    app: AppTest,
    api: LabelingClient,
    two: tuple[Session, Session],
    drafts: DraftStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started(app, *two)
    final = final_of(api, two[0])
    assert (final.name, final.document_count, final.part) == ("Ann's + Bo's decided", 2, "DECIDED")
    assert held(api, final) == [(FIRST, []), (SECOND, [])]
    # What everybody agrees on is there already, as one step.
    assert {kind: n for kind, n in counts(app).items() if n} == {
        "To decide": 2,
        "Missing": 1,
        "Label": 1,
        "Agreed": 1,
    }
    keys = Keys()
    assert place(app)["what"] == "label"
    assert "Ann" not in json.dumps(place(app))
    keys.choose(app, keys.lane(app, "Room/NEU"))
    assert [one["words"] for one in sides(app)["documents"][0]["final"]] == ["Staff/POS", "Room/NEU"]
    title = sides(app)["documents"][0]["final"][1]["title"]
    assert "Bo's: Room/NEU" in title
    assert title.endswith("chosen")
    keys.act(app, kind="undo")
    assert counts(app)["To decide"] == 2
    assert place(app)["proposed"] == "which one?"
    taken = place(app)["options"][1]
    reloaded, same = deciding(new_app(), *two), Keys()
    keys.choose(app, "a1")
    same.number = keys.number
    keys.act(app, kind="done")
    assert sides(app)["documents"][0]["text"] == SECOND
    # A page that was loaded again meanwhile goes on as well, with what the page before it has brought here.
    same.act(whole(reloaded.run()), kind="done")
    assert sides(reloaded)["documents"][0]["text"] == SECOND
    assert (place(app)["what"], place(app)["proposed"]) == ("missing 1 of 2", "nothing")
    keys.choose(app, "0")
    assert counts(app)["Decided"] == 2
    # Nothing is a decision as well, and it outlives the page. Another tab has what this one put side by side.
    put = given_each_time(monkeypatch, decide_choose, "rows_to_decide")
    again = deciding(new_app(), *two)
    assert put == []
    assert (counts(again)["To decide"], counts(again)["Decided"]) == (0, 2)
    assert "Nothing is left to decide" in shown(again)
    press(again, "save")
    assert held(api, final) == [
        (FIRST, [(5, 10, "Staff", "POS"), (18, 22, *taken.split("/"))]),
        (SECOND, []),
    ]
    assert marks(api, final) == [True, False]
    # The final version is another by now.
    deciding(new_app(), *two)
    assert len(put) == 1
    assert len(drafts.review("embedded").decisions(ReviewKey(str(final.project_id), final.uuid or ""))) == 3


def test_a_file_of_the_final_version_says_how_each_tag_was_decided(
    app: AppTest, api: LabelingClient, two: tuple[Session, Session]
) -> None:
    started(app, *two)
    press(app, "save")
    final = final_of(api, two[0])
    opened(app, final, page="sessions")
    key = f"{final.project_id}-{final.id}"
    assert "It says of each tag how it was decided" in shown(app)
    press(app, f"download-prepare-{key}")
    assert "does not hold all of it" not in shown(app)
    whole(app.selectbox(key=f"download-format-{key}").select("CoNLL").run())
    press(app, f"download-prepare-{key}")
    assert "CoNLL does not hold all of it: How each tag was decided is not in it." in shown(app)


def test_what_was_decided_comes_back_when_people_change_and_closes_when_they_take_it(
    app: AppTest, api: LabelingClient, store: Store, two: tuple[Session, Session], drafts: DraftStore
) -> None:
    started(app, *two)
    final, keys = final_of(api, two[0]), Keys()
    keys.choose(app, keys.lane(app, "Room/NEU"))
    keys.act(app, kind="go")
    keys.choose(app, keys.lane(app, "Staff/NEG"))
    press(app, "save")
    decided = held(api, final)
    # Told, Ann takes it: a step in her own draft, which closes the note when it is saved.
    app.session_state["decide-tell"] = True
    whole(app.run())
    assert "Seen by you: 2 sessions are yours." in shown(app)
    press(app, "decide-tell-all")
    notes = drafts.review("embedded").notes
    key = ReviewKey(str(two[0].project_id), two[0].uuid or "")
    [note] = notes.of_session(key)
    assert (note.kind, note.span, note.closed) == ("decided otherwise", (18, 22), "")
    opened(app, two[0])
    assert app.button(key="notes-waiting").label == "Decided otherwise: 1"
    press(app, "notes-waiting")
    assert "Room/NEG → Room/NEU" in shown(app)
    press(app, f"note-take-{note.id}")
    assert app.button(key=f"note-take-{note.id}").label == "Taken, not saved yet"
    press(app, "save")
    whole(app.run())
    [note] = notes.of_session(key)
    assert note.closed == "taken"
    # She changes her other tag: what was decided about it is overtaken, and the final version stays.
    mine = api.documents(two[0].project_id, two[0].id, limit=9).documents[1]
    moved = mine.model_copy(update={"segments": tagged(SECOND, ("waiter", "Staff", "NEU")).segments})
    api.update_session(two[0].project_id, two[0].id, SessionChange(documents=(moved,)))
    deciding(app, *two)
    press(app, "decide-again")
    assert (counts(app)["Overtaken"], counts(app)["To decide"]) == (1, 1)
    assert held(api, final) == decided
    assert "overtaken: Staff/NEG was decided" in place(app)["what"]
    keys.choose(app, "k")
    assert counts(app)["Overtaken"] == 0
    assert held(api, final) == decided


def test_many_places_are_decided_at_once_and_undone_as_one_step(
    app: AppTest, api: LabelingClient, two: tuple[Session, Session]
) -> None:
    started(app, *two)
    app.session_state["decide-bulk"] = True
    whole(app.run())
    whole(app.selectbox(key="decide-rule").select("All as in Bo's").run())
    assert app.button(key="decide-many").label == "Decide 2 places in 2 documents"
    press(app, "decide-many")
    assert (counts(app)["To decide"], counts(app)["Decided"]) == (0, 2)
    whole(app.selectbox(key="decide-rule").select("Documents with nothing left open are decided").run())
    press(app, "decide-settled")
    assert "2 of 2 documents decided" in shown(app)
    press(app, "undo")
    press(app, "undo")
    assert counts(app)["To decide"] == 2


def test_what_one_person_alone_has_tagged_is_taken_over_as_that(
    app: AppTest,
    api: LabelingClient,
    two: tuple[Session, Session],
    drafts: DraftStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone, other = done("Warm pool", ("pool", "Room", "POS")), tagged("Cold pool", ("pool", "Room", "NEG"))
    undone = other.model_copy(update={"annotated": False})
    api.update_session(two[0].project_id, two[0].id, SessionChange(documents=(alone, undone)))
    started(app, *two)
    assert counts(app)["Agreed"] == 1
    app.session_state["decide-bulk"] = True
    whole(app.run())
    whole(app.selectbox(key="decide-rule").select("What one person alone has tagged").run())
    [[whose, words, tag]] = app.dataframe[0].value.values.tolist()
    assert (whose, words, tag) == ("Ann's", "“pool”", "Room/POS")
    assert app.button(key="decide-alone").label == "Take over 1 document with 1 place"
    press(app, "decide-alone")
    assert (counts(app)["Agreed"], counts(app)["Decided"], counts(app)["To decide"]) == (1, 1, 2)
    press(app, "save")
    final = final_of(api, two[0])
    assert held(api, final)[2:] == [("Warm pool", [(5, 9, "Room", "POS")])]
    key = ReviewKey(str(final.project_id), final.uuid or "")
    kept = drafts.review("embedded").decisions(key)
    assert [one.how for one in kept] == ["agreed", "single"]
    # Another installation over the same Studio reads what was decided from a file, once.
    records = drafts.review("embedded").exchange.records([key])
    raw = review_file(final.project_id, [final], records)
    with closing(open_drafts(tmp_path / "elsewhere")) as elsewhere:
        monkeypatch.setattr(connections, "draft_store", lambda: elsewhere)
        there = new_app()
        there.session_state["review-file"] = True
        opened(there, two[0], "review")
        assert not there.get("download_button")
        press(there, "review-file-prepare")
        assert there.get("download_button")[0].label == "Save 0 decisions and 0 notes"
        for said in ("2 decisions came in", "2 were here already"):
            there.get("file_uploader")[0].upload("decided.json", raw, "application/json").run()
            press(there, "review-file-read")
            assert said in shown(there)
        press(there, "review-file-prepare")
        assert there.get("download_button")[0].label == "Save 2 decisions and 0 notes"
        there.get("file_uploader")[0].upload("decided.json", b"{}", "application/json").run()
        press(there, "review-file-read")
        assert "This file holds no notes and decisions" in shown(there)


def test_deciding_is_for_managers(
    app: AppTest,
    api: LabelingClient,
    store: Store,
    two: tuple[Session, Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann = a_person(api, store, Role.ANNOTATOR, two[0].project_id)
    monkeypatch.setattr(connections, "connect", lambda token: ann)
    app.session_state["review-file"] = True
    deciding(app, *two)
    assert "Deciding is for managers" in shown(app)
    assert not app.get("file_uploader")


class WithoutAbilities(httpx.BaseTransport):
    """A server that names none of them."""

    def __init__(self, server: httpx.BaseTransport) -> None:
        self.server = server

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/info"):
            return httpx.Response(200, json={"version": "1.58.0", "abilities": []})
        return self.server.handle_request(request)


def test_it_is_decided_on_a_server_without_abilities(
    app: AppTest,
    api: LabelingClient,
    store: Store,
    drafts: DraftStore,
    tmp_path: Any,
    two: tuple[Session, Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone = done("Warm pool", ("pool", "Room", "POS"))
    api.update_session(two[0].project_id, two[0].id, SessionChange(documents=(alone,)))
    http = httpx.Client(transport=WithoutAbilities(server_over(store)), base_url="http://api")
    other = LabelingClient(http, local_token(store, tmp_path), pause=lambda seconds: None)
    monkeypatch.setattr(connections, "connect", lambda token: other)
    started(app, *two)
    keys = Keys()
    keys.choose(app, keys.lane(app, "Room/NEG"))
    press(app, "save")
    press(app, "send-it")
    final = final_of(api, two[0])
    assert [len(units) for _, units in held(api, final)] == [2, 0]
    keys.act(app, kind="go")
    keys.act(app, kind="ask", what="note", place=place(app)["key"])
    whole(app.selectbox(key="decide-note-kind").select("send back").run())
    press(app, "decide-note-add")
    assert "cannot take a done mark back" in shown(app)
    # What one person alone has comes into the final version as a text, and is taken over as that.
    app.session_state["decide-bulk"] = True
    whole(app.run())
    rule = "What one person alone has tagged"
    whole(app.selectbox(key="decide-rule").select(rule).run())
    press(app, "decide-alone-add")
    assert "come into the final version when you save" in shown(app)
    press(app, "save")
    press(app, "decide-again")
    whole(app.selectbox(key="decide-rule").select(rule).run())
    assert app.button(key="decide-many").label == "Decide 1 place in 1 document"
    press(app, "decide-many")
    press(app, "save")
    assert held(api, final)[2:] == [("Warm pool", [(5, 9, "Room", "POS")])]
    key = ReviewKey(str(final.project_id), final.uuid or "")
    kept = drafts.review(connections.settings().api_name).decisions(key)
    assert sorted(one.how for one in kept) == ["agreed", "chosen", "single"]


def failing(error: Exception) -> Callable[..., None]:
    """What fails whatever it is asked for."""

    def fail(*given: object, **named: object) -> None:
        raise error

    return fail


def test_an_annotator_asks_and_a_lead_sends_back(
    app: AppTest,
    api: LabelingClient,
    two: tuple[Session, Session],
    drafts: DraftStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened(app, two[0])
    tag_on_text(app, {"kind": "ask", "what": "note", "span": [5, 10]})
    assert "staff" in app.selectbox(key="note-kind").label
    app.text_input(key="note-words").set_value("x" * 2345)
    press(app, "note-words-add")
    assert "A note has at most 2,000 characters, and this one 2,345: shorten it by 345." in shown(app)
    app.text_input(key="note-words").set_value("")
    press(app, "note-words-add")
    assert "Say what the note is about" in shown(app)
    whole(app.selectbox(key="note-kind").select("unsure").run())
    press_twice(app, "note-words-add")
    notes, key = drafts.review("embedded").notes, ReviewKey(str(two[0].project_id), two[0].uuid or "")
    [note] = notes.of_session(key)
    assert (note.kind, note.span, note.posts, note.waits_for) == ("unsure", (5, 10), (), "")
    whole(app.text_input(key=f"note-answer-{note.id}").set_value("x" * 2001).run())
    assert "An answer has at most 2,000 characters, and this one 2,001: shorten it by 1." in shown(app)
    assert len(app.text_input(key=f"note-answer-{note.id}").value) == 2001, "it can be shortened"
    field = app.text_input(key=f"note-answer-{note.id}").set_value("It is.")
    typed = as_held(app)
    whole(field.run())
    late(app, typed)
    assert [post.words for post in notes.of_session(key)[0].posts] == ["It is."]
    assert "It is." in shown(app)
    # A lead finds it among those of all sessions, and has it stand in the guidelines.
    app.session_state["open-notes"] = True
    opened(app, two[0], "review")
    [row] = app.get_by_key("open-notes-table").value.values.tolist()
    assert row[:5] == ["Ann's", 1, "Unsure", "“staff”", "It is."]
    opened(app, two[0])
    show_tab(app, "Notes")
    press(app, f"note-guideline-{note.id}")
    assert notes.of_session(key, only_open=True) == ()
    press(app, "guidelines")
    assert "*“staff”* It is." in shown(app)
    press(app, "guidelines")
    press(app, f"note-reopen-{note.id}")
    press_twice(app, f"note-close-{note.id}")
    assert notes.of_session(key, only_open=True) == ()
    started(app, *two)
    keys = Keys()
    keys.act(app, kind="ask", what="note", place=place(app)["key"])
    whole(app.selectbox(key="decide-note-kind").select("send back").run())
    app.text_input(key="decide-note-words").set_value("Look again, please.")
    # Without its note no mark goes; where a mark does not go, the note is there already, and not twice.
    with monkeypatch.context() as patched:
        patched.setattr(ReviewNotes, "add", failing(NotKept("the disk is full")))
        press(app, "decide-note-add")
    assert "Could not keep the note" in shown(app)
    assert [marks(api, session) for session in two] == [[True, True]] * 2
    with monkeypatch.context() as patched:
        patched.setattr(decide_note, "take_mark_away", failing(Unavailable("refused")))
        press(app, "decide-note-add")
    assert "Could not take the done mark away; the note is kept" in shown(app)
    assert len(notes.of_session(key, only_open=True)) == 1
    press(app, "decide-note-add")
    assert [marks(api, session) for session in two] == [[False, True]] * 2
    [back] = notes.of_session(key, only_open=True)
    assert (back.kind, back.posts[0].words) == ("send back", "Look again, please.")
    opened(app, two[0], document=2)
    app.toggle(key="document-notes").set_value(True)
    whole(app.run())
    assert [one["position"] for one in listed_documents(app)] == [0]
    show_tab(app, "Notes")
    assert "On other documents: 1 open note" in shown(app)
