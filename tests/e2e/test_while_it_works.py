"""What is drawn for what, and work that goes on while the app is at work on something long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from labeling.model import Session
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, acknowledged, open_text, press, settled, tag_next_word, tagged
from tests.proxy import Proxy, Trouble, proxied

SHORT = "Kind staff in a small room"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AppServer]:
    """The app with the API that it brings along."""
    server = AppServer(tmp_path / "data", env={"LABELING_SAMPLE": ""})
    yield server
    server.stop()


@pytest.fixture
def line(server: AppServer) -> Iterator[Proxy]:
    """The way to that API, which may be long."""
    with proxied(server.url) as found:
        yield found


@pytest.fixture
def remote(server: AppServer, line: Proxy, tmp_path: Path) -> Iterator[AppServer]:
    """Another app, which works with that API over the line."""
    env = {"LABELING_API_URL": f"{line.url}/api", "LABELING_API_TOKEN": server.token}
    app = AppServer(tmp_path / "remote" / "data", env=env)
    yield app
    app.stop()


def hold(line: Proxy, method: str, session: Session, path: str = "") -> None:
    """The answer to the next such request about the session waits for the line's release."""
    begin = f"{method} /api/projects/{session.project_id}/annotations/{session.id}{path}"
    line.expect(Trouble("answer", "held", 0, begin))


def expect_unsaved(page: Page, count: int) -> None:
    expect(page.get_by_role("button", name=f"{count} unsaved", exact=True)).to_be_visible()


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


def test_a_tag_and_the_way_to_the_next_document_draw_no_more_than_they_change(server: AppServer, page: Page):
    session = a_session(server, SHORT, "The second letter")
    drawn = drawn_by(page)
    open_text(page, server, session)
    assert "selectbox" in drawn, "the choice of the project is not one any more: the test shows nothing"
    for _ in "open", "close":
        page.get_by_role("button", name="Paste rows").click()
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
    assert "document=2" in page.url


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
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible(timeout=20_000)
    expect(stop).to_have_count(0)
    expect_unsaved(page, 1)
    assert tagged(server, session) == [[("Kind", "Staff", "POS")]]
    expect(page.get_by_role("textbox", name="Document text").locator(".caption")).to_have_count(2)


def test_a_tag_breaks_the_check_of_a_session_off_and_is_kept(
    server: AppServer, remote: AppServer, line: Proxy, page: Page
):
    session = a_session(server, *(f"{SHORT} {number}" for number in range(500)))
    open_text(page, remote, session)
    page.get_by_role("button", name="Checks").click()
    hold(line, "GET", session, "/documents?")
    check = page.get_by_role("button", name="Check all 500 documents")
    check.click()
    expect(page.get_by_text("0 checked")).to_be_visible()
    press(page, "Escape")
    page.get_by_role("textbox", name="Document text").focus()
    tag_next_word(page)
    line.release()
    expect_unsaved(page, 1)
    acknowledged(page)
    page.get_by_role("button", name="Checks").click()
    expect(check).to_be_visible()
