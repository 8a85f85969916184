"""Tagging by touch: a tap or the system's own selection chooses words, chips tag them,
handles move borders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.app_server import AppServer
from tests.e2e.at_work import where
from tests.e2e.highlighter_page import acts, open_highlighter, some_data

TEXT = "The battery 🙂 life is good and long."


@pytest.fixture
def touched(browser: Browser, shared_app: AppServer) -> Iterator[Page]:
    context = browser.new_context(has_touch=True, viewport={"width": 800, "height": 700})
    page = context.new_page()
    open_highlighter(page, shared_app.url)
    page.evaluate("(data) => { draw(data); }", some_data(TEXT))
    yield page
    context.close()


def middle(page: Page, words: str) -> tuple[float, float]:
    """Where some words stand on the screen."""
    (left, y), (right, _) = where(page, words)
    return (left + right) / 2, y


def tap(page: Page, words: str) -> None:
    page.touchscreen.tap(*middle(page, words))


def tap_chips(page: Page, *names: str) -> None:
    for name in names:
        page.locator(".chip").filter(has_text=name).tap()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A finger put down, moved and lifted."""
    finger = page.context.new_cdp_session(page)
    for step in range(9):
        at = {axis: a + (b - a) * step / 8 for axis, a, b in zip("xy", start, end, strict=True)}
        finger.send(
            "Input.dispatchTouchEvent",
            {"type": "touchMove" if step else "touchStart", "touchPoints": [at]},
        )
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_tapped_word_is_tagged_by_chips_and_a_tapped_segment_is_retagged(touched: Page) -> None:
    tap(touched, "good")
    tap_chips(touched, "Screen", "POS")
    tap(touched, "good")
    tap_chips(touched, "NEG")
    add, retag = acts(touched)
    assert (TEXT[slice(*add["span"])], add["tag"]) == ("good", ["Screen", "POS"])
    assert (retag["kind"], retag["tag"]) == ("retag", ["Screen", "NEG"])


def test_a_finger_on_a_handle_moves_the_border_of_the_picked_segment(touched: Page) -> None:
    tap(touched, "battery")
    tap_chips(touched, "Battery", "POS")
    tap(touched, "battery")
    ball = touched.locator(".handle.end").bounding_box()
    assert ball is not None
    x, y = middle(touched, "life")
    drag(touched, (ball["x"] + 1, ball["y"] + ball["height"] + 5), (x + 8, y))
    assert [(act["kind"], TEXT[slice(*act["span"])]) for act in acts(touched)] == [
        ("add", "battery"),
        ("move", "battery 🙂 life"),
    ]


def test_the_systems_own_selection_may_still_grow_after_the_finger_was_lifted(touched: Page) -> None:
    tap(touched, "battery")
    for end in (len("The battery"), len("The battery 🙂 li".encode("utf-16-le")) // 2):
        touched.evaluate(
            "(end) => { const node = box.querySelector('.paragraph').firstChild;"
            " document.getSelection().setBaseAndExtent(node, 4, node, end); }",
            end,
        )
        touched.wait_for_function("() => root.querySelector('.status').textContent.startsWith('Selected')")
    tap_chips(touched, "Battery", "NEG")
    (add,) = acts(touched)
    assert TEXT[slice(*add["span"])] == "battery 🙂 life"
