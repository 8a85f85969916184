"""A page that stays open while the app is killed and started again: all that is done goes on,
with no reload."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from labeling.model import Document, Segment, Session, Tag
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import (
    a_session,
    acknowledged,
    button,
    client,
    expect_unsaved,
    go,
    open_text,
    press,
    save,
    tag_next_word,
    tagged,
)
from tests.e2e.conftest import Tab
from tests.e2e.grid import KEY, Grid
from tests.e2e.runs import settled

SENT = 500
"""Milliseconds after which the grid has sent a cell: it waits 150 for more."""


@pytest.fixture
def letters(server: AppServer, page: Page) -> Iterator[Session]:
    """Three documents, the first of them open, with a tag;
    nothing was done since the whole page was drawn."""
    kind = Segment(span=(0, 4), text="Kind", tags=(Tag.of("Staff", "POS"),))
    first = Document(text="Kind staff here", segments=(kind,))
    session = a_session(server, first, "Small room", "Clean room")
    open_text(page, server, session)
    page.evaluate("() => { window.isTheSame = true; }")
    yield session
    assert page.evaluate("() => window.isTheSame"), "the page was loaded again"


def expect_document(page: Page, number: int) -> None:
    expect(page.get_by_role("heading", name=f"Document {number} of 3")).to_be_visible()


def is_connected(page: Page) -> None:
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")


def is_cut_off(page: Page) -> None:
    app = page.get_by_test_id("stApp")
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")


def kill(server: AppServer, page: Page) -> None:
    server.kill()
    is_cut_off(page)


def restart(server: AppServer, page: Page) -> None:
    kill(server, page)
    server.start()


def look_into_a_cell(page: Page, grid: Grid) -> None:
    """The browser reads the editor of cells from the app when one is first opened."""
    grid.go(0, "Label")
    page.keyboard.press("Enter")
    page.locator("#portal input").first.wait_for(state="visible")
    page.keyboard.press("Escape")


def test_acts_on_the_text_during_a_restart_and_after_it_are_kept_once(
    server: AppServer, page: Page, letters: Session
):
    kill(server, page)
    press(page, "Control+ArrowRight")
    tag_next_word(page)
    server.start()
    acknowledged(page)
    expect_unsaved(page, 1)
    tag_next_word(page)
    acknowledged(page)
    expect_unsaved(page, 2)
    save(page)
    words = ("Kind", "staff", "here")
    assert tagged(server, letters) == [[(word, "Staff", "POS") for word in words], [], []]


def test_buttons_are_taken_as_soon_as_they_can_be_pressed_after_a_restart(
    server: AppServer, page: Page, letters: Session
):
    restart(server, page)
    button(page, "Done and next").click()
    expect_document(page, 2)
    expect_unsaved(page, 1)
    restart(server, page)
    button(page, "Undo").click()
    expect_unsaved(page, 0)


def test_what_is_typed_and_pressed_before_the_restarted_app_has_drawn_the_page_is_taken_in_that_order(
    server: AppServer, page: Page, letters: Session
):
    grid = Grid(page, "segments-")
    look_into_a_cell(page, grid)
    restart(server, page)
    is_connected(page)
    server.hang()
    grid.type(0, "Label", "NEG")
    page.wait_for_timeout(SENT)
    button(page, "Done and next").click()
    server.wake()
    expect_document(page, 2)
    expect_unsaved(page, 2)
    save(page)
    assert tagged(server, letters) == [[("Kind", "Staff", "NEG")], [], []]


def open_cell(page: Page, grid: Grid, row: int, column: str, value: str) -> Locator:
    """What is typed into a cell that is not left yet."""
    grid.go(row, column)
    page.keyboard.press("Enter")
    field = page.locator("#portal input").first
    field.wait_for(state="visible")
    page.keyboard.press("Control+a")
    page.keyboard.type(value, delay=KEY)
    expect(field).to_have_value(value)
    return field


def line(page: Page, words: str) -> Locator:
    """What is said while the app cannot be reached, and of what was lost with that."""
    return page.locator(".outage", has_text=words)


@pytest.mark.parametrize(("column", "value"), [("End", "10"), ("Label", "NEG")])
def test_a_cell_that_is_open_when_the_app_goes_away_stays_open_until_it_is_back(
    server: AppServer, page: Page, letters: Session, column: str, value: str
):
    grid = Grid(page, "segments-")
    field = open_cell(page, grid, 0, column, value)
    kill(server, page)
    expect(line(page, "The app cannot be reached")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    for key in ("Enter", "Tab", "Control+s"):
        press(page, key)
    page.get_by_role("textbox", name="Document text").click()
    expect(line(page, "The cell stays open until then")).to_be_visible()
    expect(field).to_have_value(value)
    server.start()
    is_connected(page)
    expect(line(page, "The app cannot be reached")).to_be_hidden()
    expect(field).to_have_value(value)
    press(page, "Enter")
    expect_unsaved(page, 1)
    expect(grid.at(0, column)).to_have_text(value)


def test_it_is_said_what_was_typed_into_an_open_cell_that_is_gone_when_the_app_is_back(
    server: AppServer, kept: dict[str, Tab], page: Page, letters: Session
):
    kept.pop("page")  # Streamlit's front end does not get over what is taken out of its page
    open_cell(page, Grid(page, "segments-"), 0, "End", "10")
    kill(server, page)
    page.locator("#portal").evaluate("portal => portal.replaceChildren()")
    server.start()
    expect(line(page, "Not taken: “10”, typed into row 1, End. Please type it again.")).to_be_visible()


def test_when_only_the_line_was_cut_the_same_goes_on_with_what_was_done_meanwhile(
    server: AppServer, new_page: Page
):
    page = new_page
    is_cut = False
    lines: list[WebSocketRoute] = []

    def connect(line: WebSocketRoute) -> None:
        if is_cut:
            line.close()
        else:
            line.connect_to_server()
            lines.append(line)

    page.route_web_socket("**/_stcore/stream", connect)
    session = a_session(server, "Kind staff here", "Small room", "Clean room")
    open_text(page, server, session)
    is_cut = True
    lines[-1].close()
    is_cut_off(page)
    tag_next_word(page)
    is_cut = False
    acknowledged(page)
    expect_unsaved(page, 1)
    button(page, "Done and next").click()
    expect_document(page, 2)
    expect_unsaved(page, 2)


def test_a_form_filled_in_before_a_restart_is_sent_after_it(server: AppServer, page: Page):
    there = a_session(server, "A project for it")
    go(page, f"{server.url}/new_session?project={there.project_id}")
    page.get_by_label("Texts", exact=True).fill("Kind staff\nSmall room")
    page.keyboard.press("Tab")
    expect(page.get_by_text("2 documents").first).to_be_visible()
    page.get_by_label("Classes", exact=True).click()
    page.keyboard.type("food, drink")
    page.keyboard.press("Tab")
    expect(page.get_by_text("drink", exact=True)).to_be_visible()
    create = button(page, "Create session with 2 documents")
    expect(create).to_be_enabled()
    expect(page.get_by_test_id("stDataFrame").last).to_be_visible()
    settled(page)
    restart(server, page)
    create.click()
    expect(page.get_by_role("heading", name="Document 1 of 2")).to_be_visible()
    with client(server) as api:
        (made,) = (one for one in api.sessions(there.project_id) if one.id != there.id)
    assert {"food", "drink"} <= set(made.classes)


def test_a_session_is_opened_from_the_list_after_a_restart(server: AppServer, page: Page, letters: Session):
    page.get_by_role("link", name="Sessions").click()
    expect(button(page, "Annotate")).to_be_enabled()
    settled(page)
    restart(server, page)
    button(page, "Annotate").click()
    expect_document(page, 1)
