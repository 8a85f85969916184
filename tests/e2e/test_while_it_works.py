"""What is drawn for what, and work that goes on while the app is at work on something long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from labeling.model import Role, Session
from labeling.server.accounts import add_person
from labeling.server.storage.store import open_store
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import (
    a_session,
    acknowledged,
    button,
    expect_unsaved,
    open_text,
    press,
    tag_next_word,
    tagged,
)
from tests.e2e.runs import settled
from tests.proxy import Proxy, Trouble, proxied

SHORT = "Kind staff in a small room"


@pytest.fixture(scope="module")
def long_line(shared_app: AppServer) -> Iterator[Proxy]:
    """The way to the shared app's API, which may be long."""
    with proxied(shared_app.url) as found:
        yield found


@pytest.fixture
def line(long_line: Proxy) -> Iterator[Proxy]:
    yield long_line
    long_line.release()


@pytest.fixture(scope="module")
def remote(
    shared_app: AppServer, long_line: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    """Another app, which works with that API over the line, and waits as long as a test holds an answer."""
    shared_app.revive()
    env = {"LABELING_API_URL": f"{long_line.url}/api", "LABELING_API_TOKEN": shared_app.token}
    app = AppServer(tmp_path_factory.mktemp("remote") / "data", env={**env, "LABELING_API_TIMEOUT": "120"})
    yield app
    app.stop()


def hold(line: Proxy, method: str, session: Session, path: str = "") -> None:
    """The answer to the next such request about the session waits for the line's release."""
    begin = f"{method} /api/projects/{session.project_id}/annotations/{session.id}{path}"
    line.expect(Trouble("answer", "held", 0, begin))


def drawn_by(page: Page) -> list[str]:
    """The kinds of elements that the app sends to the page from here on."""
    found: list[str] = []

    def hear(payload: bytes | str) -> None:
        message = ForwardMsg.FromString(payload if isinstance(payload, bytes) else payload.encode())
        if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
            found.append(str(message.delta.new_element.WhichOneof("type")))

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", hear)

    page.on("websocket", listen)
    return found


def test_a_tag_and_the_way_to_the_next_document_draw_no_more_than_they_change(
    server: AppServer, new_page: Page
):
    page = new_page
    session = a_session(server, SHORT, "The second letter")
    drawn = drawn_by(page)
    open_text(page, server, session)
    assert "selectbox" in drawn, "the choice of the project is not one any more: the test shows nothing"
    for name in "Paste", "Tags":
        page.get_by_role("radio", name=name).click()
        settled(page)
    page.get_by_role("textbox", name="Document text").focus()
    drawn.clear()
    tag_next_word(page)
    expect_unsaved(page, 1)
    acknowledged(page)
    press(page, "Control+Enter")
    expect(page.get_by_role("heading", name="Document 2 of 2")).to_be_visible()
    acknowledged(page)
    assert "dataframe" in drawn
    assert "selectbox" not in drawn
    page.wait_for_url("**document=2*")


def test_what_is_done_there_and_shows_elsewhere_draws_the_whole_page(server: AppServer, page: Page):
    session = a_session(server, SHORT)
    open_text(page, server, session)
    page.get_by_role("button", name="Show only").click()
    page.get_by_role("combobox", name="Classes").click()
    page.get_by_role("option", name="Room").click()
    is_asked = page.get_by_role("button", name="Show only").get_by_text("visibility_off")
    expect(is_asked).to_be_visible()
    press(page, "Escape", "Escape")
    page.get_by_role("button", name="Show all").click()
    expect(is_asked).to_have_count(0)


def test_the_browsers_back_button_leads_back_document_by_document(server: AppServer, page: Page):
    session = a_session(server, *(f"{SHORT} {number}" for number in range(4)))
    open_text(page, server, session)
    for number in (2, 3, 4):
        button(page, "Next").click()
        expect(page.get_by_role("heading", name=f"Document {number} of 4")).to_be_visible()
        settled(page)
    for number in (3, 2, 1):
        page.go_back()
        expect(page.get_by_role("heading", name=f"Document {number} of 4")).to_be_visible()
        settled(page)
        assert page.url.endswith(f"document={number}")


def test_a_save_holds_nothing_up_and_what_is_tagged_meanwhile_is_kept_and_not_saved_by_it(
    server: AppServer, remote: AppServer, line: Proxy, page: Page
):
    session = a_session(server, SHORT)
    open_text(page, remote, session)
    tag_next_word(page)
    expect_unsaved(page, 1)
    hold(line, "PUT", session)
    press(page, "Control+s")
    stop = page.get_by_role("button", name="Stop saving")
    expect(stop).to_be_visible()
    tag_next_word(page)
    acknowledged(page)
    expect_unsaved(page, 2)
    expect(stop).to_be_visible()
    assert line.met == 1
    line.release()
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    expect(stop).to_have_count(0)
    expect_unsaved(page, 1)
    assert tagged(server, session) == [[("Kind", "Staff", "POS")]]
    expect(page.get_by_role("textbox", name="Document text").locator(".caption")).to_have_count(2)


def test_a_tag_breaks_the_check_of_a_session_off_and_is_kept(
    server: AppServer, remote: AppServer, line: Proxy, new_page: Page
):
    page = new_page  # whose line to the app begins here, so that all of it is heard
    session = a_session(server, *(f"{SHORT} {number}" for number in range(500)))
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_text(page, remote, session)
    page.get_by_role("radio", name="Problems").click()
    hold(line, "GET", session, "/documents?")
    check = page.get_by_role("button", name="Check all 500 documents")
    check.click()
    expect(page.get_by_text("0 checked")).to_be_visible()
    press(page, "Escape")
    page.get_by_role("textbox", name="Document text").focus()
    tag_next_word(page)
    # A check that goes on before the tag is sent may end before it comes.
    until = time.monotonic() + 60
    while not any(isinstance(one, bytes) and b'"add"' in one for one in sent):
        assert time.monotonic() < until
        page.wait_for_timeout(10)
    line.release()
    expect_unsaved(page, 1)
    acknowledged(page)
    expect(check).to_be_visible()


def test_a_document_that_a_save_has_stored_is_shown_and_edited_as_it_is_stored_while_the_save_goes_on(
    server: AppServer, remote: AppServer, line: Proxy, page: Page
):
    count = 250
    session = a_session(server, *(f"{SHORT} {number}" for number in range(count)))
    open_text(page, remote, session)
    tag_next_word(page)
    expect_unsaved(page, 1)
    press(page, "=")
    page.get_by_text("In the whole session").click()
    page.get_by_role("button", name=f"Search all {count} documents").click()
    page.get_by_role("button", name=f"Tag {count - 1} places").click()
    expect_unsaved(page, count)
    begin = f"PUT /api/projects/{session.project_id}/annotations/{session.id}"
    # After its first byte: a server closes a connection on which no request has begun for some seconds.
    line.expect(Trouble("request", "held", 1, begin, skip=1))
    button(page, "Save").click()
    expect_unsaved(page, count - 200)
    captions = page.get_by_role("textbox", name="Document text").locator(".caption")
    expect(captions).to_have_count(1)
    page.get_by_role("button", name="Done and next").click()
    expect(page.get_by_role("heading", name=f"Document 2 of {count}")).to_be_visible()
    expect(captions).to_have_count(1)
    button(page, "Previous").click()
    expect(captions).to_have_count(1)
    line.release()
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    expect_unsaved(page, 1)
    expect(captions).to_have_count(1)
    assert tagged(server, session) == [[("Kind", "Staff", "POS")]] * 200


def test_a_save_of_another_session_is_waited_for_without_holding_the_page(
    server: AppServer, remote: AppServer, line: Proxy, page: Page
):
    first, second = a_session(server, SHORT), a_session(server, SHORT)
    open_text(page, remote, first)
    tag_next_word(page)
    expect_unsaved(page, 1)
    hold(line, "PUT", first)
    press(page, "Control+s")
    expect(page.get_by_role("button", name="Stop saving")).to_be_visible()
    page.locator(".st-key-place").get_by_role("button").click()
    page.get_by_role("combobox", name="Project").fill(f"id {second.project_id}")
    page.get_by_role("option", name=f"(id {second.project_id})").click()
    expect_unsaved(page, 0)  # it is the other one that is open now
    settled(page)
    page.get_by_role("textbox", name="Document text").focus()
    tag_next_word(page)
    expect_unsaved(page, 1)
    press(page, "Control+s")
    expect(page.get_by_text("First another session of yours is saved")).to_be_visible()
    tag_next_word(page)
    acknowledged(page)
    expect_unsaved(page, 2)
    line.release()
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    assert [len(tags) for tags in tagged(server, first) + tagged(server, second)] == [1, 2]


def test_a_sign_in_that_expires_while_the_list_is_turned_is_asked_for_once(
    server: AppServer, line: Proxy, tmp_path: Path, page: Page
):
    session = a_session(server, *(f"{SHORT} {number}" for number in range(300)))
    person, password = "ann@example.org", "correct horse battery"
    with closing(open_store(server.data)) as store:
        add_person(store, person, password, Role.MANAGER)

    def sign_in() -> None:
        page.get_by_label("E-mail").fill(person)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()

    app = AppServer(tmp_path / "remote" / "data", env={"LABELING_API_URL": f"{line.url}/api"})
    try:
        page.goto(f"{app.url}/annotate?project={session.project_id}&session={session.id}&document=1")
        sign_in()
        text = page.get_by_role("textbox", name="Document text")
        expect(text).to_be_visible()
        settled(page)
        text.focus()
        tag_next_word(page)
        expect_unsaved(page, 1)
        acknowledged(page)
        server.write("delete from tokens where user_id <> 1")
        page.locator('[class*="st-key-document-page"]').get_by_text("6", exact=True).click()
        sign_in()
        expect(text).to_be_visible()
        expect_unsaved(page, 1)
        expect(page.get_by_label("E-mail")).to_have_count(0)
    finally:
        app.stop()
