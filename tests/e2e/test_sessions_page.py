"""The page Sessions in a browser: what is typed is saved by its key, warned of before it is lost, and renamed
by the first press; a second tab says what is unsaved."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from labeling.model import Session
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, client, open_text, slowed
from tests.e2e.grid import Grid
from tests.e2e.runs import heard, settled
from tests.e2e.test_leaving import expect_question


def open_sessions(page: Page, server: AppServer, session: Session) -> None:
    page.goto(f"{server.url}/?project={session.project_id}&session={session.id}")
    expect(page.get_by_label("Session name")).to_be_visible()
    settled(page)
    expect(page).to_have_title("Sessions · Tagwright")  # by the script that watches the fields


def test_an_address_that_is_no_page_leads_to_one_and_says_so(server: AppServer, browser: Browser) -> None:
    page = heard(browser.new_page())
    for name in ("/new", "/annotate/new"):
        page.goto(f"{server.url}{name}")
        expect(page.get_by_text(f"There is no page “{name}”: this is Sessions.")).to_be_visible()
    settled(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.close()


def test_a_name_that_is_typed_is_warned_of_before_it_is_lost_and_saved_by_ctrl_s(
    server: AppServer, page: Page
) -> None:
    session = a_session(server, "The staff smiled", name="Before")
    open_sessions(page, server, session)
    expect_question(page, False)
    name = page.get_by_label("Session name")
    name.fill("After")
    expect_question(page, True)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    expect_question(page, False)
    with client(server) as api:
        assert api.session(session.project_id, session.id).name == "After"


def test_what_a_save_came_to_is_seen_wherever_in_the_form_one_is(server: AppServer, page: Page) -> None:
    session = a_session(server, "The staff smiled")
    size = page.viewport_size
    assert size is not None
    try:
        page.set_viewport_size({"width": 1280, "height": 500})
        open_sessions(page, server, session)
        expect(page.get_by_text("Everything is saved.")).to_be_in_viewport(ratio=1)
        page.get_by_text("Add documents", exact=True).first.click()
        page.get_by_label("One document a line").fill("One more")
        page.get_by_role("button", name="Add these texts").click()
        expect(page.get_by_text("1 unsaved change,")).to_be_in_viewport(ratio=1)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("The server holds exactly what you saved.")).to_be_in_viewport(ratio=1)
    finally:
        page.set_viewport_size({"width": size["width"], "height": size["height"]})


def test_the_first_press_on_rename_renames_what_was_just_typed(server: AppServer, page: Page) -> None:
    session = a_session(server, "The staff smiled")
    open_sessions(page, server, session)
    Grid(page, f"classes-{session.id}").click(0, 80)
    settled(page)
    page.get_by_role("button", name="Rename …").first.click()
    page.get_by_label("New name").fill("Crew")
    expect_question(page, True)
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(page.get_by_text("unsaved change").filter(visible=True).first).to_be_visible()
    expect(page.get_by_label("New name")).to_have_count(0)
    expect_question(page, False)


def test_a_second_tab_says_by_itself_what_is_unsaved(server: AppServer, page: Page) -> None:
    session = a_session(server, "The staff smiled", name="Before")
    second = heard(page.context.new_page())
    open_text(second, server, session)
    expect(second.get_by_text("Everything is saved.")).to_be_visible()
    open_sessions(page, server, session)
    page.get_by_label("Session name").fill("After")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 unsaved change,")).to_be_visible()
    expect(second.get_by_text("1 unsaved change,")).to_be_visible()


TURN = """([field, page]) => {
  [...document.querySelectorAll("nav a")].find((one) => one.innerText.endsWith(page)).click();
  document.querySelector(`[aria-label="${field}"]`).blur();
}"""
"""Turns the page and only then leaves the field, as a quick press on the link does in a busy browser."""
TURNS = "() => navigation.entries().map((each) => each.url)"


def test_the_first_press_on_another_page_leads_there_and_what_was_just_typed_is_kept(
    server: AppServer, page: Page
) -> None:
    session = a_session(server, "The staff smiled", name="Before")
    open_sessions(page, server, session)
    page.get_by_label("Session name").fill("After")
    page.evaluate(TURN, ["Session name", "Review"])
    expect(page).to_have_title("(1) Review · Tagwright")
    settled(page)
    page.get_by_role("link", name="Sessions").click()
    expect(page.get_by_label("Session name")).to_have_value("After")
    settled(page)
    with slowed(page):
        page.get_by_label("Session name").fill("Later")
        page.go_back()
        expect(page).to_have_title("(1) Review · Tagwright")
    page.get_by_role("link", name="Sessions").click()
    expect(page.get_by_label("Session name")).to_have_value("Later")
    settled(page)
    turns = page.evaluate(TURNS)
    page.get_by_label("Session name").fill("Last")
    page.go_back()
    expect(page).to_have_title("(1) Review · Tagwright")
    settled(page)
    assert page.evaluate(TURNS) == turns
