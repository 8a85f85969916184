"""The palette: classes and labels beside words that were just selected with the mouse."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.e2e.app_server import AppServer
from tests.e2e.at_work import press, where
from tests.e2e.highlighter_page import DARK, LIGHT, acts, another_highlighter, on, some_data

TEXT = "The battery life is good.\n" * 3 + "The screen is bright and the service kind.\n" + "It lasts.\n" * 4

THEMED = """theme => {
  const host = document.querySelector("#host");
  for (const name in theme) host.style.setProperty("--st-" + name, theme[name]);
  document.body.style.background = theme["background-color"];
}"""


@pytest.fixture
def page(sheet: Page, shared_app: AppServer) -> Page:
    another_highlighter(sheet, shared_app.url)
    return sheet


def draw(page: Page, data: dict[str, Any]) -> None:
    page.evaluate("(data) => { draw(data); }", data)


def palette(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Tag the selected words")


def drag(page: Page, words: str) -> None:
    start, end = where(page, words)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)
    page.mouse.up()


def words_of(act: dict[str, Any]) -> str:
    return TEXT[slice(*act["span"])]


def test_a_drag_is_followed_by_a_click_on_a_class_and_one_on_a_label_beside_it(page: Page) -> None:
    draw(page, some_data(TEXT))
    before = page.locator(".text").bounding_box(), page.locator(".foot").bounding_box()
    drag(page, "screen is bright")
    assert palette(page).get_by_role("button").all_inner_texts() == [
        "1\nBattery",
        "2\nScreen",
        "3\nService",
        "p\nPOS",
        "n\nNEG",
    ]
    assert (page.locator(".text").bounding_box(), page.locator(".foot").bounding_box()) == before
    palette(page).get_by_role("button", name="Screen").click()
    assert palette(page).get_by_role("button", name="Screen").get_attribute("aria-pressed") == "true"
    palette(page).get_by_role("button", name="POS").click()
    (act,) = acts(page)
    assert (words_of(act), act["tag"]) == ("screen is bright", ["Screen", "POS"])
    assert palette(page).count() == 0


def test_a_tag_that_was_given_lately_is_one_click_and_keeps_its_place(page: Page) -> None:
    draw(page, some_data(TEXT))
    page.locator(".text").focus()
    press(page, "Control+Shift+ArrowRight", "1", "p", "Control+Shift+ArrowRight", "2", "n")
    drag(page, "service")
    lately = palette(page).locator(".row").first.get_by_role("button")
    assert lately.all_inner_texts() == ["Battery · POS", "Screen · NEG"]
    lately.first.click()
    assert (words_of(acts(page)[-1]), acts(page)[-1]["tag"]) == ("service", ["Battery", "POS"])
    drag(page, "screen")
    assert lately.all_inner_texts() == ["Battery · POS", "Screen · NEG"]


@pytest.mark.parametrize("height", [900, 420])
@pytest.mark.parametrize(
    ("first", "last"), [("The b", "life"), ("bright", "kind."), ("The b", "kind."), ("bright", "It lasts")]
)
def test_it_stands_in_sight_and_never_over_the_lines_that_are_selected(
    page: Page, first: str, last: str, height: int
) -> None:
    page.set_viewport_size({"width": 1280, "height": height})
    draw(page, some_data(TEXT))
    page.mouse.move(*where(page, first)[0])
    page.mouse.down()
    page.mouse.move(*where(page, last)[1], steps=6)
    page.mouse.up()
    place = palette(page).bounding_box()
    lines = page.evaluate(
        """() => {
          const [range] = document.getSelection().getComposedRanges({ shadowRoots: [root] });
          const live = document.createRange();
          live.setStart(range.startContainer, range.startOffset);
          live.setEnd(range.endContainer, range.endOffset);
          const { top, bottom } = live.getBoundingClientRect();
          return [top, bottom];
        }"""
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    assert place is not None
    top, bottom = place["y"], place["y"] + place["height"]
    assert bottom <= lines[0] or top >= lines[1]
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 1280
    assert 0 <= top < bottom <= height


def test_keys_work_beside_it_and_it_does_not_come_for_what_they_select(page: Page) -> None:
    draw(page, some_data(TEXT))
    drag(page, "service")
    press(page, "3", "p")
    assert (words_of(acts(page)[0]), acts(page)[0]["tag"]) == ("service", ["Service", "POS"])
    assert palette(page).count() == 0
    press(page, "Control+Home", "Control+Shift+ArrowRight", "Control+Shift+ArrowRight")
    assert palette(page).count() == 0
    press(page, "1", "p")
    assert words_of(acts(page)[1]) == "The battery"


@pytest.mark.parametrize("way", ["Escape", "a click in the text", "a click beside it"])
def test_it_goes_with_escape_and_with_a_click_elsewhere(page: Page, way: str) -> None:
    draw(page, some_data(TEXT))
    page.mouse.dblclick(*where(page, "screen")[0])
    assert palette(page).is_visible()
    if way == "Escape":
        press(page, "Escape")
    else:
        page.mouse.click(*(where(page, "battery")[0] if way == "a click in the text" else (5, 700)))
    assert palette(page).count() == 0
    assert acts(page) == []


def test_a_shift_click_that_extends_brings_it_and_a_click_or_a_pick_alone_does_not(page: Page) -> None:
    draw(page, some_data(TEXT, on(TEXT, "bright", ("Screen", "POS"))))
    page.mouse.click(*where(page, "bright")[0])
    assert palette(page).count() == 0
    page.mouse.click(*where(page, "battery")[0])
    assert palette(page).count() == 0
    page.keyboard.down("Shift")
    page.mouse.click(*where(page, "good")[1])
    page.keyboard.up("Shift")
    palette(page).get_by_role("button", name="Battery").click()
    palette(page).get_by_role("button", name="NEG").click()
    assert words_of(acts(page)[0]) == "battery life is good"


def test_of_many_names_nine_stand_there_and_the_way_to_find_the_others(page: Page) -> None:
    classes = [f"Topic number {n}" for n in range(40)]
    draw(page, some_data(TEXT, classes=classes, keys={"classes": {}, "labels": {"NEG": "n"}}))
    drag(page, "service")
    row = palette(page).locator(".row").nth(1)
    shown = row.get_by_role("button").all_inner_texts()
    assert (shown[-1], len(shown) <= 10) == ("more", True)
    assert row.evaluate("row => row.scrollWidth <= row.clientWidth")
    row.get_by_role("button", name="more").click()
    page.keyboard.type("number 33")
    press(page, "Enter", "n")
    assert (words_of(acts(page)[0]), acts(page)[0]["tag"]) == ("service", ["Topic number 33", "NEG"])


def test_it_is_come_to_by_tab_walked_by_arrows_and_left_for_the_text(page: Page) -> None:
    draw(page, some_data(TEXT))
    drag(page, "screen")
    press(page, "Tab", "ArrowRight")
    assert palette(page).get_by_role("button", name="Screen").evaluate("node => node.matches(':focus')")
    press(page, "Enter", "ArrowRight", "ArrowRight", "Enter")
    assert acts(page)[0]["tag"] == ["Screen", "POS"]
    assert page.evaluate("() => root.activeElement === box")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_axe_finds_nothing_in_it(page: Page, theme: dict[str, str]) -> None:
    draw(page, some_data(TEXT))
    page.evaluate(THEMED, theme)
    drag(page, "screen")
    palette(page).get_by_role("button", name="Screen").click()
    found = Axe().run(page, context="#host", options={"runOnly": ["wcag2a", "wcag2aa"]}).response
    assert [one["id"] for one in found["violations"]] == []


def test_a_read_only_text_and_one_without_names_offer_nothing(page: Page) -> None:
    draw(page, some_data(TEXT, readOnly="You are a viewer"))
    drag(page, "screen")
    assert palette(page).count() == 0
    nothing = {"classes": [], "labels": [], "keys": {"classes": {}, "labels": {}}}
    draw(page, some_data(TEXT, **nothing))
    drag(page, "battery")
    assert palette(page).count() == 0
