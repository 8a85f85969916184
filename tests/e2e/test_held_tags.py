"""A tag that is held: clicked on with nothing selected, then given by each drag over words."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.app_server import AppServer
from tests.e2e.at_work import press
from tests.e2e.highlighter_page import another_highlighter, on, some_data
from tests.e2e.test_palette import acts, drag, draw, palette
from tests.e2e.test_palette import where as place

TEXT = "The battery life is good.\nThe screen is bright and the service kind.\nIt lasts."
LABELS_ALONE = {
    "classes": [],
    "shape": {"classes": False, "labels": True, "oneTag": True, "whole": False},
    "keys": {"classes": {}, "labels": {"POS": "p", "NEG": "n"}},
}


@pytest.fixture
def page(sheet: Page, shared_app: AppServer) -> Page:
    another_highlighter(sheet, shared_app.url)
    return sheet


def hold(page: Page, *names: str) -> None:
    for name in names:
        page.locator(".chip", has_text=name).click()


def foot(page: Page) -> str:
    shown = page.locator(".holding")
    return shown.inner_text() if shown.is_visible() else ""


def tagged(page: Page) -> list[tuple[str, list[str | None]]]:
    return [(TEXT[slice(*act["span"])], act["tag"]) for act in acts(page)]


def test_each_drag_gives_the_tag_that_is_held_until_escape(page: Page) -> None:
    draw(page, some_data(TEXT))
    hold(page, "Screen")
    assert foot(page) == "Held: Screen, choose a label — Esc ends"
    hold(page, "POS")
    assert foot(page) == "Held: Screen · POS — Esc ends"
    drag(page, "battery life")
    drag(page, "bright")
    assert palette(page).count() == 0
    expected = [("battery life", ["Screen", "POS"]), ("bright", ["Screen", "POS"])]
    assert tagged(page) == expected
    press(page, "Escape")
    assert foot(page) == ""
    assert page.locator('.chip[aria-pressed="true"]').count() == 0
    drag(page, "service")
    assert tagged(page) == expected
    assert palette(page).is_visible()


def test_what_is_held_goes_with_the_pointer_over_the_text(page: Page) -> None:
    draw(page, some_data(TEXT))
    hold(page, "Screen", "POS")
    tip = page.locator(".tip")
    assert not tip.is_visible()
    x, y = place(page, "bright")[0]
    page.mouse.move(x, y)
    box = tip.bounding_box()
    assert box is not None
    assert (tip.inner_text(), box["x"] - x < 30, box["y"] > y) == ("Screen · POS", True, True)
    page.mouse.move(1, 1)
    assert not tip.is_visible()


def test_a_click_alone_tags_nothing_and_a_double_click_tags_its_word(page: Page) -> None:
    draw(page, some_data(TEXT, on(TEXT, "bright", ("Battery", "NEG"))))
    hold(page, "Screen", "POS")
    x, y = place(page, "battery")[0]
    page.mouse.click(x + 12, y)
    page.mouse.move(x + 12, y)
    page.mouse.down()
    page.mouse.move(x + 14, y + 1)
    page.mouse.up()
    page.mouse.click(*place(page, "bright")[0])
    assert tagged(page) == []
    assert page.locator("mark.picked").inner_text() == "bright"
    page.wait_for_timeout(600)  # else it would be the second click of a double one
    page.mouse.dblclick(*place(page, "service")[0])
    assert tagged(page) == [("service", ["Screen", "POS"])]


def test_it_stays_over_documents_and_another_chip_takes_the_place_of_its_part(page: Page) -> None:
    later = {"document": "two", "position": 1, "text": TEXT, "segments": [], "done": False}
    draw(page, some_data(TEXT, next=[later], more={"next": True, "previous": False}))
    hold(page, "Screen", "POS")
    page.locator(".text").focus()
    press(page, ".")
    hold(page, "NEG")
    drag(page, "service")
    act = acts(page)[-1]
    assert (act["document"], act["tag"]) == ("two", ["Screen", "NEG"])
    hold(page, "NEG")
    assert foot(page) == "Held: Screen, choose a label — Esc ends"
    drag(page, "lasts")
    assert palette(page).get_by_title("Screen").get_attribute("aria-pressed") == "true"
    palette(page).get_by_title("POS").click()
    assert acts(page)[-1]["tag"] == ["Screen", "POS"]


def test_a_label_alone_is_enough_where_the_session_has_no_classes(page: Page) -> None:
    draw(page, some_data(TEXT, **LABELS_ALONE))
    hold(page, "NEG")
    drag(page, "service")
    assert tagged(page) == [("service", [None, "NEG"])]


def test_a_chip_clicked_with_words_selected_or_a_segment_picked_tags_these_and_is_not_held(
    page: Page,
) -> None:
    draw(page, some_data(TEXT, on(TEXT, "bright", ("Battery", "NEG"))))
    page.mouse.click(*place(page, "bright")[0])
    hold(page, "POS")
    drag(page, "service")
    hold(page, "Service", "POS")
    assert [act["kind"] for act in acts(page)] == ["retag", "add"]
    assert foot(page) == ""


def test_escape_ends_it_from_wherever_the_mouse_left_the_focus(page: Page) -> None:
    draw(page, some_data(TEXT))
    page.evaluate("() => document.activeElement.blur()")
    hold(page, "Screen", "POS")
    press(page, "Escape")
    assert foot(page) == ""
    hold(page, "Screen", "POS")
    page.locator(".holding").click()
    assert foot(page) == ""


def test_a_name_that_is_gone_is_not_held_and_a_read_only_text_holds_none(page: Page) -> None:
    draw(page, some_data(TEXT))
    hold(page, "Screen", "POS")
    draw(page, some_data(TEXT, classes=["Battery"]))
    assert foot(page) == ""
    draw(page, some_data(TEXT, readOnly="You are a viewer"))
    hold(page, "Battery")
    assert (foot(page), page.locator(".status").inner_text()) == ("", "You are a viewer")
