"""What the person did is kept: found again in another tab, walked through, reverted, discarded;
and told when it is not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest, app_test

from components.shell import connections
from labeling.documents.reader import Reader
from labeling.editing.table import add_segment
from labeling.model import Document, Person, Session, SessionChange
from labeling.server.accounts import local_token
from labeling.server.storage.store import Store, memory_store
from labeling.store import database
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import edit_cells, is_idle, named, press, report, rows, shown, table, tick, whole
from tests.app.build import a_session, another_window, held, opened, tagged
from tests.app.conftest import new_app, server_over

STAFF = "Nice staff, small room"


@pytest.fixture
def store() -> Iterator[Store]:
    store = memory_store()
    yield store
    store.close()


@pytest.fixture
def session(api: LabelingClient) -> Session:
    staff = tagged(STAFF, ("staff", "Staff", "POS"), ("room", "Room", "NEG"))
    return a_session(api, staff, tagged("The room was clean", ("room", "Room", "POS")))


def labels(app: AppTest) -> list[str]:
    return [row["label"] for row in rows(app, "segments-")]


def unsaved(app: AppTest) -> str:
    return str(app.get_by_key("changes-list").proto.popover.label).replace("*", "")


def history(app: AppTest) -> list[str]:
    """The steps as the history names them, newest first, without their times."""
    at = len("2026-11-29 14:08 ")
    return [text.value[at:] for text in app.text if text.value[4:5] == "-" and text.value[10:11] == " "]


def keys(app: AppTest, start: str) -> list[str]:
    return [str(button.key) for button in app.button if str(button.key).startswith(start)]


def test_another_tab_continues_where_the_first_left_off(app: AppTest, session: Session) -> None:
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    edit_cells(app, {1: {"start": 12}})
    assert "Continued where you left off" not in shown(app)
    other = opened(new_app(), session)
    assert "**Continued where you left off**: 2 unsaved changes" in shown(other)
    assert (labels(other), unsaved(other)) == (["NEU", "NEG"], "2 unsaved")
    edit_cells(other, {1: {"label": "POS"}})
    assert "Continued where you left off" not in shown(other)
    assert labels(whole(app.run())) == ["NEU", "POS"]


def resent(session: Session, grid: Any, cells: dict[int, dict[str, object]]) -> AppTest:
    """The app, started anew, as a page comes to it that was open before and holds these cells of a table."""
    app = new_app()
    app.query_params["project"], app.query_params["session"] = str(session.project_id), str(session.id)
    state = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
    return report(app.switch_page("pages/annotate.py"), grid.proto, "string_value", state)


@pytest.mark.parametrize("is_dropped", [False, True])
def test_cells_that_the_browser_sends_to_an_app_started_anew_are_taken_once(
    app: AppTest, session: Session, is_dropped: bool
) -> None:
    opened(app, session)
    if is_dropped:
        first = table(app, "segments-").key
        edit_cells(app, {0: {"label": "NEU"}})
        press(app, "undo")
        assert table(app, "segments-").key != first
    again = resent(session, table(app, "segments-"), {0: {"label": "NEG", "tick": True}, 1: {"end": 16}})
    assert [(row["label"], row["end"]) for row in rows(again, "segments-")] == [("NEG", 10), ("NEG", 16)]
    assert unsaved(again) == "2 unsaved"
    assert table(again, "segments-").proto.id == table(app, "segments-").proto.id
    edit_cells(again, {1: {"label": "POS"}})
    press(again, "undo")
    press(again, "undo")
    assert [(row["label"], row["end"]) for row in rows(again, "segments-")] == [("NEG", 10), ("NEG", 22)]
    edit_cells(again, {1: {"label": "NEU"}})
    assert [(row["label"], row["end"]) for row in rows(again, "segments-")] == [("NEG", 10), ("NEU", 22)]


class Typing(httpx.BaseTransport):
    """The way to a server. Where a kind of thing is first read, the person types on: the browser asks for the
    page anew, with all cells that it holds of a table by then, and the run that reads is broken off."""

    def __init__(self, server: httpx.BaseTransport, grid: Any, **cells: dict[int, dict[str, object]]) -> None:
        self.server, self.grid, self.cells = server, grid, cells

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        held = self.cells.pop(request.url.path.rsplit("/", 1)[-1], None)
        if held:
            states, state = WidgetStates(), {"edited_rows": held}
            states.widgets.add(id=self.grid.proto.id, string_value=json.dumps(state))
            run = get_script_run_ctx()
            assert run is not None
            assert run.script_requests is not None
            run.script_requests.request_rerun(
                RerunData(run.query_string, states, page_script_hash=run.page_script_hash)
            )
        return self.server.handle_request(request)


def test_cells_typed_while_an_app_started_anew_draws_the_page_are_taken_though_its_runs_are_broken_off(
    app: AppTest, session: Session, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(app, session)
    grid = table(app, "segments-")
    first = {0: {"label": "NEG"}}
    line = Typing(server_over(store), grid, projects=first, documents={**first, 1: {"end": 16}})
    typing = LabelingClient(httpx.Client(transport=line, base_url="http://api"), local_token(store, tmp_path))
    monkeypatch.setattr(connections, "connect", lambda token: typing)
    again = opened(new_app(), session)
    assert not line.cells
    assert [(row["label"], row["end"]) for row in rows(again, "segments-")] == [("NEG", 10), ("NEG", 16)]
    assert unsaved(again) == "2 unsaved"


def test_cells_of_a_table_that_is_another_after_a_restart_are_listed_until_they_were_seen(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    old = table(app, "segments-")
    tick(app, 0)
    press(app, "delete-rows")
    again = resent(session, old, {1: {"label": "POS", "end": None}, 0: {"tick": True}})
    assert (labels(again), unsaved(again)) == (["NEG"], "1 unsaved")
    for _ in range(2):
        (told,) = [warning.value for warning in again.warning if "Not taken over" in warning.value]
        assert told.count("- row") == 2
        assert "- row 2, Label: POS\n- row 2, End: empty" in told
        whole(again.run())
    press(again, "seen-not-taken")
    assert "Not taken over" not in shown(again)


def test_cells_of_another_person_who_used_the_page_before_are_not_mine(
    app: AppTest, api: LabelingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(app, session)
    old = table(app, "segments-")
    monkeypatch.setattr(api, "who", lambda: Person(id=99, email="bob@example.org"))
    again = resent(session, old, {0: {"label": "NEG"}})
    assert (labels(again), unsaved(again)) == (["POS", "NEG"], "Nothing unsaved")
    assert "- row 1, Label: NEG" in shown(again)


def test_a_cell_typed_just_before_the_rows_became_others_finds_its_row(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    old = table(app, "segments-")
    edit_cells(app, {0: {"label": "NEU"}})
    other = opened(new_app(), session)
    edit_cells(other, {0: {"label": "NEG"}})
    tick(other, 0)
    press(other, "delete-rows")
    whole(app.run())
    assert labels(app) == ["NEG"]
    state = {"edited_rows": {0: {"label": "NEU"}, 1: {"label": "POS"}}}
    report(app, old.proto, "string_value", state)
    assert (labels(app), unsaved(app)) == (["POS"], "2 unsaved")
    assert not app.warning


def test_what_was_found_is_discarded_after_a_question_and_comes_back_by_undo(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    other = opened(new_app(), session)
    assert "Throw 1 unsaved change away?" in shown(other)
    press(other, "discard-continued")
    assert (labels(other), unsaved(other)) == (["POS", "NEG"], "Nothing unsaved")
    assert "Undo brings them back." in shown(other)
    press(other, "undo")
    assert (labels(other), unsaved(other)) == (["NEU", "NEG"], "1 unsaved")
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "POS")


def test_what_was_found_and_saved_at_once_is_said_to_be_saved(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    other = press(opened(new_app(), session), "save")
    assert "The server holds exactly what you saved." in shown(other)
    assert "Continued where you left off" not in shown(other)
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "NEU")


def test_everything_is_discarded_only_when_it_is_meant(app: AppTest, session: Session) -> None:
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    press(app, "next")
    edit_cells(app, {0: {"label": "NEU"}})
    assert is_idle(app, "discard-all")
    whole(app.checkbox(key="discard-sure").check().run())
    press(app, "discard-all")
    assert unsaved(app) == "Nothing unsaved"
    press(app, "undo")
    assert unsaved(app) == "2 unsaved"


def test_each_unsaved_change_is_said_in_words_and_reverted_alone(app: AppTest, session: Session) -> None:
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    edit_cells(app, {1: {"label": "POS"}})
    assert "“staff” Staff/POS → Staff/NEU" in shown(app)
    assert "“room” Room/NEG → Room/POS" in shown(app)
    document, *segments = keys(app, "revert-")
    assert len(segments) == 2
    press(app, segments[0])
    assert labels(app) == ["POS", "POS"]
    assert "Document 1: “room” Room/NEG → Room/POS" in shown(app)
    press(app, document)
    assert (labels(app), unsaved(app)) == (["POS", "NEG"], "Nothing unsaved")


def test_a_change_of_the_session_is_reverted_alone(app: AppTest, session: Session) -> None:
    opened(app, session, "sessions")
    whole(app.text_input(key=f"session-name-{session.id}").set_value("Second round").run())
    whole(app.text_input(key=f"add-classes-{session.id}").set_value("Food").run())
    assert "Session name: First round → Second round" in shown(app)
    assert "Classes: + Food" in shown(app)
    press(app, "revert-name")
    assert named(app.text_input, f"session-name-{session.id}").value == "First round"
    assert unsaved(app) == "1 unsaved"


def test_a_class_that_unsaved_tags_use_is_not_reverted_and_the_screen_says_why(
    app: AppTest, session: Session
) -> None:
    opened(app, session, "sessions")
    whole(app.text_input(key=f"add-classes-{session.id}").set_value("Food").run())
    opened(app, session)
    edit_cells(app, {0: {"class_": "Food"}})
    press(app, "revert-classes")
    assert "Your unsaved tags use Food." in shown(app)
    assert unsaved(app) == "2 unsaved"


def test_the_history_is_walked_back_and_forth_also_after_a_save(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    for label in ("NEU", "NEG"):
        edit_cells(app, {0: {"label": label}})
    press(app, "save")
    edit_cells(app, {0: {"class_": "Room"}})
    assert history(app) == [
        "▶ Tag “staff” Room/NEG",
        "Tag “staff” Staff/NEG · saved",
        "Tag “staff” Staff/NEU · saved",
    ]
    first = keys(app, "walk-")[-2]
    press(app, first)
    assert rows(app, "segments-")[0]["label"] == "NEU"
    assert [line for line in history(app) if line.startswith("undone: ")] == [
        "undone: Tag “staff” Room/NEG",
        "undone: Tag “staff” Staff/NEG · saved",
    ]
    press(app, keys(app, "walk-")[0])
    assert rows(app, "segments-")[0]["class_"] == "Room"
    press(app, "walk-0")
    press(app, "save")
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "POS")


@pytest.fixture
def locked(
    tmp_path: Path, drafts: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[sqlite3.Connection]:
    """Another program that holds the drafts' file, once it has begun; the app waits for it a little."""
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    other = sqlite3.connect(tmp_path / "drafts.db", isolation_level=None)
    yield other
    other.close()


class Files(MediaFileManager):
    """Streamlit's keeper of the files that a run hands out; AppTest makes one for each."""

    last: Files

    def __init__(self, storage: MemoryMediaFileStorage) -> None:
        super().__init__(storage)
        self.storage = storage
        Files.last = self


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> type[Files]:
    monkeypatch.setattr(app_test, "MediaFileManager", Files)
    return Files


def exported(app: AppTest, key: str, files: Files) -> bytes:
    """The file that a download button hands out."""
    button: Any = app.get_by_key(key)
    address = files.execute_deferred(button.proto.deferred_file_id)
    return files.storage.get_file(address.rsplit("/", 1)[-1]).content


def test_when_the_draft_store_is_locked_the_person_is_told_and_the_edits_are_kept_later(
    app: AppTest, session: Session, locked: sqlite3.Connection, files: type[Files]
) -> None:
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    locked.execute("BEGIN IMMEDIATE")
    edit_cells(app, {1: {"label": "POS"}})
    edit_cells(app, {1: {"start": 12}})
    (error,) = app.error
    assert error.value.startswith("2 changes of yours are in this tab only.")
    assert "locked" in error.value
    assert labels(app) == ["NEU", "POS"]
    assert "not all of them kept" in shown(app)
    file = json.loads(exported(app, "not-kept-download", files.last))
    assert file["unsaved"]["documents"][0]["number"] == 1
    assert [s["tags"][0]["label"] for s in file["documents"][0]["segments"]] == ["NEU", "POS"]
    assert labels(opened(new_app(), session)) == ["NEU", "NEG"]
    locked.execute("ROLLBACK")
    press(app, "keep-again")
    assert not app.error
    assert [(row["start"], row["label"]) for row in rows(opened(new_app(), session), "segments-")] == [
        (5, "NEU"),
        (12, "POS"),
    ]


def test_what_is_in_the_tab_only_can_be_saved(
    app: AppTest, api: LabelingClient, session: Session, locked: sqlite3.Connection
) -> None:
    opened(app, session)
    locked.execute("BEGIN IMMEDIATE")
    edit_cells(app, {0: {"label": "NEU"}})
    press(app, "save")
    assert "The server holds exactly what you saved." in shown(app)
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "NEU")
    locked.execute("ROLLBACK")
    press(app, "keep-again")
    other = opened(new_app(), session)
    assert (labels(other), unsaved(other)) == (["NEU", "NEG"], "Nothing unsaved")


def test_somebody_who_saves_the_same_session_is_named_and_nothing_is_sent(
    app: AppTest, api: LabelingClient, session: Session, drafts: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labeling.saving.job.PATIENCE", 0.2)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    assert drafts.acquire(f"embedded/{session.uuid}", "another window", "ann@example.org", 60) is None
    press(app, "save")
    assert "Not sent: ann\\@example.org is saving this session right now." in shown(app)
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "POS")
    assert unsaved(app) == "1 unsaved"
    drafts.release(f"embedded/{session.uuid}", "another window")
    press(app, "save")
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "NEU")


def test_a_draft_store_that_was_taken_away_is_told_and_what_the_page_holds_is_kept_again(
    app: AppTest, session: Session, tmp_path: Path
) -> None:
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    for file in tmp_path.glob("drafts.db*"):
        file.unlink()
    edit_cells(app, {1: {"label": "NEU"}})
    assert "The draft store was taken away or replaced while this page was open." in shown(app)
    assert labels(app) == ["NEU", "NEU"]
    again = new_app()
    opened(again, session)
    assert (unsaved(again), labels(again)) == ("2 unsaved", ["NEU", "NEU"])
    assert "The draft store was taken away" not in shown(whole(app.run()))


def test_a_name_that_two_people_set_differently_is_asked(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session, "sessions")
    whole(app.text_input(key=f"session-name-{session.id}").set_value("Mine").run())
    api.update_session(session.project_id, session.id, SessionChange(name="*Theirs* ![](x)"))
    press(app, "save")
    first, second = (app.button(key=f"asked-name-{session.name}-{answer}") for answer in ("mine", "theirs"))
    assert (first.label, second.label) == ("Mine: Mine", "Theirs: \\*Theirs\\* !\\[\\](x)")
    assert api.session(session.project_id, session.id).name == "*Theirs* ![](x)"
    press(app, first.key)
    press(app, "save")
    assert api.session(session.project_id, session.id).name == "Mine"
    assert unsaved(app) == "Nothing unsaved"


def test_a_class_that_somebody_removed_while_my_tags_use_it_is_told_and_my_tags_are_kept(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    edit_cells(app, {0: {"class_": "Room"}})
    press(app, "next")
    edit_cells(app, {0: {"class_": "Staff"}})
    press(app, "previous")
    bare = [
        Document.model_validate(
            {"text": d.text, "segments": [{"span": s.span, "tags": []} for s in d.segments]}
        )
        for d in api.documents(session.project_id, session.id).documents
    ]
    api.update_session(
        session.project_id, session.id, SessionChange(documents=tuple(bare), classes=("Room",))
    )
    press(app, "save")
    asked = "Somebody else has removed the class “Staff”. Your changes in 2 documents use it."
    assert asked in shown(app)
    assert "Not sent before you have answered what is asked about the names: documents 1, 2." in shown(app)
    assert unsaved(app) == "2 unsaved"
    assert asked in shown(press(app, "next"))
    assert "“Staff” is not in the session" in app.button(key="problem-count").label
    press(app, "asked-classes-Staff-back")
    press(app, "save")
    assert asked not in shown(app)
    conflicts = [radio for radio in app.radio if str(radio.key).startswith("choice-")]
    assert [radio.options for radio in conflicts] == [
        ["Mine: Room/POS", "Theirs: deleted"],
        ["Mine: Staff/POS", "Theirs: deleted"],
    ]
    press(app, "choose-all-mine")
    press(app, "save-choices")
    assert unsaved(app) == "Nothing unsaved"
    assert set(api.session(session.project_id, session.id).classes) == {"Room", "Staff"}


class RefusingTheSecond(httpx.BaseTransport):
    """An API that takes the first update call with documents and refuses the second."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner, self.count = inner, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET" and b'"documents"' in request.read():
            self.count += 1
            if self.count == 2:
                return httpx.Response(400, json={"message": "documents[0]: too long"})
        return self.inner.handle_request(request)


def test_a_refusal_in_the_middle_of_a_save_does_not_say_that_nothing_was_stored(
    app: AppTest,
    api: LabelingClient,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    drafts: DraftStore,
) -> None:
    session = a_session(api, *[f"Text number {n}" for n in range(201)])
    http = httpx.Client(transport=RefusingTheSecond(server_over(store)), base_url="http://api")
    refusing = LabelingClient(http, local_token(store, tmp_path), pause=lambda seconds: None)
    monkeypatch.setattr(connections, "connect", lambda token: refusing)
    opened(app, session)
    window = another_window(session, drafts)
    for loaded in Reader(api, session).each():
        assert not window.edit_document(
            loaded, lambda view, _: add_segment(view, 0, 4, "Staff", "POS", "all")
        )
    whole(app.run())
    press(app, "save")
    (error,) = [error.value for error in app.error]
    assert "documents\\[0\\]: too long" in error
    assert "Nothing of that request was stored." in error
    assert "200 documents were saved before that. Your changes are kept: Save goes on with the rest." in error
    assert unsaved(app) == "1 unsaved"
    press(app, "save")
    assert all(loaded.document.segments for loaded in Reader(api, session).each())
    assert "The server holds exactly what you saved." in shown(app)
