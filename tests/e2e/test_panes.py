"""The text comes first: where it begins, what is seen of it and of the table, and how they share the room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from labeling.model import Type
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, go, marked, open_text, press
from tests.e2e.grid import Grid
from tests.e2e.runs import settled

FIVE_LINES = marked("Nothing here but {words|Room/POS} that go on and on. " * 9)
HOUSE = ("Room", "Bed", "Bathroom", "Cleanliness", "Noise", "Wi-Fi", "Pool", "View")
CLASSES = (*HOUSE, "Staff", "Food", "Location", "Price", "Check-in")
SIZES = {"first": (1280, 800), "larger": (1440, 900), "wide": (1920, 1080)}
ZOOMED = (853, 533)
"""What a window of 1280 x 800 has to give at 150 %, in its own pixels."""
PHONE = (390, 844)

MEASURE = """() => {
  const host = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
    .find((one) => one.shadowRoot?.querySelector(".text"));
  const text = host.shadowRoot.querySelector(".text");
  const words = document.createRange();
  words.selectNodeContents(text.querySelector(".paragraph"));
  const lines = new Set([...words.getClientRects()].map((line) => Math.round(line.top)));
  const box = text.getBoundingClientRect();
  const table = document.querySelector("[data-testid=stDataFrame]")?.getBoundingClientRect();
  const pane = document.querySelector(".st-key-shown").closest(".st-key-table-pane").getBoundingClientRect();
  const [page] = document.getElementsByClassName("stMain");
  return {
    first: words.getClientRects()[0].top,
    line: parseFloat(getComputedStyle(text).lineHeight),
    height: text.clientHeight,
    widest: Math.max(...[...words.getClientRects()].map((line) => line.width)),
    letter: parseFloat(getComputedStyle(text).fontSize),
    lines: [...lines].length,
    room: table ? pane.bottom - table.top : 0,
    scrolls: page.scrollHeight > page.clientHeight || page.scrollWidth > page.clientWidth,
    box: [box.left, box.right],
  };
}"""


@pytest.fixture
def session_page(server: AppServer, page: Page) -> Iterator[Page]:
    size = page.viewport_size
    assert size is not None
    names = {"classes": CLASSES, "labels": ("POS", "NEG", "NEU")}
    session = a_session(server, FIVE_LINES, "The next", type_=Type.CLASSLABEL, **names)
    open_text(page, server, session)
    yield page
    page.set_viewport_size({"width": size["width"], "height": size["height"]})


def sized_page(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    settled(page)
    page.wait_for_function("(width) => innerWidth === width", arg=size[0])


def sized(page: Page, size: tuple[int, int]) -> dict[str, float]:
    sized_page(page, size)
    found: dict[str, float] = page.evaluate(MEASURE)
    return found


def test_the_text_begins_near_the_top_and_nothing_but_the_panes_scrolls(session_page: Page) -> None:
    for size in SIZES.values():
        found = sized(session_page, size)
        assert found["first"] <= 200, (size, found)
        assert found["widest"] <= 76 * found["letter"], (size, found)
        assert not found["scrolls"], (size, found)
    for size in (ZOOMED, PHONE):
        found = sized(session_page, size)
        assert found["first"] <= 160, (size, found)
        assert not found["scrolls"], (size, found)


def test_enough_is_seen_of_the_text_and_of_the_table(session_page: Page) -> None:
    found = sized(session_page, SIZES["first"])
    header, row = 36, 30
    assert (found["room"] - header) // row >= 8, found
    found = sized(session_page, ZOOMED)
    assert found["height"] // found["line"] >= 8, found


LIES_FREE = """(button) => {
  const { left, right, top, bottom } = button.getBoundingClientRect();
  return [left + 3, (left + right) / 2, right - 3]
    .map((x) => button.ownerDocument.elementFromPoint(x, (top + bottom) / 2))
    .every((found) => button.contains(found));
}"""
BARS = ("Undo", "Redo", "History", "Save", "Show only", "Guidelines", "Suggestions", "Next to do")


def test_every_button_of_the_bars_can_be_reached_and_none_lies_on_another(session_page: Page) -> None:
    page = session_page
    page.get_by_role("textbox", name="Document text").focus()
    press(page, "Control+Shift+ArrowRight", "1", "p")
    for size in (*SIZES.values(), ZOOMED, PHONE):
        sized(page, size)
        for name in (*BARS, "Done and next", "1 unsaved"):
            button = page.get_by_role("button", name=name, exact=True)
            expect(button).to_be_in_viewport(ratio=1)
            assert button.evaluate(LIES_FREE), (size, name)


def test_a_session_without_documents_shows_the_way_to_the_first_and_nothing_over_it(
    server: AppServer, session_page: Page
) -> None:
    page = session_page
    session = a_session(server)
    go(page, f"{server.url}/annotate?project={session.project_id}&session={session.id}")
    add = page.get_by_role("button", name="Add documents")
    expect(add).to_be_visible()
    for size in (SIZES["first"], ZOOMED, PHONE):
        sized_page(page, size)
        assert add.evaluate(LIES_FREE), size
        expect(page.get_by_text("This session has no documents yet.")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="Table", exact=True)).to_be_hidden()
        expect(page.get_by_role("radio", name="All documents")).to_be_hidden()


# The divider


def text_height(page: Page) -> float:
    height: float = page.locator(".st-key-text-pane").evaluate("(pane) => pane.offsetHeight")
    return height


def test_the_divider_shares_the_room_and_the_browser_remembers_it(session_page: Page) -> None:
    page = session_page
    divider = page.get_by_role("separator", name="Room of the text")
    before = text_height(page)
    box = divider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 150, steps=5)
    page.mouse.up()
    dragged = text_height(page)
    assert 100 < dragged - before < 180
    page.reload()
    settled(page)
    expect(divider).to_be_visible()
    assert abs(text_height(page) - dragged) < 8
    # A tag draws the part anew that it stands in, and each key counts once all the same.
    page.get_by_role("textbox", name="Document text").focus()
    press(page, "Control+Shift+ArrowRight", "1", "p")
    settled(page)
    divider.focus()
    share = int(divider.get_attribute("aria-valuenow") or 0)
    page.keyboard.press("ArrowUp")
    assert divider.get_attribute("aria-valuenow") == str(share - 4)
    assert text_height(page) < dragged
    whole = page.locator(".whole").bounding_box()
    assert whole is not None
    page.keyboard.press("Home")
    assert page.locator(".whole").bounding_box() == whole, "a text that is longer than its pane scrolls alone"
    divider.dblclick()
    assert abs(text_height(page) - before) < 8


# A narrow window


def test_a_narrow_window_shows_one_pane_at_a_time_and_a_document_that_is_opened_is_seen(
    server: AppServer, session_page: Page
) -> None:
    page = session_page
    open_text(page, server, a_session(server, marked("The {first|Room/POS} letter"), "The second letter"))
    sized(page, PHONE)
    text, table = page.get_by_role("textbox", name="Document text"), page.get_by_test_id("stDataFrame")
    listed = page.get_by_role("option", name="Document 2")
    for name, shown in {"Documents": listed, "Table": table, "Text": text}.items():
        page.get_by_role("button", name=name, exact=True).click()
        expect(shown).to_be_in_viewport(ratio=1)
        for other in {listed, table} - {shown}:
            expect(other).to_be_hidden()
    page.get_by_role("button", name="Documents", exact=True).click()
    listed.click()
    expect(text).to_have_text("The second letter")
    expect(listed).to_be_hidden()


# The text and the table


def test_a_segment_that_is_picked_marks_its_row_and_brings_it_into_sight(
    server: AppServer, page: Page
) -> None:
    open_text(page, server, a_session(server, marked("Some {words|Room/POS} and more. " * 40)))
    grid = Grid(page, "segments-")
    expect(grid.at(0, "#")).to_have_text("1")
    press(page, *["Tab"] * 25)
    expect(grid.canvas.locator("tr", has_text="▶")).to_have_attribute("aria-rowindex", "26")
    expect(grid.at(24, "Text")).to_have_text("words")
    # What the grid takes for seen is seen.
    rows, pane = (
        page.locator(f".st-key-table-pane{place}").bounding_box() for place in (" .dvn-scroller", "")
    )
    assert rows is not None
    assert pane is not None
    assert rows["y"] + rows["height"] <= pane["y"] + pane["height"] + 1
    press(page, "Escape")
    expect(grid.canvas.locator("tr", has_text="▶")).to_have_count(0)
