"""The annotator in the running app: fast typing, a dying server,
work by keyboard alone and by mouse alone."""

from __future__ import annotations

import time

from hypothesis import settings
from playwright.sync_api import Dialog, Page, expect

from labeling.model import Status, Type
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import (
    a_session,
    acknowledged,
    client,
    expect_unsaved,
    go,
    marked,
    open_text,
    press,
    save,
    tag_next_word,
    tagged,
    where,
)
from tests.e2e.grid import KEY, Grid
from tests.e2e.runs import settled

INSTEAD = """([key, words]) => {
  const line = document.querySelector(`.st-key-${key} p`);
  const { content } = line ? getComputedStyle(line, "::after") : { content: "no line" };
  return (content === "none" ? "" : JSON.parse(content.replaceAll('" "', ""))) === words;
}"""
"""Whether the browser says this in the place of the line, or leaves it as it is (no words)."""
STORM = 100 if settings.get_current_profile_name() == "thorough" else 50
"""Edits of the storm, 20 a second: the tests take half as many as `tests.soak`."""
PACE = 0.05


TURNED_WHILE_BUSY = """() => {
  const before = history.length;
  history.pushState({}, "", "?document=7");
  history.pushState({}, "", "/review?document=7");
  return history.length - before;
}"""
"""What Streamlit does in a busy browser when the page is turned: how many steps back that makes."""


def test_a_storm_of_edits_at_twenty_a_second_is_kept_whole_and_in_order(server: AppServer, page: Page):
    words = [f"word{number:03}" for number in range(STORM)]
    session = a_session(server, " ".join(words))
    open_text(page, server, session)
    start = time.monotonic()
    for number in range(STORM):
        tag_next_word(page)
        time.sleep(max(0.0, start + (number + 1) * PACE - time.monotonic()))
    expect_unsaved(page, STORM)
    acknowledged(page)
    press(page, "Control+z")
    expect_unsaved(page, STORM - 1)
    press(page, "Control+Shift+Z")
    expect_unsaved(page, STORM)
    save(page)
    assert tagged(server, session) == [[(word, "Staff", "POS") for word in words]]


def test_a_storm_from_document_to_document_tags_each_and_marks_none_that_is_not_tagged(
    server: AppServer, page: Page
):
    letters = [f"letter {number} is here" for number in range(1, 41)]
    session = a_session(server, *letters, type_=Type.CLASS, classes=("Billing", "Thanks"), labels=())
    open_text(page, server, session)
    press(page, "*")
    for number in range(30):
        press(page, "21"[number % 2])
        time.sleep(PACE)
        press(page, "Enter")
        time.sleep(PACE)
    acknowledged(page)
    expect(page.get_by_role("heading", name="Document 31 of 40")).to_be_visible()
    save(page)
    whole = [[(text, ("Thanks", "Billing")[n % 2], None)] for n, text in enumerate(letters[:30])]
    assert tagged(server, session) == [*whole, *[[] for _ in range(10)]]
    with client(server) as api:
        held = api.documents(session.project_id, session.id, limit=200).documents
    assert [bool(document.annotated) for document in held] == [True] * 30 + [False] * 10


def test_back_and_forth_in_haste_ends_where_the_keys_say(server: AppServer, page: Page):
    session = a_session(server, *[f"letter {number} is here" for number in range(1, 13)])
    open_text(page, server, session)
    for gap in (0, 20, 30, 50, 80):
        for key in (".", ".", ".", ",", ",", ",", ".", ","):
            press(page, key)
            page.wait_for_timeout(gap)
        acknowledged(page)
        expect(page.get_by_role("heading", name="Document 1 of 12")).to_be_visible()
        expect(page.get_by_role("textbox", name="Document text")).to_have_text("letter 1 is here")
        page.wait_for_function("() => new URL(location).searchParams.get('document') === '1'")


def test_the_page_stays_where_it_is_while_one_goes_on_through_the_documents(server: AppServer, page: Page):
    session = a_session(server, *[f"letter {number} is here" for number in range(1, 31)])
    open_text(page, server, session)
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 1280, "height": 720})
    for number in range(2, 31):
        press(page, ".")
        expect(page.locator("#document-" + str(number - 1))).to_have_attribute("aria-selected", "true")
        assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0
    page.set_viewport_size({"width": size["width"], "height": size["height"]})


def test_back_leads_from_page_to_page_with_one_press_and_a_link_picks_its_segment(
    server: AppServer, new_page: Page
):
    page = new_page
    lines = "\n".join(f"line {number} of a long letter" for number in range(80))
    session = a_session(server, marked("Kind {staff|Staff/POS}"), marked(f"{lines} with a {{bed|Room/NEG}}"))
    place = f"project={session.project_id}&session={session.id}"
    open_text(page, server, session)
    page.get_by_role("link", name="Review").click()
    page.wait_for_url(f"**/review?{place}")
    page.get_by_role("link", name="Sessions").click()
    page.wait_for_url(f"**/?{place}")
    for path in (f"review?{place}", f"annotate?{place}&document=1"):
        settled(page)
        page.go_back()
        page.wait_for_url(f"**/{path}")
    start = len(f"{lines} with a ")
    page.goto(f"{server.url}/annotate?{place}&document=2&segment={start}-{start + 3}")
    expect(page.locator("mark.picked")).to_have_text("bed")
    expect(page.locator("mark.picked")).to_be_in_viewport()
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0
    page.goto(f"{server.url}/annotate?{place}&document=99")
    page.wait_for_url(f"**/annotate?{place}&document=1")
    settled(page)
    page.keyboard.press("Shift")
    assert page.evaluate(TURNED_WHILE_BUSY) == 1


def test_what_the_person_is_told_leaves_the_work_where_it_is(server: AppServer, page: Page):
    session = a_session(server, "Kind staff")
    open_text(page, server, session)
    text = page.get_by_role("textbox", name="Document text")
    before = text.bounding_box()
    address = f"{server.url}/annotate?project={session.project_id}&session="
    for link, words in (
        (f"{session.id + 90}", "does not exist in this project"),
        (f"{session.id}&document=x", "not a number from 1 up"),
        (f"{session.id}&document=99", "There is no document 99: the session has 1."),
    ):
        go(page, address + link)
        expect(page.get_by_text(words)).to_be_visible()
        assert text.bounding_box() == before


def test_buttons_keep_tab_and_space_and_a_field_is_saved_with_what_stands_in_it(
    server: AppServer, page: Page
):
    session = a_session(server, "Kind staff", "Small room")
    open_text(page, server, session)
    for name in ("Next", "Next to do"):
        button = page.get_by_role("button", name=name, exact=True)
        button.focus() if name == "Next" else press(page, "Tab")
        expect(button).to_be_focused()
    press(page, "Shift+Tab", "Space")
    expect(page.get_by_role("heading", name="Document 2 of 2")).to_be_visible()
    page.get_by_role("textbox", name="Document text").focus()
    tag_next_word(page)
    search = page.get_by_role("textbox", name="Search the documents")
    search.fill("room")
    press(page, "Control+s")
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    expect(page.get_by_role("listbox", name="Documents").get_by_role("option")).to_have_count(1)
    expect(search).to_be_focused()
    assert tagged(server, session)[1] == [("Small", "Staff", "POS")]


def test_a_cell_that_stands_open_is_saved_with_what_is_typed_in_it(server: AppServer, page: Page):
    session = a_session(server, "Kind staff in a small room")
    open_text(page, server, session)
    tag_next_word(page)
    acknowledged(page)
    settled(page)
    grid = Grid(page, "segments-")
    grid.go(0, "End")
    editor = page.locator("#portal input").first
    press(page, "Enter")
    editor.wait_for(state="visible")
    press(page, "Control+a")
    page.keyboard.type("10", delay=KEY)
    expect(editor).to_have_value("10")
    page.wait_for_timeout(KEY)
    press(page, "Control+s")
    expect(editor).to_have_count(0)
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    assert tagged(server, session) == [[("Kind staff", "Staff", "POS")]]


def test_when_the_help_is_closed_the_keys_are_the_texts_again(server: AppServer, page: Page):
    session = a_session(server, "Kind staff in a small room")
    open_text(page, server, session)
    for close in ("Escape", "button"):
        press(page, "?")
        help_ = page.get_by_role("dialog")
        expect(help_).to_be_visible()
        settled(page)
        press(page, "Escape") if close == "Escape" else help_.get_by_role("button", name="Close").click()
        expect(help_).to_have_count(0)
        expect(page.get_by_role("textbox", name="Document text")).to_be_focused()
    press(page, "Control+ArrowRight", "Control+Shift+ArrowRight", "1", "p")
    acknowledged(page)
    save(page)
    assert tagged(server, session) == [[("staff", "Staff", "POS")]]


def test_edits_made_while_the_server_dies_and_after_are_kept_once_when_it_is_back(
    server: AppServer, page: Page
):
    words = [f"word{number:02}" for number in range(60)]
    session = a_session(server, " ".join(words))
    open_text(page, server, session)
    away = page.get_by_text("The app cannot be reached")
    for number in range(60):
        if number == 10:
            server.kill()
        if number == 50:
            expect(away).to_be_visible()
        tag_next_word(page)
        page.wait_for_timeout(40)
    expect(page.locator("mark")).to_have_count(60)
    server.start()
    acknowledged(page)
    expect(away).to_be_hidden()
    expect_unsaved(page, 60)
    save(page)
    assert tagged(server, session) == [[(word, "Staff", "POS") for word in words]]


def test_nothing_says_that_all_is_saved_while_an_edit_is_in_the_page_only(server: AppServer, page: Page):
    session = a_session(server, "Kind staff")
    open_text(page, server, session)
    saved = page.get_by_text("Everything is saved.")
    expect(saved).to_be_visible()
    server.kill()
    tag_next_word(page)
    expect(saved).to_be_hidden()
    expect(page.get_by_text("Nothing unsaved").filter(visible=True)).to_have_count(0)
    page.wait_for_function(INSTEAD, arg=["all-saved", "Offline: 1 kept in this page"])
    server.start()
    acknowledged(page)
    expect_unsaved(page, 1)
    page.wait_for_function(INSTEAD, arg=["not-all-saved", ""])
    server.kill()
    tag_next_word(page)
    page.wait_for_function(INSTEAD, arg=["not-all-saved", "Offline: 1 kept in this page"])
    expect(page.get_by_text("kept for you also when this page is closed")).to_be_hidden()
    server.start()
    acknowledged(page)
    expect_unsaved(page, 2)
    save(page)


def test_a_session_is_tagged_reviewed_and_finished_without_the_mouse(server: AppServer, recorded: Page):
    page = recorded
    session = a_session(server, "Kind 🙂 staff in a small room", "The staff smiled")
    open_text(page, server, session)
    press(page, "Control+ArrowRight", "Control+ArrowRight")
    press(page, "Control+Shift+ArrowLeft", "1", "p")  # staff
    press(page, "Control+ArrowRight", "Control+ArrowRight")
    press(page, "Control+Shift+ArrowRight", "Control+Shift+ArrowRight", "2", "p")  # small room
    press(page, "Shift+Tab", "n")  # reviewed: the room was not good
    press(page, "Control+Enter")
    expect(page.get_by_role("heading", name="Document 2 of 2")).to_be_visible()
    press(page, "Control+ArrowRight", "Control+Shift+ArrowRight", "/")
    page.keyboard.type("sta")
    press(page, "Enter", "p", "Control+Enter")
    acknowledged(page)
    save(page)
    assert tagged(server, session) == [
        [("staff", "Staff", "POS"), ("small room", "Room", "NEG")],
        [("staff", "Staff", "POS")],
    ]
    with client(server) as api:
        assert api.session(session.project_id, session.id).status == Status.FINISHED


def drag(page: Page, words: str) -> None:
    """Select words as they stand on the screen, from the middle of the first letter to that of the last."""
    start, end = where(page, words)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def test_a_session_is_tagged_reviewed_and_finished_without_the_keyboard(server: AppServer, recorded: Page):
    page = recorded
    session = a_session(server, "Kind staff in a small room", "The staff smiled")
    open_text(page, server, session)
    chip = page.locator(".chip")
    for words, class_, label in (
        ("staff", "Staff", "POS"),
        ("small room", "Room", "POS"),
        ("Kind", "Room", "NEG"),
    ):
        drag(page, words)
        chip.filter(has_text=class_).click()
        chip.filter(has_text=label).click()
    page.locator("mark", has_text="small room").click()
    chip.filter(has_text="NEG").click()
    page.locator("mark", has_text="Kind").click()
    page.get_by_role("button", name="Delete the segment (Delete)").click()
    page.get_by_role("button", name="Done and next").click()
    expect(page.get_by_role("heading", name="Document 2 of 2")).to_be_visible()
    drag(page, "staff")
    chip.filter(has_text="Staff").click()
    chip.filter(has_text="POS").click()
    page.get_by_role("button", name="Done and next").click()
    acknowledged(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    assert tagged(server, session) == [
        [("staff", "Staff", "POS"), ("small room", "Room", "NEG")],
        [("staff", "Staff", "POS")],
    ]
    with client(server) as api:
        assert api.session(session.project_id, session.id).status == Status.FINISHED


def test_text_and_table_follow_each_other_and_one_undo_serves_both(server: AppServer, page: Page):
    session = a_session(server, "Kind staff in a small room")
    open_text(page, server, session)
    press(page, "Control+Shift+ArrowRight", "1", "p")
    grid = Grid(page, "segments-")
    expect(grid.at(0, "Text")).to_have_text("Kind")
    grid.type(0, "Label", "NEG")
    caption = page.locator(".caption")
    expect(caption).to_have_attribute("data-caption", "Staff · NEG")
    page.get_by_role("textbox", name="Document text").focus()
    press(page, "Control+z")
    expect(caption).to_have_attribute("data-caption", "Staff · POS")
    expect(grid.at(0, "Label")).to_have_text("POS")
    press(page, "Control+z")
    expect(page.locator("mark")).to_have_count(0)
    press(page, "Control+Shift+Z", "Control+Shift+Z")
    expect(caption).to_have_attribute("data-caption", "Staff · NEG")
    expect(grid.at(0, "Label")).to_have_text("NEG")


def test_edits_that_were_under_way_when_the_page_was_reloaded_are_there_once(server: AppServer, page: Page):
    session = a_session(server, "one two three four")
    open_text(page, server, session)
    for _ in range(3):
        tag_next_word(page)
    page.once("dialog", Dialog.accept)
    page.reload()
    expect(page.locator("mark")).to_have_count(3)
    page.remove_listener("dialog", Dialog.accept)
    acknowledged(page)
    save(page)
    assert tagged(server, session) == [[(word, "Staff", "POS") for word in ("one", "two", "three")]]
