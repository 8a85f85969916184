"""The Annotate page: find a document, tag it in the table, go on to the next, save, and be told the truth."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from components.shell import connections
from components.tables import segment_table
from labeling.documents.reader import Reader
from labeling.editing.session import rename_name
from labeling.editing.table import set_done
from labeling.errors import NotFound, Unavailable
from labeling.model import Document, Role, Session, SessionChange, Type
from labeling.server.accounts import local_token
from labeling.server.storage.store import Store, memory_store
from labeling.server.storage.tables import sessions
from labeling.server.worker import Worker
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient, Tagged
from tests.app.browser import (
    drawn,
    edit_cells,
    is_idle,
    listed_documents,
    named,
    open_in_list,
    pager,
    picker,
    press,
    rows,
    show_tab,
    shown,
    table,
    tag_on_text,
    tick,
    whole,
)
from tests.app.build import (
    a_person,
    a_project,
    a_session,
    another_window,
    held,
    marks,
    opened,
    set_status,
    tagged,
)
from tests.app.conftest import Clock, server_over
from tests.contract.other_server import TOKEN, OtherServer
from tests.contract.transport import InProcess

STAFF = "Nice staff, small room"


class Line(httpx.BaseTransport):
    """The way to the server. While `fault` is set, what is about one session is answered by it instead."""

    def __init__(self, server: httpx.BaseTransport) -> None:
        self.server = server
        self.fault: Callable[[httpx.Request], httpx.Response] | None = None
        self.methods: tuple[str, ...] = ("GET", "PUT", "POST")
        self.puts = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.puts += request.method == "PUT"
        if self.fault is not None and "/annotations/" in request.url.path and request.method in self.methods:
            return self.fault(request)
        return self.server.handle_request(request)


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store: each test makes the session that it needs."""
    store = memory_store()
    yield store
    store.close()


@pytest.fixture
def line(store: Store) -> Line:
    return Line(server_over(store))


@pytest.fixture
def api(store: Store, line: Line, tmp_path: Path) -> LabelingClient:
    http = httpx.Client(transport=line, base_url="http://api")
    return LabelingClient(http, local_token(store, tmp_path), pause=lambda seconds: None)


def a_tagged_session(api: LabelingClient, **fields: object) -> Session:
    """Three documents; the first with two tags, the second with one."""
    return a_session(
        api,
        tagged(STAFF, ("staff", "Staff", "POS"), ("room", "Room", "NEG")),
        tagged("The room was clean", ("room", "Room", "POS")),
        "Nothing to say",
        **fields,  # type: ignore[arg-type]
    )


def listed(app: AppTest) -> list[int]:
    """The numbers of the documents in the list."""
    return [item["position"] + 1 for item in listed_documents(app)]


def number(app: AppTest) -> int:
    """The number of the document that is open."""
    (heading,) = (item.value for item in app.subheader if item.value.startswith("Document "))
    return int(heading.split()[1].replace(",", ""))


def show(app: AppTest, word: str) -> AppTest:
    """Set the switch above the list: All, To do, Done or Changed."""
    return whole(app.segmented_control(key="document-done").set_value(word).run())


def search(app: AppTest, words: str) -> AppTest:
    return whole(app.text_input(key="document-search").set_value(words).run())


def mark_done(app: AppTest, done: bool = True) -> None:
    """As the switch beside the text does."""
    tag_on_text(app, {"kind": "done", "done": done}, window=secrets.token_hex(4))


def cells(app: AppTest, *columns: str) -> list[tuple[object, ...]]:
    """The rows of the segments table, with None for an empty cell."""
    table_rows = rows(app, "segments-")
    return [tuple(None if row[c] != row[c] else row[c] for c in columns) for row in table_rows]


def unsaved(app: AppTest) -> str:
    """The word on the list of unsaved changes."""
    return str(app.get_by_key("changes-list").proto.popover.label).replace("*", "")


def save(app: AppTest) -> AppTest:
    """Press Save, which is to be proved."""
    press(app, "save")
    assert "The server holds exactly what you saved." in shown(app)
    assert unsaved(app) == "Nothing unsaved"
    return app


def add_segment(app: AppTest, words: str, class_: str | None = None, label: str | None = None) -> AppTest:
    app.text_input(key="new-text").set_value(words).run()
    app.selectbox(key="new-class").set_value(class_)
    app.selectbox(key="new-label").set_value(label).run()
    return press(app, "add-segment")


# To find a document


def test_a_session_and_a_document_are_picked(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api)
    a_session(api, "Alone", project=project, name="One")
    second = a_tagged_session(api, project=project, name="Two")
    app.query_params["project"] = str(project)
    whole(app.switch_page("pages/annotate.py").run())
    whole(picker(app, "session").set_value(second.id).run())
    assert [item["words"] for item in listed_documents(app)] == [
        STAFF,
        "The room was clean",
        "Nothing to say",
    ]
    assert [item["tags"] for item in listed_documents(app)] == [2, 1, 0]
    open_in_list(app, 1)
    assert (number(app), drawn(app)["text"]) == (2, "The room was clean")
    open_in_list(app, 2)
    assert (number(app), drawn(app)["text"]) == (3, "Nothing to say")
    assert "No segments yet." in shown(app)


def test_the_link_opens_its_document_and_follows_it(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session, document=2)
    assert drawn(app)["text"] == "The room was clean"
    press(app, "next")
    assert dict(app.query_params) == {
        "project": str(session.project_id),
        "session": str(session.id),
        "document": "3",
    }


def test_a_link_names_a_segment_by_its_span_which_is_picked_until_another_document_is_opened(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_tagged_session(api)
    app.query_params["segment"] = "4-8"
    opened(app, session, document=2)
    (segment,) = drawn(app)["segments"]
    shown_at_first = drawn(app)["show"]
    assert (shown_at_first["segment"], drawn(app)["linked"]) == (segment["key"], True)
    assert (app.query_params["document"], app.query_params["segment"]) == ("2", "4-8")
    whole(app.run())
    assert drawn(app)["show"] == shown_at_first, "once"
    press(app, "next")
    assert "segment" not in dict(app.query_params)
    press(app, "previous")
    assert (drawn(app)["show"], "segment" in dict(app.query_params)) == (None, False)


@pytest.mark.parametrize(
    ("span", "words"),
    [("4-9", "There is no segment at 4–9 any more"), ("9-4", "There is no segment at 9–4 any more")],
)
def test_a_segment_of_a_link_that_is_not_there_is_said(
    app: AppTest, api: LabelingClient, span: str, words: str
) -> None:
    app.query_params["segment"] = span
    opened(app, a_tagged_session(api), document=2)
    assert drawn(app)["said"]["words"] == words
    assert drawn(app)["show"] is None


def test_the_link_to_a_far_document_opens_its_page_of_the_list(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, *[f"Document {n}" for n in range(1, 121)])
    opened(app, session, document=117)
    assert drawn(app)["text"] == "Document 117"
    assert listed(app) == list(range(101, 121))


@pytest.mark.parametrize("wrong", [4, 500])
def test_a_document_number_past_the_end_gives_a_sentence(
    app: AppTest, api: LabelingClient, wrong: int
) -> None:
    opened(app, a_tagged_session(api), document=wrong)
    assert f"There is no document {wrong}: the session has 3." in shown(app)
    assert (number(app), listed(app)) == (1, [1, 2, 3])
    assert app.query_params["document"] == "1"


@pytest.mark.parametrize("wrong", ["4", "4-", "room", "4-8-9", "-4-8", "4-99999999999"])
def test_what_cannot_be_a_segment_of_a_link_gives_a_sentence(
    app: AppTest, api: LabelingClient, wrong: str
) -> None:
    app.query_params["segment"] = wrong
    opened(app, a_tagged_session(api), document=2)
    assert "it was left out." in shown(app)
    assert (number(app), drawn(app)["show"]) == (2, None)


@pytest.mark.parametrize("wrong", ["0", "-1", "two", "9999999999999999999999"])
def test_what_cannot_be_a_document_number_gives_a_sentence(
    app: AppTest, api: LabelingClient, wrong: str
) -> None:
    app.query_params["document"] = wrong
    opened(app, a_tagged_session(api))
    assert "something that is not a number from 1 up; it was left out." in shown(app)
    assert number(app) == 1


def test_wrong_numbers_of_project_and_session_give_a_sentence(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session.model_copy(update={"id": 999}))
    assert "Session 999 does not exist in this project." in shown(app)
    assert picker(app, "session").value == session.id
    opened(app, session.model_copy(update={"project_id": 888}))
    assert "Project 888 does not exist, or you have no role in it." in shown(app)
    assert (len(app.toast), len(app.warning)) == (1, 0), "it goes by itself, and moves nothing"


def test_unsaved_work_on_a_session_that_was_deleted_meanwhile_is_kept_and_it_is_said_where(
    app: AppTest, api: LabelingClient, store: Store, clock: Clock
) -> None:
    session = a_tagged_session(api)
    other = a_session(api, "Another one", project=session.project_id)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEG"}})
    api.delete_session(session.project_id, session.id)
    assert Worker(store, threading.Event()).work_once()
    clock.pass_a_minute()
    whole(app.run())
    assert "Could not read the documents: it does not exist" in shown(app)
    whole(app.run())
    assert picker(app, "session").value == other.id
    words = (
        f"Session {session.id} does not exist in this project. What you did there, 1 unsaved change, is kept"
    )
    assert words in shown(app)
    whole(app.switch_page("pages/sessions.py").run())
    assert "Unsaved drafts (1)" in [box.label for box in app.expander]


def test_a_session_without_documents_says_so_and_one_that_failed_why(
    app: AppTest, api: LabelingClient, store: Store
) -> None:
    failed = a_session(api)
    with store.database.writing() as connection:
        connection.execute(update(sessions).values(status="FAILED", description="The model is gone."))
    opened(app, failed)
    assert [error.value for error in app.error] == ["This session failed: The model is gone."]
    assert "add-documents-first" not in [button.key for button in app.button]
    opened(app, a_session(api))
    assert not app.error
    assert "This session has no documents yet." in shown(app)
    assert [node.key for node in app.get("bidi_component")] == [
        "appearance",
        "divider",
        "leaving",
        "reconnection",
    ]


def test_a_project_without_sessions_says_so(app: AppTest, api: LabelingClient) -> None:
    app.query_params["project"] = str(a_project(api))
    whole(app.switch_page("pages/annotate.py").run())
    assert "This project has no sessions yet." in shown(app)


def test_somebody_without_a_project_is_told_how_to_get_one(app: AppTest) -> None:
    whole(app.switch_page("pages/annotate.py").run())
    assert "There is no project yet." in shown(app)


def test_documents_are_searched(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_tagged_session(api))
    search(app, "ROOM")
    assert listed(app) == [1, 2]
    assert drawn(app)["sought"] == "ROOM", "to be marked in the text"
    assert "2 documents" in shown(app)
    search(app, "no such words")
    assert "No document fits the filter." in shown(app)
    assert number(app) == 1
    search(app, "")
    assert listed(app) == [1, 2, 3]
    search(app, "no such words")
    press(app, "list-all")
    assert listed(app) == [1, 2, 3]
    assert named(app.text_input, "document-search").value == ""


def test_documents_are_filtered_by_what_is_done(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    done = Document(text="The room was clean", annotated=True)
    api.update_session(session.project_id, session.id, SessionChange(documents=(done,)))
    opened(app, session)
    assert [item["done"] for item in listed_documents(app)] == [False, True, False]
    show(app, "To do")
    assert listed(app) == [1, 3]
    show(app, "Done")
    assert listed(app) == [2]
    show(app, "All")
    assert listed(app) == [1, 2, 3]


def test_documents_are_filtered_by_class_and_label(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_tagged_session(api))
    whole(app.selectbox(key="document-class").set_value("Room").run())
    assert listed(app) == [1, 2]
    whole(app.selectbox(key="document-label").set_value("NEG").run())
    assert listed(app) == [1]
    whole(app.selectbox(key="document-class").set_value(None).run())
    whole(app.selectbox(key="document-label").set_value("POS").run())
    assert listed(app) == [1, 2]


def test_a_filter_that_is_out_of_sight_holds_and_its_button_says_so(
    app: AppTest, api: LabelingClient
) -> None:
    opened(app, a_tagged_session(api))

    def button_says() -> str:
        return str(app.get_by_key("document-filters").proto.popover.label)

    assert button_says() == "Filter"
    whole(app.selectbox(key="document-class").set_value("Room").run())
    app.session_state["document-filters"] = False
    whole(app.run())
    assert "document-class" not in {box.key for box in app.selectbox}
    show(app, "To do")
    whole(app.text_input(key="document-search").set_value("clean").run())
    assert (listed(app), button_says()) == ([2], "Filtered")
    app.session_state["document-filters"] = True
    whole(app.run())
    assert app.selectbox(key="document-class").value == "Room"
    whole(app.selectbox(key="document-class").set_value(None).run())
    assert button_says() == "Filter"


def test_changed_documents_are_listed_and_can_be_searched(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_tagged_session(api))
    show(app, "Changed")
    assert listed(app) == []
    show(app, "All")
    edit_cells(app, {0: {"label": "NEU"}})
    press(app, "next")
    edit_cells(app, {0: {"label": "NEG"}})
    show(app, "Changed")
    assert listed(app) == [1, 2]
    assert [item["changed"] for item in listed_documents(app)] == [True, True]
    search(app, "clean")
    assert listed(app) == [2]


def test_next_and_previous_stay_among_the_changed_documents(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    open_in_list(app, 2)
    mark_done(app)
    show(app, "Changed")
    assert is_idle(app, "next")
    press(app, "previous")
    assert number(app) == 1
    press(app, "next")
    assert number(app) == 3


def test_next_to_do_passes_by_what_is_done_and_begins_again_at_the_top(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_session(
        api, *[Document(text=f"Document {n}", annotated=n not in (2, 70, 110)) for n in range(1, 121)]
    )
    opened(app, session)
    numbers = []
    for _ in range(4):
        press(app, "next-to-do")
        numbers.append(number(app))
    assert numbers == [2, 70, 110, 2]
    # What the draft says counts, before it is saved.
    mark_done(app)
    press(app, "next-to-do")
    press(app, "previous")
    assert number(app) == 69
    mark_done(app, False)
    open_in_list(app, 0)
    press(app, "next-to-do")
    assert (number(app), listed(app)[0]) == (69, 51)


def test_next_to_do_stays_among_the_documents_of_the_search_and_says_when_all_are_done(
    app: AppTest, api: LabelingClient
) -> None:
    opened(app, a_session(api, "A cold room", "Kind staff", "A warm room"))
    search(app, "room")
    press(app, "next-to-do")
    assert number(app) == 3
    mark_done(app)
    press(app, "next-to-do")
    assert number(app) == 1
    press(app, "next-to-do")
    assert number(app) == 1
    assert drawn(app)["said"]["words"] == "Every other document is done"


def test_a_long_session_has_pages(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_session(api, *[f"Document {n}" for n in range(1, 121)]))
    assert listed(app) == list(range(1, 51))
    assert "120 documents" in shown(app)
    whole(pager(app).set_value(3).run())
    assert listed(app) == list(range(101, 121))
    assert number(app) == 1
    open_in_list(app, 19)
    assert (number(app), is_idle(app, "next")) == (120, True)
    search(app, "Document 7")
    assert listed(app) == [7, *range(70, 80)]


def test_next_turns_the_page_of_the_list(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_session(api, *[f"Document {n}" for n in range(1, 121)]), document=50)
    press(app, "next")
    assert (number(app), listed(app)[0]) == (51, 51)
    press(app, "previous")
    assert (number(app), listed(app)[0]) == (50, 1)


def test_many_changed_documents_have_pages_too(app: AppTest, api: LabelingClient, drafts: DraftStore) -> None:
    session = a_session(api, *[f"Document {n}" for n in range(1, 61)])
    opened(app, session)
    window = another_window(session, drafts)
    for item in Reader(api, session).all()[:52]:
        window.edit_document(item, lambda document, draft: set_done(document, True))
    show(app, "Changed")
    assert (len(listed(app)), unsaved(app)) == (50, "52 unsaved")
    whole(pager(app).set_value(2).run())
    assert listed(app) == [51, 52]


def test_another_session_is_listed_without_the_filter_of_the_one_before(
    app: AppTest, api: LabelingClient
) -> None:
    project = a_project(api)
    first = a_tagged_session(api, project=project)
    second = a_session(api, "Alone", project=project, name="Two")
    opened(app, first)
    search(app, "clean")
    whole(app.selectbox(key="document-class").set_value("Room").run())
    show(app, "Changed")
    whole(picker(app, "session").set_value(second.id).run())
    assert listed(app) == [1]
    assert named(app.text_input, "document-search").value == ""
    assert named(app.selectbox, "document-class").value is None
    assert named(app.segmented_control, "document-done").value == "All"


def test_the_filter_stands_as_it_was_after_a_look_at_another_page(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_tagged_session(api))
    search(app, "clean")
    whole(app.switch_page("pages/sessions.py").run())
    whole(app.switch_page("pages/annotate.py").run())
    assert (app.text_input(key="document-search").value, listed(app)) == ("clean", [2])


# To go from one to the next


def test_previous_and_next_end_at_the_ends(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_tagged_session(api))
    assert is_idle(app, "previous")
    press(app, "next")
    press(app, "next")
    assert (number(app), is_idle(app, "next")) == (3, True)
    press(app, "previous")
    assert number(app) == 2


def test_next_and_previous_follow_the_filter(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_session(api, "Room one", "Bed", "Room two", "Bed", "Room three"))
    search(app, "room")
    press(app, "next")
    assert number(app) == 3
    press(app, "next")
    assert (number(app), is_idle(app, "next")) == (5, True)
    press(app, "previous")
    assert number(app) == 3


def test_next_under_a_filter_goes_on_to_the_next_page(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_session(api, *[f"{'Room' if n % 2 else 'Bed'} {n}" for n in range(1, 121)]), document=99)
    search(app, "room")
    assert listed(app) == list(range(1, 101, 2))
    press(app, "next")
    assert (number(app), listed(app)) == (101, list(range(101, 121, 2)))
    press(app, "previous")
    assert (number(app), listed(app)) == (99, list(range(1, 101, 2)))


def test_what_the_draft_says_is_done_is_not_listed_as_to_do_and_passed_by(
    app: AppTest, api: LabelingClient
) -> None:
    opened(app, a_session(api, *[f"Document {n}" for n in range(1, 6)]))
    show(app, "To do")
    open_in_list(app, 2)
    mark_done(app)
    assert (number(app), listed(app)) == (3, [1, 2, 4, 5])
    open_in_list(app, 1)
    press(app, "next")
    assert number(app) == 4
    press(app, "previous")
    assert number(app) == 2
    assert [one["position"] for one in drawn(app)["next"]] == [3, 4]
    show(app, "Done")
    assert listed(app) == [3]
    press(app, "undo")
    assert "No document fits the filter." in shown(app)
    show(app, "To do")
    assert listed(app) == [1, 2, 3, 4, 5]


def test_pages_of_what_is_to_do_count_what_the_draft_says(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    session = a_session(api, *[f"Document {n}" for n in range(1, 121)])
    opened(app, session, document=61)
    window = another_window(session, drafts)
    for item in Reader(api, session).all()[:60]:
        window.edit_document(item, lambda document, draft: set_done(document, True))
    show(app, "To do")
    assert listed(app) == list(range(61, 111))
    assert "60 documents" in shown(app)
    whole(pager(app).set_value(2).run())
    assert listed(app) == list(range(111, 121))
    assert is_idle(app, "previous")
    press(app, "next")
    assert (number(app), listed(app)[0]) == (62, 61)


def test_a_class_is_looked_for_among_the_tags_that_the_draft_has(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_tagged_session(api))
    whole(app.selectbox(key="document-class").set_value("Staff").run())
    assert listed(app) == [1]
    edit_cells(app, {0: {"class_": "Room"}})
    assert "No document fits the filter." in shown(app)
    whole(app.selectbox(key="document-class").set_value("Room").run())
    assert listed(app) == [1, 2]


def test_a_class_that_was_renamed_is_looked_for_by_its_new_name_before_it_is_saved(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    another_window(session, drafts).edit(lambda draft: rename_name(draft, "classes", "Room", "Chamber"))
    whole(app.run())
    whole(app.selectbox(key="document-class").set_value("Chamber").run())
    assert "Until you save, the server lists by the old names of classes and labels." in shown(app)
    assert drawn(app)["text"] == STAFF
    press(app, "read-all")
    assert listed(app) == [1, 2]
    press(app, "next")
    assert number(app) == 2
    save(app)
    assert listed(app) == [1, 2]


def test_the_list_follows_its_class_when_that_is_renamed(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    app.session_state["document-filters"] = True
    whole(app.run())
    whole(app.selectbox(key="document-class").set_value("Room").run())
    assert listed(app) == [1, 2]
    another_window(session, drafts).edit(lambda draft: rename_name(draft, "classes", "Room", "Chamber"))
    whole(app.run())
    assert named(app.selectbox, "document-class").value == "Chamber"
    press(app, "read-all")
    assert listed(app) == [1, 2]


def spoilt(line: Line, text: bytes) -> Callable[[httpx.Request], httpx.Response]:
    """The server's answers with a number where that text should be."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = line.server.handle_request(request)
        content = found.content.replace(text, b"7")
        return httpx.Response(found.status_code, content=content, headers=found.headers)

    return answer


def test_a_document_that_cannot_be_read_is_named_and_the_others_can_be_worked_on(
    app: AppTest, api: LabelingClient, line: Line
) -> None:
    session = a_session(api, "Nice staff", "Bad one", "Kind staff")

    line.fault = spoilt(line, b'"Bad one"')
    opened(app, session, document=2)
    assert "the server sent it in another form (text: " in app.button(key="problem-count").label
    assert drawn(app)["readOnly"] == "This document cannot be read"
    assert is_idle(app, "done-and-next")
    assert [item["words"] for item in listed_documents(app)] == ["Nice staff", "Cannot be read", "Kind staff"]
    press(app, "next")
    tag_on_text(app, {"kind": "add", "span": [5, 10], "tag": ["Staff", "POS"]})
    save(app)
    assert held(api, session)[2][1] == [(5, 10, "Staff", "POS")]


def test_a_file_holds_no_document_that_cannot_be_read_and_its_lack_is_said(
    app: AppTest, api: LabelingClient, line: Line
) -> None:
    session = a_session(api, "Nice staff", "Bad one")

    line.fault = spoilt(line, b'"Bad one"')
    opened(app, session, page="sessions")
    press(app, f"download-prepare-{session.project_id}-{session.id}")
    assert "The server says that the session has 2 documents; 1 could be read." in shown(app)


def test_done_and_next_goes_on_where_it_was_when_a_save_has_shortened_the_list(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    session = a_session(api, *[f"Document {n}" for n in range(1, 121)])
    opened(app, session, document=50)
    show(app, "To do")
    window = another_window(session, drafts)
    for item in Reader(api, session).all()[:49]:
        window.edit_document(item, lambda document, draft: set_done(document, True))
    press(app, "done-and-next")
    press(app, "done-and-next")
    assert number(app) == 52
    save(app)
    press(app, "done-and-next")
    assert (number(app), listed(app)[0]) == (53, 53)
    press(app, "done-and-next")
    assert number(app) == 54


def test_next_and_previous_count_from_the_open_document_whatever_page_the_list_shows(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_session(api, *[f"{'Room' if n % 2 else 'Bed'} {n}" for n in range(1, 301)])
    for button, expected in (("previous", 5), ("next", 7)):
        opened(app, session, document=6)
        search(app, "room")
        whole(pager(app).set_value(3).run())
        press(app, button)
        assert (number(app), listed(app)[0]) == (expected, 1)


def test_done_is_switched_on_and_off_and_saved(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    mark_done(app)
    assert [(item["done"], item["changed"]) for item in listed_documents(app)] == [
        (True, True),
        (False, False),
        (False, False),
    ]
    assert "done no → yes" in shown(app)
    save(app)
    assert marks(api, session) == [True, False, False]
    mark_done(app, False)
    save(app)
    assert marks(api, session) == [False, False, False]


def test_done_and_next_walks_what_is_to_do_to_its_end(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    show(app, "To do")
    press(app, "done-and-next")
    press(app, "done-and-next")
    assert (number(app), app.button(key="done-and-next").label) == (3, "Mark as done")
    press(app, "done-and-next")
    assert (number(app), drawn(app)["done"]) == (3, True)
    save(app)
    assert "Progress: 0.0 % → 100.0 %" in shown(app)
    assert "Status: Created → Finished" in shown(app)
    assert marks(api, session) == [True, True, True]
    assert "No document fits the filter." in shown(app)


def test_done_and_next_goes_to_what_is_not_done_and_says_when_none_is_left(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_session(api, *[f"Room {n}" for n in range(1, 5)])
    opened(app, session, document=3)
    mark_done(app)
    press(app, "previous")
    press(app, "done-and-next")
    assert number(app) == 4
    press(app, "done-and-next")
    assert number(app) == 1
    press(app, "done-and-next")
    assert (number(app), drawn(app)["done"]) == (1, True)
    assert drawn(app)["said"]["words"] == "Every other document is done"


# The table


def test_the_table_shows_a_row_for_each_tag(app: AppTest, api: LabelingClient) -> None:
    session = a_session(
        api, tagged(STAFF, ("staff", "Staff", "POS"), ("staff", "Room", "NEG"), ("room", "", ""))
    )
    opened(app, session)
    assert cells(app, "segment", "start", "end", "text", "class_", "label") == [
        (1, 5, 10, "staff", "Staff", "POS"),
        (2, 5, 10, "staff", "Room", "NEG"),
        (3, 18, 22, "room", "–", "–"),
    ]


def test_cells_are_edited_and_the_server_holds_it(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    edit_cells(app, {1: {"start": 12}})
    edit_cells(app, {1: {"class_": "Staff"}})
    assert cells(app, "start", "end", "text", "class_", "label") == [
        (5, 10, "staff", "Staff", "NEU"),
        (12, 22, "small room", "Staff", "NEG"),
    ]
    assert drawn(app)["segments"][1]["tags"] == [["Staff", "NEG"]]
    assert "“staff” Staff/POS → Staff/NEU" in shown(app)
    assert "“small room” 18–22 Room/NEG → 12–22 Staff/NEG" in shown(app)
    save(app)
    assert held(api, session)[0] == (STAFF, [(5, 10, "Staff", "NEU"), (12, 22, "Staff", "NEG")])


def test_a_bare_segment_is_tagged_in_its_row_and_bared_again(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, tagged(STAFF, ("room", "", "")))
    opened(app, session)
    edit_cells(app, {0: {"class_": "Room", "label": "NEG"}})
    save(app)
    assert held(api, session)[0][1] == [(18, 22, "Room", "NEG")]
    edit_cells(app, {0: {"class_": None, "label": None}})
    save(app)
    assert held(api, session)[0][1] == [(18, 22, None, None)]


def test_a_row_that_cannot_be_right_yet_is_kept_marked_and_not_sent(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"end": 4}})
    assert cells(app, "start", "end", "problem") == [(5, 4, "⚠"), (18, 22, "")]
    assert "end 4 is before start 5" in app.button(key="problem-count").label.replace("\\", "")
    press(app, "save")
    assert "Nothing was sent: 1 segment that cannot be right yet" in shown(app)
    edit_cells(app, {1: {"label": "POS"}})
    press(app, "save")
    assert "1 segment that cannot be right yet" in shown(app)
    assert held(api, session)[0][1] == [(5, 10, "Staff", "POS"), (18, 22, "Room", "POS")]
    edit_cells(app, {0: {"start": 0}})
    assert cells(app, "start", "end", "text", "problem")[0] == (0, 4, "Nice", "")
    save(app)
    assert held(api, session)[0][1] == [(0, 4, "Staff", "POS"), (18, 22, "Room", "POS")]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("class_", "Food", "“Food” is not one of the session's classes"),
        ("label", "GREAT", "“GREAT” is not one of the session's labels"),
        ("start", 1.5, "start must be a whole number"),
    ],
)
def test_a_cell_that_cannot_be_stored_is_refused_with_its_reason(
    app: AppTest, api: LabelingClient, column: str, value: object, reason: str
) -> None:
    opened(app, a_tagged_session(api))
    before, grid = rows(app, "segments-"), table(app, "segments-").key
    edit_cells(app, {0: {column: value}})
    assert reason in shown(app)
    assert rows(app, "segments-") == before
    assert table(app, "segments-").key != grid, "the grid still hides the stored value"
    assert unsaved(app) == "Nothing unsaved"


def test_a_tag_is_added_to_a_segment(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    assert not [button for button in app.button if button.key in ("add-tag", "delete-rows")]
    tick(app, 0)
    press(app, "add-tag")
    assert cells(app, "segment", "class_") == [(1, "Staff"), (1, "–"), (2, "Room")]
    assert not any(row["tick"] for row in rows(app, "segments-"))
    edit_cells(app, {1: {"class_": "Room", "label": "NEU"}})
    save(app)
    assert held(api, session)[0][1] == [
        (5, 10, "Staff", "POS"),
        (5, 10, "Room", "NEU"),
        (18, 22, "Room", "NEG"),
    ]


def test_a_ticked_row_picks_its_segment_on_the_text_once(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_tagged_session(api))
    assert drawn(app)["show"] is None
    tick(app, 1)
    first = drawn(app)["show"]
    assert first["segment"] == drawn(app)["segments"][1]["key"]
    whole(app.run())
    assert drawn(app)["show"] == first
    edit_cells(app, {1: {"tick": False}})
    assert drawn(app)["show"] == first, "a command, not a state: the pick stays where the person has it"


def test_moving_one_row_moves_its_segment_with_all_its_tags(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    tick(app, 0)
    press(app, "add-tag")
    edit_cells(app, {1: {"class_": "Room"}})
    edit_cells(app, {1: {"start": 0}})
    assert cells(app, "start", "text")[:2] == [(0, "Nice staff"), (0, "Nice staff")]


def test_rows_are_deleted_and_with_the_last_tag_the_segment(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    tick(app, 0)
    tick(app, 1)
    assert app.button(key="delete-rows").label == "Delete 2 rows"
    press(app, "delete-rows")
    assert "No segments yet." in shown(app)
    assert drawn(app)["segments"] == []
    save(app)
    assert held(api, session)[0] == (STAFF, [])


def test_a_session_with_labels_only_takes_one_tag_a_segment(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api, Type.LABEL, classes=())
    opened(app, a_session(api, tagged(STAFF, ("room", "", "NEG")), project=project))
    assert "class_" not in rows(app, "segments-")[0]
    tick(app, 0)
    assert "add-tag" not in [button.key for button in app.button]
    assert not [box for box in app.selectbox if box.key == "new-class"]


def test_the_tags_of_a_session_with_classes_only_have_no_label(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api, Type.CLASS)
    session = a_session(api, tagged(STAFF, ("room", "Room", "")), project=project)
    opened(app, session)
    assert "label" not in rows(app, "segments-")[0]
    edit_cells(app, {0: {"class_": "Staff"}})
    save(app)
    assert held(api, session)[0][1] == [(18, 22, "Staff", None)]


# A new segment


def test_words_that_stand_once_become_a_segment(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, STAFF)
    opened(app, session)
    add_segment(app, "small room", "Room", "NEG")
    assert cells(app, "start", "end", "text", "class_", "label") == [(12, 22, "small room", "Room", "NEG")]
    assert app.text_input(key="new-text").value == ""
    save(app)
    assert held(api, session)[0][1] == [(12, 22, "Room", "NEG")]


def test_words_that_stand_several_times_ask_which(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, "room by room by room")
    opened(app, session)
    app.text_input(key="new-text").set_value("room").run()
    place = app.selectbox(key="new-place-room")
    assert (place.value, len(place.options)) == ((0, 4), 3)
    assert "by [room] by" in place.options[1]
    place.set_value((8, 12)).run()
    press(app, "add-segment")
    app.text_input(key="new-text").set_value("room").run()
    press(app, "add-segment")
    assert cells(app, "start", "end") == [(0, 4), (8, 12)]
    save(app)


def test_words_that_do_not_stand_in_the_document_cannot_be_added(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_session(api, STAFF))
    app.text_input(key="new-text").set_value("pool").run()
    assert "These words do not stand in the document exactly so." in shown(app)
    assert is_idle(app, "add-segment")


def test_without_words_the_whole_document_is_tagged_where_that_is_usual(
    app: AppTest, api: LabelingClient
) -> None:
    spans_only = a_session(api, "Schön 👍")
    session = a_session(api, "Schön 👍", project=a_project(api, Type.CLASSLABEL))
    opened(app, spans_only)
    assert is_idle(app, "add-segment")
    opened(app, session)
    app.selectbox(key="new-class").set_value("Room").run()
    press(app, "add-segment")
    save(app)
    assert held(api, session)[0][1] == [(0, 7, "Room", None)]


def test_the_class_of_the_last_segment_is_no_trouble_in_another_session(
    app: AppTest, api: LabelingClient
) -> None:
    project = a_project(api)
    first = a_session(api, STAFF, project=project)
    second = a_session(api, "Good food", project=project, name="Two", classes=("Food",), labels=("NEU",))
    opened(app, first)
    add_segment(app, "staff", "Staff", "POS")
    whole(picker(app, "session").set_value(second.id).run())
    add_segment(app, "food", "Food", "NEU")
    assert cells(app, "class_", "label") == [("Food", "NEU")]
    save(app)
    assert held(api, second)[0][1] == [(5, 9, "Food", "NEU")]


# Undo and redo


def test_undo_and_redo_run_across_documents(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    press(app, "done-and-next")
    edit_cells(app, {0: {"start": 0}})
    assert unsaved(app) == "3 unsaved"
    for left in ("2 unsaved", "1 unsaved", "Nothing unsaved"):
        press(app, "undo")
        assert unsaved(app) == left
    assert is_idle(app, "undo")
    assert is_idle(app, "save")
    press(app, "redo")
    press(app, "previous")
    assert cells(app, "label")[0] == ("NEU",)
    press(app, "redo")
    press(app, "redo")
    assert is_idle(app, "redo")
    save(app)
    assert [units for _, units in held(api, session)][:2] == [
        [(5, 10, "Staff", "NEU"), (18, 22, "Room", "NEG")],
        [(0, 8, "Room", "POS")],
    ]
    assert marks(api, session)[0]


def test_undo_shows_the_old_value_in_the_grid_that_was_typed_in(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_tagged_session(api))
    edit_cells(app, {0: {"label": "NEU"}})
    grid = table(app, "segments-").key
    press(app, "undo")
    assert cells(app, "label")[0] == ("POS",)
    assert table(app, "segments-").key != grid, "the grid still hides the stored value"


def test_undo_after_a_save_is_a_new_change(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    save(app)
    press(app, "undo")
    assert unsaved(app) == "1 unsaved"
    save(app)
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "POS")


def test_one_document_is_reverted_alone(app: AppTest, api: LabelingClient) -> None:
    opened(app, a_tagged_session(api))
    edit_cells(app, {0: {"label": "NEU"}})
    press(app, "next")
    edit_cells(app, {0: {"label": "NEG"}})
    (first, _) = (button.key for button in app.button if str(button.key).startswith("revert-"))
    press(app, first)
    assert unsaved(app) == "1 unsaved"
    assert cells(app, "label") == [("NEG",)]


# To save


def test_save_says_what_came_of_it(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    press(app, "done-and-next")
    save(app)
    said = shown(app)
    assert "1 document sent" in said
    assert "Status: Created → Annotating" in said
    assert "Progress: 0.0 % → 33.3 %" in said
    assert app.get("progress")[0].proto.text == ":material/edit: *Annotating ·* 33.3 % *of 3*"
    after = api.session(session.project_id, session.id)
    assert (after.status, after.progress) == ("ANNOTATING", 33.3)
    edit_cells(app, {0: {"label": "NEG"}})
    save(app)
    said = shown(app)
    assert "Status: Annotating · Progress: 33.3 % · 3 documents" in said, "what is as before is said once"


def test_save_sends_only_what_changed(app: AppTest, api: LabelingClient, line: Line) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    assert is_idle(app, "save")
    edit_cells(app, {0: {"label": "NEU"}})
    bodies: list[SessionChange] = []
    send = api.update_tagged

    def watched(
        project_id: int, session_id: int, change: SessionChange, *, if_match: str | None = None
    ) -> Tagged:
        bodies.append(change)
        return send(project_id, session_id, change, if_match=if_match)

    api.update_tagged = watched  # type: ignore[method-assign]
    save(app)
    (body,) = bodies
    assert body.model_fields_set == {"documents"}
    assert [document.text for document in body.documents or ()] == [STAFF]


def test_what_somebody_else_did_meanwhile_is_joined_with_mine(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    theirs = tagged(STAFF, ("Nice", "Staff", "POS"), ("staff", "Staff", "POS"), ("room", "Room", "POS"))
    api.update_session(session.project_id, session.id, SessionChange(documents=(theirs,)))
    save(app)
    assert "Joined with what others changed meanwhile: document 1." in shown(app)
    assert held(api, session)[0][1] == [
        (0, 4, "Staff", "POS"),
        (5, 10, "Staff", "NEU"),
        (18, 22, "Room", "POS"),
    ]
    assert cells(app, "text", "label") == [("Nice", "POS"), ("staff", "NEU"), ("room", "POS")]


@pytest.mark.parametrize(("choice", "label"), [("mine", "NEU"), ("theirs", "NEG")])
def test_where_both_replaced_the_same_tag_the_person_chooses_and_the_rest_is_saved_before(
    app: AppTest, api: LabelingClient, choice: str, label: str
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    press(app, "next")
    edit_cells(app, {0: {"label": "NEU"}})
    theirs = tagged(STAFF, ("staff", "Staff", "NEG"), ("room", "Room", "NEG"))
    api.update_session(session.project_id, session.id, SessionChange(documents=(theirs,)))
    press(app, "save")
    assert "Somebody else changed the same place as you, differently." in shown(app)
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "NEG")
    assert held(api, session)[1][1][0][3] == "NEU"
    assert unsaved(app) == "1 unsaved"
    (question,) = [radio for radio in app.radio if str(radio.key).startswith("choice-")]
    assert question.label == "Document 1: “staff”, which was Staff/POS"
    assert question.options == ["Mine: Staff/NEU", "Theirs: Staff/NEG", "Both"]
    assert question.value is None
    assert is_idle(app, "save-choices")
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "NEG")
    (question,) = [radio for radio in app.radio if str(radio.key).startswith("choice-")]
    whole(question.set_value(choice).run())
    press(app, "save-choices")
    assert held(api, session)[0][1] == [(5, 10, "Staff", label), (18, 22, "Room", "NEG")]
    assert unsaved(app) == "Nothing unsaved"


def refused(status: int) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, json={"detail": "the reason"})


def times_out(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("timed out")


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused")


def a_web_page(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, html="<html><body>Sign in to the network</body></html>")


FAULTS = [
    (refused(400), "the server refused the request as invalid (400). The server says: the reason"),
    (refused(404), "it does not exist on the server, or no longer (404). The server says: the reason"),
    (refused(500), "the server has a fault of its own (500). The server says: the reason"),
    (times_out, "the server did not answer in time"),
    (unreachable, "the server cannot be reached"),
    (a_web_page, "the server gave an answer that is not the Studio API's"),
]


@pytest.mark.parametrize("methods", [("PUT",), ("GET", "PUT", "POST")], ids=["update", "everything"])
@pytest.mark.parametrize(
    ("fault", "sentence"), FAULTS, ids=["400", "404", "500", "time-out", "refused", "HTML"]
)
def test_a_save_that_fails_says_why_keeps_the_edits_and_can_be_repeated(
    app: AppTest,
    api: LabelingClient,
    line: Line,
    fault: Callable[[httpx.Request], httpx.Response],
    sentence: str,
    methods: tuple[str, ...],
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU", "start": 0}})
    line.fault, line.methods = fault, methods
    press(app, "save")
    (error,) = app.error
    assert error.value.startswith(f"Could not save: {sentence}")
    assert "Your changes are kept" in error.value
    assert cells(app, "start", "label")[0] == (0, "NEU")
    assert unsaved(app) == "1 unsaved"
    edit_cells(app, {1: {"label": "POS"}})
    line.fault = None
    assert held(api, session)[0][1] == [(5, 10, "Staff", "POS"), (18, 22, "Room", "NEG")]
    save(app)
    assert not app.error
    assert held(api, session)[0][1] == [(0, 10, "Staff", "NEU"), (18, 22, "Room", "POS")]


def test_a_save_refused_for_the_role_locks_the_page_keeps_the_edits_and_can_be_repeated(
    app: AppTest, api: LabelingClient, line: Line
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    line.fault, line.methods = refused(403), ("PUT",)
    press(app, "save")
    (error,) = app.error
    assert error.value.startswith("Could not save: your role in this project is too low (403).")
    assert "The server refused your last save: your role is too low." in shown(app)
    assert table(app, "segments-").proto.disabled
    assert cells(app, "label")[0] == ("NEU",)
    line.fault = None
    save(app)
    assert not table(app, "segments-").proto.disabled
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "NEU")


def test_an_update_whose_answer_is_lost_is_not_sent_twice(
    app: AppTest, api: LabelingClient, line: Line
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})

    def lost(request: httpx.Request) -> httpx.Response:
        line.server.handle_request(request)
        raise httpx.ReadTimeout("timed out")

    line.fault, line.methods = lost, ("PUT",)
    press(app, "save")
    line.fault, sent = None, line.puts
    assert not is_idle(app, "save")
    save(app)
    assert line.puts == sent
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "NEU")
    assert unsaved(app) == "Nothing unsaved"


def test_while_the_server_is_away_the_screen_stays_and_the_work_goes_on(
    app: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    session = a_tagged_session(api)
    opened(app, session)

    def away(*arguments: object, **named: object) -> object:
        raise Unavailable("no connection")

    with monkeypatch.context() as broken:
        for call in ("projects", "sessions", "session", "session_tag"):
            broken.setattr(api, call, away)
        clock.pass_a_minute()
        edit_cells(app, {0: {"label": "NEU"}})
        assert "You can go on editing" in shown(app)
        assert cells(app, "label")[0] == ("NEU",)
        press(app, "save")
        assert "Could not save: the server cannot be reached" in shown(app)
        press(app, "ask-again")
        assert "You can go on editing" in shown(app)
    press(app, "ask-again")
    assert "You can go on editing" not in shown(app)
    save(app)
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "NEU")


def test_an_edit_is_drawn_before_the_server_is_asked_what_is_new_which_follows(
    app: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    api.update_session(session.project_id, session.id, SessionChange(name="Second round"))
    clock.pass_a_minute()
    order: list[str] = []
    sessions, draw = api.sessions, segment_table.segment_table
    monkeypatch.setattr(
        api, "sessions", lambda *names, **more: order.append("asked") or sessions(*names, **more)
    )
    monkeypatch.setattr(
        segment_table, "segment_table", lambda *names, **more: order.append("drawn") or draw(*names, **more)
    )
    edit_cells(app, {0: {"label": "NEU"}})
    assert order == ["drawn", "asked", "drawn"]
    assert picker(app, "session").options == ["Second round"]
    assert cells(app, "label")[0] == ("NEU",)


def test_what_a_page_that_stopped_early_lacked_is_there_when_the_server_has_it(
    app: AppTest, api: LabelingClient, clock: Clock
) -> None:
    session = a_session(api)
    opened(app, session)
    assert "This session has no documents yet." in shown(app)
    added = SessionChange(documents=(Document(text=STAFF),))
    api.update_session(session.project_id, session.id, added)
    clock.pass_a_minute()
    whole(app.run())
    assert drawn(app)["text"] == STAFF


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Unavailable("no connection"), "You can go on editing"),
        (NotFound("gone"), "Could not read the sessions"),
    ],
)
def test_when_the_late_look_at_the_server_fails_that_is_said_and_the_edit_is_kept(
    app: AppTest,
    api: LabelingClient,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    words: str,
    clock: Clock,
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    clock.pass_a_minute()

    def fails(*arguments: object, **named: object) -> object:
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(api, "sessions", fails)
        edit_cells(app, {0: {"label": "NEU"}})
        assert words in shown(app)
    clock.pass_a_minute()
    whole(app.run())
    assert words not in shown(app)
    assert cells(app, "label")[0] == ("NEU",)
    save(app)


def test_documents_that_cannot_be_read_are_asked_for_again(
    app: AppTest, api: LabelingClient, line: Line
) -> None:
    session = a_session(api, *[f"Document {n}" for n in range(1, 61)])
    opened(app, session)
    add_segment(app, "Document", "Room", "POS")
    line.fault = refused(500)
    whole(pager(app).set_value(2).run())
    assert "Could not read the documents: the server has a fault of its own (500)." in shown(app)
    line.fault = None
    press(app, "list-again")
    assert (listed(app)[0], unsaved(app)) == (51, "1 unsaved")
    save(app)
    assert held(api, session)[0][1] == [(0, 8, "Room", "POS")]


def later_pages_fail(line: Line) -> Callable[[httpx.Request], httpx.Response]:
    """No page of a search but the first can be read."""

    def fault(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if query.get("search") and query.get("offset") != "0":
            raise httpx.ConnectError("connection refused")
        return line.server.handle_request(request)

    return fault


def test_the_text_stays_when_the_documents_around_it_cannot_be_read(
    app: AppTest, api: LabelingClient, line: Line
) -> None:
    opened(app, a_session(api, *[f"Room {n}" for n in range(1, 121)]), document=50)
    line.fault = later_pages_fail(line)
    search(app, "room")
    assert (number(app), drawn(app)["text"], listed(app)[-1]) == (50, "Room 50", 50)
    press(app, "next")
    assert "Could not open another document: the server cannot be reached" in shown(app)
    press(app, "done-and-next")
    assert (number(app), drawn(app)["done"]) == (50, True)
    assert "Could not open another document: the server cannot be reached" in shown(app)
    line.fault = None
    press(app, "next")
    assert number(app) == 51


def test_the_text_stays_and_can_be_edited_when_the_list_cannot_be_read(
    app: AppTest, api: LabelingClient, line: Line
) -> None:
    opened(app, a_session(api, *[f"Room {n}" for n in range(1, 121)]))
    line.fault = refused(500)
    search(app, "room")
    assert "Could not read the documents: the server has a fault of its own (500)." in shown(app)
    assert drawn(app)["text"] == "Room 1"
    add_segment(app, "Room", "Room", "POS")
    assert unsaved(app) == "1 unsaved"
    line.fault = None
    press(app, "list-again")
    assert listed(app)[0] == 1


def test_a_done_mark_that_is_refused_leads_nowhere(
    app: AppTest, api: LabelingClient, line: Line, drafts: DraftStore
) -> None:
    """A save of another document ends after the page was drawn, and then this one cannot be read anew."""
    opened(app, a_session(api, "Cold room", "Nice staff"), document=2)
    add_segment(app, "staff", "Staff", "POS")
    press(app, "previous")
    goes_on = threading.Event()

    def held(request: httpx.Request) -> httpx.Response:
        assert request.method != "PUT" or goes_on.wait(30)
        return line.server.handle_request(request)

    line.fault = held
    whole(app.button(key="save").click().run())
    goes_on.set()
    until = time.monotonic() + 30
    while any(header.facts.changes for header in drafts.drafts("embedded", str(api.who().id))):
        assert time.monotonic() < until
        time.sleep(0.02)
    line.fault = refused(500)
    press(app, "done-and-next")
    line.fault = None
    press(app, "load-again")
    assert (number(app), drawn(app)["done"]) == (1, False)
    assert "Not stored: this document was just saved and cannot be read at the moment." in shown(app)


def test_the_list_and_the_table_of_all_documents_can_both_fail_to_be_read(
    app: AppTest, api: LabelingClient, line: Line
) -> None:
    opened(app, a_session(api, *[tagged(f"Room {n}", ("Room", "Room", "POS")) for n in range(1, 421)]))
    show_tab(app, "All documents")
    line.fault = refused(500)
    (rows,) = (node for node in app.get("pagination") if str(node.key).startswith("rows-page-"))
    whole(rows.set_value(2).run())
    search(app, "room")
    assert [error.value.partition(":")[0] for error in app.error] == ["Could not read the documents"] * 2
    line.fault = None
    press(app, "list-again")
    assert listed(app)[0] == 1
    assert not app.error


def test_a_document_of_the_list_that_cannot_be_read_leaves_the_open_one_where_it_is(
    app: AppTest, api: LabelingClient, line: Line
) -> None:
    opened(app, a_session(api, *[f"{'Room' if n > 60 else 'Bed'} {n}" for n in range(1, 121)]))
    search(app, "room")
    line.fault = lambda request: (
        refused(500)(request)
        if request.url.params.get("offset") == "100" and "search" not in request.url.params
        else line.server.handle_request(request)
    )
    open_in_list(app, 45)
    assert "Could not read document 106: the server has a fault of its own (500)." in shown(app)
    assert (number(app), drawn(app)["text"]) == (1, "Bed 1")
    line.fault = None
    open_in_list(app, 45)
    assert number(app) == 106


# Who may only look


def assert_read_only(app: AppTest) -> None:
    """Nothing on the page changes anything; everything can be read."""
    assert drawn(app)["readOnly"]
    assert len(rows(app, "segments-")) == 2
    assert table(app, "segments-").proto.disabled
    for key in ("save", "undo", "redo", "done-and-next"):
        assert is_idle(app, key)
    assert not {"add-segment", "add-tag", "delete-rows"} & {str(button.key) for button in app.button}
    press(app, "next")
    assert number(app) == 2


def test_a_viewer_sees_everything_read_only_and_why(
    app: AppTest, api: LabelingClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = a_tagged_session(api)
    viewer = a_person(api, store, Role.VIEWER, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: viewer)
    opened(app, session)
    assert "You are a viewer in this project: you can read everything, but not change it." in shown(app)
    assert_read_only(app)


@pytest.mark.parametrize(
    ("status", "doing"),
    [("SAMPLING", "choosing documents"), ("PREDICTING", "predicting tags"), ("DELETING", "being deleted")],
)
def test_a_busy_session_is_read_only_and_says_why(
    app: AppTest, api: LabelingClient, store: Store, status: str, doing: str
) -> None:
    session = a_tagged_session(api)
    set_status(store, session, status)
    opened(app, session)
    assert f"This session is {doing} right now." in shown(app)
    assert status.capitalize() in app.get("progress")[0].proto.text
    assert_read_only(app)


def test_a_session_that_becomes_busy_keeps_the_edits_until_that_is_over(
    app: AppTest, api: LabelingClient, store: Store, clock: Clock
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    set_status(store, session, "PREDICTING")
    clock.pass_a_minute()
    whole(app.run())
    assert cells(app, "label")[0] == ("NEU",)
    assert_read_only(app)
    set_status(store, session, "ANNOTATING")
    clock.pass_a_minute()
    whole(app.run())
    save(app)
    assert held(api, session)[0][1][0] == (5, 10, "Staff", "NEU")


# A server of another make


@pytest.fixture
def other() -> OtherServer:
    """A server without abilities, which replaces what is there by what is sent; one text stands twice."""
    texts = ["Nice staff", "Small room", "Nice staff", *[f"Dear {n}" for n in range(4, 211)]]
    return OtherServer("replace", [{"text": text, "segments": []} for text in texts])


@pytest.fixture
def elsewhere(app: AppTest, other: OtherServer, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page on that server."""
    http = httpx.Client(transport=InProcess(other.app), base_url="http://other")
    client = LabelingClient(http, TOKEN, pause=lambda seconds: None)
    monkeypatch.setattr(connections, "connect", lambda token: client)
    return whole(app.switch_page("pages/annotate.py").run())


def test_a_server_without_abilities_is_listed_and_saved_to_in_one_request(
    elsewhere: AppTest, other: OtherServer
) -> None:
    assert (len(listed(elsewhere)), number(elsewhere)) == (50, 1)
    add_segment(elsewhere, "staff", "Staff", "POS")
    press(elsewhere, "save")
    assert "Save sends one request that names all 210 documents" in shown(elsewhere)
    press(elsewhere, "not-now")
    assert (other.puts, unsaved(elsewhere)) == ([], "1 unsaved")
    press(elsewhere, "save")
    press(elsewhere, "send-it")
    assert "The server holds exactly what you saved." in shown(elsewhere)
    (body,) = other.puts
    assert [item["text"] for item in body["documents"]] == [item["text"] for item in other.documents]
    assert [item["segments"][0]["span"] for item in other.documents if item["segments"]] == [[5, 10]]
    assert len(other.documents) == 210
    edit_cells(elsewhere, {0: {"label": "NEG"}})
    save(elsewhere)
    assert len(other.puts) == 2


def test_what_is_asked_before_a_save_follows_what_is_done_meanwhile(elsewhere: AppTest) -> None:
    add_segment(elsewhere, "staff", "Staff", "POS")
    press(elsewhere, "save")
    assert "carries 1 changed document, with" in shown(elsewhere)
    press(elsewhere, "done-and-next")
    press(elsewhere, "done-and-next")
    assert "carries 2 changed documents, with" in shown(elsewhere)
    for _ in range(3):
        press(elsewhere, "undo")
    assert "Save sends one request" not in shown(elsewhere)
    assert unsaved(elsewhere) == "Nothing unsaved"
    press(elsewhere, "redo")
    assert "Save sends one request" not in shown(elsewhere)


def test_a_server_without_filters_is_filtered_after_reading_everything(elsewhere: AppTest) -> None:
    search(elsewhere, "nice")
    assert "This server cannot filter by that." in shown(elsewhere)
    assert elsewhere.button(key="read-all").label == "Read all 210 documents"
    press(elsewhere, "read-all")
    assert listed(elsewhere) == [1, 3]
    press(elsewhere, "next")
    assert number(elsewhere) == 3
    search(elsewhere, "dear 210")
    assert listed(elsewhere) == [210]


def test_a_done_mark_that_the_server_cannot_hold_is_said_to_be_kept_here(
    elsewhere: AppTest, other: OtherServer
) -> None:
    press(elsewhere, "done-and-next")
    press(elsewhere, "save")
    press(elsewhere, "send-it")
    assert "kept here only" in shown(elsewhere)
    assert other.puts == []
    press(elsewhere, "previous")
    assert drawn(elsewhere)["done"]
